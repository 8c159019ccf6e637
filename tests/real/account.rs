//! A real account, end to end, where a second simulator stands for it: what is said before, what is left after, what is
//! never sent.

use crate::HEADER;
use crate::support::account::{as_in_lessons, towards};
use crate::support::{Machine, Said};
use serde_json::Value;
use simulator::{Config, Simulator};
use std::path::PathBuf;

/// Creates one thing of many kinds, and hides something in each.
const ALL: &str = r##"
```rust cellule="tout-stockage"
use prelude::*;
use aws_sdk_s3::types::{BucketVersioningStatus, VersioningConfiguration};

let atelier: Atelier = commencer("tout").await;
let bucket: String = atelier.compartiment("passage").await;
let activee = VersioningConfiguration::builder().status(BucketVersioningStatus::Enabled).build();
atelier.s3.put_bucket_versioning().bucket(&bucket).versioning_configuration(activee).send().await.unwrap();
for _ in 0..2 {
    atelier.s3.put_object().bucket(&bucket).key("a.txt").body(b"a".to_vec().into()).send().await.unwrap();
}
atelier.s3.delete_object().bucket(&bucket).key("a.txt").send().await.unwrap();
atelier.s3.create_multipart_upload().bucket(&bucket).key("gros.bin").send().await.unwrap();
atelier.table_neuve("cahier-passage", &["id"], 1, 1).await;
```

```rust cellule="tout-identites"
let vide = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#;
let confiance = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
let iam = atelier.iam.clone();
let politique = iam.create_policy().policy_name("cahier-droits").policy_document(vide).send().await.unwrap();
let arn: String = politique.policy.unwrap().arn.unwrap();
iam.create_policy_version().policy_arn(&arn).policy_document(vide).send().await.unwrap();
iam.create_user().user_name("cahier-facteur").send().await.unwrap();
iam.create_access_key().user_name("cahier-facteur").send().await.unwrap();
iam.attach_user_policy().user_name("cahier-facteur").policy_arn(&arn).send().await.unwrap();
iam.put_user_policy().user_name("cahier-facteur").policy_name("lire").policy_document(vide).send().await.unwrap();
iam.create_group().group_name("cahier-groupe").send().await.unwrap();
iam.add_user_to_group().group_name("cahier-groupe").user_name("cahier-facteur").send().await.unwrap();
iam.create_role().role_name("cahier-role").assume_role_policy_document(confiance).send().await.unwrap();
iam.attach_role_policy().role_name("cahier-role").policy_arn(&arn).send().await.unwrap();
```

```rust cellule="tout-horloge"
let apres: u64 = 60;
avancer_horloge(apres).await;
```

```rust cellule="tout-apres"
println!("{apres}");
```
"##;

/// Tells what an account holds.
const INVENTORY: &str = r#"
```rust cellule="inventaire-compte"
use prelude::*;
let Atelier { s3, dynamodb: ddb, iam, .. } = commencer("inventaire").await;
for b in s3.list_buckets().send().await.unwrap().buckets() { println!("bucket {}", b.name().unwrap()); }
for t in ddb.list_tables().send().await.unwrap().table_names() { println!("table {t}"); }
for u in iam.list_users().send().await.unwrap().users() { println!("user {}", u.user_name()); }
for g in iam.list_groups().send().await.unwrap().groups() { println!("group {}", g.group_name()); }
for r in iam.list_roles().send().await.unwrap().roles().iter().filter(|r| r.path() == "/") { println!("role {}", r.role_name()); }
let locales = iam.list_policies().scope(aws_sdk_iam::types::PolicyScopeType::Local).send().await.unwrap();
for p in locales.policies() { println!("policy {}", p.policy_name().unwrap()); }
```
"#;

/// What is there before anything, and must be after.
const EMPTY: &str = "user administrateur\n";

/// A learner's machine, and the account that its environment leads to.
struct World {
    machine: Machine,
    account: Simulator,
}

impl World {
    fn new() -> Self {
        let machine = Machine::with_rust();
        for (id, cells) in [("tout", ALL), ("inventaire", INVENTORY)] {
            let text = format!("---\nid: {id}\n{HEADER}{cells}");
            std::fs::write(machine.lessons().join(format!("02-{id}.md")), text).unwrap();
        }
        let account = Simulator::start(Config::default()).unwrap();
        Self { machine, account }
    }

