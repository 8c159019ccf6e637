//! La vérification d'une réponse depuis une cellule : le programme `cahier` juge, ici on montre.

use crate::connexion::{connexion, programme};
use std::collections::HashMap;
use std::fmt::Display;
use std::process::Command;
use std::sync::{LazyLock, Mutex, PoisonError};

static POINTS: LazyLock<Mutex<HashMap<String, f64>>> = LazyLock::new(Mutex::default);

/// Vérifie ta réponse à un exercice et affiche le verdict.
///
/// # Panics
/// Quand le programme `cahier` est introuvable ou refuse l'exercice.
pub fn verifier(exercice: &str, reponse: impl Display) {
    afficher(exercice, &reponse.to_string(), None);
}

/// Comme [`verifier`], pour les valeurs tirées de la graine donnée.
///
/// # Panics
/// Comme [`verifier`].
pub fn verifier_graine(exercice: &str, graine: u64, reponse: impl Display) {
    afficher(exercice, &reponse.to_string(), Some(graine));
}

/// Les points obtenus à la dernière vérification de l'exercice (0 avant la première).
pub fn points(exercice: &str) -> f64 {
    POINTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(exercice)
        .copied()
        .unwrap_or(0.0)
}

fn afficher(exercice: &str, reponse: &str, graine: Option<u64>) {
    let verdict = match juger(exercice, reponse, graine) {
        Ok(verdict) => verdict,
        Err(raison) => panic!("impossible de vérifier « {exercice} » : {raison}"),
    };
    let texte = |nom: &str| {
        verdict
            .get(nom)
            .and_then(serde_json::Value::as_str)
            .unwrap_or_default()
    };
    let nombre = |nom: &str| {
        verdict
            .get(nom)
            .and_then(serde_json::Value::as_f64)
            .unwrap_or_default()
    };
    let (score, maximum) = (nombre("score"), nombre("max_score"));
    POINTS
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .insert(exercice.to_string(), score);
    let titre = match texte("status") {
        "passed" => "✔ Réussi",
        "unreadable" => "? Réponse illisible (elle ne compte pas)",
        "does_not_compile" => "✘ Le code ne compile pas",
        "unverifiable" => "? Invérifiable ici",
        _ => "✘ Pas encore",
    };
    // Au centième : un score partagé entre plusieurs réponses n'a pas de fin.
    let virgule = |valeur: f64| ((valeur * 100.0).round() / 100.0).to_string().replace('.', ",");
    println!("{titre} ({} / {})", virgule(score), virgule(maximum));
    if !texte("feedback").is_empty() {
        println!("{}", texte("feedback"));
    }
}

/// Affiche l'indice suivant d'un exercice. Chaque indice montré retire un peu à la note.
///
/// # Panics
/// Quand le programme `cahier` est introuvable ou ne connaît pas l'exercice.
pub fn indice(exercice: &str) {
    donner(exercice, None);
}

/// Comme [`indice`], pour les valeurs tirées de la graine donnée.
///
/// # Panics
/// Comme [`indice`].
pub fn indice_graine(exercice: &str, graine: u64) {
    donner(exercice, Some(graine));
}

fn donner(exercice: &str, graine: Option<u64>) {
    let graine = graine.map(option);
    let mut mots = vec!["indice", exercice, "--json"];
    mots.extend(graine.as_deref());
    let indice = match demander(&mots) {
        Ok(indice) => indice,
        Err(raison) => panic!("pas d’indice pour « {exercice} » : {raison}"),
    };
    let nombre = |nom: &str| {
        indice
            .get(nom)
            .and_then(serde_json::Value::as_u64)
            .unwrap_or_default()
    };
    let texte = indice
        .get("hint")
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default();
    println!(
        "Indice {} sur {}\u{a0}: {texte}",
        nombre("number"),
        nombre("hints")
    );
}

fn juger(exercice: &str, reponse: &str, graine: Option<u64>) -> Result<serde_json::Value, String> {
    let (reponse, graine) = (format!("--reponse={reponse}"), graine.map(option));
    let mut mots = vec!["verifier", exercice, "--json", &reponse];
    mots.extend(graine.as_deref());
    demander(&mots)
}

/// L'option qui donne une graine.
fn option(graine: u64) -> String {
    format!("--graine={graine}")
}

/// Ce que le programme `cahier` répond, en JSON.
pub(crate) fn demander(mots: &[&str]) -> Result<serde_json::Value, String> {
    let sortie = Command::new(programme())
        .args(mots)
        .envs(connexion().variables())
        .output()
        .map_err(|erreur| erreur.to_string())?;
    let verdict: serde_json::Value = serde_json::from_slice(&sortie.stdout)
        .map_err(|_| String::from_utf8_lossy(&sortie.stderr).trim().to_string())?;
    match verdict
        .pointer("/error/message")
        .and_then(serde_json::Value::as_str)
    {
        Some(message) => Err(message.to_string()),
        None => Ok(verdict),
    }
}
