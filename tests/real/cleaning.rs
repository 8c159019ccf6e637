//! What cleaning up after a run on a real account does and does not, where a second simulator stands for the account: where
//! it goes, what it takes for the run's, what would be in its way, and an account that takes its time.

use crate::HEADER;
use crate::support::proxy::{Fault, Proxy};
use crate::support::{Machine, Said, account};
use serde_json::Value;
use simulator::{Config, Simulator};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A learner's machine, the account, and what stands between them.
struct World {
    machine: Machine,
    account: Simulator,
    proxy: Proxy,
}

impl World {
    fn new() -> Self {
        let machine = Machine::with_rust();
        let account = Simulator::start(Config::default()).unwrap();
        let proxy = Proxy::before(&account.endpoint());
        Self {
            machine,
            account,
            proxy,
        }
    }

    fn lesson(&self, id: &str, cells: &str) {
        let text = format!("---\nid: {id}\n{HEADER}{cells}");
        std::fs::write(self.machine.lessons().join(format!("02-{id}.md")), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Said {
        self.waiting(arguments, None)
    }

    /// The same, where the account takes so many seconds to know everywhere what it was told.
    fn waiting(&self, arguments: &[&str], seconds: Option<&str>) -> Said {
        let mut command = self.machine.command(arguments);
        command.arg("--lecons").arg(self.machine.lessons());
        command.envs(seconds.map(|seconds| ("CAHIER_PROPAGATION", seconds)));
        account::at(&mut command, &self.account, &self.proxy.endpoint()).env("AWS_REGION", "eu-west-3");
        command.output().unwrap().into()
    }

    fn folder(&self) -> PathBuf {
        self.machine.data().join("aws")
    }

    /// Writes a ledger as a run of this account and region leaves it.
    fn ledger(&self, run: &str, account: &str, lines: &[Value]) {
        std::fs::create_dir_all(self.folder()).unwrap();
        let head = serde_json::json!({"passage": run, "compte": account, "region": "eu-west-3"});
        let lines: Vec<String> = std::iter::once(&head)
            .chain(lines)
            .map(ToString::to_string)
            .collect();
        std::fs::write(
            self.folder().join(format!("{run}.jsonl")),
            lines.join("\n") + "\n",
        )
        .unwrap();
    }

    /// The only ledger in which something was announced.
    fn only_ledger(&self) -> PathBuf {
        let files = std::fs::read_dir(self.folder()).unwrap().flatten();
        let mut found: Vec<PathBuf> = files.map(|file| file.path()).collect();
        found.retain(|path| std::fs::read_to_string(path).unwrap().contains("creer"));
        assert_eq!(found.len(), 1, "{found:?}");
        found.remove(0)
    }

    fn done(&self, operation: &str) -> usize {
        let calls = self.account.journal().into_iter();
        calls
            .filter(|call| call.operation == operation && call.error.is_none())
            .count()
    }
}

fn announced(kind: &str, name: &str, at: i64) -> Value {
    serde_json::json!({"quoi": "creer", "genre": kind, "nom": name, "a": at})
}

fn made(kind: &str, name: &str) -> Value {
    serde_json::json!({"quoi": "faite", "genre": kind, "nom": name})
}

/// What became of a resource of the first run.
fn status(said: &Said, kind: &str) -> String {
    let resources = said.json()["runs"][0]["resources"].clone();
    let one = resources
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] == kind);
    one.unwrap_or_else(|| panic!("{kind}: {said:?}"))["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn a_cleaning_goes_to_the_region_of_the_run_and_another_account_does_not_keep_it_from_the_rest() {
    let world = World::new();
    let table =
        |run: &str, account: &str| world.ledger(run, account, &[announced("table", "cahier-jamais", 1)]);
    table("a", "111122223333");
    let elsewhere = world.run(&["aws", "nettoyer", "a", "--oui", "--region", "us-east-1"]);
    assert!(
        elsewhere.code == Some(2) && elsewhere.err.contains("a travaillé dans la région eu-west-3"),
        "{elsewhere:?}"
    );
    table("b", "123456789012");
    // Something that is no text, as a disk that failed leaves it.
    let torn = [
        &std::fs::read(world.folder().join("b.jsonl")).unwrap()[..],
        b"\xff\xfe\n",
    ]
    .concat();
    std::fs::write(world.folder().join("b.jsonl"), torn).unwrap();
    let said = world.run(&["aws", "nettoyer", "--tout", "--oui", "--json"]);
    let runs = said.json()["runs"].clone();
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        runs[0]["error"].as_str().unwrap().contains("111122223333"),
        "{said:?}"
    );
    assert_eq!(runs[1]["resources"][0]["status"], "absent", "{said:?}");
    let again = world.run(&["aws", "nettoyer", "b", "--oui", "--json"]);
    assert_eq!(again.json()["runs"], serde_json::json!([]), "{again:?}");
}