    fn lesson(&self, id: &str, cells: &str) {
        let text = format!("---\nid: {id}\n{HEADER}{cells}");
        std::fs::write(self.machine.lessons().join(format!("03-{id}.md")), text).unwrap();
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.machine.command(arguments);
        command.arg("--lecons").arg(self.machine.lessons());
        towards(&mut command, &self.account)
            .env("AWS_REGION", "eu-west-3")
            // Each run has its own names, as a learner's have.
            .env_remove("CAHIER_PREFIXE");
        command.output().unwrap().into()
    }

    fn inventory(&self) -> String {
        let said = self.run(&["executer", "inventaire", "--aws", "--oui", "--json"]);
        assert_eq!(said.code, Some(0), "{said:?}");
        said.json()["cells"][0]["stdout"].as_str().unwrap().to_owned()
    }

    fn operations(&self) -> Vec<String> {
        self.account
            .journal()
            .into_iter()
            .map(|call| call.operation)
            .collect()
    }

    /// The ledgers that hold something.
    fn ledgers(&self) -> Vec<PathBuf> {
        let files = std::fs::read_dir(self.machine.data().join("aws"))
            .into_iter()
            .flatten()
            .flatten();
        let mut found: Vec<PathBuf> = files.map(|file| file.path()).collect();
        found.retain(|path| std::fs::read_to_string(path).unwrap().contains("creer"));
        found.sort();
        found
    }
}

fn cell(said: &Said, rank: usize) -> Value {
    said.json()["cells"][rank].clone()
}

