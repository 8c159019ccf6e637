//! Who signed a form: the fields of Signature Version 4.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html>

use super::multipart::Form;
use crate::REGION;
use crate::auth::keys::{Credential, KeyStore};
use crate::auth::sigv4::{ALGORITHM, Scope, same, sign, signing_key};
use crate::call::{AuthKind, Caller, SignedWith};
use crate::cloud::Cloud;
use crate::services::s3::fault::{Fault, Outcome};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

const CREDENTIAL: &str = "x-amz-credential";

/// Whoever signed a form.
pub(in crate::services::s3) struct Signer {
    pub(in crate::services::s3) caller: Caller,
    /// When the signature says that it was made, on the signer's clock.
    pub(in crate::services::s3) date: OffsetDateTime,
    /// The same on the simulated clock.
    pub(in crate::services::s3) at: OffsetDateTime,
}

fn field<'f>(form: &'f Form, name: &'static str) -> Outcome<&'f str> {
    form.get(name).ok_or_else(|| missing(name))
}

/// What is said of a field that a form cannot do without.
fn missing(name: &str) -> Fault {
    let message = format!(
        "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
    );
    Fault::invalid_argument(message, name, "")
}

/// Finds out who signed a form, and whether they did; a form without a policy is nobody's.
pub(in crate::services::s3) fn signer(cloud: &Cloud, form: &Form) -> Outcome<Option<Signer>> {
    refuse_version_two(form)?;
    let Some(policy) = form.get("policy") else {
        return if form.get("x-amz-signature").is_some() {
            Err(missing("policy"))
        } else {
            Ok(None)
        };
    };
    if field(form, "X-Amz-Algorithm")? != ALGORITHM {
        let message =
            "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
        return Err(Fault::invalid_request(message));
    }
    let credential = field(form, "X-Amz-Credential")?;
    let date = field(form, "X-Amz-Date")?;
    let provided = field(form, "X-Amz-Signature")?;
    let (id, scope) = scope(credential)?;
    let date = read_date(date).ok_or_else(|| {
        let message = "X-Amz-Date must be formatted via ISO8601 Long format";
        Fault::new(403, "AccessDenied", message)
    })?;
    let key = key(cloud, id, form)?;
    if !same(
        sign(&signing_key(&key.secret, &scope), policy).as_bytes(),
        provided.as_bytes(),
    ) {
        return Err(mismatch(id, policy, provided));
    }
    let at = cloud.clock.simulated(date);
    let caller = Caller {
        principal: key.owner,
        kind: AuthKind::Post,
        signed: Some(SignedWith {
            access_key_id: id.to_owned(),
            session: key.session,
            region: scope.region,
            at,
        }),
    };
    Ok(Some(Signer { caller, date, at }))
}

fn refuse_version_two(form: &Form) -> Outcome<()> {
    if form.get("awsaccesskeyid").is_none() && form.get("signature").is_none() {
        return Ok(());
    }
    let message =
        "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.";
    Err(Fault::invalid_request(message))
}

/// `AKID/date/region/s3/aws4_request`
fn scope(credential: &str) -> Outcome<(&str, Scope)> {
    let wrong = |message: String| Fault::invalid_argument(message, CREDENTIAL, credential);
    let parts: Vec<&str> = credential.split('/').collect();
    let [id, date, region, service, terminal] = parts[..] else {
        let message =
            "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
        return Err(wrong(message.to_owned()));
    };
    if terminal != "aws4_request" {
        let message = format!("incorrect terminal \"{terminal}\". This endpoint uses \"aws4_request\".");
        return Err(wrong(message));
    }
    if service != "s3" {
        let message = format!("incorrect service \"{service}\". This endpoint belongs to \"s3\".");
        return Err(wrong(message));
    }
    if region != REGION {
        return Err(wrong(format!(
            "the region \"{region}\" is wrong; expecting \"{REGION}\""
        )));
    }
    if date.len() != 8 || !date.bytes().all(|byte| byte.is_ascii_digit()) {
        let message = format!(
            "incorrect date format \"{date}\". This date in the credential must be in the format \"yyyyMMdd\"."
        );
        return Err(wrong(message));
    }
    let scope = Scope {
        date: date.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
    };
    Ok((id, scope))
}

fn read_date(text: &str) -> Option<OffsetDateTime> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    let date = PrimitiveDateTime::parse(text, format).ok()?;
    Some(date.assume_utc())
}

/// The key that signed, with its session if it has one.
fn key(cloud: &Cloud, id: &str, form: &Form) -> Outcome<Credential> {
    let unknown = || {
        let message = "The AWS Access Key Id you provided does not exist in our records.";
        Fault::new(403, "InvalidAccessKeyId", message).with("AWSAccessKeyId", id)
    };
    let key = cloud.iam.credential(id).ok_or_else(unknown)?;
    let token = form.get("x-amz-security-token");
    let Some(session) = &key.session else {
        return match token {
            Some(token) => Err(bad_token(token)),
            None => Ok(key),
        };
    };
    let token = token.ok_or_else(unknown)?;
    if !same(token.as_bytes(), session.token.as_bytes()) {
        return Err(bad_token(token));
    }
    if session.expired(cloud.clock.now()) {
        let message = "The provided token has expired.";
        return Err(Fault::new(400, "ExpiredToken", message).with("Token-0", token));
    }
    Ok(key)
}

fn bad_token(token: &str) -> Fault {
    let message = "The provided token is malformed or otherwise invalid.";
    Fault::new(400, "InvalidToken", message).with("Token-0", token)
}

fn mismatch(id: &str, policy: &str, provided: &str) -> Fault {
    let message = "The request signature we calculated does not match the signature you provided. Check your key and \
                   signing method.";
    let bytes: Vec<String> = policy.bytes().map(|byte| format!("{byte:02x}")).collect();
    Fault::new(403, "SignatureDoesNotMatch", message)
        .with("AWSAccessKeyId", id)
        .with("StringToSign", policy)
        .with("SignatureProvided", provided)
        .with("StringToSignBytes", bytes.join(" "))
}
