//! Acting as a task's role: each call is authorised like any other, and journalled, so that a refusal can be explained.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use super::super::names::{derived, derived_uuid};
use super::super::state::Task;
use super::super::tasks::lets_tasks_assume;
use crate::REGION;
use crate::call::{Access, AuthKind, Call, Caller, Principal, SignedWith};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::journal::{CallDetails, JournalEntry};
use crate::services::iam::{self, Session};
use crate::services::{self, Service};

/// A session of a role of a task.
pub(super) struct Acting<'a> {
    cloud: &'a Cloud,
    now: OffsetDateTime,
    caller: Caller,
    /// What the ids of its calls follow from.
    seed: String,
}

impl<'a> Acting<'a> {
    /// What the application acts as; `None`: it has no credentials.
    pub(super) fn of_task(cloud: &'a Cloud, now: OffsetDateTime, task: &Task) -> Option<Self> {
        Self::assume(cloud, now, task, task.role.as_deref()?)
    }

    /// What the agent acts as.
    pub(super) fn of_execution(cloud: &'a Cloud, now: OffsetDateTime, task: &Task) -> Option<Self> {
        Self::assume(cloud, now, task, task.execution_role.as_deref()?)
    }

    /// The session is named after the task. It is not one of IAM's: nobody else ever holds its credentials.
    fn assume(cloud: &'a Cloud, now: OffsetDateTime, task: &Task, role_arn: &str) -> Option<Self> {
        let owner = task.arn.split(':').nth(4).unwrap_or_default();
        if !lets_tasks_assume(cloud, owner, role_arn) {
            return None;
        }
        let state = cloud.iam.read();
        let (account, role) = state.role(role_arn)?;
        let (name, role_id) = (&role.entity.name, &role.entity.id);
        let seed = format!("{} {role_arn}", task.arn);
        let key = format!("ASIA{}", derived(&seed, "key", 16).to_uppercase());
        let principal = Principal::AssumedRole {
            account: account.id.clone(),
            role_arn: role_arn.to_owned(),
            session_arn: format!("arn:aws:sts::{}:assumed-role/{name}/{}", account.id, task.id),
            id: format!("{role_id}:{}", task.id),
        };
        let session = Session {
            access_key_id: key.clone(),
            secret: String::new(),
            token: String::new(),
            principal: principal.clone(),
            owner_id: role_id.clone(),
            issued: now,
            expires: now + Duration::hours(6),
            policies: None,
            tags: iam::Tags::default(),
            transitive: Vec::new(),
            source_identity: None,
        };
        let caller = Caller {
            principal,
            kind: AuthKind::RestHeader,
            signed: Some(SignedWith {
                access_key_id: key,
                session: Some(Arc::new(session)),
                region: REGION.to_owned(),
                at: now,
            }),
        };
        Some(Self {
            cloud,
            now,
            caller,
            seed,
        })
    }

    /// Makes a call that does nothing but need a permission; a refusal in the words of an AWS SDK.
    pub(super) fn may(&self, service: &str, operation: &str, resource: &str) -> Result<(), String> {
        let call = self.call(Request::post("/"), &format!("{operation} {resource}"));
        let access = Access::new(format!("{service}:{operation}"), resource).shown_as(resource);
        let denied = call
            .authorise(self.cloud, &access)
            .map_err(|denial| AwsError::new(400, "AccessDeniedException", denial.sentence()));
        let request_id = call.request_id.clone();
        self.journal(call, service, operation, resource, denied.as_ref().err());
        denied.map_err(|refusal| {
            format!(
                "AccessDeniedException: {} status code: 400, request id: {request_id}",
                refusal.message
            )
        })
    }

    /// `s3:GetObject`, through S3's own operation.
    pub(super) fn read_object(&self, bucket: &str, key: &str) -> Result<Bytes, AwsError> {
        let service: &Service = &services::s3::SERVICE;
        let operation = service.operation("GetObject");
        let path = format!("/{bucket}/{}", percent_encoding::utf8_percent_encode(key, PATH));
        let mut call = self.call(Request::get(path), "GetObject");
        let Some(operation) = operation.filter(|_| !bucket.is_empty() && !key.is_empty()) else {
            return Err(AwsError::new(
                400,
                "ParamValidationError",
                "BUCKET and KEY must name an object.",
            ));
        };
        let needed = (operation.access)(self.cloud, &call);
        let resource = needed
            .first()
            .map(|access| access.resource.clone())
            .unwrap_or_default();
        let allowed = needed.iter().try_for_each(|access| {
            let decision = call.authorise(self.cloud, access);
            decision.map_err(|denied| service.protocol.denied(&denied))
        });
        let outcome = allowed.and_then(|()| (operation.execute)(self.cloud, &mut call));
        let outcome = outcome.and_then(|reply| match reply.status {
            0 | 200 => Ok(reply.body),
            status => Err(AwsError::new(
                status,
                "Unknown",
                String::from_utf8_lossy(&reply.body),
            )),
        });
        self.journal(
            call,
            service.name,
            operation.name,
            &resource,
            outcome.as_ref().err(),
        );
        outcome
    }

    fn call(&self, request: http::request::Builder, what: &str) -> Call {
        let request = request.header("host", format!("s3.{REGION}.amazonaws.com"));
        let request = request.header("user-agent", "Amazon ECS");
        let head = request.body(()).unwrap_or_default().into_parts().0;
        Call {
            caller: self.caller.clone(),
            head,
            body: Bytes::new(),
            input: Value::Null,
            postponed: Value::Null,
            request_id: derived_uuid(&self.seed, what),
            time: self.now,
            trail: Mutex::default(),
        }
    }

    /// Writes a call down for whoever asks why it was refused. What is done again from the log was journalled the first
    /// time.
    fn journal(&self, call: Call, service: &str, operation: &str, resource: &str, error: Option<&AwsError>) {
        if self.cloud.clock.is_replaying() {
            return;
        }
        let key = call
            .caller
            .signed
            .as_ref()
            .map(|signed| signed.access_key_id.clone());
        let entry = JournalEntry {
            id: 0,
            time: self.now.format(&Rfc3339).unwrap_or_default(),
            service: service.to_owned(),
            operation: operation.to_owned(),
            principal: call.caller.principal.arn().to_owned(),
            resource: resource.to_owned(),
            presigned: false,
            status: error.map_or(200, |error| error.status),
            error: error.map(|error| error.short_code().to_owned()),
            consumed_capacity: None,
        };
        let details = CallDetails {
            entry,
            request_id: call.request_id.clone(),
            request: format!("{} {}", call.head.method, call.head.uri.path()),
            message: error.map(|error| error.message.clone()),
            authentication: json!({ "kind": AuthKind::RestHeader, "access_key_id": key }),
            authorisation: Value::Null,
        };
        let trail = call.trail.into_inner().unwrap_or_default();
        self.cloud.journal.write(details, trail);
    }
}

/// What is not written as it is in a path.
const PATH: &percent_encoding::AsciiSet = &percent_encoding::NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
