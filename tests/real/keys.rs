//! A real account, for which a second simulator stands: whose keys are used, what is said where there are none, and where
//! none of them is ever shown.

use crate::HEADER;
use crate::support::account::towards;
use crate::support::terminal::{INTERRUPT, Terminal};
use crate::support::{Machine, Said};
use simulator::{Config, Simulator};
use std::process::Command;

/// Shows all that a cell has at hand, and calls AWS all the same.
const SHOWS: &str = r#"
```rust cellule="montrer-tout"
use prelude::*;
let atelier: Atelier = commencer("montrer").await;
println!("{} compartiments", atelier.s3.list_buckets().send().await.unwrap().buckets().len());
println!("{atelier:?} {:?} {:?} {:?}", atelier.config, atelier.s3, atelier.iam.list_users());
println!("{:?}", std::env::vars().collect::<Vec<_>>());
let dehors = std::process::Command::new("/usr/bin/env").output().unwrap();
println!("{}", String::from_utf8_lossy(&dehors.stdout));
```
"#;

/// Wants more than a run may cost, by what is there already, and after a call that cannot be.
const DEAR: &str = r#"
```rust cellule="cher-tout"
use prelude::*;
use aws_sdk_dynamodb::types::ProvisionedThroughput;
let atelier: Atelier = commencer("cher").await;
let grande = atelier.ecs.register_task_definition().family("cahier-grande").cpu("1 vCPU").memory("8 GB").send().await;
atelier.ecs.run_task().cluster("cahier-aucune").task_definition("aucun").count(-1_000_000).send().await.unwrap_err();
atelier.table_neuve("cahier-chere", &["id"], 1, 1).await;
let debit = ProvisionedThroughput::builder().read_capacity_units(30_000).write_capacity_units(30_000).build().unwrap();
let augmentee = atelier.dynamodb.update_table().table_name("cahier-chere").provisioned_throughput(debit).send().await;
println!("{} {}", augmentee.is_ok(), grande.is_ok());
```
"#;

/// Writes items of 300 KB, each of which costs as much as thirty small ones.
const HEAVY: &str = r#"
```rust cellule="lourd-tout"
use prelude::*;
use aws_sdk_dynamodb::types::{AttributeDefinition, AttributeValue, BillingMode, KeySchemaElement, KeyType, ScalarAttributeType};
let ddb = commencer("lourd").await.sans_reprise().dynamodb;
ddb.create_table().table_name("cahier-lourde").billing_mode(BillingMode::PayPerRequest)
    .attribute_definitions(AttributeDefinition::builder().attribute_name("id").attribute_type(ScalarAttributeType::S).build().unwrap())
    .key_schema(KeySchemaElement::builder().attribute_name("id").key_type(KeyType::Hash).build().unwrap())
    .send().await.unwrap();
let mut ecrits = 0;
for _ in 0..10 {
    let lourd = AttributeValue::S("x".repeat(300 * 1024));
    let ecriture = ddb.put_item().table_name("cahier-lourde").item("id", AttributeValue::S("a".to_string()));
    if ecriture.item("texte", lourd).send().await.is_ok() { ecrits += 1; }
}
println!("{ecrits}");
```
"#;

struct World {
    machine: Machine,
    account: Simulator,
}

impl World {
    fn new(id: &str, cells: &str) -> Self {
        let machine = Machine::with_rust();
        let text = format!("---\nid: {id}\n{HEADER}{cells}");
        std::fs::write(machine.lessons().join(format!("03-{id}.md")), text).unwrap();
        let account = Simulator::start(Config::default()).unwrap();
        Self { machine, account }
    }

    /// With keys in the environment, and these profiles.
    fn command(&self, arguments: &[&str], profiles: &str) -> Command {
        let file = self.machine.folder.path().join("profils");
        std::fs::write(&file, profiles).unwrap();
        let mut command = self.machine.command(arguments);
        command.arg("--lecons").arg(self.machine.lessons());
        towards(&mut command, &self.account)
            .env("AWS_CONFIG_FILE", file)
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
        command
    }

    fn run(&self, arguments: &[&str], profiles: &str) -> Said {
        self.command(arguments, profiles).output().unwrap().into()
    }
}

#[test]
fn a_cell_that_shows_all_it_has_shows_no_key_of_the_environment_and_none_of_any_profile() {
    let world = World::new("montrer", SHOWS);
    let (key, secret) = (world.account.access_key_id(), world.account.secret_access_key());
    let profiles = format!(
        "[default]\nregion = eu-west-3\n[profile formation]\nregion = eu-west-3\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n\
         [profile autre]\naws_access_key_id = AKIAMARQUE\naws_secret_access_key = secretMarqueDUnAutreProfil\n"
    );
    for more in [&[][..], &["--profil", "formation"]] {
        let said = world.run(
            &[&["executer", "montrer", "--aws", "--oui", "--json"], more].concat(),
            &profiles,
        );
        assert!(
            said.code == Some(0)
                && said.out.contains("0 compartiments")
                && said.out.contains("CAHIER_PASSAGE"),
            "{said:?}"
        );
        for hidden in [secret, "secretMarque"] {
            assert!(
                !said.out.contains(hidden) && !said.err.contains(hidden),
                "{hidden}: {said:?}"
            );
        }
    }
}

