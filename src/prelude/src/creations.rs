//! Ce que les appels créent : une ligne par appel qui laisse quelque chose, avec ce qui le nomme et ce qui l'étiquette.

use crate::cibles::fonction;
use crate::registre::Cle;
use aws_sdk_dynamodb::operation::create_table::CreateTableInput;
use aws_sdk_dynamodb::operation::update_table::UpdateTableInput;
use aws_sdk_dynamodb::types::ProvisionedThroughput;
use aws_sdk_ecs::operation::create_cluster::CreateClusterInput;
use aws_sdk_ecs::operation::create_service::CreateServiceInput;
use aws_sdk_ecs::operation::register_task_definition::{
    RegisterTaskDefinitionInput, RegisterTaskDefinitionOutput,
};
use aws_sdk_ecs::operation::run_task::RunTaskInput;
use aws_sdk_ecs::operation::update_service::UpdateServiceInput;
use aws_sdk_iam::operation as iam;
use aws_sdk_lambda::operation::create_function::CreateFunctionInput;
use aws_sdk_lambda::operation::invoke::InvokeInput;
use aws_sdk_lambda::operation::publish_layer_version::{PublishLayerVersionInput, PublishLayerVersionOutput};
use aws_sdk_s3::operation::create_bucket::CreateBucketInput;
use aws_sdk_s3::operation::put_bucket_tagging::PutBucketTaggingInput;
use aws_smithy_runtime_api::client::interceptors::context::{Input, Output};

/// Ce qu'un appel crée.
pub(crate) struct Creation {
    /// What names it.
    pub(crate) cle: Cle,
    /// What is paid by the hour, and how much of it.
    pub(crate) unites: Vec<(&'static str, f64)>,
}

/// One creation: its input, its kind, and its name.
type Ligne = fn(&Input) -> Option<Creation>;

macro_rules! lignes {
    ($($type:ty as $entree:ident: $genre:literal, $nom:expr $(, $unites:expr)?;)*) => {
        &[$(|entree| {
            let $entree = entree.downcast_ref::<$type>()?;
            let nom: Option<String> = $nom;
            #[allow(unused_mut, unused_assignments)]
            let mut unites = Vec::new();
            $(unites = $unites;)?
            Some(Creation { cle: ($genre.to_string(), nom.unwrap_or_default()), unites })
        }),*]
    };
}

/// `conteneur/contenu`.
fn dans(conteneur: &Option<String>, contenu: &Option<String>) -> Option<String> {
    Some(format!("{}/{}", conteneur.as_deref()?, contenu.as_deref()?))
}

/// The name of a cluster, whatever way it was named.
pub(crate) fn grappe(nom: &Option<String>) -> String {
    let nom = nom.as_deref().unwrap_or("default");
    nom.rsplit('/').next().unwrap_or(nom).to_string()
}

const LIGNES: &[Ligne] = lignes! {
    CreateBucketInput as i: "compartiment", i.bucket.clone();
    CreateTableInput as i: "table", i.table_name.clone(), debit(i);
    iam::create_user::CreateUserInput as i: "utilisateur", i.user_name.clone();
    iam::create_group::CreateGroupInput as i: "groupe", i.group_name.clone();
    iam::create_role::CreateRoleInput as i: "role", i.role_name.clone();
    iam::create_policy::CreatePolicyInput as i: "politique", i.policy_name.clone();
    CreateFunctionInput as i: "fonction", i.function_name.clone();
    PublishLayerVersionInput as i: "couche", i.layer_name.clone();
    CreateClusterInput as i: "grappe", Some(grappe(&i.cluster_name));
    RegisterTaskDefinitionInput as i: "plan", i.family.clone();
    CreateServiceInput as i: "service", dans(&Some(grappe(&i.cluster)), &i.service_name),
        vec![("ecs:task-hour", f64::from(i.desired_count.unwrap_or(1)))];
    InvokeInput as i: "journaux", Some(format!("/aws/lambda/{}", fonction(&i.function_name)));
    RunTaskInput as i: "taches", Some(grappe(&i.cluster)), vec![("ecs:task-hour", f64::from(i.count.unwrap_or(1)))];
};

/// Ce que crée l'appel dont voici l'entrée, s'il crée quelque chose.
pub(crate) fn lire(entree: &Input) -> Option<Creation> {
    LIGNES.iter().find_map(|ligne| ligne(entree))
}

/// Ce que l'appel dont voici l'entrée fait payer à l'heure, en changeant ce qui est là : il est compté en entier, car rien
/// ne dit ici ce qui était payé avant.
pub(crate) fn changees(entree: &Input) -> Vec<(&'static str, f64)> {
    if let Some(table) = entree.downcast_ref::<UpdateTableInput>() {
        return debit_change(table);
    }
    let service = entree.downcast_ref::<UpdateServiceInput>();
    let nombre = service.and_then(|service| service.desired_count);
    nombre
        .map(|nombre| ("ecs:task-hour", f64::from(nombre)))
        .into_iter()
        .collect()
}

/// A table's new provisioned throughput, and that of its indexes, for an hour.
fn debit_change(table: &UpdateTableInput) -> Vec<(&'static str, f64)> {
    let index = table.global_secondary_index_updates.iter().flatten();
    let changes = index.clone().filter_map(|index| index.update.as_ref());
    let nouveaux = index.filter_map(|index| index.create.as_ref());
    payes(
        table
            .provisioned_throughput
            .iter()
            .chain(changes.filter_map(|index| index.provisioned_throughput.as_ref()))
            .chain(nouveaux.filter_map(|index| index.provisioned_throughput.as_ref())),
    )
}

/// A table's provisioned throughput, and that of its indexes, for an hour.
fn debit(table: &CreateTableInput) -> Vec<(&'static str, f64)> {
    let index = table.global_secondary_indexes.iter().flatten();
    payes(
        table
            .provisioned_throughput
            .iter()
            .chain(index.filter_map(|index| index.provisioned_throughput.as_ref())),
    )
}

fn payes<'d>(debits: impl Iterator<Item = &'d ProvisionedThroughput>) -> Vec<(&'static str, f64)> {
    debits
        .flat_map(|debit| {
            [
                ("dynamodb:rcu-hour", debit.read_capacity_units),
                ("dynamodb:wcu-hour", debit.write_capacity_units),
            ]
        })
        .map(|(unite, nombre)| (unite, nombre as f64))
        .collect()
}

