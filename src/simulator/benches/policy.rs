//! The time of one decision over a hundred statements, its trace kept, and of what happens only when it is read.
//!
//! `cargo bench -p simulator --bench policy`
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    missing_docs
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use simulator::policy_api::{ContextValue, Policies, PolicyKind, PolicyRequest, PolicyText, Question};

/// How long each thing is measured.
const DURATION: Duration = Duration::from_secs(2);

fn main() {
    let mut texts = policies();
    let decide = |name: &str, texts: &[PolicyText], action: &str| {
        let policies = Policies::read(texts).unwrap();
        let question = Question::read(&request(action)).unwrap();
        let answer = policies.decide(&question);
        measure(&format!("{name}: {}", answer.decision()), || {
            black_box(policies.decide(black_box(&question)));
        });
    };
    decide("100 statements", &texts, "s3:GetObject");
    decide("100 statements", &texts, "s3:DeleteObject");
    decide("100 statements", &texts, "dynamodb:Query");
    texts.push(text(
        "limite",
        PolicyKind::Boundary,
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*"}"#,
    ));
    decide("101 statements, a boundary", &texts, "s3:GetObject");

    let policies = Policies::read(&texts).unwrap();
    let answer = policies.decide(&Question::read(&request("s3:DeleteObject")).unwrap());
    measure("a trace told as JSON", || {
        black_box(answer.to_value());
    });
    measure("100 statements read", || {
        black_box(Policies::read(black_box(&texts)).unwrap());
    });
}

fn measure(name: &str, mut run: impl FnMut()) {
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < DURATION {
        for _ in 0..100 {
            run();
        }
        count += 100;
    }
    let each = begun.elapsed().as_secs_f64() * 1e6 / f64::from(count);
    println!("{name:<44} {each:>9.2} µs");
}

fn text(id: &str, kind: PolicyKind, statements: &str) -> PolicyText {
    PolicyText {
        id: id.to_owned(),
        kind,
        text: format!("{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}"),
        level: 0,
    }
}

/// Ten policies of ten statements each, of the kinds that people write; the last one allows.
fn policies() -> Vec<PolicyText> {
    let statement = |at: usize| match at % 5 {
        0 => format!(
            r#"{{"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":"arn:aws:s3:::projet-{at}/*"}}"#
        ),
        1 => format!(
            r#"{{"Effect":"Allow","Action":"dynamodb:*","Resource":"arn:aws:dynamodb:*:123456789012:table/t-{at}"}}"#
        ),
        2 => format!(
            r#"{{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::rapports/${{aws:username}}/*","arn:aws:s3:::*-{at}/a"]}}"#
        ),
        3 => format!(
            r#"{{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{{"StringEquals":{{"aws:PrincipalTag/equipe":"e-{at}"}},"Bool":{{"aws:SecureTransport":"false"}}}}}}"#
        ),
        _ => format!(
            r#"{{"Effect":"Allow","NotAction":["iam:*","sts:*"],"Resource":"*","Condition":{{"IpAddress":{{"aws:SourceIp":["10.{at}.0.0/16","192.0.2.0/24"]}}}}}}"#
        ),
    };
    let mut statements: Vec<String> = (0..99).map(statement).collect();
    statements
        .push(r#"{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::rapports/*"}"#.to_owned());
    let policies = statements.chunks(10).enumerate();
    policies
        .map(|(at, statements)| text(&format!("p-{at}"), PolicyKind::Identity, &statements.join(",")))
        .collect()
}

fn request(action: &str) -> PolicyRequest {
    let keys = [
        ("aws:CurrentTime", "2026-11-22T12:00:00Z"),
        ("aws:EpochTime", "1795348800"),
        ("aws:PrincipalTag/equipe", "rapports"),
        ("aws:RequestedRegion", "eu-west-3"),
        ("aws:ResourceAccount", "123456789012"),
        ("aws:SecureTransport", "false"),
        ("aws:SourceIp", "127.0.0.1"),
        ("aws:UserAgent", "aws-sdk-rust"),
    ];
    let context = keys.map(|(key, value)| (key.to_owned(), ContextValue::One(value.to_owned())));
    PolicyRequest {
        principal: "arn:aws:iam::123456789012:user/equipe/alice".to_owned(),
        action: action.to_owned(),
        resource: "arn:aws:s3:::rapports/2026/novembre/22.csv".to_owned(),
        resource_account: None,
        context: context.into(),
        resource_policy: None,
    }
}
