//! `PostObject`: an upload by a browser's form, which becomes a `PutObject` of whoever signed the form.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

use super::write::put_object;
use crate::call::{Call, Caller, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::s3::access::Asked;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::form::{self, Form, Policy, Signer};
use crate::services::s3::input::Input;
use crate::services::s3::{SERVICE, open, reply, xml};
use http::header::{CONTENT_TYPE, HOST, ORIGIN};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri};
use s3s::dto;

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

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>
pub(super) fn post_object(cloud: &Cloud, call: &mut Call) -> Outcome {
    let bucket = Input::of(call)?.bucket().to_owned();
    let origin = call.head.headers.get(ORIGIN).cloned();
    let outcome = upload(cloud, call, &bucket);
    if let Some(origin) = origin {
        call.head.method = Method::POST;
        call.head.headers.insert(ORIGIN, origin);
    }
    super::cors::share(cloud, &Input::of(call)?, outcome)
}

fn upload(cloud: &Cloud, call: &mut Call, bucket: &str) -> Outcome {
    let content_type = call.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    let form = form::read(content_type, &call.body)?;
    let key = key(&form)?;
    let caller = admitted(cloud, &form, bucket)?;
    let target = Target::of(call, bucket, key);
    rewrite(call, &form, caller, &target)?;
    for access in Asked::of(cloud, call).to_write() {
        let authorised = call.authorise(cloud, &access);
        authorised.map_err(|denied| SERVICE.protocol.denied(&denied))?;
    }
    let stored = put_object(cloud, &Input::of(call)?)?;
    Ok(answer(&form, &target, &stored)?)
}

fn key(form: &Form) -> fault::Outcome<String> {
    let key = form.get("key").ok_or_else(|| {
        let message = "Bucket POST must contain a field named 'key'.  If it is specified, please check the order of the \
                       fields.";
        Fault::invalid_argument(message, "key", "")
    })?;
    let key = key.replace("${filename}", &form.filename);
    if key.is_empty() {
        let message = "User key must have a length greater than 0.";
        return Err(Fault::invalid_argument(message, "key", ""));
    }
    Ok(key)
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

/// Where the upload goes.
struct Target {
    bucket: String,
    key: String,
    /// The path of the object, as a write of it is addressed.
    path: String,
    location: String,
}

impl Target {
    fn of(call: &Call, bucket: &str, key: String) -> Self {
        let encoded = reply::encoded(&key);
        let host = call.header(HOST.as_str()).unwrap_or_default();
        // Where the host names the bucket, the path does not.
        let in_host = call.head.uri.path().trim_matches('/').is_empty();
        let path = if in_host {
            format!("/{encoded}")
        } else {
            format!("/{bucket}/{encoded}")
        };
        Self {
            location: format!("http://{host}{path}"),
            bucket: bucket.to_owned(),
            key,
            path,
        }
    }
}

/// Makes a call of the form that is a plain write.
fn rewrite(call: &mut Call, form: &Form, caller: Caller, target: &Target) -> fault::Outcome<()> {
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
        let header = HeaderName::from_bytes(name.as_bytes())
            .ok()
            .zip(HeaderValue::from_bytes(value.as_bytes()).ok());
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
    call.head.uri = target.path.parse::<Uri>().unwrap_or_default();
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
fn answer(form: &Form, target: &Target, stored: &Reply) -> fault::Outcome<Reply> {
    let etag = stored.headers.get("etag").and_then(|etag| etag.to_str().ok());
    let etag = etag.unwrap_or_default().to_owned();
    let redirect = form
        .get("success_action_redirect")
        .or_else(|| form.get("redirect"))
        .and_then(|to| url::Url::parse(to).ok());
    let mut answer = match (redirect, form.get("success_action_status")) {
        (Some(mut to), _) => {
            to.query_pairs_mut()
                .append_pair("bucket", &target.bucket)
                .append_pair("key", &target.key)
                .append_pair("etag", &etag);
            let mut answer = reply::empty(303);
            reply::set(&mut answer.headers, "location", to.as_str());
            answer
        }
        (None, Some("200")) => reply::empty(200),
        (None, Some("201")) => created(target, &etag)?,
        (None, _) => reply::empty(204),
    };
    for (name, value) in &stored.headers {
        answer.headers.entry(name).or_insert_with(|| value.clone());
    }
    if answer.status != 303 {
        reply::set(&mut answer.headers, "location", &target.location);
    }
    Ok(answer)
}

fn created(target: &Target, etag: &str) -> fault::Outcome<Reply> {
    let document = xml::write_with(|writer| {
        writer.element("PostResponse", |writer| {
            writer.content("Location", target.location.as_str())?;
            writer.content("Bucket", target.bucket.as_str())?;
            writer.content("Key", target.key.as_str())?;
            writer.content("ETag", etag)
        })
    })?;
    let mut answer = reply::written(document);
    answer.status = 201;
    Ok(answer)
}
