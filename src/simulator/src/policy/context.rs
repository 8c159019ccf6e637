//! The request context: what condition keys and policy variables read.

use std::borrow::Cow;
use std::sync::Arc;

use super::Principal;

/// The condition keys of one request with their values.
///
/// Names are compared without regard to case. A clone shares what is there.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition.html>
#[derive(Debug, Clone, Default)]
pub(crate) struct Context {
    entries: Arc<Vec<Entry>>,
}

/// One key of the context.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The key as its service writes it: `aws:PrincipalTag/equipe`.
    pub(crate) key: Cow<'static, str>,
    /// Its values; a single-valued key has one.
    pub(crate) values: Vec<String>,
    /// Whether the key may have several values.
    pub(crate) multivalued: bool,
}

/// Keys that may have several values in a request, in lower case.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html>
const MULTIVALUED: &[&str] = &[
    "aws:calledvia",
    "aws:principalorgpaths",
    "aws:principalservicenameslist",
    "aws:resourceorgpaths",
    "aws:sourceorgpaths",
    "aws:tagkeys",
    "dynamodb:attributes",
    "dynamodb:leadingkeys",
    "lambda:layer",
    "lambda:securitygroupids",
    "lambda:subnetids",
    "s3:requestobjecttagkeys",
    "sts:transitivetagkeys",
];

impl Context {
    /// An empty context.
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Sets a single-valued key.
    pub(crate) fn set(&mut self, key: impl Into<Cow<'static, str>>, value: impl Into<String>) {
        self.put(key.into(), vec![value.into()], false);
    }

    /// Sets a multivalued key; no value at all leaves the key out.
    pub(crate) fn set_all(&mut self, key: impl Into<Cow<'static, str>>, values: Vec<String>) {
        self.put(key.into(), values, true);
    }

    /// Sets a key of which only the name tells whether it is multivalued.
    pub(crate) fn add(&mut self, key: impl Into<Cow<'static, str>>, values: Vec<String>) {
        let key = key.into();
        let known = MULTIVALUED.iter().any(|name| name.eq_ignore_ascii_case(&key));
        let multivalued = known || values.len() > 1;
        self.put(key, values, multivalued);
    }

    /// Sets the keys that tell who calls.
    ///
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html>
    pub(crate) fn set_principal(&mut self, principal: &Principal) {
        if let Some(arn) = principal.principal_arn() {
            self.set("aws:PrincipalArn", arn);
        }
        if let Some(account) = principal.account() {
            self.set("aws:PrincipalAccount", account);
        }
        if let Some(kind) = principal.principal_type() {
            self.set("aws:PrincipalType", kind);
            self.set("aws:userid", principal.user_id());
        }
        let of_aws = matches!(principal, Principal::Service { .. });
        if *principal != Principal::Anonymous {
            self.set("aws:PrincipalIsAWSService", of_aws.to_string());
        }
        match principal {
            Principal::User { name, .. } => self.set("aws:username", name),
            Principal::Service { name } => self.set("aws:PrincipalServiceName", name),
            _ => (),
        }
    }

    fn put(&mut self, key: Cow<'static, str>, values: Vec<String>, multivalued: bool) {
        let entries = Arc::make_mut(&mut self.entries);
        entries.retain(|entry| !entry.key.eq_ignore_ascii_case(&key));
        if !values.is_empty() {
            entries.push(Entry {
                key,
                values,
                multivalued,
            });
        }
    }

    /// The key of that name.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.key.eq_ignore_ascii_case(key))
    }

    /// The values of the key of that name; a key that is not there has none.
    pub(crate) fn get(&self, key: &str) -> &[String] {
        self.entry(key).map_or(&[], |entry| entry.values.as_slice())
    }

    /// Every key, in the order in which they were set.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// What is asked for: who wants to do what to which resource, and the circumstances.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Request<'a> {
    /// Who asks.
    pub(crate) principal: &'a Principal,
    /// `s3:GetObject`.
    pub(crate) action: &'a str,
    /// The resource's ARN, or `*` for an action without a resource.
    pub(crate) resource: &'a str,
    /// The account that owns the resource; `None`: the caller's own.
    pub(crate) resource_account: Option<&'a str>,
    /// The circumstances.
    pub(crate) context: &'a Context,
}
