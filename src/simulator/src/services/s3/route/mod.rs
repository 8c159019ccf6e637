//! Which operation a request asks for, and what S3 says to a request that asks for none.
//!
//! The refusals are those that S3 gives before it looks at the bucket; parameters that S3 does not know change
//! nothing, as there.

mod table;

use super::fault::{Fault, Outcome};
use super::target::Target;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use table::{
    BUCKET, BUCKET_ITSELF, OBJECT, OBJECT_ITSELF, OF_THE_BUCKET_EVERYWHERE, ONE_OF, PART, Subresource,
    TAKES_VERSION,
};

/// The operation that answers for requests that ask for none.
const REFUSED: &str = "UnknownOperation";

/// AWS's name of the operation that a request asks for, simulated or not.
pub(super) fn operation(head: &Parts) -> String {
    let routed = Target::of(head).and_then(|target| route(head, &target));
    routed.unwrap_or(REFUSED).to_owned()
}

/// What S3 answers to a request that asks for no operation.
pub(super) fn refusal(head: &Parts) -> Fault {
    let routed = Target::of(head).and_then(|target| route(head, &target));
    routed.err().unwrap_or_else(Fault::not_implemented)
}

fn route(head: &Parts, target: &Target) -> Outcome<&'static str> {
    let method = head.method.as_str();
    match method {
        "OPTIONS" => return Ok("PreflightRequest"),
        "GET" | "HEAD" | "PUT" | "POST" | "DELETE" | "PATCH" => {}
        _ => {
            let message = "An error occurred when parsing the HTTP request.";
            return Err(Fault::new(400, "BadRequest", message));
        }
    }
    if let Some(name) = of_account(head) {
        return Ok(name);
    }
    let name = match (&target.bucket, &target.key) {
        (None, _) if method == "GET" => "ListBuckets",
        (None, _) => return Err(Fault::method_refused(method, "SERVICE", &["GET"])),
        (Some(_), None) => of_bucket(head, target)?,
        (Some(_), Some(_)) => of_object(method, target)?,
    };
    check_copy_source(head, name)?;
    Ok(match (name, head.headers.contains_key("x-amz-copy-source")) {
        ("PutObject", true) => "CopyObject",
        ("UploadPart", true) => "UploadPartCopy",
        (name, _) => name,
    })
}

/// The operations of S3 Control that are simulated: they name an account in a header.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html>
fn of_account(head: &Parts) -> Option<&'static str> {
    let names_account = head.headers.contains_key("x-amz-account-id");
    if !names_account || head.uri.path() != "/v20180820/configuration/publicAccessBlock" {
        return None;
    }
    match head.method.as_str() {
        "GET" => Some("GetAccountPublicAccessBlock"),
        "PUT" => Some("PutAccountPublicAccessBlock"),
        "DELETE" => Some("DeleteAccountPublicAccessBlock"),
        _ => None,
    }
}

fn check_copy_source(head: &Parts, name: &str) -> Outcome<()> {
    let Some(source) = head.headers.get("x-amz-copy-source") else {
        return Ok(());
    };
    if matches!(name, "PutObject" | "UploadPart") {
        return Ok(());
    }
    let message = "You can only specify a copy source header for copy requests.";
    let source = String::from_utf8_lossy(source.as_bytes()).into_owned();
    Err(Fault::invalid_argument(message, "x-amz-copy-source", source))
}

fn of_bucket(head: &Parts, target: &Target) -> Outcome<&'static str> {
    let method = head.method.as_str();
    let selected = selected(target, |name| BUCKET.iter().find(|one| one.name == name))?;
    let name = match selected {
        Some(subresource) => of_subresource(method, subresource)?,
        None if method == "POST" => return form(head),
        None => itself(method, "BUCKET", BUCKET_ITSELF)?,
    };
    if let Some(version) = target.query("versionId") {
        return Err(no_version(version));
    }
    Ok(match name {
        "ListObjects" if target.query("list-type") == Some("2") => "ListObjectsV2",
        name if target.query("id").is_some_and(|id| !id.is_empty()) => one_of(name),
        name => name,
    })
}

