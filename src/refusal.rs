//! The last call that was refused: where it is found, and how it is told.

use crate::place::control;
use crate::store::data_folder;
use serde_json::Value;
use simulator::Simulator;
use std::path::{Path, PathBuf};
use workbook::ruling;

/// The codes by which AWS refuses who calls, or what they may do; every other refusal has another reason.
const CODES: &[&str] = &[
    "AccessDenied",
    "AccessDeniedException",
    "AuthorizationHeaderMalformed",
    "AuthorizationQueryParametersError",
    "ExpiredToken",
    "ExpiredTokenException",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "RequestExpired",
    "RequestTimeTooSkewed",
    "SignatureDoesNotMatch",
    "UnrecognizedClientException",
];

/// Codes by which AWS refuses a parameter, whatever the cause: it may be a denial, as with a role that Lambda cannot assume.
const PERHAPS: &[&str] = &["InvalidParameterValueException"];

/// The last refused call of a simulator of this process.
pub fn last(simulator: &Simulator) -> Option<Value> {
    let journal = simulator.journal();
    let calls = journal.iter().rev();
    let calls = calls.map(|call| (call.error.as_deref(), call.id));
    refused(calls, |id| serde_json::to_value(simulator.call_details(id)?).ok())
}

/// The first of these calls that was refused, in detail.
fn refused<'a>(
    mut calls: impl Iterator<Item = (Option<&'a str>, u64)>,
    details: impl Fn(u64) -> Option<Value>,
) -> Option<Value> {
    calls.find_map(|(code, id)| {
        if is_refusal(code) {
            return details(id);
        }
        code.filter(|code| PERHAPS.contains(code))?;
        details(id).filter(|call| denial(call).is_some())
    })
}

/// The decision by which a call was denied.
fn denial(call: &Value) -> Option<&Value> {
    let mut decisions = call["authorisation"].as_array().into_iter().flatten();
    decisions.rfind(|decision| decision["allowed"] == false)
}

/// The last refused call of the simulator that this process's environment leads to; failing that, of the last one that
/// a command of the workbook has run.
pub fn found() -> Option<Value> {
    inherited().or_else(|| serde_json::from_str(&std::fs::read_to_string(file(&data_folder())).ok()?).ok())
}

/// Keeps the last refused call for a later `cahier pourquoi`; without any, the one kept before stays.
pub fn keep(simulator: &Simulator) {
    if let Some(call) = last(simulator) {
        // Losing it costs an explanation that running the cell again brings back.
        let _ = std::fs::write(file(&data_folder()), call.to_string());
    }
}

fn file(data: &Path) -> PathBuf {
    data.join("dernier-refus.json")
}

/// Whether this process's environment leads to a simulator.
pub fn is_reached() -> bool {
    control("journal").is_some()
}

fn inherited() -> Option<Value> {
    let journal = control("journal")?;
    let calls = journal.as_array()?.iter().rev();
    let calls = calls.filter_map(|call| Some((call["error"].as_str(), call["id"].as_u64()?)));
    refused(calls, |id| control(&format!("journal/{id}")))
}

fn is_refusal(code: Option<&str>) -> bool {
    code.is_some_and(|code| CODES.contains(&code))
}

/// Tells a refused call, as French Markdown.
pub fn explain(call: &Value) -> String {
    let text = |name: &str| call[name].as_str().unwrap_or_default();
    let head = format!(
        "**L’appel.** `{}:{}` à {}, répondu {} `{}`{}.",
        text("service"),
        text("operation"),
        text("time"),
        call["status"],
        text("error"),
        call["message"]
            .as_str()
            .map_or_else(String::new, |message| format!("\u{a0}: «\u{a0}{message}\u{a0}»")),
    );
    let rest = match denial(call) {
        Some(decision) => ruling::explain(decision),
        None => authentication(call),
    };
    format!("{head}\n\n{rest}")
}

