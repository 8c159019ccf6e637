//! `ListServiceDeployments`, `DescribeServiceDeployments`, `DescribeServiceRevisions`.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-deployment.html>

use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::super::errors::invalid;
use super::super::input::{Page, text, texts};
use super::super::names::cluster_arn;
use super::super::{Answer, Work, clusters, date};
use super::history::{Record, RecordStatus};
use super::launching::Home;
use super::names::{deployment_arn, revision_arn, service_name, split};
use super::shown;
use super::state::{EcsService, Revision};
use super::update::found;

/// The most deployments, or revisions, of one request.
const MOST: usize = 20;

/// `ListServiceDeployments`, the latest first.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServiceDeployments.html>
pub(in super::super) fn list_deployments(work: &mut Work<'_>) -> Answer {
    let cluster = clusters::named(work)?;
    let input = work.call.input.clone();
    let home = Home {
        account: work.call.account(),
        cluster: &cluster,
    };
    let mut paged = input.clone();
    if paged["maxResults"].is_null() {
        paged["maxResults"] = MOST.into();
    }
    let page = Page::of(&paged)?;
    let name = text(&input, "service").map(service_name).unwrap_or_default();
    let service = found(&home, work, name)?;
    let records = service
        .history
        .iter()
        .rev()
        .filter(|record| asked(&input, record));
    page.cut(
        "serviceDeployments",
        records.map(|record| brief(&home, service, record)).collect(),
    )
}

fn asked(input: &Value, record: &Record) -> bool {
    let statuses = texts(input, "status");
    let created = (record.created - OffsetDateTime::UNIX_EPOCH).as_seconds_f64();
    let range = &input["createdAt"];
    (statuses.is_empty() || statuses.contains(&record.status.name()))
        && range["before"].as_f64().is_none_or(|before| created < before)
        && range["after"].as_f64().is_none_or(|after| created > after)
}

/// What lists show of a deployment, and descriptions too.
fn common(home: &Home<'_>, service: &EcsService, record: &Record) -> Map<String, Value> {
    let mut shown = Map::new();
    let mut set = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    set(
        "serviceDeploymentArn",
        deployment_arn(home, &service.name, &record.id).into(),
    );
    set("serviceArn", service.arn.clone().into());
    set("clusterArn", cluster_arn(home.account, home.cluster).into());
    set("createdAt", date(record.created));
    set("startedAt", date(record.created));
    set("status", record.status.name().into());
    if let Some(finished) = record.finished {
        set("finishedAt", date(finished));
    }
    if let Some(reason) = &record.reason {
        set("statusReason", reason.clone().into());
    }
    shown
}

fn brief(home: &Home<'_>, service: &EcsService, record: &Record) -> Value {
    let mut shown = common(home, service, record);
    let target = revision_arn(home, &service.name, &record.target.number);
    shown.insert("targetServiceRevisionArn".to_owned(), target.into());
    Value::Object(shown)
}

/// `DescribeServiceDeployments`; what is not there is among the failures.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceDeployments.html>
pub(in super::super) fn describe_deployments(work: &mut Work<'_>) -> Answer {
    describe(
        work,
        (
            "serviceDeploymentArns",
            "service-deployment",
            "serviceDeployments",
        ),
        |home, service, id| {
            let record = service.history.iter().find(|record| record.id == id)?;
            Some(deployment(home, service, record))
        },
    )
}

/// `DescribeServiceRevisions`; what is not there is among the failures.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServiceRevisions.html>
pub(in super::super) fn describe_revisions(work: &mut Work<'_>) -> Answer {
    describe(
        work,
        ("serviceRevisionArns", "service-revision", "serviceRevisions"),
        |home, service, number| {
            let mut targets = service.history.iter().map(|record| &record.target);
            let found = targets.find(|revision| revision.number == number)?;
            Some(revision(home, service, found))
        },
    )
}

