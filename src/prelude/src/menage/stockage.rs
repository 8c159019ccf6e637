//! Les compartiments S3, avec toutes leurs versions et leurs chargements, et les tables.

use super::{Cible, Fin, Refus, etiquette, fini, present};
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{TableDescription, TableStatus};
use aws_sdk_s3::error::SdkError;
use aws_sdk_s3::types::{Delete, ObjectIdentifier};
use std::time::Duration;

/// How long a table may take to go.
const PATIENCE: Duration = Duration::from_mins(3);
/// How S3 refuses, where it may not say why.
const INTERDIT: u16 = 403;

pub(super) async fn compartiment(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (s3, nom) = (&cible.atelier.s3, cible.nom);
    let vu = s3.head_bucket().bucket(nom).send().await;
    let ferme = vu.as_ref().err().and_then(SdkError::raw_response);
    if ferme.is_some_and(|reponse| reponse.status().as_u16() == INTERDIT)
        && cible.ressource.faite
        && est_depuis(cible).await?
    {
        // Its policy hides even its label; the account has it all the same, and it is as old as the run's.
        present(s3.delete_bucket_policy().bucket(nom).send().await)?;
    } else if present(vu)?.is_none() {
        return Ok(Fin::Absente);
    }
    if !est_a_nous(cible).await? {
        return Ok(Fin::Etrangere);
    }
    // Its policy might deny its own emptying.
    present(s3.delete_bucket_policy().bucket(nom).send().await)?;
    vider(cible).await?;
    abandonner(cible).await?;
    Ok(fini(present(s3.delete_bucket().bucket(nom).send().await)?))
}

/// What is lost with a bucket does not come back, and in us-east-1 S3 says yes to who creates a bucket that they had
/// already: its word alone does not do.
async fn est_a_nous(cible: &Cible<'_>) -> Result<bool, Refus> {
    let s3 = &cible.atelier.s3;
    let tags = present(s3.get_bucket_tagging().bucket(cible.nom).send().await)?;
    let tags = tags.map(|tags| tags.tag_set).unwrap_or_default();
    if !tags.is_empty() {
        return Ok(etiquette(&tags, |tag| (Some(tag.key()), Some(tag.value()))) == Some(cible.passage));
    }
    est_depuis(cible).await
}

/// Whether the account has a bucket of that name, and has had it for no longer than the run.
async fn est_depuis(cible: &Cible<'_>) -> Result<bool, Refus> {
    let listes = present(cible.atelier.s3.list_buckets().prefix(cible.nom).send().await)?;
    let listes = listes.and_then(|liste| liste.buckets).unwrap_or_default();
    let un = listes.iter().find(|bucket| bucket.name() == Some(cible.nom));
    Ok(un
        .and_then(|un| un.creation_date())
        .is_some_and(|date| cible.est_depuis(date.secs())))
}

/// Removes every version and every delete marker.
async fn vider(cible: &Cible<'_>) -> Result<(), Refus> {
    let s3 = &cible.atelier.s3;
    loop {
        // What was listed is gone: the next page is the first again.
        let Some(liste) = present(s3.list_object_versions().bucket(cible.nom).send().await)? else {
            return Ok(());
        };
        let versions = liste
            .versions()
            .iter()
            .map(|version| (version.key(), version.version_id()));
        let marqueurs = liste
            .delete_markers()
            .iter()
            .map(|marqueur| (marqueur.key(), marqueur.version_id()));
        let objets: Vec<ObjectIdentifier> = versions
            .chain(marqueurs)
            .filter_map(|(nom, version)| {
                let objet = ObjectIdentifier::builder().key(nom?);
                objet.set_version_id(version.map(str::to_string)).build().ok()
            })
            .collect();
        if objets.is_empty() {
            return Ok(());
        }
        detruire(cible, objets).await?;
    }
}

async fn detruire(cible: &Cible<'_>, objets: Vec<ObjectIdentifier>) -> Result<(), Refus> {
    let demande = Delete::builder().set_objects(Some(objets)).quiet(true).build();
    let demande = demande.map_err(|erreur| erreur.to_string())?;
    let envoi = cible
        .atelier
        .s3
        .delete_objects()
        .bucket(cible.nom)
        .delete(demande);
    let reponse = present(envoi.send().await)?;
    let refus = reponse.and_then(|reponse| reponse.errors.unwrap_or_default().into_iter().next());
    refus.map_or(Ok(()), |refus| {
        let (code, objet) = (refus.code.unwrap_or_default(), refus.key.unwrap_or_default());
        Err(format!(
            "{code} : {}, pour {objet}",
            refus.message.unwrap_or_default()
        ))
    })
}

/// Gives up the uploads that nobody completed.
async fn abandonner(cible: &Cible<'_>) -> Result<(), Refus> {
    let s3 = &cible.atelier.s3;
    loop {
        let Some(liste) = present(s3.list_multipart_uploads().bucket(cible.nom).send().await)? else {
            return Ok(());
        };
        for un in liste.uploads() {
            let abandon = s3.abort_multipart_upload().bucket(cible.nom);
            let abandon = abandon
                .set_key(un.key.clone())
                .set_upload_id(un.upload_id.clone());
            present(abandon.send().await)?;
        }
        if liste.uploads().is_empty() || !liste.is_truncated().unwrap_or(false) {
            return Ok(());
        }
    }
}

pub(super) async fn table(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (dynamodb, nom) = (&cible.atelier.dynamodb, cible.nom);
    let decrite = present(dynamodb.describe_table().table_name(nom).send().await)?.and_then(|lue| lue.table);
    let Some(decrite) = decrite else {
        return Ok(Fin::Absente);
    };
    let tags = dynamodb
        .list_tags_of_resource()
        .resource_arn(decrite.table_arn().unwrap_or_default());
    let tags = present(tags.send().await)?
        .and_then(|lus| lus.tags)
        .unwrap_or_default();
    if !cible.est_a_nous(etiquette(&tags, |tag| (Some(tag.key()), Some(tag.value())))) {
        return Ok(Fin::Etrangere);
    }
    liberer(cible, &decrite).await?;
    let partie = present(dynamodb.delete_table().table_name(nom).send().await)?;
    let attente = dynamodb
        .wait_until_table_not_exists()
        .table_name(nom)
        .wait(PATIENCE)
        .await;
    attente.map_err(|erreur| format!("la table est encore là : {erreur}"))?;
    Ok(fini(partie))
}

/// Makes a table ready to go: one that is being made or changed is not let go, nor one that is protected.
async fn liberer(cible: &Cible<'_>, decrite: &TableDescription) -> Result<(), Refus> {
    let (dynamodb, nom) = (&cible.atelier.dynamodb, cible.nom);
    if matches!(
        decrite.table_status(),
        Some(TableStatus::Creating | TableStatus::Updating)
    ) {
        let prete = dynamodb
            .wait_until_table_exists()
            .table_name(nom)
            .wait(PATIENCE)
            .await;
        prete.map_err(|erreur| format!("la table n’est pas encore prête\u{a0}: {erreur}"))?;
    }
    if decrite.deletion_protection_enabled() == Some(true) {
        let levee = dynamodb
            .update_table()
            .table_name(nom)
            .deletion_protection_enabled(false);
        present(levee.send().await)?;
    }
    Ok(())
}
