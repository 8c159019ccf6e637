//! L'heure : celle du simulateur, que l'on peut avancer, et celle de la machine, qui sert à signer.

use crate::connexion::connexion;
use crate::requete::requete;
use std::time::{SystemTime, UNIX_EPOCH};

/// Avance l'horloge du simulateur. Les seaux de débit se remplissent, les URL présignées vieillissent.
///
/// Une URL porte une date en secondes entières. Pour qu'on sache si elle fut signée avant ou après, l'appel
/// attend le début de la seconde suivante dès qu'il y a un compartiment S3.
///
/// # Panics
/// Sur un vrai compte AWS, où le temps ne s'avance pas.
pub async fn avancer_horloge(secondes: u64) {
    avancer(secondes, true).await;
}

/// Comme [`avancer_horloge`], sans l'attente : pour une boucle de petits pas. Une URL signée dans la seconde
/// en cours compte alors comme signée après.
///
/// # Panics
/// Comme [`avancer_horloge`].
pub async fn avancer_sans_attendre(secondes: u64) {
    avancer(secondes, false).await;
}

async fn avancer(secondes: u64, attendre: bool) {
    let Some((endpoint, jeton)) = connexion().controle() else {
        panic!(
            "seul le simulateur laisse avancer son horloge : sur un vrai compte AWS, il faudrait attendre \
             {secondes} s"
        );
    };
    let reponse = requete("POST", &format!("{endpoint}/_cahier/clock"))
        .entete("authorization", &format!("Bearer {jeton}"))
        .entete("content-type", "application/json")
        .corps(format!(
            "{{\"advance_seconds\": {secondes}, \"wait\": {attendre}}}"
        ))
        .await;
    assert!(
        reponse.statut < 300,
        "le simulateur n’a pas avancé son horloge : {}",
        reponse.corps
    );
}

/// L'heure du simulateur (celle de la machine sur un vrai compte), en secondes depuis le 1er janvier 1970.
///
/// # Panics
/// Quand le simulateur ne répond pas.
pub async fn heure() -> f64 {
    let Some((endpoint, jeton)) = connexion().controle() else {
        return secondes_machine();
    };
    let reponse = requete("GET", &format!("{endpoint}/_cahier/clock"))
        .entete("authorization", &format!("Bearer {jeton}"))
        .await;
    let etat: serde_json::Value = serde_json::from_str(&reponse.corps).unwrap_or_default();
    match etat.get("now").and_then(serde_json::Value::as_f64) {
        Some(maintenant) => maintenant,
        None => panic!("le simulateur ne donne pas l’heure : {}", reponse.corps),
    }
}

fn secondes_machine() -> f64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0.0, |duree| duree.as_secs_f64())
}

/// L'heure de la machine, au format d'AWS : `20261122T120000Z`. C'est elle que les SDK signent.
#[allow(clippy::cast_possible_truncation)] // whole seconds of our era fit in 53 bits
pub fn date_amz() -> String {
    formater_date(secondes_machine() as i64)
}

/// Un instant (secondes depuis le 1er janvier 1970) au format d'AWS : `20261122T120000Z`.
pub fn formater_date(secondes: i64) -> String {
    let (jours, reste) = (secondes.div_euclid(86_400), secondes.rem_euclid(86_400));
    let (annee, mois, jour) = date_civile(jours);
    let (heures, minutes, secondes) = (reste / 3_600, reste / 60 % 60, reste % 60);
    format!("{annee:04}{mois:02}{jour:02}T{heures:02}{minutes:02}{secondes:02}Z")
}

/// Days since 1970 to a date of the Gregorian calendar, by eras of 400 years that start in March.
fn date_civile(jours: i64) -> (i64, i64, i64) {
    let jours = jours + 719_468;
    let (ere, dans_ere) = (jours.div_euclid(146_097), jours.rem_euclid(146_097));
    let annee = (dans_ere - dans_ere / 1_460 + dans_ere / 36_524 - dans_ere / 146_096) / 365;
    let dans_annee = dans_ere - (365 * annee + annee / 4 - annee / 100);
    let mois = (5 * dans_annee + 2) / 153;
    let jour = dans_annee - (153 * mois + 2) / 5 + 1;
    let mois = if mois < 10 { mois + 3 } else { mois - 9 };
    (annee + ere * 400 + i64::from(mois <= 2), mois, jour)
}
