//! Identities, sessions and the organization over resets, saved states and restarts.

use std::path::Path;

use serde_json::json;
use simulator::{Config, Simulator, Warning};

use super::super::client::World;
use super::super::common::killed_now;
use super::cross_account::member;
use super::{Who, allow, deny};

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
    assert_eq!(world.administrator().id, former.id);
    let used = world.does("GetAccessKeyLastUsed", &[("AccessKeyId", &alice.id)]);
    assert_eq!(used.text("ServiceName"), "s3");
    assert_eq!(world.iam_as(&former, "ListUsers", &[]).status, 200);
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

fn start(folder: &Path) -> World {
    let config = Config {
        data_dir: Some(folder.to_owned()),
        ..Config::default()
    };
    World {
        simulator: Simulator::start(config).unwrap(),
    }
}

const OF_ADMINISTRATOR: (&str, &str) = ("UserName", "administrateur");

#[test]
fn an_administrator_s_own_key_may_change_before_a_kill() {
    for (operation, more) in [
        ("DeleteAccessKey", None),
        ("UpdateAccessKey", Some(("Status", "Inactive"))),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let world = start(folder.path());
        let handed_out = world.administrator();
        let own = Who::of(&world.does("CreateAccessKey", &[OF_ADMINISTRATOR]));
        let mut parameters = vec![OF_ADMINISTRATOR, ("AccessKeyId", handed_out.id.as_str())];
        parameters.extend(more);
        assert_eq!(world.iam_as(&own, operation, &parameters).status, 200);
        world.iam_as(&own, "CreateUser", &[("UserName", "alice")]);
        let left = killed_now(folder.path());

        let again = start(left.path());
        assert_eq!(again.simulator.warnings(), [], "{operation}");
        // The other key works, and is the one that is handed out then.
        assert_eq!(again.administrator().id, own.id, "{operation}");
        assert_eq!(
            again.does("ListUsers", &[]).texts("UserName"),
            ["administrateur", "alice"]
        );
    }
}

#[test]
fn without_any_key_that_works_a_new_one_is_handed_out_and_kept() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    let handed_out = world.administrator();
    let key = [OF_ADMINISTRATOR, ("AccessKeyId", handed_out.id.as_str())];
    world.does("DeleteAccessKey", &key);
    let first = killed_now(folder.path());
    let world = start(first.path());
    let new = world.administrator();
    assert_ne!(new.id, handed_out.id);
    assert_eq!(
        world.does("ListAccessKeys", &[]).texts("AccessKeyId"),
        std::slice::from_ref(&new.id)
    );
    let key = [
        OF_ADMINISTRATOR,
        ("AccessKeyId", new.id.as_str()),
        ("Status", "Inactive"),
    ];
    world.does("UpdateAccessKey", &key);
    let second = killed_now(first.path());
    let world = start(second.path());
    assert_eq!(world.simulator.warnings(), []);
    assert_eq!(world.does("ListUsers", &[]).texts("UserName"), ["administrateur"]);
}

#[test]
fn an_administrator_who_is_locked_out_is_let_in_by_the_next_start() {
    let everything = ("PolicyArn", "arn:aws:iam::aws:policy/AdministratorAccess");
    let reading = "arn:aws:iam::aws:policy/ReadOnlyAccess";
    let denial = deny("*", "*");
    let inline = [
        OF_ADMINISTRATOR,
        ("PolicyName", "refus"),
        ("PolicyDocument", denial.as_str()),
    ];
    for (operation, parameters) in [
        ("DetachUserPolicy", &[OF_ADMINISTRATOR, everything][..]),
        (
            "PutUserPermissionsBoundary",
            &[OF_ADMINISTRATOR, ("PermissionsBoundary", reading)],
        ),
        ("PutUserPolicy", &inline),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let world = start(folder.path());
        world.does("CreateUser", &[("UserName", "alice")]);
        world.does(operation, parameters);
        assert_eq!(world.refuses("CreateUser", &[("UserName", "bob")]).0, 403);
        drop(world);
        let world = start(folder.path());
        let user = "administrateur".to_owned();
        assert_eq!(
            world.simulator.warnings(),
            [Warning::AdministratorRescued { user }]
        );
        world.does("CreateUser", &[("UserName", "bob")]);
        drop(world);
        let world = start(folder.path());
        assert_eq!(world.simulator.warnings(), [], "{operation}");
        assert_eq!(
            world.does("ListUsers", &[]).texts("UserName"),
            ["administrateur", "alice", "bob"]
        );
    }
}

#[test]
fn an_administrator_with_fewer_rights_who_can_help_themself_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let world = start(folder.path());
    world.put_policy("administrateur", "refus", &deny("s3:*", "*"));
    drop(world);
    let world = start(folder.path());
    assert_eq!(world.simulator.warnings(), []);
    assert_eq!(world.s3("GET", "/", "").status, 403);
}