/// A call that did not get as far as the policies.
fn authentication(call: &Value) -> String {
    let details = &call["authentication"];
    let advice = match call["error"].as_str().unwrap_or_default() {
        "SignatureDoesNotMatch" | "InvalidSignatureException" => return signature(details),
        "InvalidAccessKeyId" | "InvalidClientTokenId" | "UnrecognizedClientException" => {
            "La clé d’accès n’existe pas, ou n’est plus active. Vérifie `AWS_ACCESS_KEY_ID`\u{a0}: chaque simulateur donne la sienne."
        }
        "ExpiredToken" | "ExpiredTokenException" => {
            "Les informations d’identification temporaires ont expiré. Demandes-en d’autres à STS."
        }
        "RequestTimeTooSkewed" => "L’heure de la signature est à plus de 15 minutes de celle de la machine.",
        "AccessDenied" => {
            "L’URL présignée n’est plus valable, ou pas encore\u{a0}: `X-Amz-Expires` compte des secondes depuis `X-Amz-Date`."
        }
        "MissingAuthenticationToken" | "MissingAuthenticationTokenException" => {
            "La demande n’est pas signée. Seul S3 accepte des demandes anonymes, si une politique le permet."
        }
        _ => {
            "La signature ne peut pas être lue\u{a0}: compare ses paramètres à ceux que la documentation de SigV4 demande."
        }
    };
    format!("**La signature.** {advice}")
}

/// A signature that is not the right one: what the signer most likely signed, beside what came.
fn signature(details: &Value) -> String {
    let received = details["canonical_request"].as_str().unwrap_or_default();
    let Some(signed) = details["signed_canonical_request"].as_str() else {
        return format!(
            "**La signature.** Elle ne correspond pas à la demande reçue, ni à une demande voisine. La clé secrète est \
             peut-être une autre. Voici la demande canonique à signer\u{a0}:\n\n```text\n{received}\n```"
        );
    };
    format!(
        "**La signature.** Elle est juste pour une autre demande que celle qui est arrivée\u{a0}: elle a changé après \
         la signature.\n\n```text\n{}\n```",
        difference(signed, received)
    )
}

/// Both texts line by line; the first line that differs is marked in both.
fn difference(signed: &str, received: &str) -> String {
    let (signed, received): (Vec<_>, Vec<_>) = (signed.lines().collect(), received.lines().collect());
    let same = signed
        .iter()
        .zip(&received)
        .take_while(|(one, other)| one == other)
        .count();
    let marked = |title: &str, lines: &[&str]| {
        let lines = lines.iter().enumerate().map(|(at, line)| {
            let mark = if at == same { "→" } else { " " };
            format!("{mark} {line}")
        });
        format!("{title}\n{}", lines.collect::<Vec<_>>().join("\n"))
    };
    let (signed, received) = (marked("signée :", &signed), marked("reçue :", &received));
    format!("{signed}\n\n{received}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_changed_request_shows_the_first_difference_of_both() {
        let told = explain(&json!({
            "service": "s3", "operation": "PutObject", "time": "2026-11-22T12:00:00Z", "status": 403,
            "error": "SignatureDoesNotMatch", "message": "The request signature…", "authorisation": [],
            "authentication": {"signed_canonical_request": "GET\n/a\n", "canonical_request": "PUT\n/a\n"},
        }));
        assert!(
            told.contains("→ GET\n  /a") && told.contains("→ PUT\n  /a"),
            "{told}"
        );
    }

    #[test]
    fn a_denied_call_is_told_by_its_last_denied_decision() {
        let decision = json!({
            "principal": "*", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/a", "allowed": false,
            "decision": "implicitDeny", "denied_by": "resource_based", "stages": [],
        });
        let told = explain(&json!({
            "service": "s3", "operation": "GetObject", "time": "t", "status": 403, "error": "AccessDenied",
            "message": "Access Denied", "authorisation": [decision],
        }));
        assert!(told.contains("`s3:GetObject` sur `arn:aws:s3:::b/a`"), "{told}");
        assert!(
            told.contains("la politique de la ressource n’autorise pas"),
            "{told}"
        );
    }

    #[test]
    fn a_refused_parameter_counts_where_a_denial_is_the_cause() {
        let details = |id: u64| Some(json!({ "id": id, "authorisation": [{ "allowed": id != 2 }] }));
        let calls = |code| {
            [
                (None, 4),
                (Some(code), 3),
                (Some(code), 2),
                (Some("AccessDenied"), 1),
            ]
            .into_iter()
        };
        let found = |code| refused(calls(code), details).map(|call| call["id"].clone());
        assert_eq!(found("InvalidParameterValueException"), Some(json!(2)));
        assert_eq!(found("NoSuchKey"), Some(json!(1)));
    }

    #[test]
    fn only_refusals_count() {
        assert!(is_refusal(Some("AccessDenied")));
        assert!(!is_refusal(Some("NoSuchKey")) && !is_refusal(None));
    }
}
