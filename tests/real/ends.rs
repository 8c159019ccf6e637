//! The ends of a session on a real account, where a second simulator stands for it: what the prompt proposes, what holds
//! a cluster, what can be checked there, and where no secret is.

use crate::HEADER;
use crate::support::account::towards;
use crate::support::terminal::Terminal;
use crate::support::{Machine, Said};
use simulator::{Config, Simulator};
use std::path::Path;
use std::process::Command;

/// Starts what holds a cluster: a task, and a service with two more. The subnet is written so that it passes for a real
/// account's.
const CLUSTER: &str = r#"
```rust cellule="grappe-tout"
use prelude::*;
use aws_sdk_ecs::types::{AwsVpcConfiguration, Compatibility, ContainerDefinition, LaunchType, NetworkConfiguration, NetworkMode};

let atelier: Atelier = commencer("grappe").await;
let conteneur = ContainerDefinition::builder().name("web").image("public.ecr.aws/cahier/web:latest").build();
atelier.ecs.register_task_definition().family("cahier-grappe").requires_compatibilities(Compatibility::Fargate)
    .network_mode(NetworkMode::Awsvpc).cpu("256").memory("512").container_definitions(conteneur).send().await.unwrap();
atelier.ecs.create_cluster().cluster_name("cahier-grappe").send().await.unwrap();
let vpc = AwsVpcConfiguration::builder().subnets(["subnet", "0ca0e63be6e94c4f1"].join("-")).build().unwrap();
let reseau = NetworkConfiguration::builder().awsvpc_configuration(vpc).build();
atelier.ecs.run_task().cluster("cahier-grappe").task_definition("cahier-grappe").launch_type(LaunchType::Fargate)
    .network_configuration(reseau.clone()).send().await.unwrap();
atelier.ecs.create_service().cluster("cahier-grappe").service_name("site").task_definition("cahier-grappe").desired_count(2)
    .launch_type(LaunchType::Fargate).network_configuration(reseau).send().await.unwrap();
```
"#;

/// Marks what it does with a secret that only a panic could show.
const SECRETS: &str = r#"
```rust cellule="secrets-tout"
use prelude::*;
let atelier: Atelier = commencer("secrets").await;
let cles = atelier.identifiants().await;
println!("{atelier:?} {cles:?} {:?}", atelier.config);
atelier.iam.create_user().user_name("cahier-secrets").send().await.unwrap();
```

```rust cellule="secrets-refus"
atelier.iam.create_user().user_name("cahier-secrets").send().await.unwrap();
```

```rust cellule="secrets-panique"
panic!("{:?}", atelier.s3);
```
"#;

/// A learner's machine, and the account that its environment leads to.
pub(super) struct World {
    pub(super) machine: Machine,
    pub(super) account: Simulator,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            machine: Machine::with_rust(),
            account: Simulator::start(Config::default()).unwrap(),
        }
    }

    pub(super) fn lesson(&self, id: &str, cells: &str) {
        let text = format!("---\nid: {id}\n{HEADER}{cells}");
        std::fs::write(self.machine.lessons().join(format!("03-{id}.md")), text).unwrap();
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.machine.command(arguments);
        towards(&mut command, &self.account).env("AWS_REGION", "eu-west-3");
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.command(arguments);
        command.arg("--lecons").arg(self.machine.lessons());
        command.output().unwrap().into()
    }

    /// On the program's own lessons.
    fn embedded(&self, arguments: &[&str]) -> Said {
        self.command(arguments).output().unwrap().into()
    }

    fn done(&self, operation: &str) -> usize {
        let calls = self.account.journal().into_iter();
        calls
            .filter(|call| call.operation == operation && call.error.is_none())
            .count()
    }
}

