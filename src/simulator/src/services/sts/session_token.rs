//! `GetSessionToken`: temporary credentials of a user for that user.

use serde_json::{Value, json};

use super::denied;
use super::session::{Made, give, without_mfa};
use crate::call::{Call, Principal};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;
use crate::services::iam::Tags;

/// The bounds of such a session, in seconds.
pub(super) const BOUNDS: (i64, i64) = (900, 129_600);

/// Its usual length: twelve hours.
pub(super) const USUAL: i64 = 43_200;

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html>
pub(super) fn get_session_token(cloud: &Cloud, call: &Call) -> Result<Value, AwsError> {
    let mut form = Form::revealing(&call.input);
    let seconds = form.number("DurationSeconds", BOUNDS.0, BOUNDS.1);
    without_mfa(&mut form)?;
    let principal = &call.caller.principal;
    let (Principal::User { id, .. }, None) = (principal, call.caller.session()) else {
        return Err(denied("Cannot call GetSessionToken with session credentials"));
    };
    let made = Made {
        principal: principal.clone(),
        owner_id: id.clone(),
        seconds: seconds.unwrap_or(USUAL),
        policies: None,
        tags: Tags::new(),
        transitive: Vec::new(),
        source_identity: None,
    };
    Ok(json!({ "Credentials": give(cloud, call.time, made) }))
}
