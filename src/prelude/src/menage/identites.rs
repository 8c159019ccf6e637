//! Les utilisateurs, groupes, rôles et politiques d'IAM, détachés d'abord de tout ce qui les retient.

use super::{Cible, ECART, Fin, Refus, etiquette, fini, present};
use aws_sdk_iam::types::{PolicyScopeType, Tag};

fn label(tags: &[Tag]) -> Option<&str> {
    etiquette(tags, |tag| (Some(tag.key()), Some(tag.value())))
}

pub(super) async fn utilisateur(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (iam, nom) = (&cible.atelier.iam, cible.nom);
    let Some(lu) = present(iam.get_user().user_name(nom).send().await)?.and_then(|lu| lu.user) else {
        return Ok(Fin::Absente);
    };
    if !cible.est_a_nous(label(lu.tags())) {
        return Ok(Fin::Etrangere);
    }
    let groupes = present(iam.list_groups_for_user().user_name(nom).send().await)?.map(|lus| lus.groups);
    for groupe in groupes.unwrap_or_default() {
        present(
            iam.remove_user_from_group()
                .user_name(nom)
                .group_name(groupe.group_name())
                .send()
                .await,
        )?;
    }
    let cles =
        present(iam.list_access_keys().user_name(nom).send().await)?.map(|lues| lues.access_key_metadata);
    for cle in cles.unwrap_or_default() {
        present(
            iam.delete_access_key()
                .user_name(nom)
                .set_access_key_id(cle.access_key_id)
                .send()
                .await,
        )?;
    }
    let attachees = present(iam.list_attached_user_policies().user_name(nom).send().await)?;
    for politique in attachees
        .and_then(|lues| lues.attached_policies)
        .unwrap_or_default()
    {
        present(
            iam.detach_user_policy()
                .user_name(nom)
                .set_policy_arn(politique.policy_arn)
                .send()
                .await,
        )?;
    }
    let en_ligne =
        present(iam.list_user_policies().user_name(nom).send().await)?.map(|lues| lues.policy_names);
    for politique in en_ligne.unwrap_or_default() {
        present(
            iam.delete_user_policy()
                .user_name(nom)
                .policy_name(politique)
                .send()
                .await,
        )?;
    }
    Ok(fini(present(iam.delete_user().user_name(nom).send().await)?))
}

pub(super) async fn groupe(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (iam, nom) = (&cible.atelier.iam, cible.nom);
    let Some(lu) = present(iam.get_group().group_name(nom).send().await)? else {
        return Ok(Fin::Absente);
    };
    // A group bears no label: its id tells, and where nobody heard of it, its date.
    let nous = lu.group().is_some_and(|groupe| {
        let connu = cible.ressource.ids.iter().any(|id| id == groupe.group_id());
        let annonce = cible.ressource.en_suspens;
        connu || annonce.is_some_and(|annonce| groupe.create_date().secs() + ECART >= annonce)
    });
    if !nous {
        return Ok(Fin::Etrangere);
    }
    for membre in lu.users() {
        present(
            iam.remove_user_from_group()
                .group_name(nom)
                .user_name(membre.user_name())
                .send()
                .await,
        )?;
    }
    let attachees = present(iam.list_attached_group_policies().group_name(nom).send().await)?;
    for politique in attachees
        .and_then(|lues| lues.attached_policies)
        .unwrap_or_default()
    {
        present(
            iam.detach_group_policy()
                .group_name(nom)
                .set_policy_arn(politique.policy_arn)
                .send()
                .await,
        )?;
    }
    let en_ligne =
        present(iam.list_group_policies().group_name(nom).send().await)?.map(|lues| lues.policy_names);
    for politique in en_ligne.unwrap_or_default() {
        present(
            iam.delete_group_policy()
                .group_name(nom)
                .policy_name(politique)
                .send()
                .await,
        )?;
    }
    Ok(fini(present(iam.delete_group().group_name(nom).send().await)?))
}

pub(super) async fn role(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let (iam, nom) = (&cible.atelier.iam, cible.nom);
    let Some(lu) = present(iam.get_role().role_name(nom).send().await)?.and_then(|lu| lu.role) else {
        return Ok(Fin::Absente);
    };
    if !cible.est_a_nous(label(lu.tags())) {
        return Ok(Fin::Etrangere);
    }
    let attachees = present(iam.list_attached_role_policies().role_name(nom).send().await)?;
    for politique in attachees
        .and_then(|lues| lues.attached_policies)
        .unwrap_or_default()
    {
        present(
            iam.detach_role_policy()
                .role_name(nom)
                .set_policy_arn(politique.policy_arn)
                .send()
                .await,
        )?;
    }
    let en_ligne =
        present(iam.list_role_policies().role_name(nom).send().await)?.map(|lues| lues.policy_names);
    for politique in en_ligne.unwrap_or_default() {
        present(
            iam.delete_role_policy()
                .role_name(nom)
                .policy_name(politique)
                .send()
                .await,
        )?;
    }
    Ok(fini(present(iam.delete_role().role_name(nom).send().await)?))
}

pub(super) async fn politique(cible: &Cible<'_>) -> Result<Fin, Refus> {
    let iam = &cible.atelier.iam;
    let listees = iam
        .list_policies()
        .scope(PolicyScopeType::Local)
        .into_paginator()
        .items()
        .send();
    let listees: Result<Vec<_>, _> = listees.collect().await;
    let listees = present(listees)?.unwrap_or_default();
    let Some(arn) = listees
        .into_iter()
        .find(|une| une.policy_name() == Some(cible.nom))
        .and_then(|une| une.arn)
    else {
        return Ok(Fin::Absente);
    };
    let Some(lue) = present(iam.get_policy().policy_arn(&arn).send().await)?.and_then(|lue| lue.policy)
    else {
        return Ok(Fin::Absente);
    };
    if !cible.est_a_nous(label(lue.tags())) {
        return Ok(Fin::Etrangere);
    }
    detacher(cible, &arn).await?;
    let versions = present(iam.list_policy_versions().policy_arn(&arn).send().await)?;
    for version in versions.and_then(|lues| lues.versions).unwrap_or_default() {
        if !version.is_default_version() {
            present(
                iam.delete_policy_version()
                    .policy_arn(&arn)
                    .set_version_id(version.version_id)
                    .send()
                    .await,
            )?;
        }
    }
    Ok(fini(present(iam.delete_policy().policy_arn(&arn).send().await)?))
}

async fn detacher(cible: &Cible<'_>, arn: &str) -> Result<(), Refus> {
    let iam = &cible.atelier.iam;
    let Some(tenus) = present(iam.list_entities_for_policy().policy_arn(arn).send().await)? else {
        return Ok(());
    };
    for un in tenus.policy_users.unwrap_or_default() {
        present(
            iam.detach_user_policy()
                .policy_arn(arn)
                .set_user_name(un.user_name)
                .send()
                .await,
        )?;
    }
    for un in tenus.policy_groups.unwrap_or_default() {
        present(
            iam.detach_group_policy()
                .policy_arn(arn)
                .set_group_name(un.group_name)
                .send()
                .await,
        )?;
    }
    for un in tenus.policy_roles.unwrap_or_default() {
        present(
            iam.detach_role_policy()
                .policy_arn(arn)
                .set_role_name(un.role_name)
                .send()
                .await,
        )?;
    }
    Ok(())
}
