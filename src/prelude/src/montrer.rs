//! Montrer ce qui ne se voit pas : pourquoi un appel est refusé, ce qui reste d'un débit, les versions d'un compartiment.

use crate::trace::echapper;
use crate::verdict::demander;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::future::Future;

/// Ce que [`montrer`] sait montrer.
pub trait Montrable {
    /// Va chercher de quoi montrer, et l'affiche.
    fn afficher(self) -> impl Future<Output = ()>;
}

/// Montre un [`Refus`], un [`Debit`](crate::Debit) ou des [`Versions`](crate::Versions), là où se trouve la cellule : un tableau ou une
/// figure dans un notebook, du texte et un fichier dans un terminal.
///
/// ```ignore
/// montrer(Refus).await;
/// montrer(Debit("mesures")).await;
/// montrer(Versions("factures")).await;
/// ```
///
/// # Panics
/// Quand il n'y a pas de simulateur à interroger, ou que la table ou le compartiment n'existe pas.
pub async fn montrer(sujet: impl Montrable) {
    sujet.afficher().await;
}

/// Le dernier appel qu'IAM a refusé : chaque instruction de chaque politique lue, et pourquoi elle ne suffit pas.
#[derive(Debug, Clone, Copy)]
pub struct Refus;

impl Montrable for Refus {
    async fn afficher(self) {
        let appel = match demander(&["pourquoi", "--json"]) {
            Ok(reponse) => reponse["call"].clone(),
            Err(raison) => panic!("pas de refus à montrer : {raison}"),
        };
        if appel.is_null() {
            println!("Aucun appel n’a été refusé.");
            return;
        }
        let (titre, lignes) = (titre(&appel), lignes(&appel));
        montrer_formes(&texte(&titre, &lignes), &html(&titre, &lignes));
    }
}

const COLONNES: [&str; 5] = [
    "Niveau",
    "Politique",
    "Instruction",
    "Effet",
    "Correspond\u{202f}?",
];

fn mot(valeur: &Value) -> String {
    match valeur {
        Value::String(mot) => mot.clone(),
        Value::Null => String::new(),
        Value::Array(mots) => mots.iter().map(mot).collect::<Vec<_>>().join(", "),
        autre => autre.to_string(),
    }
}

fn titre(appel: &Value) -> String {
    format!(
        "{}:{} par {} sur {}\u{a0}: {} {}",
        mot(&appel["service"]),
        mot(&appel["operation"]),
        mot(&appel["principal"]),
        mot(&appel["resource"]),
        mot(&appel["status"]),
        mot(&appel["error"]),
    )
}

/// Une ligne par instruction lue, dans l'ordre de la décision.
fn lignes(appel: &Value) -> Vec<[String; 5]> {
    let vide = Vec::new();
    let liste = |valeur: &Value| valeur.as_array().cloned().unwrap_or_default();
    let decisions = appel["authorisation"].as_array().unwrap_or(&vide);
    let refusees = decisions.iter().filter(|decision| decision["allowed"] == false);
    let mut lignes = Vec::new();
    for etape in refusees.flat_map(|decision| liste(&decision["stages"])) {
        let niveau = niveau(&mot(&etape["type"]));
        let politiques = liste(&etape["policies"]);
        if politiques.is_empty() {
            let rien = String::new;
            lignes.push([
                niveau,
                "aucune".to_string(),
                rien(),
                rien(),
                issue(&mot(&etape["outcome"])),
            ]);
            continue;
        }
        for politique in politiques {
            for instruction in liste(&politique["statements"]) {
                lignes.push([
                    niveau.clone(),
                    mot(&politique["id"]),
                    nom(&instruction),
                    mot(&instruction["effect"]),
                    correspond(&instruction),
                ]);
            }
        }
    }
    lignes
}

fn niveau(genre: &str) -> String {
    match genre {
        "identity_based" => "l’identité",
        "resource_based" => "la ressource",
        "permissions_boundary" => "la limite d’autorisations",
        "session_policy" | "session" => "la session",
        "scp" | "service_control_policy" => "l’organisation",
        autre => autre,
    }
    .to_string()
}

fn issue(issue: &str) -> String {
    match issue {
        "implicit_deny" => "rien n’autorise",
        "explicit_deny" => "refus explicite",
        "allow" | "allowed" => "autorise",
        autre => autre,
    }
    .to_string()
}

fn nom(instruction: &Value) -> String {
    let rang = instruction["index"].as_u64().unwrap_or_default() + 1;
    match instruction["sid"].as_str() {
        Some(sid) if !sid.is_empty() => format!("{rang} ({sid})"),
        _ => rang.to_string(),
    }
}

fn correspond(instruction: &Value) -> String {
    if instruction["matched"] == true {
        return "oui".to_string();
    }
    let manque = &instruction["failed"];
    if manque.is_null() {
        return "non".to_string();
    }
    format!(
        "non, {}\u{a0}: {} n’est pas {}",
        mot(&manque["element"]),
        mot(&manque["actual"]),
        mot(&manque["expected"]),
    )
}

fn texte(titre: &str, lignes: &[[String; 5]]) -> String {
    let mut texte = format!("{titre}\n");
    for [niveau, politique, instruction, effet, correspond] in lignes {
        let instruction = if instruction.is_empty() {
            String::new()
        } else {
            format!(", instruction {instruction}, {effet}")
        };
        let _ = writeln!(
            texte,
            "- {niveau}\u{a0}: {politique}{instruction}\u{202f}; correspond\u{a0}: {correspond}"
        );
    }
    texte.trim_end().to_string()
}

fn html(titre: &str, lignes: &[[String; 5]]) -> String {
    let cellules = |balise: &str, mots: &[&str]| {
        mots.iter().fold(String::new(), |ligne, mot| {
            format!(
                "{ligne}<{balise} style=\"text-align:left\">{}</{balise}>",
                echapper(mot)
            )
        })
    };
    let corps = lignes.iter().fold(String::new(), |corps, ligne| {
        let couleur = match (ligne[4].as_str(), ligne[3].as_str()) {
            ("oui", "Deny") => " style=\"background:#d55e0033\"",
            ("oui", _) => " style=\"background:#009e7333\"",
            _ => "",
        };
        let mots: Vec<&str> = ligne.iter().map(String::as_str).collect();
        format!("{corps}<tr{couleur}>{}</tr>", cellules("td", &mots))
    });
    format!(
        "<table><caption style=\"text-align:left\">{}</caption><thead><tr>{}</tr></thead><tbody>{corps}</tbody></table>",
        echapper(titre),
        cellules("th", &COLONNES),
    )
}

/// Affiche une même chose sous deux formes ; le notebook choisit le HTML, le terminal le texte.
fn montrer_formes(texte: &str, html: &str) {
    if std::env::var_os("CAHIER_SORTIE_RICHE").is_some_and(|valeur| !valeur.is_empty()) {
        let formes = json!({ "data": { "text/html": html, "text/plain": texte } });
        println!("EVCXR_BEGIN_CONTENT application/vnd.cahier.sortie+json\n{formes}\nEVCXR_END_CONTENT");
        return;
    }
    println!("EVCXR_BEGIN_CONTENT text/plain\n{texte}\nEVCXR_END_CONTENT");
    println!("EVCXR_BEGIN_CONTENT text/html\n{html}\nEVCXR_END_CONTENT");
}
