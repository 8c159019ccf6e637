//! What tasks' roles do, and what happens where they may not.

use super::*;

const PRIVATE: &str = "123456789012.dkr.ecr.eu-west-3.amazonaws.com/absent:1";
const CATALOGUE: &str = "700000000007.dkr.ecr.eu-west-3.amazonaws.com/catalogue/web:latest";
const PULL: [&str; 4] = [
    "ecr:GetAuthorizationToken",
    "ecr:BatchGetImage",
    "ecr:BatchCheckLayerAvailability",
    "ecr:GetDownloadUrlForLayer",
];

fn with_roles(bench: &Bench, family: &str, container: &Value, execution: &str, task: Option<&str>) {
    bench.does(
        "RegisterTaskDefinition",
        json!({
            "family": family,
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "executionRoleArn": execution,
            "taskRoleArn": task,
            "containerDefinitions": [container],
        }),
    );
}

/// Why a task of this family stopped.
fn fate(bench: &Bench, family: &str, wait: u64) -> Value {
    let arn = bench.start(family);
    bench.wait(wait);
    bench.task(&arn)
}

#[test]
fn the_execution_role_pulls_and_each_refusal_is_told_and_journalled() {
    let bench = Bench::new();
    let role = bench.role("execution", &[]);
    let app = json!({ "name": "app", "image": CATALOGUE });
    with_roles(&bench, "web", &app, &role, None);
    let task = fate(&bench, "web", 30);
    let reason = task["stoppedReason"].as_str().unwrap();
    let id = task["taskArn"].as_str().unwrap().rsplit('/').next().unwrap();
    let session = format!("arn:aws:sts::123456789012:assumed-role/execution/{id}");
    assert_eq!(
        (status(&task), &task["stopCode"]),
        ("STOPPED", &json!("TaskFailedToStart"))
    );
    assert!(
        reason.starts_with(&format!(
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to \
             retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: {session} is not \
             authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the \
             ecr:GetAuthorizationToken action status code: 400, request id: "
        )),
        "{reason}"
    );
    let journal = bench.cloud.journal.entries();
    let refused = journal
        .iter()
        .find(|entry| entry.operation == "GetAuthorizationToken")
        .unwrap();
    assert_eq!(
        (refused.principal.as_str(), refused.error.as_deref()),
        (session.as_str(), Some("AccessDeniedException"))
    );
    let details = bench.cloud.journal.details(refused.id).unwrap();
    assert_eq!(details.authorisation[0]["decision"], "implicitDeny");

    bench.allow("execution", &PULL[..1]);
    let task = fate(&bench, "web", 30);
    let reason = task["stoppedReason"].as_str().unwrap();
    assert!(
        reason.starts_with("CannotPullContainerError: Check if image exists and role 'execution' has permissions to pull images"),
        "{reason}"
    );
    assert!(reason.contains(
        "ecr:BatchGetImage on resource: arn:aws:ecr:eu-west-3:700000000007:repository/catalogue/web"
    ));
    assert_eq!(task["containers"][0]["reason"], task["stoppedReason"]);

    bench.allow("execution", &PULL);
    assert_eq!(status(&fate(&bench, "web", 15)), "RUNNING");
}

#[test]
fn what_is_not_there_or_not_reached_cannot_be_pulled() {
    let bench = Bench::new();
    let role = bench.role("execution", &PULL);
    let image = |image: &str| json!({ "name": "app", "image": image });
    with_roles(&bench, "absent", &image(PRIVATE), &role, None);
    with_roles(&bench, "prive", &image(CATALOGUE), &role, None);
    bench.register("hub", &json!([image("inconnu/app:1")]));
    let absent = fate(&bench, "absent", 30);
    assert_eq!(
        absent["stoppedReason"],
        format!(
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {PRIVATE}: not found"
        )
    );
    let hub = fate(&bench, "hub", 30);
    let reason = hub["stoppedReason"].as_str().unwrap();
    assert!(
        reason.contains("docker.io/inconnu/app:1: pull access denied, repository does not exist"),
        "{reason}"
    );
    let mut request = bench.request("prive");
    request["networkConfiguration"]["awsvpcConfiguration"]["assignPublicIp"] = json!("DISABLED");
    let arn = bench.does("RunTask", request)["tasks"][0]["taskArn"]
        .as_str()
        .unwrap()
        .to_owned();
    bench.wait(60);
    assert_eq!(status(&bench.task(&arn)), "PENDING", "nothing answers yet");
    bench.wait(60);
    let task = bench.task(&arn);
    let reason = task["stoppedReason"].as_str().unwrap();
    assert!(
        reason.contains("There is a connection issue between the task and Amazon ECR."),
        "{reason}"
    );
    assert!(reason.ends_with(":443: i/o timeout"), "{reason}");
}

