//! Identities, sessions and the organization over resets, saved states and restarts.

use serde_json::json;
use simulator::{Config, Simulator};

use super::super::client::World;
use super::cross_account::member;
use super::{allow, deny};

#[test]
fn a_reset_leaves_the_administrator_alone_with_the_same_key() {
    let world = World::frozen();
    let before = world.administrator();
    let account = member(&world);
    let alice = world.user("alice", Some(&allow("*", "*")));
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let session = world.assume(&before, &role, &[]);
    world.put_policy("administrateur", "refus", &deny("iam:ListUsers", "*"));
    world.simulator.reset();
    assert_eq!(world.administrator().id, before.id);
    assert_eq!(world.does("ListUsers", &[]).texts("UserName"), ["administrateur"]);
    for gone in [&alice, &session] {
        assert_eq!(
            world.sts_as(gone, "GetCallerIdentity", &[]).text("Code"),
            "InvalidClientTokenId"
        );
    }
    let absent = world.organizations_as(&before, "DescribeOrganization", &json!({}));
    assert_eq!(absent.error(), "AWSOrganizationsNotInUseException");
    let there = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    assert_eq!(world.try_assume(&before, &there, &[]).status, 403);
}

#[test]
fn a_saved_state_comes_back_with_its_identities() {
    let world = World::frozen();
    let alice = world.user("alice", Some(&allow("iam:Get*", "*")));
    let number = world.simulator.snapshot();
    world.put_policy("alice", "droits", &deny("*", "*"));
    world.user("bob", None);
    assert_eq!(world.iam_as(&alice, "GetUser", &[]).status, 403);
    assert!(world.simulator.restore(number));
    assert_eq!(world.iam_as(&alice, "GetUser", &[]).status, 200);
    assert_eq!(
        world.does("ListUsers", &[]).texts("UserName"),
        ["administrateur", "alice"]
    );
}

#[test]
fn identities_policies_and_sessions_are_there_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let config = Config {
            frozen: true,
            data_dir: Some(folder.path().to_owned()),
            ..Config::default()
        };
        World {
            simulator: Simulator::start(config).unwrap(),
        }
    };
    let world = start();
    let former = world.administrator();
    let account = member(&world);
    world.buckets();
    let alice = world.user("alice", Some(&allow("s3:GetObject", "arn:aws:s3:::rapports/*")));
    let role = world.role("lecteur", &allow("s3:GetObject", "arn:aws:s3:::secrets/*"));
    let session = world.assume(&former, &role, &[]);
    world.reads(&alice, "rapports");
    drop(world);

    let world = start();
    assert_ne!(world.administrator().id, former.id);
    let used = world.does("GetAccessKeyLastUsed", &[("AccessKeyId", &alice.id)]);
    assert_eq!(used.text("ServiceName"), "s3");
    assert_eq!(
        world.iam_as(&former, "ListUsers", &[]).text("Code"),
        "InvalidClientTokenId"
    );
    assert_eq!(
        world.does("ListAccessKeys", &[]).texts("AccessKeyId"),
        [world.administrator().id]
    );
    assert_eq!(
        (world.reads(&alice, "rapports"), world.reads(&alice, "secrets")),
        (200, 403)
    );
    assert_eq!(
        (
            world.reads(&session, "rapports"),
            world.reads(&session, "secrets")
        ),
        (403, 200)
    );
    let described = world.organizes("DescribeAccount", &json!({ "AccountId": account }));
    assert_eq!(described["Account"]["Name"], "equipe");
}

#[test]
fn an_administrator_who_was_deleted_is_back_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        let config = Config {
            data_dir: Some(folder.path().to_owned()),
            ..Config::default()
        };
        World {
            simulator: Simulator::start(config).unwrap(),
        }
    };
    let world = start();
    let alice = world.user("alice", Some(&allow("*", "*")));
    let administrator = ("UserName", "administrateur");
    let everything = ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess");
    world.iam_as(&alice, "DetachUserPolicy", &[administrator, everything]);
    let key = [administrator, ("AccessKeyId", world.simulator.access_key_id())];
    world.iam_as(&alice, "DeleteAccessKey", &key);
    assert_eq!(world.iam_as(&alice, "DeleteUser", &[administrator]).status, 200);
    drop(world);
    assert_eq!(
        start().does("ListUsers", &[]).texts("UserName"),
        ["administrateur", "alice"]
    );
}
