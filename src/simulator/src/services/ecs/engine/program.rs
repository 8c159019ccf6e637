//! What the processes of the catalogue's images do.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;
use time::OffsetDateTime;

use super::super::state::{Process, Status, Task, TaskDefinition};
use super::super::tasks::environment;
use super::act::Acting;
use crate::cloud::Cloud;
use crate::services::ecr::{self, Program};

/// How long a process takes to end that ends at once, in seconds.
const AT_ONCE: i64 = 1;

/// How long a process allocates memory before it has too much of it.
const ALLOCATING: i64 = 5;

/// The longest that a process runs before it ends by itself: ten years.
const LONGEST: i64 = 10 * 365 * 24 * 3600;

/// The most of an object that is kept to be served, in bytes.
const MOST_CONTENT: usize = 64 << 10;

/// What AWS says of a container that had too much memory.
const OUT_OF_MEMORY: &str = "OutOfMemoryError: Container killed due to memory usage";

/// What a process does from its start on.
#[derive(Debug, Default)]
pub(super) struct Behaviour {
    /// What it does as long as it runs.
    pub(super) process: Process,
    /// How it ends by itself.
    pub(super) ending: Option<Ending>,
}

/// The end of a process.
#[derive(Debug)]
pub(super) struct Ending {
    /// Seconds after its start.
    pub(super) after: i64,
    /// Its exit code.
    pub(super) code: i64,
    /// `reason`, where it was ended from outside.
    pub(super) reason: Option<String>,
}

impl Behaviour {
    fn ends(after: i64, code: i64) -> Self {
        Self {
            process: Process {
                after_term: Some(143),
                ..Process::default()
            },
            ending: Some(Ending {
                after,
                code,
                reason: None,
            }),
        }
    }

    fn serves(port: u16, title: &str) -> Self {
        Self {
            process: Process {
                after_term: Some(0),
                port: Some(port),
                title: title.to_owned(),
                ..Process::default()
            },
            ending: None,
        }
    }

    fn saying(mut self, line: impl Into<String>) -> Self {
        self.process.log.push(line.into());
        self
    }
}

/// What the process of a task's container does; `now` is its start.
pub(super) fn program(
    cloud: &Cloud,
    now: OffsetDateTime,
    task: &Task,
    definition: &TaskDefinition,
    place: usize,
) -> Behaviour {
    let nothing = Value::Null;
    let defined = definition.containers().get(place).unwrap_or(&nothing);
    let environment = environment(defined, &task.overrides);
    let Some(container) = task.containers.get(place) else {
        return Behaviour::default();
    };
    let Ok(resolved) = ecr::resolve(cloud, &container.image) else {
        // It was there when it was pulled; without it, nothing is known of what it does.
        return Behaviour::ends(AT_ONCE, 0);
    };
    if definition.is_arm() {
        let short = resolved.image.repository.rsplit('/').next().unwrap_or_default();
        return Behaviour::ends(AT_ONCE, 1).saying(format!("exec /bin/{short}: exec format error"));
    }
    let number = |name: &str, usual: i64| number(&environment, name, usual);
    let message = environment.get("MESSAGE").map(String::as_str);
    let port = u16::try_from(number("PORT", 80))
        .ok()
        .filter(|port| *port > 0)
        .unwrap_or(80);
    let behaviour = match resolved.image.program {
        Program::Web => {
            let title = message.unwrap_or("Bonjour de Fargate");
            Behaviour::serves(port, title).saying(format!("listening on port {port}"))
        }
        Program::Httpd => httpd(defined, task, message.unwrap_or("It works!")),
        Program::ReadS3 => read_s3(cloud, now, task, &environment, port),
        Program::Batch => Behaviour::ends(number("DUREE", 10).clamp(0, LONGEST), number("CODE", 0) & 0xff),
        Program::Memory => memory(number("MEMOIRE", 64), limit(defined, task).min(left(task, place))),
        Program::Crash => Behaviour::ends(AT_ONCE, 1).saying("fatal: cannot start"),
        Program::Deaf => Behaviour::default().saying("SIGTERM is ignored"),
    };
    match behaviour
        .process
        .port
        .filter(|port| others(task, place).any(|other| other.port == Some(*port)))
    {
        Some(port) => Behaviour::ends(AT_ONCE, 1).saying(format!(
            "listen tcp :{port}: bind: address already in use (EADDRINUSE)"
        )),
        None => behaviour,
    }
}

