//! Making, showing and deleting repositories, and what they are set to.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::Answer;
use super::errors::{no_such_repository, not_empty, not_one_of, repository_exists};
use super::input::{Named, date, page, registry};
use super::mutability::Mutability;
use super::names::{repository_arn, uri};
use super::state::{Repositories, Repository};
use super::tags;
use crate::call::Call;
use crate::cloud::Cloud;
use crate::error::AwsError;

/// A repository that is there.
pub(super) fn existing<'a>(
    repositories: &'a Repositories,
    named: &Named,
) -> Result<&'a Repository, AwsError> {
    repositories
        .get(&named.name)
        .ok_or_else(|| no_such_repository(&named.registry, &named.name))
}

/// The same, to be changed.
pub(super) fn existing_mut<'a>(
    repositories: &'a mut Repositories,
    named: &Named,
) -> Result<&'a mut Repository, AwsError> {
    repositories
        .get_mut(&named.name)
        .ok_or_else(|| no_such_repository(&named.registry, &named.name))
}

/// A repository as answers show it.
fn shown(registry: &str, repository: &Repository) -> Value {
    let mut members = Map::new();
    let name = &repository.name;
    members.insert("repositoryArn".to_owned(), repository_arn(registry, name).into());
    members.insert("registryId".to_owned(), registry.into());
    members.insert("repositoryName".to_owned(), name.as_str().into());
    members.insert("repositoryUri".to_owned(), uri(registry, name).into());
    members.insert("createdAt".to_owned(), date(repository.created));
    repository.mutability.show(&mut members);
    let scanning = json!({ "scanOnPush": repository.scan_on_push });
    members.insert("imageScanningConfiguration".to_owned(), scanning);
    members.insert("encryptionConfiguration".to_owned(), json!(repository.encryption));
    Value::Object(members)
}

/// How images are encrypted at rest; of a key, the name is kept.
fn encryption(input: &Value) -> Result<BTreeMap<String, String>, AwsError> {
    let given = &input["encryptionConfiguration"];
    let kind = given["encryptionType"].as_str().unwrap_or("AES256");
    let kinds = ["AES256", "KMS", "KMS_DSSE"];
    if !kinds.contains(&kind) {
        return Err(not_one_of("encryptionConfiguration.encryptionType", kind, &kinds));
    }
    let mut kept = BTreeMap::from([("encryptionType".to_owned(), kind.to_owned())]);
    if let Some(key) = given["kmsKey"].as_str().filter(|_| kind != "AES256") {
        kept.insert("kmsKey".to_owned(), key.to_owned());
    }
    Ok(kept)
}

fn scan_on_push(input: &Value) -> bool {
    input["imageScanningConfiguration"]["scanOnPush"] == true
}

/// `CreateRepository`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
pub(super) fn create(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let repository = Repository {
        name: named.name.clone(),
        created: call.time,
        mutability: Mutability::of(&call.input)?,
        scan_on_push: scan_on_push(&call.input),
        encryption: encryption(&call.input)?,
        tags: tags::added(&BTreeMap::new(), &call.input["tags"])?,
        policy: None,
        images: BTreeMap::new(),
    };
    cloud.ecr.change(&named.registry, |repositories| {
        if repositories.contains_key(&named.name) {
            return Err(repository_exists(&named.registry, &named.name));
        }
        let output = json!({ "repository": shown(&named.registry, &repository) });
        repositories.insert(named.name.clone(), repository);
        Ok(output)
    })
}

/// `DescribeRepositories`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeRepositories.html>
pub(super) fn describe(cloud: &Cloud, call: &mut Call) -> Answer {
    let registry = registry(call)?;
    let asked = call.input["repositoryNames"]
        .as_array()
        .map_or(&[][..], Vec::as_slice);
    let names: Vec<&str> = asked.iter().filter_map(Value::as_str).collect();
    cloud.ecr.read(&registry, |repositories| {
        if names.is_empty() {
            let all = repositories.values();
            let items = all.map(|repository| (repository.name.clone(), shown(&registry, repository)));
            return page(call, "repositories", items.collect());
        }
        let found = names.iter().map(|name| {
            let repository = repositories.get(*name);
            let repository = repository.ok_or_else(|| no_such_repository(&registry, name))?;
            Ok::<_, AwsError>(shown(&registry, repository))
        });
        let found: Vec<Value> = found.collect::<Result<_, _>>()?;
        Ok(json!({ "repositories": found }))
    })
}

/// `DeleteRepository`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DeleteRepository.html>
pub(super) fn delete(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let force = call.input["force"] == true;
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing(repositories, &named)?;
        if !repository.images.is_empty() && !force {
            return Err(not_empty(&named.registry, &named.name));
        }
        let output = json!({ "repository": shown(&named.registry, repository) });
        repositories.remove(&named.name);
        Ok(output)
    })
}

/// `PutImageTagMutability`.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageTagMutability.html>
pub(super) fn put_mutability(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let mut form = super::input::form(call);
    if !form.has("imageTagMutability") {
        form.missing("imageTagMutability");
    }
    form.check()?;
    let mutability = Mutability::of(&call.input)?;
    cloud.ecr.change(&named.registry, |repositories| {
        let repository = existing_mut(repositories, &named)?;
        repository.mutability = mutability;
        let mut members = Map::new();
        members.insert("registryId".to_owned(), named.registry.as_str().into());
        members.insert("repositoryName".to_owned(), named.name.as_str().into());
        repository.mutability.show(&mut members);
        Ok(Value::Object(members))
    })
}

/// `PutImageScanningConfiguration`: kept and shown; nothing is scanned.
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImageScanningConfiguration.html>
pub(super) fn put_scanning(cloud: &Cloud, call: &mut Call) -> Answer {
    let named = Named::of(call)?;
    let scan = scan_on_push(&call.input);
    cloud.ecr.change(&named.registry, |repositories| {
        existing_mut(repositories, &named)?.scan_on_push = scan;
        Ok(json!({
            "registryId": named.registry,
            "repositoryName": named.name,
            "imageScanningConfiguration": { "scanOnPush": scan },
        }))
    })
}