#[test]
fn what_a_lesson_will_do_is_said_before_and_nothing_is_left_after() {
    let world = World::new();
    let said = world.run(&["executer", "tout", "--aws", "--oui", "--nettoyer", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let plan = as_in_lessons(said.err.split("── tout-stockage ──").next().unwrap());
    for told in [
        "123456789012",
        "user/administrateur",
        "région eu-west-3",
        "CreateBucket",
        "PutObject ×2",
        "compartiment cahier-passage-123456789012",
        "utilisateur cahier-facteur",
        "tout-horloge\u{a0}: elle avance l’horloge",
        "tout-apres\u{a0}: elle a besoin de «\u{a0}apres\u{a0}»",
        "Coût estimé, une heure de présence comprise\u{a0}: 0,00",
        "novembre 2026",
        "Plafond de ce passage\u{a0}: 1\u{a0}$",
        "Là où les leçons nomment «\u{a0}cahier-…\u{a0}», ce passage crée «\u{a0}cahier-…\u{a0}».",
    ] {
        assert!(plan.contains(told), "{told}: {plan}");
    }
    assert_eq!(
        (cell(&said, 2)["status"].clone(), cell(&said, 3)["status"].clone()),
        ("skipped".into(), "skipped".into())
    );
    let removed = said.json()["removed"].clone();
    let removed = removed.as_array().unwrap();
    assert!(
        removed.len() >= 6 && removed.iter().all(|one| one["status"] == "removed"),
        "{removed:?}"
    );
    assert_eq!(world.inventory(), EMPTY);
}

#[test]
fn what_was_left_is_removed_later_whatever_became_of_the_process_and_only_once() {
    let world = World::new();
    let said = world.run(&["executer", "tout", "--aws", "--oui"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("cahier aws nettoyer "), "{}", said.err);
    let there = world.inventory();
    assert!(as_in_lessons(&there).contains("bucket cahier-passage-123456789012"));
    assert!(!there.contains("cahier-"), "{there}");
    // Another run of the same lesson on the same account meets nothing of it, and removes what is its own alone.
    let other = world.run(&["executer", "tout", "--aws", "--oui", "--nettoyer"]);
    assert_eq!(other.code, Some(0), "{other:?}");
    assert_eq!(world.inventory(), there);
    // As if the process had been killed between what it announced and what AWS answered, in the middle of a line.
    let ledger = world.ledgers().remove(0);
    let text = std::fs::read_to_string(&ledger).unwrap();
    assert!(
        text.contains("\"faite\"") && !text.contains("\"supprimee\""),
        "{text}"
    );
    let announced: Vec<&str> = text.lines().filter(|line| !line.contains("\"faite\"")).collect();
    let never_sent = r#"{"quoi":"creer","genre":"table","nom":"cahier-jamais","a":1}"#;
    std::fs::write(
        &ledger,
        format!("{}\n{never_sent}\n{{\"quoi\":\"cre", announced.join("\n")),
    )
    .unwrap();

    let refused = world.run(&["aws", "nettoyer"]);
    assert_eq!(
        (refused.code, refused.err.contains("--oui")),
        (Some(2), true),
        "{refused:?}"
    );
    let said = world.run(&["aws", "nettoyer", "--oui", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let resources = said.json()["runs"][0]["resources"].clone();
    let status = |name: &str| {
        let one = resources
            .as_array()
            .unwrap()
            .iter()
            .find(|one| as_in_lessons(one["name"].as_str().unwrap()) == name);
        one.unwrap()["status"].clone()
    };
    assert_eq!(
        (status("cahier-facteur"), status("cahier-jamais")),
        ("removed".into(), "absent".into())
    );
    assert_eq!(world.inventory(), EMPTY);
    let again = world.run(&["aws", "nettoyer", "--oui"]);
    assert!(
        again.code == Some(0) && again.out.contains("Rien à supprimer"),
        "{again:?}"
    );
}

/// Makes things of the learner's own, with a client of their own: no run made them.
fn own(account: &Simulator) -> String {
    let (id, secret) = (account.access_key_id(), account.secret_access_key());
    format!(
        r#"
```rust cellule="maladroit-avant"
use prelude::*;
let a_moi = {{
    let config = commencer("a-moi").await.config;
    let cles = aws_sdk_s3::config::Credentials::new("{id}", "{secret}", None, None, "moi");
    config.to_builder().credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(cles)).build()
}};
let s3 = aws_sdk_s3::Client::from_conf(aws_sdk_s3::config::Builder::from(&a_moi).force_path_style(true).build());
let iam = aws_sdk_iam::Client::new(&a_moi);
let paris = aws_sdk_s3::types::CreateBucketConfiguration::builder()
    .location_constraint(aws_sdk_s3::types::BucketLocationConstraint::EuWest3).build();
s3.create_bucket().bucket("mon-compartiment").create_bucket_configuration(paris).send().await.unwrap();
s3.put_object().bucket("mon-compartiment").key("these.pdf").body(b"dix ans".to_vec().into()).send().await.unwrap();
iam.create_user().user_name("moi").send().await.unwrap();
iam.create_group().group_name("cahier-equipe").send().await.unwrap();
```
{CLUMSY}"#
    )
}

const CLUMSY: &str = r#"
```rust cellule="maladroit-gestes"
use prelude::*;
let atelier: Atelier = commencer("maladroit").await;
let gestes = [
    atelier.s3.delete_object().bucket("mon-compartiment").key("these.pdf").send().await.is_ok(),
    atelier.s3.put_object().bucket("mon-compartiment").key("these.pdf").body(b"x".to_vec().into()).send().await.is_ok(),
    atelier.iam.create_access_key().user_name("moi").send().await.is_ok(),
    atelier.iam.delete_user().user_name("moi").send().await.is_ok(),
    atelier.iam.create_user().user_name("moi").send().await.is_ok(),
    atelier.iam.create_group().group_name("cahier-equipe").send().await.is_ok(),
    atelier.iam.create_instance_profile().instance_profile_name("cahier-profil").send().await.is_ok(),
];
println!("{gestes:?}");
```
"#;

#[test]
fn what_the_run_did_not_create_is_neither_changed_nor_removed_and_what_cannot_be_undone_is_not_sent() {
    let world = World::new();
    world.lesson("maladroit", &own(&world.account));
    let said = world.run(&["executer", "maladroit", "--aws", "--oui", "--nettoyer", "--json"]);
    assert_eq!(
        cell(&said, 1)["stdout"],
        "[false, false, false, false, false, false, false]\n",
        "{said:?}"
    );
    assert!(
        said.err
            .contains("il ne change que ce qu’il a créé, et «\u{a0}moi\u{a0}» n’en est pas"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("CreateInstanceProfile") && said.err.contains("il ne saurait pas défaire"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("un nom qui commence par «\u{a0}cahier-\u{a0}»"),
        "{}",
        said.err
    );
    assert!(
        as_in_lessons(&said.err)
            .contains("«\u{a0}cahier-equipe\u{a0}» existe déjà, et ce passage ne l’a pas créé"),
        "{}",
        said.err
    );
    assert!(!said.err.contains("Ce passage laisse"), "{}", said.err);
    let sent = |operation: &str| world.operations().iter().filter(|one| *one == operation).count();
    for never in [
        "DeleteObject",
        "CreateAccessKey",
        "DeleteUser",
        "CreateInstanceProfile",
    ] {
        assert_eq!(sent(never), 0, "{never}");
    }
    // Once by the learner's own client.
    for once in ["PutObject", "CreateUser"] {
        assert_eq!(sent(once), 1, "{once}");
    }
    let left = world.inventory();
    assert!(
        left.contains("bucket mon-compartiment")
            && left.contains("user moi")
            && as_in_lessons(&left).contains("group cahier-equipe"),
        "{left}"
    );
}

#[test]
fn beyond_the_ceiling_the_call_is_not_sent() {
    let world = World::new();
    let said = world.run(&["executer", "tout", "--aws", "--oui", "--plafond", "0", "--json"]);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("l’estimation dépasse le plafond"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("Cahier n’a pas envoyé CreateBucket"),
        "{}",
        said.err
    );
    assert!(!world.operations().contains(&"CreateBucket".to_owned()));
    let nonsense = world.run(&["executer", "tout", "--aws", "--oui", "--plafond", "peu"]);
    assert!(
        nonsense.code == Some(2) && nonsense.err.contains("--plafond 0,50"),
        "{nonsense:?}"
    );
}

#[test]
fn the_ledger_of_one_account_does_not_clean_another() {
    let world = World::new();
    let folder = world.machine.data().join("aws");
    std::fs::create_dir_all(&folder).unwrap();
    let lines = "{\"passage\":\"p\",\"compte\":\"111122223333\",\"region\":\"eu-west-3\"}\n{\"quoi\":\"creer\",\"genre\":\"table\",\"nom\":\"t\",\"a\":1}\n";
    std::fs::write(folder.join("p.jsonl"), lines).unwrap();
    let said = world.run(&["aws", "nettoyer", "p", "--oui"]);
    assert!(
        said.code == Some(2) && said.err.contains("111122223333") && said.err.contains("--profil"),
        "{said:?}"
    );
    let unknown = world.run(&["aws", "nettoyer", "jamais", "--oui"]);
    assert!(
        unknown.code == Some(2) && unknown.err.contains("jamais"),
        "{unknown:?}"
    );
}

#[test]
fn a_script_on_a_real_account_and_a_cleaning_of_the_simulator_are_refused() {
    let world = World::new();
    for line in [
        &["executer", "tout", "--aws", "--oui", "--scripts"][..],
        &["executer", "tout", "--nettoyer"],
    ] {
        let said = world.run(line);
        assert_eq!(said.code, Some(2), "{said:?}");
    }
    assert_eq!(world.operations(), Vec::<String>::new());
}

#[test]
fn no_secret_is_shown_nor_kept() {
    let world = World::new();
    let said = world.run(&["executer", "tout", "--aws", "--oui", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let secret = world.account.secret_access_key();
    assert!(!said.out.contains(secret) && !said.err.contains(secret));
    let mut folders = vec![world.machine.data()];
    let mut seen = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            if entry.path().is_dir() {
                folders.push(entry.path());
                continue;
            }
            seen += 1;
            let bytes = std::fs::read(entry.path()).unwrap();
            let found = bytes
                .windows(secret.len())
                .any(|piece| piece == secret.as_bytes());
            assert!(!found, "{}", entry.path().display());
        }
    }
    assert!(seen > 2, "{seen}");
}

#[test]
fn a_lesson_and_its_cleaning_pass_with_the_least_privilege_and_with_nothing_less() {
    let world = World::new();
    let said = world.run(&["aws", "politique", "tout", "--essayer", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert_eq!(said.json()["tried"], true);
    assert_eq!(
        said.json()["unneeded"].as_array().map(Vec::len),
        Some(0),
        "{said:?}"
    );
    assert_eq!(world.operations(), Vec::<String>::new());
    let policy = said.json()["policies"][0].to_string();
    assert!(
        policy.contains("\"s3:TagResource\"") && policy.contains("arn:aws:s3:::cah???-*"),
        "{policy}"
    );
    assert!(policy.contains("arn:aws:iam::*:user/cah???-*"), "{policy}");
    assert!(
        !policy.contains("s3:*\"") && !policy.contains("iam:*\""),
        "{policy}"
    );
}
