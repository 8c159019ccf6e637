//! Commands below another, `cahier classe noter` say: a table of them, which parsing, help and running read.

use super::{Context, Exit};
use crate::failure::Failure;
use clap::ArgMatches;

/// A command below another.
pub(super) struct Below {
    /// The French name.
    pub(super) name: &'static str,
    /// The English name, also accepted.
    pub(super) alias: &'static str,
    /// What it does, in one line of French.
    pub(super) about: &'static str,
    /// Adds its arguments.
    pub(super) args: fn(clap::Command) -> clap::Command,
    /// Runs it.
    pub(super) run: fn(&mut Context, &ArgMatches) -> Result<Exit, Failure>,
}

/// A command without its arguments, known by both names.
pub(super) fn bare(name: &'static str, alias: &'static str, about: &'static str) -> clap::Command {
    let bare = clap::Command::new(name)
        .about(about)
        .disable_help_flag(true)
        .disable_version_flag(true);
    if alias == name {
        bare
    } else {
        bare.visible_alias(alias)
    }
}

/// `command` with those of `table` below it, in the order in which help shows them.
pub(super) fn with(command: clap::Command, table: &[Below]) -> clap::Command {
    let below = table
        .iter()
        .map(|below| (below.args)(bare(below.name, below.alias, below.about)));
    command.subcommands(below)
}

/// Runs the one that was asked for; `None` where none was.
pub(super) fn run(
    table: &[Below],
    context: &mut Context,
    matches: &ArgMatches,
) -> Option<Result<Exit, Failure>> {
    let (name, arguments) = matches.subcommand()?;
    let below = table.iter().find(|below| below.name == name)?;
    Some((below.run)(context, arguments))
}
