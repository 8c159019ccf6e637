//! Account settings, of which the simulator only goes by `containerInsights`.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-account-settings.html>

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::errors::invalid;
use super::input::{Page, text};
use super::{Answer, Work};
use crate::error::AwsError;

/// Each setting and the value that it has unless it is set.
const SETTINGS: [(&str, &str); 12] = [
    ("awsvpcTrunking", "disabled"),
    ("containerInsights", "disabled"),
    ("containerInstanceLongArnFormat", "enabled"),
    ("defaultLogDriverMode", "non-blocking"),
    ("dualStackIPv6", "enabled"),
    ("fargateEventWindows", "disabled"),
    ("fargateFIPSMode", "disabled"),
    ("fargateTaskRetirementWaitPeriod", "7"),
    ("guardDutyActivate", "off"),
    ("serviceLongArnFormat", "enabled"),
    ("tagResourceAuthorization", "on"),
    ("taskLongArnFormat", "enabled"),
];

/// What an account's settings were set to.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Settings {
    /// By the principal that they are of (`None`: the whole account's) and the setting's name.
    values: BTreeMap<String, BTreeMap<String, String>>,
}

/// Under which the whole account's are kept.
const ACCOUNT: &str = "";

impl Settings {
    /// The value of a setting for a principal.
    fn value(&self, principal: &str, name: &str) -> Option<&str> {
        let own = self.values.get(principal).and_then(|own| own.get(name));
        let all = || self.values.get(ACCOUNT).and_then(|all| all.get(name));
        let usual = || {
            SETTINGS
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| *value)
        };
        own.or_else(all).map(String::as_str).or_else(usual)
    }

    /// What new clusters' `containerInsights` is.
    pub(super) fn container_insights(&self) -> &str {
        self.value(ACCOUNT, "containerInsights").unwrap_or("disabled")
    }
}

/// The name of a setting that there is.
fn name(input: &Value) -> Result<&str, AwsError> {
    let name = text(input, "name").unwrap_or_default();
    let names = || SETTINGS.iter().map(|(name, _)| *name);
    if names().any(|known| known == name) {
        return Ok(name);
    }
    let all: Vec<&str> = names().collect();
    Err(invalid(format!("{name} should be one of [{}]", all.join(","))))
}

fn principal<'a>(work: &'a Work<'_>) -> &'a str {
    text(&work.call.input, "principalArn").unwrap_or_else(|| work.call.caller.principal.arn())
}

/// `PutAccountSetting`: a principal's.
pub(super) fn put(work: &mut Work<'_>) -> Answer {
    let of = principal(work).to_owned();
    set(work, of)
}

/// `PutAccountSettingDefault`: everybody's who has none.
pub(super) fn put_default(work: &mut Work<'_>) -> Answer {
    set(work, ACCOUNT.to_owned())
}

fn set(work: &mut Work<'_>, of: String) -> Answer {
    let name = name(&work.call.input)?.to_owned();
    let value =
        text(&work.call.input, "value").ok_or_else(|| invalid("value should not be null or empty."))?;
    let shown = shown(&name, value, principal(work));
    let account = work.engine.state.account(work.call.account());
    account
        .settings
        .values
        .entry(of)
        .or_default()
        .insert(name, value.to_owned());
    Ok(json!({ "setting": shown }))
}

/// `DeleteAccountSetting`.
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let name = name(&work.call.input)?.to_owned();
    let of = principal(work).to_owned();
    let account = work.engine.state.account(work.call.account());
    let own = account.settings.values.get_mut(&of);
    let removed = own.and_then(|own| own.remove(&name)).unwrap_or_default();
    Ok(json!({ "setting": shown(&name, &removed, &of) }))
}

/// `ListAccountSettings`.
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let input = &work.call.input;
    let page = Page::of(input)?;
    let of = principal(work).to_owned();
    let (asked, value) = (text(input, "name"), text(input, "value"));
    let effective = input["effectiveSettings"] == true;
    if asked.is_some() {
        name(input)?;
    }
    let settings = &work.engine.state.account(work.call.account()).settings;
    let own = |name: &str| settings.values.get(&of)?.get(name).map(String::as_str);
    let all = SETTINGS.iter().filter_map(|(name, _)| {
        let value = if effective {
            settings.value(&of, name)
        } else {
            own(name)
        };
        value.map(|value| (*name, value))
    });
    let wanted = all.filter(|(name, found)| {
        asked.is_none_or(|asked| asked == *name) && value.is_none_or(|value| value == *found)
    });
    let shown: Vec<Value> = wanted.map(|(name, value)| shown(name, value, &of)).collect();
    page.cut("settings", shown)
}

fn shown(name: &str, value: &str, principal: &str) -> Value {
    json!({ "name": name, "value": value, "principalArn": principal, "type": "user" })
}
