//! The operations that lessons call, sent once more here and never for real.
//!
//! The crates of the SDK are compiled without the machine code of what nobody uses yet: most of an
//! SDK is never called. What is sent here is compiled with this library, and cells take it from
//! there; a cell that calls another operation compiles that one itself, some 200 ms longer.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// Sends each operation, and looks at what came as cells do.
macro_rules! sent {
    ($name:ident, $client:ty: $($operation:ident)*) => {
        async fn $name(client: &$client) {
            $({
                let answer = client.$operation().send().await;
                let _ = answer.as_ref().is_err();
                println!("{answer:?}");
                println!("{:?}", answer.unwrap());
            })*
        }
    };
}

sent!(s3, aws_sdk_s3::Client:
    abort_multipart_upload complete_multipart_upload copy_object create_bucket create_multipart_upload
    delete_bucket delete_bucket_policy delete_object delete_objects get_bucket_location get_bucket_policy
    get_bucket_versioning get_object head_bucket head_object list_buckets list_object_versions list_objects_v2
    put_bucket_lifecycle_configuration put_bucket_policy put_bucket_versioning put_object put_object_tagging);

sent!(dynamodb, aws_sdk_dynamodb::Client:
    batch_get_item batch_write_item create_table delete_item delete_table describe_table get_item list_tables
    put_item query scan transact_get_items transact_write_items update_item update_table);

sent!(iam, aws_sdk_iam::Client:
    add_user_to_group attach_role_policy attach_user_policy create_access_key create_group create_policy
    create_policy_version create_role create_user delete_access_key delete_user_policy get_policy get_role get_user
    list_access_keys list_users put_group_policy put_role_permissions_boundary put_role_policy
    put_user_permissions_boundary put_user_policy simulate_custom_policy simulate_principal_policy
    update_access_key);

sent!(lambda, aws_sdk_lambda::Client:
    add_layer_version_permission create_alias create_function delete_function delete_layer_version
    get_account_settings get_function get_function_configuration get_layer_version get_layer_version_policy invoke
    list_functions list_layer_versions list_layers publish_layer_version publish_version update_alias
    update_function_code update_function_configuration);

sent!(ecs, aws_sdk_ecs::Client:
    create_cluster create_service delete_service deregister_task_definition describe_services describe_tasks
    describe_task_definition list_tasks register_task_definition run_task stop_task update_service);

sent!(sts, aws_sdk_sts::Client: assume_role get_caller_identity get_session_token);

/// What presigns.
async fn presigned(client: &aws_sdk_s3::Client, config: aws_sdk_s3::presigning::PresigningConfig) {
    println!(
        "{:?}",
        client.get_object().presigned(config.clone()).await.unwrap().uri()
    );
    println!(
        "{:?}",
        client.put_object().presigned(config.clone()).await.unwrap().uri()
    );
    println!(
        "{:?}",
        client
            .delete_object()
            .presigned(config.clone())
            .await
            .unwrap()
            .uri()
    );
    println!(
        "{:?}",
        client.head_object().presigned(config).await.unwrap().uri()
    );
}

/// Has all of the above compiled; nobody calls it.
pub(crate) fn all(atelier: &crate::Atelier, config: &aws_sdk_s3::presigning::PresigningConfig) {
    compiled(s3(&atelier.s3));
    compiled(presigned(&atelier.s3, config.clone()));
    compiled(dynamodb(&atelier.dynamodb));
    compiled(iam(&atelier.iam));
    compiled(lambda(&atelier.lambda));
    compiled(ecs(&atelier.ecs));
    compiled(sts(&atelier.sts));
}

fn compiled(future: impl Future<Output = ()>) {
    let _: Poll<()> = pin!(future).poll(&mut Context::from_waker(Waker::noop()));
}
