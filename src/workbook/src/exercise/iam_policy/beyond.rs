//! The answer beside the author's model, over a catalogue of requests: what is granted too much, not refused, or missing.

use super::CALLER;
use super::catalogue::{self, Ground, Probe};
use super::document;
use super::judge::{NAME, Question};
use crate::exercise::numbers::french;
use crate::ruling::{PolicyQuestion, PolicyRequest, PolicyText, Rules};
use serde_json::Value;
use std::collections::BTreeSet;

/// What is found, and among how many requests.
pub(in crate::exercise) struct Findings {
    /// In French: what is wrong, how often, some requests with what decides them.
    pub(in crate::exercise) message: String,
    pub(in crate::exercise) wrong: usize,
    pub(in crate::exercise) tried: usize,
}

/// The other policies of whoever asks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum World {
    /// Those of the lesson.
    Stated,
    /// Everything besides: then only what is closed stays closed.
    Administrator,
}

/// A request that the answer decides otherwise than the model.
struct Difference {
    request: PolicyRequest,
    world: World,
    /// Whether it is the answer that allows it.
    granted: bool,
}

/// How many requests are shown.
const SHOWN: usize = 3;

const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Compares a well-formed answer with the model.
pub(in crate::exercise) fn compare(question: &Question, rules: Rules, text: &str) -> Option<Findings> {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let (model, answer) = (read(&question.model), read(text));
    let ground = Ground {
        kind: question.kind,
        matrix: question.expectations.iter().map(|one| &one.request).collect(),
        model: &model,
        answer: &answer,
    };
    let mut probes = catalogue::probes(&ground);
    probes.retain(|probe| !question.leaves_open(&probe.request.action));
    let mut differences = differences(question, rules, text, &probes, World::Stated);
    if differences.is_empty() && weighs_denials(question.kind, &model) {
        differences = self::differences(question, rules, text, &probes, World::Administrator);
    }
    let unplayed = unplayed(&model, &answer);
    if differences.is_empty() && unplayed.is_empty() {
        return None;
    }
    let wrong = differences.len() + unplayed.len();
    let mut told = Told::new(question.kind, &differences, wrong, probes.len());
    told.lines.extend(unplayed);
    told.lines
        .extend(examples(&differences).into_iter().map(|difference| {
            let decision = question.decide(rules, text, difference);
            let keys = keys_of(&difference.request.action, &probes);
            line(question.kind, difference, &keys, &decision)
        }));
    Some(Findings {
        message: told.message(),
        wrong,
        tried: probes.len().max(wrong),
    })
}

/// Whether it matters what is closed even to who has every right.
fn weighs_denials(kind: &str, model: &Value) -> bool {
    kind != "identity" || document::statements(model).any(|statement| statement["Effect"] == "Deny")
}

/// A policy that only bounds says nothing before somebody has the right.
fn bounds(kind: &str) -> bool {
    matches!(kind, "session" | "boundary" | "service_control")
}

fn differences(
    question: &Question,
    rules: Rules,
    text: &str,
    probes: &[Probe],
    world: World,
) -> Vec<Difference> {
    let decide = |text: &str| {
        rules(&PolicyQuestion {
            policies: question.policies(text, world),
            requests: probes.iter().map(|probe| probe.request.clone()).collect(),
            traced: false,
        })
        .decisions
    };
    let (model, answer) = (decide(&question.model), decide(text));
    let lacks = world == World::Stated || bounds(question.kind);
    let pairs = probes.iter().zip(model.iter().zip(&answer));
    let differing = pairs.filter_map(|(probe, (model, answer))| {
        let granted = answer["allowed"] == true;
        let differs = model["allowed"] != answer["allowed"];
        (differs && (granted || (lacks && probe.both_ways))).then(|| Difference {
            request: probe.request.clone(),
            world,
            granted,
        })
    });
    differing.collect()
}

impl Question {
    fn policies(&self, text: &str, world: World) -> Vec<PolicyText> {
        let everything = PolicyText {
            id: "tous les droits".to_owned(),
            kind: "identity".to_owned(),
            text: EVERYTHING.to_owned(),
        };
        let mut policies = self.question(text).policies;
        policies.extend((world == World::Administrator).then_some(everything));
        policies
    }

    fn decide(&self, rules: Rules, text: &str, difference: &Difference) -> Value {
        let ruling = rules(&PolicyQuestion {
            policies: self.policies(text, difference.world),
            requests: vec![difference.request.clone()],
            traced: true,
        });
        ruling.decisions.into_iter().next().unwrap_or_default()
    }

    /// Whether the statement leaves an action to the learner.
    fn leaves_open(&self, action: &str) -> bool {
        self.open.iter().any(|pattern| document::covers(pattern, action))
    }
}

/// Principals whom no request can play (a federation, a canonical user), named by the answer and not by the model.
fn unplayed(model: &Value, answer: &Value) -> Vec<String> {
    let expected = model.to_string();
    let mut found = Vec::new();
    for (rank, statement) in (1..).zip(document::statements(answer)) {
        for kind in ["Federated", "CanonicalUser"] {
            let named =
                document::texts(&statement["Principal"][kind]).filter(|_| statement["Effect"] == "Allow");
            let more = named.filter(|name| !expected.contains(*name));
            found.extend(more.map(|name| {
                format!(
                    "- ta politique s’ouvre aussi à `{name}` (`{kind}`)\u{a0}: l’instruction {rank} le permet"
                )
            }));
        }
    }
    found
}

