//! `UpdateService`.

use serde_json::{Value, json};

use super::super::errors::invalid;
use super::super::input::text;
use super::super::{Answer, Work, clusters};
use super::launching::Home;
use super::look::wake_soon;
use super::names::service_name;
use super::settings::{desired, not_simulated};
use super::state::{EcsService, ServiceStatus};
use super::{revision, shown};
use crate::error::AwsError;

/// `UpdateService`: what its tasks are like changes by a new deployment; how many there are does not take one.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
pub(in super::super) fn update(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let count = desired(input)?;
    unchangeable(input)?;
    let cluster = clusters::named(work)?;
    let home = Home {
        account: work.call.account(),
        cluster: &cluster,
    };
    let named = text(input, "service").map(service_name);
    let name = named.ok_or_else(|| invalid("Service name can not be blank."))?;
    let known = found(&home, work, name)?;
    if known.status != ServiceStatus::Active {
        return Err(AwsError::new(
            400,
            "ServiceNotActiveException",
            "Service was not ACTIVE.",
        ));
    }
    let mut settings = known.settings.clone();
    let before = known.primary().map(|primary| primary.revision.clone());
    settings.read(input)?;
    let revision = revision::read(work, &home, before.as_ref())?;
    let account = work.engine.state.account(home.account);
    settings.can_execute(account.definition(&revision.definition), "updated")?;
    let changed = !before.is_some_and(|before| revision::alike(&before, &revision));
    let (now, forced) = (work.call.time, input["forceNewDeployment"] == true);
    let mut output = Value::Null;
    super::with(&mut work.engine, &home, name, |engine, service| {
        service.settings = settings;
        if let Some(count) = count {
            service.want(count, now);
        }
        if changed || forced {
            service.deploy(revision, now);
        }
        wake_soon(engine, &home, service);
        output = json!({ "service": shown::service(&home, service, false) });
    });
    Ok(output)
}

/// A service of the cluster that was not deleted long ago.
pub(super) fn found<'a>(
    home: &Home<'_>,
    work: &'a mut Work<'_>,
    name: &str,
) -> Result<&'a mut EcsService, AwsError> {
    home.service(work.engine.state, name).ok_or_else(not_found)
}

/// There is no such service.
pub(super) fn not_found() -> AwsError {
    AwsError::new(400, "ServiceNotFoundException", "Service not found.")
}

fn unchangeable(input: &Value) -> Result<(), AwsError> {
    let controller = text(&input["deploymentController"], "type");
    if controller.is_some_and(|kind| kind != "ECS") {
        return Err(not_simulated("The deployment controller"));
    }
    if input["volumeConfigurations"]
        .as_array()
        .is_some_and(|given| !given.is_empty())
    {
        return Err(not_simulated("A volume configuration"));
    }
    Ok(())
}
