//! The scheduler's look at a service: it starts what is missing, stops what is too much, and says when it is done.
//!
//! AWS's scheduler looks every few seconds. Here it looks a few seconds after something changed, and when something that it
//! waits for is due; so a service that rests costs nothing.

use std::collections::BTreeMap;

use time::{Duration, OffsetDateTime};

use super::super::capacity::Strategy;
use super::super::engine::Engine;
use super::choose::surplus;
use super::deploy::{Failure, IMPAIRED};
use super::launching::{self, Batch, Home, Refused};
use super::rolling::{Limits, Older, Plan, Seen};
use super::state::{Deployment, EcsService, Held, Rollout, ServiceStatus};

/// How long after a change the scheduler looks, in seconds.
pub(super) const SOON: i64 = 5;

/// The most tasks that a service starts in a minute on Fargate, in eu-west-3.
///
/// <https://docs.aws.amazon.com/general/latest/gr/ecs-service.html>
const LAUNCHES_A_MINUTE: usize = 500;

/// What a service says whose deployment cannot go on within its limits.
const BLOCKED: &str = "was unable to stop or start tasks during a deployment because of the service deployment configuration. \
                       Update the minimumHealthyPercent or maximumPercent value and try again.";

/// Looks at a service.
pub(super) fn look(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService) {
    match service.status {
        ServiceStatus::Active => tend(engine, home, service),
        ServiceStatus::Draining => drain(engine, home, service),
        ServiceStatus::Inactive => {}
    }
}

/// The scheduler looks at the service by `at`.
pub(super) fn wake(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService, at: OffsetDateTime) {
    if service.look.is_none_or(|look| look > at) {
        service.look = Some(at);
        engine.state.agenda.write(at, home.due(&service.name));
    }
}

/// The scheduler looks at the service soon.
pub(super) fn wake_soon(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService) {
    let at = engine.now + Duration::seconds(SOON);
    wake(engine, home, service, at);
}

fn tend(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService) {
    register(service, engine.now);
    let unhealthy = dismiss(engine, home, service);
    let plan = plan(service, engine.now);
    let ids: Vec<String> = service.deployments.iter().map(|each| each.id.clone()).collect();
    let (Some(primary), older) = (ids.first(), ids.get(1..).unwrap_or_default()) else {
        return;
    };
    let mut done = unhealthy > 0;
    done |= start(engine, home, service, primary, plan.start, unhealthy);
    for (id, count) in older.iter().zip(&plan.replace) {
        done |= start(engine, home, service, id, *count, 0);
    }
    if service.primary().is_some_and(|now| now.id == *primary) {
        done |= stop_some(engine, home, service, primary, plan.stop);
        for (id, count) in older.iter().zip(&plan.retire) {
            done |= stop_some(engine, home, service, id, *count);
        }
    }
    if plan.blocked {
        service.complain(engine.now, BLOCKED);
    } else {
        service.complaints.remove(BLOCKED);
    }
    service.forget_replaced();
    if done {
        service.unsettle(engine.now);
        wake_soon(engine, home, service);
    } else {
        settle(service, engine.now);
    }
    wake_when_due(engine, home, service, &plan);
}

fn plan(service: &EcsService, now: OffsetDateTime) -> Plan {
    let settings = &service.settings;
    let limits = Limits::of(
        service.desired,
        settings.minimum_healthy_percent,
        settings.maximum_percent,
    );
    let mut counts = service.deployments.iter().map(|deployment| Older {
        counts: service.counts(&deployment.id, now),
        target: deployment.target,
    });
    let primary = counts.next().map(|primary| primary.counts).unwrap_or_default();
    let failed = service
        .primary()
        .is_some_and(|primary| primary.rollout == Rollout::Failed);
    let waits = service
        .primary()
        .is_some_and(|primary| primary.throttle.wait(now).is_some());
    Seen {
        limits,
        primary,
        failed,
        launching: !failed && !waits,
        older: &counts.collect::<Vec<_>>(),
    }
    .plan()
}

