//! Tasks: starting, stopping, describing.

mod describe;
mod instances;
mod launch;
mod list;
mod network;
mod overrides;
mod place;
mod protection;
mod roles;
mod run;
mod shown;
mod start;
mod stop;
mod token;

pub(super) use describe::describe;
pub(super) use instances::{describe as describe_instances, list as list_instances};
pub(super) use launch::{Launch, NotPlaced};
pub(super) use list::list;
pub(super) use network::Wanted;
pub(super) use overrides::{Overrides, environment, of_container};
pub(super) use place::{Place, may_run_on, platform_version, runs_on_fargate};
pub(super) use protection::{get as get_protection, update as update_protection};
pub(super) use roles::{assumable, lets_tasks_assume, passed};
pub(super) use run::run;
pub(super) use start::start;
pub(super) use stop::stop;