#[test]
fn a_role_is_weighed_as_it_is_when_the_image_is_pulled() {
    let bench = Bench::new();
    let role = bench.role("execution", &PULL);
    with_roles(
        &bench,
        "web",
        &json!({ "name": "app", "image": CATALOGUE }),
        &role,
        None,
    );
    let before = bench.start("web");
    bench.wait(6);
    // The pull has begun: what is taken away now comes too late.
    bench.allow("execution", &[]);
    let after = bench.start("web");
    bench.wait(60);
    assert_eq!(status(&bench.task(&before)), "RUNNING");
    assert_eq!(status(&bench.task(&after)), "STOPPED");
}

#[test]
fn logs_need_the_execution_role_too() {
    let bench = Bench::new();
    let role = bench.role("execution", &PULL);
    let mut app = json!({ "name": "app", "image": CATALOGUE });
    app["logConfiguration"] = json!({
        "logDriver": "awslogs",
        "options": { "awslogs-group": "/ecs/web", "awslogs-region": "eu-west-3", "awslogs-stream-prefix": "web" },
    });
    with_roles(&bench, "web", &app, &role, None);
    let task = fate(&bench, "web", 30);
    let reason = task["stoppedReason"].as_str().unwrap();
    assert!(
        reason.starts_with(
            "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create \
             Cloudwatch log stream: AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/execution/"
        ),
        "{reason}"
    );
    assert!(reason.contains("logs:CreateLogStream on resource: arn:aws:logs:eu-west-3:123456789012:log-group:/ecs/web:log-stream:web/app/"));
    bench.allow(
        "execution",
        &[&PULL[..], &["logs:CreateLogStream", "logs:PutLogEvents"]].concat(),
    );
    assert_eq!(status(&fate(&bench, "web", 15)), "RUNNING");
}

#[test]
fn an_application_reads_s3_as_the_task_role_and_not_as_the_execution_role() {
    let bench = Bench::new();
    let execution = bench.role("execution", &["ecr:*", "s3:*"]);
    let task_role = bench.role("application", &["sqs:*"]);
    bench.bucket("rapports");
    let mut app = json!({ "name": "app", "image": "public.ecr.aws/cahier/lit-s3:latest" });
    app["environment"] = json!([{"name": "BUCKET", "value": "rapports"}, {"name": "KEY", "value": "a.txt"}]);
    with_roles(&bench, "sans", &app, &execution, None);
    with_roles(&bench, "avec", &app, &execution, Some(&task_role));
    for family in ["sans", "avec"] {
        let task = fate(&bench, family, 40);
        assert_eq!(
            (status(&task), &task["stopCode"]),
            ("STOPPED", &json!("EssentialContainerExited")),
            "{family}"
        );
        assert_eq!(task["containers"][0]["exitCode"], 1);
    }
    let journal = bench.cloud.journal.entries();
    let reads: Vec<_> = journal
        .iter()
        .filter(|entry| entry.operation == "GetObject")
        .collect();
    assert_eq!(reads.len(), 1, "without a role, there is nothing to call with");
    assert!(reads[0].principal.contains(":assumed-role/application/"));
    assert_eq!(reads[0].resource, "arn:aws:s3:::rapports/a.txt");
}

#[test]
fn a_role_that_ecs_cannot_take_is_told_at_once() {
    let bench = Bench::new();
    let role = bench.role("execution", &PULL);
    with_roles(
        &bench,
        "web",
        &json!({ "name": "app", "image": CATALOGUE }),
        &role,
        Some("absent"),
    );
    let refused = bench.call("RunTask", bench.request("web")).unwrap_err();
    assert_eq!(refused.short_code(), "ClientException");
    assert_eq!(
        refused.message,
        "ECS was unable to assume the role 'arn:aws:iam::123456789012:role/absent' that was provided for this task. Please verify \
         that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to \
         pass this role."
    );
}

#[test]
fn a_trust_policy_may_ask_for_the_account_and_its_resources() {
    let bench = Bench::new();
    let condition = |account: &str| {
        json!({
            "StringEquals": { "aws:SourceAccount": account },
            "ArnLike": { "aws:SourceArn": format!("arn:aws:ecs:eu-west-3:{account}:*") },
        })
    };
    let ours = bench.role_trusting("execution", &PULL, &condition(ACCOUNT));
    let application = bench.role_trusting("application", &[], &condition(ACCOUNT));
    let theirs = bench.role_trusting("autre", &PULL, &condition("111122223333"));
    let app = json!({ "name": "app", "image": CATALOGUE });
    with_roles(&bench, "web", &app, &ours, Some(&application));
    with_roles(&bench, "autre", &app, &theirs, None);
    assert_eq!(status(&fate(&bench, "web", 15)), "RUNNING");
    let refused = bench.call("RunTask", bench.request("autre")).unwrap_err();
    assert!(
        refused
            .message
            .starts_with("ECS was unable to assume the role 'arn:aws:iam::123456789012:role/autre'"),
        "{}",
        refused.message
    );
}
