//! The kind `politique`: an IAM policy, judged by what it allows and denies.

mod beyond;
mod cases;
mod catalogue;
mod document;
mod judge;

use super::builder::Builder;
use super::plan::{Draw, Recipe};
use super::template::Template;
use super::{Exercise, Kind, Parameters, json};
use crate::parse::error::Mistake;
use crate::parse::info::Role;
use crate::parse::is_id;
use crate::parse::located::Located;
use crate::ruling::{PolicyRequest, PolicyText};
pub(super) use beyond::compare;
pub(super) use cases::{Case, Wrong};
use judge::Misconception;
pub(super) use judge::{Expectation, Question, shown};
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

pub(super) const KIND: Kind = Kind {
    written: "politique",
    name: "iam_policy",
    title: "politique IAM",
    allows: |role| {
        matches!(
            role,
            Role::Misconceptions | Role::Hint | Role::Model | Role::Correction
        )
    },
    requires: &[Role::Model, Role::Correction],
    build,
};

/// Who asks, unless a request says otherwise.
const CALLER: &str = "arn:aws:iam::123456789012:user/apprenti";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    role: Purpose,
    /// The most characters, white space left out; AWS's limit for a managed policy if nothing is said.
    taille_max: Option<usize>,
    autoriser: Vec<WrittenRequest>,
    refuser: Vec<WrittenRequest>,
    #[serde(default)]
    autres: Vec<WrittenPolicy>,
    /// Actions on which the statement says nothing, as patterns: they are not compared with the model.
    #[serde(default)]
    libres: Vec<String>,
}

/// Where the learner's policy applies.
#[derive(Deserialize, Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
enum Purpose {
    #[default]
    Identite,
    Ressource,
    Approbation,
    Session,
    Limite,
    Scp,
}

