//! `SimulateCustomPolicy` and `SimulatePrincipalPolicy`.

use serde_json::json;

use super::super::client::World;
use super::cross_account::{member, member_s_administrator};
use super::{ACCOUNT, allow, deny};

const READ: [(&str, &str); 2] = [
    ("ActionNames.member.1", "s3:GetObject"),
    ("ResourceArns.member.1", "arn:aws:s3:::rapports/a.txt"),
];

fn with<'a>(first: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    [first, &READ[..]].concat()
}

#[test]
fn a_custom_policy_is_simulated_with_the_statements_that_decide() {
    let world = World::frozen();
    let document = allow("s3:GetObject", "arn:aws:s3:::rapports/*");
    let answer = world.does(
        "SimulateCustomPolicy",
        &with(&[("PolicyInputList.member.1", &document)]),
    );
    assert_eq!(
        (answer.text("EvalDecision"), answer.text("EvalResourceDecision")),
        ("allowed".into(), "allowed".into())
    );
    assert_eq!(answer.text("EvalActionName"), "s3:GetObject");
    assert_eq!(
        answer.texts("EvalResourceName"),
        [
            "arn:${Partition}:s3:::${BucketName}/${KeyName}",
            "arn:aws:s3:::rapports/a.txt"
        ]
    );
    assert_eq!(answer.text("SourcePolicyId"), "PolicyInputList.1");
    assert_eq!(answer.text("SourcePolicyType"), "IAM Policy");
    assert_eq!(
        (answer.text("Line"), answer.texts("Column").len()),
        ("1".into(), 4)
    );
    assert!(answer.texts("AllowedByOrganizations").is_empty());
    assert!(answer.body.contains("<EvalDecisionDetails/>"));
}

#[test]
fn an_explicit_deny_alone_is_told_and_nothing_said_is_an_implicit_one() {
    let world = World::frozen();
    let (yes, no) = (allow("s3:*", "*"), deny("s3:GetObject", "*"));
    let policies = [
        ("PolicyInputList.member.1", yes.as_str()),
        ("PolicyInputList.member.2", no.as_str()),
    ];
    let answer = world.does("SimulateCustomPolicy", &with(&policies));
    assert_eq!(answer.text("EvalDecision"), "explicitDeny");
    assert!(
        answer
            .texts("SourcePolicyId")
            .iter()
            .all(|id| id == "PolicyInputList.2")
    );
    let other = allow("s3:PutObject", "*");
    let answer = world.does(
        "SimulateCustomPolicy",
        &with(&[("PolicyInputList.member.1", &other)]),
    );
    assert_eq!(answer.text("EvalDecision"), "implicitDeny");
    assert!(answer.texts("SourcePolicyId").is_empty());
}

#[test]
fn each_action_on_each_resource_has_its_result_in_pages() {
    let world = World::frozen();
    let document = allow("s3:GetObject", "arn:aws:s3:::rapports/*");
    let parameters = [
        ("PolicyInputList.member.1", document.as_str()),
        ("ActionNames.member.1", "s3:GetObject"),
        ("ActionNames.member.2", "s3:PutObject"),
        ("ResourceArns.member.1", "arn:aws:s3:::rapports/a.txt"),
        ("ResourceArns.member.2", "arn:aws:s3:::secrets/a.txt"),
        ("MaxItems", "1"),
    ];
    let first = world.does("SimulateCustomPolicy", &parameters);
    assert_eq!(
        (first.text("EvalActionName"), first.text("IsTruncated")),
        ("s3:GetObject".into(), "true".into())
    );
    assert_eq!(first.text("EvalDecision"), "implicitDeny");
    assert_eq!(first.texts("EvalResourceDecision"), ["allowed", "implicitDeny"]);
    let marker = first.text("Marker");
    let second = world.does(
        "SimulateCustomPolicy",
        &[&parameters[..], &[("Marker", &marker)]].concat(),
    );
    assert_eq!(
        (second.text("EvalActionName"), second.text("IsTruncated")),
        ("s3:PutObject".into(), "false".into())
    );
}

#[test]
fn what_is_missing_of_the_circumstances_is_told() {
    let world = World::frozen();
    let document = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}}]}"#;
    let parameters = with(&[("PolicyInputList.member.1", document)]);
    let answer = world.does("SimulateCustomPolicy", &parameters);
    assert_eq!(answer.text("EvalDecision"), "implicitDeny");
    let missing = answer.texts("MissingContextValues");
    assert!(
        missing
            .iter()
            .all(|keys| keys.contains("<member>aws:SourceIp</member>")),
        "{}",
        answer.body
    );
    assert_eq!(missing.len(), 2);
    let entry = |address| {
        let given = [
            ("ContextEntries.member.1.ContextKeyName", "aws:SourceIp"),
            ("ContextEntries.member.1.ContextKeyType", "ip"),
            ("ContextEntries.member.1.ContextKeyValues.member.1", address),
        ];
        world
            .does("SimulateCustomPolicy", &[&parameters[..], &given].concat())
            .text("EvalDecision")
    };
    assert_eq!(
        (entry("10.1.2.3"), entry("192.0.2.1")),
        ("allowed".into(), "implicitDeny".into())
    );
    let keys = world.does("GetContextKeysForCustomPolicy", &parameters[..1]);
    assert_eq!(keys.texts("member"), ["aws:SourceIp"]);
}