/// Some differences, as unlike one another as there are: other services first, then other actions and callers.
fn examples(differences: &[Difference]) -> Vec<&Difference> {
    let service = |one: &Difference| one.request.action.split(':').next().map(str::to_owned);
    let unlike: [fn(&PolicyRequest, &PolicyRequest) -> bool; 3] = [
        |one, other| one.action != other.action && one.principal != other.principal,
        |one, other| one.action != other.action || one.principal != other.principal,
        |one, other| one.context != other.context,
    ];
    let mut chosen: Vec<&Difference> = Vec::new();
    for one in differences {
        if chosen.iter().all(|other| service(other) != service(one)) {
            chosen.push(one);
        }
    }
    for differs in unlike {
        for one in differences {
            let unlike_all = chosen.iter().all(|other| differs(&other.request, &one.request));
            if chosen.len() < SHOWN && unlike_all {
                chosen.push(one);
            }
        }
    }
    chosen.truncate(SHOWN);
    chosen
}

/// The condition keys that make a difference for an action: a request without one is told so.
fn keys_of<'a>(action: &str, probes: &'a [Probe]) -> BTreeSet<&'a str> {
    let of_action = probes
        .iter()
        .filter(|probe| probe.request.action == action && probe.both_ways);
    of_action
        .flat_map(|probe| probe.request.context.keys().map(String::as_str))
        .collect()
}

/// Whether somebody of another account asks: then only what the resource itself grants counts, whatever rights they have.
fn is_foreign(request: &PolicyRequest) -> bool {
    let account = request.principal.split(':').nth(4);
    request.resource_account.is_some() && account.is_some() && account != request.resource_account.as_deref()
}

/// What is said, before it is put together.
struct Told {
    head: String,
    lines: Vec<String>,
}

impl Told {
    fn new(kind: &str, differences: &[Difference], wrong: usize, tried: usize) -> Self {
        let granted = differences.iter().all(|one| one.granted);
        let lacking = !differences.is_empty() && differences.iter().all(|one| !one.granted);
        let open = |one: &Difference| one.world == World::Administrator && !is_foreign(&one.request);
        let closed = kind != "trust" && differences.iter().any(open);
        let what = match (lacking, granted, closed) {
            (true, ..) => {
                "Ta politique n’accorde rien de trop, mais elle ne permet pas tout ce qu’elle doit permettre"
            }
            (_, true, true) => {
                "Ta politique permet ce qu’il faut, mais elle ne ferme pas tout ce qu’elle doit fermer"
            }
            (_, true, _) => {
                "Ta politique permet ce qu’il faut, mais elle accorde aussi ce qu’on ne lui demande pas"
            }
            _ => "Ta politique accorde trop d’un côté, et pas assez de l’autre",
        };
        let verb = if wrong == 1 {
            "n’est pas décidée"
        } else {
            "ne sont pas décidées"
        };
        let [tried, wrong] =
            [tried, wrong].map(|count| french(u32::try_from(count).unwrap_or(u32::MAX).into()));
        Self {
            head: format!(
                "{what}. Sur {tried} demandes voisines essayées, {wrong} {verb} comme il faut. Par exemple\u{a0}:"
            ),
            lines: Vec::new(),
        }
    }

    fn message(&self) -> String {
        format!("{}\n\n{}", self.head, self.lines.join("\n"))
    }
}

fn line(kind: &str, difference: &Difference, keys: &BTreeSet<&str>, decision: &Value) -> String {
    let asked = asked(kind, &difference.request, keys);
    let matched = matched(decision, if difference.granted { "Allow" } else { "Deny" });
    match (difference.granted, matched) {
        (true, Some(rank)) => {
            format!("- ta politique accorde aussi {asked}\u{a0}: l’instruction {rank} le permet")
        }
        (true, None) => {
            format!(
                "- {asked}\u{a0}: aucune instruction ne la refuse, elle passe dès qu’une autre politique l’accorde"
            )
        }
        (false, Some(rank)) => {
            format!("- {asked}\u{a0}: l’instruction {rank} la refuse, et elle devrait être permise")
        }
        (false, None) => format!("- {asked}\u{a0}: aucune instruction ne la permet, et elle devrait l’être"),
    }
}

/// The rank, from 1, of the learner's first statement of an effect that matches the request.
fn matched(decision: &Value, effect: &str) -> Option<u64> {
    let list = |value: &'_ Value| value.as_array().cloned().unwrap_or_default();
    let policies = list(&decision["stages"])
        .into_iter()
        .flat_map(|stage| list(&stage["policies"]));
    let own = policies.filter(|policy| policy["id"] == NAME);
    let mut statements = own.flat_map(|policy| list(&policy["statements"]));
    let found = statements.find(|one| one["matched"] == true && one["effect"] == effect)?;
    Some(found["index"].as_u64()? + 1)
}

/// A request, with who asks where the policy says so, and in what circumstances.
fn asked(kind: &str, request: &PolicyRequest, keys: &BTreeSet<&str>) -> String {
    let PolicyRequest {
        principal,
        action,
        resource,
        context,
        ..
    } = request;
    let by = if matches!(kind, "resource" | "trust") || principal != CALLER {
        format!(" (par `{principal}`)")
    } else {
        String::new()
    };
    let stated = context
        .iter()
        .map(|(key, values)| format!("`{key}` = `{}`", values.join(", ")));
    let absent = keys.iter().filter(|key| !context.contains_key(**key));
    let keys: Vec<String> = stated
        .chain(absent.map(|key| format!("`{key}` manque")))
        .collect();
    let with = if keys.is_empty() {
        String::new()
    } else {
        format!(", quand {}", keys.join(" et "))
    };
    format!("`{action}` sur `{resource}`{by}{with}")
}
