//! STS: who is calling.
//!
//! Not simulated: every operation but `GetCallerIdentity`.

use crate::ACCOUNT;
use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::protocol::Protocol;
use crate::services::{Operation, Service, unmetered};

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "sts",
    protocol: Protocol::Query {
        version: "2011-06-15",
    },
    operations: &[Operation {
        name: "GetCallerIdentity",
        // Nobody can be denied it: <https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html>
        access: |_| Vec::new(),
        meter: unmetered,
        execute: get_caller_identity,
    }],
};

#[expect(clippy::unnecessary_wraps, reason = "it fills a place of Operation")]
fn get_caller_identity(_: &Cloud, call: &mut Call) -> Outcome {
    let id = call.caller.principal.user_id();
    Ok(Reply::new(format!(
        "<GetCallerIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">\n  \
         <GetCallerIdentityResult>\n    <Arn>{}</Arn>\n    <UserId>{id}</UserId>\n    <Account>{ACCOUNT}</Account>\n  \
         </GetCallerIdentityResult>\n  <ResponseMetadata>\n    <RequestId>{}</RequestId>\n  </ResponseMetadata>\n\
         </GetCallerIdentityResponse>\n",
        call.caller.principal.arn(),
        call.request_id,
    )))
}
