//! ECS services, as simulated time passes: what a client sees of them.

mod breaker;
mod deleting;
mod history;
mod identifiers;
mod metrics;
mod placing;
mod protection;
mod reconciling;
mod refusals;
mod rolling;
mod saved;
mod scaling;
mod schedules;

use serde_json::{Value, json};

use super::client::{Answer, World};

/// An image that serves HTTP until it is told to stop.
pub(crate) const WEB: &str = "public.ecr.aws/cahier/web:latest";

/// An image that ends with 1 before its task runs.
pub(crate) const CRASHING: &str = "public.ecr.aws/cahier/plante:latest";

/// An image that ends after `DUREE` seconds.
pub(crate) const BATCH: &str = "public.ecr.aws/cahier/lot:latest";

/// A simulator with the cluster `site` and the task definition `web:1`.
pub(crate) struct Site {
    /// The simulator.
    pub(crate) world: World,
    subnets: Vec<String>,
}

impl Site {
    /// Room for a thousand vCPUs.
    pub(crate) fn new() -> Self {
        Self::of(World::frozen())
    }

    /// The same in a simulator that there is.
    pub(crate) fn of(world: World) -> Self {
        let quotas = json!({"on_demand_vcpu": 1000, "spot_vcpu": 1000}).to_string();
        assert_eq!(world.control("POST", "/_cahier/ecs/quotas", &quotas).status, 200);
        let subnets = subnets(&world);
        let site = Self { world, subnets };
        site.ok(
            "CreateCluster",
            &json!({"clusterName": "site", "capacityProviders": ["FARGATE", "FARGATE_SPOT"]}),
        );
        site.register("web", WEB, &json!({}));
        site
    }

