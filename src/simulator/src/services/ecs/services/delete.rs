//! `DeleteService`.

use serde_json::json;
use time::Duration;

use super::super::errors::invalid;
use super::super::input::text;
use super::super::{Answer, Work, clusters};
use super::launching::Home;
use super::look::{SOON, wake};
use super::names::service_name;
use super::shown;
use super::state::ServiceStatus;
use super::update::{found, not_found};

/// `DeleteService`: the service's tasks are stopped, then it is over. Nothing scales it any more.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html>
pub(in super::super) fn delete(work: &mut Work<'_>) -> Answer {
    let cluster = clusters::named(work)?;
    let home = Home {
        account: work.call.account(),
        cluster: &cluster,
    };
    let (now, force) = (work.call.time, work.call.input["force"] == true);
    let named = text(&work.call.input, "service").map(service_name);
    let name = named.ok_or_else(|| invalid("Service name can not be blank."))?;
    let service = found(&home, work, name)?;
    if service.status == ServiceStatus::Inactive {
        return Err(not_found());
    }
    if service.desired > 0 && !force {
        return Err(invalid(
            "The service cannot be stopped while it is scaled above 0.",
        ));
    }
    service.status = ServiceStatus::Draining;
    service.want(0, now);
    let output = json!({ "service": shown::service(&home, service, false) });
    super::with(&mut work.engine, &home, name, |engine, service| {
        wake(engine, &home, service, now + Duration::seconds(SOON));
    });
    let resource = format!("service/{cluster}/{name}");
    let autoscaling = &work.engine.cloud.autoscaling;
    autoscaling.forget(home.account, "ecs", &resource);
    Ok(output)
}
