//! The judgement of a presigned URL, for one seed.

use super::presigned_url::{Case, Method};
use super::sigv4_url::{
    LONGEST, Signing, SplitUrl, decode, encode, presign, read_date, signature, write_date,
};
use super::{Exercise, WrongAnswer};
use crate::evidence::{Answer, Evidence};
use crate::verdict::{Feedback, Verdict};

/// The simulator's region.
const REGION: &str = "eu-west-3";
/// A life that tools use by default, for detecting one that was edited after signing.
const USUAL_LIVES: [u64; 9] = [3600, 900, 60, 300, 600, 1800, 7200, 86_400, LONGEST];
/// Headers that SDKs sign by themselves, with the value they give them.
const SDK_HEADERS: [(&str, &str); 1] = [("x-amz-checksum-mode", "ENABLED")];

/// What the URL must be.
pub(super) struct Question {
    pub(super) method: Method,
    pub(super) bucket: String,
    pub(super) key: String,
    /// The shortest and longest life accepted, in seconds.
    pub(super) life: (u64, u64),
    pub(super) parameters: Vec<(String, String)>,
    pub(super) headers: Vec<(String, String)>,
    pub(super) host: Option<String>,
    pub(super) region: Option<String>,
    /// Seconds since 1970.
    pub(super) date: Option<i64>,
    pub(super) own_key: Option<(String, String)>,
    pub(super) misconceptions: Vec<(String, Case, String)>,
}

/// Why a URL is not the right one: its case, and what to say when the lesson says nothing of it.
struct Finding(Option<Case>, String);

impl Finding {
    fn of(case: Case, message: impl Into<String>) -> Self {
        Self(Some(case), message.into())
    }

    fn other(message: impl Into<String>) -> Self {
        Self(None, message.into())
    }
}

/// The signing parameters of a URL, read.
struct Claims {
    access_key_id: String,
    region: String,
    date: i64,
    expires: u64,
    signed_headers: Vec<String>,
    signature: String,
    token: Option<String>,
}

enum Judgement {
    Right,
    Wrong(Finding),
    /// No key to sign again with.
    NoKey,
}

impl Question {
    fn judge_url(&self, url: &SplitUrl, evidence: &Evidence) -> Judgement {
        match self.examine(url, evidence) {
            Ok(true) => Judgement::Right,
            Ok(false) => Judgement::NoKey,
            Err(finding) => Judgement::Wrong(finding),
        }
    }

    /// Whether the URL is right; `false` when there is no key to tell.
    fn examine(&self, url: &SplitUrl, evidence: &Evidence) -> Result<bool, Finding> {
        let claims = claims(url)?;
        let keys = self.keys(evidence);
        if keys.is_empty() {
            return Ok(false);
        }
        let Some((_, secret)) = keys.iter().find(|(id, _)| *id == claims.access_key_id) else {
            return Err(Finding::of(
                Case::CleInconnue,
                format!(
                    "La clé d'accès `{}` n'est pas celle de cet environnement.",
                    claims.access_key_id
                ),
            ));
        };
        self.check_region(&claims)?;
        let signing = self.signing(&claims, secret)?;
        self.check_signature(url, &claims, &signing)?;
        self.check_place(url)?;
        self.check_life(&claims)?;
        self.check_date(&claims, evidence)?;
        self.check_parameters(url, &claims)?;
        Ok(true)
    }

    fn keys(&self, evidence: &Evidence) -> Vec<(String, String)> {
        match &self.own_key {
            Some(own) => vec![own.clone()],
            None => {
                let pair = |key: &crate::evidence::SigningKey| {
                    (key.access_key_id.clone(), key.secret_access_key.clone())
                };
                evidence.keys.iter().map(pair).collect()
            }
        }
    }

    fn region(&self) -> &str {
        self.region.as_deref().unwrap_or(REGION)
    }

    fn check_region(&self, claims: &Claims) -> Result<(), Finding> {
        if claims.region == self.region() {
            return Ok(());
        }
        let message = format!(
            "L'URL est signée pour la région `{}`, qui n'est pas celle du compartiment.",
            claims.region
        );
        Err(Finding::of(Case::Region, message))
    }

