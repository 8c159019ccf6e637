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
    first
        .chain(also)
        .map(|suggestion| change(suggestion, decision))
        .collect()
}

fn change(suggestion: &Value, decision: &Value) -> String {
    let text = |name: &str| suggestion[name].as_str().unwrap_or_default();
    let place = place(suggestion, decision);
    let replaced = replaced(suggestion);
    let key = suggestion["conditions"][0]["key"].as_str().unwrap_or_default();
    let act = match text("kind") {
        "extend_action" => format!("Corrige l’action {place}{replaced}"),
        "extend_resource" => format!("Corrige la ressource {place}{replaced}"),
        "extend_principal" => format!("Ajoute le principal {place}{replaced}"),
        "fix_condition" if suggestion["to"].is_null() => format!("Retire la condition sur `{key}` {place}"),
        "fix_condition" => format!("Corrige la condition {place}{replaced}"),
        "remove_deny" => format!("Retire ou resserre le refus (`Deny`) {place}"),
        _ => format!("Ajoute une instruction {place}"),
    };
    let reason = reason(text("reason")).map_or_else(String::new, |reason| format!(" ({reason})"));
    let caution = match text("reason") {
        "missing_key" => loosened(key),
        _ => String::new(),
    };
    let shown = match suggestion["text"].as_str() {
        Some(text) => format!("\n\n```json\n{text}\n```"),
        None => String::new(),
    };
    format!("{act}{reason}.{caution}{shown}")
}

/// Where a change is made.
fn place(suggestion: &Value, decision: &Value) -> String {
    let level = level(suggestion, decision).map_or_else(String::new, |level| format!(" ({level})"));
    let index = suggestion["statement_index"].as_u64();
    match (suggestion["policy"].as_str(), index) {
        (Some(policy), Some(index)) => format!("dans l’instruction {} de `{policy}`{level}", index + 1),
        (Some(policy), None) => format!("dans `{policy}`{level}"),
        (None, _) => {
            let kind = suggestion["type"].as_str().unwrap_or_default();
            format!("dans {}{level}", denied_by(kind))
        }
    }
}

/// The level of an organization at which a stage or a suggestion has its policies: those of one kind go from the root
/// down to the account.
pub(super) fn level(of: &Value, decision: &Value) -> Option<String> {
    let level = of["level"].as_u64()?;
    let stages = decision["stages"].as_array().into_iter().flatten();
    let levels = stages.filter(|stage| stage["type"] == of["type"]);
    let last = levels.filter_map(|stage| stage["level"].as_u64()).max()?;
    match level {
        _ if last == 0 => None,
        0 => Some("à la racine".to_owned()),
        _ if level == last => Some("au compte".to_owned()),
        _ if last == 2 => Some("à l’unité d’organisation".to_owned()),
        _ => Some(format!("à l’unité d’organisation de niveau {level}")),
    }
}

/// What stands there and what would: values, an operator, or both.
fn replaced(suggestion: &Value) -> String {
    let text = |name: &str| suggestion[name].as_str();
    let values = match (text("from"), text("to")) {
        (Some(from), Some(to)) if from != to => Some(format!("`{to}` au lieu de `{from}`")),
        (None, Some(to)) => Some(format!("`{to}`")),
        _ => None,
    };
    let operators = text("operator_from").zip(text("operator_to"));
    let operator = operators.map(|(from, to)| format!("l’opérateur `{to}` au lieu de `{from}`"));
    let changes: Vec<String> = operator.into_iter().chain(values).collect();
    if changes.is_empty() {
        String::new()
    } else {
        format!("\u{a0}: {}", changes.join(", et "))
    }
}

/// A condition that no longer asks for its key protects less.
fn loosened(key: &str) -> String {
    let how = match key.to_ascii_lowercase().as_str() {
        "aws:multifactorauthpresent" | "aws:multifactorauthage" => {
            "\u{a0}: une session ouverte avec un code MFA (`sts:GetSessionToken`) l’a"
        }
        _ => "",
    };
    format!(
        " Attention, cela assouplit la règle\u{a0}: toute demande sans `{key}` passerait. Mieux vaut que l’appel porte cette clé{how}."
    )
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
        "deadline" => {
            "la limite est dépassée, et cette clé avance avec l’horloge\u{a0}: la valeur proposée laisse de la marge"
        }
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
