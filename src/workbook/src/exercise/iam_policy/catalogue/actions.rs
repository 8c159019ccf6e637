//! Actions that a careless policy grants, the gravest first, each with what it is done to.
//!
//! Those of S3 on buckets and objects are all there, since bucket policies close with `s3:*`.
//! <https://docs.aws.amazon.com/service-authorization/latest/reference/list_s3.html>

use super::Ground;
use super::places::Target;

/// A service's actions on one kind of resource.
struct Family {
    service: &'static str,
    target: Target,
    names: &'static str,
}

const FAMILIES: &[Family] = &[
    Family {
        service: "iam",
        target: Target::Role,
        names: "PassRole AttachRolePolicy PutRolePolicy UpdateAssumeRolePolicy CreateRole DeleteRole \
                DeleteRolePermissionsBoundary GetRole",
    },
    Family {
        service: "iam",
        target: Target::User,
        names: "CreateAccessKey AttachUserPolicy PutUserPolicy CreateLoginProfile CreateUser DeleteUser GetUser",
    },
    Family {
        service: "iam",
        target: Target::Policy,
        names: "CreatePolicyVersion SetDefaultPolicyVersion CreatePolicy DeletePolicy GetPolicy",
    },
    Family {
        service: "iam",
        target: Target::Nothing,
        names: "ListUsers ListRoles GetAccountAuthorizationDetails",
    },
    Family {
        service: "sts",
        target: Target::Assumed,
        names: "AssumeRole TagSession SetSourceIdentity",
    },
    Family {
        service: "s3",
        target: Target::Object,
        names: "DeleteObject DeleteObjectVersion PutObject PutObjectAcl PutObjectVersionAcl \
                BypassGovernanceRetention PutObjectRetention PutObjectLegalHold ObjectOwnerOverrideToBucketOwner \
                ReplicateObject ReplicateDelete ReplicateTags InitiateReplication RestoreObject \
                AbortMultipartUpload PutObjectTagging PutObjectVersionTagging DeleteObjectTagging \
                DeleteObjectVersionTagging GetObject GetObjectVersion GetObjectAcl GetObjectVersionAcl \
                GetObjectAttributes GetObjectVersionAttributes GetObjectTagging GetObjectVersionTagging \
                GetObjectRetention GetObjectLegalHold GetObjectTorrent GetObjectVersionTorrent \
                GetObjectVersionForReplication ListMultipartUploadParts",
    },
    Family {
        service: "s3",
        target: Target::Bucket,
        names: "PutBucketPolicy DeleteBucketPolicy DeleteBucket PutBucketAcl PutBucketPublicAccessBlock \
                PutLifecycleConfiguration PutReplicationConfiguration PutBucketVersioning PutEncryptionConfiguration \
                PutBucketOwnershipControls PutBucketObjectLockConfiguration PutBucketNotification PutBucketLogging \
                PutBucketCORS PutBucketWebsite DeleteBucketWebsite PutBucketTagging PutBucketRequestPayment \
                PutAccelerateConfiguration PutAnalyticsConfiguration PutInventoryConfiguration PutMetricsConfiguration \
                PutIntelligentTieringConfiguration CreateBucket ListBucket ListBucketVersions \
                ListBucketMultipartUploads GetBucketPolicy GetBucketPolicyStatus GetBucketAcl GetBucketLocation \
                GetBucketPublicAccessBlock GetBucketVersioning GetLifecycleConfiguration GetReplicationConfiguration \
                GetEncryptionConfiguration GetBucketOwnershipControls GetBucketObjectLockConfiguration \
                GetBucketNotification GetBucketLogging GetBucketCORS GetBucketWebsite GetBucketTagging \
                GetBucketRequestPayment GetAccelerateConfiguration GetAnalyticsConfiguration \
                GetInventoryConfiguration GetMetricsConfiguration GetIntelligentTieringConfiguration",
    },
    Family {
        service: "s3",
        target: Target::Nothing,
        names: "PutAccountPublicAccessBlock ListAllMyBuckets",
    },
    Family {
        service: "dynamodb",
        target: Target::Table,
        names: "DeleteTable PutResourcePolicy DeleteItem PutItem UpdateItem BatchWriteItem UpdateTable \
                DeleteResourcePolicy CreateTable Scan Query GetItem BatchGetItem DescribeTable",
    },
    Family {
        service: "lambda",
        target: Target::Function,
        names: "AddPermission UpdateFunctionCode DeleteFunction CreateFunction UpdateFunctionConfiguration \
                InvokeFunction GetFunction",
    },
    Family {
        service: "kms",
        target: Target::Key,
        names: "PutKeyPolicy ScheduleKeyDeletion CreateGrant Decrypt Encrypt",
    },
    Family {
        service: "secretsmanager",
        target: Target::Secret,
        names: "DeleteSecret PutResourcePolicy GetSecretValue",
    },
    Family {
        service: "sqs",
        target: Target::Queue,
        names: "DeleteQueue SetQueueAttributes PurgeQueue SendMessage ReceiveMessage DeleteMessage",
    },
    Family {
        service: "sns",
        target: Target::Topic,
        names: "DeleteTopic AddPermission SetTopicAttributes Publish Subscribe",
    },
    Family {
        service: "ec2",
        target: Target::Instance,
        names: "TerminateInstances StopInstances RunInstances",
    },
];

/// The actions to ask for: those that are known, and those of the lesson.
pub(super) fn listed(ground: &Ground<'_>) -> Vec<(String, Target)> {
    let families = FAMILIES.iter().filter(|family| concerns(ground, family.target));
    let known = families.flat_map(|family| {
        let names = family.names.split_whitespace();
        names.map(|name| (format!("{}:{name}", family.service), family.target))
    });
    let mut listed: Vec<(String, Target)> = known.collect();
    for request in &ground.matrix {
        let known = |(action, _): &(String, Target)| action.eq_ignore_ascii_case(&request.action);
        if !listed.iter().any(known) {
            listed.push((
                request.action.clone(),
                Target::of(&request.resource, &request.action),
            ));
        }
    }
    listed
}

/// A policy of a resource is only ever asked about what is done to it.
fn concerns(ground: &Ground<'_>, target: Target) -> bool {
    let own = ground
        .matrix
        .iter()
        .map(|request| Target::of(&request.resource, &request.action));
    match ground.kind {
        "trust" => target == Target::Assumed,
        "resource" => own.into_iter().any(|own| {
            own == target
                || matches!(
                    (own, target),
                    (Target::Object, Target::Bucket) | (Target::Bucket, Target::Object)
                )
        }),
        _ => true,
    }
}
