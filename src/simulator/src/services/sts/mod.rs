//! STS: temporary credentials, and who is calling.
//!
//! Not simulated: identities of other providers (`AssumeRoleWithSAML`, `AssumeRoleWithWebIdentity`), `AssumeRoot`,
//! multi-factor devices, and the operations added since 2025.

mod assume;
mod federation;
mod identity;
mod limits;
mod session;
mod session_token;

pub(crate) use assume::for_service;

use serde_json::Value;

use crate::REGION;
use crate::call::{Call, Outcome, Principal};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::{Protocol, query};
use crate::services::iam;
use crate::services::{Operation, Service, unmetered};

/// The XML namespace of STS's answers.
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "sts",
    protocol: Protocol::Query {
        version: "2011-06-15",
        namespace: NAMESPACE,
    },
    // Its former global endpoint signs for us-east-1.
    regions: &[REGION, "us-east-1"],
    resource_policy: iam::trust,
    operations: &[
        Operation {
            name: "GetCallerIdentity",
            // Nobody can be denied it: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
            access: |_, _| Vec::new(),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, identity::get_caller_identity),
        },
        Operation {
            name: "AssumeRole",
            access: |_, call| assume::needed(call),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, assume::assume_role),
        },
        Operation {
            name: "GetSessionToken",
            // No permission is needed: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
            access: |_, _| Vec::new(),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, session_token::get_session_token),
        },
        Operation {
            name: "GetFederationToken",
            access: |_, call| federation::needed(call),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, federation::get_federation_token),
        },
        Operation {
            name: "GetAccessKeyInfo",
            access: |_, _| vec![crate::call::Access::new("sts:GetAccessKeyInfo", "*")],
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, identity::get_access_key_info),
        },
        Operation {
            name: "DecodeAuthorizationMessage",
            access: |_, _| vec![crate::call::Access::new("sts:DecodeAuthorizationMessage", "*")],
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, identity::decode_authorization_message),
        },
    ],
};

fn answer(cloud: &Cloud, call: &Call, operation: fn(&Cloud, &Call) -> Result<Value, AwsError>) -> Outcome {
    let result = operation(cloud, call)?;
    Ok(query::reply(NAMESPACE, call, &result))
}

/// STS's refusal of a caller whose kind may not do this at all.
fn denied(message: impl Into<String>) -> AwsError {
    AwsError::new(403, "AccessDenied", message)
}

/// A parameter makes no sense beside another.
fn invalid_parameter(message: &str) -> AwsError {
    AwsError::new(400, "InvalidParameterValue", message)
}

/// Federated users may ask who they are, and nothing else.
fn not_federated(call: &Call, operation: &str) -> Result<(), AwsError> {
    if matches!(call.caller.principal, Principal::FederatedUser { .. }) {
        let caller = call.caller.principal.arn();
        return Err(denied(format!(
            "User: {caller} is not authorized to perform: sts:{operation}"
        )));
    }
    Ok(())
}
