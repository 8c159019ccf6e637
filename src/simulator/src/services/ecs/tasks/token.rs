//! `clientToken`: a request that is sent again starts nothing again.

use serde_json::{Value, json};

use super::super::Work;
use super::super::input::text;
use super::super::names::derived;
use super::super::state::Token;
use crate::error::AwsError;

/// What a request with a token comes to.
pub(super) enum Seen {
    /// It is the first with its token, or has none.
    First,
    /// It started these tasks already.
    Again(Vec<String>),
}

fn hash(input: &Value) -> String {
    derived(&input.to_string(), "request", 64)
}

/// Whether the request was seen before.
pub(super) fn seen(work: &mut Work<'_>) -> Result<Seen, AwsError> {
    let Some(token) = text(&work.call.input, "clientToken") else {
        return Ok(Seen::First);
    };
    let now = work.call.time;
    let account = work.engine.state.account(work.call.account());
    account.tokens.retain(|_, token| token.counts(now));
    match account.tokens.get(token) {
        None => Ok(Seen::First),
        Some(known) if known.request == hash(&work.call.input) => Ok(Seen::Again(known.started.clone())),
        Some(known) => {
            let message = "The client token that you provided was already used with different parameters.";
            Err(AwsError::new(400, "ConflictException", message).with("resourceIds", json!(known.started)))
        }
    }
}

/// Remembers what the request started.
pub(super) fn remember(work: &mut Work<'_>, started: &[String]) {
    let input = &work.call.input;
    if let Some(token) = text(input, "clientToken") {
        let known = Token {
            request: hash(input),
            started: started.to_vec(),
            at: work.call.time,
        };
        let account = work.engine.state.account(work.call.account());
        account.tokens.insert(token.to_owned(), known);
    }
}
