//! Ce que les appels changent : une ligne par appel qui touche une ressource, avec ce qui nomme celle-ci.

use crate::creations::grappe;
use crate::registre::Cle;
use aws_sdk_dynamodb::operation as dynamodb;
use aws_sdk_ecs::operation as ecs;
use aws_sdk_iam::operation as iam;
use aws_sdk_lambda::operation as lambda;
use aws_sdk_s3::operation as s3;
use aws_smithy_runtime_api::client::interceptors::context::Input;

/// A change: its input, the kind of what it changes, and its name.
type Ligne = fn(&Input) -> Option<Cle>;

macro_rules! lignes {
    ($genre:literal, $lire:ident, $champ:ident: $($sdk:ident::$operation:ident::$type:ident)*) => {
        &[$(|entree| {
            let entree = entree.downcast_ref::<$sdk::$operation::$type>()?;
            Some(($genre.to_string(), $lire(&entree.$champ)))
        }),*]
    };
}

const LIGNES: &[&[Ligne]] = &[
    lignes!("compartiment", nom, bucket:
        s3::put_object::PutObjectInput s3::copy_object::CopyObjectInput s3::delete_object::DeleteObjectInput
        s3::delete_objects::DeleteObjectsInput s3::put_object_tagging::PutObjectTaggingInput
        s3::delete_object_tagging::DeleteObjectTaggingInput s3::restore_object::RestoreObjectInput
        s3::create_multipart_upload::CreateMultipartUploadInput s3::upload_part::UploadPartInput
        s3::upload_part_copy::UploadPartCopyInput s3::complete_multipart_upload::CompleteMultipartUploadInput
        s3::abort_multipart_upload::AbortMultipartUploadInput s3::put_bucket_versioning::PutBucketVersioningInput
        s3::put_bucket_policy::PutBucketPolicyInput s3::delete_bucket_policy::DeleteBucketPolicyInput
        s3::put_bucket_lifecycle_configuration::PutBucketLifecycleConfigurationInput
        s3::delete_bucket_lifecycle::DeleteBucketLifecycleInput s3::put_bucket_tagging::PutBucketTaggingInput
        s3::put_public_access_block::PutPublicAccessBlockInput s3::put_bucket_cors::PutBucketCorsInput
        s3::put_bucket_encryption::PutBucketEncryptionInput s3::delete_bucket::DeleteBucketInput),
    lignes!("table", nom, table_name:
        dynamodb::put_item::PutItemInput dynamodb::update_item::UpdateItemInput dynamodb::delete_item::DeleteItemInput
        dynamodb::update_table::UpdateTableInput dynamodb::delete_table::DeleteTableInput
        dynamodb::update_time_to_live::UpdateTimeToLiveInput),
    lignes!("utilisateur", nom, user_name:
        iam::create_access_key::CreateAccessKeyInput iam::update_access_key::UpdateAccessKeyInput
        iam::delete_access_key::DeleteAccessKeyInput iam::put_user_policy::PutUserPolicyInput
        iam::delete_user_policy::DeleteUserPolicyInput iam::attach_user_policy::AttachUserPolicyInput
        iam::detach_user_policy::DetachUserPolicyInput iam::put_user_permissions_boundary::PutUserPermissionsBoundaryInput
        iam::delete_user_permissions_boundary::DeleteUserPermissionsBoundaryInput iam::tag_user::TagUserInput
        iam::delete_user::DeleteUserInput),
    lignes!("groupe", nom, group_name:
        iam::add_user_to_group::AddUserToGroupInput iam::remove_user_from_group::RemoveUserFromGroupInput
        iam::put_group_policy::PutGroupPolicyInput iam::delete_group_policy::DeleteGroupPolicyInput
        iam::attach_group_policy::AttachGroupPolicyInput iam::detach_group_policy::DetachGroupPolicyInput
        iam::delete_group::DeleteGroupInput),
    lignes!("role", nom, role_name:
        iam::put_role_policy::PutRolePolicyInput iam::delete_role_policy::DeleteRolePolicyInput
        iam::attach_role_policy::AttachRolePolicyInput iam::detach_role_policy::DetachRolePolicyInput
        iam::put_role_permissions_boundary::PutRolePermissionsBoundaryInput
        iam::delete_role_permissions_boundary::DeleteRolePermissionsBoundaryInput
        iam::update_assume_role_policy::UpdateAssumeRolePolicyInput iam::update_role::UpdateRoleInput
        iam::tag_role::TagRoleInput iam::delete_role::DeleteRoleInput),
    lignes!("politique", dernier, policy_arn:
        iam::create_policy_version::CreatePolicyVersionInput iam::delete_policy_version::DeletePolicyVersionInput
        iam::set_default_policy_version::SetDefaultPolicyVersionInput iam::delete_policy::DeletePolicyInput),
    lignes!("fonction", fonction, function_name:
        lambda::update_function_code::UpdateFunctionCodeInput
        lambda::update_function_configuration::UpdateFunctionConfigurationInput
        lambda::publish_version::PublishVersionInput lambda::create_alias::CreateAliasInput
        lambda::update_alias::UpdateAliasInput lambda::delete_alias::DeleteAliasInput lambda::invoke::InvokeInput
        lambda::delete_function::DeleteFunctionInput),
    lignes!("couche", couche, layer_name:
        lambda::delete_layer_version::DeleteLayerVersionInput
        lambda::add_layer_version_permission::AddLayerVersionPermissionInput
        lambda::remove_layer_version_permission::RemoveLayerVersionPermissionInput),
    lignes!("grappe", grappe, cluster:
        ecs::stop_task::StopTaskInput ecs::update_service::UpdateServiceInput ecs::delete_service::DeleteServiceInput
        ecs::delete_cluster::DeleteClusterInput),
    lignes!("plan", famille, task_definition: ecs::deregister_task_definition::DeregisterTaskDefinitionInput),
];

