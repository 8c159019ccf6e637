//! A task definition that is to be registered, as the checks look at it.

use serde_json::Value;

use super::sizes;

/// The request of a registration, and what many checks ask of it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draft<'a> {
    /// The request, whose members have the types that they must have.
    pub(super) input: &'a Value,
    /// Its containers.
    pub(super) containers: &'a [Value],
    /// Whether it is to run on Fargate: `requiresCompatibilities`.
    pub(super) fargate: bool,
}

impl<'a> Draft<'a> {
    /// The draft of a request.
    pub(super) fn of(input: &'a Value) -> Self {
        let draft = Self {
            input,
            containers: list(input, "containerDefinitions"),
            fargate: false,
        };
        let fargate = draft.compatibilities().any(|name| name == "FARGATE");
        Self { fargate, ..draft }
    }

    /// `requiresCompatibilities`.
    pub(super) fn compatibilities(self) -> impl Iterator<Item = &'a str> {
        list(self.input, "requiresCompatibilities")
            .iter()
            .filter_map(Value::as_str)
    }

    /// A text of the request; an empty one counts as none.
    pub(super) fn text(self, member: &str) -> Option<&'a str> {
        text(self.input, member)
    }

    /// `networkMode`; on Linux, the usual one is `bridge`.
    pub(super) fn network(self) -> &'a str {
        self.text("networkMode").unwrap_or("bridge")
    }

    /// Whether its tasks have a network interface of their own.
    pub(super) fn awsvpc(self) -> bool {
        self.network() == "awsvpc"
    }

    /// The CPU units of the task, where they are given and can be read.
    pub(super) fn cpu(self) -> Option<u32> {
        self.text("cpu").and_then(sizes::cpu)
    }

    /// The memory of the task in MiB, where it is given and can be read.
    pub(super) fn memory(self) -> Option<u32> {
        self.text("memory").and_then(sizes::memory)
    }

    /// Whether its containers are Windows containers.
    pub(super) fn windows(self) -> bool {
        let family = self.input["runtimePlatform"]["operatingSystemFamily"].as_str();
        family.is_some_and(|family| family.starts_with("WINDOWS"))
    }

    /// The container of that name.
    pub(super) fn container(self, called: &str) -> Option<&'a Value> {
        self.containers.iter().find(|container| name(container) == called)
    }
}

/// A container's name.
pub(super) fn name(container: &Value) -> &str {
    container["name"].as_str().unwrap_or_default()
}

/// A text of something; an empty one counts as none.
pub(super) fn text<'a>(of: &'a Value, member: &str) -> Option<&'a str> {
    of[member].as_str().filter(|text| !text.is_empty())
}

/// A list of something; empty where it is not there.
pub(super) fn list<'a>(of: &'a Value, member: &str) -> &'a [Value] {
    of[member].as_array().map_or(&[], Vec::as_slice)
}

/// Whether something has a member, and it is neither an empty list nor `null`.
pub(super) fn has(of: &Value, member: &str) -> bool {
    match &of[member] {
        Value::Null => false,
        Value::Array(list) => !list.is_empty(),
        _ => true,
    }
}

/// Whether a container counts as essential, as it does unless it says otherwise.
pub(super) fn essential(container: &Value) -> bool {
    container["essential"].as_bool().unwrap_or(true)
}
