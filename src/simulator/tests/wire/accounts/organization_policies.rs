//! Service control policies and resource control policies: their life, and whom they bind.

use serde_json::{Value, json};

use super::super::client::World;
use super::cross_account::{member, member_s_administrator};
use super::{allow, deny};

const SCP: &str = "SERVICE_CONTROL_POLICY";
const RCP: &str = "RESOURCE_CONTROL_POLICY";

fn root(world: &World) -> Value {
    world.organizes("ListRoots", &json!({}))["Roots"][0]["Id"].clone()
}

fn enable(world: &World, kind: &str) {
    world.organizes(
        "EnablePolicyType",
        &json!({ "RootId": root(world), "PolicyType": kind }),
    );
}

fn create(world: &World, name: &str, kind: &str, content: &str) -> Value {
    let input = json!({ "Name": name, "Description": "d", "Type": kind, "Content": content });
    world.organizes("CreatePolicy", &input)["Policy"]["PolicySummary"]["Id"].clone()
}

fn attach(world: &World, policy: &Value, target: &Value) {
    world.organizes("AttachPolicy", &json!({ "PolicyId": policy, "TargetId": target }));
}

fn refusal(world: &World, operation: &str, input: &Value) -> Value {
    let answer = world.organizations_as(&world.administrator(), operation, input);
    assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
    json!([answer.error(), answer.json()["Reason"]])
}

#[test]
fn a_service_control_policy_binds_a_member_and_never_the_management_account() {
    let world = World::frozen();
    let account = member(&world);
    enable(&world, SCP);
    let there = member_s_administrator(&world, &account);
    let lists = || {
        (
            world.iam_as(&there, "ListUsers", &[]).status,
            world.iam("ListUsers", &[]).status,
        )
    };
    assert_eq!(lists(), (200, 200));
    let policy = create(&world, "sans-iam", SCP, &deny("iam:*", "*"));
    attach(&world, &policy, &root(&world));
    assert_eq!(lists(), (403, 200));
    let refused = world.iam_as(&there, "ListUsers", &[]).text("Message");
    assert!(
        refused.contains("with an explicit deny in a service control policy: arn:aws:organizations::"),
        "{refused}"
    );
    world.organizes(
        "DetachPolicy",
        &json!({ "PolicyId": policy, "TargetId": root(&world) }),
    );
    assert_eq!(lists(), (200, 200));
}

#[test]
fn every_level_down_to_the_account_must_allow() {
    let world = World::frozen();
    let account = member(&world);
    enable(&world, SCP);
    let there = member_s_administrator(&world, &account);
    let (root, account) = (root(&world), json!(account));
    let reads = create(&world, "iam-seul", SCP, &allow("iam:*", "*"));
    attach(&world, &reads, &account);
    let detach_full = json!({ "PolicyId": "p-FullAWSAccess", "TargetId": account });
    world.organizes("DetachPolicy", &detach_full);
    assert_eq!(world.iam_as(&there, "ListUsers", &[]).status, 200);
    let refused = world.sts_as(&there, "GetAccessKeyInfo", &[("AccessKeyId", &there.id)]);
    assert!(
        refused
            .text("Message")
            .contains("because no service control policy allows the sts:GetAccessKeyInfo action")
    );
    // Allowed here, but no longer at the root.
    let other = create(&world, "sts-seul", SCP, &allow("sts:*", "*"));
    attach(&world, &other, &root);
    world.organizes(
        "DetachPolicy",
        &json!({ "PolicyId": "p-FullAWSAccess", "TargetId": root }),
    );
    assert_eq!(world.iam_as(&there, "ListUsers", &[]).status, 403);
}

#[test]
fn a_resource_control_policy_binds_the_resources_of_a_member() {
    let world = World::frozen();
    let account = member(&world);
    enable(&world, RCP);
    let role = format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole");
    let own = world.role("chez-nous", &allow("s3:*", "*"));
    let assumes = |role: &str| world.try_assume(&world.administrator(), role, &[]).status;
    assert_eq!((assumes(&role), assumes(&own)), (200, 200));
    let content = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    let policy = create(&world, "sans-visite", RCP, content);
    attach(&world, &policy, &root(&world));
    assert_eq!((assumes(&role), assumes(&own)), (403, 200));
    let message = world
        .try_assume(&world.administrator(), &role, &[])
        .text("Message");
    assert!(
        message.contains("with an explicit deny in a resource control policy"),
        "{message}"
    );
}

#[test]
fn policies_are_attached_only_where_their_type_is_enabled() {
    let world = World::frozen();
    member(&world);
    let root = root(&world);
    let policy = create(&world, "p", SCP, &deny("iam:*", "*"));
    let attachment = json!({ "PolicyId": policy, "TargetId": root });
    assert_eq!(
        refusal(&world, "AttachPolicy", &attachment),
        json!(["PolicyTypeNotEnabledException", null])
    );
    enable(&world, SCP);
    let again = json!({ "RootId": root, "PolicyType": SCP });
    assert_eq!(
        refusal(&world, "EnablePolicyType", &again),
        json!(["PolicyTypeAlreadyEnabledException", null])
    );
    attach(&world, &policy, &root);
    assert_eq!(
        refusal(&world, "AttachPolicy", &attachment),
        json!(["DuplicatePolicyAttachmentException", null])
    );
    let listed = json!({ "TargetId": root, "Filter": SCP });
    let names = |listed: &Value| -> Vec<Value> {
        let policies = world.organizes("ListPoliciesForTarget", listed);
        policies["Policies"]
            .as_array()
            .unwrap()
            .iter()
            .map(|policy| policy["Name"].clone())
            .collect()
    };
    assert_eq!(names(&listed), ["FullAWSAccess", "p"]);
    world.organizes("DisablePolicyType", &again);
    assert!(names(&listed).is_empty());
    enable(&world, SCP);
    assert_eq!(names(&listed), ["FullAWSAccess"]);
}