#[test]
fn a_boundary_and_an_organization_s_levels_are_told_apart() {
    let world = World::frozen();
    let (all, none, reads) = (allow("*", "*"), allow("ec2:*", "*"), allow("s3:Get*", "*"));
    let boundary = |document: &str| {
        let parameters = [
            ("PolicyInputList.member.1", all.as_str()),
            ("PermissionsBoundaryPolicyInputList.member.1", document),
        ];
        world.does("SimulateCustomPolicy", &with(&parameters))
    };
    let refused = boundary(&none);
    assert_eq!(
        (
            refused.text("EvalDecision"),
            refused.text("AllowedByPermissionsBoundary")
        ),
        ("implicitDeny".into(), "false".into())
    );
    assert_eq!(boundary(&reads).text("AllowedByPermissionsBoundary"), "true");
    let levels = |second: &str| {
        let parameters = [
            ("PolicyInputList.member.1", all.as_str()),
            (
                "OrderedOrganizationPolicyInputList.member.1.ServiceControlPolicyInputList.member.1",
                all.as_str(),
            ),
            (
                "OrderedOrganizationPolicyInputList.member.2.ServiceControlPolicyInputList.member.1",
                second,
            ),
        ];
        world.does("SimulateCustomPolicy", &with(&parameters))
    };
    assert_eq!(levels(&reads).text("AllowedByOrganizations"), "true");
    let refused = levels(&none);
    assert_eq!(
        (
            refused.text("EvalDecision"),
            refused.text("AllowedByOrganizations")
        ),
        ("implicitDeny".into(), "false".into())
    );
}

