//! What holds for every policy and every request.

use proptest::prelude::*;
use proptest::sample::select;

use super::suggestions::apply_all;
use super::{HERE, Question, THERE, caller, context, source};
use crate::policy::condition::{Condition, Operator, Set};
use crate::policy::{Applicable, Context, Document, DocumentKind, Source, SourceKind, Verdict};

const ACTIONS: &[&str] = &["*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "sqs:*"];
const RESOURCES: &[&str] = &[
    "*",
    "arn:aws:s3:::rapports/*",
    "arn:aws:s3:::rapports",
    "arn:aws:s3:::rapports/${aws:username, 'x'}/*",
    "arn:aws:s3:::*/2026/*",
    "arn:aws:sqs:*:*:*",
];
const CONDITIONS: &[&str] = &[
    "",
    "",
    r#","Condition":{"StringEquals":{"k":"a"}}"#,
    r#","Condition":{"StringNotEquals":{"k":["a","b"]}}"#,
    r#","Condition":{"StringLikeIfExists":{"k":"a*"}}"#,
    r#","Condition":{"Null":{"k":"true"}}"#,
    r#","Condition":{"NumericLessThan":{"n":"5"},"Bool":{"b":"true"}}"#,
    r#","Condition":{"ForAllValues:StringEquals":{"l":["a","b"]}}"#,
    r#","Condition":{"ForAnyValue:StringNotLike":{"l":["a*"]}}"#,
];
const PRINCIPALS: &[&str] = &[
    "\"*\"",
    r#"{"AWS":"123456789012"}"#,
    r#"{"AWS":"arn:aws:iam::123456789012:user/equipe/alice"}"#,
    r#"{"AWS":["arn:aws:iam::123456789012:role/service/lecteur","999999999999"]}"#,
    r#"{"AWS":"arn:aws:sts::123456789012:assumed-role/lecteur/matin"}"#,
    r#"{"AWS":"arn:aws:sts::123456789012:federated-user/invite"}"#,
    r#"{"Service":"lambda.amazonaws.com"}"#,
];
const CONTEXTS: &[&str] = &[
    "-",
    "k=a",
    "k=b",
    "k=abc; n=3; b=true",
    "n=7; b=true; l=[a, c]",
    "l=[a, b]",
    "l=[x]",
];

/// A statement, with a principal for policies of resources.
fn statement(of_resource: bool) -> impl Strategy<Value = String> {
    let elements = (
        prop_oneof![3 => Just("Allow"), 1 => Just("Deny")],
        prop_oneof![4 => Just("Action"), 1 => Just("NotAction")],
        select(ACTIONS),
        prop_oneof![4 => Just("Resource"), 1 => Just("NotResource")],
        select(RESOURCES),
        select(CONDITIONS),
        select(PRINCIPALS),
    );
    elements.prop_map(move |(effect, action, actions, resource, resources, condition, principal)| {
        let principal = if of_resource { format!("\"Principal\":{principal},") } else { String::new() };
        format!("{{\"Effect\":\"{effect}\",{principal}\"{action}\":\"{actions}\",\"{resource}\":\"{resources}\"{condition}}}")
    })
}

fn policy(kind: SourceKind) -> impl Strategy<Value = Source> {
    let statements = prop::collection::vec(statement(kind == SourceKind::Resource), 1..4);
    statements.prop_map(move |statements| source("p", kind, &statements.join(",")))
}

fn policies() -> impl Strategy<Value = Applicable> {
    let levels = prop::collection::vec(
        prop::collection::vec(policy(SourceKind::ServiceControl), 1..3),
        0..3,
    );
    let parts = (
        prop::collection::vec(policy(SourceKind::UserInline), 0..3),
        prop::option::of(policy(SourceKind::Boundary)),
        prop::option::of(prop::collection::vec(policy(SourceKind::Session), 1..3)),
        levels,
        prop::option::of(policy(SourceKind::Resource)),
    );
    parts.prop_map(|(identity, boundary, session, service_control, resource)| {
        let mut policies = Applicable {
            identity,
            boundary,
            session,
            service_control,
            resource_control: Vec::new(),
            resource,
        };
        let levels = policies.service_control.iter_mut().flatten();
        let session = policies.session.iter_mut().flatten();
        for (at, policy) in policies
            .identity
            .iter_mut()
            .chain(levels)
            .chain(session)
            .enumerate()
        {
            policy.id = format!("p-{at}").into();
        }
        policies
    })
}

fn question() -> impl Strategy<Value = Question> {
    let callers = select(&["user", "role", "federated", "root", "service", "anonymous"][..]);
    let owner = select(&[Some(HERE), Some(THERE), None][..]);
    (callers, owner, select(CONTEXTS)).prop_map(|(who, owner, keys)| {
        let mut asked = Question::reads(caller(who));
        for entry in context(keys).entries() {
            asked.context.add(entry.key.clone(), entry.values.clone());
        }
        Question { owner, ..asked }
    })
}

/// The same policy with one more statement.
fn with_statement(policy: &Source, statement: &str) -> Source {
    let mut text: serde_json::Value = serde_json::from_str(policy.document.text()).unwrap();
    text["Statement"]
        .as_array_mut()
        .unwrap()
        .push(serde_json::from_str(statement).unwrap());
    let document = Document::parse(&text.to_string(), policy.document.kind()).unwrap();
    Source::new("p", policy.kind, document.into())
}

/// Every way to add a statement to one of the policies.
fn with_statement_somewhere(policies: &Applicable, effect: &str) -> Vec<Applicable> {
    let plain = format!("{{\"Effect\":\"{effect}\",\"Action\":\"*\",\"Resource\":\"*\"}}");
    let everyone =
        format!("{{\"Effect\":\"{effect}\",\"Principal\":\"*\",\"Action\":\"*\",\"Resource\":\"*\"}}");
    let mut all = Vec::new();
    let mut more = |change: &dyn Fn(&mut Applicable)| {
        let mut changed = policies.clone();
        change(&mut changed);
        all.push(changed);
    };
    for at in 0..policies.identity.len() {
        more(&|changed| changed.identity[at] = with_statement(&policies.identity[at], &plain));
    }
    if let Some(boundary) = &policies.boundary {
        more(&|changed| changed.boundary = Some(with_statement(boundary, &plain)));
    }
    for at in 0..policies.session.as_ref().map_or(0, Vec::len) {
        more(&|changed| {
            let session = changed.session.as_mut().unwrap();
            session[at] = with_statement(&session[at], &plain);
        });
    }
    for (level, at) in (0..policies.service_control.len())
        .flat_map(|level| (0..policies.service_control[level].len()).map(move |at| (level, at)))
    {
        more(&|changed| {
            let policy = &mut changed.service_control[level][at];
            *policy = with_statement(policy, &plain);
        });
    }
    if let Some(resource) = &policies.resource {
        more(&|changed| changed.resource = Some(with_statement(resource, &everyone)));
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_explicit_denial_always_wins(policies in policies(), question in question()) {
        for denying in with_statement_somewhere(&policies, "Deny") {
            prop_assert_eq!(question.put_to(&denying).verdict, Verdict::ExplicitDeny);
        }
    }

    #[test]
    fn an_allowance_never_takes_one_away(policies in policies(), question in question()) {
        if question.put_to(&policies).allowed {
            for allowing in with_statement_somewhere(&policies, "Allow") {
                prop_assert!(question.put_to(&allowing).allowed);
            }
        }
    }

    #[test]
    fn a_boundary_never_grants(policies in policies(), question in question()) {
        let unbounded = Applicable { boundary: None, ..policies.clone() };
        if question.put_to(&policies).allowed {
            prop_assert!(question.put_to(&unbounded).allowed);
        }
    }

    #[test]
    fn a_service_control_policy_never_grants(policies in policies(), question in question()) {
        let free = Applicable { service_control: Vec::new(), ..policies.clone() };
        if question.put_to(&policies).allowed {
            prop_assert!(question.put_to(&free).allowed);
        }
    }

    #[test]
    fn session_policies_only_narrow(policies in policies(), question in question()) {
        let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
        let wide = Applicable {
            session: Some(vec![source("p", SourceKind::Session, all)]),
            ..policies.clone()
        };
        let without = Applicable { session: None, ..policies.clone() };
        if question.put_to(&policies).allowed {
            prop_assert!(question.put_to(&wide).allowed);
        }
        if question.principal != caller("federated") {
            prop_assert_eq!(question.put_to(&wide).allowed, question.put_to(&without).allowed);
        }
    }

    #[test]
    fn without_any_allowance_only_the_root_user_may(policies in policies(), question in question()) {
        let no_allow = |source: &Source| source.document.statements().iter().all(|statement| {
            statement.effect == crate::policy::document::Effect::Deny
        });
        let mut every = policies.identity.iter().chain(&policies.resource);
        if every.all(no_allow) && question.principal != caller("root") {
            prop_assert!(!question.put_to(&policies).allowed);
        }
    }

    #[test]
    fn a_suggestion_allows(policies in policies(), question in question()) {
        let decision = question.put_to(&policies);
        if !decision.allowed {
            let after = question.put_to(&apply_all(&policies, &decision));
            prop_assert!(after.allowed, "{}\n{:#}", after.sentence(), serde_json::to_value(&decision).unwrap());
        }
    }

    #[test]
    fn a_missing_key_never_satisfies_a_positive_operator(
        name in select(Operator::names().collect::<Vec<_>>()),
        set in select(&["", "ForAnyValue:"][..]),
        values in prop::collection::vec(".{0,8}", 0..3),
    ) {
        let operator = Operator::parse(&format!("{set}{name}"));
        if let Some(operator) = operator.filter(|operator| !operator.negated && name != "Null") {
            prop_assert_eq!(operator.set != Set::None, !set.is_empty());
            prop_assert!(!Condition::new(operator, "absente", &values, true).holds(&Context::new()));
        }
    }

    #[test]
    fn no_text_makes_the_reader_fail(text in ".{0,200}", kind in select(KINDS)) {
        let _ = Document::faults(&text, kind);
    }

    #[test]
    fn no_json_makes_the_reader_fail(text in "[\\[\\]{}:,\"\\\\a-f0-9.eE+ \n-]{0,60}", kind in select(KINDS)) {
        let _ = Document::faults(&text, kind);
        let read = serde_json::from_str::<serde_json::Value>(&text);
        let json = !Document::faults(&text, kind).iter().any(|malformed| matches!(malformed.fault, crate::policy::Fault::Json | crate::policy::Fault::TooDeep));
        // serde_json refuses numbers beyond its own; what is JSON is so for both else.
        prop_assert!(json || read.is_err(), "{}", text);
        prop_assert!(!json || serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
    }

    #[test]
    fn no_spoilt_policy_makes_the_reader_or_the_decision_fail(
        statement in statement(true),
        at in any::<prop::sample::Index>(),
        junk in "[\\[\\]{}:,\"a-z*?$0-9]{0,3}",
        kind in select(KINDS),
        question in question(),
    ) {
        let mut text = format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statement}]}}");
        let at = at.index(text.len());
        if text.is_char_boundary(at) {
            text.replace_range(at..=at, &junk);
        }
        if let Ok(document) = Document::parse(&text, kind) {
            let source = Source::new("p", SourceKind::Resource, document.into());
            let policies = Applicable { resource: Some(source), ..Applicable::default() };
            prop_assert!(serde_json::to_value(question.put_to(&policies)).is_ok());
        }
    }

    #[test]
    fn wildcards_match_as_their_definition_says(pattern in "[ab*?é]{0,8}", value in "[abé]{0,8}") {
        let operator = Operator::parse("StringLike").unwrap();
        let condition = Condition::new(operator, "k", std::slice::from_ref(&pattern), false);
        let mut keys = Context::new();
        keys.set("k", value.as_str());
        let (pattern, value): (Vec<char>, Vec<char>) = (pattern.chars().collect(), value.chars().collect());
        prop_assert_eq!(condition.holds(&keys), by_definition(&pattern, &value));
    }

    #[test]
    fn wildcards_in_the_segments_of_an_arn_match_as_their_definition_says(
        region in "[ab*?]{0,5}",
        name in "[ab*?:]{0,5}",
        asked in "[ab]{0,4}:[ab]{0,3}:[ab:]{0,5}",
    ) {
        let written = format!("arn:aws:sqs:{region}:*:{name}");
        let statement = format!("{{\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"{written}\"}}");
        let policies = super::identity(&statement);
        let asked = format!("arn:aws:sqs:{asked}");
        let request = crate::policy::Request {
            principal: &super::alice(),
            action: "sqs:SendMessage",
            resource: &asked,
            resource_account: None,
            context: &Context::new(),
        };
        let (pattern, value): (Vec<char>, Vec<char>) = (written.chars().collect(), asked.chars().collect());
        prop_assert_eq!(crate::policy::evaluate(&request, &policies).allowed, arn_by_definition(&pattern, 0, &value));
    }
}

