//! Who calls, whose a key is, and what a denial said.

use serde_json::{Value, json};

use super::{limits, not_federated};
use crate::auth::keys::account_of;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::decode_denial;
use crate::services::form::{Form, invalid};

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
#[expect(clippy::unnecessary_wraps, reason = "it fills a place of the table")]
pub(super) fn get_caller_identity(_: &Cloud, call: &Call) -> Result<Value, AwsError> {
    let principal = &call.caller.principal;
    Ok(json!({
        "Arn": principal.arn(),
        "UserId": principal.user_id(),
        "Account": principal.account(),
    }))
}

/// The account is part of a key's id: it is told whether there is such a key or not.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetAccessKeyInfo.html>
pub(super) fn get_access_key_info(_: &Cloud, call: &Call) -> Result<Value, AwsError> {
    not_federated(call, "GetAccessKeyInfo")?;
    let mut form = Form::revealing(&call.input);
    let id = form.required("AccessKeyId", &limits::ACCESS_KEY_ID);
    form.check()?;
    let account = account_of(&id).ok_or_else(|| invalid(format!("Invalid access key: {id}")))?;
    Ok(json!({ "Account": account }))
}

/// Tells what a denial of EC2's said.
/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html>
pub(super) fn decode_authorization_message(_: &Cloud, call: &Call) -> Result<Value, AwsError> {
    let mut form = Form::revealing(&call.input);
    let message = form.required("EncodedMessage", &limits::MESSAGE);
    form.check()?;
    let decoded = decode_denial(&message).ok_or_else(|| {
        AwsError::new(
            400,
            "InvalidAuthorizationMessageException",
            "Invalid authorization message.",
        )
    })?;
    Ok(json!({ "DecodedMessage": decoded }))
}