fn one_of(list: &'static str) -> &'static str {
    let found = ONE_OF.iter().find(|(name, _)| *name == list);
    found.map_or(list, |(_, one)| one)
}

fn of_object(method: &str, target: &Target) -> Outcome<&'static str> {
    let has = |name| target.query(name).is_some();
    let selected = selected(target, object_subresource)?;
    if method == "GET" {
        check_bucket_only(selected)?;
    }
    let name = match selected {
        Some(upload) if upload.name == "uploadId" && has("partNumber") => of_subresource(method, &PART)?,
        Some(subresource) => of_subresource(method, subresource)?,
        None => itself(method, "OBJECT", OBJECT_ITSELF)?,
    };
    match target.query("versionId") {
        Some(version) if !TAKES_VERSION.contains(&name) => return Err(no_version(version)),
        Some("") => {
            let message = "Version id cannot be the empty string";
            return Err(Fault::invalid_argument(message, "versionId", ""));
        }
        _ => {}
    }
    if name == "PutObject" && has("partNumber") {
        let message = "This operation does not accept partNumber without uploadId";
        let number = target.query("partNumber").unwrap_or_default();
        return Err(Fault::invalid_argument(message, "partNumber", number));
    }
    Ok(name)
}

fn object_subresource(name: &str) -> Option<&'static Subresource> {
    let of_bucket = || BUCKET.iter().find(|one| one.name == name);
    OBJECT
        .iter()
        .find(|one| one.name == name)
        .or_else(|| of_bucket().filter(|one| OF_THE_BUCKET_EVERYWHERE.contains(&one.name)))
}

/// Some of a bucket's subresources are refused in words of their own where a key is named.
fn check_bucket_only(selected: Option<&Subresource>) -> Outcome<()> {
    match selected.map(|subresource| subresource.name) {
        Some("uploads") => Err(Fault::invalid_request(
            "Key is not expected for the GET method ?uploads subresource",
        )),
        Some("versions") => Err(Fault::invalid_request(
            "There is no such thing as the ?versions sub-resource for a key",
        )),
        Some("logging") => {
            let message = "There is no such thing as the ?logging sub-resource for a key";
            Err(Fault::new(400, "NoLoggingStatusForKey", message))
        }
        _ => Ok(()),
    }
}

/// The one subresource that the query names; two conflict.
fn selected(
    target: &Target,
    known: impl Fn(&str) -> Option<&'static Subresource>,
) -> Outcome<Option<&'static Subresource>> {
    let mut found: Vec<&'static Subresource> =
        target.query.iter().filter_map(|(name, _)| known(name)).collect();
    found.sort_by_key(|subresource| subresource.name);
    found.dedup_by_key(|subresource| subresource.name);
    if found.len() > 1 {
        let names: Vec<_> = found.iter().map(|subresource| subresource.name).collect();
        let message = format!("Conflicting query string parameters: {}", names.join(", "));
        return Err(Fault::invalid_argument(message, "ResourceType", names[0]));
    }
    Ok(found.pop())
}

fn of_subresource(method: &str, subresource: &Subresource) -> Outcome<&'static str> {
    let methods = subresource.operations;
    let found = methods.iter().find(|(verb, _)| *verb == method);
    found.map(|(_, name)| *name).ok_or_else(|| {
        let allowed: Vec<_> = methods.iter().map(|(verb, _)| *verb).collect();
        Fault::method_refused(method, subresource.kind, &allowed)
    })
}

fn itself(method: &str, kind: &'static str, table: &[(&'static str, &'static str)]) -> Outcome<&'static str> {
    let found = table.iter().find(|(verb, _)| *verb == method);
    found.map(|(_, name)| *name).ok_or_else(|| {
        let allowed: Vec<_> = table.iter().map(|(verb, _)| *verb).collect();
        Fault::method_refused(method, kind, &allowed)
    })
}

/// A POST to a bucket is a browser's form.
fn form(head: &Parts) -> Outcome<&'static str> {
    let kind = head.headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if kind.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("multipart/form-data")) {
        return Ok("PostObject");
    }
    Err(Fault::precondition_failed(
        "Bucket POST must be of the enclosure-type multipart/form-data",
    ))
}

