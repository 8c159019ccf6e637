//! The control route that puts a load on a service: there are no measurements that would tell it.

use http::StatusCode;
use serde_json::{Value, json};

use super::scaling::{self, Demand, Named};
use crate::ACCOUNT;
use crate::cloud::Cloud;

/// The largest demand that is taken: far more than any service can serve.
const MOST: f64 = 1e9;

/// From now on the tasks of a service together have that much to do: `cluster`, `service`, `vcpu`, `memory_mib`, `requests`.
pub(in super::super) fn load(
    cloud: &Cloud,
    body: &Value,
) -> Result<Value, (StatusCode, &'static str, String)> {
    let amount = |member: &str| match &body[member] {
        Value::Null => Some(0.0),
        given => given.as_f64().filter(|amount| (0.0..=MOST).contains(amount)),
    };
    let (Some(service), Some(vcpu), Some(memory_mib), Some(requests)) = (
        body["service"].as_str(),
        amount("vcpu"),
        amount("memory_mib"),
        amount("requests"),
    ) else {
        let message = "Expected {\"cluster\": NAME, \"service\": NAME, \"vcpu\": N, \"memory_mib\": N, \"requests\": N}, each N \
                       a number of at least 0: what all the service's tasks together have to do (in a minute, for requests).";
        return Err((StatusCode::BAD_REQUEST, "BadRequest", message.to_owned()));
    };
    let named = Named {
        account: body["account"].as_str().unwrap_or(ACCOUNT),
        cluster: body["cluster"].as_str().unwrap_or("default"),
        name: service,
    };
    let demand = Demand {
        vcpu,
        memory_mib,
        requests,
    };
    let known = cloud.change(|| {
        let now = cloud.catch_up(cloud.clock.now());
        scaling::demand(cloud, &named, demand, now)
    });
    if known {
        Ok(json!({ "service": service, "vcpu": vcpu, "memory_mib": memory_mib, "requests": requests }))
    } else {
        let message = "There is no such ECS service.";
        Err((StatusCode::NOT_FOUND, "NotFound", message.to_owned()))
    }
}