#[test]
fn a_role_that_anyone_may_take_is_trusted_to_the_account_that_is_given_and_to_no_other() {
    let machine = Machine::new();
    for line in [
        &["aws", "politique", "iam", "--role"][..],
        &["aws", "politique", "iam", "--compte", "mon-compte"],
    ] {
        let said: Said = machine.command(line).output().unwrap().into();
        assert!(
            said.code == Some(2) && said.err.contains("douze chiffres"),
            "{said:?}"
        );
    }
}

/// Somebody's own things, with a label that is not the run's.
const OWN: &str = r##"
```rust cellule="a-moi-avant"
use prelude::*;
let atelier: Atelier = commencer("a-moi").await;
let confiance = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
let droits = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
atelier.table_neuve("cahier-these", &["id"], 1, 1).await;
atelier.iam.create_user().user_name("cahier-moi").send().await.unwrap();
atelier.iam.create_group().group_name("cahier-equipe").send().await.unwrap();
atelier.iam.create_role().role_name("cahier-production").assume_role_policy_document(confiance).send().await.unwrap();
atelier.iam.create_policy().policy_name("cahier-lecture").policy_document(droits).send().await.unwrap();
```
"##;

#[test]
fn what_another_made_stays_whatever_the_ledger_says_of_it() {
    let world = World::new();
    world.lesson("a-moi", OWN);
    let said = world.run(&["executer", "a-moi", "--aws", "--oui"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    std::fs::remove_file(world.only_ledger()).unwrap();
    let own = [
        ("table", "cahier-these"),
        ("utilisateur", "cahier-moi"),
        ("groupe", "cahier-equipe"),
        ("role", "cahier-production"),
        ("politique", "cahier-lecture"),
    ];
    // Announced long ago and made, says the ledger.
    let lines: Vec<Value> = own
        .iter()
        .flat_map(|(kind, name)| [announced(kind, name, 1), made(kind, name)])
        .collect();
    world.ledger("p", "123456789012", &lines);
    let said = world.run(&["aws", "nettoyer", "p", "--oui", "--json"]);
    for (kind, _) in own {
        assert_eq!(status(&said, kind), "foreign", "{said:?}");
    }
    let gone = [
        "DeleteTable",
        "DeleteUser",
        "DeleteGroup",
        "DeleteRole",
        "DeletePolicy",
    ];
    assert_eq!(gone.map(|operation| world.done(operation)), [0; 5]);
}

/// What would keep things from being removed, or from being known again.
const STUBBORN: &str = r##"
```rust cellule="tetu-tout"
use prelude::*;
use aws_sdk_lambda::{primitives::Blob, types::LayerVersionContentInput};
use aws_sdk_s3::types::{Tag, Tagging};
let atelier: Atelier = commencer("tetu").await;
let bucket: String = atelier.compartiment("tetu").await;
let projet = Tagging::builder().tag_set(Tag::builder().key("projet").value("x").build().unwrap()).build().unwrap();
atelier.s3.put_bucket_tagging().bucket(&bucket).tagging(projet).send().await.unwrap();
let ferme: String = atelier.compartiment("ferme").await;
let refus = format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Principal":"*","Action":["s3:ListBucket","s3:GetBucketTagging"],"Resource":"arn:aws:s3:::{ferme}"}}]}}"#);
atelier.s3.put_bucket_policy().bucket(&ferme).policy(refus).send().await.unwrap();
atelier.table_neuve("cahier-tetu", &["id"], 1, 1).await;
atelier.dynamodb.update_table().table_name("cahier-tetu").deletion_protection_enabled(true).send().await.unwrap();
ZIP
atelier.lambda.publish_layer_version().layer_name("cahier-tetu").description("la mienne")
    .content(LayerVersionContentInput::builder().zip_file(Blob::new(ZIP)).build()).send().await.unwrap();
```

```rust cellule="tetu-definitif"
use aws_sdk_dynamodb::types::{CreateReplicationGroupMemberAction, ReplicationGroupUpdate};
let ailleurs = CreateReplicationGroupMemberAction::builder().region_name("us-east-1").build().unwrap();
let gestes = [
    atelier.s3.create_bucket().bucket("cahier-verrou").object_lock_enabled_for_bucket(true).send().await.is_ok(),
    atelier.dynamodb.update_table().table_name("cahier-tetu")
        .replica_updates(ReplicationGroupUpdate::builder().create(ailleurs).build()).send().await.is_ok(),
];
println!("{gestes:?}");
```
"##;

#[test]
fn what_would_keep_a_thing_from_being_removed_is_undone_or_never_sent() {
    let world = World::new();
    let lesson = std::fs::read_to_string("lessons/01-couches-lambda.md").unwrap();
    let zip = lesson.lines().find(|line| line.starts_with("const ZIP")).unwrap();
    world.lesson(
        "tetu",
        &STUBBORN.replace("ZIP\natelier", &format!("{zip}\natelier")),
    );
    let said = world.run(&["executer", "tetu", "--aws", "--oui", "--json"]);
    assert_eq!(said.json()["cells"][1]["stdout"], "[false, false]\n", "{said:?}");
    assert!(
        said.err.contains("(Object Lock)")
            && said.err.contains("une réplique est une table d’une autre région"),
        "{}",
        said.err
    );
    // As if the process had been killed before it heard of the layer's version.
    let ledger = world.only_ledger();
    let text = std::fs::read_to_string(&ledger).unwrap();
    let heard = |line: &&str| !(line.contains("\"couche\"") && line.contains("\"faite\""));
    let lines: Vec<&str> = text.lines().filter(heard).collect();
    std::fs::write(&ledger, lines.join("\n") + "\n").unwrap();
    let said = world.run(&["aws", "nettoyer", "--oui", "--json"]);
    for kind in ["compartiment", "table", "couche"] {
        assert_eq!(status(&said, kind), "removed", "{said:?}");
    }
    let gone = ["DeleteBucket", "DeleteTable", "DeleteLayerVersion"];
    assert_eq!(gone.map(|operation| world.done(operation)), [2, 1, 1]);
}

/// Makes a user.
const USER: &str = r#"
```rust cellule="neuf-tout"
use prelude::*;
let atelier: Atelier = commencer("neuf").await;
atelier.iam.create_user().user_name("cahier-neuf").send().await.unwrap();
```
"#;

#[test]
fn what_was_just_made_and_is_not_seen_yet_or_still_seems_to_be_held_is_waited_for() {
    let world = World::new();
    world.lesson("neuf", USER);
    let (looks, removals) = (AtomicUsize::new(0), AtomicUsize::new(0));
    world.proxy.spoil(move |asked| match asked {
        "GetUser" if looks.fetch_add(1, Ordering::SeqCst) == 0 => Fault::Refuse(404, "NoSuchEntity"),
        "DeleteUser" if removals.fetch_add(1, Ordering::SeqCst) == 0 => Fault::Refuse(409, "DeleteConflict"),
        _ => Fault::None,
    });
    let said = world.waiting(
        &["executer", "neuf", "--aws", "--oui", "--nettoyer", "--json"],
        Some("30"),
    );
    assert_eq!(said.json()["removed"][0]["status"], "removed", "{said:?}");
    assert_eq!((said.code, world.done("DeleteUser")), (Some(0), 1), "{said:?}");
}

#[test]
fn the_logs_that_a_function_opened_go_and_those_that_were_there_before_stay() {
    let world = World::new();
    let group = "/aws/lambda/cahier-lent";
    let clean = || {
        world.ledger("p", "123456789012", &[announced("journaux", group, 1_000_000)]);
        world.run(&["aws", "nettoyer", "p", "--oui", "--json"])
    };
    // What stands for the account has no logs at all.
    assert_eq!(status(&clean(), "journaux"), "absent");
    let opened = |at: &'static str| {
        move |asked: &str| match asked {
            "DescribeLogGroups" => Fault::Answer(at),
            "DeleteLogGroup" => Fault::Answer("{}"),
            _ => Fault::None,
        }
    };
    world.proxy.spoil(opened(
        r#"{"logGroups":[{"logGroupName":"/aws/lambda/cahier-lent","creationTime":900000000}]}"#,
    ));
    assert_eq!(status(&clean(), "journaux"), "foreign");
    world.proxy.spoil(opened(
        r#"{"logGroups":[{"logGroupName":"/aws/lambda/cahier-lent-2","creationTime":1},{"logGroupName":"/aws/lambda/cahier-lent","creationTime":1000000500}]}"#,
    ));
    assert_eq!(status(&clean(), "journaux"), "removed");
    world.proxy.spoil(|asked| match asked {
        "DescribeLogGroups" => Fault::Refuse(400, "AccessDeniedException"),
        _ => Fault::None,
    });
    let said = clean();
    assert_eq!(
        (said.code, status(&said, "journaux")),
        (Some(1), "failed".to_owned())
    );
    assert!(said.out.contains("il te manque le droit de le faire"), "{said:?}");
}