fn no_version(value: &str) -> Fault {
    Fault::invalid_argument("This operation does not accept a version-id.", "versionId", value)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn head(method: &str, uri: &str) -> Parts {
        let request = http::Request::builder().method(method).uri(uri).body(()).unwrap();
        request.into_parts().0
    }

    fn named(method: &str, uri: &str) -> String {
        operation(&head(method, uri))
    }

    fn refused(method: &str, uri: &str) -> (u16, String) {
        assert_eq!(named(method, uri), REFUSED, "{method} {uri}");
        let fault = refusal(&head(method, uri));
        let detail = fault.details.iter().find(|(name, _)| *name == "ResourceType");
        let shown = detail.map_or(fault.message.to_string(), |(_, kind)| kind.clone());
        (fault.status, shown)
    }

    #[test]
    fn operations_are_named() {
        assert_eq!(named("GET", "/"), "ListBuckets");
        assert_eq!(
            named("GET", "/b?list-type=2&prefix=a&encoding-type=url"),
            "ListObjectsV2"
        );
        assert_eq!(named("GET", "/b?list-type=1"), "ListObjects");
        assert_eq!(named("GET", "/b?versions&max-keys=3"), "ListObjectVersions");
        assert_eq!(named("PUT", "/b?versioning"), "PutBucketVersioning");
        assert_eq!(
            named("GET", "/b/k?versionId=null&response-content-type=a"),
            "GetObject"
        );
        assert_eq!(named("GET", "/b/k?x-id=GetObject"), "GetObject");
        assert_eq!(named("PUT", "/b/k?partNumber=1&uploadId=u"), "UploadPart");
        assert_eq!(named("DELETE", "/b/k?versionId=v"), "DeleteObject");
        assert_eq!(named("GET", "/b?analytics"), "ListBucketAnalyticsConfigurations");
        assert_eq!(
            named("GET", "/b?analytics&id=a"),
            "GetBucketAnalyticsConfiguration"
        );
        assert_eq!(named("GET", "/b/k?location"), "GetBucketLocation");
    }

    #[test]
    fn no_subresource_is_taken_for_a_plain_write() {
        for subresource in BUCKET.iter().chain(OBJECT) {
            let name = subresource.name;
            for (uri, plain) in [
                ("/b/k", ["PutObject", "DeleteObject"]),
                ("/b", ["CreateBucket", "DeleteBucket"]),
            ] {
                let known = uri == "/b" && BUCKET.iter().any(|one| one.name == name)
                    || uri == "/b/k" && OBJECT.iter().any(|one| one.name == name);
                for method in ["PUT", "DELETE"].iter().filter(|_| known) {
                    let named = named(method, &format!("{uri}?{name}"));
                    assert!(!plain.contains(&named.as_str()), "{method} {uri}?{name}: {named}");
                }
            }
        }
    }

    #[test]
    fn a_subresource_refuses_the_methods_that_it_has_not() {
        assert_eq!(refused("DELETE", "/b?location"), (405, "LOCATION".to_owned()));
        assert_eq!(refused("PUT", "/b?versions"), (405, "BUCKETVERSIONS".to_owned()));
        assert_eq!(
            refused("POST", "/b/k?tagging"),
            (405, "OBJECT_TAGGING".to_owned())
        );
        assert_eq!(refused("HEAD", "/b/k?acl"), (405, "ACL".to_owned()));
        assert_eq!(refused("PUT", "/b/k?uploadId=u"), (405, "UPLOAD".to_owned()));
        assert_eq!(
            refused("GET", "/b/k?uploadId=u&partNumber=1"),
            (405, "PART".to_owned())
        );
        assert_eq!(refused("POST", "/b/k"), (405, "OBJECT".to_owned()));
        assert_eq!(refused("PATCH", "/b"), (405, "BUCKET".to_owned()));
        assert_eq!(refused("PUT", "/"), (405, "SERVICE".to_owned()));
        let allow = refusal(&head("DELETE", "/b?location")).headers;
        assert_eq!(allow, [("allow", "GET".to_owned())]);
    }

    #[test]
    fn parameters_conflict_or_are_out_of_place() {
        let message = |method, uri| refused(method, uri);
        let conflict = "Conflicting query string parameters: acl, versioning";
        assert_eq!(message("GET", "/b?versioning&acl"), (400, conflict.to_owned()));
        let no_version = "This operation does not accept a version-id.";
        for (method, uri) in [
            ("PUT", "/b/k?versionId=v"),
            ("PUT", "/b/k?partNumber=1&uploadId=u&versionId=v"),
            ("POST", "/b/k?uploads&versionId=v"),
            ("DELETE", "/b?versionId=v"),
            ("GET", "/b?versionId=null"),
        ] {
            assert_eq!(
                message(method, uri),
                (400, no_version.to_owned()),
                "{method} {uri}"
            );
        }
        assert_eq!(
            message("GET", "/b/k?versionId="),
            (400, "Version id cannot be the empty string".to_owned())
        );
        assert_eq!(message("PUT", "/b/k?partNumber=1").0, 400);
        assert_eq!(message("GET", "/b/k?uploads").0, 400);
        assert_eq!(message("GET", "/b/%FF").0, 400);
    }

    #[test]
    fn parameters_that_s3_does_not_know_change_nothing() {
        assert_eq!(named("GET", "/b/k?cache=1"), "GetObject");
        assert_eq!(named("PUT", "/b/k?prefix=a"), "PutObject");
        assert_eq!(named("DELETE", "/b/k?max-keys=1"), "DeleteObject");
        assert_eq!(named("GET", "/b?Versioning"), "ListObjects");
    }
}
