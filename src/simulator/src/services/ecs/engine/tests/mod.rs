#![allow(clippy::unwrap_used)]

mod life;
mod roles;
mod scale;

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::ACCOUNT;
use crate::call::{Call, Caller, Principal};
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::DocumentKind;
use crate::services::ec2;
use crate::services::iam::Held;

/// A cloud whose clock stands still but for advances, in which the account's root user calls.
struct Bench {
    cloud: Cloud,
}

impl Bench {
    fn new() -> Self {
        let bench = Self {
            cloud: Cloud::new(true).unwrap(),
        };
        bench.does("CreateCluster", json!({}));
        bench
    }

    fn call(&self, name: &str, input: Value) -> Result<Value, AwsError> {
        let operation = super::super::SERVICE.operation(name).unwrap();
        let mut call = Call {
            caller: Caller {
                principal: Principal::root(ACCOUNT),
                ..Caller::anonymous()
            },
            head: http::Request::new(()).into_parts().0,
            body: Bytes::new(),
            input,
            postponed: Value::Null,
            request_id: String::new(),
            time: self.cloud.clock.now(),
            trail: Mutex::default(),
        };
        let reply = self.cloud.execute(&super::super::SERVICE, operation, &mut call)?;
        Ok(serde_json::from_slice(&reply.body).unwrap())
    }

    #[track_caller]
    fn does(&self, name: &str, input: Value) -> Value {
        self.call(name, input).unwrap_or_else(|refusal| panic!("{name}: {}", refusal.message))
    }

    /// Moves the clock.
    fn wait(&self, seconds: u64) {
        self.cloud.advance(Duration::from_secs(seconds), false);
    }

    /// Registers a definition of these containers, under `family`.
    fn register(&self, family: &str, containers: Value) {
        self.does(
            "RegisterTaskDefinition",
            json!({
                "family": family,
                "requiresCompatibilities": ["FARGATE"],
                "networkMode": "awsvpc",
                "cpu": "256",
                "memory": "512",
                "containerDefinitions": containers,
            }),
        );
    }

    /// What `RunTask` is asked for a task of that family.
    fn request(family: &str) -> Value {
        let subnet = ec2::default_subnet(ACCOUNT);
        json!({
            "taskDefinition": family,
            "launchType": "FARGATE",
            "networkConfiguration": {
                "awsvpcConfiguration": { "subnets": [subnet], "assignPublicIp": "ENABLED" }
            },
        })
    }

    /// Starts a task of that family; its ARN.
    fn start(&self, family: &str) -> String {
        let started = self.does("RunTask", Self::request(family));
        assert_eq!(started["failures"], json!([]));
        started["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    fn task(&self, arn: &str) -> Value {
        self.does("DescribeTasks", json!({ "tasks": [arn] }))["tasks"][0].clone()
    }

    /// Makes a role that ECS's tasks may take, which may do these actions on anything.
    fn role(&self, name: &str, actions: &[&str]) -> String {
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
        let mut state = self.cloud.iam.write();
        let account = state.open_account(ACCOUNT);
        account.add_role(name, Held::parse(trust, DocumentKind::Trust).unwrap());
        drop(state);
        self.allow(name, actions);
        format!("arn:aws:iam::{ACCOUNT}:role/{name}")
    }

    /// What a role may do from now on.
    fn allow(&self, role: &str, actions: &[&str]) {
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
        });
        // As any call that changes something: what is due happens first.
        self.cloud.catch_up(self.cloud.clock.now());
        let mut state = self.cloud.iam.write();
        let role = state.open_account(ACCOUNT).roles.get_mut(role).unwrap();
        let document = Held::parse(&policy.to_string(), DocumentKind::Identity).unwrap();
        role.entity.inline.insert("droits".to_owned(), document);
    }
}

/// A container of the catalogue.
fn container(image: &str) -> Value {
    json!({ "name": "app", "image": format!("public.ecr.aws/cahier/{image}:latest") })
}

fn status(task: &Value) -> &str {
    task["lastStatus"].as_str().unwrap()
}
