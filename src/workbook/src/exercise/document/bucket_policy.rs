//! Bucket policies: what S3 accepts, and which requests the bucket then lets in.

use super::{Ground, Setting, Subject, Trial};
use crate::exercise::Parameters;
use crate::exercise::builder::Builder;
use crate::exercise::iam_policy::{
    Expectation, PlannedRequest, Question as Comparison, WrittenRequest, requests, shown,
};
use crate::exercise::template::Template;
use crate::exercise::wanted::DrawnWanted;
use crate::ruling::PolicyRequest;
use serde::Deserialize;
use serde_json::{Value, json};
use toml::Spanned;

pub(super) const SUBJECT: Subject = Subject {
    written: "politique-de-compartiment",
    build,
};

/// The account that every bucket is in.
const OWNER: &str = "123456789012";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    compartiment: Spanned<String>,
    /// Whether public access is blocked, as it is in every new bucket.
    #[serde(default = "blocked")]
    acces_public_bloque: bool,
    /// The users and roles that are there.
    #[serde(default)]
    identites: Vec<WrittenIdentity>,
    autoriser: Vec<WrittenRequest>,
    refuser: Vec<WrittenRequest>,
    /// Actions on which the statement says nothing, as patterns: they are not compared with the model.
    #[serde(default)]
    libres: Vec<String>,
}

fn blocked() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenIdentity {
    arn: Spanned<String>,
    /// The policy that is attached to it.
    politique: Option<Spanned<String>>,
}

struct Plan {
    bucket: Template,
    blocked: bool,
    identities: Vec<(Template, Option<Template>)>,
    requests: Vec<PlannedRequest>,
    open: Vec<String>,
}

fn build(builder: &mut Builder<'_>) -> Option<Box<dyn Setting>> {
    let settings = builder.settings::<Settings>()?;
    let requests = requests(builder, &settings.autoriser, &settings.refuser);
    let mut plain = |text: &Spanned<String>| {
        let text = builder.setting(text);
        builder.plain(&text)
    };
    Some(Box::new(Plan {
        bucket: plain(&settings.compartiment),
        blocked: settings.acces_public_bloque,
        identities: settings
            .identites
            .iter()
            .map(|one| (plain(&one.arn), one.politique.as_ref().map(&mut plain)))
            .collect(),
        requests,
        open: settings.libres,
    }))
}

impl Setting for Plan {
    fn trials(&self) -> Vec<&str> {
        self.requests.iter().map(|request| request.id.as_str()).collect()
    }

    fn draw(&self, values: &Parameters, model: &str) -> Ground {
        let identities = self.identities.iter().map(|(arn, policy)| {
            json!({
                "arn": arn.fill(values),
                "policy": policy.as_ref().map(|policy| policy.fill(values)),
            })
        });
        let expectations = |planned: &PlannedRequest| {
            let mut drawn = planned.draw(values);
            drawn.request.resource_account = Some(OWNER.to_owned());
            drawn
        };
        let expectations: Vec<Expectation> = self.requests.iter().map(expectations).collect();
        let trials = expectations.iter().map(trial).collect();
        let (model, open) = (model.to_owned(), self.open.clone());
        Ground {
            kind: "bucket_policy",
            world: json!({
                "bucket": self.bucket.fill(values),
                "block_public_access": self.blocked,
                "identities": identities.collect::<Vec<_>>(),
            }),
            trials,
            comparison: Some(Comparison::comparison("resource", model, expectations, open)),
        }
    }

    fn lint(&self, _: &Parameters) -> Option<String> {
        None
    }
}

fn trial(expected: &Expectation) -> Trial {
    let request = &expected.request;
    Trial {
        id: expected.id.clone(),
        probe: json!({
            "principal": request.principal,
            "action": request.action,
            "resource": request.resource,
            "context": request.context,
        }),
        wanted: vec![("/allowed".to_owned(), DrawnWanted::fixed(expected.allow.into()))],
        reason: expected.reason.clone(),
        tell,
    }
}

/// A request that is decided wrongly, and by what.
fn tell(trial: &Trial, decision: &Value) -> String {
    let text = |name: &str| trial.probe[name].as_str().unwrap_or_default().to_owned();
    let request = PolicyRequest {
        principal: text("principal"),
        action: text("action"),
        resource: text("resource"),
        resource_account: None,
        context: serde_json::from_value(trial.probe["context"].clone()).unwrap_or_default(),
    };
    let bucket = request.resource.split('/').next().unwrap_or_default();
    let allow = trial.wanted.iter().any(|(_, wanted)| wanted.value() == true);
    shown(&request, allow, decision, bucket, true)
}
