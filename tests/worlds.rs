//! The two worlds of a cell, end to end: nothing of the learner's reaches the simulator's cells; the real account's
//! chain is untouched, and asked for before it is used.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::Value;
use simulator::{Config, Simulator};
use std::process::Command;
use support::account::towards;
use support::terminal::at_terminal;
use support::{Machine, Said, fed};

/// What a learner's machine may hold that would lead a cell astray.
const HOSTILE: &[(&str, &str)] = &[
    ("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:9"),
    ("AWS_ENDPOINT_URL", "http://127.0.0.1:9"),
    ("AWS_PROFILE", "hostile"),
    ("AWS_ACCESS_KEY_ID", "AKIAHOSTILE"),
    ("AWS_SECRET_ACCESS_KEY", "hostile"),
    ("AWS_SESSION_TOKEN", "hostile"),
    ("AWS_REGION", "mars-north-1"),
    ("AWS_CA_BUNDLE", "/hostile.pem"),
];

/// A profile file where the SDKs look for one.
fn plant_profile(machine: &Machine) {
    let folder = machine.folder.path().join(".aws");
    std::fs::create_dir_all(&folder).unwrap();
    let profile =
        "[default]\naws_access_key_id = AKIAFILE\naws_secret_access_key = file\nregion = mars-north-1\n";
    std::fs::write(folder.join("credentials"), profile).unwrap();
    let config = "[default]\nregion = mars-north-1\nendpoint_url = http://127.0.0.1:9\n[profile hostile]\nregion = mars-north-1\n";
    std::fs::write(folder.join("config"), config).unwrap();
}

#[test]
fn no_inherited_variable_reaches_a_program_around_the_simulator() {
    let machine = Machine::new();
    let mut command = machine.command(&["simulateur", "--", "env"]);
    command.envs(HOSTILE.iter().copied());
    let said: Said = command.output().unwrap().into();
    let variables: Vec<(&str, &str)> = said.out.lines().filter_map(|line| line.split_once('=')).collect();
    let of = |name: &str| {
        variables
            .iter()
            .find(|(one, _)| *one == name)
            .map(|(_, value)| *value)
    };
    assert_eq!(of("AWS_ENDPOINT_URL_S3"), None);
    assert_eq!(of("AWS_PROFILE"), None);
    assert_eq!(of("AWS_SESSION_TOKEN"), None);
    assert_eq!(of("AWS_CA_BUNDLE"), None);
    assert_eq!(
        (of("AWS_REGION"), of("AWS_DEFAULT_REGION")),
        (Some("eu-west-3"), Some("eu-west-3"))
    );
    assert_eq!(
        (of("AWS_CONFIG_FILE"), of("AWS_SHARED_CREDENTIALS_FILE")),
        (Some("/dev/null"), Some("/dev/null"))
    );
    assert_eq!(
        (of("AWS_EC2_METADATA_DISABLED"), of("AWS_PAGER")),
        (Some("true"), Some(""))
    );
    assert!(of("AWS_ENDPOINT_URL").unwrap().starts_with("http://127.0.0.1:"));
    assert!(of("NO_PROXY").unwrap().contains("127.0.0.1"));
    assert!(
        !said.out.contains("HOSTILE") && !said.out.contains("hostile"),
        "{}",
        said.out
    );
}

const IDENTITY_LESSON: &str = r#"---
id: identite
titre: Qui suis-je
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

## Un appel

```rust cellule="identite-appel"
let configuration = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
let client = aws_sdk_s3::Client::new(&configuration);
client.list_buckets().send().await.unwrap();
println!("clé {}", std::env::var("AWS_ACCESS_KEY_ID").unwrap());
println!("région {}", configuration.region().unwrap());
```
"#;

/// A call through a client that is watched.
const ACCOUNT_LESSON: &str = r#"---
id: compte
titre: Un appel
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

## Un appel

```rust cellule="compte-appel"
use prelude::*;
let atelier: Atelier = commencer("compte").await;
atelier.s3.list_buckets().send().await.unwrap();
println!("clé {}", atelier.identifiants().await.access_key_id());
println!("région {}", atelier.config.region().unwrap());
```

```rust cellule="compte-hors-garde"
use aws_sdk_s3::error::DisplayErrorContext;
let trouvee = aws_config::load_defaults(aws_config::BehaviorVersion::latest()).await;
for config in [&trouvee, &atelier.config] {
    let essai = aws_sdk_s3::Client::new(config).delete_bucket().bucket("le-mien").send().await;
    println!("{}", DisplayErrorContext(essai.unwrap_err()).to_string().contains("Prends ceux de l’atelier"));
}
println!("{}", std::env::vars().filter(|(nom, _)| nom.starts_with("AWS_ACCESS") || nom.starts_with("AWS_SECRET")).count());
```
"#;

fn machine_with_a_call() -> Machine {
    let machine = Machine::with_rust();
    for (name, text) in [
        ("02-identite.md", IDENTITY_LESSON),
        ("03-compte.md", ACCOUNT_LESSON),
    ] {
        std::fs::write(machine.lessons().join(name), text).unwrap();
    }
    machine
}

