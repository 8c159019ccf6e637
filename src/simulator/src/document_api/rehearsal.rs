//! A cloud of its own for one question: its clock stands still but for what the question moves, and its chance is
//! always the same, so that the same question has the same answer.

use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use serde::Deserialize;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use super::DocumentError;
use crate::REGION;
use crate::auth::keys::KeyStore;
use crate::call::{Access, AuthKind, Call, Caller, Outcome, Principal};
use crate::chance;
use crate::clock::Clock;
use crate::cloud::Cloud;
use crate::pipeline;
use crate::policy::{Decision, DocumentKind};
use crate::services::iam::Held;
use crate::services::{Service, s3};

/// When every question begins: in the morning, as most days do.
const START: OffsetDateTime = datetime!(2026-03-02 10:00 UTC);

/// The longest that a question may look ahead, in days: ten years.
const LONGEST: u32 = 3_660;

/// A user or role, whom a document may name only if they are there.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Identity {
    arn: String,
    policy: Option<String>,
}

/// The service that may assume every role.
const TASKS: &str = "ecs-tasks.amazonaws.com";

/// A cloud with its administrator.
pub(super) struct Rehearsal {
    pub(super) cloud: Cloud,
    administrator: Caller,
    days: u32,
}

impl Rehearsal {
    /// Does something with an empty cloud, in which nothing is left to chance.
    pub(super) fn with<T>(
        act: impl FnOnce(&mut Self) -> Result<T, DocumentError>,
    ) -> Result<T, DocumentError> {
        chance::seeded([0; 32], || act(&mut Self::new()?))
    }

    fn new() -> Result<Self, DocumentError> {
        let cloud = Cloud::with_clock(Clock::starting_at(true, START))
            .map_err(|error| DocumentError::Impossible(error.to_string()))?;
        let administrator = cloud.iam.credential(&cloud.administrator.id);
        let principal = administrator.map(|found| found.owner);
        let principal =
            principal.ok_or_else(|| DocumentError::Impossible("nobody administers this cloud".to_owned()))?;
        Ok(Self {
            cloud,
            administrator: caller(principal),
            days: 0,
        })
    }

    /// Moves the clock to the same time of another day, counted from the start; it never goes back.
    pub(super) fn go_to_day(&mut self, day: u32) -> Result<(), DocumentError> {
        if day > LONGEST {
            return Err(DocumentError::World(format!("day {day} is too far away")));
        }
        let ahead = day.saturating_sub(self.days);
        self.days = self.days.max(day);
        self.cloud
            .advance(Duration::from_hours(24 * u64::from(ahead)), false);
        Ok(())
    }

    /// Lets time pass.
    pub(super) fn wait(&self, seconds: u32) {
        self.cloud.advance(Duration::from_secs(seconds.into()), false);
    }

    /// Calls an operation as the administrator, who may do everything: the document itself is what is judged.
    pub(super) fn call(&self, service: &Service, request: Request<Bytes>) -> Outcome {
        pipeline::rehearse(&self.cloud, service, self.administrator.clone(), request)
    }

    /// The same, for what makes the world that a document is judged in: a refusal is the author's mistake.
    pub(super) fn prepare(&self, service: &Service, request: Request<Bytes>) -> Result<(), DocumentError> {
        self.ask(service, request).map(drop)
    }

    /// The same, for what is needed of the answer.
    pub(super) fn ask(&self, service: &Service, request: Request<Bytes>) -> Result<Bytes, DocumentError> {
        self.call(service, request)
            .map(|reply| reply.body)
            .map_err(|error| DocumentError::World(format!("{}: {}", error.short_code(), error.message)))
    }

    /// Makes a bucket.
    pub(super) fn make_bucket(&self, name: &str) -> Result<(), DocumentError> {
        let location = format!(
            "<CreateBucketConfiguration><LocationConstraint>{REGION}</LocationConstraint></CreateBucketConfiguration>"
        );
        self.prepare(&s3::SERVICE, request("PUT", &format!("/{name}"), location)?)
    }

    /// Puts a user or role into its account.
    pub(super) fn settle(&self, identity: &Identity) -> Result<(), DocumentError> {
        let held = |text: &str, kind| {
            let read = Held::parse(text, kind);
            read.map_err(|fault| DocumentError::World(format!("{}: {}", identity.arn, fault.sentence())))
        };
        let policy = identity.policy.as_deref();
        let policy = policy
            .map(|text| held(text, DocumentKind::Identity))
            .transpose()?;
        let trusted = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "Service": TASKS },
                "Action": "sts:AssumeRole"
            }]
        });
        let trust = held(&trusted.to_string(), DocumentKind::Trust)?;
        let now = self.cloud.clock.now();
        if self.cloud.iam.write().settle(&identity.arn, policy, trust, now) {
            return Ok(());
        }
        Err(DocumentError::World(format!(
            "{} is neither a user nor a role",
            identity.arn
        )))
    }

    /// What every policy of this cloud says of an access, asked for by somebody.
    pub(super) fn decide(&self, principal: Principal, access: &Access) -> Option<Decision> {
        let call = Call {
            caller: caller(principal),
            head: Request::new(()).into_parts().0,
            body: Bytes::new(),
            input: Value::Null,
            postponed: Value::Null,
            request_id: String::new(),
            time: self.cloud.clock.now(),
            trail: Mutex::default(),
        };
        // The trail has the decision, whichever it is.
        let _ = call.authorise(&self.cloud, access);
        call.trail.into_inner().ok()?.pop()
    }
}

/// A caller as though they had signed.
fn caller(principal: Principal) -> Caller {
    let kind = match principal {
        Principal::Anonymous => AuthKind::Anonymous,
        _ => AuthKind::RestHeader,
    };
    Caller {
        principal,
        kind,
        signed: None,
    }
}

/// A request with this body.
pub(super) fn request(
    method: &str,
    target: &str,
    body: impl Into<Bytes>,
) -> Result<Request<Bytes>, DocumentError> {
    let body = body.into();
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", "127.0.0.1")
        .header("content-length", body.len());
    request
        .body(body)
        .map_err(|error| DocumentError::World(error.to_string()))
}
