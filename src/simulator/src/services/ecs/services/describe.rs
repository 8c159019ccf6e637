//! `DescribeServices` and `ListServices`.

use serde_json::{Value, json};

use super::super::errors::invalid;
use super::super::input::{LAUNCH_TYPES, Page, includes, one_of, text, texts};
use super::super::names::service_arn;
use super::super::{Answer, Work, clusters};
use super::launching::Home;
use super::names::service_name;
use super::shown;
use super::state::{EcsService, ServiceStatus};
use crate::error::AwsError;

/// The most services of one request.
const MOST: usize = 10;

/// `DescribeServices`: also of those that are over; what is not there is among the failures.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html>
pub(in super::super) fn describe(work: &mut Work<'_>) -> Answer {
    let cluster = clusters::named(work)?;
    let input = &work.call.input;
    let asked = texts(input, "services");
    if asked.is_empty() {
        return Err(invalid("Services cannot be empty."));
    }
    if asked.len() > MOST {
        return Err(invalid(format!("Services can have at most {MOST} items.")));
    }
    let home = Home {
        account: work.call.account(),
        cluster: &cluster,
    };
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for given in asked {
        let name = service_name(given);
        let arn = service_arn(home.account, &cluster, name);
        match home.service(work.engine.state, name) {
            Some(found) => {
                found.repeat_steady(work.call.time);
                services.push(shown::service(&home, found, includes(input, "TAGS")));
            }
            None => failures.push(json!({ "arn": arn, "reason": "MISSING" })),
        }
    }
    Ok(json!({ "services": services, "failures": failures }))
}

/// The size of a page that does not say it: AWS lists 10 services at a time.
const PAGE: u64 = 10;

/// `ListServices`: those that are active.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServices.html>
pub(in super::super) fn list(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    one_of(input, "launchType", "launch type", LAUNCH_TYPES)?;
    one_of(
        input,
        "schedulingStrategy",
        "schedulingStrategy",
        &["REPLICA", "DAEMON"],
    )?;
    let page = page(input)?;
    let name = clusters::named(work)?;
    let services = &clusters::active(work, &name)?.services;
    let asked = services.values().filter(|service| asked(input, service));
    page.cut("serviceArns", arns(asked))
}

fn asked(input: &Value, service: &EcsService) -> bool {
    let revision = service.primary().map(|primary| &primary.revision);
    let launch_type = revision.and_then(|revision| revision.launch_type.as_deref());
    let is =
        |member: &str, found: Option<&str>| text(input, member).is_none_or(|wanted| found == Some(wanted));
    service.status == ServiceStatus::Active
        && is("launchType", launch_type)
        && is("schedulingStrategy", Some("REPLICA"))
        && is("resourceManagementType", Some("CUSTOMER"))
}

/// `ListServicesByNamespace`: the services of every cluster whose Service Connect is in a namespace.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListServicesByNamespace.html>
pub(in super::super) fn list_by_namespace(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let namespace = text(input, "namespace").ok_or_else(|| invalid("namespace can not be blank."))?;
    let page = page(input)?;
    let account = work.engine.state.account(work.call.account());
    let clusters = account.clusters.values();
    let services = clusters.flat_map(|cluster| cluster.services.values());
    let of_it = services.filter(|service| {
        let revision = service.primary().map(|primary| &primary.revision);
        service.status == ServiceStatus::Active
            && revision.is_some_and(|revision| revision.service_connect["namespace"] == namespace)
    });
    page.cut("serviceArns", arns(of_it))
}

fn arns<'a>(services: impl Iterator<Item = &'a EcsService>) -> Vec<Value> {
    services.map(|service| Value::from(service.arn.clone())).collect()
}

fn page(input: &Value) -> Result<Page, AwsError> {
    let mut input = input.clone();
    if input["maxResults"].is_null() {
        input["maxResults"] = PAGE.into();
    }
    Page::of(&input)
}