#[test]
fn who_has_no_credentials_reads_in_a_line_what_is_missing_and_nothing_is_sent() {
    let world = World::new("cher", DEAR);
    let session = "[profile sso]\nregion = eu-west-3\nsso_session = moi\nsso_account_id = 111122223333\nsso_role_name = Eleve\n\
                   [sso-session moi]\nsso_region = eu-west-3\nsso_start_url = https://exemple.awsapps.com/start\n";
    let nowhere =
        "[profile ailleurs]\naws_access_key_id = AKIAMARQUE\naws_secret_access_key = secretMarque\n";
    for (profile, profiles, told) in [
        ("absent", session, "il y a sso"),
        ("absent", "", "il n’y en a aucun"),
        ("sso", session, "aws sso login"),
        ("ailleurs", nowhere, "--region eu-west-3"),
        ("casse", "[profile casse\nregion", "une ligne y est mal écrite"),
    ] {
        let said = world.run(
            &["executer", "cher", "--aws", "--oui", "--profil", profile],
            profiles,
        );
        assert!(
            said.code == Some(2) && said.err.contains(told),
            "{told}: {said:?}"
        );
        assert!(
            !said.err.contains("le réseau a coupé") && !said.err.contains("DispatchFailure"),
            "{said:?}"
        );
    }
    assert_eq!(world.account.journal().len(), 0);
}

#[test]
fn what_is_there_already_does_not_grow_dearer_than_the_ceiling_and_no_number_gives_money_back() {
    let world = World::new("cher", DEAR);
    let said = world.run(
        &[
            "executer",
            "cher",
            "--aws",
            "--oui",
            "--json",
            "--region",
            "eu-west-3",
        ],
        "",
    );
    assert_eq!(said.json()["cells"][0]["stdout"], "false false\n", "{said:?}");
    assert!(said.err.contains("Cahier n’a pas envoyé UpdateTable"), "{said:?}");
    // The ceiling counts tasks of a size: a greater one is not made.
    assert!(said.err.contains("une tâche de plus d’un vCPU"), "{said:?}");
    let journal = world.account.journal();
    assert!(journal.iter().any(|call| call.operation == "CreateTable"));
    for never in ["UpdateTable", "RegisterTaskDefinition"] {
        assert!(!journal.iter().any(|call| call.operation == never), "{never}");
    }
}

#[test]
fn a_call_costs_what_it_carries() {
    let world = World::new("lourd", HEAVY);
    let words = "executer lourd --aws --oui --json --region eu-west-3 --plafond 0,0005";
    let said = world.run(&words.split(' ').collect::<Vec<_>>(), "");
    // 290 units above the ten that each call counts: 0.00018 dollars.
    assert_eq!(said.json()["cells"][0]["stdout"], "2\n", "{said:?}");
    assert!(
        said.err.contains("Cahier n’a pas envoyé PutItem")
            && said.err.contains("son plafond de 0,0005\u{a0}$"),
        "{said:?}"
    );
}

#[test]
fn ctrl_c_at_the_question_says_no() {
    let world = World::new("cher", DEAR);
    let command = world.command(&["executer", "essai", "--aws", "--region", "eu-west-3"], "");
    let mut terminal = Terminal::open(&command);
    terminal.wait_for("pour confirmer");
    terminal.press(INTERRUPT);
    terminal.wait_for("tu n’as pas confirmé");
    assert_eq!(terminal.end(), Some(2));
}

#[test]
fn an_attempt_that_the_account_stops_costs_nothing_and_says_why() {
    let world = World::new("cher", DEAR);
    let lesson = std::fs::read_to_string("lessons/05-dynamodb.md").unwrap();
    let block = lesson
        .split("```rust depart=\"ddb-query-pas-scan\"\n")
        .nth(1)
        .unwrap();
    let code = block.split("\n```").next().unwrap();
    let mut command = world
        .machine
        .command(&["verifier", "ddb-query-pas-scan", "--json", "--reponse", code]);
    command.args(["--aws", "--oui", "--plafond", "0", "--region", "eu-west-3"]);
    let said: Said = towards(&mut command, &world.account).output().unwrap().into();
    let verdict = said.json();
    assert_eq!(
        (said.code, verdict["status"].as_str()),
        (Some(1), Some("unverifiable")),
        "{said:?}"
    );
    let told = verdict["feedback"].as_str().unwrap();
    assert!(told.contains("CreateTable") && told.contains("plafond"), "{told}");
}