    /// What to sign again with.
    fn signing(&self, claims: &Claims, secret: &str) -> Result<Signing, Finding> {
        let mut headers = Vec::new();
        for name in claims.signed_headers.iter().filter(|name| *name != "host") {
            let given = self
                .headers
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()));
            let value = given
                .chain(SDK_HEADERS)
                .find(|(known, _)| known.eq_ignore_ascii_case(name));
            match value {
                Some((_, value)) => headers.push((name.clone(), value.to_owned())),
                None => {
                    return Err(Finding::other(format!(
                        "L'URL signe aussi l'en-tête `{name}`\u{a0}: qui s'en sert devrait l'envoyer à l'identique. Signe sans lui."
                    )));
                }
            }
        }
        Ok(Signing {
            access_key_id: claims.access_key_id.clone(),
            secret_access_key: secret.to_owned(),
            token: claims.token.clone(),
            region: claims.region.clone(),
            date: claims.date,
            expires: claims.expires,
            headers,
            empty_body: false,
        })
    }

    /// Which method was signed is found by trying each.
    fn check_signature(&self, url: &SplitUrl, claims: &Claims, signing: &Signing) -> Result<(), Finding> {
        let signed_for = |url: &SplitUrl, signing: &Signing| {
            let matches =
                |method: &Method| signature(method.name(), url, signing).as_ref() == Some(&claims.signature);
            std::iter::once(self.method).chain(Method::ALL).find(matches)
        };
        match signed_for(url, signing) {
            Some(method) if method == self.method => return Ok(()),
            Some(method) => {
                let message = format!("Cette URL est signée pour la méthode {}.", method.name());
                return Err(Finding::of(Case::Methode, message));
            }
            None => {}
        }
        let usual = USUAL_LIVES.into_iter().map(|expires| Signing {
            expires,
            ..signing.clone()
        });
        if usual.into_iter().any(|other| signed_for(url, &other).is_some()) {
            return Err(Finding::of(
                Case::ParametreModifie,
                "`X-Amz-Expires` a été changé après la signature.",
            ));
        }
        if without_some_extras(url)
            .iter()
            .any(|other| signed_for(other, signing).is_some())
        {
            return Err(Finding::of(
                Case::ParametreModifie,
                "Un paramètre a été ajouté après la signature.",
            ));
        }
        if signed_for(
            url,
            &Signing {
                empty_body: true,
                ..signing.clone()
            },
        )
        .is_some()
        {
            let message = "La signature couvre l'empreinte d'un corps vide, au lieu de `UNSIGNED-PAYLOAD`.";
            return Err(Finding::of(Case::Signature, message));
        }
        let message = "La signature n'est pas celle de cette URL\u{a0}: clé secrète, requête canonique ou URL modifiée après coup.";
        Err(Finding::of(Case::Signature, message))
    }

    /// Bucket, key and host, in path style or virtual-host style.
    fn check_place(&self, url: &SplitUrl) -> Result<(), Finding> {
        let (bucket, key) = self.bucket_and_key(url);
        if bucket != self.bucket {
            return Err(Finding::of(
                Case::Bucket,
                format!("L'URL désigne le compartiment `{bucket}`."),
            ));
        }
        if key != self.key {
            return Err(Finding::of(Case::Cle, format!("L'URL désigne l'objet `{key}`.")));
        }
        match &self.host {
            Some(host) if *host != url.authority => Err(Finding::other(format!(
                "L'hôte `{}` n'est pas celui de l'énoncé.",
                url.authority
            ))),
            _ => Ok(()),
        }
    }

    fn bucket_and_key(&self, url: &SplitUrl) -> (String, String) {
        let path = url.path.strip_prefix('/').unwrap_or(&url.path);
        let amazon = url.authority.strip_suffix(".amazonaws.com").unwrap_or_default();
        let in_host = amazon.split_once(".s3").map(|(bucket, _)| bucket);
        let ours = || {
            url.authority
                .strip_prefix(&format!("{}.", self.bucket))
                .map(|_| self.bucket.as_str())
        };
        match in_host.or_else(ours) {
            Some(bucket) => (bucket.to_owned(), decode(path)),
            None => {
                let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
                (decode(bucket), decode(key))
            }
        }
    }

    fn check_life(&self, claims: &Claims) -> Result<(), Finding> {
        let fits = |seconds: u64| (self.life.0..=self.life.1).contains(&seconds);
        let life = claims.expires;
        if fits(life) {
            return Ok(());
        }
        let case = if fits(life.saturating_mul(60)) {
            Case::ExpireMinutes
        } else if life.is_multiple_of(1000) && fits(life / 1000) {
            Case::ExpireMillisecondes
        } else {
            Case::Duree
        };
        let limit = if life > LONGEST {
            " S3 refuse plus de 604\u{202f}800 s (7 jours)."
        } else {
            ""
        };
        Err(Finding::of(
            case,
            format!("L'URL vit {life} s\u{a0}: ce n'est pas la durée demandée.{limit}"),
        ))
    }

    fn check_date(&self, claims: &Claims, evidence: &Evidence) -> Result<(), Finding> {
        let now = self.date.unwrap_or(evidence.now);
        let end = claims
            .date
            .saturating_add(i64::try_from(claims.expires).unwrap_or(i64::MAX));
        if now > 0 && end < now {
            return Err(Finding::of(Case::Expiree, "Cette URL a déjà expiré."));
        }
        match self.date {
            Some(date) if date != claims.date => Err(Finding::other(format!(
                "`X-Amz-Date` vaut `{}`\u{a0}: ce n'est pas la date de l'énoncé.",
                write_date(claims.date)
            ))),
            None if now > 0 && claims.date > now + LONGEST_AHEAD => Err(Finding::other(
                "Cette URL n'est pas encore valable\u{a0}: sa date est dans le futur.",
            )),
            _ => Ok(()),
        }
    }

    fn check_parameters(&self, url: &SplitUrl, claims: &Claims) -> Result<(), Finding> {
        for (name, value) in &self.parameters {
            match url.parameter(name) {
                Some(found) if found == value => {}
                Some(_) => {
                    return Err(Finding::other(format!(
                        "Le paramètre `{name}` n'a pas la valeur demandée."
                    )));
                }
                None => {
                    return Err(Finding::other(format!(
                        "Il manque un paramètre à signer\u{a0}: `{name}`."
                    )));
                }
            }
        }
        let signed = |name: &str| {
            claims
                .signed_headers
                .iter()
                .any(|signed| signed.eq_ignore_ascii_case(name))
        };
        match self.headers.iter().find(|(name, _)| !signed(name)) {
            Some((name, _)) => Err(Finding::other(format!("L'en-tête `{name}` doit être signé."))),
            None => Ok(()),
        }
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
    fn wrong_url(&self, case: Case, evidence: &Evidence) -> Option<SplitUrl> {
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

    fn feedback(&self, finding: Finding) -> Verdict {
        let known = self
            .misconceptions
            .iter()
            .find(|(_, case, _)| finding.0 == Some(*case));
        Verdict::NotYet(Feedback {
            message: known.map_or(finding.1, |(_, _, explanation)| explanation.clone()),
            misconception: known.map(|(id, _, _)| id.clone()),
            score: 0.0,
        })
    }
}

/// How far ahead of the clock a URL's date may be, in seconds.
const LONGEST_AHEAD: i64 = 15 * 60;

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

/// The URL without one of its extra parameters, or without any.
fn without_some_extras(url: &SplitUrl) -> Vec<SplitUrl> {
    let extras = url.extras();
    if extras.is_empty() || extras.len() > 20 {
        return Vec::new();
    }
    let keep = |parameters| SplitUrl {
        parameters,
        ..url.clone()
    };
    let without = |at: usize| {
        let mut rest = extras.clone();
        rest.remove(at);
        keep(rest)
    };
    (0..extras.len()).map(without).chain([keep(Vec::new())]).collect()
}

/// Reads the signing parameters; what is missing or malformed is a finding.
fn claims(url: &SplitUrl) -> Result<Claims, Finding> {
    if url.parameter("X-Amz-Signature").is_none() {
        if url.parameter("Signature").is_some() || url.parameter("AWSAccessKeyId").is_some() {
            let message = "C'est une signature de version 2 (`AWSAccessKeyId`, `Signature`, `Expires`). Il faut la version 4.";
            return Err(Finding::of(Case::Sigv2, message));
        }
        return Err(Finding::other(
            "Cette URL n'est pas signée\u{a0}: elle n'a pas de `X-Amz-Signature`.",
        ));
    }
    let needed = |name: &str| {
        let missing = || {
            Finding::other(format!(
                "Il manque le paramètre `{name}`\u{a0}: l'URL a peut-être été coupée."
            ))
        };
        url.parameter(name).ok_or_else(missing)
    };
    let malformed = |name: &str| Finding::other(format!("Le paramètre `{name}` n'a pas la bonne forme."));
    if needed("X-Amz-Algorithm")? != "AWS4-HMAC-SHA256" {
        return Err(malformed("X-Amz-Algorithm"));
    }
    let date_text = needed("X-Amz-Date")?;
    let date = read_date(date_text).ok_or_else(|| malformed("X-Amz-Date"))?;
    let scope: Vec<&str> = needed("X-Amz-Credential")?.split('/').collect();
    let [access_key_id, day, region, "s3", "aws4_request"] = scope.as_slice() else {
        return Err(malformed("X-Amz-Credential"));
    };
    if !date_text.starts_with(day) {
        return Err(Finding::other(
            "La date de `X-Amz-Credential` n'est pas celle de `X-Amz-Date`.",
        ));
    }
    Ok(Claims {
        access_key_id: (*access_key_id).to_owned(),
        region: (*region).to_owned(),
        date,
        expires: needed("X-Amz-Expires")?
            .parse()
            .map_err(|_| malformed("X-Amz-Expires"))?,
        signed_headers: needed("X-Amz-SignedHeaders")?
            .split(';')
            .map(str::to_lowercase)
            .collect(),
        signature: needed("X-Amz-Signature")?.to_owned(),
        token: url.parameter("X-Amz-Security-Token").map(str::to_owned),
    })
}

/// The URL in what was pasted: without quotes, angle brackets or a prompt around it.
fn pasted(text: &str) -> &str {
    text.trim()
        .trim_matches(|c: char| "\"'`<>«»\u{a0}\u{202f}".contains(c) || c.is_whitespace())
}

impl Exercise for Question {
    fn judge(&self, evidence: &Evidence) -> Verdict {
        let text = pasted(evidence.answer.as_ref().map_or("", Answer::text));
        if text.contains(char::is_whitespace) {
            return Verdict::Unreadable(
                "L'URL contient un espace ou un retour à la ligne\u{a0}: recopie-la en une seule ligne."
                    .to_owned(),
            );
        }
        let Some(url) = SplitUrl::read(text) else {
            return Verdict::Unreadable(
                "Je ne reconnais pas une URL. Elle commence par `http://` ou `https://`.".to_owned(),
            );
        };
        match self.judge_url(&url, evidence) {
            Judgement::Right => Verdict::Passed(String::new()),
            Judgement::Wrong(finding) => self.feedback(finding),
            Judgement::NoKey => Verdict::Unverifiable(
                "Cahier ne connaît pas la clé secrète d'un compte réel\u{a0}: refais cet exercice dans le simulateur.".to_owned(),
            ),
        }
    }

    fn right_answer(&self, evidence: &Evidence) -> Answer {
        let place = self.place(&self.bucket, &self.key, evidence);
        let signed = presign(self.method.name(), &place, &self.right_signing(evidence));
        Answer::Text(signed.map(|url| url.write()).unwrap_or_default())
    }

    fn wrong_answers(&self, evidence: &Evidence) -> Vec<WrongAnswer> {
        let answer = |(id, case, _): &(String, Case, String)| {
            let url = self.wrong_url(*case, evidence)?;
            Some(WrongAnswer {
                misconception: id.clone(),
                answer: Answer::Text(url.write()),
            })
        };
        self.misconceptions.iter().filter_map(answer).collect()
    }
}