fn executed(command: &mut Command, machine: &Machine) -> Said {
    command
        .arg("--lecons")
        .arg(machine.lessons())
        .output()
        .unwrap()
        .into()
}

#[test]
fn a_cell_in_the_simulator_uses_none_of_the_learners_settings() {
    let machine = machine_with_a_call();
    plant_profile(&machine);
    let mut command = machine.command(&["executer", "identite", "--json"]);
    command.envs(HOSTILE.iter().copied());
    let said = executed(&mut command, &machine);
    assert_eq!(said.code, Some(0), "{said:?}");
    let cell = said.json()["cells"][0].clone();
    let printed = cell["stdout"].as_str().unwrap();
    assert!(
        printed.contains("région eu-west-3") && !printed.contains("HOSTILE"),
        "{printed}"
    );
}

/// The lesson on a real account, to be confirmed.
const REAL: &[&str] = &["executer", "compte", "--aws", "--region", "eu-west-3"];

/// A second simulator that stands for a real account.
fn account() -> Simulator {
    Simulator::start(Config::default()).unwrap()
}

fn operations(account: &Simulator) -> Vec<String> {
    account.journal().into_iter().map(|call| call.operation).collect()
}

#[test]
fn a_confirmed_real_account_runs_the_same_lesson_through_the_sdks_own_chain() {
    let machine = machine_with_a_call();
    let account = account();
    let mut command = machine.command(REAL);
    command.args(["--oui", "--json"]);
    let said = executed(towards(&mut command, &account), &machine);
    assert_eq!(said.code, Some(0), "{said:?}");
    let document: Value = said.json();
    assert!(
        document["cells"][0]["stdout"]
            .as_str()
            .unwrap()
            .contains(account.access_key_id())
    );
    assert!(
        said.err.contains("123456789012") && said.err.contains("eu-west-3"),
        "{}",
        said.err
    );
    assert!(!said.err.contains(account.secret_access_key()));
    assert_eq!(operations(&account), ["GetCallerIdentity", "ListBuckets"]);
}

#[test]
fn a_client_that_a_cell_builds_by_itself_has_no_credentials_on_a_real_account() {
    let machine = machine_with_a_call();
    plant_profile(&machine);
    let account = account();
    let mut command = machine.command(REAL);
    command.args(["--oui", "--json"]);
    let said = executed(towards(&mut command, &account), &machine);
    assert_eq!(said.json()["cells"][1]["stdout"], "true\ntrue\n0\n", "{said:?}");
    assert_eq!(operations(&account), ["GetCallerIdentity", "ListBuckets"]);
}

#[test]
fn a_profile_of_the_learners_own_files_leads_watched_clients_and_counts_more_than_inherited_keys() {
    let machine = machine_with_a_call();
    let account = account();
    let folder = machine.folder.path().join(".aws");
    std::fs::create_dir_all(&folder).unwrap();
    let (key, secret) = (account.access_key_id(), account.secret_access_key());
    let profile = format!("[formation]\naws_access_key_id = {key}\naws_secret_access_key = {secret}\n");
    std::fs::write(folder.join("credentials"), profile).unwrap();
    std::fs::write(folder.join("config"), "[profile formation]\nregion = eu-west-3\n").unwrap();
    let mut command = machine.command(&[
        "executer",
        "compte",
        "--aws",
        "--profil",
        "formation",
        "--oui",
        "--json",
    ]);
    towards(&mut command, &account).env("AWS_ACCESS_KEY_ID", "AKIAHOSTILE");
    let said = executed(&mut command, &machine);
    assert_eq!(said.code, Some(0), "{said:?}");
    let printed = said.json()["cells"][0]["stdout"].clone();
    assert_eq!(printed, format!("clé {key}\nrégion eu-west-3\n"), "{said:?}");
}

#[test]
fn without_a_terminal_and_without_oui_nothing_is_sent() {
    let machine = machine_with_a_call();
    let account = account();
    let mut command = machine.command(REAL);
    let said = executed(towards(&mut command, &account), &machine);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("--oui"), "{}", said.err);
    assert_eq!(operations(&account), Vec::<String>::new());
}

#[test]
fn only_the_identity_is_asked_for_before_a_no() {
    let machine = machine_with_a_call();
    let account = account();
    let mut command = machine.command(REAL);
    command.arg("--lecons").arg(machine.lessons());
    let mut terminal = at_terminal(&command);
    terminal.env("TERM", "dumb");
    towards(&mut terminal, &account);
    let said = fed(terminal, "non\n");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.out.contains("123456789012") && said.out.contains("tu n’as pas confirmé"),
        "{said:?}"
    );
    assert_eq!(operations(&account), ["GetCallerIdentity"]);
}

#[test]
fn refused_credentials_are_told_and_end_in_two() {
    let machine = machine_with_a_call();
    let account = account();
    let mut command = machine.command(REAL);
    command.args(["--oui", "--json"]);
    towards(&mut command, &account).env("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN");
    let said = executed(&mut command, &machine);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert_eq!(said.json()["error"]["code"], "identity");
    assert!(
        said.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("InvalidClientTokenId"),
        "{said:?}"
    );
}