impl Purpose {
    fn kind(self) -> &'static str {
        match self {
            Self::Identite => "identity",
            Self::Ressource => "resource",
            Self::Approbation => "trust",
            Self::Session => "session",
            Self::Limite => "boundary",
            Self::Scp => "service_control",
        }
    }

    /// AWS's quota, in characters without white space.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
    fn longest(self) -> usize {
        match self {
            Self::Identite | Self::Limite => 6_144,
            Self::Approbation | Self::Session => 2_048,
            // Bucket policies: 20 KB; <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html>
            Self::Ressource => 20_480,
            Self::Scp => 5_120,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WrittenRequest {
    id: Spanned<String>,
    action: Spanned<String>,
    ressource: Spanned<String>,
    principal: Option<Spanned<String>>,
    compte: Option<Spanned<String>>,
    #[serde(default)]
    contexte: BTreeMap<String, Spanned<toml::Value>>,
    /// What the learner is told when this request is decided wrongly.
    pourquoi: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenPolicy {
    nom: String,
    role: Purpose,
    texte: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenMisconception {
    id: Spanned<String>,
    cas: Option<Case>,
    /// The code of a fault that the document has.
    faute: Option<String>,
    /// The requests that are decided wrongly, no more and no less.
    demandes: Option<Vec<Spanned<String>>>,
    exemple: Spanned<String>,
    explication: Spanned<String>,
}

/// The exercise before its parameters are drawn.
struct Plan {
    purpose: Purpose,
    longest: usize,
    model: Template,
    /// The model with its place.
    written: Option<Located>,
    requests: Vec<PlannedRequest>,
    others: Vec<(String, Purpose, Template)>,
    open: Vec<String>,
    misconceptions: Vec<PlannedMisconception>,
}

pub(super) struct PlannedRequest {
    pub(super) id: String,
    allow: bool,
    principal: Template,
    action: Template,
    resource: Template,
    account: Option<Template>,
    context: Vec<(String, Vec<Template>)>,
    reason: Option<Template>,
}

struct PlannedMisconception {
    id: String,
    case: Option<Case>,
    fault: Option<String>,
    requests: Option<Vec<String>>,
    example: Template,
    explanation: Template,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Recipe>> {
    let settings = builder.settings::<Settings>();
    let written = builder.misconceptions::<WrittenMisconception>()?;
    let settings = settings?;
    let requests = requests(builder, &settings.autoriser, &settings.refuser);
    let misconceptions = misconceptions(builder, &written, &requests);
    let written = builder.blocks.one(Role::Model).cloned();
    let model = written
        .as_ref()
        .map(|text| builder.plain(text))
        .unwrap_or_default();
    let others = settings.autres.iter().map(|other| {
        let text = builder.setting(&other.texte);
        (other.nom.clone(), other.role, builder.plain(&text))
    });
    let others = others.collect();
    Some(Box::new(Plan {
        purpose: settings.role,
        longest: settings.taille_max.unwrap_or(settings.role.longest()),
        model,
        written,
        requests,
        others,
        open: settings.libres,
        misconceptions,
    }))
}

/// The requests that must be allowed, then those that must be denied: there are some of both.
pub(super) fn requests(
    builder: &mut Builder<'_>,
    allow: &[WrittenRequest],
    deny: &[WrittenRequest],
) -> Vec<PlannedRequest> {
    let allowed = allow.iter().map(|request| (true, request));
    let denied = deny.iter().map(|request| (false, request));
    let all: Vec<_> = allowed.chain(denied).collect();
    if allow.is_empty() || deny.is_empty() {
        let here = builder.blocks.first.attribute.clone();
        let expected = "attendu : au moins une demande dans autoriser et une dans refuser";
        builder.mistake(here, "une politique jugée d’un seul côté", expected);
    }
    for (at, (_, request)) in all.iter().enumerate() {
        let id = builder.setting(&request.id);
        let twice = all[..at]
            .iter()
            .any(|(_, before)| before.id.get_ref() == request.id.get_ref());
        if twice || !is_id(&id.text) {
            let message = format!("l’identifiant « {} » ne convient pas", id.text);
            let expected = "attendu : des lettres a-z, des chiffres, des tirets, un par demande";
            builder.mistake(id.span, message, expected);
        }
    }
    all.into_iter()
        .map(|(allow, request)| planned(builder, allow, request))
        .collect()
}

fn planned(builder: &mut Builder<'_>, allow: bool, request: &WrittenRequest) -> PlannedRequest {
    let mut plain = |text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    let context = request.contexte.iter().map(|(key, values)| {
        let values = texts(values).into_iter();
        (key.clone(), values.map(|value| plain(&value)).collect())
    });
    let context = context.collect();
    let (action, resource) = (plain(&request.action), plain(&request.ressource));
    let account = request.compte.as_ref().map(&mut plain);
    let principal = request.principal.as_ref().map(&mut plain);
    let reason = request.pourquoi.as_ref().map(|text| builder.setting(text));
    PlannedRequest {
        id: request.id.get_ref().clone(),
        allow,
        principal: principal.unwrap_or_else(|| builder.plain(&Located::at(CALLER, 0))),
        action,
        resource,
        account,
        context,
        reason: reason.map(|text| builder.markdown(&text)),
    }
}

/// The values of a condition key, one or several; numbers and booleans as AWS writes them.
fn texts(values: &Spanned<toml::Value>) -> Vec<Spanned<String>> {
    let text = |value: &toml::Value| match value {
        toml::Value::String(text) => Spanned::new(values.span(), text.clone()),
        other => Spanned::new(values.span(), other.to_string()),
    };
    match values.get_ref() {
        toml::Value::Array(several) => several.iter().map(text).collect(),
        one => vec![text(one)],
    }
}

fn misconceptions(
    builder: &mut Builder<'_>,
    written: &[WrittenMisconception],
    requests: &[PlannedRequest],
) -> Vec<PlannedMisconception> {
    let ids: Vec<_> = written.iter().map(|one| builder.misconception(&one.id)).collect();
    builder.check_ids(&ids);
    written
        .iter()
        .zip(ids)
        .map(|(one, id)| misconception(builder, one, id, requests))
        .collect()
}

fn misconception(
    builder: &mut Builder<'_>,
    written: &WrittenMisconception,
    id: Located,
    requests: &[PlannedRequest],
) -> PlannedMisconception {
    if written.cas.is_none() && written.faute.is_none() && written.demandes.is_none() {
        let expected = "attendu : cas, faute ou demandes, à quoi la reconnaître";
        builder.mistake(
            id.span.clone(),
            "une erreur que rien ne fait reconnaître",
            expected,
        );
    }
    for named in written.demandes.iter().flatten() {
        let named = builder.misconception(named);
        if !requests.iter().any(|request| request.id == named.text) {
            let message = format!("aucune demande ne s’appelle « {} »", named.text);
            builder.mistake(
                named.span,
                message,
                "attendu : l’id d’une demande de autoriser ou refuser",
            );
        }
    }
    let (example, explanation) = (
        builder.misconception(&written.exemple),
        builder.misconception(&written.explication),
    );
    let named = |named: &Vec<Spanned<String>>| named.iter().map(|id| id.get_ref().clone()).collect();
    PlannedMisconception {
        id: id.text,
        case: written.cas,
        fault: written.faute.clone(),
        requests: written.demandes.as_ref().map(named),
        example: builder.plain(&example),
        explanation: builder.markdown(&explanation),
    }
}

impl PlannedRequest {
    /// The request for one seed.
    pub(super) fn draw(&self, values: &Parameters) -> Expectation {
        let fill = |template: &Template| template.fill(values);
        let context = self.context.iter();
        Expectation {
            id: self.id.clone(),
            allow: self.allow,
            request: PolicyRequest {
                principal: fill(&self.principal),
                action: fill(&self.action),
                resource: fill(&self.resource),
                resource_account: self.account.as_ref().map(fill),
                context: context
                    .map(|(key, values)| (key.clone(), values.iter().map(fill).collect()))
                    .collect(),
            },
            reason: self.reason.as_ref().map(fill),
        }
    }
}

impl Recipe for Plan {
    fn draw(&self, draw: &Draw<'_>) -> Box<dyn Exercise> {
        let fill = |template: &Template| template.fill(draw.values);
        let misconception = |planned: &PlannedMisconception| Misconception {
            id: planned.id.clone(),
            case: planned.case,
            fault: planned.fault.clone(),
            requests: planned.requests.clone(),
            example: fill(&planned.example),
            explanation: fill(&planned.explanation),
        };
        let other = |(name, purpose, text): &(String, Purpose, Template)| PolicyText {
            id: name.clone(),
            kind: purpose.kind().to_owned(),
            text: fill(text),
        };
        Box::new(Question {
            kind: self.purpose.kind(),
            longest: self.longest,
            max_score: draw.max_score,
            model: fill(&self.model),
            expectations: self
                .requests
                .iter()
                .map(|planned| planned.draw(draw.values))
                .collect(),
            others: self.others.iter().map(other).collect(),
            open: self.open.clone(),
            misconceptions: self.misconceptions.iter().map(misconception).collect(),
        })
    }

    /// A document of the lesson that is not even JSON is found without the rules of AWS.
    fn lint(&self, draw: &Draw<'_>) -> Vec<Mistake> {
        let model = self.model.fill(draw.values);
        let model = json::mistake(draw, "le modèle", &model, self.written.as_ref());
        let others = self
            .others
            .iter()
            .filter_map(|(name, _, text)| json::mistake(draw, name, &text.fill(draw.values), None));
        model.into_iter().chain(others).collect()
    }
}
