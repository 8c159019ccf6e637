//! What is wrong with a policy's text, in French.

use crate::nearest::nearest;
use serde_json::Value;

/// One fault as the simulator tells it (`{"code", …, "message", "start"}`), as a French sentence with its place and, where
/// AWS or its command line refuses the document for it, their own sentence.
pub fn fault(fault: &Value) -> String {
    let what = words(fault);
    let place = place(fault);
    match (code(fault), fault["message"].as_str()) {
        ("json" | "too_deep" | "not_an_object", _) | (_, None) => format!("{place}{what}"),
        ("unknown_member" | "missing_member" | "mistyped_member", Some(message)) => {
            format!("{place}{what} La commande `aws` répond\u{a0}: «\u{a0}{message}\u{a0}»")
        }
        (_, Some(message)) => format!("{place}{what} AWS répond\u{a0}: «\u{a0}{message}\u{a0}»"),
    }
}

fn code(fault: &Value) -> &str {
    fault["code"].as_str().unwrap_or_default()
}

fn place(fault: &Value) -> String {
    let at = |name: &str| fault["start"][name].as_u64();
    match (at("line"), at("column")) {
        (Some(line), Some(column)) => format!("Ligne {line}, colonne {column}\u{a0}: "),
        _ => String::new(),
    }
}

fn words(fault: &Value) -> String {
    let text = |name: &str| fault[name].as_str().unwrap_or_default();
    let (name, value) = (text("name"), text("value"));
    match code(fault) {
        "json" => "ce n’est pas du JSON (virgule, guillemet ou accolade de trop ou manquante).".to_owned(),
        "too_deep" => "ce document a trop de niveaux, les uns dans les autres.".to_owned(),
        "not_an_object" => "ce document doit être un objet JSON\u{a0}: il commence par `{`.".to_owned(),
        "duplicate_key" => format!("`{name}` est écrit deux fois dans le même objet."),
        "unknown_element" => {
            format!("l’élément `{name}` n’existe pas (les majuscules comptent).")
        }
        "unknown_member" => unknown(name, &fault["known"]),
        "missing_member" => format!("il manque `{name}`."),
        "wrong_type" | "mistyped_member" => format!(
            "`{name}` n’a pas la bonne forme\u{a0}: AWS y attend {}.",
            expected(text("expected"))
        ),
        "missing_element" => format!("il manque l’élément `{name}`."),
        "empty_element" => format!("l’élément `{name}` est vide."),
        "prohibited_element" => prohibited(name),
        "both_elements" => format!("`{name}` et `Not{name}` ne vont pas dans la même instruction."),
        "version" => format!("`{value}` n’est pas une version\u{a0}: écris `2012-10-17`."),
        "old_version" => "une politique gérée demande la version `2012-10-17`.".to_owned(),
        "effect" => {
            format!("`{value}` n’est pas un effet\u{a0}: c’est `Allow` ou `Deny`, avec la majuscule.")
        }
        "effect_not_supported" => format!("ce genre de politique n’accepte pas l’effet `{value}`."),
        "allow_not_principal" => "`NotPrincipal` ne va qu’avec `Deny`.".to_owned(),
        "principal" => format!("`{value}` n’est pas un principal."),
        "sid_characters" => {
            format!("le `Sid` `{value}` ne peut avoir que des lettres et des chiffres, sans accent.")
        }
        "duplicate_sid" => format!("le `Sid` `{value}` sert deux fois."),
        "action_prefix" => format!("l’action `{value}` n’a pas le nom de son service devant\u{a0}: `s3:…`."),
        "action_colons" => format!("l’action `{value}` a plus d’un deux-points."),
        "action_vendor" => format!("`{value}` n’est pas un nom de service."),
        "action_not_supported" => format!("ce genre de politique n’accepte pas l’action `{value}`."),
        "resource_format" => format!("la ressource `{value}` n’est ni un ARN ni `*`."),
        "resource_region" => format!("l’ARN `{value}` ne doit pas nommer de région."),
        "operator" => format!("l’opérateur de condition `{name}` n’existe pas."),
        "date" => format!("`{value}` n’est pas une date."),
        "ip_address" => format!("`{value}` n’est ni une adresse IP ni un réseau."),
        _ => "la ressource n’a pas la bonne forme.".to_owned(),
    }
}

fn prohibited(name: &str) -> String {
    match name {
        "Principal" | "NotPrincipal" => format!(
            "`{name}` n’a pas sa place dans ce genre de politique\u{a0}: elle est attachée à une identité, qui est le principal."
        ),
        _ => format!("`{name}` n’a pas sa place dans ce genre de politique."),
    }
}

/// A name that is not known here, and the one that was probably meant.
fn unknown(name: &str, known: &Value) -> String {
    let known: Vec<&str> = known
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let what = format!("`{name}` n’existe pas ici (les majuscules comptent)");
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("{what}. Voulais-tu dire `{near}`\u{202f}?"),
        None => format!("{what}."),
    }
}

/// The JSON type that a fault names, in French.
fn expected(kind: &str) -> &str {
    match kind {
        "string" => "un texte",
        "object" => "un objet",
        "array" => "une liste",
        "integer" => "un nombre entier, sans guillemets",
        "timestamp" => "une date, comme `\"2026-12-31\"`",
        "boolean" => "`true` ou `false`",
        _ => "un texte ou une liste de textes",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_has_its_place_and_the_sentence_of_aws() {
        let told = fault(&json!({
            "code": "prohibited_element", "name": "Principal",
            "message": "Policy document should not specify a principal.",
            "start": {"line": 5, "column": 7},
        }));
        assert!(
            told.starts_with("Ligne 5, colonne 7\u{a0}: `Principal` n’a pas sa place"),
            "{told}"
        );
        assert!(
            told.ends_with("«\u{a0}Policy document should not specify a principal.\u{a0}»"),
            "{told}"
        );
    }

    #[test]
    fn a_document_too_deep_is_not_said_to_be_no_json() {
        let told = fault(
            &json!({"code": "too_deep", "message": "Syntax errors in policy.", "start": {"line": 1, "column": 34}}),
        );
        assert!(
            told.starts_with("Ligne 1, colonne 34\u{a0}: ce document a trop de niveaux"),
            "{told}"
        );
        assert!(!told.contains("JSON") && !told.contains("AWS"), "{told}");
    }

    #[test]
    fn a_text_that_is_no_json_is_told_without_words_of_aws() {
        let told = fault(
            &json!({"code": "json", "message": "Syntax errors in policy.", "start": {"line": 1, "column": 3}}),
        );
        assert!(!told.contains("AWS"), "{told}");
    }
}
