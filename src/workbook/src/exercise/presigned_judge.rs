//! The judgement of a presigned URL, for one seed. The answers it is tried with are in `presigned_answers`.

use super::presigned_claims::{Claims, Finding, claims};
use super::presigned_url::{Case, Method};
use super::sigv4_url::{LONGEST, Signing, SplitUrl, decode, signature, write_date};
use super::{Exercise, WrongAnswer};
use crate::evidence::{Answer, Evidence, SigningKey};
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
                    "La clé d’accès `{}` n’est pas celle de cet environnement.",
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

    pub(super) fn keys(&self, evidence: &Evidence) -> Vec<(String, String)> {
        if let Some(own) = &self.own_key {
            return vec![own.clone()];
        }
        let pair = |key: &SigningKey| (key.access_key_id.clone(), key.secret_access_key.clone());
        evidence.keys.iter().map(pair).collect()
    }

    pub(super) fn region(&self) -> &str {
        self.region.as_deref().unwrap_or(REGION)
    }

    fn check_region(&self, claims: &Claims) -> Result<(), Finding> {
        if claims.region == self.region() {
            return Ok(());
        }
        let message = format!(
            "L’URL est signée pour la région `{}`, qui n’est pas celle du compartiment.",
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
                        "L’URL signe aussi l’en-tête `{name}`\u{a0}: qui s’en sert devrait l’envoyer à l’identique. Signe sans lui."
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
            let message = "La signature couvre l’empreinte d’un corps vide, au lieu de `UNSIGNED-PAYLOAD`.";
            return Err(Finding::of(Case::Signature, message));
        }
        let message = "La signature n’est pas celle de cette URL\u{a0}: clé secrète, requête canonique ou URL modifiée après coup.";
        Err(Finding::of(Case::Signature, message))
    }

    /// Bucket, key and host, in path style or virtual-host style.
    fn check_place(&self, url: &SplitUrl) -> Result<(), Finding> {
        let (bucket, key) = self.bucket_and_key(url);
        if bucket != self.bucket {
            return Err(Finding::of(
                Case::Bucket,
                format!("L’URL désigne le compartiment `{bucket}`."),
            ));
        }
        if key != self.key {
            return Err(Finding::of(Case::Cle, format!("L’URL désigne l’objet `{key}`.")));
        }
        match &self.host {
            Some(host) if *host != url.authority => Err(Finding::other(format!(
                "L’hôte `{}` n’est pas celui de l’énoncé.",
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
        if let Some(bucket) = in_host.or_else(ours) {
            return (bucket.to_owned(), decode(path));
        }
        let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
        (decode(bucket), decode(key))
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
            format!("L’URL vit {life} s\u{a0}: ce n’est pas la durée demandée.{limit}"),
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
                "`X-Amz-Date` vaut `{}`\u{a0}: ce n’est pas la date de l’énoncé.",
                write_date(claims.date)
            ))),
            None if now > 0 && claims.date > now + LONGEST_AHEAD => Err(Finding::other(
                "Cette URL n’est pas encore valable\u{a0}: sa date est dans le futur.",
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
                        "Le paramètre `{name}` n’a pas la valeur demandée."
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
            Some((name, _)) => Err(Finding::other(format!("L’en-tête `{name}` doit être signé."))),
            None => Ok(()),
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

/// A simulator's key is its own, and goes with it.
const ALONE: &str = "Je ne peux pas vérifier la signature\u{a0}: je n’ai pas la clé du simulateur où cette URL a été faite. \
    Lance `cahier simulateur -- bash`, et fais-y les deux\u{a0}: l’URL, puis `cahier verifier`.";

/// How far ahead of the clock a URL's date may be, in seconds.
const LONGEST_AHEAD: i64 = 15 * 60;

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
                "L’URL contient un espace ou un retour à la ligne\u{a0}: recopie-la en une seule ligne."
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
            Judgement::NoKey if evidence.real_account => Verdict::Unverifiable(
                "Cahier ne connaît pas la clé secrète d’un compte réel\u{a0}: refais cet exercice dans le simulateur.".to_owned(),
            ),
            Judgement::NoKey => Verdict::Unverifiable(ALONE.to_owned()),
        }
    }

    fn needs_simulator(&self) -> bool {
        self.own_key.is_none()
    }

    fn right_answer(&self, evidence: &Evidence) -> Answer {
        Answer::Text(
            self.right_url(evidence)
                .map(|url| url.write())
                .unwrap_or_default(),
        )
    }

    fn right_expression(&self) -> Option<String> {
        self.cell()
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
