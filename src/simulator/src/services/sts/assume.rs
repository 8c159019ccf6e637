//! `AssumeRole`: temporary credentials of a role for whom it trusts.

use serde_json::{Value, json};

use super::session::{Made, distinct, give, managed_exist, policies, without_mfa};
use super::{denied, invalid_parameter, limits, not_federated};
use crate::call::{Access, Call, Principal};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::{Form, invalid};
use crate::services::iam::{self, SessionPolicies, Tags, rules};

/// The bounds of a role's session, in seconds.
const BOUNDS: (i64, i64) = (900, 43_200);

/// The usual length of a role's session, and the longest one of a role that a role's session assumes: an hour.
const HOUR: i64 = 3600;

/// What a request asks for, before anything is looked up.
struct Asked {
    role_arn: String,
    session_name: String,
    seconds: Option<i64>,
    policies: Option<SessionPolicies>,
    /// The tags that the request gives.
    given: Tags,
    /// Those, and the ones that the caller's session hands down.
    tags: Tags,
    transitive: Vec<String>,
    external_id: Option<String>,
    source_identity: Option<String>,
}

impl Asked {
    fn of(call: &Call) -> Result<Self, AwsError> {
        let mut form = Form::revealing(&call.input);
        let role_arn = form.required("RoleArn", &limits::ARN);
        let session_name = form.required("RoleSessionName", &limits::SESSION_NAME);
        let inline = form.optional("Policy", &limits::ROLE_SESSION_POLICY);
        let managed = limits::policy_arns(&mut form);
        let seconds = form.number("DurationSeconds", BOUNDS.0, BOUNDS.1);
        let given = rules::tags(&mut form, "Tags");
        let transitive = form.list("TransitiveTagKeys", rules::MOST_TAGS, &rules::TAG_KEY);
        let external_id = form.optional("ExternalId", &limits::EXTERNAL_ID);
        let source_identity = form.optional("SourceIdentity", &limits::SOURCE_IDENTITY);
        form.check()?;
        is_arn(&role_arn)?;
        let given = distinct(given)?;
        let (tags, transitive) = handed_down(call, given.clone(), transitive)?;
        Ok(Self {
            role_arn,
            session_name,
            seconds,
            policies: policies(inline.as_deref(), managed)?,
            given,
            tags,
            transitive,
            external_id,
            source_identity: inherited_identity(call, source_identity)?,
        })
    }
}

fn is_arn(text: &str) -> Result<(), AwsError> {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    match parts[..] {
        ["arn", partition, service, _, _, resource] if ![partition, service, resource].contains(&"") => {
            Ok(())
        }
        _ => Err(invalid(format!("{text} is invalid"))),
    }
}

/// The tags and the transitive keys of the new session: those of the request, and what the caller's session hands
/// down, which the request may not change.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html#id_session-tags_role-chaining>
fn handed_down(call: &Call, mut tags: Tags, mut keys: Vec<String>) -> Result<(Tags, Vec<String>), AwsError> {
    let given = |key: &String| tags.keys().any(|other| other.eq_ignore_ascii_case(key));
    if !keys.iter().all(given) {
        return Err(invalid_parameter(
            "The specified transitive tag key must be included in the requested tags.",
        ));
    }
    let Some(session) = call.caller.session() else {
        return Ok((tags, keys));
    };
    if session.transitive.iter().any(given) {
        return Err(invalid_parameter(
            "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from \
             the calling session.",
        ));
    }
    for key in &session.transitive {
        if let Some(value) = session.tags.get(key) {
            tags.insert(key.clone(), value.clone());
            keys.push(key.clone());
        }
    }
    Ok((tags, keys))
}

/// A source identity stays the same down a chain of roles.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_temp_control-access_monitor.html>
fn inherited_identity(call: &Call, asked: Option<String>) -> Result<Option<String>, AwsError> {
    let inherited = call
        .caller
        .session()
        .and_then(|session| session.source_identity.clone());
    match (inherited, asked) {
        (Some(kept), Some(asked)) if kept != asked => Err(denied(
            "The source identity cannot be changed from the value set on the calling session.",
        )),
        (kept, asked) => Ok(kept.or(asked)),
    }
}

/// The permissions that a request needs; one that cannot be read fails for that.
pub(super) fn needed(call: &Call) -> Vec<Access> {
    let Ok(asked) = Asked::of(call) else {
        return Vec::new();
    };
    let mut actions = vec!["sts:AssumeRole"];
    if !asked.tags.is_empty() {
        actions.push("sts:TagSession");
    }
    if asked.source_identity.is_some() {
        actions.push("sts:SetSourceIdentity");
    }
    actions.into_iter().map(|action| asked.access(action)).collect()
}

