//! Ce qu'IAM lui-même dit d'une politique, sur un vrai compte : son simulateur de politiques, demande par demande.

use crate::atelier::commencer;
use crate::pannes;
use aws_sdk_iam::types::{ContextEntry, ContextKeyTypeEnum};
use serde_json::{Value, json};
use std::net::IpAddr;

/// Demande à IAM (`SimulateCustomPolicy`) ce que décident ces politiques, et écrit un tableau de JSON : pour chaque
/// demande, la décision, ou le refus de répondre. La question a `policies`, `boundaries` et `requests`, dont chacune a
/// `action`, `resource` et `context`.
///
/// # Panics
/// Quand la question n'est pas du JSON.
pub async fn simuler(question: &str) {
    let question: Value = match serde_json::from_str(question) {
        Ok(question) => question,
        Err(erreur) => panic!("la question n’est pas du JSON : {erreur}"),
    };
    let iam = commencer("controle").await.iam;
    let mut decisions = Vec::new();
    for demande in question["requests"].as_array().into_iter().flatten() {
        let limites = textes(&question["boundaries"]);
        let simulee = iam
            .simulate_custom_policy()
            .set_policy_input_list(Some(textes(&question["policies"])))
            .set_permissions_boundary_policy_input_list(Some(limites).filter(|limites| !limites.is_empty()))
            .action_names(demande["action"].as_str().unwrap_or_default())
            .resource_arns(demande["resource"].as_str().unwrap_or_default())
            .set_context_entries(Some(contexte(&demande["context"])));
        decisions.push(match simulee.send().await {
            Ok(simulee) => {
                let resultat = simulee.evaluation_results().first();
                json!({"decision": resultat.map(|resultat| resultat.eval_decision().as_str())})
            }
            Err(erreur) => json!({"error": pannes::raison(&erreur)}),
        });
    }
    println!("{}", Value::Array(decisions));
}

fn textes(liste: &Value) -> Vec<String> {
    let liste = liste.as_array().into_iter().flatten();
    liste.filter_map(Value::as_str).map(str::to_string).collect()
}

/// The condition keys of a request, with their values and what kind of values these are.
fn contexte(cles: &Value) -> Vec<ContextEntry> {
    let cles = cles.as_object().into_iter().flatten();
    cles.map(|(cle, valeurs)| {
        let valeurs = textes(valeurs);
        ContextEntry::builder()
            .context_key_name(cle)
            .context_key_type(genre(&valeurs))
            .set_context_key_values(Some(valeurs))
            .build()
    })
    .collect()
}

fn genre(valeurs: &[String]) -> ContextKeyTypeEnum {
    use ContextKeyTypeEnum as Genre;
    let toutes = |test: fn(&str) -> bool| valeurs.iter().all(|valeur| test(valeur));
    let une = valeurs.len() == 1;
    let choix = |seule, liste| if une { seule } else { liste };
    if toutes(|valeur| matches!(valeur, "true" | "false")) {
        choix(Genre::Boolean, Genre::BooleanList)
    } else if toutes(|valeur| valeur.parse::<f64>().is_ok()) {
        choix(Genre::Numeric, Genre::NumericList)
    } else if toutes(|valeur| valeur.parse::<IpAddr>().is_ok()) {
        choix(Genre::Ip, Genre::IpList)
    } else if toutes(est_une_date) {
        choix(Genre::Date, Genre::DateList)
    } else {
        choix(Genre::String, Genre::StringList)
    }
}

/// `2026-11-30T08:00:00Z`.
fn est_une_date(valeur: &str) -> bool {
    let octets = valeur.as_bytes();
    octets.len() >= 20
        && octets[4] == b'-'
        && octets[10] == b'T'
        && octets[..4].iter().all(u8::is_ascii_digit)
}
