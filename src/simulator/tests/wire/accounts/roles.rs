//! Roles: trust, sessions, chains.

use super::super::client::World;
use super::{ACCOUNT, TRUST_ACCOUNT, allow, deny};

#[test]
fn a_role_lets_who_assumes_it_do_what_it_may_and_nothing_else() {
    let world = World::frozen();
    world.buckets();
    let role = world.role("lecteur", &allow("s3:GetObject", "arn:aws:s3:::rapports/*"));
    let session = world.assume(&world.administrator(), &role, &[]);
    assert!(session.id.starts_with("ASIA"));
    assert_eq!(
        (
            world.reads(&session, "rapports"),
            world.reads(&session, "secrets")
        ),
        (200, 403)
    );
    let identity = world.sts_as(&session, "GetCallerIdentity", &[]);
    assert_eq!(
        identity.text("Arn"),
        format!("arn:aws:sts::{ACCOUNT}:assumed-role/lecteur/essai")
    );
    assert!(identity.text("UserId").starts_with("AROA") && identity.text("UserId").ends_with(":essai"));
    let refused = world.s3_as(&session, "GET", "/secrets/a.txt", "");
    assert_eq!(
        refused.text("Message"),
        format!(
            "User: arn:aws:sts::{ACCOUNT}:assumed-role/lecteur/essai is not authorized to perform: s3:GetObject on \
             resource: \"arn:aws:s3:::secrets/a.txt\" because no identity-based policy allows the s3:GetObject action"
        )
    );
}

#[test]
fn in_one_account_the_account_s_trust_needs_the_caller_s_own_policy_too() {
    let world = World::frozen();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let alice = world.user("alice", None);
    let refused = world.try_assume(&alice, &role, &[]);
    assert_eq!(
        (refused.status, refused.text("Code").as_str()),
        (403, "AccessDenied")
    );
    world.put_policy("alice", "assumer", &allow("sts:AssumeRole", &role));
    world.assume(&alice, &role, &[]);
}

#[test]
fn a_trust_policy_that_names_the_caller_is_enough_and_one_that_names_another_is_not() {
    let world = World::frozen();
    let alice = world.user("alice", None);
    let bob = world.user("bob", Some(&allow("sts:*", "*")));
    let trust = TRUST_ACCOUNT.replace(":root", ":user/alice");
    let parameters = [
        ("RoleName", "role-d-alice"),
        ("AssumeRolePolicyDocument", trust.as_str()),
    ];
    let role = world.does("CreateRole", &parameters).text("Arn");
    world.assume(&alice, &role, &[]);
    assert_eq!(world.try_assume(&bob, &role, &[]).status, 403);
    world.put_policy("alice", "refus", &deny("sts:AssumeRole", "*"));
    assert_eq!(world.try_assume(&alice, &role, &[]).status, 403);
}

#[test]
fn a_role_that_is_not_there_is_refused_like_one_that_does_not_trust() {
    let world = World::frozen();
    let absent = format!("arn:aws:iam::{ACCOUNT}:role/absent");
    let caller = "arn:aws:iam::123456789012:user/administrateur";
    assert_eq!(
        world.try_assume(&world.administrator(), &absent, &[]).fault(),
        (
            403,
            "AccessDenied".to_owned(),
            format!("User: {caller} is not authorized to perform: sts:AssumeRole on resource: {absent}")
        )
    );
}

#[test]
fn an_external_id_must_be_the_one_that_the_trust_policy_asks_for() {
    let world = World::frozen();
    let condition = r#""Condition":{"StringEquals":{"sts:ExternalId":"42-zebre"}},"Action""#;
    let trust = TRUST_ACCOUNT.replace("\"Action\"", condition);
    let parameters = [
        ("RoleName", "partenaire"),
        ("AssumeRolePolicyDocument", trust.as_str()),
    ];
    let role = world.does("CreateRole", &parameters).text("Arn");
    let administrator = world.administrator();
    let with = |id| {
        world
            .try_assume(&administrator, &role, &[("ExternalId", id)])
            .status
    };
    assert_eq!((with("42-zebre"), with("autre")), (200, 403));
    assert_eq!(world.try_assume(&administrator, &role, &[]).status, 403);
}

