//! Uploads by a browser's form.

use super::client::{Response, World};
use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use base64::{Engine, prelude::BASE64_STANDARD};
use std::time::{Duration, SystemTime};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// A form, signed as boto3 does it, that lives for ten minutes.
pub(crate) struct Form {
    fields: Vec<(String, String)>,
    file: String,
}

impl Form {
    pub(crate) fn signed(world: &World, conditions: &str, fields: &[(&str, &str)]) -> Self {
        let now = OffsetDateTime::now_utc();
        let date = now
            .format(format_description!("[year][month][day]T[hour][minute][second]Z"))
            .unwrap();
        let credential = format!(
            "{}/{}/eu-west-3/s3/aws4_request",
            world.administrator.id,
            &date[..8]
        );
        let expiration = (now + Duration::from_mins(10)).format(&Rfc3339).unwrap();
        let policy = format!(
            r#"{{"expiration":"{expiration}","conditions":[{{"bucket":"rapports"}},{{"x-amz-algorithm":"AWS4-HMAC-SHA256"}},{{"x-amz-credential":"{credential}"}},{{"x-amz-date":"{date}"}}{conditions}]}}"#
        );
        let policy = BASE64_STANDARD.encode(policy);
        let secret = &world.administrator.secret;
        let key = generate_signing_key(secret, SystemTime::now(), "eu-west-3", "s3");
        let signature = calculate_signature(key, policy.as_bytes());
        let own = [
            ("x-amz-algorithm", "AWS4-HMAC-SHA256"),
            ("x-amz-credential", &credential),
            ("x-amz-date", &date),
            ("policy", &policy),
            ("x-amz-signature", &signature),
        ];
        let all = fields.iter().chain(&own);
        Self {
            fields: all
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            file: "bonjour".to_owned(),
        }
    }

    fn unsigned(fields: &[(&str, &str)]) -> Self {
        Self {
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            file: "bonjour".to_owned(),
        }
    }

    fn set(mut self, name: &str, value: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self.fields.push((name.to_owned(), value.to_owned()));
        self
    }

    fn without(mut self, name: &str) -> Self {
        self.fields.retain(|(found, _)| found != name);
        self
    }

