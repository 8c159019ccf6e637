//! `PostObject`: an upload by a browser's form, which becomes a `PutObject` of whoever signed the form.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use super::write::put;
use crate::call::{Call, Caller, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3::access::Asked;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::form::{self, Form, Policy, Signer};
use crate::services::s3::input::{Input, mail_safe};
use crate::services::s3::{SERVICE, open, reply, xml};
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use s3s::dto;
use serde::{Deserialize, Serialize};

/// Fields that become headers of their own name.
const HEADERS: [&str; 6] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
];
/// Fields that say who signed, which are no headers of the write.
const OF_SIGNATURE: [&str; 5] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
];

/// What the answer to a form needs besides what was stored.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    bucket: String,
    key: String,
    /// The path of the object, as a write of it is addressed.
    path: String,
    location: String,
    redirect: Option<String>,
    status: Option<String>,
    /// The page that the form was sent from.
    origin: Option<String>,
}

/// Reads a form and makes of its call the plain write that it stands for, by whoever signed it: a call that is done
/// again from a log is that write, whatever became of the key that signed the form.
pub(super) fn read_form(cloud: &Cloud, call: &mut Call) -> Result<(), AwsError> {
    let origin = call.header(ORIGIN.as_str()).map(str::to_owned);
    let read = admit(cloud, call, origin.clone());
    match read {
        Ok(wanted) => {
            call.input = serde_json::to_value(wanted).unwrap_or_default();
            Ok(())
        }
        Err(error) => shared(cloud, call, origin.as_deref(), Err(error)).map(drop),
    }
}

fn admit(cloud: &Cloud, call: &mut Call, origin: Option<String>) -> Result<Wanted, AwsError> {
    let bucket = Input::of(call)?.bucket().to_owned();
    let content_type = call.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let form = form::read(content_type, &call.body)?;
    let key = key(&form)?;
    let caller = admitted(cloud, &form, &bucket)?;
    let wanted = Wanted::of(call, &form, bucket, key, origin);
    rewrite(call, &form, caller, &wanted)?;
    for access in Asked::of(cloud, call).to_write() {
        let authorised = call.authorise(cloud, &access);
        authorised.map_err(|denied| SERVICE.protocol.denied(&denied))?;
    }
    Ok(wanted)
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
pub(super) fn post_object(cloud: &Cloud, call: &mut Call) -> Outcome {
    let wanted: Wanted = serde_json::from_value(call.input.take()).map_err(|_| Fault::malformed_xml())?;
    let stored = put(cloud, &Input::of(call)?);
    let outcome = stored.and_then(|stored| Ok(answer(&wanted, &stored)?));
    shared(cloud, call, wanted.origin.as_deref(), outcome)
}

/// Tells the page that the form was sent from.
fn shared(cloud: &Cloud, call: &mut Call, origin: Option<&str>, outcome: Outcome) -> Outcome {
    let Some(origin) = origin.and_then(|origin| HeaderValue::from_str(origin).ok()) else {
        return outcome;
    };
    call.head.method = Method::POST;
    call.head.headers.insert(ORIGIN, origin);
    super::cors::share(cloud, &Input::of(call)?, outcome)
}

fn key(form: &Form) -> fault::Outcome<String> {
    let key = form.get("key").ok_or_else(|| {
        let message = "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the \
                       fields.";
        Fault::invalid_argument(message, "key", "")
    })?;
    if key.is_empty() {
        let message = "User key must have a length greater than 0.";
        return Err(Fault::invalid_argument(message, "key", ""));
    }
    Ok(key.to_owned())
}

/// Who uploads: whoever signed the form, if its policy allows what it holds.
fn admitted(cloud: &Cloud, form: &Form, bucket: &str) -> Result<Caller, AwsError> {
    open(cloud).bucket(bucket)?;
    let caller = match form::signer(cloud, form)? {
        None => Caller::anonymous(),
        Some(Signer { caller, date, at }) => {
            let policy = Policy::parse(form.get("policy").unwrap_or_default())?;
            // The policy's time runs on the simulated clock, from the simulated time at which it was signed.
            let late = at + (policy.expiration - date) < cloud.clock.now();
            policy.check(form, bucket, late)?;
            caller
        }
    };
    if form.file.is_none() {
        let message = "POST requires exactly one file upload per request.";
        return Err(Fault::invalid_argument(message, "file", "0").into());
    }
    Ok(caller)
}

impl Wanted {
    fn of(call: &Call, form: &Form, bucket: String, key: String, origin: Option<String>) -> Self {
        let encoded = reply::encoded(&key);
        let host = call.header(HOST.as_str()).unwrap_or_default();
        // Where the host names the bucket, the path does not.
        let in_host = call.head.uri.path().trim_matches('/').is_empty();
        let path = if in_host {
            format!("/{encoded}")
        } else {
            format!("/{bucket}/{encoded}")
        };
        let field = |name| form.get(name).map(str::to_owned);
        Self {
            location: format!("http://{host}{path}"),
            redirect: field("success_action_redirect").or_else(|| field("redirect")),
            status: field("success_action_status"),
            bucket,
            key,
            path,
            origin,
        }
    }
}

/// Makes a call of the form that is a plain write.
fn rewrite(call: &mut Call, form: &Form, caller: Caller, wanted: &Wanted) -> fault::Outcome<()> {
    let mut headers = HeaderMap::new();
    if let Some(host) = call.head.headers.get(HOST) {
        headers.insert(HOST, host.clone());
    }
    for (name, value) in form.fields() {
        let of_write = name.starts_with("x-amz-") && !OF_SIGNATURE.contains(&name);
        let name = match name {
            "acl" => "x-amz-acl",
            name if of_write || HEADERS.contains(&name) => name,
            _ => continue,
        };
        // Fields are UTF-8; so is what S3 makes of them.
        let safe = if name.starts_with("x-amz-meta-") {
            mail_safe(value)
        } else {
            value.to_owned()
        };
        let header = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_bytes(safe.as_bytes()).ok());
        let (name, value) =
            header.ok_or_else(|| Fault::invalid_argument("Invalid field value", name, value))?;
        headers.insert(name, value);
    }
    if let Some(tagging) = form.get("tagging") {
        let header = tagging_header(tagging)?;
        headers.insert("x-amz-tagging", header);
    }
    call.head.headers = headers;
    call.head.method = Method::PUT;
    call.head.uri = wanted.path.parse::<Uri>().unwrap_or_default();
    call.body = form.file.clone().unwrap_or_default();
    call.caller = caller;
    Ok(())
}

