//! The least rights of the lessons themselves: each passes with the names of a run, and fails without any one right.

use crate::support::{Machine, Said};

const LESSONS: [&str; 6] = [
    "couches-lambda",
    "iam",
    "ecs-fargate",
    "versionnement-s3",
    "dynamodb",
    "url-presignee",
];

fn policy(machine: &Machine, lesson: &str, more: &[&str]) -> Said {
    let mut command = machine.command(&["aws", "politique", lesson, "--json"]);
    // Each run has its own names, as a learner's have.
    command.args(more).env_remove("CAHIER_PREFIXE");
    command.output().unwrap().into()
}

#[test]
fn every_lesson_does_as_it_says_with_the_names_of_a_run() {
    let machine = Machine::with_rust();
    for lesson in LESSONS {
        let said = policy(&machine, lesson, &[]);
        assert_eq!(said.code, Some(0), "{lesson}: {said:?}");
        assert!(!said.err.contains("Attention"), "{lesson}: {}", said.err);
    }
}

#[test]
fn a_lesson_fails_without_any_one_statement_action_or_resource_of_its_policy() {
    let machine = Machine::with_rust();
    for (lesson, cell, action) in [
        ("ecs-fargate", "ecs-definir", "ecs:RegisterTaskDefinition"),
        ("url-presignee", "url-telecharger", "s3:GetObject"),
    ] {
        let said = policy(&machine, lesson, &["--prouver"]);
        assert_eq!(said.code, Some(0), "{lesson}: {said:?}");
        let found = said.json();
        assert_eq!(found["tried"], true, "{lesson}: {said:?}");
        assert_eq!(found["unneeded"], serde_json::json!([]), "{lesson}: {said:?}");
        let needed = found["needed"].as_array().unwrap();
        let fails = |what: &str| {
            needed
                .iter()
                .find(|one| one["without"] == what)
                .map(|one| &one["fails"])
        };
        assert_eq!(
            fails(action),
            Some(&serde_json::json!(cell)),
            "{lesson}: {said:?}"
        );
        assert!(
            fails("instruction 1").is_some() && fails("instruction 2").is_some(),
            "{lesson}: {said:?}"
        );
        let statements = found["policies"][0]["Statement"].as_array().unwrap();
        let listed = |part: &str| {
            statements
                .iter()
                .map(|one| one[part].as_array().map_or(1, Vec::len))
                .sum::<usize>()
        };
        assert_eq!(
            needed.len(),
            statements.len() + listed("Action") + listed("Resource"),
            "{lesson}: {said:?}"
        );
    }
}
