//! What the scheduler of ECS takes: many tasks started, replaced and stopped in one step of the clock.
//!
//! `cargo bench -p simulator --bench ecs`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    dead_code,
    missing_docs,
    unreachable_pub
)]

mod load;

use std::time::{Duration, Instant};

use load::Server;
use serde_json::{Value, json};
use simulator::{Config, Simulator};

fn main() {
    for tasks in [100, 1_000, 5_000] {
        let site = Site::open(tasks);
        site.measure(tasks, "started, to a steady state", 15 * 60);
        site.update(&json!({ "forceNewDeployment": true }));
        site.measure(tasks, "replaced by a deployment", 30 * 60);
        site.measure(tasks, "at rest for a day", 24 * 3600);
        site.update(&json!({ "desiredCount": 0 }));
        site.measure(tasks, "stopped", 120);
    }
    let site = Site::open(10);
    site.register("web", "lot");
    site.update(&json!({ "taskDefinition": "web", "desiredCount": 10 }));
    site.measure(10, "ending for a day", 24 * 3600);
    site.measure(10, "ending for ten years", 3652 * 24 * 3600);
}

struct Site {
    simulator: Simulator,
    server: Server,
}

impl Site {
    fn ecs(&self, operation: &str, input: &Value) -> Value {
        let target = format!("AmazonEC2ContainerServiceV20141113.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target.as_str()),
        ];
        let body = input.to_string();
        let request = self.server.request("ecs", "POST", "/", &headers, body.as_bytes());
        serde_json::from_str(&self.server.ask(&request)).unwrap()
    }

    /// A simulator with a service that wants so many tasks.
    fn open(tasks: usize) -> Self {
        let simulator = Simulator::start(Config {
            frozen: true,
            ..Config::default()
        })
        .unwrap();
        let server = Server::of(&simulator);
        let site = Self { simulator, server };
        site.prepare(tasks);
        site
    }

    /// A revision with an image of the catalogue.
    fn register(&self, family: &str, image: &str) {
        let image = format!("public.ecr.aws/cahier/{image}:latest");
        self.ecs(
            "RegisterTaskDefinition",
            &json!({
                "family": family, "requiresCompatibilities": ["FARGATE"], "networkMode": "awsvpc",
                "cpu": "256", "memory": "512", "containerDefinitions": [{ "name": "app", "image": image }],
            }),
        );
    }

    /// A cluster, a definition, room, and a service that wants so many tasks.
    fn prepare(&self, tasks: usize) {
        self.make_room(10_000);
        self.ecs("CreateCluster", &json!({ "clusterName": "site" }));
        self.register("web", "web");
        self.ecs(
            "CreateService",
            &json!({
                "cluster": "site", "serviceName": "web", "taskDefinition": "web", "desiredCount": tasks,
                "launchType": "FARGATE", "networkConfiguration": { "awsvpcConfiguration": {
                    "subnets": self.subnets(), "assignPublicIp": "ENABLED",
                } },
            }),
        );
    }

    /// Raises the quota of vCPUs.
    fn make_room(&self, vcpus: u32) {
        let (host, token) = (&self.server.host, self.simulator.control_token());
        let body = json!({ "on_demand_vcpu": vcpus }).to_string();
        let head =
            format!("POST /_cahier/ecs/quotas HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {token}");
        let request = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
        self.server.call(request.as_bytes());
    }

    /// The subnets of the default VPC.
    fn subnets(&self) -> Vec<String> {
        let headers = [("content-type", "application/x-www-form-urlencoded")];
        let body = b"Action=DescribeSubnets&Version=2016-11-15";
        let request = self.server.request("ec2", "POST", "/", &headers, body);
        let answer = self.server.ask(&request);
        let ids = answer.split("<subnetId>").skip(1);
        ids.filter_map(|rest| rest.split('<').next().map(str::to_owned))
            .collect()
    }

    fn update(&self, changes: &Value) {
        let mut input = json!({ "cluster": "site", "service": "web" });
        input
            .as_object_mut()
            .unwrap()
            .extend(changes.as_object().unwrap().clone());
        self.ecs("UpdateService", &input);
    }

    /// Advances by so many seconds at once.
    fn measure(&self, tasks: usize, what: &str, seconds: u64) {
        let begun = Instant::now();
        self.simulator.advance(Duration::from_secs(seconds));
        let took = begun.elapsed();
        let described = self.ecs(
            "DescribeServices",
            &json!({ "cluster": "site", "services": ["web"] }),
        );
        let running = &described["services"][0]["runningCount"];
        println!(
            "{tasks:>5} tasks {what:<28} {:>9.1} ms, {running} running",
            took.as_secs_f64() * 1e3
        );
    }
}
