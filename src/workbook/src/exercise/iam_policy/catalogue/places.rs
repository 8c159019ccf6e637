//! What is acted upon: the resources of a lesson and their neighbours.

use super::{Fresh, Ground};
use crate::exercise::iam_policy::document;
use crate::ruling::PolicyRequest;
use std::collections::BTreeSet;

/// The kind of a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Object,
    Bucket,
    Table,
    Role,
    /// A role, for who would assume it.
    Assumed,
    User,
    Policy,
    Function,
    Key,
    Secret,
    Queue,
    Topic,
    Instance,
    /// `*`, for actions that have no resource.
    Nothing,
    Other,
}

/// A resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) target: Target,
    pub(super) arn: String,
    /// The account that owns it, where that is not the caller's or may not be.
    pub(super) owner: Option<String>,
}

/// The account of every lesson.
pub(super) const ACCOUNT: &str = "123456789012";

/// The variable that stands for the name of the user who asks.
const USERNAME: &str = "${aws:username}";

impl Target {
    /// The kind of a resource, by its ARN and what is done to it.
    pub(super) fn of(arn: &str, action: &str) -> Self {
        let segments: Vec<&str> = arn.splitn(6, ':').collect();
        let ["arn", _, service, _, _, resource] = segments.as_slice() else {
            return if arn == "*" { Self::Nothing } else { Self::Other };
        };
        let kind = resource.split(['/', ':']).next().unwrap_or_default();
        match (*service, kind) {
            ("s3", _) if resource.contains('/') => Self::Object,
            ("s3", _) => Self::Bucket,
            ("dynamodb", "table") if !resource.contains("/index/") => Self::Table,
            ("iam", "role") if action.to_ascii_lowercase().starts_with("sts:") => Self::Assumed,
            ("iam", "role") => Self::Role,
            ("iam", "user") => Self::User,
            ("iam", "policy") => Self::Policy,
            ("lambda", "function") => Self::Function,
            ("kms", "key") => Self::Key,
            ("secretsmanager", "secret") => Self::Secret,
            ("sqs", _) => Self::Queue,
            ("sns", _) => Self::Topic,
            ("ec2", "instance") => Self::Instance,
            _ => Self::Other,
        }
    }
}

impl Place {
    /// The resource of a request.
    pub(super) fn of(request: &PolicyRequest, ground: &Ground<'_>) -> Self {
        let stated = request.resource_account.clone();
        let own = ground.names_principals().then(|| ACCOUNT.to_owned());
        Self {
            target: Target::of(&request.resource, &request.action),
            arn: request.resource.clone(),
            owner: stated.or(own),
        }
    }
}

/// The lesson's resources, their neighbours, what the answer names, and one of each other kind.
pub(super) fn around(ground: &Ground<'_>, fresh: &Fresh, principals: &[String]) -> Vec<Place> {
    let word = fresh.word();
    let stated: Vec<Place> = ground
        .matrix
        .iter()
        .map(|request| Place::of(request, ground))
        .collect();
    let mut places = stated.clone();
    for place in &stated {
        let neighbours = neighbours(&place.arn, word, principals).into_iter();
        places.extend(neighbours.map(|arn| Place {
            target: Target::of(
                &arn,
                if place.target == Target::Assumed {
                    "sts:"
                } else {
                    ""
                },
            ),
            arn,
            owner: place.owner.clone(),
        }));
    }
    if ground.names_principals() {
        let named = named(ground, word, principals).into_iter();
        places.extend(named.map(|place| Place {
            owner: Some(ACCOUNT.to_owned()),
            ..place
        }));
        let own: BTreeSet<&str> = stated.iter().map(|place| root(&place.arn)).collect();
        places.retain(|place| own.contains(root(&place.arn)));
    } else {
        places.extend(named(ground, word, principals));
        places.extend(elsewhere(word));
    }
    let mut seen = BTreeSet::new();
    places.retain(|place| seen.insert((place.arn.clone(), place.target == Target::Assumed)));
    places
}

/// What bears the policy: a bucket for its objects.
fn root(arn: &str) -> &str {
    match arn.strip_prefix("arn:aws:s3:::").and_then(|name| name.find('/')) {
        Some(end) => &arn[.."arn:aws:s3:::".len() + end],
        None => arn,
    }
}

/// Resources that a pattern a little too wide would cover, or one a little too narrow would miss.
fn neighbours(arn: &str, word: &str, principals: &[String]) -> Vec<String> {
    if let Some(name) = arn.strip_prefix("arn:aws:s3:::") {
        return in_and_around_bucket(name, word, principals);
    }
    match arn.rsplit_once('/') {
        Some((before, name)) if !name.is_empty() => {
            vec![format!("{before}/{name}-{word}"), format!("{before}/{word}")]
        }
        _ => Vec::new(),
    }
}

