//! Lambda: layers, functions, versions and aliases.
//!
//! Not simulated: event source mappings, function URLs, code signing, provisioned concurrency, durable functions, managed
//! instances, response streaming, extensions, destinations, logs. `VpcConfig`, `FileSystemConfigs` and the like are kept and shown, without effect.

mod access;
mod archive;
mod asynchronous;
mod code;
mod errors;
mod functions;
mod invoke;
mod layers;
mod names;
mod page;
mod policy;
mod routes;
mod run;
mod runtimes;
mod shown;
mod state;

pub(crate) use archive::{Archive, LARGEST_ZIPPED};
pub(crate) use routes::owns;
pub(crate) use run::{Runner, python_here, unpack};
pub(crate) use shown::check_location;
pub(crate) use state::{Lambda, Snapshot};

use serde_json::Value;

use crate::call::{Call, Outcome, Reply};
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::protocol::Protocol;
use crate::services::{Operation, REGIONAL, Service, unmetered};

/// What an operation answers: a status, and the members of its output; `null` for none.
type Answer = Result<(u16, Value), AwsError>;

/// One operation: its name, what it is about, what it does.
macro_rules! operation {
    ($name:literal, $about:ident, $($execute:ident)::+) => {
        operation!($name, concat!("lambda:", $name), $about, $($execute)::+)
    };
    ($name:literal, $action:expr, $about:ident, $($execute:ident)::+) => {
        Operation {
            name: $name,
            access: |cloud, call| access::$about(cloud, call, $action),
            meter: unmetered,
            execute: |cloud, call| answer(cloud, call, $($execute)::+),
        }
    };
}

/// The service's entry in the table of services.
pub(crate) static SERVICE: Service = Service {
    name: "lambda",
    protocol: Protocol::RestJson {
        routes: routes::ROUTES,
    },
    regions: REGIONAL,
    resource_policy: access::owner,
    operations: &[
        operation!("PublishLayerVersion", layer, layers::publish),
        operation!("GetLayerVersion", layer_version, layers::get),
        operation!(
            "GetLayerVersionByArn",
            "lambda:GetLayerVersion",
            layer_version,
            layers::get_by_arn
        ),
        operation!("DeleteLayerVersion", layer_version, layers::delete),
        operation!("ListLayers", nothing, layers::list),
        operation!("ListLayerVersions", nothing, layers::list_versions),
        operation!(
            "AddLayerVersionPermission",
            layer_version,
            layers::permissions::add
        ),
        operation!("GetLayerVersionPolicy", layer_version, layers::permissions::get),
        operation!(
            "RemoveLayerVersionPermission",
            layer_version,
            layers::permissions::remove
        ),
        operation!("CreateFunction", to_create, functions::create),
        operation!("GetFunction", function, functions::get),
        operation!("GetFunctionConfiguration", function, functions::get_configuration),
        operation!("ListFunctions", nothing, functions::list),
        operation!("UpdateFunctionCode", function, functions::code),
        operation!("UpdateFunctionConfiguration", with_layers, functions::configure),
        operation!("DeleteFunction", function, functions::delete),
        Operation {
            name: "Invoke",
            access: |cloud, call| access::function(cloud, call, "lambda:InvokeFunction"),
            meter: unmetered,
            execute: invoke::invoke,
        },
        operation!("GetAccountSettings", nothing, functions::account_settings),
        operation!("PublishVersion", function, functions::versions::create),
        operation!("ListVersionsByFunction", function, functions::versions::list),
        operation!("CreateAlias", function, functions::aliases::create),
        operation!("GetAlias", function, functions::aliases::get),
        operation!("ListAliases", function, functions::aliases::list),
        operation!("UpdateAlias", function, functions::aliases::update),
        operation!("DeleteAlias", function, functions::aliases::delete),
        operation!("AddPermission", function, functions::permissions::add),
        operation!("GetPolicy", function, functions::permissions::get),
        operation!("RemovePermission", function, functions::permissions::remove),
        operation!("PutFunctionConcurrency", function, functions::concurrency::put),
        operation!("GetFunctionConcurrency", function, functions::concurrency::get),
        operation!(
            "DeleteFunctionConcurrency",
            function,
            functions::concurrency::delete
        ),
        operation!(
            "PutFunctionEventInvokeConfig",
            function,
            functions::event_config::put
        ),
        operation!(
            "UpdateFunctionEventInvokeConfig",
            function,
            functions::event_config::update
        ),
        operation!(
            "GetFunctionEventInvokeConfig",
            function,
            functions::event_config::get
        ),
        operation!(
            "DeleteFunctionEventInvokeConfig",
            function,
            functions::event_config::delete
        ),
        operation!(
            "ListFunctionEventInvokeConfigs",
            function,
            functions::event_config::list
        ),
        operation!("TagResource", tagged, functions::tags::tag),
        operation!("UntagResource", tagged, functions::tags::untag),
        operation!("ListTags", tagged, functions::tags::list),
    ],
};

fn answer(cloud: &Cloud, call: &mut Call, operation: fn(&Cloud, &mut Call) -> Answer) -> Outcome {
    let (status, output) = operation(cloud, call)?;
    let body = match output {
        Value::Null => String::new(),
        output => output.to_string(),
    };
    Ok(Reply {
        status,
        ..Reply::new(body)
    })
}