#[test]
fn a_resource_policy_counts_as_the_resource_s_own() {
    let world = World::frozen();
    let bucket = format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{ACCOUNT}:user/alice"}},"Action":"s3:GetObject","Resource":"arn:aws:s3:::rapports/*"}}]}}"#
    );
    let nothing = allow("ec2:*", "*");
    let alice = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let mut parameters = with(&[
        ("PolicyInputList.member.1", nothing.as_str()),
        ("ResourcePolicy", bucket.as_str()),
        ("CallerArn", alice.as_str()),
    ]);
    let answer = world.does("SimulateCustomPolicy", &parameters);
    assert_eq!(answer.text("EvalDecision"), "allowed");
    assert_eq!(
        (answer.text("SourcePolicyId"), answer.text("SourcePolicyType")),
        ("ResourcePolicy".into(), "Resource Policy".into())
    );
    // In another account's bucket, an own policy is needed too; each side is told.
    parameters.push(("ResourceOwner", "arn:aws:iam::111122223333:root"));
    let answer = world.does("SimulateCustomPolicy", &parameters);
    assert_eq!(answer.text("EvalDecision"), "implicitDeny");
    assert_eq!(
        answer.texts("key"),
        ["IAM Policy", "Resource Policy", "IAM Policy", "Resource Policy"]
    );
    assert_eq!(
        answer.texts("value")[..2],
        ["implicitDeny".to_owned(), "allowed".to_owned()]
    );
    let without = [&parameters[..2], &parameters[3..]].concat();
    assert_eq!(world.refuses("SimulateCustomPolicy", &without).1, "InvalidInput");
}

#[test]
fn a_principal_is_simulated_with_all_that_is_attached_to_it() {
    let world = World::frozen();
    let alice = world.user("alice", Some(&allow("s3:GetObject", "arn:aws:s3:::rapports/*")));
    world.does("CreateGroup", &[("GroupName", "devs")]);
    world.does("AddUserToGroup", &[("GroupName", "devs"), ("UserName", "alice")]);
    let document = allow("s3:ListBucket", "arn:aws:s3:::rapports");
    let policy = [
        ("GroupName", "devs"),
        ("PolicyName", "lister"),
        ("PolicyDocument", document.as_str()),
    ];
    world.does("PutGroupPolicy", &policy);
    world.does(
        "AttachUserPolicy",
        &[
            ("UserName", "alice"),
            ("PolicyArn", "arn:aws:iam::aws:policy/IAMReadOnlyAccess"),
        ],
    );
    let source = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let simulate = |action: &str, resource: &str| {
        let parameters = [
            ("PolicySourceArn", source.as_str()),
            ("ActionNames.member.1", action),
            ("ResourceArns.member.1", resource),
        ];
        let answer = world.does("SimulatePrincipalPolicy", &parameters);
        (
            answer.text("EvalDecision"),
            answer.texts("SourcePolicyId").pop().unwrap_or_default(),
        )
    };
    let allowed = |id: &str| ("allowed".to_owned(), id.to_owned());
    assert_eq!(
        simulate("s3:GetObject", "arn:aws:s3:::rapports/a.txt"),
        allowed("user_alice_droits")
    );
    assert_eq!(
        simulate("s3:ListBucket", "arn:aws:s3:::rapports"),
        allowed("group_devs_lister")
    );
    assert_eq!(simulate("iam:ListUsers", "*"), allowed("IAMReadOnlyAccess"));
    assert_eq!(simulate("s3:PutObject", "*").0, "implicitDeny");
    // Simulating is itself a permission.
    assert_eq!(
        world
            .iam_as(
                &alice,
                "SimulatePrincipalPolicy",
                &[("PolicySourceArn", &source), READ[0]]
            )
            .status,
        200
    );
    let other = [
        ("PolicySourceArn", "arn:aws:iam::123456789012:user/administrateur"),
        READ[0],
    ];
    world.put_policy("alice", "refus", &deny("iam:SimulatePrincipalPolicy", "*"));
    assert_eq!(
        world.iam_as(&alice, "SimulatePrincipalPolicy", &other).status,
        403
    );
}

#[test]
fn policies_can_be_left_out_of_a_simulation() {
    let world = World::frozen();
    world.role("lecteur", &allow("s3:GetObject", "*"));
    let source = format!("arn:aws:iam::{ACCOUNT}:role/lecteur");
    let simulate = |more: &[(&str, &str)]| {
        let parameters = [&with(&[("PolicySourceArn", &source)])[..], more].concat();
        world
            .does("SimulatePrincipalPolicy", &parameters)
            .text("EvalDecision")
    };
    assert_eq!(simulate(&[]), "allowed");
    assert_eq!(
        simulate(&[("PolicyExclusionList.member.1.PolicyType", "inline")]),
        "implicitDeny"
    );
    let of = "PolicyExclusionList.member.1.InlinePolicyIdentifier";
    let (name, kind, holder) = (
        format!("{of}.PolicyName"),
        format!("{of}.AttachmentType"),
        format!("{of}.AttachmentName"),
    );
    let exclude = |policy| simulate(&[(&name, policy), (&kind, "role"), (&holder, "lecteur")]);
    assert_eq!(
        (exclude("droits"), exclude("autre")),
        ("implicitDeny".into(), "allowed".into())
    );
}

#[test]
fn who_or_what_cannot_be_simulated_is_refused() {
    let world = World::frozen();
    let simulate =
        |source: &str| world.refuses("SimulatePrincipalPolicy", &with(&[("PolicySourceArn", source)]));
    let session = format!("arn:aws:sts::{ACCOUNT}:assumed-role/lecteur/s");
    assert_eq!(
        simulate(&session),
        (
            400,
            "InvalidInput".to_owned(),
            format!("Invalid Entity Arn: {session} does not clearly define entity type and name.")
        )
    );
    assert_eq!(
        simulate(&format!("arn:aws:iam::{ACCOUNT}:role/absent")),
        (
            404,
            "NoSuchEntity".to_owned(),
            "The role with name absent cannot be found.".to_owned()
        )
    );
    let document = allow("s3:*", "*");
    let wildcard = [
        ("PolicyInputList.member.1", document.as_str()),
        ("ActionNames.member.1", "s3:Get*"),
    ];
    assert_eq!(world.refuses("SimulateCustomPolicy", &wildcard).1, "InvalidInput");
    assert_eq!(
        world.refuses("SimulateCustomPolicy", &[]).2,
        "2 validation errors detected: Value at 'actionNames' failed to satisfy constraint: Member must not be null; \
         Value at 'policyInputList' failed to satisfy constraint: Member must not be null"
    );
}

#[test]
fn a_member_account_s_simulation_knows_its_service_control_policies() {
    let world = World::frozen();
    let account = member(&world);
    let there = member_s_administrator(&world, &account);
    let source = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    let simulate = || {
        let answer = world.iam_as(
            &there,
            "SimulatePrincipalPolicy",
            &with(&[("PolicySourceArn", &source)]),
        );
        (answer.text("EvalDecision"), answer.text("AllowedByOrganizations"))
    };
    assert_eq!(simulate(), ("allowed".into(), "true".into()));
    let root = world.organizes("ListRoots", &json!({}))["Roots"][0]["Id"].clone();
    world.organizes(
        "EnablePolicyType",
        &json!({ "RootId": root, "PolicyType": "SERVICE_CONTROL_POLICY" }),
    );
    let input = json!({
        "Name": "sans-s3", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny("s3:*", "*"),
    });
    let policy = world.organizes("CreatePolicy", &input)["Policy"]["PolicySummary"]["Id"].clone();
    world.organizes(
        "AttachPolicy",
        &json!({ "PolicyId": policy, "TargetId": account }),
    );
    assert_eq!(simulate(), ("explicitDeny".into(), "false".into()));
}