/// The bucket, other keys of it, and two buckets that have almost its name.
fn in_and_around_bucket(name: &str, word: &str, principals: &[String]) -> Vec<String> {
    let (bucket, key) = name.split_once('/').unwrap_or((name, "a.txt"));
    let mut keys = vec![
        key.to_owned(),
        format!("{word}.txt"),
        format!("{word}/{word}.txt"),
    ];
    if let Some((folder, file)) = key.rsplit_once('/') {
        keys.push(format!("{folder}/{word}.txt"));
        keys.push(format!("{folder}/{word}/{word}.txt"));
        keys.push(format!("{folder}-{word}/{file}"));
    }
    keys.extend(of_others(key, principals));
    let inside = keys.iter().map(|key| format!("{bucket}/{key}"));
    let twins = [format!("{bucket}-{word}"), format!("{word}-{bucket}")];
    let abroad = twins
        .iter()
        .flat_map(|twin| [twin.clone(), format!("{twin}/{key}")]);
    let all = inside.chain([bucket.to_owned()]).chain(abroad);
    all.map(|name| format!("arn:aws:s3:::{name}")).collect()
}

/// The key of one user, as it would be for each of the others.
fn of_others(key: &str, principals: &[String]) -> Vec<String> {
    let names: Vec<&str> = principals.iter().filter_map(|arn| user_name(arn)).collect();
    let segments: Vec<&str> = key.split('/').collect();
    let Some(at) = segments.iter().position(|segment| names.contains(segment)) else {
        return Vec::new();
    };
    let of_user = |name: &&str| {
        let others = segments.iter().enumerate();
        let key: Vec<&str> = others
            .map(|(rank, own)| if rank == at { *name } else { *own })
            .collect();
        key.join("/")
    };
    names.iter().map(of_user).collect()
}

/// `lea`, of `arn:aws:iam::123456789012:user/lea`.
pub(super) fn user_name(arn: &str) -> Option<&str> {
    let (_, path) = arn.split_once(":user/")?;
    path.rsplit('/').next()
}

/// What the answer allows to act upon, by name or by pattern; the name of a user is each of theirs.
fn named(ground: &Ground<'_>, word: &str, principals: &[String]) -> Vec<Place> {
    let users: Vec<&str> = principals.iter().filter_map(|arn| user_name(arn)).collect();
    let allowing = document::allowing(ground.answer);
    let patterns = allowing.flat_map(|statement| document::texts(&statement["Resource"]));
    let patterns = patterns.flat_map(|pattern| {
        if pattern.contains(USERNAME) {
            users.iter().map(|user| pattern.replace(USERNAME, user)).collect()
        } else {
            vec![pattern.to_owned()]
        }
    });
    let arns = patterns.filter_map(|pattern| document::instance(&pattern, word));
    let place = |arn: String| Place {
        target: Target::of(&arn, ""),
        arn,
        owner: None,
    };
    arns.map(place)
        .filter(|place| place.target != Target::Other)
        .collect()
}

/// One resource of each kind that has nothing to do with the lesson.
fn elsewhere(word: &str) -> Vec<Place> {
    let regional =
        |service: &str, resource: &str| format!("arn:aws:{service}:eu-west-3:{ACCOUNT}:{resource}");
    let arns = [
        (Target::Role, format!("arn:aws:iam::{ACCOUNT}:role/{word}")),
        (Target::Assumed, format!("arn:aws:iam::{ACCOUNT}:role/{word}")),
        (Target::User, format!("arn:aws:iam::{ACCOUNT}:user/{word}")),
        (Target::Policy, format!("arn:aws:iam::{ACCOUNT}:policy/{word}")),
        (Target::Nothing, "*".to_owned()),
        (Target::Bucket, format!("arn:aws:s3:::{word}")),
        (Target::Object, format!("arn:aws:s3:::{word}/{word}.txt")),
        (Target::Table, regional("dynamodb", &format!("table/{word}"))),
        (Target::Function, regional("lambda", &format!("function:{word}"))),
        (
            Target::Key,
            regional("kms", "key/1234abcd-12ab-34cd-56ef-1234567890ab"),
        ),
        (
            Target::Secret,
            regional("secretsmanager", &format!("secret:{word}-AbCdEf")),
        ),
        (Target::Queue, regional("sqs", word)),
        (Target::Topic, regional("sns", word)),
        (Target::Instance, regional("ec2", "instance/i-0123456789abcdef0")),
    ];
    let place = |(target, arn)| Place {
        target,
        arn,
        owner: None,
    };
    arns.into_iter().map(place).collect()
}
