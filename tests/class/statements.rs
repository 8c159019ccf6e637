//! xAPI statements, held against the rules of the specification, version 1.0.3, part two (Data); numbers are its sections'.
//!
//! <https://github.com/adlnet/xAPI-Spec/blob/master/xAPI-Data.md>

use super::{ASSIGNMENT, class, near, report, total};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

fn object<'a>(value: &'a Value, allowed: &[&str], place: &str) -> &'a Map<String, Value> {
    let object = value
        .as_object()
        .unwrap_or_else(|| panic!("{place} is no object: {value}"));
    for key in object.keys() {
        assert!(allowed.contains(&key.as_str()), "{place} may have no {key}");
    }
    object
}

/// 3.2: an IRI with its scheme.
fn iri(value: &Value) -> &str {
    let text = value.as_str().unwrap_or_else(|| panic!("{value}"));
    let (scheme, rest) = text.split_once(':').unwrap_or_else(|| panic!("{text}"));
    assert!(
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric()),
        "{text}"
    );
    assert!(
        !rest.is_empty()
            && !text
                .chars()
                .any(|c| c.is_whitespace() || "<>\"{}|\\^`".contains(c)),
        "{text}"
    );
    text
}

/// 4.2: a map from RFC 5646 tags to texts.
fn language_map(value: &Value) {
    let map = value.as_object().unwrap();
    assert!(!map.is_empty());
    for (tag, text) in map {
        assert!(tag.split('-').all(|part| (2..=8).contains(&part.len())), "{tag}");
        assert!(text.is_string());
    }
}

/// 2.4.2.1: an agent has exactly one inverse functional identifier (2.4.2.3), an account both its parts (2.4.2.4).
fn agent(value: &Value) {
    let agent = object(value, &["objectType", "name", "mbox", "account"], "actor");
    assert_eq!(agent["objectType"], "Agent");
    let identifiers = ["mbox", "mbox_sha1sum", "openid", "account"];
    assert_eq!(
        identifiers
            .iter()
            .filter(|name| agent.contains_key(**name))
            .count(),
        1
    );
    if let Some(account) = agent.get("account") {
        let account = object(account, &["homePage", "name"], "account");
        iri(&account["homePage"]);
        assert!(account["name"].as_str().is_some_and(|name| !name.is_empty()));
    }
    if let Some(mbox) = agent.get("mbox") {
        assert!(
            mbox.as_str()
                .is_some_and(|mbox| mbox.starts_with("mailto:") && mbox.contains('@'))
        );
    }
}

/// 2.4.4.1: an activity.
fn activity(value: &Value) {
    let activity = object(value, &["objectType", "id", "definition"], "activity");
    assert_eq!(activity["objectType"], "Activity");
    iri(&activity["id"]);
    let definition = object(
        &activity["definition"],
        &["name", "description", "type"],
        "definition",
    );
    language_map(&definition["name"]);
    iri(&definition["type"]);
}

/// 2.4.5: a result, and its score (2.4.5.1).
fn result(value: &Value) {
    let result = object(value, &["score", "success", "completion", "extensions"], "result");
    assert!(result["success"].is_boolean() && result["completion"].is_boolean());
    let score = object(&result["score"], &["scaled", "raw", "min", "max"], "score");
    let number = |name: &str| score[name].as_f64().unwrap();
    assert!((-1.0..=1.0).contains(&number("scaled")));
    assert!(number("min") < number("max"));
    assert!((number("min")..=number("max")).contains(&number("raw")));
    for key in result
        .get("extensions")
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::keys)
    {
        iri(&Value::from(key.as_str()));
    }
}

/// 2.4.6: a context; `platform` only goes with an activity.
fn context(value: &Value) {
    let context = object(value, &["contextActivities", "platform", "language"], "context");
    let related = object(
        &context["contextActivities"],
        &["parent", "grouping", "category", "other"],
        "contextActivities",
    );
    for activities in related.values() {
        activities.as_array().unwrap().iter().for_each(activity);
    }
    assert_eq!(context["language"], "fr");
}

