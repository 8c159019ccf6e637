//! Ce qu'un appel admis rendrait impossible à défaire, par un de ses réglages : il n'est pas envoyé.

use aws_sdk_dynamodb::operation::update_table::UpdateTableInput;
use aws_sdk_ecs::operation::create_cluster::CreateClusterInput;
use aws_sdk_s3::operation::create_bucket::CreateBucketInput;
use aws_smithy_runtime_api::client::interceptors::context::Input;

/// Pourquoi l'appel dont voici l'entrée ne se déferait pas ; rien, s'il se défait.
pub(crate) fn lire(entree: &Input) -> Option<&'static str> {
    if let Some(bucket) = entree.downcast_ref::<CreateBucketInput>() {
        // <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html>
        return bucket.object_lock_enabled_for_bucket?.then_some(
            "sous verrou (Object Lock), une version ne s’efface pas avant son terme, et le compartiment resterait",
        );
    }
    if let Some(table) = entree.downcast_ref::<UpdateTableInput>() {
        let repliques = table
            .replica_updates
            .as_ref()
            .is_some_and(|toutes| !toutes.is_empty());
        return repliques.then_some("une réplique est une table d’une autre région, où le ménage ne va pas");
    }
    let grappe = entree.downcast_ref::<CreateClusterInput>()?;
    // <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ClusterServiceConnectDefaultsRequest.html>
    grappe.service_connect_defaults.as_ref().map(|_| {
        "avec Service Connect par défaut, ECS crée un espace de noms de Cloud Map, que le ménage ne sait pas retirer"
    })
}
