//! Lifecycle configurations: what is left in a bucket, some days later.

use super::{Ground, Setting, Subject, Trial, check_trials};
use crate::exercise::Parameters;
use crate::exercise::builder::Builder;
use crate::exercise::quantity::Quantity;
use crate::exercise::template::Template;
use crate::exercise::wanted::Wanted;
use crate::french::counted;
use crate::nearest;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use toml::Spanned;

pub(super) const SUBJECT: Subject = Subject {
    written: "cycle-de-vie",
    build,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    compartiment: Spanned<String>,
    #[serde(default)]
    versions: Versions,
    #[serde(default)]
    geste: Vec<WrittenStep>,
    essai: Vec<WrittenTrial>,
}

/// The state of the bucket's versioning.
#[derive(Deserialize, Clone, Copy, Default)]
#[serde(rename_all = "lowercase")]
enum Versions {
    #[default]
    Jamais,
    Activees,
    Suspendues,
}

impl Versions {
    fn status(self) -> Option<&'static str> {
        match self {
            Self::Jamais => None,
            Self::Activees => Some("Enabled"),
            Self::Suspendues => Some("Suspended"),
        }
    }
}

/// What happens in the bucket: one of `depose`, `supprime` and `commence`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    jour: Spanned<toml::Value>,
    depose: Option<Spanned<String>>,
    supprime: Option<Spanned<String>>,
    /// An upload in parts that nobody completes.
    commence: Option<Spanned<String>>,
    taille_ko: Option<Spanned<toml::Value>>,
    #[serde(default)]
    etiquettes: BTreeMap<String, String>,
    classe: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTrial {
    id: Spanned<String>,
    jour: Spanned<toml::Value>,
    cle: Spanned<String>,
    attendu: Spanned<toml::Table>,
    /// What the learner is told when it turns out otherwise.
    pourquoi: Option<Spanned<String>>,
}

/// A fact: its name in lessons, where the simulator tells it, how it is said.
struct Fact {
    written: &'static str,
    pointer: &'static str,
    said: fn(&Value) -> String,
}

const FACTS: &[Fact] = &[
    Fact {
        written: "present",
        pointer: "/present",
        said: |found| {
            let said = if found == true {
                "est là"
            } else {
                "n’est pas là"
            };
            format!("l’objet {said}")
        },
    },
    Fact {
        written: "versions",
        pointer: "/versions",
        said: |found| several(found, "version de données", "versions de données"),
    },
    Fact {
        written: "anciennes",
        pointer: "/noncurrent",
        said: |found| several(found, "version non courante", "versions non courantes"),
    },
    Fact {
        written: "marqueurs",
        pointer: "/markers",
        said: |found| several(found, "marqueur de suppression", "marqueurs de suppression"),
    },
    Fact {
        written: "classe",
        pointer: "/class",
        said: |found| match found.as_str() {
            Some(class) => format!("l’objet est en classe `{class}`"),
            None => "il n’y a plus d’objet courant".to_owned(),
        },
    },
    Fact {
        written: "classes_anciennes",
        pointer: "/noncurrent_classes",
        said: |found| {
            let classes: Vec<&str> = found
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect();
            match classes.as_slice() {
                [] => "il n’y a pas de version non courante".to_owned(),
                several => format!("versions non courantes en classe `{}`", several.join("`, `")),
            }
        },
    },
    Fact {
        written: "chargements",
        pointer: "/uploads",
        said: |found| several(found, "chargement inachevé", "chargements inachevés"),
    },
];

fn several(found: &Value, one: &str, many: &str) -> String {
    let count = found.as_u64().and_then(|count| usize::try_from(count).ok());
    counted(count.unwrap_or_default(), one, many)
}

struct Plan {
    bucket: Template,
    versions: Versions,
    steps: Vec<Step>,
    trials: Vec<PlannedTrial>,
}

struct Step {
    day: Quantity,
    /// `put`, `delete`, `begin_upload`.
    what: &'static str,
    key: Template,
    kibibytes: Option<Quantity>,
    tags: BTreeMap<String, String>,
    class: Option<String>,
}