const KINDS: &[DocumentKind] = &[
    DocumentKind::Identity,
    DocumentKind::Resource,
    DocumentKind::Trust,
    DocumentKind::Session,
    DocumentKind::Boundary,
    DocumentKind::ServiceControl,
    DocumentKind::ResourceControl,
];

/// What a pattern means, without regard to time.
fn by_definition(pattern: &[char], value: &[char]) -> bool {
    match pattern {
        [] => value.is_empty(),
        ['*', rest @ ..] => (0..=value.len()).any(|taken| by_definition(rest, &value[taken..])),
        [one, rest @ ..] => {
            value.first().is_some_and(|first| *one == '?' || one == first) && by_definition(rest, &value[1..])
        }
    }
}

/// The same for an ARN: a star in one of the first five segments takes no colon, unless it ends its segment.
fn arn_by_definition(pattern: &[char], colons: usize, value: &[char]) -> bool {
    match pattern {
        [] => value.is_empty(),
        ['*', rest @ ..] => {
            let crosses = colons >= 5 || matches!(rest, [] | [':', ..]);
            let most = value
                .iter()
                .position(|one| *one == ':' && !crosses)
                .unwrap_or(value.len());
            (0..=most).any(|taken| arn_by_definition(rest, colons, &value[taken..]))
        }
        [one, rest @ ..] => {
            let same = value.first().is_some_and(|first| *one == '?' || one == first);
            same && arn_by_definition(rest, colons + usize::from(*one == ':'), &value[1..])
        }
    }
}
