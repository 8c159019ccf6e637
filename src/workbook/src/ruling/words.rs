//! A decision of policies in French: what denied, why the nearest statement does not match, what would change it.

use serde_json::Value;

/// The kind of policies that denied, with its article: `les politiques d’identité`.
pub fn denied_by(kind: &str) -> &'static str {
    match kind {
        "resource_control" => "les politiques de contrôle des ressources (RCP) de l’organisation",
        "service_control" => "les politiques de contrôle des services (SCP) de l’organisation",
        "resource_based" => "la politique de la ressource",
        "identity_based" => "les politiques de l’identité",
        "permissions_boundary" => "la limite d’autorisations (permissions boundary)",
        "session" => "la politique de session",
        "role_trust" => "la politique d’approbation (trust policy) du rôle",
        _ => "les politiques",
    }
}

/// What a statement is called: its policy, its rank from 1, its `Sid`.
pub(super) fn statement(policy: &Value, index: &Value, sid: &Value) -> String {
    let rank = index.as_u64().map_or(1, |index| index + 1);
    let sid = sid
        .as_str()
        .filter(|sid| !sid.is_empty())
        .map_or_else(String::new, |sid| format!(" (`{sid}`)"));
    match policy.as_str() {
        Some(policy) => format!("l’instruction {rank}{sid} de `{policy}`"),
        None => format!("l’instruction {rank}{sid}"),
    }
}

/// Why a statement does not match: one sentence per element that fails.
pub fn why_not(failed: &Value) -> Vec<String> {
    match failed {
        Value::Array(elements) => elements.iter().map(element).collect(),
        Value::Null => Vec::new(),
        one => vec![element(one)],
    }
}

fn element(failed: &Value) -> String {
    let name = failed["element"].as_str().unwrap_or_default();
    let expected = list(&failed["expected"]);
    let actual = list(&failed["actual"]);
    match name {
        "Action" => format!("son `Action` dit {expected}, la demande fait {actual}"),
        "NotAction" => format!("son `NotAction` exclut {expected}, et la demande fait {actual}"),
        "Resource" => format!("sa `Resource` est {expected}, la demande porte sur {actual}"),
        "NotResource" => format!("sa `NotResource` exclut {expected}, et la demande porte sur {actual}"),
        "Principal" => format!("son `Principal` est {expected}, l’appelant est {actual}"),
        "NotPrincipal" => format!("son `NotPrincipal` exclut {expected}, et l’appelant est {actual}"),
        _ => condition(failed, &expected, &actual),
    }
}

fn condition(failed: &Value, expected: &str, actual: &str) -> String {
    let text = |name: &str| failed[name].as_str().unwrap_or_default();
    let (operator, key) = (text("operator"), text("key"));
    if failed["actual"].is_null() {
        return format!(
            "sa condition `{operator}` lit `{key}`, que la demande n’a pas (attendu\u{a0}: {expected})"
        );
    }
    format!("sa condition `{operator}` veut `{key}` = {expected}, la demande a {actual}")
}

/// The smallest change that would allow a denied request, from the decision's `suggestion` and `also`.
pub fn smallest_change(decision: &Value) -> Vec<String> {
    let first = std::iter::once(&decision["suggestion"]).filter(|suggestion| !suggestion.is_null());
    let also = decision["also"].as_array().into_iter().flatten();
    first.chain(also).map(change).collect()
}

fn change(suggestion: &Value) -> String {
    let text = |name: &str| suggestion[name].as_str().unwrap_or_default();
    let place = match suggestion["policy"].as_str() {
        Some(policy) => match suggestion["statement_index"].as_u64() {
            Some(index) => format!("dans l’instruction {} de `{policy}`", index + 1),
            None => format!("dans `{policy}`"),
        },
        None => format!("dans {}", denied_by(text("type"))),
    };
    let replaced = match (suggestion["from"].as_str(), suggestion["to"].as_str()) {
        (Some(from), Some(to)) => format!("\u{a0}: `{to}` au lieu de `{from}`"),
        (None, Some(to)) => format!("\u{a0}: `{to}`"),
        _ => String::new(),
    };
    let act = match text("kind") {
        "extend_action" => format!("Corrige l’action {place}{replaced}"),
        "extend_resource" => format!("Corrige la ressource {place}{replaced}"),
        "extend_principal" => format!("Ajoute le principal {place}{replaced}"),
        "fix_condition" => format!("Corrige la condition {place}{replaced}"),
        "remove_deny" => format!("Retire ou resserre le refus (`Deny`) {place}"),
        _ => format!("Ajoute une instruction {place}"),
    };
    let reason = reason(text("reason")).map_or_else(String::new, |reason| format!(" ({reason})"));
    let shown = match suggestion["text"].as_str() {
        Some(text) => format!("\n\n```json\n{text}\n```"),
        None => String::new(),
    };
    format!("{act}{reason}.{shown}")
}

/// Why a statement that looks right does not match.
pub(crate) fn reason(code: &str) -> Option<&'static str> {
    Some(match code {
        "misspelt" => "le nom est mal écrit",
        "case" => "les majuscules ne sont pas les bonnes",
        "object_arn" => "l’action porte sur des objets\u{a0}: l’ARN va jusqu’à la clé, comme `…/*`",
        "bucket_arn" => "l’action porte sur le compartiment\u{a0}: son ARN n’a pas de `/`",
        "no_resource" => "cette action n’a pas d’autre ressource que `*`",
        "missing_key" => "la demande n’a pas cette clé",
        "unexpected_key" => "la demande a cette clé, qui devait manquer",
        "value" => "la valeur est autre",
        "excluded_value" => "la valeur est exclue",
        "wildcard_in_equals" => "`StringEquals` prend `*` à la lettre\u{a0}: il faut `StringLike`",
        "set_operator" => "cette clé a plusieurs valeurs\u{a0}: il faut `ForAnyValue:` ou `ForAllValues:`",
        "conditions" => "ce refus a des conditions, qu’une autre demande pourrait éviter",
        _ => return None,
    })
}

/// Values as code, in a French enumeration.
pub(super) fn list(values: &Value) -> String {
    let texts: Vec<String> = match values {
        Value::Array(values) => values.iter().map(code).collect(),
        Value::Null => return "rien".to_owned(),
        one => vec![code(one)],
    };
    match texts.split_last() {
        None => "rien".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} ou {last}", others.join(", ")),
    }
}

fn code(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| format!("`{value}`"), |text| format!("`{text}`"))
}