/// 2.2: nothing may be null outside of extensions.
fn no_null(value: &Value) {
    match value {
        Value::Null => panic!("null"),
        Value::Array(items) => items.iter().for_each(no_null),
        Value::Object(map) => map
            .iter()
            .filter(|(key, _)| *key != "extensions")
            .for_each(|(_, value)| no_null(value)),
        _ => {}
    }
}

fn statement(value: &Value) {
    let keys = [
        "id",
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "version",
    ];
    let statement = object(value, &keys, "statement");
    no_null(value);
    // 2.4.1: a UUID in its usual form.
    let id = statement["id"].as_str().unwrap();
    assert_eq!(Uuid::parse_str(id).unwrap().to_string(), id);
    agent(&statement["actor"]);
    let verb = object(&statement["verb"], &["id", "display"], "verb");
    assert!(iri(&verb["id"]).starts_with("http://adlnet.gov/expapi/verbs/"));
    language_map(&verb["display"]);
    activity(&statement["object"]);
    result(&statement["result"]);
    context(&statement["context"]);
    // 2.4.7 and 4.5: ISO 8601, with a zone.
    let timestamp = statement["timestamp"].as_str().unwrap();
    assert!(OffsetDateTime::parse(timestamp, &Rfc3339).unwrap() <= OffsetDateTime::now_utc());
    // 2.4.10.
    assert_eq!(statement["version"], "1.0.3");
}

fn statements(folder: &str, text: &str) -> Vec<Value> {
    let all: Vec<Value> = serde_json::from_str(text).unwrap_or_else(|error| panic!("{folder}: {error}"));
    all.iter().for_each(statement);
    all
}

#[test]
fn every_statement_keeps_to_the_specification_and_has_an_id_of_its_own() {
    let class = class();
    report(&class, &["--sortie", "x1", "--xapi"]);
    report(&class, &["--sortie", "x2", "--xapi"]);
    let first = fs::read_to_string(class.path("x1/xapi.json")).unwrap();
    assert_eq!(first, fs::read_to_string(class.path("x2/xapi.json")).unwrap());
    let all = statements("x1", &first);
    assert_eq!(
        all.iter()
            .map(|one| one["id"].to_string())
            .collect::<BTreeSet<_>>()
            .len(),
        all.len()
    );
    assert!(!first.contains('@') && !first.contains("mailto"));
}

#[test]
fn statements_tell_the_same_points_as_the_report() {
    let class = class();
    report(&class, &["--sortie", "x3", "--xapi", "--seuil", "40"]);
    let all = statements("x3", &fs::read_to_string(class.path("x3/xapi.json")).unwrap());
    let mut sums: BTreeMap<&str, f64> = BTreeMap::new();
    let mut answered = 0;
    for one in &all {
        let id = one["actor"]["account"]["name"].as_str().unwrap();
        let verb = one["verb"]["id"].as_str().unwrap().rsplit('/').next().unwrap();
        if verb == "answered" {
            answered += 1;
            *sums.entry(id).or_default() += one["result"]["score"]["raw"].as_f64().unwrap();
            continue;
        }
        let expected = total(&class.expected[id]);
        let most = one["result"]["score"]["max"].as_f64().unwrap();
        assert!(near(&one["result"]["score"]["raw"], expected), "{one}");
        assert_eq!(
            verb,
            if expected >= 0.4 * most {
                "passed"
            } else {
                "failed"
            }
        );
        assert!(one["object"]["id"].as_str().unwrap().ends_with(ASSIGNMENT));
        assert!(
            class.expected[id].values().all(|one| one.points.is_some()),
            "{id} is not done"
        );
    }
    for (id, sum) in sums {
        assert!((sum - total(&class.expected[id])).abs() < 1e-9, "{id}");
    }
    let marks = class.expected.values().flat_map(BTreeMap::values);
    let judged = marks.filter(|one| one.points.is_some() && one.status != "blank" && one.status != "absent");
    assert_eq!(answered, judged.count());
}

#[test]
fn learners_are_named_by_their_address_only_where_that_is_asked_for() {
    let class = class();
    report(&class, &["--sortie", "x4", "--xapi", "--courriel"]);
    let all = statements("x4", &fs::read_to_string(class.path("x4/xapi.json")).unwrap());
    assert!(all.iter().all(|one| one["actor"]["mbox"].is_string()));
}
