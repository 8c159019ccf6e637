//! Which service a request is for: one endpoint stands for all of AWS's.

use http::request::Parts;

use crate::auth::claimed_service;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::protocol::query::version;
use crate::services::{self, REGIONAL, SERVICES, Service, owned_by_caller};

/// The name of what answers for services that are not simulated.
const UNKNOWN: &str = "unknown";

/// What answers for services that are not simulated, in the protocol that the request seems to speak.
static UNKNOWN_JSON: Service = Service {
    name: UNKNOWN,
    protocol: Protocol::Json {
        version: "1.1",
        targets: &[],
    },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[],
};
static UNKNOWN_QUERY: Service = Service {
    name: UNKNOWN,
    protocol: Protocol::Query {
        version: "unknown",
        namespace: "",
    },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[],
};
static UNKNOWN_REST_JSON: Service = Service {
    name: UNKNOWN,
    protocol: Protocol::RestJson { routes: &[] },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[],
};
static UNKNOWN_REST_XML: Service = Service {
    name: UNKNOWN,
    protocol: Protocol::RestXml { operation: method },
    regions: REGIONAL,
    resource_policy: owned_by_caller,
    operations: &[],
};

fn method(head: &Parts) -> String {
    head.method.to_string()
}

/// The service that a request is for: by its target, else by the scope of its signature, else by what it looks like.
pub(crate) fn service(head: &Parts) -> &'static Service {
    let target = head
        .headers
        .get("x-amz-target")
        .and_then(|value| value.to_str().ok());
    if let Some(target) = target {
        return by_target(target).unwrap_or(&UNKNOWN_JSON);
    }
    if let Some(claimed) = claimed_service(head) {
        return services::named(&claimed).unwrap_or_else(|| not_simulated(head));
    }
    if is_query(head) {
        by_version(head)
    } else if services::lambda::owns(head.uri.path()) {
        &services::lambda::SERVICE
    } else {
        &services::s3::SERVICE
    }
}

/// The query service of the API's version that an unsigned request names, where it names it in the query string.
fn by_version(head: &Parts) -> &'static Service {
    let asked = version(head);
    let speaks = |service: &&&Service| match service.protocol {
        Protocol::Query { version, .. } | Protocol::Ec2 { version } => Some(version) == asked.as_deref(),
        _ => false,
    };
    SERVICES
        .iter()
        .find(speaks)
        .copied()
        .unwrap_or(&services::sts::SERVICE)
}

fn by_target(target: &str) -> Option<&'static Service> {
    let (prefix, _) = target.rsplit_once('.')?;
    let speaks = |service: &&&Service| matches!(service.protocol, Protocol::Json { targets, .. } if targets.contains(&prefix));
    SERVICES.iter().find(speaks).copied()
}

fn not_simulated(head: &Parts) -> &'static Service {
    let in_query = head.headers.get(http::header::AUTHORIZATION).is_none();
    match (is_query(head), in_query) {
        (true, _) => &UNKNOWN_QUERY,
        // Presigned URLs are S3's; S3 says itself that the scope is of another service.
        (false, true) => &services::s3::SERVICE,
        (false, false) if speaks_xml(head) => &UNKNOWN_REST_XML,
        (false, false) => &UNKNOWN_REST_JSON,
    }
}

/// Whether a request is for one of the few services that answer with XML besides S3.
fn speaks_xml(head: &Parts) -> bool {
    let claimed = claimed_service(head);
    claimed.is_some_and(|name| ["cloudfront", "route53"].contains(&name.as_str()))
}

/// Lets only requests for a simulated service go on.
pub(crate) fn simulated(service: &Service, head: &Parts) -> Result<(), AwsError> {
    if service.name != UNKNOWN {
        return Ok(());
    }
    let name = claimed_name(service, head);
    let message = format!("The service {name} is not simulated.");
    if matches!(service.protocol, Protocol::Json { .. }) {
        let unknown = service.protocol.unknown_operation("");
        return Err(AwsError { message, ..unknown });
    }
    Err(AwsError::new(501, "NotImplemented", message))
}

/// Whether a request speaks the query protocol: a form posted to `/`, or an action in the query string.
fn is_query(head: &Parts) -> bool {
    let content_type = head
        .headers
        .get(http::header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let form = content_type.is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let action = head
        .uri
        .query()
        .is_some_and(|query| query.split('&').any(|pair| pair.starts_with("Action=")));
    head.uri.path() == "/" && ((form && head.method == http::Method::POST) || action)
}

/// The name by which the journal calls the service: for one that is not simulated, the name that it was called by.
pub(crate) fn claimed_name(service: &Service, head: &Parts) -> String {
    if service.name == UNKNOWN {
        claimed_service(head).unwrap_or_default()
    } else {
        service.name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn routed(method: &str, uri: &str, headers: &[(&str, &str)]) -> &'static str {
        let mut request = http::Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        service(&request.body(()).unwrap().into_parts().0).name
    }

    #[test]
    fn a_target_names_its_service() {
        assert_eq!(
            routed("POST", "/", &[("x-amz-target", "DynamoDB_20120810.GetItem")]),
            "dynamodb"
        );
        assert_eq!(
            routed(
                "POST",
                "/",
                &[("x-amz-target", "DynamoDBStreams_20120810.GetRecords")]
            ),
            "dynamodb"
        );
        assert_eq!(
            routed("POST", "/", &[("x-amz-target", "Kinesis_20131202.PutRecord")]),
            "unknown"
        );
    }

    #[test]
    fn a_signature_names_the_service_of_its_scope() {
        let header = "AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-3/sts/aws4_request, SignedHeaders=host, Signature=a";
        assert_eq!(routed("POST", "/", &[("authorization", header)]), "sts");
        let uri = "/b/k?X-Amz-Credential=AKID%2F20260101%2Feu-west-3%2Fs3%2Faws4_request";
        assert_eq!(routed("GET", uri, &[]), "s3");
        assert_eq!(
            routed(
                "GET",
                "/2015-03-31/functions",
                &[("authorization", &header.replace("sts", "lambda"))]
            ),
            "lambda"
        );
        assert_eq!(routed("GET", &uri.replace("s3", "kms"), &[]), "s3");
        assert_eq!(
            routed("GET", "/", &[("authorization", &header.replace("sts", "kms"))]),
            "unknown"
        );
    }

    #[test]
    fn an_unsigned_request_is_for_s3_unless_it_is_a_form_or_has_a_path_of_lambda_s() {
        assert_eq!(routed("GET", "/bucket/key", &[]), "s3");
        assert_eq!(routed("GET", "/2015-03-31/functions/f", &[]), "lambda");
        assert_eq!(routed("GET", "/2018-10-31/layers", &[]), "lambda");
        assert_eq!(routed("GET", "/2015-03-31/key", &[]), "s3");
        let form = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
        assert_eq!(routed("POST", "/", &form), "sts");
        assert_eq!(
            routed("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", &[]),
            "sts"
        );
    }
}
