//! Customer managed policies, and AWS's own beside them.

use serde_json::{Value, json};

use super::boundaries::policy_arn;
use super::tags::new_tags;
use super::{Answer, Work};
use crate::auth::keys::unique_id;
use crate::error::AwsError;
use crate::services::iam::errors::{already_exists, conflict, malformed, no_such_policy, room, within};
use crate::services::iam::managed;
use crate::services::iam::page::Page;
use crate::services::iam::rules::{
    self, ARN, DOCUMENT, ENTITY_TYPE, NAME, PATH, POLICY_DESCRIPTION, SCOPE, USAGE, quota,
};
use crate::services::iam::state::{Account, Entity, Held, ManagedPolicy, Version};
use crate::services::iam::view::{self, Shown};

/// Reads the document of a managed policy.
pub(super) fn document(text: &str) -> Result<Held, AwsError> {
    let document = Held::parse_managed(text).map_err(|fault| malformed(&fault))?;
    within(document.size(), quota::POLICY_SIZE)?;
    Ok(document)
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html>
pub(super) fn create(work: &mut Work<'_>) -> Answer {
    let name = work.form.required("PolicyName", &NAME);
    let path = work
        .form
        .optional("Path", &PATH)
        .unwrap_or_else(|| "/".to_owned());
    let text = work.form.required("PolicyDocument", &DOCUMENT);
    let description = work.form.optional("Description", &POLICY_DESCRIPTION);
    let tags = rules::tags(&mut work.form, "Tags");
    work.form.check()?;
    let tags = new_tags(tags, false)?;
    let document = document(&text)?;
    let now = work.now();
    let account = work.account();
    if account.policies.takes(&name) {
        return Err(already_exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    room(account.policies.len(), quota::POLICIES)?;
    let first = Version {
        number: 1,
        created: now,
        document,
    };
    let policy = ManagedPolicy {
        arn: account.policy_arn(&path, &name),
        name,
        path,
        id: unique_id("ANPA"),
        description,
        created: now,
        updated: now,
        tags,
        versions: vec![first],
        default: 1,
        next: 2,
    };
    let shown = view::policy(account, &policy, Shown::Made);
    account.policies.insert(policy);
    Ok(json!({ "Policy": shown }))
}

impl Work<'_> {
    /// The ARN of the managed policy that the request is about.
    pub(super) fn policy_arn(&mut self) -> String {
        self.form.required("PolicyArn", &ARN)
    }
}

impl Account {
    /// A managed policy by its ARN.
    pub(super) fn existing_policy(&self, arn: &str) -> Result<&ManagedPolicy, AwsError> {
        policy_arn(arn)?;
        self.policy(arn).ok_or_else(|| no_such_policy(arn))
    }

    /// A policy that may be changed: AWS's may not.
    pub(super) fn own_policy(&mut self, arn: &str) -> Result<&mut ManagedPolicy, AwsError> {
        self.existing_policy(arn)?;
        if arn.starts_with(managed::PREFIX) {
            let message = "Cannot modify AWS managed policies.";
            return Err(AwsError::new(403, "AccessDenied", message));
        }
        let name = arn.rsplit('/').next().unwrap_or_default();
        self.policies.get_mut(name).ok_or_else(|| no_such_policy(arn))
    }
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetPolicy.html>
pub(super) fn get(work: &mut Work<'_>) -> Answer {
    let arn = work.policy_arn();
    work.form.check()?;
    let account = work.account();
    let policy = account.existing_policy(&arn)?;
    Ok(json!({ "Policy": view::policy(account, policy, Shown::Got) }))
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html>
pub(super) fn list(work: &mut Work<'_>) -> Answer {
    let scope = work.form.optional("Scope", &SCOPE);
    let prefix = work.form.optional("PathPrefix", &PATH).unwrap_or_default();
    let usage = work.form.optional("PolicyUsageFilter", &USAGE);
    let only_attached = work.form.flag("OnlyAttached");
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    let local = account
        .policies
        .iter()
        .filter(|_| scope.as_deref() != Some("AWS"));
    let aws = managed::all().filter(|_| scope.as_deref() != Some("Local"));
    let used = |policy: &&ManagedPolicy| {
        let (attached, bound) = view::uses(account, &policy.arn);
        match usage.as_deref() {
            Some("PermissionsBoundary") => bound > 0,
            Some(_) => attached > 0,
            None => !only_attached || attached > 0,
        }
    };
    let policies = local
        .chain(aws)
        .filter(|policy| policy.path.starts_with(&prefix))
        .filter(used);
    let policies = policies.map(|policy| (policy.arn.clone(), view::policy(account, policy, Shown::Listed)));
    page.answer("Policies", policies.collect())
}

/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeletePolicy.html>
pub(super) fn delete(work: &mut Work<'_>) -> Answer {
    let arn = work.policy_arn();
    work.form.check()?;
    let account = work.account();
    let policy = account.own_policy(&arn)?;
    let (name, versions) = (policy.name.clone(), policy.versions.len());
    if view::uses(account, &arn) != (0, 0) {
        return Err(conflict("Cannot delete a policy attached to entities."));
    }
    if versions > 1 {
        return Err(conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
             The default version is deleted with the policy.",
        ));
    }
    account.policies.remove(&name);
    Ok(Value::Null)
}

/// Who holds a policy. Users come first, then groups, then roles, in pages that run through all three.
///
/// <https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html>
pub(super) fn list_entities(work: &mut Work<'_>) -> Answer {
    let arn = work.policy_arn();
    let filter = work.form.optional("EntityFilter", &ENTITY_TYPE);
    let prefix = work.form.optional("PathPrefix", &PATH).unwrap_or_default();
    let usage = work.form.optional("PolicyUsageFilter", &USAGE);
    let page = Page::of(&mut work.form);
    work.form.check()?;
    let account = work.account();
    account.existing_policy(&arn)?;
    let holds = |entity: &Entity| {
        let attached = entity.attached.contains(&arn) && usage.as_deref() != Some("PermissionsBoundary");
        let bound = entity.boundary.as_ref() == Some(&arn) && usage.as_deref() != Some("PermissionsPolicy");
        (attached || bound) && entity.path.starts_with(&prefix)
    };
    let users = account.users.iter().map(|user| ("User", &user.entity));
    let groups = account.groups.iter().map(|group| ("Group", &group.entity));
    let roles = account.roles.iter().map(|role| ("Role", &role.entity));
    let wanted = |kind: &str| filter.as_deref().is_none_or(|filter| filter == kind);
    let holders = users
        .chain(groups)
        .chain(roles)
        .filter(|(kind, entity)| wanted(kind) && holds(entity));
    let shown = holders.map(|(kind, entity)| {
        let item = json!({ format!("{kind}Name"): entity.name, format!("{kind}Id"): entity.id });
        (
            format!("{kind}/{}", entity.name),
            json!({ "kind": kind, "item": item }),
        )
    });
    let mut output = page.cut("holders", shown.collect())?;
    let holders = output.remove("holders").unwrap_or_default();
    for kind in ["User", "Group", "Role"] {
        let items = holders.as_array().into_iter().flatten();
        let items = items
            .filter(|holder| holder["kind"] == kind)
            .map(|holder| holder["item"].clone());
        output.insert(format!("Policy{kind}s"), items.collect());
    }
    Ok(Value::Object(output))
}
