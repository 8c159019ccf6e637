//! The least privilege of a lesson: what it asked for in the simulator, as few statements as that takes, scoped to what the
//! lessons name. Pure.

use super::names::{self, PATTERN};
use serde_json::{Value, json};
use simulator::policy_api::{Policies, PolicyKind, PolicyRequest, PolicyText, Question};
use simulator::{ACCOUNT, REGION, Right};
use std::collections::{BTreeMap, BTreeSet};
use workbook::glob::matches;

/// The most characters of a managed policy, blanks not counted:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html>
const MOST: usize = 6_144;

/// What takes no resource, whatever the simulator (as IAM's own refusals) names there: a policy must say `*`. See
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html>
const EVERYWHERE: [&str; 5] = [
    "iam:ListGroups",
    "iam:ListInstanceProfiles",
    "iam:ListPolicies",
    "iam:ListRoles",
    "iam:ListUsers",
];

/// Where a policy is to hold; what is not given is any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// The account's number.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The prefix of the runs.
    pub prefix: Option<String>,
}

/// A statement that allows.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Statement {
    /// The actions.
    pub actions: BTreeSet<String>,
    /// The patterns of the resources.
    pub resources: BTreeSet<String>,
    /// The service that roles may be passed to, for `iam:PassRole`.
    pub passed_to: Option<String>,
}

/// The fewest statements that allow what `principal` was allowed.
pub fn least(rights: &[Right], principal: &str, scope: &Scope) -> Vec<Statement> {
    let mut wanted: BTreeMap<(String, Option<String>), BTreeSet<String>> = BTreeMap::new();
    for right in rights
        .iter()
        .filter(|right| right.allowed && right.principal == principal)
    {
        let patterns = wanted
            .entry((right.action.clone(), right.passed_to.clone()))
            .or_default();
        patterns.insert(if EVERYWHERE.contains(&right.action.as_str()) {
            "*".to_owned()
        } else {
            pattern(&right.resource, scope)
        });
    }
    let mut statements: BTreeMap<(Option<String>, BTreeSet<String>), BTreeSet<String>> = BTreeMap::new();
    for ((action, passed_to), patterns) in wanted {
        let widest = patterns
            .iter()
            .filter(|one| !covered(one, &patterns))
            .cloned()
            .collect();
        statements.entry((passed_to, widest)).or_default().insert(action);
    }
    statements
        .into_iter()
        .map(|((passed_to, resources), actions)| Statement {
            actions,
            resources,
            passed_to,
        })
        .collect()
}

/// Whether another pattern lets all of this one through.
fn covered(one: &str, all: &BTreeSet<String>) -> bool {
    all.iter().any(|other| other != one && matches(other, one))
}

/// A resource of the simulator as a pattern: any run's names, and whatever stands below them.
fn pattern(resource: &str, scope: &Scope) -> String {
    let parts: Vec<&str> = resource.splitn(6, ':').collect();
    let [arn, partition, service, region, account, name] = parts[..] else {
        return resource.to_owned();
    };
    let given = |simulated: &str, written: &str, given: &Option<String>| match given {
        _ if written != simulated => written.to_owned(),
        Some(given) => given.clone(),
        None => "*".to_owned(),
    };
    let region = given(REGION, region, &scope.region);
    let account = given(ACCOUNT, account, &scope.account);
    let name = if service == "s3" {
        named(name, 0, scope)
    } else {
        named(name, 1, scope)
    };
    [arn, partition, service, &region, &account, &name].join(":")
}

/// A resource's part of an ARN, of which the piece at `place` is the name: a name of the lessons' stands for all of them,
/// and a star for all that comes after a name (versions, keys, ids that nobody foresees).
fn named(name: &str, place: usize, scope: &Scope) -> String {
    let mut shown = String::new();
    let mut rest = name;
    for at in 0..=place {
        let end = rest.find(['/', ':']).unwrap_or(rest.len());
        let (piece, after) = rest.split_at(end);
        if at == place && names::is_of_a_run(piece) {
            shown += scope.prefix.as_deref().unwrap_or(PATTERN);
            shown.push('*');
        } else {
            shown += piece;
        }
        rest = after;
        if let (true, Some(between)) = (at < place, rest.chars().next()) {
            shown.push(between);
            rest = &rest[1..];
        }
    }
    if let Some(between) = rest.chars().next() {
        shown.push(between);
        shown.push('*');
    }
    shown
}

impl Statement {
    fn value(&self) -> Value {
        let mut statement = json!({"Effect": "Allow", "Action": self.actions, "Resource": self.resources});
        if let Some(service) = &self.passed_to {
            statement["Condition"] = json!({"StringEquals": {"iam:PassedToService": service}});
        }
        statement
    }
}

