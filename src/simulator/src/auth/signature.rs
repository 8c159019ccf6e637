//! Reads the signature that a request carries, in its `Authorization` header or in its query.

use http::request::Parts;
use percent_encoding::percent_decode_str;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use super::refusal::{MISSING_QUERY_PARAMETERS, Refusal};
use super::sigv4::{ALGORITHM, Scope};

/// A signature, with everything that it was made of but the request.
#[derive(Debug, Clone)]
pub(crate) struct Signature {
    /// The access key's id.
    pub(crate) access_key_id: String,
    /// What it is valid for.
    pub(crate) scope: Scope,
    /// `20130524T000000Z`.
    pub(crate) amz_date: String,
    /// The same, read: when it was made, on the signer's clock.
    pub(crate) date: OffsetDateTime,
    /// The names of the signed headers, sorted.
    pub(crate) signed_headers: Vec<String>,
    /// The signature, in hexadecimal.
    pub(crate) provided: String,
    /// The session token, when there is one.
    pub(crate) token: Option<String>,
    /// The lifetime in seconds, for a presigned URL.
    pub(crate) expires: Option<i64>,
}

/// The signature of a request, or `None` when it carries none.
pub(crate) fn find(head: &Parts) -> Result<Option<Signature>, Refusal> {
    let query = Query::of(head);
    let header = head.headers.get(http::header::AUTHORIZATION);
    let in_query = query
        .get("X-Amz-Algorithm")
        .or(query.get("X-Amz-Signature"))
        .or(query.get("X-Amz-Credential"));
    match (header, in_query) {
        (Some(header), Some(_)) => Err(Refusal::TwoMechanisms(text(header))),
        (Some(header), None) => from_header(head, &text(header)).map(Some),
        (None, Some(_)) => from_query(&query).map(Some),
        (None, None) => version_two(&query),
    }
}

/// A query that is signed as it was done before 2012, or nearly.
fn version_two(query: &Query) -> Result<Option<Signature>, Refusal> {
    let found = ["AWSAccessKeyId", "Signature", "Expires"].map(|name| query.get(name).is_some());
    match found {
        [true, true, true] => Err(Refusal::VersionTwo),
        [false, false, _] => Ok(None),
        _ => Err(Refusal::IncompleteVersionTwo),
    }
}

fn text(value: &http::HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// The scope's service that a request claims, to find who it is meant for before anything is checked.
pub(crate) fn claimed_service(head: &Parts) -> Option<String> {
    let header = head.headers.get(http::header::AUTHORIZATION).map(text);
    let credential = match &header {
        Some(header) => header
            .split_once("Credential=")?
            .1
            .split([',', ' '])
            .next()?
            .to_owned(),
        None => Query::of(head).get("X-Amz-Credential")?.to_owned(),
    };
    let mut from_end = credential.rsplit('/');
    (from_end.next() == Some("aws4_request")).then(|| from_end.next().map(str::to_owned))?
}

fn from_header(head: &Parts, header: &str) -> Result<Signature, Refusal> {
    let Some(fields) = header
        .strip_prefix(ALGORITHM)
        .filter(|rest| rest.starts_with([' ', '\t']))
    else {
        let old = header.starts_with("AWS ");
        return Err(if old {
            Refusal::VersionTwo
        } else {
            Refusal::UnsupportedType(header.to_owned())
        });
    };
    let field = |name: &'static str| {
        let found = fields.split(',').filter_map(|part| part.trim().split_once('='));
        let found = found
            .into_iter()
            .find_map(|(key, value)| (key == name).then(|| value.to_owned()));
        found
            .filter(|value| !value.is_empty())
            .ok_or(Refusal::IncompleteHeader(name))
    };
    let (credential, signed, provided) = (field("Credential")?, field("SignedHeaders")?, field("Signature")?);
    let (access_key_id, scope) =
        read_credential(&credential).ok_or(Refusal::MalformedCredential(credential))?;
    let amz_date = head
        .headers
        .get("x-amz-date")
        .map(text)
        .ok_or(Refusal::MissingDate)?;
    let date = parse_date(&amz_date).ok_or(Refusal::MissingDate)?;
    if !amz_date.starts_with(&scope.date) {
        return Err(Refusal::CredentialDate {
            credential: scope.date,
            amz_date,
        });
    }
    let token = head.headers.get("x-amz-security-token").map(text);
    let signed_headers = names(&signed);
    Ok(Signature {
        access_key_id,
        scope,
        amz_date,
        date,
        signed_headers,
        provided,
        token,
        expires: None,
    })
}