#[test]
fn a_cluster_is_removed_with_its_tasks_and_its_service_once_these_have_stopped() {
    let world = World::new();
    world.lesson("grappe", CLUSTER);
    let said = world.run(&["executer", "grappe", "--aws", "--oui", "--nettoyer", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let removed = said.json()["removed"].clone();
    let of = |kind: &str| {
        let all = removed.as_array().unwrap().iter();
        all.filter(|one| one["kind"] == kind)
            .map(|one| one["status"].clone())
            .collect::<Vec<_>>()
    };
    for kind in ["taches", "service", "grappe", "plan"] {
        assert_eq!(of(kind), ["removed"], "{kind}: {removed}");
    }
    let pairs = [
        ("CreateCluster", "DeleteCluster"),
        ("CreateService", "DeleteService"),
    ];
    for (made, gone) in pairs {
        assert_eq!((world.done(made), world.done(gone)), (1, 1), "{made}");
    }
    assert!(world.done("StopTask") >= 1);
}

#[test]
fn the_prompt_proposes_to_remove_what_a_session_left_and_removes_it_at_a_yes() {
    let world = World::new();
    let mut command = world.command(&["--aws", "--oui", "--lecons"]);
    command.arg(world.machine.lessons());
    let mut terminal = Terminal::open(&command);
    terminal.enter("let atelier = prelude::commencer(\"essai\").await; atelier.table_neuve(\"cahier-essai\", &[\"id\"], 1, 1).await; println!(\"table {}\", 6 * 7);");
    terminal.wait_for("table 42");
    terminal.wait_for("cahier> ");
    terminal.press("\u{4}");
    terminal.wait_for("Ce passage laisse 1\u{a0}ressource\u{a0}: table cah");
    terminal.wait_for("Tout supprimer maintenant\u{a0}?");
    terminal.press("oui\n");
    terminal.wait_for("-essai\u{a0}: suppression faite");
    assert_eq!(terminal.end(), Some(0));
    assert_eq!((world.done("CreateTable"), world.done("DeleteTable")), (1, 1));
}

/// The block that a fence of a lesson begins.
fn block(lesson: &str, fence: &str) -> String {
    let text = std::fs::read_to_string(Path::new("lessons").join(lesson)).unwrap();
    let block = text.split(&format!("```{fence}\n")).nth(1).unwrap();
    block.split("\n```").next().unwrap().to_owned()
}

#[test]
fn an_answer_in_rust_is_rehearsed_before_it_runs_on_the_account_and_is_judged_by_what_it_leaves_there() {
    let world = World::new();
    let file = world.machine.folder.path().join("demande.rs");
    std::fs::write(
        &file,
        block("05-dynamodb.md", "rust,ignore solution=\"ddb-passer-demande\""),
    )
    .unwrap();
    let file = file.display().to_string();
    let words = ["verifier", "ddb-passer-demande", "--fichier", &file];
    let asked = world.embedded(&[&words[..], &["--aws"]].concat());
    assert!(
        asked.code == Some(2) && world.account.journal().is_empty(),
        "{asked:?}"
    );
    let said = world.embedded(&[&words[..], &["--aws", "--oui", "--json"]].concat());
    // The state was read there, and is right; which calls made it is the simulator's to know.
    let told = said.json()["feedback"].as_str().unwrap().to_owned();
    assert!(
        said.json()["status"] == "unverifiable" && told.starts_with("Ce que ton code laisse est juste."),
        "{said:?}"
    );
    for told in [
        "CreateTable",
        "UpdateTable",
        "PutItem",
        "1\u{a0}ressource",
        "Coût estimé",
    ] {
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    assert_eq!((world.done("CreateTable"), world.done("DeleteTable")), (1, 0));
    let cleaned = world.embedded(&["aws", "nettoyer", "--oui"]);
    assert_eq!(
        (cleaned.code, world.done("DeleteTable")),
        (Some(0), 1),
        "{cleaned:?}"
    );
}

#[test]
fn a_policy_is_held_against_iam_itself_and_what_iam_cannot_say_is_told() {
    let world = World::new();
    let file = world.machine.folder.path().join("droits.json");
    let check = |exercise: &str, options: &[&str]| {
        let file = file.display().to_string();
        let words = ["verifier", exercise, "--graine", "7", "--fichier", &file];
        world.embedded(&[&words[..], options].concat())
    };
    // What the policy of the model says for these values is written by its parameters: an answer in stars is as good here.
    std::fs::write(&file, r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}]}"#).unwrap();
    let said = check("iam-lire-un-prefixe", &["--aws", "--oui", "--json"]);
    assert_eq!(said.json()["status"], "not_yet", "{said:?}");
    let aws = said.json()["aws"].clone();
    assert!(
        aws["decided"].as_u64().unwrap() > 1 && aws["differ"].as_array().unwrap().is_empty(),
        "{said:?}"
    );
    assert!(
        said.err
            .contains("IAM, sur ton compte (SimulateCustomPolicy), décide comme Cahier"),
        "{}",
        said.err
    );
    assert!(world.done("SimulateCustomPolicy") > 1);

    let before = world.account.journal().len();
    std::fs::write(
        &file,
        block("02-iam.md", "json modele=\"iam-approbation-lambda\""),
    )
    .unwrap();
    let said = check("iam-approbation-lambda", &["--aws", "--oui", "--json"]);
    assert!(
        said.err.contains("AWS ne sait pas simuler ce genre de politique"),
        "{said:?}"
    );
    let said = check("iam-lire-un-prefixe", &["--json"]);
    assert_eq!(said.json()["aws"], serde_json::Value::Null, "{said:?}");
    assert_eq!(world.account.journal().len(), before);
}

#[test]
fn what_only_the_simulator_knows_is_unverifiable_on_a_real_account_and_says_so() {
    let world = World::new();
    let asked = world
        .embedded(&["exercice", "url-get", "--graine", "7", "--json"])
        .json()["parameters"]
        .clone();
    let (bucket, key) = (asked["bucket"].as_str().unwrap(), asked["cle"].as_str().unwrap());
    // As right as can be, and signed by a key of which nothing is known here.
    let signed = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20261130%2Feu-west-3%2Fs3%2Faws4_request&X-Amz-Date=20261130T040000Z&X-Amz-SignedHeaders=host";
    let seconds = 60.0 * asked["minutes"].as_f64().unwrap();
    let url = format!(
        "https://{bucket}.s3.eu-west-3.amazonaws.com/{key}?{signed}&X-Amz-Expires={seconds}&X-Amz-Signature={}",
        "ab".repeat(32)
    );
    let words = [
        "verifier",
        "url-get",
        "--graine",
        "7",
        "--aws",
        "--oui",
        "--json",
        "--reponse",
        &url,
    ];
    let said = world.embedded(&words);
    let told = said.json()["feedback"].as_str().unwrap().to_owned();
    assert!(
        said.json()["status"] == "unverifiable"
            && told.contains("compte réel")
            && told.contains("dans le simulateur"),
        "{said:?}"
    );
    // Nothing moves a real account's clock: that is said before anything runs, and before anything is asked.
    let file = world.machine.folder.path().join("refus.rs");
    std::fs::write(&file, block("05-dynamodb.md", "rust depart=\"ddb-lire-refus\"")).unwrap();
    let file = file.display().to_string();
    let said = world.embedded(&[
        "verifier",
        "ddb-lire-refus",
        "--aws",
        "--oui",
        "--json",
        "--fichier",
        &file,
    ]);
    let told = said.json()["feedback"].as_str().unwrap().to_owned();
    assert!(
        said.json()["status"] == "unverifiable" && told.contains("elle avance l’horloge"),
        "{said:?}"
    );
    // Figures and choices need no account at all: nothing is asked, and nothing is sent.
    let said = world.embedded(&[
        "verifier",
        "couche-numero",
        "--aws",
        "--oui",
        "--json",
        "--reponse",
        "1",
    ]);
    assert!(
        ["passed", "not_yet"].contains(&said.json()["status"].as_str().unwrap()),
        "{said:?}"
    );
    assert_eq!(world.account.journal().len(), 0);
}

#[test]
fn no_secret_is_shown_nor_kept_whatever_fails() {
    let world = World::new();
    world.lesson("secrets", SECRETS);
    let said = world.run(&["executer", "secrets", "--aws", "--oui", "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.json()["cells"][2]["error"]
            .as_str()
            .unwrap()
            .contains("paniqué"),
        "{said:?}"
    );
    let all = [
        said,
        world.run(&["diagnostic", "--json"]),
        world.run(&["diagnostic"]),
        world.run(&["aws", "nettoyer", "--oui", "--json"]),
        world.run(&["progres", "exporter", "progres.json"]),
        world.run(&["verifier", "essai-double", "--reponse", "1", "--aws", "--oui"]),
    ];
    let secret = world.account.secret_access_key();
    for said in &all {
        assert!(
            !said.out.contains(secret) && !said.err.contains(secret),
            "{said:?}"
        );
    }
    let mut folders = vec![world.machine.folder.path().to_owned()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
                continue;
            }
            seen += 1;
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            let found = bytes
                .windows(secret.len())
                .any(|piece| piece == secret.as_bytes());
            assert!(!found, "{}", entry.path().display());
        }
    }
    assert!(seen > 5, "{seen}");
}

