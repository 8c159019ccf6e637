//! Les fonctions Lambda et les versions de couches.

use super::{Cible, Fin, Refus, fini, present};
use crate::passage::ETIQUETTE;

pub(super) async fn fonction(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (lambda, nom) = (&cible.atelier.lambda, cible.nom);
    let Some(lue) = present(lambda.get_function().function_name(nom).send().await)? else {
        return Ok(Fin::Absente);
    };
    // The date that Lambda tells is that of the last change: only the label says who made it.
    let label = lue
        .tags()
        .and_then(|tags| tags.get(ETIQUETTE))
        .map(String::as_str);
    if !cible.est_a_nous(label, None) {
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
        if cible.ressource.ids.contains(&numero) || version.description() == Some(&marque) {
            let depart = lambda
                .delete_layer_version()
                .layer_name(nom)
                .version_number(version.version());
            partie = present(depart.send().await)?.or(partie);
        }
    }
    Ok(fini(partie))
}