/// Ce que l'appel dont voici l'entrée change ; rien, s'il crée ou s'il lit.
pub(crate) fn lire(entree: &Input) -> Vec<Cle> {
    let une = LIGNES
        .iter()
        .flat_map(|lignes| lignes.iter())
        .find_map(|ligne| ligne(entree));
    une.map_or_else(|| plusieurs(entree), |une| vec![une])
}

/// The tables of a batch or of a transaction.
fn plusieurs(entree: &Input) -> Vec<Cle> {
    let mut tables: Vec<String> = Vec::new();
    if let Some(lot) = entree.downcast_ref::<dynamodb::batch_write_item::BatchWriteItemInput>() {
        tables.extend(lot.request_items.iter().flatten().map(|(table, _)| table.clone()));
    }
    if let Some(lot) = entree.downcast_ref::<dynamodb::transact_write_items::TransactWriteItemsInput>() {
        for geste in lot.transact_items.iter().flatten() {
            tables.extend(geste.put.iter().map(|geste| geste.table_name.clone()));
            tables.extend(geste.update.iter().map(|geste| geste.table_name.clone()));
            tables.extend(geste.delete.iter().map(|geste| geste.table_name.clone()));
            tables.extend(geste.condition_check.iter().map(|geste| geste.table_name.clone()));
        }
    }
    tables
        .into_iter()
        .map(|table| ("table".to_string(), nom(&Some(table))))
        .collect()
}

fn nom(nom: &Option<String>) -> String {
    let nom = nom.as_deref().unwrap_or_default();
    // A table or a bucket may be named by its ARN.
    nom.rsplit([':', '/']).next().unwrap_or(nom).to_string()
}

fn dernier(arn: &Option<String>) -> String {
    nom(arn)
}

/// The name in `nom`, `nom:alias`, and the function's ARN.
pub(crate) fn fonction(nom: &Option<String>) -> String {
    let nom = nom.as_deref().unwrap_or_default();
    let seul = nom.split(":function:").last().unwrap_or(nom);
    seul.split(':').next().unwrap_or(seul).to_string()
}

/// The name in `nom` and in the layer's ARN.
fn couche(nom: &Option<String>) -> String {
    let nom = nom.as_deref().unwrap_or_default();
    let seul = nom.split(":layer:").last().unwrap_or(nom);
    seul.split(':').next().unwrap_or(seul).to_string()
}

/// The family in `famille:révision` and in the task definition's ARN.
fn famille(nom: &Option<String>) -> String {
    let nom = nom.as_deref().unwrap_or_default();
    let seul = nom.rsplit('/').next().unwrap_or(nom);
    seul.split(':').next().unwrap_or(seul).to_string()
}