/// Tells of the tasks that run since the last look and are behind a load balancer now.
fn register(service: &mut EcsService, now: OffsetDateTime) {
    let mut registered: BTreeMap<String, usize> = BTreeMap::new();
    for held in service.tasks.values_mut() {
        if held.started.is_some() && !std::mem::replace(&mut held.registered, true) {
            *registered.entry(held.deployment.clone()).or_default() += 1;
        }
    }
    for (deployment, count) in registered {
        for group in service.target_groups(&deployment) {
            service.tell(
                now,
                &format!("registered {count} targets in (target-group {group})"),
            );
        }
    }
}

/// Stops the tasks whose health checks failed; says how many.
fn dismiss(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService) -> usize {
    let grace = Duration::seconds(service.settings.grace_period);
    let now = engine.now;
    let sick =
        |held: &Held| held.health == Some(false) && held.started.is_none_or(|started| now - started >= grace);
    let ids: Vec<(String, String)> = service
        .tasks
        .iter()
        .filter(|(_, held)| sick(held))
        .map(|(id, held)| (id.clone(), held.deployment.clone()))
        .collect();
    for (id, deployment) in &ids {
        service.tell(now, &format!("(task {id}) failed container health checks."));
        let one = std::slice::from_ref(id);
        stop(engine, home, service, one, "Task failed container health checks");
        service.tell_stopped(now, deployment, one);
        service.failed(deployment, Failure::Health, now);
    }
    ids.len()
}

/// Starts tasks of a deployment, as many as may start now; says whether anything was tried.
fn start(
    engine: &mut Engine<'_>,
    home: &Home<'_>,
    service: &mut EcsService,
    deployment: &str,
    count: i64,
    unhealthy: usize,
) -> bool {
    let now = engine.now;
    let count = usize::try_from(count)
        .unwrap_or_default()
        .min(allowed(service, now));
    let known = service.deployment(deployment);
    let Some(known) = known.filter(|known| count > 0 && known.throttle.wait(now).is_none()) else {
        return false;
    };
    known.throttle.attempted();
    let known = known.clone();
    let providers = providers(service, &known, count);
    let mut started = Vec::new();
    let launched = Batch::of(engine, home, service, &known).and_then(|mut batch| {
        for at in 0..count {
            let id = service.derive("task", 32);
            let provider = providers.get(at).map(String::as_str);
            let held = batch.launch(engine, service.named, &id, provider)?;
            service.tasks.insert(id.clone(), held);
            started.push(id);
        }
        Ok(())
    });
    if !started.is_empty() {
        service.launches.push_back((now, started.len()));
        service.tell_started(now, &started, unhealthy.min(started.len()));
    }
    match launched {
        Ok(()) => service.complaints.retain(|complaint, _| complaint == IMPAIRED),
        Err(why) => refuse(service, deployment, &why, now),
    }
    true
}

/// A task could not be launched at all.
fn refuse(service: &mut EcsService, deployment: &str, why: &Refused, now: OffsetDateTime) {
    let message = match why {
        Refused::NoPlace(reason) => format!("was unable to place a task. Reason: {reason}."),
        Refused::NoInstance => "was unable to place a task because no container instance met all of its requirements. \
                                Reason: No Container Instances were found in your cluster. For more information, see the \
                                Troubleshooting section of the Amazon ECS Developer Guide."
            .to_owned(),
        Refused::Error(error) => format!("failed to launch a task with (error {error})."),
    };
    service.complain(now, &message);
    service.failed(deployment, Failure::Start, now);
}

/// How many tasks the service may start now.
fn allowed(service: &mut EcsService, now: OffsetDateTime) -> usize {
    let launches = &mut service.launches;
    while launches
        .front()
        .is_some_and(|(at, _)| now - *at >= Duration::minutes(1))
    {
        launches.pop_front();
    }
    let started: usize = launches.iter().map(|(_, count)| count).sum();
    LAUNCHES_A_MINUTE.saturating_sub(started)
}