/// Ce qu'AWS a nommé en le créant, là où le nom ne suffit pas à le retrouver.
pub(crate) fn identifiant(sortie: &Output) -> Option<String> {
    if let Some(couche) = sortie.downcast_ref::<PublishLayerVersionOutput>() {
        return Some(couche.version.to_string());
    }
    // A group bears no label, and another one may have its name later.
    if let Some(groupe) = sortie.downcast_ref::<iam::create_group::CreateGroupOutput>() {
        return groupe.group.as_ref().map(|groupe| groupe.group_id().to_string());
    }
    let plan = sortie.downcast_ref::<RegisterTaskDefinitionOutput>()?;
    plan.task_definition.as_ref()?.task_definition_arn.clone()
}

/// Met l'étiquette du passage sur ce qui en porte ; une couche n'en a pas, et la porte dans sa description.
pub(crate) fn etiqueter(entree: &mut Input, cle: &str, valeur: &str) {
    macro_rules! liste {
        ($($type:ty, $tag:ty;)*) => {
            $(if let Some(entree) = entree.downcast_mut::<$type>() {
                let etiquette = <$tag>::builder().key(cle).value(valeur).build();
                entree.tags.get_or_insert_default().extend(Etiquette::posee(etiquette));
                return;
            })*
        };
    }
    liste! {
        CreateTableInput, aws_sdk_dynamodb::types::Tag;
        iam::create_user::CreateUserInput, aws_sdk_iam::types::Tag;
        iam::create_role::CreateRoleInput, aws_sdk_iam::types::Tag;
        iam::create_policy::CreatePolicyInput, aws_sdk_iam::types::Tag;
        CreateClusterInput, aws_sdk_ecs::types::Tag;
        RegisterTaskDefinitionInput, aws_sdk_ecs::types::Tag;
        CreateServiceInput, aws_sdk_ecs::types::Tag;
        RunTaskInput, aws_sdk_ecs::types::Tag;
    }
    if let Some(fonction) = entree.downcast_mut::<CreateFunctionInput>() {
        fonction
            .tags
            .get_or_insert_default()
            .insert(cle.to_string(), valeur.to_string());
    } else if let Some(couche) = entree.downcast_mut::<PublishLayerVersionInput>() {
        couche
            .description
            .get_or_insert_with(|| format!("{cle}={valeur}"));
    } else if let Some(bucket) = entree.downcast_mut::<CreateBucketInput>() {
        let reglage = bucket
            .create_bucket_configuration
            .get_or_insert_with(|| aws_sdk_s3::types::CreateBucketConfiguration::builder().build());
        let etiquette = aws_sdk_s3::types::Tag::builder().key(cle).value(valeur).build();
        reglage.tags.get_or_insert_default().extend(etiquette.ok());
    }
}

/// Garde l'étiquette sur un compartiment dont un appel remplace toutes les étiquettes : le ménage ne le reconnaîtrait plus.
pub(crate) fn garder_etiquette(entree: &mut Input, cle: &str, valeur: &str) {
    let Some(pose) = entree.downcast_mut::<PutBucketTaggingInput>() else {
        return;
    };
    let etiquette = aws_sdk_s3::types::Tag::builder().key(cle).value(valeur).build();
    if let (Some(pose), Ok(etiquette)) = (pose.tagging.as_mut(), etiquette) {
        pose.tag_set.retain(|tag| tag.key() != cle);
        pose.tag_set.push(etiquette);
    }
}

/// A tag's builder gives the tag, or whether it can: services differ.
trait Etiquette<T> {
    fn posee(self) -> Option<T>;
}

impl<T, E> Etiquette<T> for Result<T, E> {
    fn posee(self) -> Option<T> {
        self.ok()
    }
}

impl Etiquette<aws_sdk_ecs::types::Tag> for aws_sdk_ecs::types::Tag {
    fn posee(self) -> Option<Self> {
        Some(self)
    }
}
