//! Quotas, each with its own words.

use super::super::client::World;
use super::allow;

fn limit(message: &str) -> (u16, String, String) {
    (409, "LimitExceeded".to_owned(), message.to_owned())
}

#[test]
fn a_managed_policy_s_characters_are_counted_without_white_space() {
    let world = World::frozen();
    let sized = |size: usize| {
        let short = allow("s3:*", "arn:aws:s3:::x");
        allow(
            "s3:*",
            &format!("arn:aws:s3:::{}", "x".repeat(size - short.len() + 1)),
        )
    };
    let create = |name: &str, document: &str| {
        world.iam(
            "CreatePolicy",
            &[("PolicyName", name), ("PolicyDocument", document)],
        )
    };
    let spaced = sized(6144).replacen('{', "{ \n\t    ", 1);
    assert_eq!(create("juste", &spaced).status, 200);
    assert_eq!(
        create("trop", &sized(6145)).fault(),
        limit("Cannot exceed quota for PolicySize: 6144")
    );
}

#[test]
fn inline_policies_share_the_quota_of_their_holder() {
    let world = World::frozen();
    world.user("alice", None);
    world.does("CreateGroup", &[("GroupName", "devs")]);
    world.role("lecteur", &allow("s3:*", "*"));
    let document = |length: usize| allow("s3:*", &format!("arn:aws:s3:::{}", "x".repeat(length)));
    let put = |action: &str, holder: (&str, &str), policy: &str, document: &str| {
        world.iam(
            action,
            &[holder, ("PolicyName", policy), ("PolicyDocument", document)],
        )
    };
    let alice = ("UserName", "alice");
    assert_eq!(put("PutUserPolicy", alice, "a", &document(1000)).status, 200);
    let over = put("PutUserPolicy", alice, "b", &document(1000));
    assert_eq!(
        over.fault(),
        limit("Maximum policy size of 2048 bytes exceeded for user alice")
    );
    // A policy that is replaced does not count beside its new text.
    assert_eq!(put("PutUserPolicy", alice, "a", &document(1900)).status, 200);
    let over = put("PutGroupPolicy", ("GroupName", "devs"), "g", &document(5100));
    assert_eq!(
        over.fault(),
        limit("Maximum policy size of 5120 bytes exceeded for group devs")
    );
    let over = put("PutRolePolicy", ("RoleName", "lecteur"), "r", &document(10_200));
    assert_eq!(
        over.fault(),
        limit("Maximum policy size of 10240 bytes exceeded for role lecteur")
    );
}

#[test]
fn ten_managed_policies_are_attached_at_most() {
    let world = World::frozen();
    world.user("alice", None);
    let document = allow("s3:*", "*");
    for number in 0..=10 {
        let name = format!("p{number}");
        let made = world.does(
            "CreatePolicy",
            &[("PolicyName", &name), ("PolicyDocument", &document)],
        );
        let answer = world.iam(
            "AttachUserPolicy",
            &[("UserName", "alice"), ("PolicyArn", &made.text("Arn"))],
        );
        if number < 10 {
            assert_eq!(answer.status, 200);
        } else {
            assert_eq!(
                answer.fault(),
                limit("Cannot exceed quota for PoliciesPerUser: 10")
            );
        }
    }
}

#[test]
fn a_user_is_in_ten_groups_at_most() {
    let world = World::frozen();
    world.user("alice", None);
    for number in 0..=10 {
        let name = format!("g{number}");
        world.does("CreateGroup", &[("GroupName", &name)]);
        let answer = world.iam("AddUserToGroup", &[("UserName", "alice"), ("GroupName", &name)]);
        if number < 10 {
            assert_eq!(answer.status, 200);
        } else {
            assert_eq!(answer.fault(), limit("Cannot exceed quota for GroupsPerUser: 10"));
        }
    }
}

#[test]
fn an_account_has_three_hundred_groups_at_most() {
    let world = World::frozen();
    for number in 0..300 {
        world.does("CreateGroup", &[("GroupName", &format!("g{number}"))]);
    }
    assert_eq!(
        world.refuses("CreateGroup", &[("GroupName", "trop")]),
        limit("Cannot exceed quota for GroupsPerAccount: 300")
    );
}

#[test]
fn an_instance_profile_holds_one_role() {
    let world = World::frozen();
    for name in ["un", "deux"] {
        world.role(name, &allow("s3:*", "*"));
    }
    let profile = ("InstanceProfileName", "machine");
    world.does("CreateInstanceProfile", &[profile]);
    world.does("AddRoleToInstanceProfile", &[profile, ("RoleName", "un")]);
    assert_eq!(
        world.refuses("AddRoleToInstanceProfile", &[profile, ("RoleName", "deux")]),
        limit("Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1")
    );
    let shown = world.does("GetInstanceProfile", &[profile]);
    assert_eq!(shown.text("RoleName"), "un");
    assert_eq!(
        world.refuses("DeleteInstanceProfile", &[profile]).2,
        "Cannot delete entity, must remove roles from instance profile first."
    );
    assert_eq!(
        world.refuses("DeleteRole", &[("RoleName", "un")]).2,
        "Cannot delete entity, must remove roles from instance profile first."
    );
    assert_eq!(
        world
            .does("ListInstanceProfilesForRole", &[("RoleName", "un")])
            .texts("InstanceProfileName"),
        ["machine"]
    );
    world.does("RemoveRoleFromInstanceProfile", &[profile, ("RoleName", "un")]);
    world.does("DeleteInstanceProfile", &[profile]);
}

#[test]
fn the_summary_counts_what_there_is() {
    let world = World::frozen();
    world.user("alice", None);
    world.role("lecteur", &allow("s3:*", "*"));
    let summary = world.does("GetAccountSummary", &[]);
    let keys = summary.texts("key");
    let value = |key: &str| {
        let at = keys.iter().position(|other| other == key).unwrap();
        summary.texts("value")[at].clone()
    };
    assert_eq!(
        (value("Users"), value("Roles"), value("Groups")),
        ("2".into(), "1".into(), "0".into())
    );
    assert_eq!(
        (value("PolicySizeQuota"), value("UsersQuota")),
        ("6144".into(), "5000".into())
    );
    assert_eq!(value("PolicyVersionsInUse"), "1");
}

#[test]
fn an_account_has_one_alias() {
    let world = World::frozen();
    world.does("CreateAccountAlias", &[("AccountAlias", "cahier-un")]);
    world.does("CreateAccountAlias", &[("AccountAlias", "cahier-deux")]);
    assert_eq!(
        world.does("ListAccountAliases", &[]).texts("member"),
        ["cahier-deux"]
    );
    assert_eq!(
        world
            .refuses("DeleteAccountAlias", &[("AccountAlias", "cahier-un")])
            .0,
        404
    );
    world.does("DeleteAccountAlias", &[("AccountAlias", "cahier-deux")]);
    assert_eq!(
        world
            .refuses("CreateAccountAlias", &[("AccountAlias", "Cahier")])
            .1,
        "ValidationError"
    );
}