/// The policy documents of these statements, each short enough for IAM.
pub fn documents(statements: &[Statement]) -> Vec<Value> {
    let document = |statements: &[Value]| json!({"Version": "2012-10-17", "Statement": statements});
    let mut found = Vec::new();
    let mut page: Vec<Value> = Vec::new();
    for statement in statements.iter().map(Statement::value) {
        page.push(statement);
        if document(&page).to_string().len() > MOST && page.len() > 1 {
            let next = page.split_off(page.len() - 1);
            found.push(document(&page));
            page = next;
        }
    }
    if !page.is_empty() {
        found.push(document(&page));
    }
    found
}

/// Who may take a role that has these rights: the identities of this account, its own, that are let.
pub fn trust(account: &str) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": format!("arn:aws:iam::{account}:root")},
    }]})
}

/// What `principal` was allowed and these statements do not allow, by the simulator's own rules.
pub fn missing(rights: &[Right], principal: &str, statements: &[Statement]) -> Vec<Right> {
    let texts: Vec<PolicyText> = documents(statements)
        .iter()
        .map(|document| PolicyText {
            id: "droits".to_owned(),
            kind: PolicyKind::Identity,
            text: document.to_string(),
            level: 0,
        })
        .collect();
    let policies = Policies::read(&texts).unwrap_or_default();
    let denied = |right: &&Right| {
        let context = right.passed_to.iter().map(|service| {
            let value = simulator::policy_api::ContextValue::One(service.clone());
            ("iam:PassedToService".to_owned(), value)
        });
        let request = PolicyRequest {
            principal: principal.to_owned(),
            action: right.action.clone(),
            resource: right.resource.clone(),
            resource_account: None,
            context: context.collect(),
            resource_policy: None,
        };
        !Question::read(&request).is_ok_and(|question| policies.decide(&question).allowed())
    };
    let asked = rights
        .iter()
        .filter(|right| right.allowed && right.principal == principal);
    asked.filter(denied).cloned().collect()
}

/// What could be taken away from these statements, and nothing that `principal` was allowed would be missing.
pub fn unneeded(rights: &[Right], principal: &str, statements: &[Statement]) -> Vec<String> {
    let weakened = weakened(statements).into_iter();
    weakened
        .filter(|(_, weaker)| missing(rights, principal, weaker).is_empty())
        .map(|(what, _)| what)
        .collect()
}

