//! A decision told from the beginning: who asked what, which policies were read in which order, what decided.

use super::words::{denied_by, level, list, smallest_change, statement, why_not};
use serde_json::Value;

/// One decision of the simulator's journal, as French Markdown.
pub fn explain(decision: &Value) -> String {
    let mut parts = vec![asked(decision), read(decision), verdict(decision)];
    if let Some(miss) = nearest(&decision["nearest_miss"]) {
        parts.push(miss);
    }
    if decision["allowed"].as_bool() != Some(true) {
        let changes = smallest_change(decision);
        if !changes.is_empty() {
            parts.push(format!(
                "**Pour l’autoriser.** {}",
                changes.join("\n\nEt aussi\u{a0}: ")
            ));
        }
    }
    parts.join("\n\n")
}

fn asked(decision: &Value) -> String {
    format!(
        "**La demande.** {} a demandé {} sur {}.",
        list(&decision["principal"]),
        list(&decision["action"]),
        list(&decision["resource"])
    )
}

/// The stages that the decision needed, in the order of evaluation.
fn read(decision: &Value) -> String {
    let stages = decision["stages"].as_array().into_iter().flatten();
    let lines: Vec<String> = (1..)
        .zip(stages)
        .map(|(rank, stage)| format!("{rank}. {}", self::stage(stage, decision)))
        .collect();
    if lines.is_empty() {
        return "**Les politiques lues.** Aucune\u{a0}: sans politique, tout est refusé.".to_owned();
    }
    format!("**Les politiques lues, dans l’ordre.**\n\n{}", lines.join("\n"))
}

fn stage(stage: &Value, decision: &Value) -> String {
    let kind = denied_by(stage["type"].as_str().unwrap_or_default());
    let outcome = match stage["outcome"].as_str() {
        Some("explicit_deny") => "refusent explicitement (`Deny`)",
        Some("allowed") => "autorisent",
        _ => "n’autorisent pas",
    };
    let outcome = if kind.starts_with("les ") {
        outcome.to_owned()
    } else {
        outcome
            .replace("refusent", "refuse")
            .replace("autorisent", "autorise")
    };
    let policies = stage["policies"].as_array().into_iter().flatten();
    let names: Vec<String> = policies.map(policy).collect();
    let names = if names.is_empty() {
        String::from("aucune")
    } else {
        names.join("\u{a0}; ")
    };
    match level(stage, decision) {
        Some(level) => format!("{kind}, {level}, {outcome}\u{a0}: {names}"),
        None => format!("{kind} {outcome}\u{a0}: {names}"),
    }
}

fn policy(policy: &Value) -> String {
    let statements = policy["statements"].as_array();
    let count = statements.map_or(0, Vec::len);
    let matched: Vec<String> = statements
        .into_iter()
        .flatten()
        .filter(|statement| statement["matched"].as_bool() == Some(true))
        .filter_map(|statement| Some((statement["index"].as_u64()? + 1).to_string()))
        .collect();
    let said = match (count, matched.as_slice()) {
        (0, _) => "vide".to_owned(),
        (1, []) => "son instruction ne correspond pas".to_owned(),
        (_, []) => format!("aucune de ses {count} instructions ne correspond"),
        (1, _) => "son instruction correspond".to_owned(),
        (_, [one]) => format!("son instruction {one} correspond"),
        (_, several) => format!("ses instructions {} correspondent", several.join(", ")),
    };
    format!("{} ({said})", list(&policy["id"]))
}

fn verdict(decision: &Value) -> String {
    let decided = &decision["decided_by"];
    let by = || statement(&decided["policy"], &decided["statement"], &decided["sid"]);
    let kind = denied_by(decision["denied_by"].as_str().unwrap_or_default());
    match decision["decision"].as_str() {
        Some("allowed") if decided.is_null() => "**La décision.** Autorisée.".to_owned(),
        Some("allowed") => format!("**La décision.** Autorisée par {}.", by()),
        Some("explicitDeny") => format!(
            "**La décision.** Refusée par {}\u{a0}: un refus explicite l’emporte toujours.",
            by()
        ),
        _ => {
            let verb = if kind.starts_with("les ") {
                "n’autorisent pas"
            } else {
                "n’autorise pas"
            };
            let level = denying_level(decision).map_or_else(String::new, |level| format!(", {level},"));
            format!("**La décision.** Refusée\u{a0}: {kind}{level} {verb} cette demande.")
        }
    }
}

/// Where in the organization the first policies stand that do not allow.
fn denying_level(decision: &Value) -> Option<String> {
    let mut stages = decision["stages"].as_array().into_iter().flatten();
    let of_kind = |stage: &&Value| stage["type"] == decision["denied_by"] && stage["outcome"] != "allowed";
    level(stages.find(of_kind)?, decision)
}