/// A form's tags are a document; a write's are a header.
fn tagging_header(document: &str) -> fault::Outcome<HeaderValue> {
    let tagging: dto::Tagging = xml::read(document.as_bytes())?;
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for tag in tagging.tag_set {
        query.append_pair(&tag.key.unwrap_or_default(), &tag.value.unwrap_or_default());
    }
    HeaderValue::from_str(&query.finish()).map_err(|_| Fault::malformed_xml())
}

/// The answer that the form asks for.
fn answer(wanted: &Wanted, stored: &Reply) -> fault::Outcome<Reply> {
    let etag = stored.headers.get("etag").and_then(|etag| etag.to_str().ok());
    let etag = etag.unwrap_or_default().to_owned();
    let redirect = wanted.redirect.as_deref().and_then(|to| url::Url::parse(to).ok());
    let mut answer = match (redirect, wanted.status.as_deref()) {
        (Some(mut to), _) => {
            to.query_pairs_mut()
                .append_pair("bucket", &wanted.bucket)
                .append_pair("key", &wanted.key)
                .append_pair("etag", &etag);
            let mut answer = reply::empty(303);
            reply::set(&mut answer.headers, "location", to.as_str());
            answer
        }
        (None, Some("200")) => reply::empty(200),
        (None, Some("201")) => created(wanted, &etag)?,
        (None, _) => reply::empty(204),
    };
    for (name, value) in &stored.headers {
        answer.headers.entry(name).or_insert_with(|| value.clone());
    }
    if answer.status != 303 {
        reply::set(&mut answer.headers, "location", &wanted.location);
    }
    Ok(answer)
}

fn created(wanted: &Wanted, etag: &str) -> fault::Outcome<Reply> {
    let document = xml::write_with(|writer| {
        writer.element("PostResponse", |writer| {
            writer.content("Location", wanted.location.as_str())?;
            writer.content("Bucket", wanted.bucket.as_str())?;
            writer.content("Key", wanted.key.as_str())?;
            writer.content("ETag", etag)
        })
    })?;
    let mut answer = reply::written(document);
    answer.status = 201;
    Ok(answer)
}
