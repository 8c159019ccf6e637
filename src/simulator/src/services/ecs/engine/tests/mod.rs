//! Tasks by the clock: what happens to them, and when.

#![allow(clippy::unwrap_used)]

mod life;
mod platforms;
mod requests;
mod restarts;
mod roles;
mod rules;
mod scale;
mod sharing;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use serde_json::{Value, json};

use crate::ACCOUNT;
use crate::call::{Call, Caller, Principal, Reply};
use crate::chance;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::{Service, ec2, iam, s3};

/// A cloud whose clock stands still but for advances, in which the account's root user calls.
struct Bench {
    cloud: Arc<Cloud>,
    account: &'static str,
}

impl Bench {
    fn new() -> Self {
        let cloud = Arc::new(Cloud::new(true).unwrap());
        Self::of(cloud, ACCOUNT)
    }

    fn of(cloud: Arc<Cloud>, account: &'static str) -> Self {
        let bench = Self { cloud, account };
        bench.does("CreateCluster", json!({}));
        bench
    }

    /// The same cloud, in which another account's root user calls.
    fn beside(&self, account: &'static str) -> Self {
        Self::of(Arc::clone(&self.cloud), account)
    }

    /// What a service answers to the account's root user.
    fn ask(&self, service: &'static Service, name: &str, input: Value) -> Result<Reply, AwsError> {
        self.request_to(service, name, http::Request::new(Bytes::new()), input)
    }

    /// Makes a bucket.
    fn bucket(&self, name: &str) {
        let here = "<CreateBucketConfiguration><LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>";
        let request = http::Request::put(format!("/{name}")).body(here.into()).unwrap();
        let made = self.request_to(&s3::SERVICE, "CreateBucket", request, Value::Null);
        made.unwrap();
    }

    fn request_to(
        &self,
        service: &'static Service,
        name: &str,
        request: http::Request<Bytes>,
        input: Value,
    ) -> Result<Reply, AwsError> {
        let operation = service.operation(name).unwrap();
        let (head, body) = request.into_parts();
        let mut call = Call {
            caller: Caller {
                principal: Principal::root(self.account),
                ..Caller::anonymous()
            },
            head,
            body,
            input,
            postponed: Value::Null,
            request_id: String::new(),
            time: self.cloud.clock.now(),
            trail: Mutex::default(),
        };
        self.cloud.execute(service, operation, &mut call)
    }

    fn call(&self, name: &str, input: Value) -> Result<Value, AwsError> {
        let reply = self.ask(&super::super::SERVICE, name, input)?;
        Ok(serde_json::from_slice(&reply.body).unwrap())
    }

    #[track_caller]
    fn does(&self, name: &str, input: Value) -> Value {
        self.call(name, input)
            .unwrap_or_else(|refusal| panic!("{name}: {}", refusal.message))
    }

    /// Moves the clock.
    fn wait(&self, seconds: u64) {
        self.cloud.advance(Duration::from_secs(seconds), false);
    }

    /// Registers a definition of these containers, under `family`.
    fn register(&self, family: &str, containers: &Value) {
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

    /// One of the default VPC's subnets.
    fn subnet(&self) -> String {
        let reply = self.ask(&ec2::SERVICE, "DescribeSubnets", json!({})).unwrap();
        let text = String::from_utf8(reply.body.to_vec()).unwrap();
        let start = text.find("subnet-").unwrap();
        text[start..]
            .chars()
            .take_while(|sign| sign.is_ascii_alphanumeric() || *sign == '-')
            .collect()
    }

    /// What `RunTask` is asked for a task of that family.
    fn request(&self, family: &str) -> Value {
        json!({
            "taskDefinition": family,
            "launchType": "FARGATE",
            "networkConfiguration": {
                "awsvpcConfiguration": { "subnets": [self.subnet()], "assignPublicIp": "ENABLED" }
            },
        })
    }

    /// Starts a task of that family; its ARN.
    fn start(&self, family: &str) -> String {
        let started = self.does("RunTask", self.request(family));
        assert_eq!(started["failures"], json!([]));
        started["tasks"][0]["taskArn"].as_str().unwrap().to_owned()
    }

    fn task(&self, arn: &str) -> Value {
        self.does("DescribeTasks", json!({ "tasks": [arn] }))["tasks"][0].clone()
    }

    fn iam(&self, name: &str, input: Value) {
        self.ask(&iam::SERVICE, name, input).unwrap();
    }

    /// Makes a role that ECS's tasks may take, which may do these actions on anything.
    fn role(&self, name: &str, actions: &[&str]) -> String {
        self.role_trusting(name, actions, &json!({}))
    }

    /// Makes such a role, whose trust policy has a condition.
    fn role_trusting(&self, name: &str, actions: &[&str], condition: &Value) -> String {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": "ecs-tasks.amazonaws.com" },
                "Action": "sts:AssumeRole",
                "Condition": condition,
            }],
        });
        self.iam(
            "CreateRole",
            json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() }),
        );
        self.allow(name, actions);
        format!("arn:aws:iam::{ACCOUNT}:role/{name}")
    }

    /// What a role may do from now on.
    fn allow(&self, role: &str, actions: &[&str]) {
        if actions.is_empty() {
            let input = json!({ "RoleName": role, "PolicyName": "droits" });
            // A role without rights need not have had any.
            let _ = self.ask(&iam::SERVICE, "DeleteRolePolicy", input);
            return;
        }
        let policy = json!({
            "Version": "2012-10-17",
            "Statement": [{ "Effect": "Allow", "Action": actions, "Resource": "*" }],
        });
        self.iam(
            "PutRolePolicy",
            json!({ "RoleName": role, "PolicyName": "droits", "PolicyDocument": policy.to_string() }),
        );
    }
}

/// A container of the catalogue.
fn container(image: &str) -> Value {
    json!({ "name": "app", "image": format!("public.ecr.aws/cahier/{image}:latest") })
}

fn status(task: &Value) -> &str {
    task["lastStatus"].as_str().unwrap()
}
