//! Temporary credentials: session policies and tags, the other operations of STS, the end of a session.

use super::super::client::World;
use super::{ACCOUNT, TRUST_ACCOUNT, allow};

#[test]
fn a_session_policy_only_takes_away() {
    let world = World::frozen();
    world.buckets();
    let role = world.role("lecteur", &allow("s3:GetObject", "arn:aws:s3:::rapports/*"));
    let administrator = world.administrator();
    let wide = world.assume(&administrator, &role, &[("Policy", &allow("*", "*"))]);
    assert_eq!(
        (world.reads(&wide, "rapports"), world.reads(&wide, "secrets")),
        (200, 403)
    );
    let narrow = allow("s3:GetObject", "arn:aws:s3:::rapports/b.txt");
    let narrow = world.assume(&administrator, &role, &[("Policy", &narrow)]);
    assert_eq!(world.reads(&narrow, "rapports"), 403);
    let refused = world.s3_as(&narrow, "GET", "/rapports/a.txt", "");
    assert!(
        refused
            .text("Message")
            .ends_with("because no session policy allows the s3:GetObject action")
    );
    let managed = "arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess";
    let managed = world.assume(&administrator, &role, &[("PolicyArns.member.1.arn", managed)]);
    assert_eq!(world.reads(&managed, "rapports"), 403);
}

#[test]
fn a_session_policy_that_is_none_or_too_long_is_refused() {
    let world = World::frozen();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let with = |policy: &str| world.try_assume(&world.administrator(), &role, &[("Policy", policy)]);
    let malformed = with("{\"Version\"");
    assert_eq!(
        (malformed.status, malformed.text("Code").as_str()),
        (400, "MalformedPolicyDocument")
    );
    let long = allow("s3:*", &format!("arn:aws:s3:::rapports/{}", "x".repeat(2100)));
    let (status, code, message) = with(&long).fault();
    assert_eq!((status, code.as_str()), (400, "PackedPolicyTooLarge"));
    assert_eq!(
        message,
        "Packed policy consumes 108% of allotted space, please use smaller policy."
    );
}