struct PlannedTrial {
    id: String,
    day: Quantity,
    key: Template,
    wanted: Vec<(&'static str, Wanted)>,
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
    let steps: Vec<_> = settings
        .geste
        .iter()
        .map(|step| self::step(builder, step))
        .collect();
    let trials: Vec<_> = settings
        .essai
        .iter()
        .map(|trial| self::trial(builder, trial))
        .collect();
    let bucket = builder.setting(&settings.compartiment);
    Some(Box::new(Plan {
        bucket: builder.plain(&bucket),
        versions: settings.versions,
        steps: steps.into_iter().collect::<Option<_>>()?,
        trials: trials.into_iter().collect::<Option<_>>()?,
    }))
}

fn step(builder: &mut Builder<'_>, written: &WrittenStep) -> Option<Step> {
    let day = Quantity::read(builder, &written.jour);
    let kibibytes = written
        .taille_ko
        .as_ref()
        .map(|size| Quantity::read(builder, size));
    let whats = [
        ("put", &written.depose),
        ("delete", &written.supprime),
        ("begin_upload", &written.commence),
    ];
    let mut said = whats
        .iter()
        .filter_map(|(what, key)| Some((*what, key.as_ref()?)));
    let (Some((what, key)), None) = (said.next(), said.next()) else {
        let place = builder
            .setting(&Spanned::new(written.jour.span(), String::new()))
            .span;
        let expected = "attendu : l’un des trois, depose, supprime ou commence";
        builder.mistake(place, "un geste dont on ne sait pas ce qu’il fait", expected);
        return None;
    };
    let key = builder.setting(key);
    Some(Step {
        day: day?,
        what,
        key: builder.plain(&key),
        kibibytes: match kibibytes {
            Some(size) => Some(size?),
            None => None,
        },
        tags: written.etiquettes.clone(),
        class: written.classe.clone(),
    })
}

fn trial(builder: &mut Builder<'_>, written: &WrittenTrial) -> Option<PlannedTrial> {
    let day = Quantity::read(builder, &written.jour);
    let place = builder
        .setting(&Spanned::new(written.attendu.span(), String::new()))
        .span;
    if written.attendu.get_ref().is_empty() {
        let expected = "attendu : { present = true }, par exemple";
        builder.mistake(place.clone(), "un essai qui n’attend rien", expected);
    }
    let mut wanted = Vec::new();
    for (name, value) in written.attendu.get_ref() {
        if let Some(fact) = FACTS.iter().find(|fact| fact.written == name) {
            wanted.push((fact.pointer, Wanted::of(builder, value, &place)));
            continue;
        }
        let names: Vec<&str> = FACTS.iter().map(|fact| fact.written).collect();
        let message = format!("« {name} » n’est pas un fait que l’on observe");
        builder.mistake(place.clone(), message, nearest::expected(name, &names));
    }
    let (key, reason) = (builder.setting(&written.cle), written.pourquoi.as_ref());
    let reason = reason.map(|text| builder.setting(text));
    Some(PlannedTrial {
        id: written.id.get_ref().clone(),
        day: day?,
        key: builder.plain(&key),
        wanted,
        reason: reason.map(|text| builder.markdown(&text)),
    })
}

impl Setting for Plan {
    fn trials(&self) -> Vec<&str> {
        self.trials.iter().map(|trial| trial.id.as_str()).collect()
    }

    fn draw(&self, values: &Parameters, _: &str) -> Ground {
        let steps = self.steps.iter().map(|step| {
            let mut what = json!({"key": step.key.fill(values)});
            if step.what == "put" {
                let size = step.kibibytes.as_ref().and_then(|size| size.value(values));
                what["bytes"] = (u64::from(size.unwrap_or(1)) * 1024).into();
                what["tags"] = json!(step.tags);
                what["class"] = json!(step.class);
            }
            json!({"day": step.day.value(values), (step.what): what})
        });
        Ground {
            kind: "lifecycle",
            world: json!({
                "bucket": self.bucket.fill(values),
                "versioning": self.versions.status(),
                "steps": steps.collect::<Vec<_>>(),
            }),
            trials: self.trials.iter().map(|trial| trial.draw(values)).collect(),
            comparison: None,
        }
    }

    fn lint(&self, values: &Parameters) -> Option<String> {
        let days = self.steps.iter().map(|step| &step.day);
        let sizes = self.steps.iter().filter_map(|step| step.kibibytes.as_ref());
        let mut all = days
            .chain(sizes)
            .chain(self.trials.iter().map(|trial| &trial.day));
        all.any(|quantity| quantity.value(values).is_none())
            .then(|| "un jour ou une taille n’est pas un nombre entier".to_owned())
    }
}

impl PlannedTrial {
    fn draw(&self, values: &Parameters) -> Trial {
        Trial {
            id: self.id.clone(),
            probe: json!({"day": self.day.value(values), "key": self.key.fill(values)}),
            wanted: self
                .wanted
                .iter()
                .map(|(pointer, wanted)| ((*pointer).to_owned(), wanted.draw(values)))
                .collect(),
            reason: self.reason.as_ref().map(|reason| reason.fill(values)),
            tell,
        }
    }
}

/// What is left of a key, and what should be.
fn tell(trial: &Trial, found: &Value) -> String {
    let null = Value::Null;
    let (day, key) = (
        &trial.probe["day"],
        trial.probe["key"].as_str().unwrap_or_default(),
    );
    let differing = trial.wanted.iter().filter_map(|(pointer, wanted)| {
        let value = found.pointer(pointer).unwrap_or(&null);
        let fact = FACTS.iter().find(|fact| fact.pointer == *pointer)?;
        let said = || {
            format!(
                "{} (attendu\u{a0}: {})",
                (fact.said)(value),
                (fact.said)(wanted.value())
            )
        };
        (!wanted.accepts(value)).then(said)
    });
    let differing: Vec<String> = differing.collect();
    format!(
        "Au jour {day}, pour `{key}`\u{a0}: {}.",
        differing.join("\u{a0}; ")
    )
}