/// These statements with one thing less, in every way: one statement, or one action, or one resource.
pub fn weakened(statements: &[Statement]) -> Vec<(String, Vec<Statement>)> {
    let mut found = Vec::new();
    for (place, statement) in statements.iter().enumerate() {
        let mut without = statements.to_vec();
        without.remove(place);
        found.push((format!("instruction {}", place + 1), without));
        let less = statement.actions.iter().map(|action| {
            let mut less = statement.clone();
            less.actions.remove(action);
            (action, less)
        });
        let narrower = statement.resources.iter().map(|resource| {
            let mut less = statement.clone();
            less.resources.remove(resource);
            (resource, less)
        });
        for (what, less) in less.chain(narrower) {
            let mut weaker = statements.to_vec();
            weaker[place] = less;
            weaker.retain(|one| !one.actions.is_empty() && !one.resources.is_empty());
            found.push((what.clone(), weaker));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const WHO: &str = "arn:aws:iam::123456789012:user/administrateur";

    fn right(action: &str, resource: &str) -> Right {
        Right {
            principal: WHO.to_owned(),
            action: action.to_owned(),
            resource: resource.to_owned(),
            passed_to: None,
            allowed: true,
        }
    }

    #[test]
    fn a_resource_is_scoped_to_the_lessons_names_and_to_the_account_and_region_that_are_given() {
        let anywhere = Scope::default();
        let here = Scope {
            account: Some("111122223333".to_owned()),
            region: Some("us-east-1".to_owned()),
            prefix: None,
        };
        for (resource, wide, narrow) in [
            ("*", "*", "*"),
            (
                "arn:aws:s3:::cahier-iam-123456789012",
                "arn:aws:s3:::cah???-*",
                "arn:aws:s3:::cah???-*",
            ),
            (
                "arn:aws:s3:::cah4f7-iam/a/b.txt",
                "arn:aws:s3:::cah???-*/*",
                "arn:aws:s3:::cah???-*/*",
            ),
            (
                "arn:aws:dynamodb:eu-west-3:123456789012:table/cahier-colis/index/par-etat",
                "arn:aws:dynamodb:*:*:table/cah???-*/*",
                "arn:aws:dynamodb:us-east-1:111122223333:table/cah???-*/*",
            ),
            (
                "arn:aws:lambda:eu-west-3:123456789012:layer:tarifs:3",
                "arn:aws:lambda:*:*:layer:tarifs:*",
                "arn:aws:lambda:us-east-1:111122223333:layer:tarifs:*",
            ),
            (
                "arn:aws:iam::123456789012:role/lecteur",
                "arn:aws:iam::*:role/lecteur",
                "arn:aws:iam::111122223333:role/lecteur",
            ),
            (
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
                "arn:aws:iam::aws:policy/ReadOnlyAccess",
            ),
        ] {
            assert_eq!(pattern(resource, &anywhere), wide);
            assert_eq!(pattern(resource, &here), narrow);
        }
        let ada = Scope {
            prefix: Some("cahada-".to_owned()),
            ..here
        };
        assert_eq!(
            pattern("arn:aws:s3:::cahada-iam/a/b.txt", &ada),
            "arn:aws:s3:::cahada-*/*"
        );
    }

    #[test]
    fn actions_on_the_same_resources_share_a_statement_and_nothing_that_was_refused_or_asked_by_others_is_in()
    {
        let mut rights = vec![
            right("s3:GetObject", "arn:aws:s3:::cahier-a/x"),
            right("s3:PutObject", "arn:aws:s3:::cahier-b/y"),
            right("s3:CreateBucket", "arn:aws:s3:::cahier-a"),
        ];
        rights.push(Right {
            allowed: false,
            ..right("s3:DeleteBucket", "arn:aws:s3:::cahier-a")
        });
        rights.push(Right {
            principal: "arn:aws:iam::123456789012:user/x".to_owned(),
            ..right("s3:GetObjectAcl", "*")
        });
        let statements = least(&rights, WHO, &Scope::default());
        let actions: Vec<Vec<&str>> = statements
            .iter()
            .map(|one| one.actions.iter().map(String::as_str).collect())
            .collect();
        assert_eq!(
            actions,
            [vec!["s3:CreateBucket"], vec!["s3:GetObject", "s3:PutObject"]]
        );
        assert_eq!(missing(&rights, WHO, &statements), []);
    }

    #[test]
    fn what_takes_no_resource_is_allowed_on_all_of_them_even_where_a_refusal_names_one() {
        let asked = right("iam:ListPolicies", "arn:aws:iam::123456789012:policy/");
        let statements = least(std::slice::from_ref(&asked), WHO, &Scope::default());
        let resources: Vec<&String> = statements.iter().flat_map(|one| &one.resources).collect();
        assert_eq!(resources, ["*"]);
        assert_eq!(missing(&[asked], WHO, &statements), []);
    }

    #[test]
    fn a_role_may_be_passed_to_its_service_alone() {
        let pass = Right {
            passed_to: Some("lambda.amazonaws.com".to_owned()),
            ..right("iam:PassRole", "arn:aws:iam::123456789012:role/cahier-r")
        };
        let statements = least(std::slice::from_ref(&pass), WHO, &Scope::default());
        assert_eq!(missing(std::slice::from_ref(&pass), WHO, &statements), []);
        let other = Right {
            passed_to: Some("ec2.amazonaws.com".to_owned()),
            ..pass
        };
        assert_eq!(missing(std::slice::from_ref(&other), WHO, &statements), [other]);
    }

    #[test]
    fn whatever_is_taken_away_something_is_missing() {
        let rights = [
            right("s3:GetObject", "arn:aws:s3:::cahier-a/x"),
            right("s3:ListBucket", "arn:aws:s3:::cahier-a"),
            right("s3:ListBucket", "arn:aws:s3:::autre"),
            right("s3:ListAllMyBuckets", "*"),
            right("s3:PutObject", "arn:aws:s3:::cahier-a/x"),
        ];
        let statements = least(&rights, WHO, &Scope::default());
        assert_eq!(unneeded(&rights, WHO, &statements), Vec::<String>::new());
        let mut wide = statements.clone();
        wide[0].actions.insert("s3:DeleteBucket".to_owned());
        assert_eq!(unneeded(&rights, WHO, &wide), ["s3:DeleteBucket"]);
        assert_eq!(missing(&rights, WHO, &[]).len(), rights.len());
    }

    #[test]
    fn many_statements_make_several_documents_of_the_size_that_iam_takes() {
        let rights: Vec<Right> = (0..300)
            .map(|rank| right(&format!("s3:Get{rank}"), &format!("arn:aws:s3:::autre-{rank}")))
            .collect();
        let statements = least(&rights, WHO, &Scope::default());
        let documents = documents(&statements);
        assert!(documents.len() > 1);
        assert!(
            documents
                .iter()
                .all(|document| document.to_string().len() <= MOST)
        );
    }

    #[test]
    fn a_pattern_lets_through_what_its_stars_stand_for() {
        assert!(matches("arn:*:cahier-*", "arn:x:cahier-*/*") && matches("a", "a") && matches("*", ""));
        assert!(!matches("a", "ab") && !matches("a*c", "ab") && !matches("cahier-*/*", "cahier-*"));
    }
}
