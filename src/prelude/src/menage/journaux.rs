//! Les groupes de journaux que Lambda ouvre quand une fonction écrit : aucun appel du passage ne les crée, et rien ne les
//! étiquette. Sans SDK : deux appels de CloudWatch Logs, signés à la main.

use super::{ABSENTS, Cible, Fin, Refus};
use crate::{hexa, hmac_sha256, pannes, requete, sha256_hexa};
use aws_sdk_s3::config::Credentials;
use aws_sdk_s3::primitives::{DateTime, DateTimeFormat};
use serde_json::{Value, json};
use std::time::SystemTime;

/// What stands for AWS may have no CloudWatch Logs at all.
const SANS_JOURNAUX: &str = "UnknownOperationException";

/// Removes a group that was opened since the run announced that it might be; one that was there before stays.
pub(super) async fn groupe(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let lus = appeler(
        cible,
        "DescribeLogGroups",
        &json!({"logGroupNamePrefix": cible.nom}),
    )
    .await?;
    let lus = lus.unwrap_or_default();
    let un = lus["logGroups"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|groupe| groupe["logGroupName"] == cible.nom);
    let Some(un) = un else {
        return Ok(Fin::Absente);
    };
    let ouvert = un["creationTime"].as_i64().unwrap_or_default() / 1_000;
    if !cible.est_depuis(ouvert) {
        return Ok(Fin::Etrangere);
    }
    let parti = appeler(cible, "DeleteLogGroup", &json!({"logGroupName": cible.nom})).await?;
    Ok(parti.map_or(Fin::Absente, |_| Fin::Supprimee))
}

/// One call; `None` where what it is about is not there.
async fn appeler(cible: &Cible<'_>, operation: &str, corps: &Value) -> Result<Option<Value>, Refus> {
    let config = &cible.atelier.config;
    let region = config.region().map(ToString::to_string).unwrap_or_default();
    let adresse = match config.endpoint_url() {
        Some(adresse) => adresse.trim_end_matches('/').to_string(),
        None => format!("https://logs.{region}.{}", domaine(&region)),
    };
    let hote = adresse.split("://").nth(1).unwrap_or_default().to_string();
    let corps = corps.to_string();
    let quand = maintenant()?;
    let cles = cible.atelier.identifiants().await;
    // In the order of their names, as the signature wants them.
    let mut entetes = vec![
        ("content-type", "application/x-amz-json-1.1".to_string()),
        ("host", hote),
        ("x-amz-date", quand),
    ];
    let jeton = cles.session_token();
    entetes.extend(jeton.map(|jeton| ("x-amz-security-token", jeton.to_string())));
    entetes.push(("x-amz-target", format!("Logs_20140328.{operation}")));
    let signature = signer(&entetes, &corps, &region, &cles);
    let mut envoi = requete("POST", &format!("{adresse}/"))
        .corps(corps)
        .entete("authorization", &signature);
    for (nom, valeur) in entetes.iter().filter(|(nom, _)| *nom != "host") {
        envoi = envoi.entete(nom, valeur);
    }
    let reponse = envoi.essayer().await?;
    let dite: Value = serde_json::from_str(&reponse.corps).unwrap_or_default();
    if reponse.statut < 300 {
        return Ok(Some(dite));
    }
    let code = dite["__type"].as_str().unwrap_or_default();
    let code = code.rsplit('#').next().unwrap_or_default();
    if code == SANS_JOURNAUX || ABSENTS.contains(&code) {
        return Ok(None);
    }
    let mots = pannes::mots(code).map_or_else(String::new, |mots| format!("{mots}\u{a0}; "));
    Err(format!(
        "{mots}{operation}\u{a0}: {code}\u{a0}; «\u{a0}aws logs delete-log-group\u{a0}» le retire aussi"
    ))
}

/// Signs as <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html> says.
fn signer(entetes: &[(&str, String)], corps: &str, region: &str, cles: &Credentials) -> String {
    let noms: Vec<&str> = entetes.iter().map(|(nom, _)| *nom).collect();
    let noms = noms.join(";");
    let lignes: String = entetes
        .iter()
        .map(|(nom, valeur)| format!("{nom}:{valeur}\n"))
        .collect();
    let date = entetes.iter().find(|(nom, _)| *nom == "x-amz-date");
    let date = date.map_or("", |(_, date)| date);
    let canonique = format!("POST\n/\n\n{lignes}\n{noms}\n{}", sha256_hexa(corps));
    let portee = format!("{}/{region}/logs/aws4_request", date.get(..8).unwrap_or_default());
    let a_signer = format!("AWS4-HMAC-SHA256\n{date}\n{portee}\n{}", sha256_hexa(canonique));
    let depart = format!("AWS4{}", cles.secret_access_key()).into_bytes();
    let signature = hexa(&hmac_sha256(
        portee.split('/').fold(depart, hmac_sha256),
        a_signer,
    ));
    let qui = cles.access_key_id();
    format!("AWS4-HMAC-SHA256 Credential={qui}/{portee}, SignedHeaders={noms}, Signature={signature}")
}

/// `20261130T104500Z`.
fn maintenant() -> Result<String, Refus> {
    let date = DateTime::from(SystemTime::now()).fmt(DateTimeFormat::DateTime);
    let date = date.map_err(|erreur| erreur.to_string())?;
    let chiffres = date.chars().take(19).filter(char::is_ascii_alphanumeric);
    Ok(chiffres.chain(['Z']).collect())
}

/// Where AWS's services of a region are.
fn domaine(region: &str) -> &'static str {
    if region.starts_with("cn-") {
        "amazonaws.com.cn"
    } else {
        "amazonaws.com"
    }
}
