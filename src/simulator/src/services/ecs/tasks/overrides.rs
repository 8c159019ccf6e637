//! `overrides`: what of a task differs from its definition.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::super::definitions::{WINDOWS_STORAGE, no_such_size, role_arn, sizes};
use super::super::errors::invalid;
use super::super::input::text;
use super::super::state::{Size, TaskDefinition};
use crate::error::AwsError;

/// The most characters of all overrides together.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>
const LONGEST: usize = 8192;

/// The least memory of a container, in MiB.
const LEAST_MEMORY: i64 = 6;

/// The ephemeral storage that every task has, in GiB.
const STORAGE: u32 = 20;

/// Overrides that fit a definition.
#[derive(Debug, Clone, Default)]
pub(in super::super) struct Overrides {
    given: Value,
    account: String,
}

impl Overrides {
    /// Reads the overrides of a request for a task of this definition.
    pub(in super::super) fn read(
        account: &str,
        definition: &TaskDefinition,
        given: &Value,
    ) -> Result<Self, AwsError> {
        let overrides = Self {
            given: given.clone(),
            account: account.to_owned(),
        };
        if !given.is_null() && given.to_string().len() > LONGEST {
            return Err(invalid(format!(
                "Container Overrides length must be at most {LONGEST}"
            )));
        }
        for container in given["containerOverrides"].as_array().into_iter().flatten() {
            let name = text(container, "name").unwrap_or_default();
            if !definition
                .containers()
                .iter()
                .any(|defined| defined["name"] == name)
            {
                return Err(invalid(format!(
                    "Override for container named {name} is not a container in the TaskDefinition."
                )));
            }
        }
        for member in ["taskRoleArn", "executionRoleArn"] {
            if let Some(role) = text(given, member) {
                role_arn(role, account)?;
            }
        }
        overrides.fits(definition)?;
        overrides.containers_fit(definition)?;
        Ok(overrides)
    }

    /// Refuses containers that have what there is not, or more than their task.
    fn containers_fit(&self, definition: &TaskDefinition) -> Result<(), AwsError> {
        let size = self.size(definition);
        let mut units = 0_i64;
        for container in definition.containers() {
            let nothing = Value::Null;
            let name = container["name"].as_str().unwrap_or_default();
            let given = of_container(&self.given, &container["name"]).unwrap_or(&nothing);
            for (member, least) in [
                ("cpu", 0),
                ("memory", LEAST_MEMORY),
                ("memoryReservation", LEAST_MEMORY),
            ] {
                if given[member].as_i64().is_some_and(|value| value < least) {
                    return Err(invalid(format!(
                        "Invalid '{member}' setting for container '{name}'."
                    )));
                }
            }
            let number = |member: &str| given[member].as_i64().or_else(|| container[member].as_i64());
            let (memory, reserved) = (number("memory"), number("memoryReservation"));
            let most = memory.max(reserved);
            if most.is_some_and(|memory| memory > i64::from(size.memory)) {
                return Err(invalid(format!(
                    "The 'memory' setting for container '{name}' is greater than for the task."
                )));
            }
            if memory.is_some_and(|memory| reserved.is_some_and(|reserved| memory < reserved)) {
                return Err(invalid(format!(
                    "Invalid setting for container '{name}'. 'memory' must be greater than or equal to 'memoryReservation'."
                )));
            }
            let requirements = given["resourceRequirements"].as_array().into_iter().flatten();
            if requirements
                .into_iter()
                .any(|requirement| requirement["type"] == "GPU")
            {
                return Err(invalid(
                    "Tasks using the Fargate launch type do not support GPU resource requirements.",
                ));
            }
            units = units.saturating_add(number("cpu").unwrap_or_default());
        }
        if units > i64::from(size.cpu) {
            return Err(invalid(
                "The sum of all container 'cpu' values cannot be greater than the value of the task 'cpu'.",
            ));
        }
        Ok(())
    }