    pub(crate) fn send(&self, world: &World) -> Response {
        let fields = self.fields.iter().map(|(name, value)| {
            format!("--limite\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        });
        let file = format!(
            "--limite\r\nContent-Disposition: form-data; name=\"file\"; filename=\"note.txt\"\r\nContent-Type: \
             text/plain\r\n\r\n{}\r\n--limite--\r\n",
            self.file
        );
        let body = fields.chain([file]).collect::<Vec<_>>().concat();
        let kind = [("content-type", "multipart/form-data; boundary=limite")];
        world.unsigned("POST", "/rapports", &kind, &body)
    }
}

const KEY: &str = r#",["starts-with","$key","envois/"]"#;

#[test]
fn a_signed_form_uploads_what_its_policy_allows() {
    let world = World::new();
    let form = Form::signed(&world, KEY, &[("key", "envois/${filename}")]);
    let sent = form.send(&world);
    assert_eq!(sent.status, 204, "{}", sent.body);
    assert!(sent.header("etag").is_some());
    assert!(
        sent.header("location")
            .unwrap()
            .ends_with("/rapports/envois%2Fnote.txt")
    );
    assert_eq!(world.get("/rapports/envois/note.txt").body, "bonjour");
    let elsewhere = Form::signed(&world, KEY, &[("key", "ailleurs")]).send(&world);
    assert_eq!(elsewhere.error(), (403, "AccessDenied"));
    assert_eq!(
        elsewhere.message().replace("&quot;", "\""),
        "Invalid according to Policy: Policy Condition failed: [\"starts-with\", \"$key\", \"envois/\"]"
    );
}

#[test]
fn fields_become_headers_tags_and_metadata() {
    let world = World::new();
    let free = r#",["starts-with","$key",""],["starts-with","$content-type","text/"],["starts-with","$x-amz-meta-auteur",""],["starts-with","$tagging",""]"#;
    let fields = [
        ("key", "a"),
        ("Content-Type", "text/csv"),
        ("x-amz-meta-auteur", "Zoe"),
        (
            "tagging",
            "<Tagging><TagSet><Tag><Key>etat</Key><Value>neuf</Value></Tag></TagSet></Tagging>",
        ),
    ];
    let sent = Form::signed(&world, free, &fields).send(&world);
    assert_eq!(sent.status, 204, "{}", sent.body);
    let got = world.get("/rapports/a");
    assert_eq!(got.header("content-type"), Some("text/csv"));
    assert_eq!(got.header("x-amz-meta-auteur"), Some("Zoe"));
    assert_eq!(world.get("/rapports/a?tagging").element("Value"), "neuf");
}

#[test]
fn a_form_says_how_it_wants_to_be_answered() {
    let world = World::new();
    let free = r#",["starts-with","$key",""],["starts-with","$success_action_status",""],["starts-with","$success_action_redirect",""]"#;
    let with =
        |name: &str, value: &str| Form::signed(&world, free, &[("key", "a b"), (name, value)]).send(&world);
    assert_eq!(with("success_action_status", "200").status, 200);
    let created = with("success_action_status", "201");
    assert_eq!(
        (created.status, created.element("Key"), created.element("Bucket")),
        (201, "a b", "rapports")
    );
    assert_eq!(with("success_action_status", "404").status, 204);
    let redirected = with("success_action_redirect", "https://example.com/fini?x=1");
    assert_eq!(redirected.status, 303);
    let to = redirected.header("location").unwrap();
    assert!(
        to.starts_with("https://example.com/fini?x=1&bucket=rapports&key=a+b&etag=%22"),
        "{to}"
    );
}

#[test]
fn a_form_is_held_to_a_length() {
    let world = World::new();
    let range = |range: &str| format!(r#",["starts-with","$key",""],["content-length-range",{range}]"#);
    let send = |least_most: &str| Form::signed(&world, &range(least_most), &[("key", "a")]).send(&world);
    let large = send("0,3");
    assert_eq!(
        (
            large.error(),
            large.element("ProposedSize"),
            large.element("MaxSizeAllowed")
        ),
        ((400, "EntityTooLarge"), "7", "3")
    );
    let small = send("8,20");
    assert_eq!(
        (small.error(), small.element("MinSizeAllowed")),
        ((400, "EntityTooSmall"), "8")
    );
    assert_eq!(send("7,7").status, 204);
}

#[test]
fn a_form_has_its_time() {
    let world = World::new();
    let form = Form::signed(&world, KEY, &[("key", "envois/a")]);
    assert_eq!(form.send(&world).status, 204);
    world.simulator.advance(Duration::from_secs(601));
    let late = form.send(&world);
    assert_eq!(late.error(), (403, "AccessDenied"));
    assert_eq!(late.message(), "Invalid according to Policy: Policy expired.");
}

#[test]
fn a_form_that_was_changed_or_is_incomplete_is_refused() {
    let world = World::new();
    let form = || Form::signed(&world, KEY, &[("key", "envois/a")]);
    let extra = form().set("acl", "public-read").send(&world);
    assert_eq!(
        extra.message(),
        "Invalid according to Policy: Extra input fields: acl"
    );
    let changed = form().set("policy", "e30=").send(&world);
    assert_eq!(changed.error(), (403, "SignatureDoesNotMatch"));
    assert_eq!(changed.element("StringToSign"), "e30=");
    let unsigned = form().without("x-amz-signature").send(&world);
    assert_eq!(
        (unsigned.error(), unsigned.element("ArgumentName")),
        ((400, "InvalidArgument"), "X-Amz-Signature")
    );
    let keyless = form().without("key").send(&world);
    assert_eq!(
        (keyless.error(), keyless.element("ArgumentName")),
        ((400, "InvalidArgument"), "key")
    );
    let stranger = form()
        .set(
            "x-amz-credential",
            "AKIAIOSFODNN7EXAMPLE/20261122/eu-west-3/s3/aws4_request",
        )
        .send(&world);
    assert_eq!(stranger.error(), (403, "InvalidAccessKeyId"));
    let old = Form::unsigned(&[
        ("key", "a"),
        ("AWSAccessKeyId", "x"),
        ("policy", "e30="),
        ("signature", "s"),
    ]);
    assert_eq!(old.send(&world).error(), (400, "InvalidRequest"));
    let plain = [("content-type", "application/x-www-form-urlencoded")];
    assert_eq!(
        world.unsigned("POST", "/rapports", &plain, "key=a").error(),
        (412, "PreconditionFailed")
    );
    let broken = [("content-type", "multipart/form-data; boundary=limite")];
    assert_eq!(
        world.unsigned("POST", "/rapports", &broken, "--limite").error(),
        (400, "MalformedPOSTRequest")
    );
}

#[test]
fn a_form_without_a_policy_is_anybodys() {
    let world = World::new();
    let form = Form::unsigned(&[("key", "a")]);
    assert_eq!(form.send(&world).error(), (403, "AccessDenied"));
    assert_eq!(world.delete("/rapports?publicAccessBlock").status, 204);
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::rapports/*"}}"#;
    assert_eq!(world.put("/rapports?policy", policy).status, 204);
    assert_eq!(form.send(&world).status, 204);
    assert_eq!(world.get("/rapports/a").body, "bonjour");
}

#[test]
fn policies_see_that_a_form_was_used() {
    let world = World::new();
    let deny = r#"{"Statement":{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::rapports/*",
        "Condition":{"StringEquals":{"s3:authType":"POST"}}}}"#;
    assert_eq!(world.put("/rapports?policy", deny).status, 204);
    let refused = Form::signed(&world, KEY, &[("key", "envois/a")]).send(&world);
    assert!(
        refused
            .message()
            .contains("explicit deny in a resource-based policy"),
        "{}",
        refused.body
    );
    assert_eq!(world.put("/rapports/envois/a", "x").status, 200);
}