/// How something is shown, by the id that its ARN ends in.
type Show = fn(&Home<'_>, &EcsService, &str) -> Option<Value>;

fn describe(work: &mut Work<'_>, (asked, kind, answered): (&str, &str, &str), show: Show) -> Answer {
    let input = &work.call.input;
    let arns = texts(input, asked);
    if arns.is_empty() || arns.len() > MOST {
        return Err(invalid(format!("{asked} must have between 1 and {MOST} items.")));
    }
    let account = work.call.account();
    let (mut shown, mut failures) = (Vec::new(), Vec::new());
    for arn in arns {
        let found = split(arn, kind, account).and_then(|(cluster, name, id)| {
            let home = Home { account, cluster };
            let service = home.service(work.engine.state, name)?;
            show(&home, service, id)
        });
        match found {
            Some(found) => shown.push(found),
            None => failures.push(json!({ "arn": arn, "reason": "MISSING" })),
        }
    }
    let mut output = Map::new();
    output.insert(answered.to_owned(), shown.into());
    output.insert("failures".to_owned(), failures.into());
    Ok(Value::Object(output))
}

fn deployment(home: &Home<'_>, service: &EcsService, record: &Record) -> Value {
    let mut shown = common(home, service, record);
    let mut set = |member: &str, value: Value| shown.insert(member.to_owned(), value);
    let settings = &service.settings;
    let goes_on = record.finished.is_none();
    let sources = record.sources.iter();
    let sources = sources.map(|(number, deployment)| side(home, service, number, deployment, goes_on));
    set("updatedAt", date(record.updated));
    set("sourceServiceRevisions", sources.collect());
    set(
        "targetServiceRevision",
        side(home, service, &record.target.number, &record.deployment, goes_on),
    );
    set(
        "deploymentConfiguration",
        json!({
            "deploymentCircuitBreaker": settings.breaker.shown(),
            "maximumPercent": settings.maximum_percent,
            "minimumHealthyPercent": settings.minimum_healthy_percent,
            "strategy": "ROLLING",
        }),
    );
    set("deploymentCircuitBreaker", breaker(service, record));
    set("alarms", json!({ "status": "DISABLED" }));
    if let Some((at, number)) = &record.rollback {
        set(
            "rollback",
            json!({
                "reason": record.reason,
                "startedAt": date(*at),
                "serviceRevisionArn": revision_arn(home, &service.name, number),
            }),
        );
    }
    Value::Object(shown)
}

/// A revision on one side of a deployment, with its tasks while it goes on.
fn side(home: &Home<'_>, service: &EcsService, number: &str, deployment: &str, goes_on: bool) -> Value {
    let mut shown = json!({ "arn": revision_arn(home, &service.name, number) });
    let mut deployments = service.deployments.iter().enumerate();
    let known = deployments.find(|(_, known)| known.id == deployment);
    let requested = known.map_or(0, |(at, known)| shown::requested(service, known, at == 0));
    let (pending, running) = shown::counts(service, Some(deployment));
    if goes_on {
        shown["requestedTaskCount"] = requested.into();
        shown["pendingTaskCount"] = pending.into();
        shown["runningTaskCount"] = running.into();
    }
    shown
}

fn breaker(service: &EcsService, record: &Record) -> Value {
    let breaker = service.settings.breaker;
    let status = match (breaker.enable, record.status) {
        _ if record.rollback.is_some() => "TRIGGERED",
        (false, _) => "DISABLED",
        (true, RecordStatus::InProgress) => "MONITORING",
        (true, _) => "MONITORING_COMPLETE",
    };
    json!({
        "status": status,
        "failureCount": record.failures,
        "threshold": breaker.limit(service.desired),
    })
}

fn revision(home: &Home<'_>, service: &EcsService, revision: &Revision) -> Value {
    let mut shown = json!({
        "serviceRevisionArn": revision_arn(home, &service.name, &revision.number),
        "serviceArn": service.arn,
        "clusterArn": cluster_arn(home.account, home.cluster),
        "taskDefinition": revision.definition,
        "loadBalancers": revision.load_balancers,
        "serviceRegistries": revision.registries,
        "guardDutyEnabled": false,
        "createdAt": date(revision.created),
    });
    shown::add(&mut shown, revision, revision.resolved_platform());
    shown
}
