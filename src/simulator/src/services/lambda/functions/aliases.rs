//! Aliases: names that point to a version, or share calls between two.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::Answer;
use super::super::errors::{
    conflict, constraint, invalid_parameter, no_such_alias, no_such_function, not_found, other_revision,
};
use super::super::names::{FunctionName, LATEST, NameShape};
use super::super::page::{Page, Place};
use super::super::policy::revision;
use super::{Function, constrain, existing, function, named as function_named};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Complaint, Form, Rule};

const NAME: Rule = Rule {
    min: 1,
    max: 128,
    accepts: is_alias,
    complaint: Complaint::Pattern("(?!^[0-9]+$)([a-zA-Z0-9-_]+)"),
};

const VERSION: Rule = Rule {
    min: 1,
    max: 1024,
    accepts: |text| text == LATEST || text.bytes().all(|byte| byte.is_ascii_digit()),
    complaint: Complaint::Pattern("(\\$LATEST|[0-9]+)"),
};

const DESCRIPTION: Rule = Rule::length(0, 256);

/// Whether a qualifier may be an alias's name: a number is a version's.
pub(super) fn is_alias(text: &str) -> bool {
    let letters = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    letters && !text.bytes().all(|byte| byte.is_ascii_digit())
}

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
    pub(super) revision: String,
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

/// The second version of `RoutingConfig`, and its share, as far as the request alone tells whether they can be.
fn weights(given: &Value) -> Result<BTreeMap<String, f64>, AwsError> {
    let given = given["AdditionalVersionWeights"].as_object();
    let given = given.into_iter().flatten();
    let given: Vec<(&String, f64)> = given
        .map(|(number, share)| (number, share.as_f64().unwrap_or(-1.0)))
        .collect();
    let shown: Vec<String> = given
        .iter()
        .map(|(number, share)| format!("{number}={share:?}"))
        .collect();
    let broken = |what: &str| {
        let place = "routingConfig.additionalVersionWeights";
        constraint(&format!("{{{}}}", shown.join(", ")), place, what)
    };
    let mut weights = BTreeMap::new();
    for (number, share) in given {
        if number.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(broken(
                "Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have \
                 length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]",
            ));
        }
        if !(0.0..=1.0).contains(&share) {
            return Err(broken(
                "Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have \
                 value greater than or equal to 0.0, Member must not be null]",
            ));
        }
        weights.insert(number.clone(), share);
    }
    if weights.len() > 1 {
        return Err(invalid_parameter(
            "Number of items in AdditionalVersionWeights cannot be greater than 1",
        ));
    }
    Ok(weights)
}

impl Alias {
    /// Refuses an alias whose versions cannot be together, or are not there.
    fn check(&self, function: &Function, name: &FunctionName) -> Result<(), AwsError> {
        if self.version == LATEST && !self.weights.is_empty() {
            return Err(invalid_parameter(
                "$LATEST is not supported for an alias pointing to more than 1 version",
            ));
        }
        if self.weights.contains_key(&self.version) {
            let version = &self.version;
            return Err(invalid_parameter(format!(
                "Invalid function version {version}. Function version {version} is already included in routing configuration."
            )));
        }
        let mut versions = std::iter::once(&self.version).chain(self.weights.keys());
        versions.try_for_each(|number| version(function, name, number))
    }
}

/// `CreateAlias`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html>
pub(in super::super) fn create(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Plain);
    let alias = form.required("Name", &NAME);
    let number = form.required("FunctionVersion", &VERSION);
    let description = form.optional("Description", &DESCRIPTION);
    form.check()?;
    let name = function_named(call, NameShape::Plain)?;
    let made = Alias {
        name: alias.clone(),
        version: number,
        description: description.unwrap_or_default(),
        weights: weights(&call.input["RoutingConfig"])?,
        revision: revision(),
    };
    cloud.lambda.with(&name.account, |account| {
        let version_arn = format!("{}:{}", name.arn(), made.version);
        let function = account.functions.get_mut(&name.name);
        let function = function.ok_or_else(|| no_such_function(&version_arn))?;
        made.check(function, &name)?;
        if function.aliases.contains_key(&alias) {
            return Err(conflict(format!("Alias already exists: {}:{alias}", name.arn())));
        }
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
        let found = found.ok_or_else(|| no_such_alias(&format!("{}:{alias}", name.arn())))?;
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
        let shown = aliases.map(|alias| (Place::named(&alias.name), alias.shown(&name)));
        Ok((200, page.cut("Aliases", shown.collect())))
    })
}

/// `UpdateAlias`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateAlias.html>
pub(in super::super) fn update(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Plain);
    form.optional("FunctionVersion", &VERSION);
    form.optional("Description", &DESCRIPTION);
    form.check()?;
    let (name, alias) = (function(call)?, named(call));
    let input = &call.input;
    cloud.lambda.with(&name.account, |account| {
        let function = existing(account, &name)?;
        let mut changed = function
            .aliases
            .get(&alias)
            .cloned()
            .ok_or_else(|| not_found(format!("Alias not found: {}:{alias}", name.arn())))?;
        if input["RevisionId"]
            .as_str()
            .is_some_and(|expected| expected != changed.revision)
        {
            return Err(other_revision("GetFunction/GetAlias"));
        }
        if let Some(number) = input["FunctionVersion"].as_str() {
            number.clone_into(&mut changed.version);
        }
        if let Some(description) = input["Description"].as_str() {
            description.clone_into(&mut changed.description);
        }
        if input["RoutingConfig"].is_object() {
            changed.weights = weights(&input["RoutingConfig"])?;
        }
        changed.check(function, &name)?;
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
