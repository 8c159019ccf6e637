//! Task definitions: what ECS accepts, what it registers, what becomes of a task on Fargate.

use super::super::pointer::find;
use super::judge::holds;
use super::{Ground, Setting, Subject, Trial, check_trials};
use crate::exercise::Parameters;
use crate::exercise::builder::Builder;
use crate::exercise::quantity::Quantity;
use crate::exercise::template::Template;
use crate::exercise::wanted::{Wanted, expectations};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use toml::Spanned;

pub(super) const SUBJECT: Subject = Subject {
    written: "definition-de-tache",
    build,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// The roles that there are; ECS may assume each.
    #[serde(default)]
    roles: Vec<WrittenRole>,
    #[serde(default)]
    compartiments: Vec<WrittenBucket>,
    essai: Vec<WrittenTrial>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRole {
    arn: Spanned<String>,
    politique: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBucket {
    nom: Spanned<String>,
    #[serde(default)]
    cles: Vec<Spanned<String>>,
}

/// What is looked at: the definition as it is registered, or a task of it, some seconds after its start.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTrial {
    id: Spanned<String>,
    /// Values at pointers into the definition.
    definition: Option<Spanned<toml::Table>>,
    secondes: Option<Spanned<toml::Value>>,
    /// Variables that its containers are started with, by the container's name.
    #[serde(default)]
    variables: BTreeMap<String, BTreeMap<String, Spanned<String>>>,
    /// The task's status.
    etat: Option<Spanned<toml::Value>>,
    /// Each container's status.
    etats: Option<Spanned<toml::Table>>,
    /// Each container's exit code.
    codes: Option<Spanned<toml::Table>>,
    /// What the learner is told when it turns out otherwise.
    pourquoi: Option<Spanned<String>>,
}

struct Plan {
    roles: Vec<(Template, Option<Template>)>,
    buckets: Vec<(Template, Vec<Template>)>,
    trials: Vec<PlannedTrial>,
}

struct PlannedTrial {
    id: String,
    seconds: Option<Quantity>,
    variables: BTreeMap<String, BTreeMap<String, Template>>,
    wanted: Vec<(String, Wanted)>,
    reason: Option<Template>,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Setting>> {
    let settings = builder.settings::<Settings>()?;
    let ids: Vec<_> = settings
        .essai
        .iter()
        .map(|trial| builder.setting(&trial.id))
        .collect();
    check_trials(builder, &ids);
    let trials: Vec<_> = settings
        .essai
        .iter()
        .map(|trial| self::trial(builder, trial))
        .collect();
    let mut plain = |text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    let roles = settings.roles.iter();
    let roles = roles.map(|role| (plain(&role.arn), role.politique.as_ref().map(&mut plain)));
    let roles = roles.collect();
    let buckets = settings.compartiments.iter();
    let buckets = buckets.map(|bucket| {
        let keys = bucket.cles.iter().map(&mut plain).collect();
        (plain(&bucket.nom), keys)
    });
    Some(Box::new(Plan {
        roles,
        buckets: buckets.collect(),
        trials: trials.into_iter().collect::<Option<_>>()?,
    }))
}

fn trial(builder: &mut Builder<'_>, written: &WrittenTrial) -> Option<PlannedTrial> {
    let place = |builder: &Builder<'_>, span| builder.setting(&Spanned::new(span, String::new())).span;
    let here = place(builder, written.id.span());
    let mut wanted = Vec::new();
    if let Some(table) = &written.definition {
        let place = place(builder, table.span());
        let found = expectations(builder, table.get_ref(), &place).into_iter();
        wanted.extend(found.map(|(pointer, value)| (format!("/definition{pointer}"), value)));
    }
    let of_definition = wanted.len();
    if let Some(status) = &written.etat {
        let place = place(builder, status.span());
        wanted.push((STATUS.to_owned(), Wanted::of(builder, status.get_ref(), &place)));
    }
    for (table, fact) in [(&written.etats, "status"), (&written.codes, "exit_code")] {
        let Some(table) = table else { continue };
        let place = place(builder, table.span());
        for (container, value) in table.get_ref() {
            let pointer = format!("/run/containers/{container}/{fact}");
            wanted.push((pointer, Wanted::of(builder, value, &place)));
        }
    }
    if wanted.is_empty() || (wanted.len() > of_definition) != written.secondes.is_some() {
        let expected = "attendu : definition, ou secondes avec etat, etats ou codes";
        builder.mistake(here, "un essai dont on ne sait pas ce qu’il regarde", expected);
        return None;
    }
    let seconds = written
        .secondes
        .as_ref()
        .map(|seconds| Quantity::read(builder, seconds));
    let mut plain = |text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    let variables = written.variables.iter().map(|(container, variables)| {
        let variables = variables.iter().map(|(name, value)| (name.clone(), plain(value)));
        (container.clone(), variables.collect())
    });
    let variables = variables.collect();
    let reason = written.pourquoi.as_ref().map(|text| builder.setting(text));
    Some(PlannedTrial {
        id: written.id.get_ref().clone(),
        seconds: match seconds {
            Some(seconds) => Some(seconds?),
            None => None,
        },
        variables,
        wanted,
        reason: reason.map(|text| builder.markdown(&text)),
    })
}

impl Setting for Plan {
    fn trials(&self) -> Vec<&str> {
        self.trials.iter().map(|trial| trial.id.as_str()).collect()
    }

    fn draw(&self, values: &Parameters, _: &str) -> Ground {
        let roles = self.roles.iter().map(|(arn, policy)| {
            json!({
                "arn": arn.fill(values),
                "policy": policy.as_ref().map(|policy| policy.fill(values)),
            })
        });
        let buckets = self.buckets.iter().map(|(name, keys)| {
            let keys: Vec<String> = keys.iter().map(|key| key.fill(values)).collect();
            json!({ "name": name.fill(values), "keys": keys })
        });
        Ground {
            kind: "task_definition",
            world: json!({
                "identities": roles.collect::<Vec<_>>(),
                "buckets": buckets.collect::<Vec<_>>(),
            }),
            trials: self.trials.iter().map(|trial| trial.draw(values)).collect(),
            comparison: None,
        }
    }

    fn lint(&self, values: &Parameters) -> Option<String> {
        let mut seconds = self.trials.iter().filter_map(|trial| trial.seconds.as_ref());
        seconds
            .any(|seconds| seconds.value(values).is_none())
            .then(|| "un nombre de secondes n’est pas un nombre entier".to_owned())
    }
}

impl PlannedTrial {
    fn draw(&self, values: &Parameters) -> Trial {
        let seconds = self.seconds.as_ref().and_then(|seconds| seconds.value(values));
        let variables = self.variables.iter().map(|(container, variables)| {
            let variables = variables.iter().map(|(name, value)| (name, value.fill(values)));
            (container, variables.collect::<BTreeMap<_, _>>())
        });
        Trial {
            id: self.id.clone(),
            probe: json!({ "seconds": seconds, "variables": variables.collect::<BTreeMap<_, _>>() }),
            wanted: self
                .wanted
                .iter()
                .map(|(pointer, wanted)| (pointer.clone(), wanted.draw(values)))
                .collect(),
            reason: self.reason.as_ref().map(|reason| reason.fill(values)),
            tell,
        }
    }
}

/// Where the status of the task stands.
const STATUS: &str = "/run/status";

/// What is registered, or what became of the task, and what should have.
fn tell(trial: &Trial, found: &Value) -> String {
    let refusal = &found["run"]["refusal"];
    if refusal.is_object() {
        let text = |name: &str| refusal[name].as_str().unwrap_or_default();
        return format!(
            "La définition est enregistrée, mais ECS refuse d’en lancer une tâche sur Fargate. AWS répond\u{a0}: `{}`, «\u{a0}{}\u{a0}».",
            text("code"),
            text("message")
        );
    }
    let failed = trial
        .wanted
        .iter()
        .find(|(pointer, wanted)| !holds(found, pointer, wanted));
    let Some((pointer, wanted)) = failed else {
        return String::new();
    };
    let wanted = shown(wanted.value());
    let value = find(found, pointer)
        .first()
        .map_or_else(|| "rien".to_owned(), |value| shown(value));
    if let Some(pointer) = pointer.strip_prefix("/definition") {
        // What should stand there may be the answer itself.
        return format!("Dans la définition enregistrée, à `{pointer}`\u{a0}: {value}.");
    }
    if let Some(name) = missing(pointer, &found["run"]) {
        return format!("La tâche n’a pas de conteneur `{name}`.");
    }
    let seconds = &trial.probe["seconds"];
    let what = match pointer.strip_prefix("/run/containers/") {
        Some(rest) => {
            let (name, fact) = rest.split_once('/').unwrap_or((rest, ""));
            let fact = if fact == "status" {
                "l’état"
            } else {
                "le code de sortie"
            };
            format!("{fact} du conteneur `{name}` est {value}")
        }
        None => format!("la tâche est {value}"),
    };
    format!(
        "{seconds}\u{a0}secondes après son lancement, {what} (attendu\u{a0}: {wanted}).{}",
        why(&found["run"])
    )
}

/// The container that a pointer is about, where the task has none of that name.
fn missing<'a>(pointer: &'a str, run: &Value) -> Option<&'a str> {
    let (name, _) = pointer.strip_prefix("/run/containers/")?.split_once('/')?;
    let containers = run["containers"].as_object()?;
    (!containers.contains_key(name)).then_some(name)
}

/// What ECS says of the end of a task, where it has ended.
fn why(run: &Value) -> String {
    let (Some(code), Some(reason)) = (run["stop_code"].as_str(), run["reason"].as_str()) else {
        return String::new();
    };
    let mut containers = run["containers"].as_object().into_iter().flatten();
    let ended = containers.find(|(_, facts)| facts["exit_code"].as_i64().is_some_and(|code| code != 0));
    let ended = ended.map_or_else(String::new, |(name, facts)| {
        format!(
            " Le conteneur `{name}` a fini avec le code {}.",
            facts["exit_code"]
        )
    });
    format!(" ECS dit\u{a0}: `{code}`, «\u{a0}{reason}\u{a0}».{ended}")
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "rien".to_owned(),
        Value::String(text) => format!("`{text}`"),
        other => format!("`{other}`"),
    }
}
