//! The organization: its accounts, its units, where each is.

use serde_json::{Value, json};

use super::super::client::World;
use super::cross_account::{member, member_s_administrator};
use super::{ACCOUNT, allow};

fn refusal(world: &World, operation: &str, input: &Value) -> (u16, String) {
    let answer = world.organizations_as(&world.administrator(), operation, input);
    (answer.status, answer.error())
}

fn root(world: &World) -> String {
    world.organizes("ListRoots", &json!({}))["Roots"][0]["Id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn an_account_without_an_organization_is_told_so() {
    let world = World::frozen();
    let answer = world.organizations_as(&world.administrator(), "DescribeOrganization", &json!({}));
    assert_eq!(
        (answer.status, answer.error().as_str()),
        (400, "AWSOrganizationsNotInUseException")
    );
    assert_eq!(
        answer.json()["Message"],
        "Your account is not a member of an organization."
    );
}

#[test]
fn an_organization_is_made_once_and_deleted_when_it_is_empty() {
    let world = World::frozen();
    let made = world.organizes("CreateOrganization", &json!({ "FeatureSet": "ALL" }));
    let organization = &made["Organization"];
    assert_eq!(organization["MasterAccountId"], ACCOUNT);
    let id = organization["Id"].as_str().unwrap();
    assert!(id.starts_with("o-") && id.len() == 12, "{id}");
    assert_eq!(
        organization["Arn"],
        format!("arn:aws:organizations::{ACCOUNT}:organization/{id}")
    );
    assert_eq!(
        refusal(&world, "CreateOrganization", &json!({})).1,
        "AlreadyInOrganizationException"
    );
    let root = root(&world);
    assert!(root.starts_with("r-") && root.len() == 6, "{root}");
    world.organizes("DeleteOrganization", &json!({}));
    assert_eq!(
        refusal(&world, "ListRoots", &json!({})).1,
        "AWSOrganizationsNotInUseException"
    );
    member(&world);
    assert_eq!(
        refusal(&world, "DeleteOrganization", &json!({})).1,
        "OrganizationNotEmptyException"
    );
}

#[test]
fn an_account_is_made_at_once_and_once_for_each_address() {
    let world = World::frozen();
    let account = member(&world);
    assert_eq!(account.len(), 12);
    let input = json!({ "Email": "EQUIPE@example.com", "AccountName": "encore" });
    let made = world.organizes("CreateAccount", &input)["CreateAccountStatus"].clone();
    assert_eq!(
        (&made["State"], &made["FailureReason"]),
        (&json!("FAILED"), &json!("EMAIL_ALREADY_EXISTS"))
    );
    let asked = json!({ "CreateAccountRequestId": made["Id"] });
    assert_eq!(
        world.organizes("DescribeCreateAccountStatus", &asked)["CreateAccountStatus"],
        made
    );
    let failed = world.organizes("ListCreateAccountStatus", &json!({ "States": ["FAILED"] }));
    assert_eq!(failed["CreateAccountStatuses"], json!([made]));
    let described = world.organizes("DescribeAccount", &json!({ "AccountId": account }));
    assert_eq!(described["Account"]["Status"], "ACTIVE");
    assert_eq!(described["Account"]["Email"], "equipe@example.com");
    assert_eq!(
        world.organizes("ListAccounts", &json!({}))["Accounts"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let absent = json!({ "AccountId": "000000000000" });
    assert_eq!(
        refusal(&world, "DescribeAccount", &absent).1,
        "AccountNotFoundException"
    );
    assert_eq!(
        refusal(
            &world,
            "CreateAccount",
            &json!({ "Email": "x", "AccountName": "y" })
        )
        .1,
        "InvalidInputException"
    );
}

#[test]
fn an_organization_has_ten_accounts_at_most() {
    let world = World::frozen();
    member(&world);
    let create =
        |number: usize| json!({ "Email": format!("c{number}@example.com"), "AccountName": "compte" });
    for number in 0..8 {
        world.organizes("CreateAccount", &create(number));
    }
    let answer = world.organizations_as(&world.administrator(), "CreateAccount", &create(8));
    assert_eq!(answer.error(), "ConstraintViolationException");
    assert_eq!(answer.json()["Reason"], "ACCOUNT_NUMBER_LIMIT_EXCEEDED");
    let page = world.organizes("ListAccounts", &json!({ "MaxResults": 6 }));
    let next = world.organizes(
        "ListAccounts",
        &json!({ "MaxResults": 6, "NextToken": page["NextToken"] }),
    );
    assert_eq!(next["Accounts"].as_array().unwrap().len(), 4);
    assert_eq!(next.get("NextToken"), None);
}

#[test]
fn units_nest_and_accounts_move_between_them() {
    let world = World::frozen();
    let account = member(&world);
    let root = root(&world);
    let unit = |parent: &str, name: &str| {
        let made = world.organizes(
            "CreateOrganizationalUnit",
            &json!({ "ParentId": parent, "Name": name }),
        );
        made["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned()
    };
    let outer = unit(&root, "produits");
    assert!(outer.starts_with(&format!("ou-{}-", &root[2..])), "{outer}");
    let again = json!({ "ParentId": root, "Name": "produits" });
    assert_eq!(
        refusal(&world, "CreateOrganizationalUnit", &again).1,
        "DuplicateOrganizationalUnitException"
    );
    let inner = unit(&outer, "essais");
    let moved = json!({ "AccountId": account, "SourceParentId": root, "DestinationParentId": inner });
    world.organizes("MoveAccount", &moved);
    assert_eq!(
        refusal(&world, "MoveAccount", &moved).1,
        "SourceParentNotFoundException"
    );

    let parents = world.organizes("ListParents", &json!({ "ChildId": account }));
    assert_eq!(
        parents["Parents"],
        json!([{ "Id": inner, "Type": "ORGANIZATIONAL_UNIT" }])
    );
    let children = world.organizes(
        "ListChildren",
        &json!({ "ParentId": inner, "ChildType": "ACCOUNT" }),
    );
    assert_eq!(
        children["Children"],
        json!([{ "Id": account, "Type": "ACCOUNT" }])
    );
    let there = world.organizes("ListAccountsForParent", &json!({ "ParentId": inner }));
    assert_eq!(there["Accounts"][0]["Id"], account);
    let units = world.organizes("ListOrganizationalUnitsForParent", &json!({ "ParentId": outer }));
    assert_eq!(units["OrganizationalUnits"][0]["Name"], "essais");

    let renamed = json!({ "OrganizationalUnitId": inner, "Name": "tests" });
    assert_eq!(
        world.organizes("UpdateOrganizationalUnit", &renamed)["OrganizationalUnit"]["Name"],
        "tests"
    );
    let delete = |id: &str| json!({ "OrganizationalUnitId": id });
    assert_eq!(
        refusal(&world, "DeleteOrganizationalUnit", &delete(&inner)).1,
        "OrganizationalUnitNotEmptyException"
    );
    let back = json!({ "AccountId": account, "SourceParentId": inner, "DestinationParentId": root });
    world.organizes("MoveAccount", &back);
    world.organizes("DeleteOrganizationalUnit", &delete(&inner));
    assert_eq!(
        refusal(&world, "DescribeOrganizationalUnit", &delete(&inner)).1,
        "OrganizationalUnitNotFoundException"
    );
}

#[test]
fn units_nest_five_deep_at_most() {
    let world = World::frozen();
    world.organizes("CreateOrganization", &json!({}));
    let mut parent = root(&world);
    for depth in 0..6 {
        let input = json!({ "ParentId": parent, "Name": format!("niveau-{depth}") });
        let answer = world.organizations_as(&world.administrator(), "CreateOrganizationalUnit", &input);
        if depth < 5 {
            parent = answer.json()["OrganizationalUnit"]["Id"]
                .as_str()
                .unwrap()
                .to_owned();
        } else {
            assert_eq!(answer.json()["Reason"], "OU_DEPTH_LIMIT_EXCEEDED");
        }
    }
}

#[test]
fn a_member_account_may_look_at_the_organization_and_no_more() {
    let world = World::frozen();
    let account = member(&world);
    let there = member_s_administrator(&world, &account);
    let described = world.organizations_as(&there, "DescribeOrganization", &json!({}));
    assert_eq!(described.json()["Organization"]["MasterAccountId"], ACCOUNT);
    let refused = world.organizations_as(&there, "ListAccounts", &json!({}));
    assert_eq!(
        (refused.status, refused.error().as_str()),
        (400, "AccessDeniedException")
    );
    assert_eq!(
        refused.json()["Message"],
        "You don't have permissions to access this resource."
    );
}

#[test]
fn what_the_caller_s_policies_do_not_allow_is_denied_in_the_protocol_s_words() {
    let world = World::frozen();
    let alice = world.user("alice", Some(&allow("organizations:Describe*", "*")));
    world.organizes("CreateOrganization", &json!({}));
    assert_eq!(
        world
            .organizations_as(&alice, "DescribeOrganization", &json!({}))
            .status,
        200
    );
    let refused = world.organizations_as(&alice, "ListRoots", &json!({}));
    assert_eq!(
        (refused.status, refused.error().as_str()),
        (400, "AccessDeniedException")
    );
    assert_eq!(
        refused.json()["Message"],
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: organizations:ListRoots on resource: * \
             because no identity-based policy allows the organizations:ListRoots action"
        )
    );
}
