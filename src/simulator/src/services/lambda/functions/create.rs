//! `CreateFunction`.

use std::collections::BTreeMap;

use serde_json::Map;

use super::super::errors::{conflict, invalid_parameter};
use super::super::layers::attach::{attach, fits};
use super::super::names::NameShape;
use super::super::state::Held;
use super::super::{Answer, code};
use super::configuration::pending;
use super::{Code, Configuration, Function, constrain, model, named, settings, tags, versions};
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;
use crate::services::form::Form;

/// The most characters of a function's name.
const LONGEST_NAME: usize = 64;

/// `CreateFunction`.
/// <https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html>
pub(in super::super) fn create(cloud: &Cloud, call: &mut Call) -> Answer {
    let mut form = Form::of_json(&call.input);
    constrain(&mut form, call, NameShape::Plain);
    if !form.has("Role") {
        form.missing("Role");
    }
    model::constrain(&mut form);
    if !form.has("Code") {
        form.missing("Code");
    }
    code::constrain(&mut form, "Code", &call.input["Code"]);
    form.check()?;
    model::readable(&call.input)?;
    let name = named(call, NameShape::Plain)?;
    if name.name.len() > LONGEST_NAME {
        let text = &name.name;
        return Err(invalid_parameter(format!(
            "1 validation error detected: Value '{text}' at 'functionName' failed to satisfy constraint: Member must have \
             length less than or equal to {LONGEST_NAME}"
        )));
    }
    let taken = cloud.lambda.with(&name.account, |account| {
        account.functions.contains_key(&name.name)
    });
    if taken {
        return Err(conflict(format!("Function already exist: {}", name.name)));
    }
    let configuration = configured(cloud, call)?;
    let mut function = Function {
        name: name.name.clone(),
        latest: configuration,
        last: 0,
        versions: BTreeMap::new(),
        published: String::new(),
        aliases: BTreeMap::new(),
        policies: BTreeMap::new(),
        events: BTreeMap::new(),
        tags: tags::read(&call.input["Tags"])?,
        concurrency: None,
    };
    let publish = call.input["Publish"].as_bool() == Some(true);
    let version = if publish {
        versions::publish(&mut function, cloud.clock.now(), None)
    } else {
        super::super::names::LATEST.to_owned()
    };
    let shown = pending(function.latest.shown(&name.name, &name.arn(), &version));
    function.latest.settle();
    cloud.lambda.with(&name.account, |account| {
        account.functions.insert(name.name.clone(), function);
    });
    Ok((201, shown))
}

fn configured(cloud: &Cloud, call: &Call) -> Result<Configuration, AwsError> {
    let input = &call.input;
    let image = input["PackageType"].as_str() == Some("Image");
    complete(call, image)?;
    let now = cloud.clock.now();
    let mut configuration = Configuration {
        runtime: None,
        handler: None,
        role: String::new(),
        code: code_of(cloud, call, image)?,
        description: String::new(),
        timeout: 3,
        memory: 128,
        storage: 512,
        environment: None,
        layers: Vec::new(),
        architecture: settings::architecture(input).unwrap_or_else(|| "x86_64".to_owned()),
        kept: Map::new(),
        modified: now,
        revision: String::new(),
        deployment: String::new(),
    };
    configuration.touch(now);
    settings::apply(call, &mut configuration, now)?;
    settings::role(cloud, call, &configuration.role)?;
    configuration.layers = attach(cloud, call, &layer_arns(call), &[])?;
    fits(configuration.code.unzipped(), &configuration.layers)?;
    Ok(configuration)
}

/// The ARNs of the layers that a request gives.
pub(super) fn layer_arns(call: &Call) -> Vec<String> {
    let given = call.input["Layers"].as_array();
    let arns = given.into_iter().flatten();
    arns.map(|arn| arn.as_str().unwrap_or_default().to_owned())
        .collect()
}

/// What must be there for a package, and must not for an image.
fn complete(call: &Call, image: bool) -> Result<(), AwsError> {
    let input = &call.input;
    let has = |member: &str| !input[member].is_null();
    if image && (has("Runtime") || has("Handler") || has("Layers")) {
        return Err(invalid_parameter(
            "Please don't provide Runtime or Handler or Layer when the intended function PackageType is Image.",
        ));
    }
    if !image && (!has("Runtime") || !has("Handler")) {
        return Err(invalid_parameter(
            "Runtime and Handler are mandatory parameters for functions created with deployment packages.",
        ));
    }
    Ok(())
}

/// What a request gives a function to run.
pub(super) fn code_of(cloud: &Cloud, call: &Call, image: bool) -> Result<Code, AwsError> {
    let given = &call.input["Code"];
    let given = if given.is_object() { given } else { &call.input };
    if image {
        let uri = given["ImageUri"].as_str();
        let uri = uri.ok_or_else(|| {
            let doing = if given == &call.input {
                "updating"
            } else {
                "creating"
            };
            invalid_parameter(format!(
                "Please provide ImageUri when {doing} a function with packageType Image."
            ))
        })?;
        return Ok(Code::Image {
            uri: uri.to_owned(),
            digest: code::image(cloud, call, given, uri)?,
        });
    }
    let package = code::read(cloud, call, given)?;
    if package.is_none() && !given["ImageUri"].is_null() {
        return Err(invalid_parameter(
            "Please don't provide ImageUri when creating a function with packageType Zip.",
        ));
    }
    let package = package.ok_or_else(|| invalid_parameter("Please provide a source for function code."))?;
    Ok(Code::Zip(Held(package)))
}