#[test]
fn session_tags_are_principal_tags() {
    let world = World::frozen();
    world.buckets();
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${aws:PrincipalTag/seau}/*"}]}"#;
    let role = world.role("lecteur", document);
    world.does(
        "TagRole",
        &[
            ("RoleName", "lecteur"),
            ("Tags.member.1.Key", "seau"),
            ("Tags.member.1.Value", "secrets"),
        ],
    );
    let administrator = world.administrator();
    let plain = world.assume(&administrator, &role, &[]);
    assert_eq!(
        (world.reads(&plain, "rapports"), world.reads(&plain, "secrets")),
        (403, 200)
    );
    let tagged = [("Tags.member.1.Key", "Seau"), ("Tags.member.1.Value", "rapports")];
    let tagged = world.assume(&administrator, &role, &tagged);
    assert_eq!(
        (world.reads(&tagged, "rapports"), world.reads(&tagged, "secrets")),
        (200, 403)
    );
}

#[test]
fn tagging_a_session_needs_its_own_permission_in_the_trust_policy() {
    let world = World::frozen();
    let trust = TRUST_ACCOUNT.replace(",\"sts:TagSession\",\"sts:SetSourceIdentity\"", "");
    let parameters = [
        ("RoleName", "sans-tags"),
        ("AssumeRolePolicyDocument", trust.as_str()),
    ];
    let role = world.does("CreateRole", &parameters).text("Arn");
    let administrator = world.administrator();
    world.assume(&administrator, &role, &[]);
    let tags = [("Tags.member.1.Key", "a"), ("Tags.member.1.Value", "b")];
    let refused = world.try_assume(&administrator, &role, &tags);
    assert!(
        refused
            .text("Message")
            .contains("not authorized to perform: sts:TagSession"),
        "{}",
        refused.body
    );
    let refused = world.try_assume(&administrator, &role, &[("SourceIdentity", "alice")]);
    assert!(
        refused
            .text("Message")
            .contains("not authorized to perform: sts:SetSourceIdentity")
    );
}

#[test]
fn transitive_tags_and_the_source_identity_go_down_a_chain_unchanged() {
    let world = World::frozen();
    world.buckets();
    let reads_own = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::${aws:PrincipalTag/seau}/*","Condition":{"StringEquals":{"aws:SourceIdentity":"alice"}}}]}"#;
    let second = world.role("second", reads_own);
    let first = world.role("premier", &allow("sts:*", &second));
    let given = [
        ("Tags.member.1.Key", "seau"),
        ("Tags.member.1.Value", "rapports"),
        ("TransitiveTagKeys.member.1", "seau"),
        ("SourceIdentity", "alice"),
    ];
    let session = world.assume(&world.administrator(), &first, &given);
    let chained = world.try_assume(&session, &second, &[]);
    assert_eq!(chained.text("SourceIdentity"), "alice");
    let chained = super::Who::of(&chained);
    assert_eq!(
        (
            world.reads(&chained, "rapports"),
            world.reads(&chained, "secrets")
        ),
        (200, 403)
    );
    let changed = [("Tags.member.1.Key", "SEAU"), ("Tags.member.1.Value", "secrets")];
    assert_eq!(
        world.try_assume(&session, &second, &changed).fault(),
        (
            400,
            "InvalidParameterValue".to_owned(),
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from \
             the calling session."
                .to_owned()
        )
    );
    assert_eq!(
        world
            .try_assume(&session, &second, &[("SourceIdentity", "bob")])
            .status,
        403
    );
}

#[test]
fn a_session_ends_by_the_simulated_clock() {
    let world = World::frozen();
    world.buckets();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let session = world.assume(&world.administrator(), &role, &[("DurationSeconds", "900")]);
    world.advance(899);
    assert_eq!(world.reads(&session, "rapports"), 200);
    world.advance(1);
    let refused = world.s3_as(&session, "GET", "/rapports/a.txt", "");
    assert_eq!(
        (refused.status, refused.text("Code"), refused.text("Message")),
        (
            400,
            "ExpiredToken".to_owned(),
            "The provided token has expired.".to_owned()
        )
    );
    assert_eq!(
        world.sts_as(&session, "GetCallerIdentity", &[]).fault(),
        (
            403,
            "ExpiredToken".to_owned(),
            "The security token included in the request is expired".to_owned()
        )
    );
}

#[test]
fn sessions_older_than_a_date_can_be_revoked() {
    let world = World::frozen();
    world.buckets();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let old = world.assume(&world.administrator(), &role, &[]);
    world.advance(60);
    let now = world.simulator.now().replace_nanosecond(0).unwrap();
    let now = now
        .format(&time::format_description::well_known::Rfc3339)
        .unwrap();
    let revoke = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":["*"],"Resource":["*"],"Condition":{{"DateLessThan":{{"aws:TokenIssueTime":"{now}"}}}}}}]}}"#
    );
    let parameters = [
        ("RoleName", "lecteur"),
        ("PolicyName", "AWSRevokeOlderSessions"),
        ("PolicyDocument", revoke.as_str()),
    ];
    world.does("PutRolePolicy", &parameters);
    world.advance(1);
    let new = world.assume(&world.administrator(), &role, &[]);
    assert_eq!(
        (world.reads(&old, "rapports"), world.reads(&new, "rapports")),
        (403, 200)
    );
}

#[test]
fn get_session_token_gives_a_user_temporary_credentials_that_iam_and_sts_do_not_take() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", Some(&allow("*", "*")));
    let session = super::Who::of(&world.sts_as(&alice, "GetSessionToken", &[]));
    assert_eq!(world.reads(&session, "rapports"), 200);
    let identity = world.sts_as(&session, "GetCallerIdentity", &[]);
    assert_eq!(identity.text("Arn"), format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    assert_eq!(
        world.iam_as(&session, "ListUsers", &[]).text("Code"),
        "InvalidClientTokenId"
    );
    let denied = |message: &str| (403, "AccessDenied".to_owned(), message.to_owned());
    assert_eq!(
        world.sts_as(&session, "GetSessionToken", &[]).fault(),
        denied("Cannot call GetSessionToken with session credentials")
    );
    assert_eq!(
        world
            .sts_as(&session, "GetFederationToken", &[("Name", "invite")])
            .fault(),
        denied("Cannot call GetFederationToken with session credentials")
    );
    let with_code = [
        ("SerialNumber", "arn:aws:iam::123456789012:mfa/alice"),
        ("TokenCode", "123456"),
    ];
    let refused = world.sts_as(&alice, "GetSessionToken", &with_code);
    assert!(
        refused
            .text("Message")
            .starts_with("MultiFactorAuthentication failed"),
        "{}",
        refused.body
    );
}

#[test]
fn a_federated_user_may_do_what_both_the_user_and_the_session_policy_allow() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", Some(&allow("*", "*")));
    let federate = |more: &[(&str, &str)]| {
        let mut parameters = vec![("Name", "invite")];
        parameters.extend(more);
        world.sts_as(&alice, "GetFederationToken", &parameters)
    };
    let answer = federate(&[("Policy", &allow("s3:GetObject", "arn:aws:s3:::rapports/*"))]);
    assert_eq!(
        answer.text("Arn"),
        format!("arn:aws:sts::{ACCOUNT}:federated-user/invite")
    );
    assert_eq!(answer.text("FederatedUserId"), format!("{ACCOUNT}:invite"));
    let guest = super::Who::of(&answer);
    assert_eq!(
        (world.reads(&guest, "rapports"), world.reads(&guest, "secrets")),
        (200, 403)
    );
    assert_eq!(
        world.sts_as(&guest, "GetCallerIdentity", &[]).text("Arn"),
        answer.text("Arn")
    );
    assert_eq!(
        world
            .sts_as(&guest, "GetAccessKeyInfo", &[("AccessKeyId", &alice.id)])
            .status,
        403
    );
    let without = super::Who::of(&federate(&[]));
    assert_eq!(world.reads(&without, "rapports"), 403);
    assert_eq!(
        federate(&[("DurationSeconds", "129601")]).text("Code"),
        "ValidationError"
    );
}

#[test]
fn a_key_tells_its_account_whether_it_is_ours_or_not() {
    let world = World::frozen();
    let administrator = world.administrator();
    let ask = |id: &str| world.sts_as(&administrator, "GetAccessKeyInfo", &[("AccessKeyId", id)]);
    assert_eq!(ask(&administrator.id).text("Account"), ACCOUNT);
    assert_eq!(ask("AKIAIOSFODNN7EXAMPL!").status, 400);
    let nonsense = world.sts_as(
        &administrator,
        "DecodeAuthorizationMessage",
        &[("EncodedMessage", "abc")],
    );
    assert_eq!(
        (nonsense.status, nonsense.text("Code").as_str()),
        (400, "InvalidAuthorizationMessageException")
    );
}

#[test]
fn a_presigned_url_of_a_session_ends_with_the_session() {
    let world = World::frozen();
    world.buckets();
    let role = world.role("lecteur", &allow("s3:*", "*"));
    let session = world.assume(&world.administrator(), &role, &[("DurationSeconds", "900")]);
    let url = world.presigned(&session, "/rapports/a.txt", 3600);
    let host = world.host();
    let get = |path: &str| world.plain("GET", path, &[("host", &host)], "");
    assert_eq!(get(&url).status, 200);
    let other = url.replace("X-Amz-Security-Token=IQoJ", "X-Amz-Security-Token=AQoJ");
    assert_eq!(get(&other).text("Code"), "InvalidToken");
    world.advance(900);
    assert_eq!(get(&url).text("Code"), "ExpiredToken");
}
