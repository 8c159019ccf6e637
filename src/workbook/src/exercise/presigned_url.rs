//! The kind `url`: a presigned URL, judged by signing it again.

use super::builder::Builder;
use super::formula::Formula;
use super::plan::{Draw, Recipe};
use super::presigned_judge::Question;
use super::sigv4_url::{self, LONGEST};
use super::template::Template;
use super::{Exercise, Kind};
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "url",
    name: "presigned_url",
    title: "URL présignée",
    allows: |role| matches!(role, Role::Misconceptions | Role::Hint | Role::Correction),
    requires: &[Role::Correction],
    build,
};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    methode: Method,
    bucket: Spanned<String>,
    cle: Spanned<String>,
    expire_s: Option<Spanned<String>>,
    expire_min: Option<Spanned<String>>,
    expire_max: Option<Spanned<String>>,
    #[serde(default)]
    parametres_signes: BTreeMap<String, Spanned<String>>,
    #[serde(default)]
    entetes_signes: BTreeMap<String, Spanned<String>>,
    host: Option<String>,
    region: Option<String>,
    date: Option<Spanned<String>>,
    access_key_id: Option<String>,
    secret_access_key: Option<String>,
}

/// The methods that S3 takes presigned.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Default, Debug)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Method {
    #[default]
    Get,
    Put,
    Head,
    Delete,
}

impl Method {
    pub(super) const ALL: [Self; 4] = [Self::Get, Self::Put, Self::Head, Self::Delete];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Head => "HEAD",
            Self::Delete => "DELETE",
        }
    }
}

/// What may be wrong with a presigned URL, as lessons name it.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Case {
    Methode,
    ExpireMinutes,
    ExpireMillisecondes,
    Duree,
    Bucket,
    Cle,
    Signature,
    CleInconnue,
    Expiree,
    Sigv2,
    ParametreModifie,
    Region,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    cas: Spanned<Case>,
    explication: Spanned<String>,
}

/// What the URL must be, before the parameters are drawn.
struct Presigned {
    method: Method,
    bucket: Template,
    key: Template,
    /// The shortest and longest life accepted.
    expires: (Formula, Formula),
    expires_place: Range<usize>,
    parameters: Vec<(String, Template)>,
    headers: Vec<(String, Template)>,
    host: Option<String>,
    region: Option<String>,
    date: Option<i64>,
    own_key: Option<(String, String)>,
    misconceptions: Vec<(String, Case, Template)>,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let misconceptions = builder.misconceptions::<WrittenMisconception>()?;
    let misconceptions = self::misconceptions(builder, &misconceptions);
    let settings = settings?;
    let (expires, expires_place) = expires(builder, &settings)?;
    let template = |builder: &mut Builder<'_>, text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    let mut table = |table: &BTreeMap<String, Spanned<String>>| {
        table
            .iter()
            .map(|(name, text)| (name.clone(), template(builder, text)))
            .collect()
    };
    let (parameters, headers) = (
        table(&settings.parametres_signes),
        table(&settings.entetes_signes),
    );
    Some(Box::new(Presigned {
        method: settings.methode,
        bucket: template(builder, &settings.bucket),
        key: template(builder, &settings.cle),
        expires,
        expires_place,
        parameters,
        headers,
        date: date(builder, settings.date.as_ref()),
        own_key: own_key(builder, settings.access_key_id, settings.secret_access_key),
        host: settings.host,
        region: settings.region,
        misconceptions,
    }))
}

fn misconceptions(
    builder: &mut Builder<'_>,
    written: &[WrittenMisconception],
) -> Vec<(String, Case, Template)> {
    let ids: Vec<_> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&ids);
    let mut read: Vec<(String, Case, Template)> = Vec::new();
    for one in written {
        let case = *one.cas.get_ref();
        if read.iter().any(|(_, before, _)| *before == case) {
            let span = builder
                .misconception(&Spanned::new(one.cas.span(), String::new()))
                .span;
            builder.mistake(span, "ce cas est déjà décrit", "attendu : une erreur par cas");
        }
        let explanation = builder.misconception(&one.explication);
        read.push((one.id.get_ref().clone(), case, builder.markdown(&explanation)));
    }
    read
}

fn expires(builder: &mut Builder<'_>, settings: &Settings) -> Option<((Formula, Formula), Range<usize>)> {
    match (&settings.expire_s, &settings.expire_min, &settings.expire_max) {
        (Some(exact), None, None) => {
            let text = builder.setting(exact);
            let formula = builder.formula(&text)?;
            Some(((formula.clone(), formula), text.span))
        }
        (None, Some(min), Some(max)) => {
            let (min, max) = (builder.setting(min), builder.setting(max));
            Some(((builder.formula(&min)?, builder.formula(&max)?), min.span))
        }
        _ => {
            let here = builder.blocks.first.attribute.clone();
            builder.mistake(
                here,
                "la durée n’est pas dite",
                "attendu : expire_s, ou expire_min et expire_max",
            );
            None
        }
    }
}

fn date(builder: &mut Builder<'_>, written: Option<&Spanned<String>>) -> Option<i64> {
    let written = written?;
    let date = sigv4_url::read_date(written.get_ref());
    if date.is_none() {
        let span = builder.setting(written).span;
        builder.mistake(
            span,
            "date illisible",
            "attendu : yyyyMMddTHHmmssZ, comme 20261122T120000Z",
        );
    }
    date
}

fn own_key(
    builder: &mut Builder<'_>,
    id: Option<String>,
    secret: Option<String>,
) -> Option<(String, String)> {
    if id.is_some() != secret.is_some() {
        let here = builder.blocks.first.attribute.clone();
        builder.mistake(
            here,
            "une clé à moitié dite",
            "attendu : access_key_id et secret_access_key ensemble",
        );
    }
    id.zip(secret)
}

impl Presigned {
    fn life(&self, draw: &Draw<'_>) -> Option<(u64, u64)> {
        let seconds = |formula: &Formula| {
            let value = formula.value(draw.values);
            let whole = value.fract() == 0.0 && (1.0..=604_800.0).contains(&value);
            whole.then(|| format!("{value:.0}").parse().ok()).flatten()
        };
        let (min, max) = (seconds(&self.expires.0)?, seconds(&self.expires.1)?);
        (min <= max).then_some((min, max))
    }
}

impl Recipe for Presigned {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let fill = |list: &Vec<(String, Template)>| {
            list.iter()
                .map(|(name, text)| (name.clone(), text.fill(draw.values)))
                .collect()
        };
        let misconception =
            |(id, case, text): &(String, Case, Template)| (id.clone(), *case, text.fill(draw.values));
        Box::new(Question {
            method: self.method,
            bucket: self.bucket.fill(draw.values),
            key: self.key.fill(draw.values),
            life: self.life(draw).unwrap_or((1, LONGEST)),
            parameters: fill(&self.parameters),
            headers: fill(&self.headers),
            host: self.host.clone(),
            region: self.region.clone(),
            date: self.date,
            own_key: self.own_key.clone(),
            misconceptions: self.misconceptions.iter().map(misconception).collect(),
        })
    }

    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        if self.life(draw).is_some() {
            return Vec::new();
        }
        let message = format!("pour la graine {}, la durée n’est pas possible", draw.seed);
        vec![Mistake::new(
            self.expires_place.clone(),
            message,
            "attendu : un entier de 1 à 604800 secondes",
        )]
    }
}
