//! The control routes under `/_cahier/ecs/`: what AWS has no API for.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use super::cost;
use super::engine::Engine;
use super::services;
use super::state::{State, StopCode, TaskKey};
use super::tags::resource;
use crate::ACCOUNT;
use crate::cloud::Cloud;

/// What a route answers, or its status, its code and its sentence.
type Answer = Result<Value, (StatusCode, &'static str, String)>;

/// Answers a request to one of these routes.
pub(crate) fn control(cloud: &Cloud, method: &Method, route: &str, body: &Value) -> Answer {
    match (method, route) {
        (&Method::GET, "costs") => Ok(looked_at(cloud, |state| cost::report(state, cloud.clock.now()))),
        (&Method::GET, "tasks") => Ok(looked_at(cloud, |state| tasks(cloud, state))),
        (&Method::GET, "quotas") => Ok(looked_at(cloud, |state| quotas(state, account(body)))),
        (&Method::POST, "interrupt") => interrupt(cloud, body),
        (&Method::POST, "load") => services::load(cloud, body),
        (&Method::POST, "quotas") => set_quotas(cloud, body),
        (_, "costs" | "tasks" | "quotas" | "interrupt" | "load") => Err((
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "This route does not take this method.".to_owned(),
        )),
        _ => Err((
            StatusCode::NOT_FOUND,
            "NotFound",
            "There is no such control route.".to_owned(),
        )),
    }
}

fn looked_at(cloud: &Cloud, look: impl FnOnce(&State) -> Value) -> Value {
    cloud.catch_up(cloud.clock.now());
    look(&cloud.ecs.lock())
}

fn bad(sentence: impl Into<String>) -> (StatusCode, &'static str, String) {
    (StatusCode::BAD_REQUEST, "BadRequest", sentence.into())
}

/// Each task that is shown, where it is reached, and what its containers have written.
fn tasks(cloud: &Cloud, state: &State) -> Value {
    let mut shown = Vec::new();
    for account in state.accounts.values() {
        for task in account
            .clusters
            .values()
            .flat_map(|cluster| cluster.tasks.values())
        {
            let containers = task.containers.iter().enumerate().map(|(place, container)| {
                let (url, note) = cloud.ecs.web.reached(&task.arn, place).unwrap_or_default();
                json!({
                    "name": container.name,
                    "status": container.last.name(),
                    "url": url,
                    "note": note,
                    "log": container.process.log,
                })
            });
            shown.push(json!({
                "task": task.arn,
                "status": task.last.name(),
                "containers": containers.collect::<Vec<_>>(),
            }));
        }
    }
    json!({ "tasks": shown })
}

/// Takes the capacity of a task of Fargate Spot back.
fn interrupt(cloud: &Cloud, body: &Value) -> Answer {
    let arn = body["task"].as_str().unwrap_or_default();
    let key = key(arn).ok_or_else(|| bad("Expected {\"task\": ARN}."))?;
    cloud.change(|| {
        let now = cloud.catch_up(cloud.clock.now());
        let mut state = cloud.ecs.lock();
        let mut engine = Engine::new(cloud, &mut state, now);
        let task = engine.state.task(&key).filter(|task| task.is_wanted());
        let Some(task) = task else {
            return Err(bad("There is no such task, or it stops already."));
        };
        if !task.is_spot() {
            return Err(bad(
                "The task does not run on Fargate Spot: it is not interrupted.",
            ));
        }
        engine.stop_task(
            &key,
            StopCode::SpotInterruption,
            "Your Spot Task was interrupted.",
        );
        cloud.ecs.settle(cloud, &mut state);
        Ok(json!({ "task": arn, "stopCode": "SpotInterruption" }))
    })
}

/// The task of an ARN.
fn key(arn: &str) -> Option<TaskKey> {
    let account = arn.split(':').nth(4)?;
    let mut parts = resource(arn, account)?.strip_prefix("task/")?.split('/');
    Some(TaskKey {
        account: account.to_owned(),
        cluster: parts.next()?.to_owned(),
        id: parts.next()?.to_owned(),
    })
}

fn account(body: &Value) -> &str {
    body["account"].as_str().unwrap_or(ACCOUNT)
}

fn quotas(state: &State, account: &str) -> Value {
    let quotas = state
        .accounts
        .get(account)
        .map(|account| account.quotas)
        .unwrap_or_default();
    json!({
        "account": account,
        "on_demand_vcpu": quotas.on_demand,
        "spot_vcpu": quotas.spot,
        "spot_available": quotas.spot_available,
    })
}

/// Sets an account's quotas of vCPUs, and whether Fargate Spot has any capacity.
fn set_quotas(cloud: &Cloud, body: &Value) -> Answer {
    let number = |member: &str| match &body[member] {
        Value::Null => Ok(None),
        given => given
            .as_u64()
            .and_then(|number| u32::try_from(number).ok())
            .map(Some)
            .ok_or_else(|| bad(format!("Expected {{\"{member}\": N}}, N a number of vCPUs."))),
    };
    let (on_demand, spot) = (number("on_demand_vcpu")?, number("spot_vcpu")?);
    let account = account(body);
    cloud.change(|| {
        let mut state = cloud.ecs.lock();
        let quotas = &mut state.account(account).quotas;
        quotas.on_demand = on_demand.unwrap_or(quotas.on_demand);
        quotas.spot = spot.unwrap_or(quotas.spot);
        quotas.spot_available = body["spot_available"].as_bool().unwrap_or(quotas.spot_available);
        let shown = self::quotas(&state, account);
        Ok(shown)
    })
}
