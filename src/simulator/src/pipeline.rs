//! What every request goes through, station by station: route → authenticate → authorise → meter → execute →
//! journal → encode.

use bytes::Bytes;
use http::Request;
use http::request::Parts;
use http_body::Body;
use serde_json::{Value, json};
use std::panic::AssertUnwindSafe;
use std::sync::Mutex;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::auth::{Authenticated, Verifier};
use crate::call::{AuthKind, Call, Caller, Outcome};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::journal::{CallDetails, JournalEntry};
use crate::policy::Decision;
use crate::protocol::Answer;
use crate::route;
use crate::services::{Operation, Service};

/// Answers one request.
pub(crate) async fn answer<B>(cloud: &Cloud, request: Request<B>) -> Answer
where
    B: Body<Data = Bytes> + Unpin,
{
    let (head, body) = request.into_parts();
    let service = route::service(&head);
    let mut record = Record::open(cloud, service, &head);
    let outcome = serve(cloud, service, head, body, &mut record).await;
    let request_id = record.request_id.clone();
    let (details, trail) = record.close(&outcome);
    cloud.rights.keep(&trail);
    cloud.journal.write(details, trail);
    service.protocol.encode(outcome, &request_id)
}

async fn serve<B>(cloud: &Cloud, service: &Service, head: Parts, body: B, record: &mut Record) -> Outcome
where
    B: Body<Data = Bytes> + Unpin,
{
    route::simulated(service, &head)?;
    let authenticated = authenticate(cloud, service, head, body, record).await?;
    perform(cloud, service, authenticated, record)
}

/// Answers a request whose sender is believed without a signature: in a cloud that nobody else can reach.
pub(crate) fn rehearse(cloud: &Cloud, service: &Service, caller: Caller, request: Request<Bytes>) -> Outcome {
    let (head, body) = request.into_parts();
    let mut record = Record::open(cloud, service, &head);
    perform(cloud, service, Authenticated { caller, head, body }, &mut record)
}

/// The stations after authentication.
fn perform(cloud: &Cloud, service: &Service, authenticated: Authenticated, record: &mut Record) -> Outcome {
    let (operation, mut call) = name(service, authenticated, record)?;
    let outcome = match authorise(cloud, service, operation, &call, record) {
        Ok(()) => meter_and_execute(cloud, service, operation, &mut call),
        Err(error) => Err(error),
    };
    record.trail = call.trail.into_inner().unwrap_or_default();
    outcome
}

async fn authenticate<B>(
    cloud: &Cloud,
    service: &Service,
    head: Parts,
    body: B,
    record: &mut Record,
) -> Result<Authenticated, AwsError>
where
    B: Body<Data = Bytes> + Unpin,
{
    let verifier = Verifier {
        keys: &cloud.iam,
        clock: &cloud.clock,
        service,
    };
    let authenticated = verifier
        .authenticate(head, body, &mut record.authentication)
        .await;
    let authenticated = authenticated.map_err(|refusal| refusal.error(service.protocol.family()))?;
    let caller = &authenticated.caller;
    caller.principal.arn().clone_into(&mut record.entry.principal);
    cloud.iam.note_use(caller, service.name, record.time);
    Ok(authenticated)
}

/// Reads which operation of the service is asked for, and with which input.
fn name(
    service: &Service,
    authenticated: Authenticated,
    record: &mut Record,
) -> Result<(&'static Operation, Call), AwsError> {
    let Authenticated { caller, head, body } = authenticated;
    let (name, input) = service.protocol.read(&head, &body)?;
    record.entry.operation.clone_from(&name);
    let operation = service
        .operation(&name)
        .ok_or_else(|| service.protocol.unknown_operation(&name))?;
    let request_id = record.request_id.clone();
    let (time, postponed, trail) = (record.time, Value::Null, Mutex::default());
    let call = Call {
        caller,
        head,
        body,
        input,
        postponed,
        request_id,
        time,
        trail,
    };
    Ok((operation, call))
}

fn authorise(
    cloud: &Cloud,
    service: &Service,
    operation: &Operation,
    call: &Call,
    record: &mut Record,
) -> Result<(), AwsError> {
    let needed = (operation.access)(cloud, call);
    if let Some(first) = needed.first() {
        record.entry.resource.clone_from(&first.resource);
    }
    let mut decisions = needed.iter().map(|access| call.authorise(cloud, access));
    decisions.try_for_each(|decision| decision.map_err(|denied| service.protocol.denied(&denied)))
}

/// Should an operation panic, its call fails alone, and is answered.
fn meter_and_execute(cloud: &Cloud, service: &Service, operation: &Operation, call: &mut Call) -> Outcome {
    let run = AssertUnwindSafe(|| {
        (operation.meter)(cloud, call)?;
        cloud.execute(service, operation, call)
    });
    std::panic::catch_unwind(run).unwrap_or_else(|_| {
        Err(AwsError::new(
            500,
            "InternalServerError",
            "The request processing has failed because of an unknown error.",
        ))
    })
}

/// The time without what is below a millisecond.
fn milliseconds(time: OffsetDateTime) -> OffsetDateTime {
    time.replace_millisecond(time.millisecond()).unwrap_or(time)
}

/// What the journal will say of a call, filled in as it goes.
struct Record {
    entry: JournalEntry,
    time: OffsetDateTime,
    request_id: String,
    request: String,
    authentication: Value,
    trail: Vec<Decision>,
}

impl Record {
    fn open(cloud: &Cloud, service: &Service, head: &Parts) -> Self {
        let time = cloud.clock.now();
        let entry = JournalEntry {
            id: 0,
            time: milliseconds(time).format(&Rfc3339).unwrap_or_default(),
            service: route::claimed_name(service, head),
            operation: service.protocol.name(head),
            principal: "*".to_owned(),
            resource: "*".to_owned(),
            presigned: false,
            status: 200,
            error: None,
            consumed_capacity: None,
        };
        Self {
            entry,
            time,
            request_id: service.protocol.request_id(),
            request: format!("{} {}", head.method, head.uri.path()),
            authentication: Value::Null,
            trail: Vec::new(),
        }
    }

    fn close(mut self, outcome: &Outcome) -> (CallDetails, Vec<Decision>) {
        let mut message = None;
        self.entry.presigned = self.authentication["kind"] == json!(AuthKind::RestQueryString);
        match outcome {
            Ok(reply) => {
                self.entry.status = if reply.status == 0 { 200 } else { reply.status };
                self.entry.consumed_capacity = reply.consumed_capacity;
            }
            Err(error) => {
                self.entry.status = error.status;
                self.entry.error = Some(error.short_code().to_owned());
                message = Some(error.message.clone());
            }
        }
        let details = CallDetails {
            entry: self.entry,
            request_id: self.request_id,
            request: self.request,
            message,
            authentication: self.authentication,
            authorisation: Value::Null,
        };
        (details, self.trail)
    }
}
