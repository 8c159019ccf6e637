//! How IAM speaks, whatever is asked: unsigned calls, unknown actions, regions, denials, the journal.

use super::super::client::World;
use super::{ACCOUNT, FORM, allow, deny, form};

#[test]
fn an_unsigned_call_is_refused_whether_it_is_a_form_or_a_url() {
    let world = World::frozen();
    let host = world.host();
    let body = form("ListUsers", "2010-05-08", &[]);
    let posted = world.plain("POST", "/", &[("host", &host), FORM[0]], &body);
    let got = world.plain("GET", &format!("/?{body}"), &[("host", &host)], "");
    for answer in [&posted, &got] {
        assert_eq!(
            answer.fault(),
            (
                403,
                "MissingAuthenticationToken".to_owned(),
                "Request is missing Authentication Token".to_owned()
            )
        );
    }
    assert!(
        got.body.contains("https://iam.amazonaws.com/doc/2010-05-08/"),
        "{}",
        got.body
    );
}

#[test]
fn iam_is_in_one_region_and_takes_the_signature_of_another() {
    let world = World::frozen();
    let body = form("ListUsers", "2010-05-08", &[]);
    let signed_for = |region| {
        let credentials = world.administrator().credentials();
        world.signed_by(credentials, region, "iam", "POST", "/", &FORM, &body)
    };
    assert_eq!(signed_for("us-east-1").status, 200);
    assert_eq!(signed_for("eu-west-3").status, 200);
    let refused = signed_for("us-west-2").fault();
    assert_eq!((refused.0, refused.1.as_str()), (403, "SignatureDoesNotMatch"));
}

#[test]
fn an_unknown_action_is_told_with_the_version() {
    let world = World::frozen();
    assert_eq!(
        world.refuses("CreateMoon", &[]),
        (
            400,
            "InvalidAction".to_owned(),
            "Could not find operation CreateMoon for version 2010-05-08".to_owned()
        )
    );
}

#[test]
fn a_denial_names_what_it_is_about_as_iam_does() {
    let world = World::frozen();
    world.role("lecteur", &allow("s3:*", "*"));
    let alice = world.user("alice", None);
    let denied = |action: &str, parameters: &[(&str, &str)]| {
        let message = world.iam_as(&alice, action, parameters).text("Message");
        let after = message.split_once(" on resource: ").unwrap().1.to_owned();
        after.split_once(" because").unwrap().0.to_owned()
    };
    assert_eq!(denied("GetRole", &[("RoleName", "lecteur")]), "role lecteur");
    assert_eq!(denied("GetUser", &[]), "user alice");
    assert_eq!(denied("ListUsers", &[]), format!("arn:aws:iam::{ACCOUNT}:user/"));
    assert_eq!(
        denied("CreateUser", &[("UserName", "bob")]),
        format!("arn:aws:iam::{ACCOUNT}:user/bob")
    );
    assert_eq!(denied("CreatePolicy", &[("PolicyName", "p")]), "policy p");
    assert_eq!(denied("GetAccountSummary", &[]), "*");
    let arn = "arn:aws:iam::aws:policy/AdministratorAccess";
    assert_eq!(
        denied("GetPolicy", &[("PolicyArn", arn)]),
        format!("policy {arn}")
    );
}

#[test]
fn an_explicit_denial_wins_over_the_administrator_s_policy() {
    let world = World::frozen();
    world.put_policy("administrateur", "refus", &deny("iam:ListGroups", "*"));
    let message = world.refuses("ListGroups", &[]).2;
    assert!(
        message.ends_with("with an explicit deny in an identity-based policy"),
        "{message}"
    );
}

#[test]
fn the_journal_tells_who_was_denied_and_what_each_policy_said() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", Some(&allow("s3:PutObject", "*")));
    assert_eq!(world.reads(&alice, "rapports"), 403);
    let last = world.simulator.journal().pop().unwrap();
    assert_eq!(last.principal, format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    assert_eq!(
        (last.resource.as_str(), last.status),
        ("arn:aws:s3:::rapports/a.txt", 403)
    );
    let details = world.simulator.call_details(last.id).unwrap();
    let decision = &details.authorisation[0];
    assert_eq!(decision["decision"], "implicitDeny");
    assert_eq!(decision["action"], "s3:GetObject");
    assert!(decision.to_string().contains("droits"), "{decision}");
}

#[test]
fn everything_about_an_account_comes_in_one_answer() {
    let world = World::frozen();
    world.user("alice", Some(&allow("s3:*", "*")));
    world.role("lecteur", &allow("s3:*", "*"));
    let all = world.does("GetAccountAuthorizationDetails", &[]);
    assert_eq!(all.texts("UserName"), ["administrateur", "alice"]);
    assert_eq!(all.texts("RoleName"), ["lecteur"]);
    assert!(all.body.contains("<RolePolicyList>") && all.body.contains("<UserPolicyList>"));
    assert!(
        all.texts("PolicyName")
            .contains(&"AdministratorAccess".to_owned())
    );
    let roles = world.does("GetAccountAuthorizationDetails", &[("Filter.member.1", "Role")]);
    assert!(roles.texts("UserName").is_empty() && roles.body.contains("<UserDetailList/>"));
    let page = world.does("GetAccountAuthorizationDetails", &[("MaxItems", "1")]);
    assert_eq!(
        (page.text("IsTruncated"), page.texts("UserName").len()),
        ("true".into(), 1)
    );
}
