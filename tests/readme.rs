//! The README shows what the program really answers: its transcripts are run.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;
use std::process::Command;

fn readme() -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap()
}

/// The commands of the `console` blocks, each with the output shown under it.
fn transcripts(readme: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = line == "```console";
        } else if let Some(command) = line.strip_prefix("$ cahier ").filter(|_| inside) {
            found.push((command.to_owned(), String::new()));
        } else if inside {
            let output = &mut found.last_mut().unwrap().1;
            output.push_str(line);
            output.push('\n');
        }
    }
    found
}

/// Splits a command line at spaces, but not between double quotes.
fn words(command: &str) -> Vec<String> {
    let parts = command.split('"').enumerate();
    parts
        .flat_map(|(rank, part)| match rank % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
}

#[test]
fn the_transcripts_are_what_the_program_answers() {
    let data = tempfile::tempdir().unwrap();
    let transcripts = transcripts(&readme());
    assert!(transcripts.len() >= 6);
    for (command, expected) in transcripts {
        let output = Command::new(env!("CARGO_BIN_EXE_cahier"))
            .args(words(&command))
            .env("CAHIER_DATA_DIR", data.path())
            .env("NO_COLOR", "1")
            .env_remove("COLUMNS")
            .output()
            .unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        if let Err(difference) = workbook::expected::matches(&plain(&expected), &plain(&stdout)) {
            panic!("$ cahier {command}\n{difference}\n{stdout}");
        }
    }
}

/// No-break spaces as plain ones: the program and the README may choose different widths.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{202f}'], " ")
}

#[test]
fn every_command_that_the_readme_names_exists() {
    let readme = readme();
    let known: Vec<&str> = cahier::cli::COMMANDS
        .iter()
        .flat_map(|command| [command.name, command.alias])
        .collect();
    let mut seen = 0;
    for line in readme.lines() {
        for after in line.split("cahier ").skip(1) {
            let word: String = after.chars().take_while(char::is_ascii_lowercase).collect();
            let code = line.starts_with("$ ")
                || line.starts_with("cahier ")
                || line.contains(&format!("`cahier {word}"));
            if code && !word.is_empty() {
                assert!(known.contains(&word.as_str()), "{line}");
                seen += 1;
            }
        }
    }
    assert!(seen >= 10);
}

#[test]
fn the_two_commands_that_everything_begins_with_are_there() {
    let readme = readme();
    for command in ["cargo run --release", "cargo test --release"] {
        assert!(readme.lines().any(|line| line == command), "{command}");
    }
}