#[test]
fn a_session_lasts_as_long_as_the_role_allows() {
    let world = World::frozen();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let administrator = world.administrator();
    let lasting = |seconds| world.try_assume(&administrator, &role, &[("DurationSeconds", seconds)]);
    let validation = |message: &str| (400, "ValidationError".to_owned(), message.to_owned());
    assert_eq!(
        lasting("7200").fault(),
        validation("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
    );
    assert_eq!(
        lasting("899").fault(),
        validation(
            "1 validation error detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have \
             value greater than or equal to 900"
        )
    );
    world.does(
        "UpdateRole",
        &[("RoleName", "lecteur"), ("MaxSessionDuration", "7200")],
    );
    assert_eq!(lasting("7200").status, 200);
}

#[test]
fn a_chain_of_roles_lasts_an_hour_at_most() {
    let world = World::frozen();
    let second = world.role("second", &allow("s3:*", "*"));
    world.does(
        "UpdateRole",
        &[("RoleName", "second"), ("MaxSessionDuration", "43200")],
    );
    let first = world.role("premier", &allow("sts:AssumeRole", &second));
    let session = world.assume(&world.administrator(), &first, &[]);
    world.assume(&session, &second, &[("DurationSeconds", "3600")]);
    assert_eq!(
        world
            .try_assume(&session, &second, &[("DurationSeconds", "3601")])
            .text("Message"),
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    );
}

#[test]
fn a_trust_policy_is_checked() {
    let world = World::frozen();
    let create = |document: &str| {
        world.refuses(
            "CreateRole",
            &[("RoleName", "r"), ("AssumeRolePolicyDocument", document)],
        )
    };
    let malformed = |message: &str| (400, "MalformedPolicyDocument".to_owned(), message.to_owned());
    assert_eq!(create("{"), malformed("This policy contains invalid Json"));
    assert_eq!(
        create(&TRUST_ACCOUNT.replace("sts:AssumeRole", "s3:GetObject")),
        malformed("AssumeRole policy may only specify STS AssumeRole actions.")
    );
    assert_eq!(
        create(&TRUST_ACCOUNT.replace(":root", ":user/personne")),
        malformed("Invalid principal in policy: \"AWS\":\"arn:aws:iam::123456789012:user/personne\"")
    );
    let conditions: Vec<String> = (0..60)
        .map(|number| format!("\"condition-numero-{number:04}-longue\""))
        .collect();
    let long = TRUST_ACCOUNT.replace(
        "\"Action\"",
        &format!(
            "\"Condition\":{{\"StringEquals\":{{\"sts:ExternalId\":[{}]}}}},\"Action\"",
            conditions.join(",")
        ),
    );
    assert_eq!(
        create(&long),
        (
            409,
            "LimitExceeded".to_owned(),
            "Cannot exceed quota for ACLSizePerRole: 2048".to_owned()
        )
    );
}

#[test]
fn a_role_shows_what_iam_shows_of_it() {
    let world = World::frozen();
    let parameters = [
        ("RoleName", "lecteur"),
        ("AssumeRolePolicyDocument", TRUST_ACCOUNT),
        ("Description", "pour lire"),
    ];
    let made = world.does("CreateRole", &parameters);
    assert!(made.texts("MaxSessionDuration").is_empty() && made.texts("Description").is_empty());
    let shown = world.does("GetRole", &[("RoleName", "lecteur")]);
    assert_eq!(
        (
            shown.text("MaxSessionDuration").as_str(),
            shown.text("Description").as_str()
        ),
        ("3600", "pour lire")
    );
    assert!(shown.body.contains("<RoleLastUsed/>"));
    world.assume(&world.administrator(), &made.text("Arn"), &[]);
    let session = world.assume(&world.administrator(), &made.text("Arn"), &[]);
    world.sts_as(&session, "GetCallerIdentity", &[]);
    let shown = world.does("GetRole", &[("RoleName", "lecteur")]);
    assert_eq!(shown.text("Region"), "eu-west-3");
    let renewed = TRUST_ACCOUNT.replace(":root", ":user/administrateur");
    world.does(
        "UpdateAssumeRolePolicy",
        &[("RoleName", "lecteur"), ("PolicyDocument", &renewed)],
    );
    let listed = world.does("ListRoles", &[]);
    assert!(
        listed
            .text("AssumeRolePolicyDocument")
            .contains("user%2Fadministrateur")
    );
}

#[test]
fn a_deleted_role_s_sessions_are_worth_nothing_even_if_it_is_made_again() {
    let world = World::frozen();
    world.buckets();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let session = world.assume(&world.administrator(), &role, &[]);
    let conflict = world.refuses("DeleteRole", &[("RoleName", "lecteur")]).2;
    assert_eq!(conflict, "Cannot delete entity, must delete policies first.");
    world.does(
        "DeleteRolePolicy",
        &[("RoleName", "lecteur"), ("PolicyName", "droits")],
    );
    world.does("DeleteRole", &[("RoleName", "lecteur")]);
    assert_eq!(world.reads(&session, "rapports"), 403);
    world.role("lecteur", &allow("s3:*", "*"));
    assert_eq!(
        world.sts_as(&session, "GetCallerIdentity", &[]).text("Code"),
        "InvalidClientTokenId"
    );
}

#[test]
fn a_trust_policy_follows_a_renamed_user_and_does_not_know_a_new_one_of_the_name() {
    let world = World::frozen();
    let alice = world.user("alice", None);
    let trust = TRUST_ACCOUNT.replace(":root", ":user/alice");
    let parameters = [
        ("RoleName", "role-d-alice"),
        ("AssumeRolePolicyDocument", trust.as_str()),
    ];
    let role = world.does("CreateRole", &parameters).text("Arn");
    world.does("UpdateUser", &[("UserName", "alice"), ("NewUserName", "alicia")]);
    world.assume(&alice, &role, &[]);
    let shown = || {
        world
            .does("GetRole", &[("RoleName", "role-d-alice")])
            .text("AssumeRolePolicyDocument")
    };
    assert!(shown().contains("user%2Falicia"), "{}", shown());
    world.does(
        "DeleteAccessKey",
        &[("UserName", "alicia"), ("AccessKeyId", &alice.id)],
    );
    world.does("DeleteUser", &[("UserName", "alicia")]);
    assert!(shown().contains("AIDA"), "{}", shown());
    let another = world.user("alicia", None);
    assert_eq!(world.try_assume(&another, &role, &[]).status, 403);
}

#[test]
fn a_service_s_role_is_made_once_and_changed_by_nobody() {
    let world = World::frozen();
    let service = [("AWSServiceName", "ecs.amazonaws.com")];
    let made = world.does("CreateServiceLinkedRole", &service);
    assert_eq!(
        made.text("Arn"),
        format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
    );
    assert_eq!(
        world.refuses("CreateServiceLinkedRole", &service).2,
        "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix."
    );
    let name = [("RoleName", "AWSServiceRoleForECS")];
    assert_eq!(world.refuses("DeleteRole", &name).1, "UnmodifiableEntity");
    let task = world
        .does("DeleteServiceLinkedRole", &name)
        .text("DeletionTaskId");
    let status = world.does("GetServiceLinkedRoleDeletionStatus", &[("DeletionTaskId", &task)]);
    assert_eq!(status.text("Status"), "SUCCEEDED");
}
