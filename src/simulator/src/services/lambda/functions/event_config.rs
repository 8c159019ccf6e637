//! How Lambda treats a function's events: how often it tries one again, and how old one may become.
//!
//! Destinations are kept and shown, without effect.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-configuring.html>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use super::super::Answer;
use super::super::errors::{invalid_parameter, not_found};
use super::super::names::{FunctionName, LATEST, NameShape};
use super::super::page::{Page, Place};
use super::{Function, constrain, named, qualified};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;

/// What is set for the events of a version or an alias.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct EventConfig {
    /// `MaximumRetryAttempts`.
    retries: Option<i64>,
    /// `MaximumEventAgeInSeconds`.
    age: Option<i64>,
    /// `DestinationConfig`.
    destinations: Value,
    modified: OffsetDateTime,
}

/// How far Lambda goes with an event.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Patience {
    /// How often it tries again after an error of the function's.
    pub(in super::super) retries: usize,
    /// How old an event may become.
    pub(in super::super) age: Duration,
}

/// What holds where nothing is set.
const USUAL: Patience = Patience {
    retries: 2,
    age: Duration::hours(6),
};

impl EventConfig {
    fn shown(&self, function: &FunctionName, qualifier: &str) -> Value {
        let milliseconds = self.modified.unix_timestamp_nanos() / 1_000_000;
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of our era fit in 53 bits"
        )]
        let modified = milliseconds as f64 / 1000.0;
        let destination = |of: &str| match &self.destinations[of] {
            Value::Object(given) => Value::Object(given.clone()),
            _ => json!({}),
        };
        let mut shown = json!({
            "LastModified": modified,
            "FunctionArn": format!("{}:{qualifier}", function.arn()),
            "DestinationConfig": { "OnSuccess": destination("OnSuccess"), "OnFailure": destination("OnFailure") },
        });
        let numbers = [
            ("MaximumRetryAttempts", self.retries),
            ("MaximumEventAgeInSeconds", self.age),
        ];
        for (member, value) in numbers {
            if let Some(value) = value {
                shown[member] = value.into();
            }
        }
        shown
    }
}

impl Function {
    /// How far Lambda goes with an event for a qualifier.
    pub(in super::super) fn patience(&self, qualifier: Option<&str>) -> Patience {
        let Some(set) = self.events.get(qualifier.unwrap_or(LATEST)) else {
            return USUAL;
        };
        let retries = set.retries.and_then(|retries| usize::try_from(retries).ok());
        Patience {
            retries: retries.unwrap_or(USUAL.retries),
            age: set.age.map_or(USUAL.age, Duration::seconds),
        }
    }
}

fn missing(function: &FunctionName) -> AwsError {
    not_found(format!(
        "The function {} doesn't have an EventInvokeConfig",
        function.version_arn()
    ))
}

fn no_function() -> AwsError {
    not_found("The function doesn't exist.")
}

/// `PutFunctionEventInvokeConfig`: what it does not name is unset.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>
pub(in super::super) fn put(cloud: &Cloud, call: &mut Call) -> Answer {
    set(cloud, call, |_, _| Ok(()))
}

/// `UpdateFunctionEventInvokeConfig`: what it does not name stays.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionEventInvokeConfig.html>
pub(in super::super) fn update(cloud: &Cloud, call: &mut Call) -> Answer {
    set(cloud, call, |new, known| {
        let known = known?;
        new.retries = new.retries.or(known.retries);
        new.age = new.age.or(known.age);
        if new.destinations.is_null() {
            new.destinations = known.destinations;
        }
        Ok(())
    })
}

/// Sets what a request names; `complete` adds what was set before.
fn set(
    cloud: &Cloud,
    call: &Call,
    complete: fn(&mut EventConfig, Result<EventConfig, AwsError>) -> Result<(), AwsError>,
) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Namespaced);
    let mut new = EventConfig {
        retries: form.number("MaximumRetryAttempts", 0, 2),
        age: form.number("MaximumEventAgeInSeconds", 60, 21_600),
        destinations: call.input["DestinationConfig"].clone(),
        modified: cloud.clock.now(),
    };
    form.check()?;
    let name = named(call, NameShape::Namespaced)?;
    if new.retries.is_none() && new.age.is_none() && new.destinations.is_null() {
        return Err(invalid_parameter(
            "You must specify at least one of error handling or destination setting.",
        ));
    }
    cloud.lambda.with(&name.account, |account| {
        let function = account.functions.get_mut(&name.name).ok_or_else(no_function)?;
        if function.version(name.qualifier.as_deref()).is_none() {
            return Err(no_function());
        }
        let key = name.qualifier.as_deref().unwrap_or(LATEST);
        let known = function.events.get(key).cloned();
        complete(&mut new, known.ok_or_else(|| missing(&name)))?;
        let shown = new.shown(&name, key);
        function.events.insert(key.to_owned(), new);
        Ok((200, shown))
    })
}

/// `GetFunctionEventInvokeConfig`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html>
pub(in super::super) fn get(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    cloud.lambda.with(&name.account, |account| {
        let key = name.qualifier.as_deref().unwrap_or(LATEST);
        let function = account.functions.get(&name.name);
        let set = function.and_then(|function| function.events.get(key));
        let set = set.ok_or_else(|| missing(&name))?;
        Ok((200, set.shown(&name, key)))
    })
}

/// `DeleteFunctionEventInvokeConfig`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html>
pub(in super::super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    cloud.lambda.with(&name.account, |account| {
        let key = name.qualifier.as_deref().unwrap_or(LATEST);
        let function = account.functions.get_mut(&name.name);
        let removed = function.and_then(|function| function.events.remove(key));
        removed.ok_or_else(|| missing(&name))?;
        Ok((204, json!(null)))
    })
}

/// `ListFunctionEventInvokeConfigs`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html>
pub(in super::super) fn list(cloud: &Cloud, call: &mut Call) -> Answer {
    let name = qualified(call)?;
    let page = Page::of(&call.input, 50)?;
    cloud.lambda.with(&name.account, |account| {
        let function = account.functions.get(&name.name).ok_or_else(no_function)?;
        let sets = function.events.iter();
        let shown = sets.map(|(key, set)| (Place::named(key), set.shown(&name, key)));
        Ok((200, page.cut("FunctionEventInvokeConfigs", shown.collect())))
    })
}
