//! Cross-origin resource sharing: the configuration, the preflight, and the headers of actual answers.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>

use crate::call::{Outcome, Reply};
use crate::cloud::Cloud;
use crate::services::s3::fault::{self, Fault};
use crate::services::s3::input::Input;
use crate::services::s3::store::CorsRule;
use crate::services::s3::{open, reply, xml};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::dto;

const METHODS: [&str; 5] = ["GET", "PUT", "HEAD", "POST", "DELETE"];
/// A configuration has this many rules at most.
const LIMIT: usize = 100;
const VARY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketCors.html>
pub(super) fn get_cors(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let rules = input.bucket_in(&open(cloud))?.settings().cors.clone();
    let rules = rules.ok_or_else(|| {
        let message = "The CORS configuration does not exist";
        Fault::not_configured("NoSuchCORSConfiguration", message, input.bucket())
    })?;
    let cors_rules = rules.into_iter().map(shown).collect();
    Ok(reply::document(&dto::CORSConfiguration { cors_rules })?)
}

fn shown(rule: CorsRule) -> dto::CORSRule {
    let some = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
    dto::CORSRule {
        allowed_headers: some(rule.allowed_headers),
        allowed_methods: rule.allowed_methods,
        allowed_origins: rule.allowed_origins,
        expose_headers: some(rule.expose_headers),
        id: rule.id,
        max_age_seconds: rule.max_age,
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketCors.html>
pub(super) fn put_cors(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let asked: dto::CORSConfiguration = xml::read(input.document()?)?;
    if asked.cors_rules.is_empty() || asked.cors_rules.len() > LIMIT {
        return Err(Fault::malformed_xml().into());
    }
    let rules: fault::Outcome<Vec<CorsRule>> = asked.cors_rules.into_iter().map(checked).collect();
    let rules = rules?;
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.cors = Some(rules));
    Ok(reply::empty(200))
}

fn checked(rule: dto::CORSRule) -> fault::Outcome<CorsRule> {
    if rule.allowed_methods.is_empty() || rule.allowed_origins.is_empty() {
        return Err(Fault::malformed_xml());
    }
    let mut methods = rule.allowed_methods.iter();
    if let Some(method) = methods.find(|method| !METHODS.contains(&method.as_str())) {
        let message = format!("Found unsupported HTTP method in CORS config. Unsupported method is {method}");
        return Err(Fault::invalid_request(message));
    }
    let wildcards = |text: &&String| text.matches('*').count() > 1;
    if let Some(origin) = rule.allowed_origins.iter().find(wildcards) {
        let message = format!("AllowedOrigin \"{origin}\" can not have more than one wildcard.");
        return Err(Fault::invalid_request(message));
    }
    let headers = rule.allowed_headers.unwrap_or_default();
    if let Some(header) = headers.iter().find(wildcards) {
        let message = format!("AllowedHeader \"{header}\" can not have more than one wildcard.");
        return Err(Fault::invalid_request(message));
    }
    let exposed = rule.expose_headers.unwrap_or_default();
    if let Some(header) = exposed.iter().find(|header| header.contains('*')) {
        let message = format!(
            "ExposeHeader \"{header}\" contains wildcard. We currently do not support wildcard for ExposeHeader."
        );
        return Err(Fault::invalid_request(message));
    }
    Ok(CorsRule {
        id: rule.id,
        allowed_origins: rule.allowed_origins,
        allowed_methods: rule.allowed_methods,
        allowed_headers: headers,
        expose_headers: exposed,
        max_age: rule.max_age_seconds,
    })
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteBucketCors.html>
pub(super) fn delete_cors(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let mut store = open(cloud);
    let bucket = input.bucket_in_mut(&mut store)?;
    bucket.configure(|settings| settings.cors = None);
    Ok(reply::empty(204))
}

/// What a browser says of the request that it is about to send, or that a page sent.
struct Intent<'a> {
    origin: &'a str,
    method: &'a str,
    headers: Vec<&'a str>,
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html>
pub(super) fn preflight(cloud: &Cloud, input: &Input<'_>) -> Outcome {
    let intent = intent(input)?;
    let rules = {
        let store = open(cloud);
        let bucket = store.bucket(input.bucket());
        let bucket = bucket.map_err(|_| forbidden(&intent, "BUCKET", "CORSResponse: Bucket not found"))?;
        bucket.settings().cors.clone()
    };
    let rules = rules.ok_or_else(|| {
        let message = "CORSResponse: CORS is not enabled for this bucket.";
        forbidden(&intent, "BUCKET", message)
    })?;
    let rule = matching(&rules, &intent).ok_or_else(|| {
        let kind = if input.key().is_empty() { "BUCKET" } else { "OBJECT" };
        let message = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, \
                       request method / Access-Control-Request-Method or Access-Control-Request-Headers are not \
                       whitelisted by the resource's CORS spec.";
        forbidden(&intent, kind, message)
    })?;
    let mut answer = reply::empty(200);
    set_headers(&mut answer.headers, rule, &intent);
    Ok(answer)
}

fn intent<'a>(input: &'a Input<'_>) -> fault::Outcome<Intent<'a>> {
    let bad = |message: String| Fault::new(400, "BadRequest", message);
    let origin = input
        .header("origin")
        .ok_or_else(|| bad("Insufficient information. Origin request header needed.".to_owned()))?;
    let name = "access-control-request-method";
    let method = input.header(name).unwrap_or_default();
    if !METHODS.contains(&method) {
        let shown = if method.is_empty() { "null" } else { method };
        return Err(bad(format!("Invalid Access-Control-Request-Method: {shown}")));
    }
    let headers = input.header("access-control-request-headers").unwrap_or_default();
    let headers = headers
        .split(',')
        .map(str::trim)
        .filter(|header| !header.is_empty());
    Ok(Intent {
        origin,
        method,
        headers: headers.collect(),
    })
}

fn forbidden(intent: &Intent<'_>, kind: &'static str, message: &'static str) -> Fault {
    let fault = Fault::new(403, "AccessForbidden", message);
    fault.with("Method", intent.method).with("ResourceType", kind)
}

fn matching<'r>(rules: &'r [CorsRule], intent: &Intent<'_>) -> Option<&'r CorsRule> {
    rules
        .iter()
        .find(|rule| rule.allows(intent.origin, intent.method, &intent.headers))
}

fn set_headers(headers: &mut HeaderMap, rule: &CorsRule, intent: &Intent<'_>) {
    let everyone = rule.is_for_all();
    let origin = if everyone { "*" } else { intent.origin };
    reply::set(headers, "access-control-allow-origin", origin);
    let methods = rule.allowed_methods.join(", ");
    reply::set(headers, "access-control-allow-methods", &methods);
    if !intent.headers.is_empty() {
        let allowed = intent.headers.join(", ").to_lowercase();
        reply::set(headers, "access-control-allow-headers", &allowed);
    }
    if !rule.expose_headers.is_empty() {
        let exposed = rule.expose_headers.join(", ");
        reply::set(headers, "access-control-expose-headers", &exposed);
    }
    if let Some(seconds) = rule.max_age {
        reply::set(headers, "access-control-max-age", &seconds.to_string());
    }
    if !everyone {
        reply::set(headers, "access-control-allow-credentials", "true");
    }
    reply::set(headers, "vary", VARY);
}

/// Adds to the answer of a page's request what its browser must see, refusals included.
pub(super) fn share(cloud: &Cloud, input: &Input<'_>, outcome: Outcome) -> Outcome {
    let method = input.call.head.method.as_str();
    let Some(origin) = input.header("origin").filter(|_| method != "OPTIONS") else {
        return outcome;
    };
    let intent = Intent {
        origin,
        method: input.header("access-control-request-method").unwrap_or(method),
        headers: Vec::new(),
    };
    let headers = shared_headers(cloud, input, &intent);
    match outcome {
        Ok(mut answer) => {
            add(&mut answer, headers);
            Ok(answer)
        }
        Err(error) => Err(headers
            .into_iter()
            .fold(error, |error, (name, value)| error.with_header(name, &value))),
    }
}

type Headers = Vec<(&'static str, String)>;

fn shared_headers(cloud: &Cloud, input: &Input<'_>, intent: &Intent<'_>) -> Headers {
    let store = open(cloud);
    let Ok(bucket) = store.bucket(input.bucket()) else {
        return Headers::new();
    };
    let rules = bucket.settings().cors.as_deref().unwrap_or_default();
    let Some(rule) = matching(rules, intent) else {
        return Headers::new();
    };
    let mut headers = HeaderMap::new();
    set_headers(&mut headers, rule, intent);
    let names = [
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-expose-headers",
        "access-control-max-age",
        "access-control-allow-credentials",
        "vary",
    ];
    let found = names.into_iter().filter_map(|name| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name, value.to_owned()))
    });
    found.collect()
}

fn add(answer: &mut Reply, headers: Headers) {
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            answer.headers.insert(HeaderName::from_static(name), value);
        }
    }
}
