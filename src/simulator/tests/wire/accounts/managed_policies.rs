//! Managed policies: versions, attachments, AWS's own.

use super::super::client::World;
use super::{ACCOUNT, allow};

fn arn(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:policy/{name}")
}

fn create(world: &World, name: &str, document: &str) -> String {
    let made = world.does(
        "CreatePolicy",
        &[("PolicyName", name), ("PolicyDocument", document)],
    );
    made.text("Arn")
}

#[test]
fn a_policy_is_made_shown_listed_and_deleted() {
    let world = World::frozen();
    let document = allow("s3:GetObject", "arn:aws:s3:::mon-bucket/*");
    let parameters = [
        ("PolicyName", "Lecture"),
        ("PolicyDocument", document.as_str()),
        ("Description", "lire"),
    ];
    let made = world.does("CreatePolicy", &parameters);
    assert_eq!(made.text("Arn"), arn("Lecture"));
    assert_eq!(made.text("DefaultVersionId"), "v1");
    assert!(made.text("PolicyId").starts_with("ANPA"));
    assert!(made.texts("Description").is_empty());
    let shown = world.does("GetPolicy", &[("PolicyArn", &arn("Lecture"))]);
    assert_eq!(
        (
            shown.text("Description").as_str(),
            shown.text("AttachmentCount").as_str()
        ),
        ("lire", "0")
    );
    assert!(shown.body.contains("<Tags/>"));
    let taken = "A policy called Lecture already exists. Duplicate names are not allowed.";
    assert_eq!(world.refuses("CreatePolicy", &parameters).2, taken);
    assert_eq!(
        world
            .does("ListPolicies", &[("Scope", "Local")])
            .texts("PolicyName"),
        ["Lecture"]
    );
    world.does("DeletePolicy", &[("PolicyArn", &arn("Lecture"))]);
    assert_eq!(
        world.refuses("GetPolicy", &[("PolicyArn", &arn("Lecture"))]),
        (
            404,
            "NoSuchEntity".to_owned(),
            format!("Policy {} was not found.", arn("Lecture"))
        )
    );
}

#[test]
fn a_document_comes_back_percent_encoded() {
    let world = World::frozen();
    let document = allow("s3:GetObject", "arn:aws:s3:::mon-bucket/*");
    let arn = create(&world, "Lecture", &document);
    let shown = world.does("GetPolicyVersion", &[("PolicyArn", &arn), ("VersionId", "v1")]);
    let encoded = shown.text("Document");
    assert!(encoded.starts_with("%7B%22"), "{encoded}");
    let decoded = url::form_urlencoded::parse(encoded.as_bytes()).next().unwrap().0;
    assert_eq!(decoded, document);
}

#[test]
fn the_version_in_force_decides_what_its_holders_may() {
    let world = World::frozen();
    world.buckets();
    let alice = world.user("alice", None);
    let arn = create(
        &world,
        "Lecture",
        &allow("s3:GetObject", "arn:aws:s3:::rapports/*"),
    );
    world.does("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", &arn)]);
    assert_eq!(
        (world.reads(&alice, "rapports"), world.reads(&alice, "secrets")),
        (200, 403)
    );

    let other = allow("s3:GetObject", "arn:aws:s3:::secrets/*");
    let version = [("PolicyArn", arn.as_str()), ("PolicyDocument", other.as_str())];
    assert_eq!(
        world.does("CreatePolicyVersion", &version).text("VersionId"),
        "v2"
    );
    assert_eq!(
        (world.reads(&alice, "rapports"), world.reads(&alice, "secrets")),
        (200, 403)
    );
    world.does(
        "SetDefaultPolicyVersion",
        &[("PolicyArn", &arn), ("VersionId", "v2")],
    );
    assert_eq!(
        (world.reads(&alice, "rapports"), world.reads(&alice, "secrets")),
        (403, 200)
    );
    let versions = world.does("ListPolicyVersions", &[("PolicyArn", &arn)]);
    assert_eq!(versions.texts("VersionId"), ["v2", "v1"]);
    assert_eq!(versions.texts("IsDefaultVersion"), ["true", "false"]);
}

#[test]
fn versions_are_five_and_their_numbers_are_never_used_again() {
    let world = World::frozen();
    let document = allow("s3:*", "*");
    let arn = create(&world, "Lecture", &document);
    let version = [("PolicyArn", arn.as_str()), ("PolicyDocument", document.as_str())];
    for _ in 2..=5 {
        world.does("CreatePolicyVersion", &version);
    }
    assert_eq!(
        world.refuses("CreatePolicyVersion", &version),
        (
            409,
            "LimitExceeded".to_owned(),
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing \
             version."
                .to_owned()
        )
    );
    let delete = |id: &str| world.iam("DeletePolicyVersion", &[("PolicyArn", &arn), ("VersionId", id)]);
    assert_eq!(
        delete("v1").text("Message"),
        "Cannot delete the default version of a policy."
    );
    assert_eq!(delete("v5").status, 200);
    assert_eq!(
        delete("v9").text("Message"),
        format!("Policy {arn} version v9 does not exist or is not attachable.")
    );
    assert!(
        delete("9")
            .text("Message")
            .ends_with("pattern: v[1-9][0-9]*(\\.[A-Za-z0-9-]*)?")
    );
    assert_eq!(
        world.does("CreatePolicyVersion", &version).text("VersionId"),
        "v6"
    );
    let message = world.refuses("DeletePolicy", &[("PolicyArn", &arn)]).2;
    assert!(
        message.starts_with("This policy has more than one version."),
        "{message}"
    );
}

