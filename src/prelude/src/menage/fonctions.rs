//! Les fonctions Lambda et les versions de couches.

use super::{Cible, ECART, Fin, Refus, fini, present};
use crate::passage::ETIQUETTE;
use aws_sdk_lambda::primitives::{DateTime, DateTimeFormat};

pub(super) async fn fonction(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (lambda, nom) = (&cible.atelier.lambda, cible.nom);
    let Some(lue) = present(lambda.get_function().function_name(nom).send().await)? else {
        return Ok(Fin::Absente);
    };
    let label = lue
        .tags()
        .and_then(|tags| tags.get(ETIQUETTE))
        .map(String::as_str);
    if !cible.est_a_nous(label) {
        return Ok(Fin::Etrangere);
    }
    Ok(fini(present(
        lambda.delete_function().function_name(nom).send().await,
    )?))
}

/// The versions of a layer that the run published; those that were there before stay.
pub(super) async fn couche(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (lambda, nom) = (&cible.atelier.lambda, cible.nom);
    let marque = format!("{ETIQUETTE}={}", cible.passage);
    let versions = lambda
        .list_layer_versions()
        .layer_name(nom)
        .into_paginator()
        .items()
        .send();
    let versions: Result<Vec<_>, _> = versions.collect().await;
    let mut partie = None;
    for version in present(versions)?.unwrap_or_default() {
        let numero = version.version().to_string();
        let nous = cible.ressource.ids.contains(&numero)
            || version.description() == Some(&marque)
            || inconnue(cible, version.description(), version.created_date());
        if nous {
            let depart = lambda
                .delete_layer_version()
                .layer_name(nom)
                .version_number(version.version());
            partie = present(depart.send().await)?.or(partie);
        }
    }
    Ok(fini(partie))
}

/// Whether a version whose description is the learner's own is the one that was announced and of which nobody heard the end:
/// it was published since.
fn inconnue(cible: &Cible<'_>, description: Option<&str>, creee: Option<&str>) -> bool {
    let d_un_autre = description.is_some_and(|mots| mots.starts_with(ETIQUETTE));
    let (Some(annonce), Some(creee), false) = (cible.ressource.en_suspens, creee, d_un_autre) else {
        return false;
    };
    let annonce = DateTime::from_secs(annonce - ECART).fmt(DateTimeFormat::DateTime);
    // Both are of UTC, down to the second: `2026-11-30T10:00:00`.
    annonce.is_ok_and(|annonce| creee.get(..19) >= annonce.get(..19))
}
