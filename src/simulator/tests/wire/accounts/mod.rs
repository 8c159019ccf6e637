//! Accounts, identities and what policies let them do, over the wire.

mod answers;
mod boundaries;
mod cross_account;
mod groups;
mod keys;
mod limits;
mod managed_policies;
mod named_principals;
mod organization;
mod organization_policies;
mod pass_role;
mod roles;
mod saved;
mod sessions;
mod simulators;
mod tags;
mod users;

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign};
use aws_sigv4::sign::v4;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::client::{Answer, World};

const FORM: [(&str, &str); 1] = [("content-type", "application/x-www-form-urlencoded; charset=utf-8")];

/// The default account.
const ACCOUNT: &str = "123456789012";

/// Who trusts whoever the account lets assume its roles.
const TRUST_ACCOUNT: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},"Action":["sts:AssumeRole","sts:TagSession","sts:SetSourceIdentity"]}]}"#;

/// Somebody with a key.
#[derive(Clone)]
struct Who {
    id: String,
    secret: String,
    token: Option<String>,
}

impl Who {
    fn credentials(&self) -> Credentials {
        Credentials::new(&self.id, &self.secret, self.token.clone(), None, "test")
    }

    /// Whoever got the credentials of an answer.
    fn of(answer: &Answer) -> Self {
        assert_eq!(answer.status, 200, "{}", answer.body);
        Self {
            id: answer.text("AccessKeyId"),
            secret: answer.text("SecretAccessKey"),
            token: answer.texts("SessionToken").pop(),
        }
    }
}

impl Answer {
    /// The texts of the elements of a name.
    fn texts(&self, name: &str) -> Vec<String> {
        let (open, close) = (format!("<{name}>"), format!("</{name}>"));
        let parts = self.body.split(&open).skip(1);
        parts
            .map(|part| {
                part.split(&close)
                    .next()
                    .unwrap()
                    .replace("&quot;", "\"")
                    .replace("&amp;", "&")
            })
            .collect()
    }

    /// The text of the first element of a name.
    fn text(&self, name: &str) -> String {
        let found = self.texts(name).into_iter().next();
        found.unwrap_or_else(|| panic!("no <{name}>: {}", self.body))
    }

    /// Status, code and message of an error in XML.
    fn fault(&self) -> (u16, String, String) {
        (self.status, self.text("Code"), self.text("Message"))
    }
}

/// A statement that allows an action on a resource.
fn allow(action: &str, resource: &str) -> String {
    statement("Allow", action, resource)
}

/// A statement that denies it.
fn deny(action: &str, resource: &str) -> String {
    statement("Deny", action, resource)
}

fn statement(effect: &str, action: &str, resource: &str) -> String {
    json!({
        "Version": "2012-10-17",
        "Statement": [{ "Effect": effect, "Action": action, "Resource": resource }],
    })
    .to_string()
}

fn form(action: &str, version: &str, parameters: &[(&str, &str)]) -> String {
    let mut body = url::form_urlencoded::Serializer::new(String::new());
    body.append_pair("Action", action).append_pair("Version", version);
    body.extend_pairs(parameters);
    body.finish()
}

impl World {
    fn administrator(&self) -> Who {
        Who {
            id: self.simulator.access_key_id().to_owned(),
            secret: self.simulator.secret_access_key().to_owned(),
            token: None,
        }
    }

    /// Calls an operation of IAM as somebody.
    fn iam_as(&self, who: &Who, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let body = form(action, "2010-05-08", parameters);
        self.signed_by(who.credentials(), "us-east-1", "iam", "POST", "/", &FORM, &body)
    }

    /// Calls an operation of IAM as the administrator.
    fn iam(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        self.iam_as(&self.administrator(), action, parameters)
    }

    /// The same, which must succeed.
    fn does(&self, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let answer = self.iam(action, parameters);
        assert_eq!(answer.status, 200, "{action}: {}", answer.body);
        answer
    }

    /// The same, which must be refused: status, code and message.
    fn refuses(&self, action: &str, parameters: &[(&str, &str)]) -> (u16, String, String) {
        let answer = self.iam(action, parameters);
        assert_ne!(answer.status, 200, "{action}: {}", answer.body);
        answer.fault()
    }

    /// Calls an operation of STS as somebody.
    fn sts_as(&self, who: &Who, action: &str, parameters: &[(&str, &str)]) -> Answer {
        let body = form(action, "2011-06-15", parameters);
        self.signed_by(who.credentials(), "eu-west-3", "sts", "POST", "/", &FORM, &body)
    }

