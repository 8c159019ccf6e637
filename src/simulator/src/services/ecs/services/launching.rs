//! A service's tasks: how they are launched and stopped.

use std::collections::BTreeMap;

use super::super::engine::Engine;
use super::super::state::{Due, State, StopCode, Tags, TaskDefinition, TaskKey, What};
use super::super::tasks::{Launch, NotPlaced, Overrides, Place, Wanted, assumable, platform_version};
use super::state::{Deployment, EcsService, Held, PropagateTags};
use crate::error::AwsError;
use crate::services::ec2;

/// Where a service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Home<'a> {
    /// The account's number.
    pub(super) account: &'a str,
    /// The cluster's name.
    pub(super) cluster: &'a str,
}

impl Home<'_> {
    /// What is written down for the scheduler to look at a service.
    pub(super) fn due(&self, service: &str) -> Due {
        Due {
            account: self.account.to_owned(),
            cluster: self.cluster.to_owned(),
            what: What::Service {
                name: service.to_owned(),
                step: "look".to_owned(),
            },
        }
    }

    /// A task of the same cluster.
    pub(super) fn task(&self, id: &str) -> TaskKey {
        TaskKey {
            account: self.account.to_owned(),
            cluster: self.cluster.to_owned(),
            id: id.to_owned(),
        }
    }

    /// A service, to be read or changed.
    pub(super) fn service<'a>(&self, state: &'a mut State, name: &str) -> Option<&'a mut EcsService> {
        state.cluster(self.account, self.cluster)?.services.get_mut(name)
    }
}

/// Why a task could not be launched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is no place for it, in AWS's words.
    NoPlace(&'static str),
    /// There are no container instances.
    NoInstance,
    /// ECS cannot make it, in AWS's words.
    Error(String),
}

/// Tasks of a deployment, of which one after another can be launched.
pub(super) struct Batch {
    launch: Launch,
    checks: usize,
    /// The subnets that they may be in, each with its availability zone.
    subnets: Vec<(String, String)>,
    /// How many tasks the deployment has in each zone.
    placed: BTreeMap<String, usize>,
}

impl Batch {
    /// What the tasks of a deployment have in common.
    pub(super) fn of(
        engine: &mut Engine<'_>,
        home: &Home<'_>,
        service: &EcsService,
        deployment: &Deployment,
    ) -> Result<Self, Refused> {
        let revision = &deployment.revision;
        if revision.platform_version.is_none() {
            return Err(Refused::NoInstance);
        }
        let cloud = engine.cloud;
        let definition = engine
            .state
            .account(home.account)
            .definition(&revision.definition);
        let definition = definition.cloned();
        let definition =
            definition.ok_or_else(|| Refused::Error("Unable to describe task definition.".to_owned()))?;
        let overrides = Overrides::default();
        let told = |error: AwsError| Refused::Error(error.message);
        assumable(cloud, home.account, &overrides, &definition).map_err(told)?;
        let network = Wanted::read(cloud, home.account, &revision.network).map_err(told)?;
        let size = overrides.size(&definition);
        let asked = revision.platform_version.as_deref();
        let platform_version = platform_version(asked, &definition, size).map_err(told)?;
        let mut placed = BTreeMap::new();
        for held in service
            .tasks
            .values()
            .filter(|held| held.deployment == deployment.id)
        {
            *placed.entry(held.zone.clone()).or_default() += 1;
        }
        Ok(Self {
            checks: checks(&definition),
            subnets: zones(home.account, &network),
            placed,
            launch: Launch {
                key: home.task(""),
                place: Place::LaunchType,
                platform_version,
                network,
                overrides,
                group: format!("service:{}", service.name),
                started_by: Some(deployment.id.clone()),
                service: Some(service.name.clone()),
                tags: tags(home, service, &definition),
                execute_command: service.settings.execute_command,
                definition,
            },
        })
    }

    /// Launches one of them.
    pub(super) fn launch(
        &mut self,
        engine: &mut Engine<'_>,
        order: u64,
        id: &str,
        provider: Option<&str>,
    ) -> Result<Held, Refused> {
        let launch = &mut self.launch;
        id.clone_into(&mut launch.key.id);
        // The zone with the fewest tasks of the deployment is the next one's; of such, the first.
        let tasks = |zone: &String| self.placed.get(zone).copied().unwrap_or_default();
        let (subnet, zone) = self
            .subnets
            .iter()
            .min_by_key(|(_, zone)| tasks(zone))
            .cloned()
            .unwrap_or_default();
        launch.network.subnets = vec![subnet];
        launch.place = provider.map_or(Place::LaunchType, |name| Place::Provider(name.to_owned()));
        engine
            .launch(launch)
            .map_err(|refused: NotPlaced| Refused::NoPlace(refused.reason()))?;
        *self.placed.entry(zone.clone()).or_default() += 1;
        let size = launch.overrides.size(&launch.definition);
        Ok(Held {
            deployment: launch.started_by.clone().unwrap_or_default(),
            order,
            zone,
            provider: provider.map(str::to_owned),
            size: (size.cpu, size.memory),
            checks: self.checks,
            ..Held::default()
        })
    }
}

/// The subnets of a network, each with its availability zone.
fn zones(account: &str, network: &Wanted) -> Vec<(String, String)> {
    let subnets = network.subnets.iter();
    let known = subnets.filter_map(|id| Some((id.clone(), ec2::find_subnet(account, id).ok()?.zone)));
    known.collect()
}

/// How many containers of a definition have a health check.
fn checks(definition: &TaskDefinition) -> usize {
    let containers = definition.containers().iter();
    containers
        .filter(|container| !container["healthCheck"].is_null())
        .count()
}

/// The tags of a service's tasks.
fn tags(home: &Home<'_>, service: &EcsService, definition: &TaskDefinition) -> Tags {
    let mut tags = match service.settings.propagate_tags {
        PropagateTags::None => Tags::new(),
        PropagateTags::TaskDefinition => definition.tags.clone(),
        PropagateTags::Service => service.tags.clone(),
    };
    if service.settings.managed_tags {
        tags.insert("aws:ecs:clusterName".to_owned(), home.cluster.to_owned());
        tags.insert("aws:ecs:serviceName".to_owned(), service.name.clone());
    }
    tags
}

/// Stops a task of a service.
pub(super) fn stop(engine: &mut Engine<'_>, home: &Home<'_>, id: &str, reason: &str) {
    engine.stop_task(&home.task(id), StopCode::ServiceSchedulerInitiated, reason);
}