#[test]
fn a_target_bears_from_one_to_five_service_control_policies() {
    let world = World::frozen();
    let account = json!(member(&world));
    enable(&world, SCP);
    let last = json!({ "PolicyId": "p-FullAWSAccess", "TargetId": account });
    assert_eq!(
        refusal(&world, "DetachPolicy", &last),
        json!([
            "ConstraintViolationException",
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
        ])
    );
    for number in 0..4 {
        let policy = create(&world, &format!("p{number}"), SCP, &deny("ec2:*", "*"));
        attach(&world, &policy, &account);
    }
    let policy = create(&world, "p5", SCP, &deny("ec2:*", "*"));
    assert_eq!(
        refusal(
            &world,
            "AttachPolicy",
            &json!({ "PolicyId": policy, "TargetId": account })
        ),
        json!([
            "ConstraintViolationException",
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"
        ])
    );
    assert_eq!(
        refusal(
            &world,
            "DetachPolicy",
            &json!({ "PolicyId": policy, "TargetId": account })
        ),
        json!(["PolicyNotAttachedException", null])
    );
}

#[test]
fn aws_s_own_policies_stay() {
    let world = World::frozen();
    member(&world);
    enable(&world, RCP);
    let root = root(&world);
    let full = json!({ "PolicyId": "p-RCPFullAWSAccess", "TargetId": root });
    assert_eq!(
        refusal(&world, "DetachPolicy", &full),
        json!(["InvalidInputException", "NON_DETACHABLE_POLICY"])
    );
    let change = json!({ "PolicyId": "p-FullAWSAccess", "Content": deny("*", "*") });
    assert_eq!(
        refusal(&world, "UpdatePolicy", &change),
        json!(["InvalidInputException", "IMMUTABLE_POLICY"])
    );
    let shown = world.organizes("DescribePolicy", &json!({ "PolicyId": "p-FullAWSAccess" }));
    let summary = &shown["Policy"]["PolicySummary"];
    assert_eq!(
        summary["Arn"],
        "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"
    );
    assert_eq!(summary["AwsManaged"], true);
}

#[test]
fn a_policy_is_made_changed_listed_and_deleted() {
    let world = World::frozen();
    let account = json!(member(&world));
    enable(&world, SCP);
    let id = create(&world, "refus", SCP, &deny("iam:*", "*"));
    let again = json!({ "Name": "refus", "Description": "", "Type": SCP, "Content": deny("s3:*", "*") });
    assert_eq!(
        refusal(&world, "CreatePolicy", &again),
        json!(["DuplicatePolicyException", null])
    );
    let change = json!({ "PolicyId": id, "Name": "refus-s3", "Content": deny("s3:*", "*") });
    let changed = world.organizes("UpdatePolicy", &change);
    assert_eq!(changed["Policy"]["PolicySummary"]["Name"], "refus-s3");
    assert_eq!(changed["Policy"]["Content"], deny("s3:*", "*"));
    attach(&world, &id, &account);
    let targets = world.organizes("ListTargetsForPolicy", &json!({ "PolicyId": id }));
    assert_eq!(
        (&targets["Targets"][0]["TargetId"], &targets["Targets"][0]["Type"]),
        (&account, &json!("ACCOUNT"))
    );
    assert_eq!(
        refusal(&world, "DeletePolicy", &json!({ "PolicyId": id })),
        json!(["PolicyInUseException", null])
    );
    world.organizes("DetachPolicy", &json!({ "PolicyId": id, "TargetId": account }));
    world.organizes("DeletePolicy", &json!({ "PolicyId": id }));
    let listed = world.organizes("ListPolicies", &json!({ "Filter": SCP }));
    assert_eq!(listed["Policies"].as_array().unwrap().len(), 1);
    assert_eq!(
        refusal(&world, "DescribePolicy", &json!({ "PolicyId": id })),
        json!(["PolicyNotFoundException", null])
    );
}

#[test]
fn a_content_that_is_none_or_too_long_is_refused() {
    let world = World::frozen();
    member(&world);
    let create = |content: &str| {
        let input = json!({ "Name": "p", "Description": "", "Type": SCP, "Content": content });
        refusal(&world, "CreatePolicy", &input)
    };
    assert_eq!(create("rien"), json!(["MalformedPolicyDocumentException", null]));
    let long = deny("s3:*", &format!("arn:aws:s3:::{}", "x".repeat(5100)));
    assert_eq!(
        create(&long),
        json!(["ConstraintViolationException", "POLICY_CONTENT_LIMIT_EXCEEDED"])
    );
}
