//! La mise en place d'une leçon : des tables neuves et un compartiment, pour pouvoir relancer une cellule.

use crate::atelier::Atelier;
use crate::passage::{passage, prefixe};
use aws_sdk_dynamodb::client::Waiters;
use aws_sdk_dynamodb::types::{
    AttributeDefinition, KeySchemaElement, KeyType, ProvisionedThroughput, ScalarAttributeType,
};
use aws_sdk_s3::error::{DisplayErrorContext, ProvideErrorMetadata};
use aws_sdk_s3::types::{BucketLocationConstraint, CreateBucketConfiguration};
use std::time::Duration;

/// How long a real account may take to create or delete a table.
const PATIENCE: Duration = Duration::from_mins(2);

impl Atelier {
    /// Supprime une table si elle existe, et attend qu'elle ait disparu. Son nom commence par `cahier-`.
    ///
    /// # Panics
    /// Quand le nom commence autrement, ou que DynamoDB refuse pour une autre raison que l'absence de la table.
    pub async fn oublier_table(&self, nom: &str) {
        assert!(
            nom.starts_with(prefixe()),
            "le cahier n’efface que ce qu’il crée : le nom de la table doit commencer par {}, pas « {nom} »",
            prefixe()
        );
        // On a real account, a table that no run has created stays, whatever its name.
        let table = ("table".to_string(), nom.to_string());
        if passage().is_some_and(|passage| !passage.registre().connait(&table)) {
            return;
        }
        match self.dynamodb.delete_table().table_name(nom).send().await {
            Err(erreur) if erreur.code() == Some("ResourceNotFoundException") => return,
            Err(erreur) => panic!(
                "la table {nom} ne se supprime pas : {}",
                DisplayErrorContext(erreur)
            ),
            Ok(_) => {}
        }
        if let Err(erreur) = self
            .dynamodb
            .wait_until_table_not_exists()
            .table_name(nom)
            .wait(PATIENCE)
            .await
        {
            panic!("la table {nom} est toujours là : {}", DisplayErrorContext(erreur));
        }
    }

    /// Crée une table vide en mode provisionné (son nom commence par `cahier-`), après avoir supprimé celle du même nom. `cles` donne la clé
    /// de partition, puis la clé de tri s'il y en a une ; toutes deux sont des chaînes.
    ///
    /// # Panics
    /// Quand DynamoDB refuse la table.
    pub async fn table_neuve(&self, nom: &str, cles: &[&str], rcu: i64, wcu: i64) {
        self.oublier_table(nom).await;
        let debit = ProvisionedThroughput::builder()
            .read_capacity_units(rcu)
            .write_capacity_units(wcu)
            .build();
        let mut creation = self.dynamodb.create_table().table_name(nom);
        creation = creation.set_provisioned_throughput(debit.ok());
        for (cle, role) in cles.iter().zip([KeyType::Hash, KeyType::Range]) {
            let attribut = AttributeDefinition::builder()
                .attribute_name(*cle)
                .attribute_type(ScalarAttributeType::S);
            let schema = KeySchemaElement::builder().attribute_name(*cle).key_type(role);
            if let (Ok(attribut), Ok(schema)) = (attribut.build(), schema.build()) {
                creation = creation.attribute_definitions(attribut).key_schema(schema);
            }
        }
        if let Err(erreur) = creation.send().await {
            panic!("la table {nom} ne se crée pas : {}", DisplayErrorContext(erreur));
        }
        if let Err(erreur) = self
            .dynamodb
            .wait_until_table_exists()
            .table_name(nom)
            .wait(PATIENCE)
            .await
        {
            panic!("la table {nom} n’est pas prête : {}", DisplayErrorContext(erreur));
        }
    }

    /// Crée s'il le faut un compartiment S3 et rend son nom, celui de [`Atelier::nom_unique`].
    ///
    /// # Panics
    /// Quand S3 refuse le compartiment.
    pub async fn compartiment(&self, nom: &str) -> String {
        let nom = self.nom_unique(nom).await;
        let mut creation = self.s3.create_bucket().bucket(&nom);
        let region = self.config.region().map_or("us-east-1", |region| region.as_ref());
        if region != "us-east-1" {
            let lieu = BucketLocationConstraint::from(region);
            let reglage = CreateBucketConfiguration::builder()
                .location_constraint(lieu)
                .build();
            creation = creation.create_bucket_configuration(reglage);
        }
        match creation.send().await {
            Err(erreur) if erreur.code() != Some("BucketAlreadyOwnedByYou") => {
                panic!(
                    "le compartiment {nom} ne se crée pas : {}",
                    DisplayErrorContext(erreur)
                )
            }
            _ => nom,
        }
    }
}