    /// Calls an operation of Organizations as somebody.
    fn organizations_as(&self, who: &Who, operation: &str, input: &Value) -> Answer {
        let target = format!("AWSOrganizationsV20161128.{operation}");
        let headers = [
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", target.as_str()),
        ];
        let body = input.to_string();
        self.signed_by(
            who.credentials(),
            "us-east-1",
            "organizations",
            "POST",
            "/",
            &headers,
            &body,
        )
    }

    /// Calls an operation of Organizations as the administrator; it must succeed.
    fn organizes(&self, operation: &str, input: &Value) -> Value {
        let answer = self.organizations_as(&self.administrator(), operation, input);
        assert_eq!(answer.status, 200, "{operation}: {}", answer.body);
        if answer.body.is_empty() {
            Value::Null
        } else {
            answer.json()
        }
    }

    /// Sends a request to S3 as somebody.
    fn s3_as(&self, who: &Who, method: &str, path: &str, body: &str) -> Answer {
        let hash = Sha256::digest(body);
        let hash = hash
            .iter()
            .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
        let hash = [("x-amz-content-sha256", hash.as_str())];
        self.signed_by(who.credentials(), "eu-west-3", "s3", method, path, &hash, body)
    }

    /// Makes a user with a key, and with an inline policy if one is given.
    fn user(&self, name: &str, policy: Option<&str>) -> Who {
        self.does("CreateUser", &[("UserName", name)]);
        if let Some(policy) = policy {
            self.put_policy(name, "droits", policy);
        }
        Who::of(&self.does("CreateAccessKey", &[("UserName", name)]))
    }

    fn put_policy(&self, user: &str, name: &str, document: &str) {
        self.does(
            "PutUserPolicy",
            &[
                ("UserName", user),
                ("PolicyName", name),
                ("PolicyDocument", document),
            ],
        );
    }

    /// Makes a role that the account may assume, with an inline policy.
    fn role(&self, name: &str, policy: &str) -> String {
        let made = self.does(
            "CreateRole",
            &[("RoleName", name), ("AssumeRolePolicyDocument", TRUST_ACCOUNT)],
        );
        self.does(
            "PutRolePolicy",
            &[
                ("RoleName", name),
                ("PolicyName", "droits"),
                ("PolicyDocument", policy),
            ],
        );
        made.text("Arn")
    }

    /// Assumes a role as somebody; it must succeed.
    fn assume(&self, who: &Who, role: &str, more: &[(&str, &str)]) -> Who {
        Who::of(&self.try_assume(who, role, more))
    }

    fn try_assume(&self, who: &Who, role: &str, more: &[(&str, &str)]) -> Answer {
        let mut parameters = vec![("RoleArn", role), ("RoleSessionName", "essai")];
        parameters.extend(more);
        self.sts_as(who, "AssumeRole", &parameters)
    }

    /// A URL of S3, presigned by somebody for so many seconds.
    fn presigned(&self, who: &Who, path: &str, seconds: u64) -> String {
        let mut settings = SigningSettings::default();
        settings.expires_in = Some(Duration::from_secs(seconds));
        settings.signature_location = SignatureLocation::QueryParams;
        let identity = who.credentials().into();
        let params = v4::SigningParams::builder()
            .identity(&identity)
            .region("eu-west-3")
            .name("s3")
            .time(SystemTime::now())
            .settings(settings)
            .build()
            .unwrap()
            .into();
        let host = self.host();
        let url = format!("http://{host}{path}");
        let headers = [("host", host.as_str())].into_iter();
        let request = SignableRequest::new("GET", &url, headers, SignableBody::UnsignedPayload).unwrap();
        let (instructions, _) = sign(request, &params).unwrap().into_parts();
        let (_, parameters) = instructions.into_parts();
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters.iter().map(|(name, value)| (name, value)));
        format!("{path}?{}", query.finish())
    }

    /// Makes the buckets `rapports` and `secrets` with an object `a.txt` each.
    fn buckets(&self) {
        let administrator = self.administrator();
        let place = "<CreateBucketConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\
                     <LocationConstraint>eu-west-3</LocationConstraint></CreateBucketConfiguration>";
        for bucket in ["rapports", "secrets"] {
            assert_eq!(
                self.s3_as(&administrator, "PUT", &format!("/{bucket}"), place)
                    .status,
                200
            );
            let key = format!("/{bucket}/a.txt");
            assert_eq!(self.s3_as(&administrator, "PUT", &key, "bonjour").status, 200);
        }
    }

    /// What somebody gets of `a.txt` in a bucket: the status.
    fn reads(&self, who: &Who, bucket: &str) -> u16 {
        self.s3_as(who, "GET", &format!("/{bucket}/a.txt"), "").status
    }
}
