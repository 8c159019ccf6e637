//! What a presigned URL claims: its signing parameters, read, and what is wrong with their form.

use super::presigned_url::Case;
use super::sigv4_url::{SplitUrl, read_date};

/// Why a URL is not the right one: its case, and what to say when the lesson says nothing of it.
pub(super) struct Finding(pub(super) Option<Case>, pub(super) String);

impl Finding {
    pub(super) fn of(case: Case, message: impl Into<String>) -> Self {
        Self(Some(case), message.into())
    }

    pub(super) fn other(message: impl Into<String>) -> Self {
        Self(None, message.into())
    }
}

/// The signing parameters of a URL, read.
pub(super) struct Claims {
    pub(super) access_key_id: String,
    pub(super) region: String,
    pub(super) date: i64,
    pub(super) expires: u64,
    pub(super) signed_headers: Vec<String>,
    pub(super) signature: String,
    pub(super) token: Option<String>,
}

/// Reads the signing parameters; what is missing or malformed is a finding.
pub(super) fn claims(url: &SplitUrl) -> Result<Claims, Finding> {
    if url.parameter("X-Amz-Signature").is_none() {
        if url.parameter("Signature").is_some() || url.parameter("AWSAccessKeyId").is_some() {
            let message = "C’est une signature de version 2 (`AWSAccessKeyId`, `Signature`, `Expires`). Il faut la version 4.";
            return Err(Finding::of(Case::Sigv2, message));
        }
        return Err(Finding::other(
            "Cette URL n’est pas signée\u{a0}: elle n’a pas de `X-Amz-Signature`.",
        ));
    }
    let needed = |name: &str| {
        let missing = || {
            Finding::other(format!(
                "Il manque le paramètre `{name}`\u{a0}: l’URL a peut-être été coupée."
            ))
        };
        url.parameter(name).ok_or_else(missing)
    };
    let malformed = |name: &str| Finding::other(format!("Le paramètre `{name}` n’a pas la bonne forme."));
    if needed("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
        return Err(malformed("X-Amz-Algorithm"));
    }
    let date_text = needed("X-Amz-Date")?;
    let date = read_date(date_text).ok_or_else(|| malformed("X-Amz-Date"))?;
    let scope: Vec<&str> = needed("X-Amz-Credential")?.split('/').collect();
    let [access_key_id, day, region, "s3", "aws4_request"] = scope.as_slice() else {
        return Err(malformed("X-Amz-Credential"));
    };
    if !date_text.starts_with(day) {
        return Err(Finding::other(
            "La date de `X-Amz-Credential` n’est pas celle de `X-Amz-Date`.",
        ));
    }
    Ok(Claims {
        access_key_id: (*access_key_id).to_owned(),
        region: (*region).to_owned(),
        date,
        expires: needed("X-Amz-Expires")?
            .parse()
            .map_err(|_| malformed("X-Amz-Expires"))?,
        signed_headers: needed("X-Amz-SignedHeaders")?
            .split(';')
            .map(str::to_lowercase)
            .collect(),
        signature: needed("X-Amz-Signature")?.to_owned(),
        token: url.parameter("X-Amz-Security-Token").map(str::to_owned),
    })
}
