//! The `Principal` and `NotPrincipal` elements.
//!
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

/// Whom a statement is about.
#[derive(Debug, Clone)]
pub(crate) struct Principals {
    /// Whether it is `NotPrincipal`.
    pub(crate) negated: bool,
    /// The principals that are named.
    pub(crate) named: Vec<NamedPrincipal>,
}

/// A principal as a policy names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NamedPrincipal {
    /// `AWS`, `Service`, `Federated` or `CanonicalUser`.
    pub(crate) kind: &'static str,
    /// The value as it is written.
    pub(crate) text: Box<str>,
    /// What it stands for.
    pub(crate) form: Form,
}

/// What a named principal stands for; the texts are in [`NamedPrincipal::text`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Form {
    /// `*`.
    Everyone,
    /// An account, by its number or its root ARN: the twelve digits.
    Account(Box<str>),
    /// A user, a role or a session, by its ARN.
    Arn,
    /// A user or role by its unique id, as IAM shows one that was deleted.
    UniqueId,
    /// A service.
    Service,
    /// An identity provider.
    Federated,
    /// An account by the id that S3 knows it by.
    CanonicalUser,
}

impl NamedPrincipal {
    /// Reads a principal of a kind; `None` if it is none.
    pub(super) fn parse(kind: &str, text: &str) -> Option<Self> {
        let (kind, form) = match kind {
            "AWS" => ("AWS", aws(text)?),
            "Service" => ("Service", service(text)?),
            "Federated" => ("Federated", federated(text)?),
            "CanonicalUser" => ("CanonicalUser", canonical(text)?),
            _ => return None,
        };
        Some(Self {
            kind,
            text: text.into(),
            form,
        })
    }

    /// Everyone, as a bare `"*"` says.
    pub(super) fn everyone() -> Self {
        Self {
            kind: "AWS",
            text: "*".into(),
            form: Form::Everyone,
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn aws(text: &str) -> Option<Form> {
    if text == "*" {
        return Some(Form::Everyone);
    }
    if is_account(text) {
        return Some(Form::Account(text.into()));
    }
    if is_unique_id(text) {
        return Some(Form::UniqueId);
    }
    arn(text)
}

/// `AIDA…` of a user, `AROA…` of a role.
fn is_unique_id(text: &str) -> bool {
    let prefixed = text.starts_with("AIDA") || text.starts_with("AROA");
    let length = (16..=128).contains(&text.len());
    prefixed
        && length
        && text
            .bytes()
            .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// ARNs of principals hold no wildcard, and groups are none.
fn arn(text: &str) -> Option<Form> {
    if text.contains(['*', '?']) {
        return None;
    }
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    let ["arn", partition, service, "", account, resource] = segments.as_slice() else {
        return None;
    };
    if !partition.starts_with("aws") || !(is_account(account) || *account == "cloudfront") {
        return None;
    }
    let named = |kind: &str| {
        let name = resource
            .strip_prefix(kind)
            .and_then(|rest| rest.strip_prefix('/'));
        name.is_some_and(|name| !name.is_empty() && !name.ends_with('/'))
    };
    match *service {
        "iam" if *resource == "root" => Some(Form::Account((*account).into())),
        "iam" if named("user") || named("role") => Some(Form::Arn),
        "sts" if named("federated-user") => Some(Form::Arn),
        "sts" if named("assumed-role") && resource.matches('/').count() == 2 => Some(Form::Arn),
        _ => None,
    }
}

/// `lambda.amazonaws.com`, also with a Region, and those of China.
fn service(text: &str) -> Option<Form> {
    let name = text
        .strip_suffix(".amazonaws.com")
        .or_else(|| text.strip_suffix(".amazonaws.com.cn"))
        .or_else(|| text.strip_suffix(".amazon.com"))
        .or_else(|| text.strip_suffix(".aws.internal"))?;
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_.".contains(&byte);
    (!name.is_empty() && name.bytes().all(plain)).then_some(Form::Service)
}

/// A provider of the account by its ARN, or one that AWS knows by its host.
fn federated(text: &str) -> Option<Form> {
    let segments: Vec<&str> = text.splitn(6, ':').collect();
    let provider = match segments.as_slice() {
        ["arn", _, "iam", "", account, resource] => {
            let known = resource.starts_with("saml-provider/") || resource.starts_with("oidc-provider/");
            known && is_account(account)
        }
        [host] => host.contains('.'),
        _ => false,
    };
    (provider && !text.contains(['*', '?'])).then_some(Form::Federated)
}

fn canonical(text: &str) -> Option<Form> {
    let hexadecimal = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    (text.len() == 64 && hexadecimal).then_some(Form::CanonicalUser)
}