fn from_query(query: &Query) -> Result<Signature, Refusal> {
    let wrong = |message: &str| Refusal::QueryParameters {
        message: message.to_owned(),
        region: None,
    };
    let parameter = |name| query.get(name).filter(|value| !value.is_empty());
    let required = |name| parameter(name).ok_or_else(|| wrong(MISSING_QUERY_PARAMETERS));
    let algorithm = required("X-Amz-Algorithm")?;
    let credential = required("X-Amz-Credential")?;
    let provided = required("X-Amz-Signature")?.to_owned();
    let amz_date = required("X-Amz-Date")?.to_owned();
    let signed_headers = names(required("X-Amz-SignedHeaders")?);
    let expires = required("X-Amz-Expires")?;
    if algorithm != ALGORITHM {
        return Err(wrong(MISSING_QUERY_PARAMETERS));
    }
    let (access_key_id, scope) = read_credential(credential).ok_or_else(|| {
        wrong("Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".")
    })?;
    let date = parse_date(&amz_date)
        .ok_or_else(|| wrong("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\""))?;
    if !amz_date.starts_with(&scope.date) {
        return Err(wrong(&format!(
            "Invalid credential date \"{}\". This date is not the same as X-Amz-Date: \"{}\".",
            scope.date,
            &amz_date[..8]
        )));
    }
    let expires = Some(read_expires(expires).map_err(wrong)?);
    let token = query.get("X-Amz-Security-Token").map(str::to_owned);
    Ok(Signature {
        access_key_id,
        scope,
        amz_date,
        date,
        signed_headers,
        provided,
        token,
        expires,
    })
}

/// The longest life of a presigned URL: seven days.
const LONGEST_EXPIRES: i64 = 604_800;

fn read_expires(text: &str) -> Result<i64, &'static str> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err("X-Amz-Expires should be a number");
    }
    if text.starts_with('-') {
        return Err("X-Amz-Expires must be non-negative");
    }
    // A number too long to be read is at any rate more than a week.
    match digits.parse() {
        Ok(expires) if expires <= LONGEST_EXPIRES => Ok(expires),
        _ => Err(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
        ),
    }
}

/// `AKID/date/region/service/aws4_request`; the id itself may hold no slash.
fn read_credential(credential: &str) -> Option<(String, Scope)> {
    let parts: Vec<&str> = credential.split('/').collect();
    let [key, date, region, service, "aws4_request"] = parts[..] else {
        return None;
    };
    let scope = Scope {
        date: date.to_owned(),
        region: region.to_owned(),
        service: service.to_owned(),
    };
    let complete = ![key, region, service].contains(&"") && date.len() == 8;
    (complete && date.bytes().all(|byte| byte.is_ascii_digit())).then(|| (key.to_owned(), scope))
}

fn names(list: &str) -> Vec<String> {
    let mut names: Vec<String> = list.split(';').map(str::to_ascii_lowercase).collect();
    names.sort();
    names
}

fn parse_date(text: &str) -> Option<OffsetDateTime> {
    let format = format_description!("[year][month][day]T[hour][minute][second]Z");
    if text.len() != 16 {
        return None;
    }
    PrimitiveDateTime::parse(text, format)
        .ok()
        .map(PrimitiveDateTime::assume_utc)
}

/// A query's parameters, decoded.
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Those of a request.
    pub(crate) fn of(head: &Parts) -> Self {
        let pairs = head.uri.query().unwrap_or_default().split('&');
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        Self(pairs.map(|(name, value)| (decode(name), decode(value))).collect())
    }

    /// A parameter's value.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find_map(|(key, value)| (key == name).then_some(value.as_str()))
    }
}

fn decode(text: &str) -> String {
    percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}
