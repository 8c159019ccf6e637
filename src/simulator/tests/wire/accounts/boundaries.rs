//! Permissions boundaries.

use super::super::client::World;
use super::{TRUST_ACCOUNT, allow};

fn boundary(world: &World) -> String {
    let document = allow("s3:GetObject", "arn:aws:s3:::rapports/*");
    let parameters = [("PolicyName", "Limite"), ("PolicyDocument", document.as_str())];
    world.does("CreatePolicy", &parameters).text("Arn")
}

#[test]
fn a_boundary_takes_away_and_gives_nothing() {
    let world = World::frozen();
    world.buckets();
    let arn = boundary(&world);
    let alice = world.user("alice", Some(&allow("s3:*", "*")));
    let bob = world.user("bob", None);
    for name in ["alice", "bob"] {
        let parameters = [("UserName", name), ("PermissionsBoundary", arn.as_str())];
        world.does("PutUserPermissionsBoundary", &parameters);
    }
    assert_eq!(
        (world.reads(&alice, "rapports"), world.reads(&alice, "secrets")),
        (200, 403)
    );
    assert_eq!(world.reads(&bob, "rapports"), 403);
    let refused = world.s3_as(&alice, "GET", "/secrets/a.txt", "");
    assert!(
        refused
            .text("Message")
            .ends_with("because no permissions boundary allows the s3:GetObject action"),
        "{}",
        refused.body
    );
    world.does("DeleteUserPermissionsBoundary", &[("UserName", "alice")]);
    assert_eq!(world.reads(&alice, "secrets"), 200);
    assert_eq!(
        world
            .refuses("DeleteUserPermissionsBoundary", &[("UserName", "alice")])
            .0,
        404
    );
}

#[test]
fn a_role_has_its_boundary_from_the_start() {
    let world = World::frozen();
    world.buckets();
    let arn = boundary(&world);
    let parameters = [
        ("RoleName", "borne"),
        ("AssumeRolePolicyDocument", TRUST_ACCOUNT),
        ("PermissionsBoundary", arn.as_str()),
    ];
    let made = world.does("CreateRole", &parameters);
    assert_eq!(
        (
            made.text("PermissionsBoundaryType").as_str(),
            made.text("PermissionsBoundaryArn")
        ),
        ("Policy", arn.clone())
    );
    let full = "arn:aws:iam::aws:policy/AmazonS3FullAccess";
    world.does("AttachRolePolicy", &[("RoleName", "borne"), ("PolicyArn", full)]);
    let session = world.assume(&world.administrator(), &made.text("Arn"), &[]);
    assert_eq!(
        (
            world.reads(&session, "rapports"),
            world.reads(&session, "secrets")
        ),
        (200, 403)
    );
    assert_eq!(
        world
            .does("GetPolicy", &[("PolicyArn", &arn)])
            .text("PermissionsBoundaryUsageCount"),
        "1"
    );
    assert!(
        world
            .does("ListRoles", &[])
            .texts("PermissionsBoundaryArn")
            .is_empty()
    );
}

#[test]
fn a_delegate_may_only_make_users_with_the_boundary() {
    let world = World::frozen();
    let arn = boundary(&world);
    let document = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*","Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{arn}"}}}}}}]}}"#
    );
    let delegate = world.user("deleguee", Some(&document));
    let with = [("UserName", "nouvelle"), ("PermissionsBoundary", arn.as_str())];
    assert_eq!(world.iam_as(&delegate, "CreateUser", &with[..1]).status, 403);
    assert_eq!(world.iam_as(&delegate, "CreateUser", &with).status, 200);
}

#[test]
fn a_boundary_that_is_no_policy_is_refused() {
    let world = World::frozen();
    world.does("CreateUser", &[("UserName", "alice")]);
    let put = |arn: &str| {
        world.refuses(
            "PutUserPermissionsBoundary",
            &[("UserName", "alice"), ("PermissionsBoundary", arn)],
        )
    };
    let user = "arn:aws:iam::123456789012:user/alice";
    assert_eq!(
        put(user),
        (
            400,
            "InvalidInput".to_owned(),
            format!("Value ({user}) for parameter PermissionsBoundary is invalid.")
        )
    );
    assert_eq!(put("arn:aws:iam::123456789012:policy/absente").1, "NoSuchEntity");
}
