//! Access keys: their number, their status, their last use.

use super::super::client::World;
use super::allow;

#[test]
fn a_deactivated_key_is_unknown_to_every_service() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", Some(&allow("*", "*")));
    assert_eq!(world.reads(&alice, "rapports"), 200);
    let status = |status| {
        let parameters = [
            ("UserName", "alice"),
            ("AccessKeyId", alice.id.as_str()),
            ("Status", status),
        ];
        world.does("UpdateAccessKey", &parameters);
    };
    status("Inactive");
    let refused = world.s3_as(&alice, "GET", "/rapports/a.txt", "");
    assert_eq!(
        (refused.status, refused.text("Code").as_str()),
        (403, "InvalidAccessKeyId")
    );
    let refused = world.sts_as(&alice, "GetCallerIdentity", &[]);
    assert_eq!(
        refused.fault(),
        (
            403,
            "InvalidClientTokenId".to_owned(),
            "The security token included in the request is invalid.".to_owned()
        )
    );
    let keys = world.does("ListAccessKeys", &[("UserName", "alice")]);
    assert_eq!(keys.texts("Status"), ["Inactive"]);
    assert!(!keys.body.contains(&alice.secret));
    status("Active");
    assert_eq!(world.reads(&alice, "rapports"), 200);
    world.does(
        "DeleteAccessKey",
        &[("UserName", "alice"), ("AccessKeyId", &alice.id)],
    );
    assert_eq!(world.reads(&alice, "rapports"), 403);
}

#[test]
fn a_user_has_two_keys_at_most() {
    let world = World::frozen();
    world.user("alice", None);
    world.does("CreateAccessKey", &[("UserName", "alice")]);
    assert_eq!(
        world.refuses("CreateAccessKey", &[("UserName", "alice")]),
        (
            409,
            "LimitExceeded".to_owned(),
            "Cannot exceed quota for AccessKeysPerUser: 2".to_owned()
        )
    );
}

#[test]
fn a_key_tells_what_it_was_last_used_for() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", Some(&allow("*", "*")));
    let last_used = || world.does("GetAccessKeyLastUsed", &[("AccessKeyId", &alice.id)]);
    assert_eq!(last_used().text("ServiceName"), "N/A");
    assert!(last_used().texts("LastUsedDate").is_empty());
    world.reads(&alice, "rapports");
    let used = last_used();
    assert_eq!(
        (
            used.text("UserName"),
            used.text("ServiceName"),
            used.text("Region")
        ),
        ("alice".to_owned(), "s3".to_owned(), "eu-west-3".to_owned())
    );
    assert_eq!(used.texts("LastUsedDate").len(), 1);
    let (status, code, message) =
        world.refuses("GetAccessKeyLastUsed", &[("AccessKeyId", "AKIAIOSFODNN7EXAMPLE")]);
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    assert!(message.ends_with("iam:GetAccessKeyLastUsed on resource: access key AKIAIOSFODNN7EXAMPLE"));
}

#[test]
fn a_key_of_another_user_is_not_found() {
    let world = World::frozen();
    let alice = world.user("alice", None);
    world.does("CreateUser", &[("UserName", "bob")]);
    let parameters = [
        ("UserName", "bob"),
        ("AccessKeyId", alice.id.as_str()),
        ("Status", "Inactive"),
    ];
    assert_eq!(
        world.refuses("UpdateAccessKey", &parameters).2,
        format!("The Access Key with id {} cannot be found.", alice.id)
    );
    let parameters = [
        ("UserName", "alice"),
        ("AccessKeyId", alice.id.as_str()),
        ("Status", "Broken"),
    ];
    assert_eq!(
        world.refuses("UpdateAccessKey", &parameters).2,
        "1 validation error detected: Value at 'status' failed to satisfy constraint: Member must satisfy enum value set"
    );
}

#[test]
fn a_renamed_user_keeps_the_keys() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", Some(&allow("*", "*")));
    world.does("UpdateUser", &[("UserName", "alice"), ("NewUserName", "alicia")]);
    assert_eq!(world.reads(&alice, "rapports"), 200);
    let caller = world.sts_as(&alice, "GetCallerIdentity", &[]);
    assert_eq!(caller.text("Arn"), "arn:aws:iam::123456789012:user/alicia");
}

#[test]
fn the_administrator_s_key_comes_back_with_a_reset_and_not_before() {
    let world = World::frozen();
    let administrator = world.administrator();
    let parameters = [("AccessKeyId", administrator.id.as_str()), ("Status", "Inactive")];
    world.does("UpdateAccessKey", &parameters);
    assert_eq!(world.iam("GetUser", &[]).status, 403);
    world.simulator.reset();
    assert_eq!(
        world.does("ListAccessKeys", &[]).texts("AccessKeyId"),
        [administrator.id]
    );
}