/// The capacity providers of so many more tasks of a deployment; none with a launch type.
fn providers(service: &EcsService, deployment: &Deployment, count: usize) -> Vec<String> {
    let mut running: BTreeMap<String, usize> = BTreeMap::new();
    let of_it = service
        .tasks
        .values()
        .filter(|held| held.deployment == deployment.id);
    for provider in of_it.filter_map(|held| held.provider.as_ref()) {
        *running.entry(provider.clone()).or_default() += 1;
    }
    Strategy {
        items: deployment.revision.strategy.clone(),
    }
    .place(&running, count)
}

/// Stops some tasks of a deployment; says whether there were any to stop.
fn stop_some(
    engine: &mut Engine<'_>,
    home: &Home<'_>,
    service: &mut EcsService,
    deployment: &str,
    count: i64,
) -> bool {
    let of_it = service
        .tasks
        .iter()
        .filter(|(_, held)| held.deployment == deployment);
    let ids = surplus(of_it, usize::try_from(count).unwrap_or_default(), engine.now);
    if ids.is_empty() {
        return false;
    }
    let reason = format!("Scaling activity initiated by (deployment {deployment})");
    stop(engine, home, service, &ids, &reason);
    let stopped = i64::try_from(ids.len()).unwrap_or(count);
    if let Some(known) = service.deployment(deployment) {
        known.target = (known.target - stopped).max(0);
        known.updated = engine.now;
    }
    service.tell_stopped(engine.now, deployment, &ids);
    true
}

fn stop(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService, ids: &[String], reason: &str) {
    for id in ids {
        launching::stop(engine, home, id, reason);
        super::let_go(service, id, engine.now);
    }
}

/// Says what there is to say once everything is as it should be.
fn settle(service: &mut EcsService, now: OffsetDateTime) {
    let Some(primary) = service.primary() else {
        return;
    };
    let counts = service.counts(&primary.id, now);
    let whole = service.deployments.len() == 1
        && counts.wanted == service.desired
        && counts.healthy == service.desired;
    if !whole || primary.rollout == Rollout::Failed {
        return;
    }
    service.complete(now);
    service.tell_steady(now);
}

/// The scheduler looks again when something that it waits for is due.
fn wake_when_due(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService, plan: &Plan) {
    let now = engine.now;
    let settles = service.tasks.values().filter_map(Held::settles);
    let graced = service.tasks.values().filter(|held| held.health == Some(false));
    let graced = graced.filter_map(|held| held.started);
    let graced = graced.map(|started| started + Duration::seconds(service.settings.grace_period));
    let throttled = service
        .deployments
        .iter()
        .filter_map(|known| known.throttle.wait(now));
    let starts = plan.start > 0 || plan.replace.iter().any(|count| *count > 0);
    let full = service.launches.front().filter(|_| starts);
    let full = full.map(|(at, _)| *at + Duration::minutes(1));
    let protected = service.tasks.values().filter_map(|held| held.protected);
    let due = settles
        .chain(protected)
        .chain(graced)
        .chain(throttled)
        .chain(full);
    if let Some(at) = due.filter(|at| *at > now).min() {
        wake(engine, home, service, at);
    }
}

/// Stops whatever a deleted service still has; at the look after that, it is over.
fn drain(engine: &mut Engine<'_>, home: &Home<'_>, service: &mut EcsService) {
    let deployments: Vec<String> = service.deployments.iter().map(|each| each.id.clone()).collect();
    let mut done = false;
    // Its end comes to every task.
    service.tasks.values_mut().for_each(|held| held.protected = None);
    for deployment in &deployments {
        let all = service.counts(deployment, engine.now).wanted;
        done |= stop_some(engine, home, service, deployment, all);
    }
    if done {
        return wake_soon(engine, home, service);
    }
    service.status = ServiceStatus::Inactive;
    service.deployments.clear();
    service.completed = None;
}