/// A function whose role was made just before.
fn slow() -> String {
    let lesson = std::fs::read_to_string("lessons/01-couches-lambda.md").unwrap();
    let zip = lesson.lines().find(|line| line.starts_with("const ZIP")).unwrap();
    format!(
        r##"
```rust cellule="lent-tout"
use prelude::*;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{{FunctionCode, Runtime}};
{zip}
let atelier: Atelier = commencer("lent").await;
let role = atelier.iam.create_role().role_name("cahier-lent").assume_role_policy_document(
    r#"{{"Version": "2012-10-17", "Statement": {{"Effect": "Allow", "Principal": {{"Service": "lambda.amazonaws.com"}}, "Action": "sts:AssumeRole"}}}}"#)
    .send().await.unwrap().role.unwrap().arn;
atelier.lambda.create_function().function_name("cahier-lent").runtime(Runtime::Python313).handler("app.handler").role(role)
    .code(FunctionCode::builder().zip_file(Blob::new(ZIP)).build()).send().await.unwrap();
```
"##
    )
}

#[test]
fn an_account_that_takes_its_time_is_waited_for_and_one_that_stands_for_it_is_not() {
    let world = World::new();
    world.lesson("lent", &slow());
    let ran = |propagation: Option<&str>| {
        let before = world.account.journal().len();
        let mut command = world.command(&["executer", "lent", "--aws", "--oui", "--nettoyer", "--lecons"]);
        command.arg(world.machine.lessons());
        command.envs(propagation.map(|seconds| ("CAHIER_PROPAGATION", seconds)));
        let said: Said = command.output().unwrap().into();
        assert_eq!(said.code, Some(0), "{said:?}");
        world.account.journal().split_off(before)
    };
    let at = |calls: &[simulator::JournalEntry], operation: &str| {
        let call = calls.iter().find(|call| call.operation == operation).unwrap();
        let format = &time::format_description::well_known::Rfc3339;
        time::OffsetDateTime::parse(&call.time, format).unwrap()
    };
    let quick = ran(None);
    assert!(
        !quick
            .iter()
            .any(|call| call.operation == "GetFunctionConfiguration")
    );
    let slow = ran(Some("2"));
    // The journal has whole seconds.
    assert!(at(&slow, "CreateFunction") - at(&slow, "CreateRole") >= time::Duration::seconds(1));
    assert!(at(&slow, "GetFunctionConfiguration") >= at(&slow, "CreateFunction"));
}
