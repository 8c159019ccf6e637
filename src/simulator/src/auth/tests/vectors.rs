//! The published presigned URL, and four more that botocore signed.

use super::*;

struct Vector {
    method: &'static str,
    host: &'static str,
    path: &'static str,
    query: String,
    content_type: Option<&'static str>,
    date: &'static str,
    region: &'static str,
}

fn query(region: &str, date: &str, expires: u32, signed: &str, more: &str) -> String {
    let day = &date[..8];
    format!(
        "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={ID}%2F{day}%2F{region}%2Fs3%2Faws4_request&X-Amz-Date={date}\
         &X-Amz-Expires={expires}&X-Amz-SignedHeaders={signed}{more}"
    )
}

impl Vector {
    fn french(method: &'static str, path: &'static str, query: String) -> Self {
        let host = "mon-bucket.s3.eu-west-3.amazonaws.com";
        Self {
            method,
            host,
            path,
            query,
            content_type: None,
            date: "20261122T120000Z",
            region: "eu-west-3",
        }
    }

    /// Canonical request's hash, signing key, signature.
    fn sign(&self) -> (String, String, String) {
        let mut headers = HeaderMap::new();
        headers.insert("host", self.host.parse().unwrap());
        let mut signed_headers = vec!["host".to_owned()];
        if let Some(kind) = self.content_type {
            headers.insert("content-type", kind.parse().unwrap());
            signed_headers.insert(0, "content-type".to_owned());
        }
        let canonical = Signed {
            method: self.method,
            path: self.path,
            query: &self.query,
            headers: &headers,
            header_names: &signed_headers,
            payload: sigv4::UNSIGNED_PAYLOAD,
            path_as_it_is: true,
        }
        .canonical_request();
        let scope = sigv4::Scope {
            date: self.date[..8].to_owned(),
            region: self.region.to_owned(),
            service: "s3".to_owned(),
        };
        let key = sigv4::signing_key(SECRET, &scope);
        let signature = sigv4::sign(&key, &sigv4::string_to_sign(self.date, &scope, &canonical));
        (
            sigv4::sha256_hex(canonical.as_bytes()),
            sigv4::hex(&key),
            signature,
        )
    }
}

/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
#[test]
fn the_published_presigned_url_has_its_published_hash_key_and_signature() {
    let vector = Vector {
        method: "GET",
        host: "examplebucket.s3.amazonaws.com",
        path: "/test.txt",
        query: query("us-east-1", "20130524T000000Z", 86400, "host", ""),
        content_type: None,
        date: "20130524T000000Z",
        region: "us-east-1",
    };
    let (hash, key, signature) = vector.sign();
    assert_eq!(
        hash,
        "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04"
    );
    assert_eq!(
        key,
        "dbb893acc010964918f1fd433add87c70e8b0db6be30c1fbeafefa5ec6ba8378"
    );
    assert_eq!(
        signature,
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}

#[test]
fn a_plain_get_is_signed_as_botocore_signs_it() {
    let url = query("eu-west-3", "20261122T120000Z", 600, "host", "");
    let (.., signature) = Vector::french("GET", "/fichier.txt", url).sign();
    assert_eq!(
        signature,
        "c4ef60a56a7e7988af924408a7ce1079796e410888d913fdf2e5222598605ef0"
    );
}

#[test]
fn a_path_with_accents_spaces_and_plus_signs_is_signed_as_botocore_signs_it() {
    let url = query("eu-west-3", "20261122T120000Z", 600, "host", "");
    let (.., signature) = Vector::french("GET", "/dossier/%C3%A9%20a%2Bb.txt", url).sign();
    assert_eq!(
        signature,
        "ba425377472c9d800c39cc847c17fbc4ce741fc99ff01f812b878f9111a0f454"
    );
}

#[test]
fn a_token_a_version_and_an_override_are_signed_as_botocore_signs_them() {
    let more = "&X-Amz-Security-Token=TOKEN%2Fex%2B1%3D&versionId=v1\
                &response-content-disposition=attachment%3B%20filename%3D%22x.txt%22";
    let url = query("eu-west-3", "20261122T120000Z", 3600, "host", more);
    let (.., signature) = Vector::french("GET", "/fichier.txt", url).sign();
    assert_eq!(
        signature,
        "6de8a45e5b7c80a4eb54693b771fff3aca6c3a274529f9e59c81266ea2eb6031"
    );
}

#[test]
fn a_put_with_a_signed_content_type_is_signed_as_botocore_signs_it() {
    let url = query(
        "eu-west-3",
        "20261122T120000Z",
        604_800,
        "content-type%3Bhost",
        "",
    );
    let vector = Vector {
        content_type: Some("text/plain"),
        ..Vector::french("PUT", "/fichier.txt", url)
    };
    let (.., signature) = vector.sign();
    assert_eq!(
        signature,
        "9476b6a1d26620b7437e976abfc3a00423c6d410573b4b2585cada381cbde255"
    );
}

/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html#create-canonical-request>
#[test]
fn a_path_is_normalised_for_every_service_but_s3() {
    let path_line = |path: &str, path_as_it_is: bool| {
        let signed = Signed {
            method: "GET",
            path,
            query: "",
            headers: &HeaderMap::new(),
            header_names: &[],
            payload: "",
            path_as_it_is,
        };
        signed.canonical_request().lines().nth(1).unwrap().to_owned()
    };
    for (path, normalised) in [
        ("", "/"),
        ("/", "/"),
        ("//", "/"),
        ("/a/../..", "/"),
        ("/a/./b//c/", "/a/b/c/"),
        ("/a/../b", "/b"),
        (
            "/2015-03-31/functions/arn%3Aaws",
            "/2015-03-31/functions/arn%253Aaws",
        ),
    ] {
        assert_eq!(path_line(path, false), normalised, "{path}");
    }
    assert_eq!(path_line("/a/../b//c", true), "/a/../b//c");
    assert_eq!(path_line("/a%20b", true), "/a%20b");
}
