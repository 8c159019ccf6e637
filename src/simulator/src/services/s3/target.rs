//! What a request is about: its bucket, its key and its query, whichever way they are addressed.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html>

use super::fault::{Fault, Outcome};
use http::request::Parts;
use percent_encoding::percent_decode_str;

/// Hosts below which a label is a bucket.
const LOCAL_DOMAIN: &str = "localhost";
const AWS_DOMAIN: &str = ".amazonaws.com";

/// Where a request goes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Target {
    pub(super) bucket: Option<String>,
    pub(super) key: Option<String>,
    /// Decoded, in the order of the request.
    pub(super) query: Vec<(String, String)>,
}

impl Target {
    pub(super) fn of(head: &Parts) -> Outcome<Self> {
        let path = decode(head.uri.path())?;
        let (bucket, key) = match bucket_of_host(host(head)) {
            Some(bucket) => (Some(bucket.to_owned()), Some(path)),
            None => match path.split_once('/') {
                Some((bucket, key)) => (Some(bucket.to_owned()), Some(key.to_owned())),
                None => (Some(path), None),
            },
        };
        let filled = |text: Option<String>| text.filter(|text| !text.is_empty());
        let query = url::form_urlencoded::parse(head.uri.query().unwrap_or_default().as_bytes());
        Ok(Self {
            bucket: filled(bucket),
            key: filled(key),
            query: query
                .map(|(name, value)| (name.into_owned(), value.into_owned()))
                .collect(),
        })
    }

    /// A query parameter, if it is there.
    pub(super) fn query(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }
}

/// The path without its first slash; a key may begin with a slash of its own.
fn decode(path: &str) -> Outcome<String> {
    let path = path.strip_prefix('/').unwrap_or(path);
    percent_decode_str(path)
        .decode_utf8()
        .map(std::borrow::Cow::into_owned)
        .map_err(|_| Fault::new(400, "InvalidURI", "Couldn't parse the specified URI.").with("URI", path))
}

fn host(head: &Parts) -> &str {
    let header = head
        .headers
        .get(http::header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = header.or_else(|| head.uri.host()).unwrap_or_default();
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    }
}

/// The bucket of a virtual-hosted request: `BUCKET.localhost`, `BUCKET.s3.eu-west-3.amazonaws.com` and the like.
fn bucket_of_host(host: &str) -> Option<&str> {
    if let Some(bucket) = host.strip_suffix(LOCAL_DOMAIN) {
        let bucket = bucket.strip_suffix('.')?;
        return Some(bucket.strip_suffix(".s3").unwrap_or(bucket)).filter(|bucket| *bucket != "s3");
    }
    let service = host.strip_suffix(AWS_DOMAIN)?;
    let at = service
        .rfind(".s3.")
        .or_else(|| service.rfind(".s3-"))
        .or_else(|| service.strip_suffix(".s3").map(str::len))?;
    Some(&service[..at])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn target(host: &str, uri: &str) -> Target {
        let request = http::Request::builder()
            .uri(uri)
            .header("host", host)
            .body(())
            .unwrap();
        Target::of(&request.into_parts().0).unwrap()
    }

    fn place(host: &str, uri: &str) -> (Option<String>, Option<String>) {
        let target = target(host, uri);
        (target.bucket, target.key)
    }

    fn both(bucket: &str, key: &str) -> (Option<String>, Option<String>) {
        (Some(bucket.to_owned()), Some(key.to_owned()))
    }

    #[test]
    fn a_path_names_the_bucket_and_the_key() {
        assert_eq!(place("127.0.0.1:4566", "/"), (None, None));
        assert_eq!(place("127.0.0.1:4566", "/b"), (Some("b".to_owned()), None));
        assert_eq!(place("127.0.0.1:4566", "/b/"), (Some("b".to_owned()), None));
        assert_eq!(
            place("localhost:4566", "/b/dossier/%C3%A9%20a+b.txt"),
            both("b", "dossier/é a+b.txt")
        );
        assert_eq!(place("localhost", "/b//k"), both("b", "/k"));
        assert_eq!(place("s3.eu-west-3.amazonaws.com", "/b/k"), both("b", "k"));
    }

    #[test]
    fn a_host_may_name_the_bucket() {
        assert_eq!(
            place("mon-bucket.localhost:4566", "/a/b"),
            both("mon-bucket", "a/b")
        );
        assert_eq!(place("mon-bucket.s3.localhost", "/a"), both("mon-bucket", "a"));
        assert_eq!(
            place("mon.bucket.s3.eu-west-3.amazonaws.com", "/a"),
            both("mon.bucket", "a")
        );
        assert_eq!(
            place("mon-bucket.s3.amazonaws.com", "/a"),
            both("mon-bucket", "a")
        );
        assert_eq!(
            place("mon-bucket.localhost", "/"),
            (Some("mon-bucket".to_owned()), None)
        );
    }

    #[test]
    fn a_query_is_decoded() {
        let target = target("localhost", "/b?prefix=a%2Fb%20c&versions");
        assert_eq!(target.query("prefix"), Some("a/b c"));
        assert_eq!(target.query("versions"), Some(""));
        assert_eq!(target.query("delimiter"), None);
    }
}