/// The processes of a task's other containers: they share its memory and its network.
fn others(task: &Task, place: usize) -> impl Iterator<Item = &Process> {
    let containers = task.containers.iter().enumerate();
    let running =
        containers.filter(move |(other, container)| *other != place && container.last == Status::Running);
    running.map(|(_, container)| &container.process)
}

/// The memory that a task's other containers leave, in MiB.
fn left(task: &Task, place: usize) -> i64 {
    let taken = others(task, place).map(|process| process.memory);
    taken.fold(i64::from(task.size.memory), i64::saturating_sub)
}

fn number(environment: &BTreeMap<String, String>, name: &str, usual: i64) -> i64 {
    environment
        .get(name)
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// The most memory that a container may have, in MiB: its own limit, else the task's.
fn limit(defined: &Value, task: &Task) -> i64 {
    let overridden = super::super::tasks::of_container(&task.overrides, &defined["name"]);
    let overridden = overridden.and_then(|of| of["memory"].as_i64());
    overridden
        .or_else(|| defined["memory"].as_i64())
        .unwrap_or_else(|| i64::from(task.size.memory))
}

fn memory(wanted: i64, limit: i64) -> Behaviour {
    let mut behaviour = Behaviour::default().saying(format!("allocating {wanted} MiB"));
    behaviour.process.after_term = Some(143);
    // What is killed for it gives its memory back.
    behaviour.process.memory = if wanted > limit { 0 } else { wanted.max(0) };
    behaviour.ending = (wanted > limit).then(|| Ending {
        after: ALLOCATING,
        code: 137,
        reason: Some(OUT_OF_MEMORY.to_owned()),
    });
    behaviour
}

/// A page; that which the container's command writes, if it writes one, as in AWS's sample task definition.
///
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/example_task_definitions.html>
fn httpd(defined: &Value, task: &Task, title: &str) -> Behaviour {
    let overridden = super::super::tasks::of_container(&task.overrides, &defined["name"]);
    let command = overridden
        .map(|of| &of["command"])
        .filter(|command| command.is_array());
    let command = command.unwrap_or(&defined["command"]);
    let words = command.as_array().into_iter().flatten().filter_map(Value::as_str);
    let written = words.collect::<Vec<_>>().join(" ");
    let page = written.find("<html").and_then(|start| {
        let end = written.rfind("</html>")? + "</html>".len();
        written.get(start..end)
    });
    let mut behaviour = Behaviour::serves(80, title);
    behaviour.process.content = page.map(str::to_owned);
    behaviour
}

/// Reads an object with the task role, and serves it.
fn read_s3(
    cloud: &Cloud,
    now: OffsetDateTime,
    task: &Task,
    environment: &BTreeMap<String, String>,
    port: u16,
) -> Behaviour {
    let text = |name: &str| environment.get(name).map(String::as_str).unwrap_or_default();
    let (bucket, key) = (text("BUCKET"), text("KEY"));
    let Some(acting) = Acting::of_task(cloud, now, task) else {
        return Behaviour::ends(AT_ONCE, 1).saying("Unable to locate credentials");
    };
    match acting.read_object(bucket, key) {
        Ok(bytes) => {
            let kept = &bytes[..bytes.len().min(MOST_CONTENT)];
            let mut behaviour = Behaviour::serves(port, key);
            behaviour.process.content = Some(String::from_utf8_lossy(kept).into_owned());
            behaviour.saying(format!("read s3://{bucket}/{key}: {} bytes", bytes.len()))
        }
        Err(refusal) => Behaviour::ends(AT_ONCE, 1).saying(format!(
            "An error occurred ({}) when calling the GetObject operation: {}",
            refusal.short_code(),
            refusal.message
        )),
    }
}

/// The page of a task whose program has none of its own.
pub(in super::super) fn page(task: &Task, definition: &str, title: &str) -> String {
    let mut page = String::from("<!doctype html>\n<html lang=\"fr\"><head><meta charset=\"utf-8\"><title>");
    let title = escaped(title);
    // Writing to a text does not fail.
    let _ = write!(page, "{title}</title></head>\n<body><h1>{title}</h1>\n<dl>\n");
    for (term, value) in [
        ("task", task.arn.as_str()),
        ("taskDefinition", definition),
        ("cpu", &task.size.cpu.to_string()),
        ("memory", &task.size.memory.to_string()),
    ] {
        let _ = writeln!(page, "<dt>{term}</dt><dd>{}</dd>", escaped(value));
    }
    page.push_str("</dl></body></html>\n");
    page
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