    /// Refuses a size or a storage that Fargate does not have.
    fn fits(&self, definition: &TaskDefinition) -> Result<(), AwsError> {
        for (member, read) in [
            ("cpu", sizes::cpu as fn(&str) -> Option<u32>),
            ("memory", sizes::memory),
        ] {
            if text(&self.given, member).is_some_and(|text| read(text).is_none()) {
                return Err(invalid(format!("Invalid '{member}' setting for task.")));
            }
        }
        let size = self.size(definition);
        let windows = definition.is_windows();
        let changed = text(&self.given, "cpu").is_some() || text(&self.given, "memory").is_some();
        if changed && !sizes::exists(size.cpu, size.memory, windows) {
            return Err(invalid(no_such_size(size.cpu, size.memory)));
        }
        match self.given["ephemeralStorage"]["sizeInGiB"].as_i64() {
            Some(_) if windows => Err(invalid(WINDOWS_STORAGE)),
            Some(..21) => Err(invalid("EphemeralStorage size should be at least 21")),
            Some(201..) => Err(invalid("EphemeralStorage size should be at most 200")),
            _ => Ok(()),
        }
    }

    /// What the task asks for.
    pub(in super::super) fn size(&self, definition: &TaskDefinition) -> Size {
        let of = |member: &str| {
            text(&self.given, member)
                .or_else(|| definition.text(member))
                .unwrap_or_default()
        };
        let storage = |of: &Value| of["ephemeralStorage"]["sizeInGiB"].as_u64();
        let storage = storage(&self.given).or_else(|| storage(&definition.body));
        Size {
            cpu: sizes::cpu(of("cpu")).unwrap_or_default(),
            memory: sizes::memory(of("memory")).unwrap_or_default(),
            storage: storage
                .and_then(|size| u32::try_from(size).ok())
                .unwrap_or(STORAGE),
        }
    }

    /// The ARN of the task's role of a kind: `taskRoleArn` or `executionRoleArn`.
    pub(in super::super) fn role(&self, definition: &TaskDefinition, member: &str) -> Option<String> {
        let role = text(&self.given, member).or_else(|| definition.text(member))?;
        role_arn(role, &self.account).ok()
    }

    /// The overrides as a task shows them: each container is there.
    pub(in super::super) fn shown(&self, definition: &TaskDefinition) -> Value {
        let given = self.given["containerOverrides"].as_array();
        let containers = definition.containers().iter().map(|container| {
            let name = &container["name"];
            let found = given.into_iter().flatten().find(|given| given["name"] == *name);
            found.cloned().unwrap_or_else(|| json!({ "name": name }))
        });
        let mut shown = json!({
            "containerOverrides": containers.collect::<Vec<_>>(),
            "inferenceAcceleratorOverrides": [],
        });
        for member in [
            "cpu",
            "memory",
            "taskRoleArn",
            "executionRoleArn",
            "ephemeralStorage",
        ] {
            if !self.given[member].is_null() {
                shown[member] = self.given[member].clone();
            }
        }
        shown
    }
}

/// The environment of a container, by name: what the task overrides comes before what the definition says.
pub(in super::super) fn environment(defined: &Value, overrides: &Value) -> BTreeMap<String, String> {
    let mut environment = BTreeMap::new();
    let overridden = of_container(overrides, &defined["name"]);
    for source in [Some(defined), overridden].into_iter().flatten() {
        for pair in source["environment"].as_array().into_iter().flatten() {
            let value = pair["value"].as_str().unwrap_or_default();
            environment.insert(
                pair["name"].as_str().unwrap_or_default().to_owned(),
                value.to_owned(),
            );
        }
    }
    environment
}

/// The overrides of a container.
pub(in super::super) fn of_container<'a>(overrides: &'a Value, name: &Value) -> Option<&'a Value> {
    let containers = overrides["containerOverrides"].as_array()?;
    containers.iter().find(|container| container["name"] == *name)
}