fn nearest(miss: &Value) -> Option<String> {
    if miss.is_null() {
        return None;
    }
    let reasons = why_not(&miss["failed"]).join("\u{a0}; ");
    let statement = statement(&miss["policy"], &miss["index"], &miss["sid"]);
    Some(format!(
        "**Le plus près d’autoriser.** C’est {statement}, mais {reasons}."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn denial() -> Value {
        json!({
            "principal": "arn:aws:iam::123456789012:user/lea", "action": "s3:GetObject",
            "resource": "arn:aws:s3:::rapports/a.pdf", "allowed": false, "decision": "implicitDeny",
            "denied_by": "identity_based", "decided_by": null,
            "stages": [{
                "type": "identity_based", "outcome": "implicit_deny",
                "policies": [{"id": "lecture", "statements": [{"index": 0, "matched": false}]}],
            }],
            "nearest_miss": {
                "policy": "lecture", "index": 0, "sid": "Lire",
                "failed": [{"element": "Resource", "expected": ["arn:aws:s3:::rapports"], "actual": "arn:aws:s3:::rapports/a.pdf"}],
            },
            "suggestion": {
                "kind": "extend_resource", "type": "identity_based", "policy": "lecture", "statement_index": 0,
                "reason": "object_arn", "from": "arn:aws:s3:::rapports", "to": "arn:aws:s3:::rapports/*", "text": "{}",
            },
            "also": [],
        })
    }

    #[test]
    fn a_denial_is_told_from_the_request_to_the_change() {
        let told = explain(&denial());
        let order = [
            "`arn:aws:iam::123456789012:user/lea` a demandé `s3:GetObject`",
            "1. les politiques de l’identité n’autorisent pas\u{a0}: `lecture` (son instruction ne correspond pas)",
            "n’autorisent pas cette demande.",
            "l’instruction 1 (`Lire`) de `lecture`, mais sa `Resource` est `arn:aws:s3:::rapports`",
            "Corrige la ressource dans l’instruction 1 de `lecture`\u{a0}: `arn:aws:s3:::rapports/*` au lieu de",
        ];
        let places: Vec<_> = order.iter().map(|part| told.find(part)).collect();
        assert!(
            places.iter().all(Option::is_some) && places.is_sorted(),
            "{places:?}\n{told}"
        );
    }

    #[test]
    fn policies_of_the_organization_are_told_with_their_level() {
        let mut decision = denial();
        let stage = |level: u64, outcome: &str| {
            json!({
                "type": "service_control", "level": level, "outcome": outcome,
                "policies": [{"id": "FullAWSAccess", "statements": [{"index": 0, "matched": true}]}],
            })
        };
        decision["denied_by"] = "service_control".into();
        decision["stages"] = json!([
            stage(0, "allowed"),
            stage(1, "implicit_deny"),
            stage(2, "allowed")
        ]);
        decision["suggestion"] = json!({
            "kind": "add_statement", "type": "service_control", "level": 1, "policy": "garde", "text": "{}",
        });
        let told = explain(&decision);
        for part in [
            "1. les politiques de contrôle des services (SCP) de l’organisation, à la racine, autorisent",
            "2. les politiques de contrôle des services (SCP) de l’organisation, à l’unité d’organisation, n’autorisent pas",
            "3. les politiques de contrôle des services (SCP) de l’organisation, au compte, autorisent",
            "de l’organisation, à l’unité d’organisation, n’autorisent pas cette demande.",
            "Ajoute une instruction dans `garde` (à l’unité d’organisation).",
        ] {
            assert!(told.contains(part), "{part}\n{told}");
        }
    }

    #[test]
    fn a_change_of_operator_is_told_and_a_looser_rule_is_named() {
        let mut decision = denial();
        let condition = |key: &str, from: &str, to: &str| {
            json!({
                "kind": "fix_condition", "type": "identity_based", "policy": "lecture", "statement_index": 0,
                "reason": "missing_key", "from": "true", "to": "true", "operator_from": from, "operator_to": to,
                "conditions": [{"key": key}], "text": null,
            })
        };
        decision["suggestion"] = condition("aws:MultiFactorAuthPresent", "Bool", "BoolIfExists");
        let told = explain(&decision);
        for part in [
            "\u{a0}: l’opérateur `BoolIfExists` au lieu de `Bool` (la demande n’a pas cette clé).",
            "cela assouplit la règle\u{a0}: toute demande sans `aws:MultiFactorAuthPresent` passerait.",
            "une session ouverte avec un code MFA (`sts:GetSessionToken`) l’a.",
        ] {
            assert!(told.contains(part), "{part}\n{told}");
        }
        decision["suggestion"] = condition("aws:CurrentTime", "DateEquals", "DateLessThanEquals");
        decision["suggestion"]["reason"] = "deadline".into();
        decision["suggestion"]["to"] = "2026-11-23T12:00:00Z".into();
        let told = explain(&decision);
        let operator = "l’opérateur `DateLessThanEquals` au lieu de `DateEquals`, et `2026-11-23T12:00:00Z` au lieu de `true`";
        assert!(
            told.contains(operator) && told.contains("la limite est dépassée"),
            "{told}"
        );
    }

    #[test]
    fn an_explicit_denial_names_its_statement() {
        let mut decision = denial();
        decision["decision"] = "explicitDeny".into();
        decision["nearest_miss"] = Value::Null;
        decision["decided_by"] = json!({"policy": "garde", "statement": 1, "sid": null, "effect": "Deny"});
        assert!(explain(&decision).contains("Refusée par l’instruction 2 de `garde`"));
    }
}
