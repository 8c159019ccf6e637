//! Groups: membership, and the policies that members have by it.

use super::super::client::World;
use super::{ACCOUNT, allow};

#[test]
fn a_member_may_do_what_the_group_may() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", None);
    world.does("CreateGroup", &[("GroupName", "lecteurs")]);
    let document = allow("s3:GetObject", "arn:aws:s3:::rapports/*");
    world.does(
        "PutGroupPolicy",
        &[
            ("GroupName", "lecteurs"),
            ("PolicyName", "lire"),
            ("PolicyDocument", &document),
        ],
    );
    assert_eq!(world.reads(&alice, "rapports"), 403);
    world.does(
        "AddUserToGroup",
        &[("GroupName", "lecteurs"), ("UserName", "alice")],
    );
    assert_eq!(world.reads(&alice, "rapports"), 200);
    assert_eq!(world.reads(&alice, "secrets"), 403);
    world.does(
        "RemoveUserFromGroup",
        &[("GroupName", "lecteurs"), ("UserName", "alice")],
    );
    assert_eq!(world.reads(&alice, "rapports"), 403);
}

#[test]
fn a_group_shows_its_members_and_a_user_the_groups() {
    let world = World::frozen();
    let made = world.does("CreateGroup", &[("GroupName", "devs"), ("Path", "/equipe/")]);
    assert_eq!(
        made.text("Arn"),
        format!("arn:aws:iam::{ACCOUNT}:group/equipe/devs")
    );
    assert!(made.text("GroupId").starts_with("AGPA"));
    for name in ["bob", "alice"] {
        world.does("CreateUser", &[("UserName", name)]);
        world.does("AddUserToGroup", &[("GroupName", "devs"), ("UserName", name)]);
        world.does("AddUserToGroup", &[("GroupName", "devs"), ("UserName", name)]);
    }
    let shown = world.does("GetGroup", &[("GroupName", "devs")]);
    assert_eq!(shown.texts("UserName"), ["alice", "bob"]);
    world.does(
        "UpdateGroup",
        &[("GroupName", "devs"), ("NewGroupName", "devops")],
    );
    let groups = world.does("ListGroupsForUser", &[("UserName", "bob")]);
    assert_eq!(groups.texts("GroupName"), ["devops"]);
    assert_eq!(world.does("ListGroups", &[]).texts("GroupName"), ["devops"]);
}

#[test]
fn what_is_missing_is_named_the_user_before_the_group() {
    let world = World::frozen();
    world.does("CreateUser", &[("UserName", "alice")]);
    let missing = |what: &str| {
        (
            404,
            "NoSuchEntity".to_owned(),
            format!("The {what} cannot be found."),
        )
    };
    let both = |group, user| [("GroupName", group), ("UserName", user)];
    assert_eq!(
        world.refuses("RemoveUserFromGroup", &both("absent", "absente")),
        missing("user with name absente")
    );
    assert_eq!(
        world.refuses("AddUserToGroup", &both("absent", "alice")),
        missing("group with name absent")
    );
}

#[test]
fn a_group_with_members_or_policies_is_not_deleted() {
    let world = World::frozen();
    world.does("CreateGroup", &[("GroupName", "devs")]);
    world.does("CreateUser", &[("UserName", "alice")]);
    world.does("AddUserToGroup", &[("GroupName", "devs"), ("UserName", "alice")]);
    let document = allow("s3:*", "*");
    let policy = [
        ("GroupName", "devs"),
        ("PolicyName", "p"),
        ("PolicyDocument", document.as_str()),
    ];
    world.does("PutGroupPolicy", &policy);
    let refusal = || world.refuses("DeleteGroup", &[("GroupName", "devs")]).2;
    assert_eq!(
        refusal(),
        "Cannot delete entity, must remove users from group first."
    );
    world.does(
        "RemoveUserFromGroup",
        &[("GroupName", "devs"), ("UserName", "alice")],
    );
    assert_eq!(refusal(), "Cannot delete entity, must delete policies first.");
    assert_eq!(
        world
            .refuses("GetGroupPolicy", &[("GroupName", "devs"), ("PolicyName", "q")])
            .2,
        "The group policy with name q cannot be found."
    );
    world.does("DeleteGroupPolicy", &policy[..2]);
    world.does("DeleteGroup", &[("GroupName", "devs")]);
}
