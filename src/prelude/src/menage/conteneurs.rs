//! Les tâches, services, grappes (clusters) et définitions de tâches d'ECS.

use super::{Cible, Fin, Refus, etiquette, fini, present};
use aws_sdk_ecs::error::ProvideErrorMetadata;
use aws_sdk_ecs::types::{ClusterField, DesiredStatus, ServiceField, Tag, TaskDefinitionField, TaskField};
use std::time::{Duration, Instant};

/// How long what runs in a cluster may take to stop: <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html>
const PATIENCE: Duration = Duration::from_mins(4);
/// Between two tries.
const PAUSE: Duration = Duration::from_secs(3);
/// What ECS answers meanwhile.
const RETENUE: [&str; 3] = [
    "ClusterContainsTasksException",
    "ClusterContainsServicesException",
    "UpdateInProgressException",
];

fn label(tags: &[Tag]) -> Option<&str> {
    etiquette(tags, |tag| (tag.key(), tag.value()))
}

/// Stops the tasks of a cluster that bear the run's label, or are a service's.
async fn arreter(cible: &Cible<'_>, grappe: &str, service: Option<&str>) -> Result<Option<()>, Refus> {
    let ecs = &cible.atelier.ecs;
    let listees = ecs
        .list_tasks()
        .cluster(grappe)
        .set_service_name(service.map(str::to_string));
    let listees = listees
        .desired_status(DesiredStatus::Running)
        .into_paginator()
        .items()
        .send();
    let listees: Result<Vec<String>, _> = listees.collect().await;
    let mut arretee = None;
    for cent in present(listees)?.unwrap_or_default().chunks(100) {
        let lues = ecs
            .describe_tasks()
            .cluster(grappe)
            .set_tasks(Some(cent.to_vec()))
            .include(TaskField::Tags);
        let lues = present(lues.send().await)?
            .and_then(|lues| lues.tasks)
            .unwrap_or_default();
        for tache in lues
            .iter()
            .filter(|tache| service.is_some() || label(tache.tags()) == Some(cible.passage))
        {
            let arret = ecs.stop_task().cluster(grappe).set_task(tache.task_arn.clone());
            arretee = present(arret.send().await)?.map(|_| ()).or(arretee);
        }
    }
    Ok(arretee)
}

pub(super) async fn taches(cible: &Cible<'_>) -> Result<Fin, Refus> {
    Ok(fini(arreter(cible, cible.nom, None).await?))
}

pub(super) async fn service(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (grappe, nom) = cible.parties();
    let ecs = &cible.atelier.ecs;
    let demande = ecs.describe_services().cluster(grappe).services(nom);
    let lus = present(demande.include(ServiceField::Tags).send().await)?;
    let lus = lus.and_then(|lus| lus.services).unwrap_or_default();
    let Some(lu) = lus.iter().find(|lu| lu.status() != Some("INACTIVE")) else {
        return Ok(Fin::Absente);
    };
    if !cible.est_a_nous(label(lu.tags())) {
        return Ok(Fin::Etrangere);
    }
    let partie = present(
        ecs.delete_service()
            .cluster(grappe)
            .service(nom)
            .force(true)
            .send()
            .await,
    )?;
    // Its tasks would hold the cluster until they have drained.
    arreter(cible, grappe, Some(nom)).await?;
    Ok(fini(partie))
}

pub(super) async fn grappe(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let ecs = &cible.atelier.ecs;
    let lues = present(
        ecs.describe_clusters()
            .clusters(cible.nom)
            .include(ClusterField::Tags)
            .send()
            .await,
    )?;
    let lues = lues.and_then(|lues| lues.clusters).unwrap_or_default();
    let Some(lue) = lues.iter().find(|lue| lue.status() != Some("INACTIVE")) else {
        return Ok(Fin::Absente);
    };
    // ECS says yes to who creates a cluster that is there already: only the label tells whose it is.
    if label(lue.tags()) != Some(cible.passage) {
        return Ok(Fin::Etrangere);
    }
    let debut = Instant::now();
    loop {
        let partie = ecs.delete_cluster().cluster(cible.nom).send().await;
        let retenue = partie
            .as_ref()
            .is_err_and(|erreur| erreur.code().is_some_and(|code| RETENUE.contains(&code)));
        if !retenue || debut.elapsed() > PATIENCE {
            return Ok(fini(present(partie)?));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// The revisions that the run registered; those that were there before stay.
pub(super) async fn plan(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let ecs = &cible.atelier.ecs;
    let listees = ecs
        .list_task_definitions()
        .family_prefix(cible.nom)
        .into_paginator()
        .items()
        .send();
    let listees: Result<Vec<String>, _> = listees.collect().await;
    let mut parties = Vec::new();
    for arn in present(listees)?.unwrap_or_default() {
        let lue = ecs
            .describe_task_definition()
            .task_definition(&arn)
            .include(TaskDefinitionField::Tags);
        let lue = present(lue.send().await)?;
        if lue.is_some_and(|lue| cible.est_a_nous(label(lue.tags()))) {
            present(
                ecs.deregister_task_definition()
                    .task_definition(&arn)
                    .send()
                    .await,
            )?;
            parties.push(arn);
        }
    }
    // A revision that a lesson deregistered is inactive, and still there.
    parties.extend(
        cible
            .ressource
            .ids
            .iter()
            .filter(|arn| !parties.contains(arn))
            .cloned()
            .collect::<Vec<_>>(),
    );
    for dix in parties.chunks(10) {
        present(
            ecs.delete_task_definitions()
                .set_task_definitions(Some(dix.to_vec()))
                .send()
                .await,
        )?;
    }
    Ok(fini(parties.first()))
}
