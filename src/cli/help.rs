//! Help in French, written from the parser itself.

use super::COMMANDS;
use clap::{Arg, Command};
use serde_json::{Value, json};
use std::fmt::Write;

/// Gives `command` and everything below it a help page in French.
pub(super) fn with_french_help(command: Command) -> Command {
    dress(command, "")
}

fn dress(mut command: Command, parents: &str) -> Command {
    let path = format!("{parents}{}", command.get_name());
    let names: Vec<String> = command
        .get_subcommands()
        .map(|below| below.get_name().to_owned())
        .collect();
    for name in names {
        command = command.mut_subcommand(name, |below| dress(below, &format!("{path} ")));
    }
    let usage = usage(&command, &path);
    let page = page(&command, &path, &usage);
    command.override_usage(usage).override_help(page)
}

fn usage(command: &Command, path: &str) -> String {
    let mut usage = path.to_owned();
    if command.get_subcommands().next().is_some() {
        usage.push_str(" [COMMANDE]");
    }
    for arg in command.get_positionals() {
        let name = value_name(arg);
        let text = match (arg.is_last_set(), arg.is_required_set()) {
            (true, _) => format!(" [-- {name}…]"),
            (false, true) => format!(" {name}"),
            (false, false) => format!(" [{name}]"),
        };
        usage.push_str(&text);
    }
    for arg in command.get_opts().filter(|arg| arg.is_required_set()) {
        let _ = write!(usage, " {}", option_name(arg));
    }
    usage.push_str(" [OPTIONS]");
    usage
}

fn page(command: &Command, path: &str, usage: &str) -> String {
    let mut page = format!("{}\n\nUtilisation\u{a0}: {usage}\n", about(command));
    let commands = command.get_subcommands().map(|below| {
        let alias = below
            .get_visible_aliases()
            .next()
            .map(|alias| format!(" ({alias})"))
            .unwrap_or_default();
        (format!("{}{alias}", below.get_name()), about(below))
    });
    section(&mut page, "Commandes", commands.collect());
    section(
        &mut page,
        "Arguments",
        command
            .get_positionals()
            .map(|arg| (value_name(arg), arg_help(arg)))
            .collect(),
    );
    let own: Vec<_> = command.get_opts().filter(|arg| !arg.is_hide_set()).collect();
    section(
        &mut page,
        "Options",
        own.iter().map(|arg| (option_name(arg), arg_help(arg))).collect(),
    );
    if path != "cahier" {
        let globals = super::global_options();
        section(
            &mut page,
            "Options communes",
            globals
                .iter()
                .map(|arg| (option_name(arg), arg_help(arg)))
                .collect(),
        );
    }
    if let Some(entry) = entry(path).filter(|entry| !entry.examples.is_empty()) {
        page.push_str("\nExemples\u{a0}:\n");
        for example in entry.examples {
            let _ = writeln!(page, "  {example}");
        }
    }
    if let Some(note) = command.get_after_help() {
        let _ = writeln!(page, "\n{note}");
    }
    page
}

/// Help or the version as one JSON document, from the text that people are shown.
pub(super) fn document(text: &str) -> Value {
    let described = find(super::parser(), "", text);
    described.unwrap_or_else(|| json!({"name": "cahier", "version": env!("CARGO_PKG_VERSION")}))
}

/// The command whose page is `text`, described for machines.
fn find(mut command: Command, parents: &str, text: &str) -> Option<Value> {
    let path = format!("{parents}{}", command.get_name());
    if command.render_help().to_string().trim() == text.trim() {
        return Some(describe(&command, &path));
    }
    let mut below = command.get_subcommands().cloned();
    below.find_map(|below| find(below, &format!("{path} "), text))
}

fn describe(command: &Command, path: &str) -> Value {
    let arguments = command.get_positionals().map(
        |arg| json!({"name": value_name(arg), "about": arg_help(arg), "required": arg.is_required_set()}),
    );
    let common = super::global_options();
    let own = command.get_opts().filter(|arg| !arg.is_hide_set());
    let own = own.filter(|arg| common.iter().all(|one| one.get_id() != arg.get_id()));
    let options = own.chain(&common).map(|arg| {
        let value = arg.get_action().takes_values().then(|| value_name(arg));
        json!({"name": format!("--{}", arg.get_long().unwrap_or_default()), "value": value, "about": arg_help(arg)})
    });
    let commands = command.get_subcommands().map(|below| {
        let alias = below.get_visible_aliases().next();
        json!({"name": below.get_name(), "alias": alias, "about": about(below)})
    });
    json!({
        "name": path,
        "about": about(command),
        "usage": usage(command, path),
        "arguments": arguments.collect::<Vec<_>>(),
        "options": options.collect::<Vec<_>>(),
        "commands": commands.collect::<Vec<_>>(),
        "examples": entry(path).map_or(&[][..], |entry| entry.examples),
    })
}

fn about(command: &Command) -> String {
    command.get_about().map(ToString::to_string).unwrap_or_default()
}

/// The table's entry of the command at this path.
fn entry(path: &str) -> Option<&'static super::Command> {
    let name = path.trim_start_matches("cahier").trim();
    COMMANDS.iter().find(|entry| entry.name == name)
}

fn section(page: &mut String, title: &str, rows: Vec<(String, String)>) {
    if rows.is_empty() {
        return;
    }
    let width = rows
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    let _ = writeln!(page, "\n{title}\u{a0}:");
    for (name, help) in rows {
        let padding = " ".repeat(width - name.chars().count());
        let _ = writeln!(page, "  {name}{padding}  {help}");
    }
}

fn option_name(arg: &Arg) -> String {
    let short = arg
        .get_short()
        .map(|short| format!("-{short}, "))
        .unwrap_or_default();
    let value = if arg.get_action().takes_values() {
        format!(" {}", value_name(arg))
    } else {
        String::new()
    };
    format!("{short}--{}{value}", arg.get_long().unwrap_or_default())
}

fn value_name(arg: &Arg) -> String {
    arg.get_value_names()
        .and_then(|names| names.first())
        .map_or_else(|| arg.get_id().to_string().to_uppercase(), ToString::to_string)
}

fn arg_help(arg: &Arg) -> String {
    arg.get_help().map(ToString::to_string).unwrap_or_default()
}