impl Asked {
    /// A permission on the role, in the circumstances that its trust policy may look at.
    fn access(&self, action: &'static str) -> Access {
        let one = |value: &Option<String>| value.iter().cloned().collect::<Vec<_>>();
        let mut access = Access::new(action, self.role_arn.clone())
            .with("sts:RoleSessionName", vec![self.session_name.clone()])
            .with("sts:ExternalId", one(&self.external_id))
            .with("sts:SourceIdentity", one(&self.source_identity))
            .with("sts:TransitiveTagKeys", self.transitive.clone())
            .with("aws:TagKeys", self.given.keys().cloned().collect());
        for (key, value) in &self.given {
            access = access.with(format!("aws:RequestTag/{key}"), vec![value.clone()]);
        }
        access
    }
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
pub(super) fn assume_role(cloud: &Cloud, call: &Call) -> Result<Value, AwsError> {
    let asked = Asked::of(call)?;
    without_mfa(&mut Form::revealing(&call.input))?;
    not_federated(call, "AssumeRole")?;
    let role = find(cloud, call, &asked.role_arn)?;
    let seconds = length(call, asked.seconds, role.max_session)?;
    managed_exist(cloud, &role.account, asked.policies.as_ref())?;
    let packed = limits::packed(asked.policies.as_ref(), &asked.tags)?;
    let session_arn = format!(
        "arn:aws:sts::{}:assumed-role/{}/{}",
        role.account, role.name, asked.session_name
    );
    let session_id = format!("{}:{}", role.id, asked.session_name);
    let made = Made {
        principal: Principal::AssumedRole {
            account: role.account,
            role_arn: asked.role_arn,
            session_arn: session_arn.clone(),
            id: session_id.clone(),
        },
        owner_id: role.id,
        seconds,
        policies: asked.policies,
        tags: asked.tags,
        transitive: asked.transitive,
        source_identity: asked.source_identity.clone(),
    };
    Ok(json!({
        "Credentials": give(cloud, call.time, made),
        "AssumedRoleUser": { "AssumedRoleId": session_id, "Arn": session_arn },
        "PackedPolicySize": packed,
        "SourceIdentity": asked.source_identity,
    }))
}

/// Credentials of a role for a service of AWS that its trust policy lets assume it; `None` where it does not.
pub(crate) fn for_service(cloud: &Cloud, role_arn: &str, service: &str, session: &str) -> Option<Value> {
    if !iam::lets_service_assume(cloud, role_arn, service) {
        return None;
    }
    let made = {
        let state = cloud.iam.read();
        let (account, role) = state.role(role_arn)?;
        let (name, id) = (&role.entity.name, &role.entity.id);
        Made {
            principal: Principal::AssumedRole {
                account: account.id.clone(),
                role_arn: role_arn.to_owned(),
                session_arn: format!("arn:aws:sts::{}:assumed-role/{name}/{session}", account.id),
                id: format!("{id}:{session}"),
            },
            owner_id: id.clone(),
            seconds: BOUNDS.1,
            policies: None,
            tags: Tags::default(),
            transitive: Vec::new(),
            source_identity: None,
        }
    };
    Some(give(cloud, cloud.clock.now(), made))
}

/// What is needed of the role.
struct Found {
    account: String,
    name: String,
    id: String,
    max_session: i64,
}

/// A role that is not there is refused like one that does not trust the caller.
fn find(cloud: &Cloud, call: &Call, arn: &str) -> Result<Found, AwsError> {
    let state = cloud.iam.read();
    let (account, role) = state.role(arn).ok_or_else(|| {
        let caller = call.caller.principal.arn();
        denied(format!(
            "User: {caller} is not authorized to perform: sts:AssumeRole on resource: {arn}"
        ))
    })?;
    Ok(Found {
        account: account.id.clone(),
        name: role.entity.name.clone(),
        id: role.entity.id.clone(),
        max_session: role.max_session,
    })
}

/// How long the session lasts, in seconds.
fn length(call: &Call, asked: Option<i64>, most: i64) -> Result<i64, AwsError> {
    let Some(seconds) = asked else {
        return Ok(HOUR.min(most));
    };
    let chained = matches!(call.caller.principal, Principal::AssumedRole { .. });
    if chained && seconds > HOUR {
        return Err(invalid(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ));
    }
    if seconds > most {
        return Err(invalid(
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        ));
    }
    Ok(seconds)
}