#[test]
fn an_attached_policy_tells_its_holders_and_is_not_deleted() {
    let world = World::frozen();
    world.user("alice", None);
    world.role("lecteur", &allow("s3:*", "*"));
    let arn = create(&world, "Lecture", &allow("s3:*", "*"));
    world.does("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", &arn)]);
    world.does(
        "AttachRolePolicy",
        &[("RoleName", "lecteur"), ("PolicyArn", &arn)],
    );
    let holders = world.does("ListEntitiesForPolicy", &[("PolicyArn", &arn)]);
    assert_eq!(
        (holders.texts("UserName"), holders.texts("RoleName")),
        (vec!["alice".into()], vec!["lecteur".into()])
    );
    assert_eq!(
        world
            .does("GetPolicy", &[("PolicyArn", &arn)])
            .text("AttachmentCount"),
        "2"
    );
    assert_eq!(
        world.refuses("DeletePolicy", &[("PolicyArn", &arn)]),
        (
            409,
            "DeleteConflict".to_owned(),
            "Cannot delete a policy attached to entities.".to_owned()
        )
    );
    let attached = world.does("ListAttachedRolePolicies", &[("RoleName", "lecteur")]);
    assert_eq!(attached.texts("PolicyArn"), std::slice::from_ref(&arn));
    world.does(
        "DetachRolePolicy",
        &[("RoleName", "lecteur"), ("PolicyArn", &arn)],
    );
    assert_eq!(
        world
            .refuses(
                "DetachRolePolicy",
                &[("RoleName", "lecteur"), ("PolicyArn", &arn)]
            )
            .2,
        format!("Policy {arn} was not found.")
    );
}

#[test]
fn what_cannot_be_attached_is_refused() {
    let world = World::frozen();
    world.user("alice", None);
    let attach = |arn: &str| world.refuses("AttachUserPolicy", &[("UserName", "alice"), ("PolicyArn", arn)]);
    let absent = arn("absente-de-ce-compte");
    assert_eq!(
        attach(&absent),
        (
            404,
            "NoSuchEntity".to_owned(),
            format!("Policy {absent} does not exist or is not attachable.")
        )
    );
    let name = "un-nom-qui-n-est-pas-un-arn";
    assert_eq!(
        attach(name),
        (
            400,
            "ValidationError".to_owned(),
            format!("ARN {name} is not valid.")
        )
    );
    assert_eq!(
        attach("arn:aws:iam::aws:policy/aws-service-role/AmazonECSServiceRolePolicy").1,
        "PolicyNotAttachable"
    );
}

#[test]
fn aws_s_own_policies_are_there_and_cannot_be_changed() {
    let world = World::frozen();
    let arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";
    let shown = world.does("GetPolicy", &[("PolicyArn", arn)]);
    assert_eq!(
        (
            shown.text("Path").as_str(),
            shown.text("DefaultVersionId").as_str()
        ),
        ("/service-role/", "v1")
    );
    let version = world.does("GetPolicyVersion", &[("PolicyArn", arn), ("VersionId", "v1")]);
    assert!(version.text("Document").contains("logs%3ACreateLogStream"));
    let document = allow("s3:*", "*");
    let change = [("PolicyArn", arn), ("PolicyDocument", document.as_str())];
    assert_eq!(world.refuses("CreatePolicyVersion", &change).0, 403);
    let listed = world.does("ListPolicies", &[("Scope", "AWS"), ("OnlyAttached", "true")]);
    assert_eq!(listed.texts("PolicyName"), ["AdministratorAccess"]);
}

#[test]
fn a_document_that_is_none_is_refused_in_iam_s_words() {
    let world = World::frozen();
    let create = |document: &str| {
        world.refuses(
            "CreatePolicy",
            &[("PolicyName", "p"), ("PolicyDocument", document)],
        )
    };
    let malformed = |message: &str| (400, "MalformedPolicyDocument".to_owned(), message.to_owned());
    assert_eq!(create("rien"), malformed("Syntax errors in policy."));
    let principal = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}]}"#;
    assert_eq!(
        create(principal),
        malformed("Policy document should not specify a principal.")
    );
}
