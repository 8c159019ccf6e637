//! Several accounts: roles across them, and what each side must allow.

use serde_json::json;

use super::super::client::World;
use super::{ACCOUNT, Who, allow, deny};

/// Makes an organization with a member account, and gives its id.
pub(super) fn member(world: &World) -> String {
    world.organizes("CreateOrganization", &json!({}));
    let input = json!({ "Email": "equipe@example.com", "AccountName": "equipe" });
    let made = world.organizes("CreateAccount", &input);
    made["CreateAccountStatus"]["AccountId"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// Somebody who may do everything in a member account.
pub(super) fn member_s_administrator(world: &World, account: &str) -> Who {
    let role = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    world.assume(&world.administrator(), &role, &[])
}

#[test]
fn the_management_account_reaches_a_new_account_by_its_role() {
    let world = World::frozen();
    let account = member(&world);
    let there = member_s_administrator(&world, &account);
    let identity = world.sts_as(&there, "GetCallerIdentity", &[]);
    assert_eq!(identity.text("Account"), account);
    assert_eq!(
        identity.text("Arn"),
        format!("arn:aws:sts::{account}:assumed-role/OrganizationAccountAccessRole/essai")
    );
    // The users of one account are unknown to the other.
    world.user("alice", None);
    assert_eq!(
        world
            .iam_as(&there, "GetUser", &[("UserName", "alice")])
            .text("Code"),
        "NoSuchEntity"
    );
    assert_eq!(
        world
            .iam_as(&there, "CreateUser", &[("UserName", "alice")])
            .text("Arn"),
        format!("arn:aws:iam::{account}:user/alice")
    );
}

#[test]
fn across_accounts_both_sides_must_allow() {
    let world = World::frozen();
    let account = member(&world);
    let there = member_s_administrator(&world, &account);
    let alice = world.user("alice", None);
    let trust = |principal: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{principal}"}},"Action":"sts:AssumeRole"}}]}}"#
        )
    };
    let named = trust(&format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    let role = [
        ("RoleName", "visite"),
        ("AssumeRolePolicyDocument", named.as_str()),
    ];
    let role = world.iam_as(&there, "CreateRole", &role).text("Arn");
    // Named by the trust policy, but not allowed by an own policy.
    let refused = world.try_assume(&alice, &role, &[]);
    assert!(
        refused
            .text("Message")
            .contains("because no identity-based policy allows the sts:AssumeRole action")
    );
    world.put_policy("alice", "assumer", &allow("sts:AssumeRole", &role));
    world.assume(&alice, &role, &[]);
    // Allowed by an own policy, but no longer trusted.
    let other = trust(&format!("arn:aws:iam::{ACCOUNT}:user/administrateur"));
    let change = [("RoleName", "visite"), ("PolicyDocument", other.as_str())];
    assert_eq!(
        world.iam_as(&there, "UpdateAssumeRolePolicy", &change).status,
        200
    );
    assert_eq!(world.try_assume(&alice, &role, &[]).status, 403);
    // Trusted as one of the account.
    let change = trust(ACCOUNT);
    let change = [("RoleName", "visite"), ("PolicyDocument", change.as_str())];
    assert_eq!(
        world.iam_as(&there, "UpdateAssumeRolePolicy", &change).status,
        200
    );
    world.assume(&alice, &role, &[]);
    world.put_policy("alice", "refus", &deny("sts:*", "*"));
    assert_eq!(world.try_assume(&alice, &role, &[]).status, 403);
}

#[test]
fn a_trust_policy_may_ask_for_a_principal_of_the_organization() {
    let world = World::frozen();
    let account = member(&world);
    let organization = world.organizes("DescribeOrganization", &json!({}));
    let id = organization["Organization"]["Id"].as_str().unwrap();
    let there = member_s_administrator(&world, &account);
    let trust = |id: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"sts:AssumeRole","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"{id}"}}}}}}]}}"#
        )
    };
    for (name, id, status) in [("ouvert", id, 200), ("ferme", "o-autre12345", 403)] {
        let document = trust(id);
        let parameters = [
            ("RoleName", name),
            ("AssumeRolePolicyDocument", document.as_str()),
        ];
        let role = world.iam_as(&there, "CreateRole", &parameters).text("Arn");
        assert_eq!(
            world.try_assume(&world.administrator(), &role, &[]).status,
            status,
            "{name}"
        );
    }
}

#[test]
fn another_account_s_user_is_out_of_iam_s_reach() {
    let world = World::frozen();
    let account = member(&world);
    let arn = format!("arn:aws:iam::{account}:user/alice");
    let (status, code, message) = world.refuses(
        "SimulatePrincipalPolicy",
        &[
            ("PolicySourceArn", &arn),
            ("ActionNames.member.1", "s3:GetObject"),
        ],
    );
    assert_eq!((status, code.as_str()), (400, "InvalidInput"), "{message}");
    assert_eq!(
        message,
        format!(
            "Invalid Policy Source Arn: caller's account {ACCOUNT} does not have access to policies in account {account}"
        )
    );
}
