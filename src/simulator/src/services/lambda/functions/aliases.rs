//! Aliases: names that point to a version, or share calls between two.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::Answer;
use super::super::errors::{conflict, invalid_parameter, no_such_function, not_found, other_revision};
use super::super::names::{FunctionName, LATEST};
use super::super::page::Page;
use super::super::policy::revision;
use super::{Function, existing, function};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

const NAME: Rule = Rule {
    min: 1,
    max: 128,
    accepts: |text| {
        let letters = text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        letters && !text.bytes().all(|byte| byte.is_ascii_digit())
    },
    complaint: Complaint::Pattern("(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
};

/// An alias.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Alias {
    /// `Name`.
    pub(in super::super) name: String,
    /// `FunctionVersion`.
    pub(in super::super) version: String,
    /// `Description`.
    description: String,
    /// `RoutingConfig.AdditionalVersionWeights`: a second version, and its share of the calls.
    weights: BTreeMap<String, f64>,
    /// `RevisionId`.
    revision: String,
}

impl Alias {
    /// Whether calls may go to that version.
    pub(super) fn points_to(&self, version: &str) -> bool {
        self.version == version || self.weights.contains_key(version)
    }

    /// The version that one call goes to, `chance` being from 0 to 1.
    pub(in super::super) fn pick(&self, chance: f64) -> &str {
        let second = self.weights.iter().next();
        match second {
            Some((version, share)) if chance < *share => version,
            _ => &self.version,
        }
    }

    fn shown(&self, function: &FunctionName) -> Value {
        let mut shown = json!({
            "AliasArn": format!("{}:{}", function.arn(), self.name),
            "Name": self.name,
            "FunctionVersion": self.version,
            "Description": self.description,
            "RevisionId": self.revision,
        });
        if !self.weights.is_empty() {
            shown["RoutingConfig"] = json!({ "AdditionalVersionWeights": self.weights });
        }
        shown
    }
}

fn no_such_alias(function: &FunctionName, alias: &str) -> AwsError {
    not_found(format!("Alias not found: {}:{alias}", function.arn()))
}

/// The alias that a request's path names.
fn named(call: &Call) -> String {
    call.input["Name"].as_str().unwrap_or_default().to_owned()
}

fn version(function: &Function, name: &FunctionName, version: &str) -> Result<(), AwsError> {
    let there = version == LATEST
        || version
            .parse()
            .is_ok_and(|number: u64| function.versions.contains_key(&number));
    if there {
        Ok(())
    } else {
        Err(no_such_function(&format!("{}:{version}", name.arn())))
    }
}

fn weights(
    function: &Function,
    name: &FunctionName,
    given: &Value,
) -> Result<BTreeMap<String, f64>, AwsError> {
    let given = given["AdditionalVersionWeights"].as_object();
    let mut weights = BTreeMap::new();
    for (number, share) in given.into_iter().flatten() {
        version(function, name, number)?;
        let share = share.as_f64().filter(|share| (0.0..=1.0).contains(share));
        let share = share
            .ok_or_else(|| invalid_parameter("Additional version weights must be between 0.0 and 1.0"))?;
        weights.insert(number.clone(), share);
    }
    if weights.len() > 1 {
        return Err(invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    if weights.contains_key(LATEST) {
        return Err(invalid_parameter(
            "$LATEST is not supported for an alias pointing to more than 1 version",
        ));
    }
    Ok(weights)
}

/// `CreateAlias`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html>
pub(in super::super) fn create(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    let mut form = Form::of_json(&call.input);
    let alias = form.required("Name", &NAME);
    let number = form.required("FunctionVersion", &Rule::length(1, 1024));
    let description = form.optional("Description", &Rule::length(0, 256));
    form.check()?;
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        if function.aliases.contains_key(&alias) {
            return Err(conflict(format!("Alias already exists: {}:{alias}", name.arn())));
        }
        version(function, &name, &number)?;
        let made = Alias {
            name: alias.clone(),
            version: number,
            description: description.unwrap_or_default(),
            weights: weights(function, &name, &call.input["RoutingConfig"])?,
            revision: revision(),
        };
        let shown = made.shown(&name);
        function.aliases.insert(alias, made);
        Ok((201, shown))
    })
}

/// `GetAlias`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetAlias.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let (name, alias) = (function(call)?, named(call));
    cloud.lambda.with(&name.account, |account| {
        let found = existing(account, &name)?.aliases.get(&alias);
        let found = found.ok_or_else(|| no_such_alias(&name, &alias))?;
        Ok((200, found.shown(&name)))
    })
}

/// `ListAliases`, all of them or those that point to a version.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = function(call)?;
    let page = Page::of(&call.input, 10_000)?;
    let only = call.input["FunctionVersion"].as_str();
    cloud.lambda.with(&name.account, |account| {
        let aliases = existing(account, &name)?.aliases.values();
        let aliases = aliases.filter(|alias| only.is_none_or(|version| alias.points_to(version)));
        let shown = aliases.map(|alias| (alias.name.clone(), alias.shown(&name)));
        Ok((200, page.cut("Aliases", shown.collect())?))
    })
}

/// `UpdateAlias`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html>
pub(in super::super) fn update(cloud: &Cloud, call: &mut Call) -> Answer {
    let (name, alias) = (function(call)?, named(call));
    let input = &call.input;
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let mut changed = function
            .aliases
            .get(&alias)
            .cloned()
            .ok_or_else(|| no_such_alias(&name, &alias))?;
        if input["RevisionId"]
            .as_str()
            .is_some_and(|expected| expected != changed.revision)
        {
            return Err(other_revision("GetFunction/GetAlias"));
        }
        if let Some(number) = input["FunctionVersion"].as_str() {
            version(function, &name, number)?;
            number.clone_into(&mut changed.version);
        }
        if let Some(description) = input["Description"].as_str() {
            description.clone_into(&mut changed.description);
        }
        if input["RoutingConfig"].is_object() {
            changed.weights = weights(function, &name, &input["RoutingConfig"])?;
        }
        changed.revision = revision();
        let shown = changed.shown(&name);
        function.aliases.insert(alias, changed);
        Ok((200, shown))
    })
}

/// `DeleteAlias`; what is not there is deleted.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteAlias.html>
pub(in super::super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let (name, alias) = (function(call)?, named(call));
    cloud.lambda.with(&name.account, |account| {
        existing(account, &name)?.aliases.remove(&alias);
        Ok((204, json!(null)))
    })
}
