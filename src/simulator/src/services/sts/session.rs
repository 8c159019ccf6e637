//! Making a session: its key, its token, what answers show of it.

use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};

use crate::auth::keys::Key;
use crate::call::Principal;
use crate::chance::text;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::policy::DocumentKind;
use crate::services::form::{Form, invalid};
use crate::services::iam::{Held, Session, SessionPolicies, Tags, date, rules};

use super::{invalid_parameter, limits};

/// The characters of a token after its beginning.
const TOKEN_LENGTH: usize = 340;

/// What distinguishes one session from another.
pub(super) struct Made {
    pub(super) principal: Principal,
    pub(super) owner_id: String,
    pub(super) seconds: i64,
    pub(super) policies: Option<SessionPolicies>,
    pub(super) tags: Tags,
    pub(super) transitive: Vec<String>,
    pub(super) source_identity: Option<String>,
}

/// Gives temporary credentials out, and shows them.
pub(super) fn give(cloud: &Cloud, now: OffsetDateTime, made: Made) -> Value {
    let account = made.principal.account().unwrap_or(crate::ACCOUNT);
    let Key { id, secret } = Key::temporary(account);
    let session = Session {
        access_key_id: id,
        secret,
        token: token(),
        principal: made.principal,
        owner_id: made.owner_id,
        issued: now,
        expires: whole_seconds(now) + Duration::seconds(made.seconds),
        policies: made.policies,
        tags: made.tags,
        transitive: made.transitive,
        source_identity: made.source_identity,
    };
    let shown = json!({
        "AccessKeyId": session.access_key_id,
        "SecretAccessKey": session.secret,
        "SessionToken": session.token,
        "Expiration": date(session.expires),
    });
    cloud.iam.write().sessions.insert(session, now);
    shown
}

fn whole_seconds(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_nanosecond(0).unwrap_or(time)
}

/// A token begins as those of AWS do; what follows means nothing to anybody but STS.
fn token() -> String {
    const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    format!("IQoJb3JpZ2luX2Vj{}", text(BASE64, TOKEN_LENGTH))
}

/// Reads the session policies of a request: an inline one, and the ARNs of managed ones.
pub(super) fn policies(
    inline: Option<&str>,
    managed: Vec<String>,
) -> Result<Option<SessionPolicies>, AwsError> {
    if inline.is_none() && managed.is_empty() {
        return Ok(None);
    }
    let inline = inline.map(|text| Held::parse(text, DocumentKind::Session));
    let inline = inline
        .transpose()
        .map_err(|fault| AwsError::new(400, "MalformedPolicyDocument", fault.sentence()))?;
    Ok(Some(SessionPolicies { inline, managed }))
}

/// Refuses managed session policies that the account does not have.
pub(super) fn managed_exist(
    cloud: &Cloud,
    account: &str,
    policies: Option<&SessionPolicies>,
) -> Result<(), AwsError> {
    let state = cloud.iam.read();
    let account = state.accounts.get(account);
    for arn in policies.into_iter().flat_map(|policies| &policies.managed) {
        if account.and_then(|account| account.policy(arn)).is_none() {
            return Err(invalid(format!("ARN {arn} is not valid.")));
        }
    }
    Ok(())
}

/// The session tags of a request, whose keys differ in more than their case.
pub(super) fn distinct(given: Vec<(String, String)>) -> Result<Tags, AwsError> {
    if let Some(message) = rules::reserved(given.iter().map(|(key, _)| key.as_str())) {
        return Err(invalid_parameter(message));
    }
    let count = given.len();
    let folded: std::collections::BTreeSet<String> =
        given.iter().map(|(key, _)| key.to_lowercase()).collect();
    if folded.len() < count {
        return Err(invalid_parameter(
            "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
        ));
    }
    Ok(given.into_iter().collect())
}

/// There is no multi-factor device, so that no code of one can be right.
pub(super) fn without_mfa(form: &mut Form<'_>) -> Result<(), AwsError> {
    let serial = form.optional("SerialNumber", &limits::SERIAL_NUMBER);
    let code = form.optional("TokenCode", &limits::TOKEN_CODE);
    form.check()?;
    if serial.is_none() && code.is_none() {
        return Ok(());
    }
    Err(super::denied(
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid \
         and associated with this user.",
    ))
}