    /// Calls an operation of ECS.
    pub(crate) fn ecs(&self, operation: &str, input: &Value) -> Answer {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target.as_str()),
        ];
        self.world
            .signed("ecs", "POST", "/", &headers, &input.to_string())
    }

    /// Calls an operation of ECS that succeeds.
    pub(crate) fn ok(&self, operation: &str, input: &Value) -> Value {
        let answer = self.ecs(operation, input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        answer.json()
    }

    /// The code and the message of a refusal.
    pub(crate) fn refused(&self, operation: &str, input: &Value) -> (String, String) {
        let answer = self.ecs(operation, input);
        assert_eq!(answer.status, 400, "{operation}: {}", answer.body);
        let message = answer.json()["message"].as_str().unwrap_or_default().to_owned();
        (answer.error(), message)
    }

    /// Registers a revision of a quarter of a vCPU with one container; `more` goes into the container's definition.
    pub(crate) fn register(&self, family: &str, image: &str, more: &Value) -> String {
        let container = merged(
            json!({"name": "app", "image": image, "portMappings": [{"containerPort": 80}]}),
            more,
        );
        let definition = json!({
            "family": family, "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
            "cpu": "256", "memory": "512", "containerDefinitions": [container],
        });
        let made = self.ok("RegisterTaskDefinition", &definition);
        made["taskDefinition"]["taskDefinitionArn"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// `networkConfiguration` in the subnets of the default VPC.
    pub(crate) fn network(&self) -> Value {
        json!({"awsvpcConfiguration": {"subnets": self.subnets, "assignPublicIp": "ENABLED"}})
    }

    /// What creates the service `web` of so many tasks on Fargate; `more` is added, and replaces what it names.
    pub(crate) fn creation(&self, count: i64, more: &Value) -> Value {
        let usual = json!({
            "cluster": "site", "serviceName": "web", "taskDefinition": "web", "desiredCount": count,
            "launchType": "FARGATE", "networkConfiguration": self.network(),
        });
        merged(usual, more)
    }

    /// Creates the service `web`.
    pub(crate) fn create(&self, count: i64, more: &Value) -> Value {
        self.ok("CreateService", &self.creation(count, more))["service"].clone()
    }

    /// Creates the service `web` and waits for its steady state.
    pub(crate) fn settled(count: i64, more: &Value) -> Self {
        let site = Self::new();
        site.create(count, more);
        site.world.advance(120);
        assert_eq!(site.service()["runningCount"], count);
        site
    }

    /// Updates the service `web`.
    pub(crate) fn update(&self, changes: &Value) -> Value {
        let input = merged(json!({"cluster": "site", "service": "web"}), changes);
        self.ok("UpdateService", &input)["service"].clone()
    }

    /// The service `web`.
    pub(crate) fn service(&self) -> Value {
        let described = self.ok(
            "DescribeServices",
            &json!({"cluster": "site", "services": ["web"], "include": ["TAGS"]}),
        );
        described["services"][0].clone()
    }

    /// Its deployments: status, revision, desired, pending, running, state.
    pub(crate) fn deployments(&self) -> Vec<(String, String, i64, i64, i64, String)> {
        let service = self.service();
        let each = service["deployments"].as_array().unwrap().iter();
        each.map(|deployment| {
            let text = |member: &str| deployment[member].as_str().unwrap().to_owned();
            let number = |member: &str| deployment[member].as_i64().unwrap();
            let definition = text("taskDefinition");
            (
                text("status"),
                definition.rsplit('/').next().unwrap().to_owned(),
                number("desiredCount"),
                number("pendingCount"),
                number("runningCount"),
                text("rolloutState"),
            )
        })
        .collect()
    }

    /// What its events say, the latest first, with the ids of tasks and deployments as `T` and `D`.
    pub(crate) fn events(&self) -> Vec<String> {
        let service = self.service();
        let events = service["events"].as_array().unwrap().iter();
        events
            .map(|event| plain(event["message"].as_str().unwrap()))
            .collect()
    }

    /// Its tasks that are meant to run, or those that are not.
    pub(crate) fn tasks(&self, desired: &str) -> Vec<Value> {
        let listed = self.ok(
            "ListTasks",
            &json!({"cluster": "site", "serviceName": "web", "desiredStatus": desired}),
        );
        let arns = listed["taskArns"].as_array().unwrap();
        if arns.is_empty() {
            return Vec::new();
        }
        let described = self.ok(
            "DescribeTasks",
            &json!({"cluster": "site", "tasks": arns, "include": ["TAGS"]}),
        );
        described["tasks"].as_array().unwrap().clone()
    }

    /// How many of its tasks are meant to run, by a member of theirs.
    pub(crate) fn count(&self, member: &str, value: &str) -> usize {
        let tasks = self.tasks("RUNNING");
        tasks.iter().filter(|task| task[member] == value).count()
    }

    /// Advances second by second until `done`, at most so many seconds; says how many.
    pub(crate) fn until(&self, most: u64, done: impl Fn(&Self) -> bool) -> u64 {
        for passed in 0..=most {
            if done(self) {
                return passed;
            }
            self.world.advance(1);
        }
        panic!(
            "not after {most} s: {:#?} {:#?}",
            self.events(),
            self.deployments()
        );
    }
}

/// One object over another.
pub(crate) fn merged(mut under: Value, over: &Value) -> Value {
    let members = under.as_object_mut().unwrap();
    members.extend(over.as_object().unwrap().clone());
    under
}

/// A message without what is different each time.
fn plain(message: &str) -> String {
    let words = message.split(' ').map(|word| {
        let bare = word.trim_end_matches([')', '.', ':', ',']);
        let rest = &word[bare.len()..];
        let hexadecimal = bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit());
        if hexadecimal {
            format!("T{rest}")
        } else if bare.starts_with("ecs-svc/") {
            format!("D{rest}")
        } else {
            word.to_owned()
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The subnets of the default VPC.
fn subnets(world: &World) -> Vec<String> {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let body = "Action=DescribeSubnets&Version=2016-11-15";
    let answer = world.signed("ec2", "POST", "/", &headers, body);
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut ids: Vec<String> = answer
        .body
        .split("<subnetId>")
        .skip(1)
        .filter_map(|rest| rest.split('<').next().map(str::to_owned))
        .collect();
    ids.sort();
    ids
}
