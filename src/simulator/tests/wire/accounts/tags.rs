//! Tags, and policies that look at them.

use super::super::client::World;
use super::allow;

const TEAM: [(&str, &str); 2] = [("Tags.member.1.Key", "equipe"), ("Tags.member.1.Value", "rouge")];

#[test]
fn tags_are_given_changed_and_taken_away() {
    let world = World::frozen();
    let mut parameters = vec![("UserName", "alice")];
    parameters.extend(TEAM);
    let made = world.does("CreateUser", &parameters);
    assert_eq!(
        (made.text("Key"), made.text("Value")),
        ("equipe".into(), "rouge".into())
    );
    let change = [
        ("UserName", "alice"),
        ("Tags.member.1.Key", "Equipe"),
        ("Tags.member.1.Value", "bleue"),
    ];
    world.does("TagUser", &change);
    let tags = world.does("ListUserTags", &[("UserName", "alice")]);
    assert_eq!(
        (tags.texts("Key"), tags.texts("Value")),
        (vec!["Equipe".into()], vec!["bleue".into()])
    );
    world.does(
        "UntagUser",
        &[("UserName", "alice"), ("TagKeys.member.1", "equipe")],
    );
    assert!(
        world
            .does("ListUserTags", &[("UserName", "alice")])
            .texts("Key")
            .is_empty()
    );
    assert!(world.does("ListUsers", &[]).texts("Key").is_empty());
}

#[test]
fn tags_are_checked() {
    let world = World::frozen();
    world.user("alice", None);
    let twice = [
        ("UserName", "alice"),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "1"),
        ("Tags.member.2.Key", "A"),
        ("Tags.member.2.Value", "2"),
    ];
    assert_eq!(
        world.refuses("TagUser", &twice),
        (
            400,
            "InvalidInput".to_owned(),
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.".to_owned()
        )
    );
    let wrong = [
        ("UserName", "alice"),
        ("Tags.member.1.Key", "a*b"),
        ("Tags.member.1.Value", ""),
    ];
    assert_eq!(
        world.refuses("TagUser", &wrong).2,
        "1 validation error detected: Value at 'tags.1.member.key' failed to satisfy constraint: Member must satisfy \
         regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+"
    );
}

#[test]
fn the_tags_of_policies_differ_by_their_case() {
    let world = World::frozen();
    let document = allow("s3:*", "*");
    let parameters = [
        ("PolicyName", "p"),
        ("PolicyDocument", document.as_str()),
        ("Tags.member.1.Key", "a"),
        ("Tags.member.1.Value", "bas"),
        ("Tags.member.2.Key", "A"),
        ("Tags.member.2.Value", "haut"),
    ];
    let arn = world.does("CreatePolicy", &parameters).text("Arn");
    let tags = world.does("ListPolicyTags", &[("PolicyArn", &arn)]);
    assert_eq!(tags.texts("Key"), ["A", "a"]);
}

#[test]
fn a_principal_may_be_let_at_what_bears_the_same_tag() {
    let world = World::frozen();
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:GetRole","Resource":"*","Condition":{"StringEquals":{"iam:ResourceTag/equipe":"${aws:PrincipalTag/equipe}"}}}]}"#;
    let alice = world.user("alice", Some(document));
    let tag = |action: &str, name: (&str, &str)| {
        let mut parameters = vec![name];
        parameters.extend(TEAM);
        world.does(action, &parameters);
    };
    for name in ["rouge", "autre"] {
        world.role(name, &allow("s3:*", "*"));
    }
    tag("TagRole", ("RoleName", "rouge"));
    let sees = |name| world.iam_as(&alice, "GetRole", &[("RoleName", name)]).status;
    assert_eq!((sees("rouge"), sees("autre")), (403, 403));
    tag("TagUser", ("UserName", "alice"));
    assert_eq!((sees("rouge"), sees("autre")), (200, 403));
}

#[test]
fn a_policy_may_ask_for_the_tags_that_something_is_made_with() {
    let world = World::frozen();
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:CreateUser","iam:TagUser"],"Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/equipe":"rouge"},"ForAllValues:StringEquals":{"aws:TagKeys":["equipe"]}}}]}"#;
    let alice = world.user("alice", Some(document));
    let create = |name, more: &[(&str, &str)]| {
        let mut parameters = vec![("UserName", name)];
        parameters.extend(more);
        world.iam_as(&alice, "CreateUser", &parameters).status
    };
    assert_eq!(create("sans", &[]), 403);
    assert_eq!(create("avec", &TEAM), 200);
    let more = [
        TEAM[0],
        TEAM[1],
        ("Tags.member.2.Key", "autre"),
        ("Tags.member.2.Value", "x"),
    ];
    assert_eq!(create("trop", &more), 403);
}

#[test]
fn whoever_makes_something_with_tags_needs_the_permission_to_tag_it() {
    let world = World::frozen();
    let makers = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iam:Create*"],"Resource":"*"}]}"#;
    let alice = world.user("alice", Some(makers));
    let policy = allow("s3:*", "*");
    for (operation, tagging, resource, parameters) in [
        ("CreateUser", "TagUser", "user/bob", vec![("UserName", "bob")]),
        (
            "CreateRole",
            "TagRole",
            "role/lecteur",
            vec![
                ("RoleName", "lecteur"),
                ("AssumeRolePolicyDocument", super::TRUST_ACCOUNT),
            ],
        ),
        (
            "CreateInstanceProfile",
            "TagInstanceProfile",
            "instance-profile/machine",
            vec![("InstanceProfileName", "machine")],
        ),
        (
            "CreatePolicy",
            "TagPolicy",
            "policy lecture",
            vec![("PolicyName", "lecture"), ("PolicyDocument", policy.as_str())],
        ),
    ] {
        let mut tagged = parameters.clone();
        tagged.extend(TEAM);
        let refused = world.iam_as(&alice, operation, &tagged);
        assert_eq!(refused.status, 403, "{operation}");
        let message = refused.text("Message");
        assert!(
            message.contains(&format!("perform: iam:{tagging} on resource: ")),
            "{message}"
        );
        assert!(message.contains(resource), "{message}");
        assert_eq!(
            world.iam_as(&alice, operation, &parameters).status,
            200,
            "{operation}"
        );
    }
}

#[test]
fn keys_that_begin_with_aws_are_not_given() {
    let world = World::frozen();
    world.user("alice", None);
    let tag = [("Tags.member.1.Key", "AWS:equipe"), ("Tags.member.1.Value", "x")];
    for (operation, name) in [
        ("TagUser", ("UserName", "alice")),
        ("CreateUser", ("UserName", "bob")),
    ] {
        let mut parameters = vec![name];
        parameters.extend(tag);
        assert_eq!(
            world.refuses(operation, &parameters).1,
            "InvalidInput",
            "{operation}"
        );
    }
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let session = world.try_assume(&world.administrator(), &role, &tag);
    assert_eq!(session.status, 400, "{}", session.body);
}
