//! Presigned URLs that pass, and those that each misconception makes.

use super::presigned_judge::Question;
use super::presigned_url::{Case, Method};
use super::sigv4_url::{LONGEST, Signing, SplitUrl, encode, presign};
use crate::evidence::Evidence;

impl Question {
    /// A URL that passes, made for the evidence's key, endpoint and time.
    pub(super) fn right_url(&self, evidence: &Evidence) -> Option<SplitUrl> {
        let place = self.place(&self.bucket, &self.key, evidence);
        presign(self.method.name(), &place, &self.right_signing(evidence))
    }

    /// The URL that answers, before it is signed.
    fn place(&self, bucket: &str, key: &str, evidence: &Evidence) -> SplitUrl {
        let key = encode(key, true);
        let own_host = format!("{}.", self.bucket);
        let (scheme, authority, path) = match (&self.host, &evidence.endpoint) {
            (Some(host), _) => match host.strip_prefix(&own_host) {
                Some(rest) => ("https", format!("{bucket}.{rest}"), format!("/{key}")),
                None => ("https", host.clone(), format!("/{bucket}/{key}")),
            },
            (None, Some(endpoint)) => {
                let (scheme, authority) = endpoint.split_once("://").unwrap_or(("http", endpoint));
                let scheme = if scheme == "https" { "https" } else { "http" };
                (
                    scheme,
                    authority.trim_end_matches('/').to_owned(),
                    format!("/{bucket}/{key}"),
                )
            }
            (None, None) => (
                "https",
                format!("{bucket}.s3.{}.amazonaws.com", self.region()),
                format!("/{key}"),
            ),
        };
        SplitUrl {
            scheme: scheme.to_owned(),
            authority,
            path,
            parameters: self.parameters.clone(),
        }
    }

    fn right_signing(&self, evidence: &Evidence) -> Signing {
        let published = (
            "AKIAIOSFODNN7EXAMPLE".to_owned(),
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        );
        let (access_key_id, secret_access_key) = self.keys(evidence).into_iter().next().unwrap_or(published);
        Signing {
            access_key_id,
            secret_access_key,
            token: None,
            region: self.region().to_owned(),
            date: self.date.unwrap_or(evidence.now),
            expires: self.life.0,
            headers: self.headers.clone(),
            empty_body: false,
        }
    }

    /// A URL as somebody with this misconception makes it.
    pub(super) fn wrong_url(&self, case: Case, evidence: &Evidence) -> Option<SplitUrl> {
        let right = self.right_signing(evidence);
        let place = self.place(&self.bucket, &self.key, evidence);
        let sign = |signing: Signing| presign(self.method.name(), &place, &signing);
        let expires = |expires: u64| {
            sign(Signing {
                expires,
                ..right.clone()
            })
        };
        match case {
            Case::Methode => {
                let other = if self.method == Method::Get {
                    Method::Put
                } else {
                    Method::Get
                };
                presign(other.name(), &place, &right)
            }
            Case::ExpireMinutes => expires((self.life.0 / 60).max(1)),
            Case::ExpireMillisecondes => expires(self.life.0 * 1000),
            Case::Duree => expires(if self.life.1 > LONGEST / 2 {
                self.life.0 / 2 + 1
            } else {
                self.life.1 * 2
            }),
            Case::Bucket => {
                let place = self.place(&format!("autre-{}", self.bucket), &self.key, evidence);
                presign(self.method.name(), &place, &right)
            }
            Case::Cle => {
                let place = self.place(&self.bucket, &format!("autre-{}", self.key), evidence);
                presign(self.method.name(), &place, &right)
            }
            Case::Signature => sign(Signing {
                empty_body: true,
                ..right
            }),
            Case::CleInconnue => sign(Signing {
                access_key_id: "AKIACLEINCONNUE00000".to_owned(),
                ..right
            }),
            Case::Expiree => {
                let life = i64::try_from(right.expires).ok()?;
                sign(Signing {
                    date: (right.date - life - 60).max(0),
                    ..right
                })
            }
            Case::Region => {
                let other = if self.region() == "us-east-1" {
                    "eu-west-1"
                } else {
                    "us-east-1"
                };
                sign(Signing {
                    region: other.to_owned(),
                    ..right
                })
            }
            Case::ParametreModifie => {
                let signed_life = if right.expires == 3600 { 900 } else { 3600 };
                let mut url = expires(signed_life)?;
                for (_, value) in url
                    .parameters
                    .iter_mut()
                    .filter(|(name, _)| name == "X-Amz-Expires")
                {
                    *value = right.expires.to_string();
                }
                Some(url)
            }
            Case::Sigv2 => Some(sigv2(place, &right)),
        }
    }
}

/// A URL in the old form, which S3 no longer takes in most regions.
fn sigv2(mut place: SplitUrl, signing: &Signing) -> SplitUrl {
    let life = i64::try_from(signing.expires).unwrap_or(0);
    place.parameters.extend([
        ("AWSAccessKeyId".to_owned(), signing.access_key_id.clone()),
        ("Signature".to_owned(), "vjbyPxybdZaNmGa+yT272YEAiv4=".to_owned()),
        ("Expires".to_owned(), (signing.date + life).to_string()),
    ]);
    place
}
