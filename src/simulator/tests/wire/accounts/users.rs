//! Users: their life, their names, what hangs on them.

use super::super::client::World;
use super::{ACCOUNT, allow};

#[test]
fn a_user_is_made_shown_renamed_and_deleted() {
    let world = World::frozen();
    let made = world.does("CreateUser", &[("UserName", "alice"), ("Path", "/equipe/")]);
    assert_eq!(
        made.text("Arn"),
        format!("arn:aws:iam::{ACCOUNT}:user/equipe/alice")
    );
    assert!(made.text("UserId").starts_with("AIDA") && made.text("UserId").len() == 21);
    assert_eq!(made.text("RequestId"), made.header("x-amzn-requestid").unwrap());
    assert!(
        made.body
            .contains("xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"")
    );

    world.does(
        "UpdateUser",
        &[("UserName", "alice"), ("NewUserName", "alicia"), ("NewPath", "/")],
    );
    let shown = world.does("GetUser", &[("UserName", "alicia")]);
    assert_eq!(shown.text("Arn"), format!("arn:aws:iam::{ACCOUNT}:user/alicia"));
    assert_eq!(shown.text("UserId"), made.text("UserId"));
    let missing = |name: &str| {
        (
            404,
            "NoSuchEntity".into(),
            format!("The user with name {name} cannot be found."),
        )
    };
    assert_eq!(
        world.refuses("GetUser", &[("UserName", "alice")]),
        missing("alice")
    );

    world.does("DeleteUser", &[("UserName", "alicia")]);
    assert_eq!(
        world.refuses("DeleteUser", &[("UserName", "alicia")]),
        missing("alicia")
    );
}

#[test]
fn names_are_unique_in_any_case() {
    let world = World::frozen();
    world.does("CreateUser", &[("UserName", "alice")]);
    for name in ["alice", "Alice"] {
        let taken = (
            409,
            "EntityAlreadyExists".into(),
            format!("User with name {name} already exists."),
        );
        assert_eq!(world.refuses("CreateUser", &[("UserName", name)]), taken);
    }
    world.does("UpdateUser", &[("UserName", "alice"), ("NewUserName", "ALICE")]);
    world.does("GetUser", &[("UserName", "ALICE")]);
}

#[test]
fn names_and_paths_are_checked_in_iam_s_words() {
    let world = World::frozen();
    let validation = |message: &str| (400, "ValidationError".to_owned(), message.to_owned());
    assert_eq!(
        world.refuses("CreateUser", &[("UserName", "a b")]),
        validation(
            "The specified value for userName is invalid. It must contain only alphanumeric characters and/or the \
             following: +=,.@_-"
        )
    );
    assert_eq!(
        world.refuses("CreateUser", &[("UserName", &"a".repeat(65))]),
        validation(
            "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less \
             than or equal to 64"
        )
    );
    assert_eq!(
        world.refuses("CreateUser", &[]),
        validation(
            "1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must not be null"
        )
    );
    assert_eq!(
        world.refuses("CreateUser", &[("UserName", "alice"), ("Path", "equipe")]),
        validation(
            "The specified value for path is invalid. It must begin and end with / and contain only alphanumeric \
             characters and/or / characters."
        )
    );
}

#[test]
fn a_user_on_whom_something_hangs_is_not_deleted() {
    let world = World::frozen();
    let key = world.user("alice", Some(&allow("s3:*", "*")));
    let read_only = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    world.does(
        "AttachUserPolicy",
        &[("UserName", "alice"), ("PolicyArn", read_only)],
    );
    world.does("CreateGroup", &[("GroupName", "devs")]);
    world.does("AddUserToGroup", &[("UserName", "alice"), ("GroupName", "devs")]);
    let refusal = || world.refuses("DeleteUser", &[("UserName", "alice")]);
    let conflict = |what: &str| {
        (
            409,
            "DeleteConflict".to_owned(),
            format!("Cannot delete entity, {what} first."),
        )
    };

    assert_eq!(refusal(), conflict("must remove users from group"));
    world.does(
        "RemoveUserFromGroup",
        &[("UserName", "alice"), ("GroupName", "devs")],
    );
    assert_eq!(refusal(), conflict("must detach all policies"));
    world.does(
        "DetachUserPolicy",
        &[("UserName", "alice"), ("PolicyArn", read_only)],
    );
    assert_eq!(refusal(), conflict("must delete policies"));
    world.does(
        "DeleteUserPolicy",
        &[("UserName", "alice"), ("PolicyName", "droits")],
    );
    assert_eq!(refusal(), conflict("must delete access keys"));
    world.does(
        "DeleteAccessKey",
        &[("UserName", "alice"), ("AccessKeyId", &key.id)],
    );
    world.does("DeleteUser", &[("UserName", "alice")]);
}

#[test]
fn listings_are_cut_into_pages_and_filtered_by_path() {
    let world = World::frozen();
    for number in 0..5 {
        let name = format!("u{number}");
        world.does("CreateUser", &[("UserName", &name), ("Path", "/equipe/")]);
    }
    let (mut names, mut marker) = (Vec::new(), String::new());
    loop {
        let mut parameters = vec![("PathPrefix", "/equipe/"), ("MaxItems", "2")];
        if !marker.is_empty() {
            parameters.push(("Marker", &marker));
        }
        let page = world.does("ListUsers", &parameters);
        names.extend(page.texts("UserName"));
        if page.text("IsTruncated") == "false" {
            assert!(page.texts("Marker").is_empty());
            break;
        }
        marker = page.text("Marker");
    }
    assert_eq!(names, ["u0", "u1", "u2", "u3", "u4"]);
    assert_eq!(
        world.does("ListUsers", &[]).texts("UserName"),
        ["administrateur", "u0", "u1", "u2", "u3", "u4"]
    );
}

#[test]
fn get_user_without_a_name_is_about_the_caller() {
    let world = World::frozen();
    assert_eq!(world.does("GetUser", &[]).text("UserName"), "administrateur");
    let alice = world.user(
        "alice",
        Some(&allow("iam:GetUser", "arn:aws:iam::*:user/${aws:username}")),
    );
    assert_eq!(world.iam_as(&alice, "GetUser", &[]).text("UserName"), "alice");
    let role = world.role("lecteur", &allow("iam:GetUser", "*"));
    let session = world.assume(&world.administrator(), &role, &[]);
    assert_eq!(
        world.iam_as(&session, "GetUser", &[]).fault(),
        (
            400,
            "ValidationError".to_owned(),
            "Must specify userName when calling with non-User credentials".to_owned()
        )
    );
}
