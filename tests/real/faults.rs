//! A run that is spoilt on its way: the network cut, throttling, credentials that end, rights that are missing, a process
//! that is killed. What is said, what the ledger holds, and that nothing is left after cleaning.

use crate::support::proxy::{Fault, Proxy};
use crate::support::{Machine, Said, account};
use simulator::{Config, Simulator};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Creates a thing of each protocol, one cell after the other.
const LESSON: &str = r#"---
id: pannes
titre: Des pannes
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

## Tout

```rust cellule="pannes-atelier"
use prelude::*;
let atelier: Atelier = commencer("pannes").await;
```

```rust cellule="pannes-stockage"
let bucket: String = atelier.compartiment("pannes").await;
atelier.s3.put_object().bucket(&bucket).key("a.txt").body(b"a".to_vec().into()).send().await.unwrap();
```

```rust cellule="pannes-table"
atelier.table_neuve("cahier-pannes", &["id"], 1, 1).await;
```

```rust cellule="pannes-identites"
atelier.iam.create_user().user_name("cahier-pannes").send().await.unwrap();
atelier.iam.create_access_key().user_name("cahier-pannes").send().await.unwrap();
```
"#;

/// A learner's machine, the account, and what stands between them.
struct World {
    machine: Machine,
    account: Simulator,
    proxy: Proxy,
}

impl World {
    fn new() -> Self {
        let machine = Machine::with_rust();
        std::fs::write(machine.lessons().join("02-pannes.md"), LESSON).unwrap();
        let account = Simulator::start(Config::default()).unwrap();
        let proxy = Proxy::before(&account.endpoint());
        Self {
            machine,
            account,
            proxy,
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.machine.command(arguments);
        command.arg("--lecons").arg(self.machine.lessons());
        account::at(&mut command, &self.account, &self.proxy.endpoint()).env("AWS_REGION", "eu-west-3");
        command
    }

    fn run(&self, arguments: &[&str]) -> Said {
        let said: Said = self.command(arguments).output().unwrap().into();
        let secret = self.account.secret_access_key();
        assert!(
            !said.out.contains(secret) && !said.err.contains(secret),
            "a secret is shown"
        );
        said
    }

    fn lesson(&self) -> Said {
        self.run(&["executer", "pannes", "--aws", "--oui", "--json"])
    }

    fn clean(&self) -> Said {
        self.run(&["aws", "nettoyer", "--oui", "--json"])
    }

    /// The operations that succeeded, in order.
    fn done(&self) -> Vec<String> {
        let calls = self.account.journal().into_iter();
        calls
            .filter(|call| call.error.is_none())
            .map(|call| call.operation)
            .collect()
    }

    fn times(&self, operation: &str) -> usize {
        self.done().iter().filter(|one| *one == operation).count()
    }

    /// What was created and not deleted since.
    fn left(&self) -> Vec<&'static str> {
        let pairs = [
            ("CreateBucket", "DeleteBucket"),
            ("CreateTable", "DeleteTable"),
            ("CreateUser", "DeleteUser"),
            ("CreateAccessKey", "DeleteAccessKey"),
        ];
        let there = pairs
            .iter()
            .filter(|(made, gone)| self.times(made) > self.times(gone));
        there.map(|(made, _)| *made).collect()
    }

    /// What the ledgers say of creations, the lines of one after the other.
    fn ledger(&self) -> String {
        let files = std::fs::read_dir(self.machine.data().join("aws"))
            .unwrap()
            .flatten();
        let ledgers = files.filter(|file| file.path().extension().is_some_and(|end| end == "jsonl"));
        ledgers
            .map(|file| std::fs::read_to_string(file.path()).unwrap())
            .collect()
    }

    /// Once nothing is in the way any more, everything goes; and there is nothing to do after that.
    fn ends_empty(&self) {
        self.proxy.heal();
        let said = self.clean();
        assert_eq!(said.code, Some(0), "{said:?}");
        assert_eq!(self.left(), Vec::<&str>::new(), "{said:?}");
        let before = self.account.journal().len();
        let again = self.clean();
        assert_eq!(
            (again.code, again.json()["runs"].as_array().map(Vec::len)),
            (Some(0), Some(0)),
            "{again:?}"
        );
        assert_eq!(
            self.account.journal().len(),
            before,
            "the second cleaning asked for something"
        );
    }
}

/// The statuses of a cleaning's resources, by name.
fn status(said: &Said, name: &str) -> String {
    let resources = said.json()["runs"][0]["resources"].clone();
    let one = resources
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["name"] == name)
        .cloned();
    one.unwrap_or_else(|| panic!("{name}: {said:?}"))["status"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn where_the_network_is_cut_after_the_call_the_ledger_knows_what_may_exist_and_cleaning_waits_for_the_network()
 {
    let world = World::new();
    world.proxy.spoil(|asked| match asked {
        "CreateTable" => Fault::CutAnswer,
        _ => Fault::None,
    });
    let said = world.lesson();
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("CreateTable n’a pas abouti") && said.err.contains("le réseau a coupé"),
        "{}",
        said.err
    );
    assert!(
        said.err.contains("«\u{a0}cahier aws nettoyer\u{a0}» le retirera"),
        "{}",
        said.err
    );
    assert!(
        world.ledger().contains("\"nom\":\"cahier-pannes\""),
        "{}",
        world.ledger()
    );
    assert!(
        world.left().contains(&"CreateTable"),
        "the table was made, and nobody heard of it"
    );

    world.proxy.spoil(|_| Fault::Cut);
    let said = world.clean();
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("le réseau a coupé"),
        "{said:?}"
    );
    world.proxy.spoil(|asked| match asked {
        "GetCallerIdentity" => Fault::None,
        _ => Fault::Cut,
    });
    let said = world.clean();
    assert_eq!(
        (said.code, status(&said, "cahier-pannes")),
        (Some(1), "failed".to_owned()),
        "{said:?}"
    );
    assert!(
        said.err.contains("est encore là (le réseau a coupé") || said.out.contains("le réseau a coupé"),
        "{said:?}"
    );
    world.ends_empty();
}

#[test]
fn throttling_is_told_as_such_and_costs_nothing_but_the_try() {
    let world = World::new();
    world.proxy.spoil(|asked| match asked {
        "CreateTable" => Fault::Refuse(400, "ThrottlingException"),
        "CreateUser" => Fault::Refuse(400, "Throttling"),
        one if one.starts_with("PUT /cahier-pannes") && one.contains("a.txt") => {
            Fault::Refuse(503, "SlowDown")
        }
        _ => Fault::None,
    });
    let said = world.lesson();
    assert_eq!(said.code, Some(1), "{said:?}");
    for told in [
        "PutObject n’a pas abouti",
        "CreateUser n’a pas abouti",
        "AWS reçoit trop d’appels",
        "(SlowDown)",
        "(Throttling)",
    ] {
        assert!(said.err.contains(told), "{told}: {}", said.err);
    }
    world.proxy.spoil(|asked| match asked {
        one if one.starts_with("DELETE /cahier-pannes") || one.starts_with("POST /cahier-pannes") => {
            Fault::Refuse(503, "SlowDown")
        }
        _ => Fault::None,
    });
    let said = world.clean();
    let bucket = "cahier-pannes-123456789012";
    assert_eq!(
        (said.code, status(&said, bucket)),
        (Some(1), "failed".to_owned()),
        "{said:?}"
    );
    assert!(said.out.contains("AWS reçoit trop d’appels"), "{said:?}");
    world.ends_empty();
}

#[test]
fn credentials_that_end_half_way_stop_the_lesson_and_the_cleaning_and_lose_nothing() {
    let world = World::new();
    world.proxy.spoil(|asked| match asked {
        "CreateUser" => Fault::Refuse(403, "ExpiredToken"),
        _ => Fault::None,
    });
    let said = world.lesson();
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("tes identifiants ont expiré") && said.err.contains("aws sso login"),
        "{}",
        said.err
    );
    assert_eq!(world.left(), ["CreateBucket", "CreateTable"]);

    world.proxy.spoil(|_| Fault::Refuse(403, "ExpiredToken"));
    let said = world.clean();
    assert_eq!(
        (said.code, said.json()["error"]["code"].as_str()),
        (Some(2), Some("identity")),
        "{said:?}"
    );
    assert!(
        said.json()["error"]["message"]
            .as_str()
            .unwrap()
            .contains("tes identifiants ont expiré"),
        "{said:?}"
    );
    world.proxy.spoil(|asked| match asked {
        "GetCallerIdentity" | "DescribeTable" => Fault::None,
        _ => Fault::Refuse(403, "ExpiredToken"),
    });
    let said = world.clean();
    assert_eq!(
        (said.code, status(&said, "cahier-pannes")),
        (Some(1), "failed".to_owned()),
        "{said:?}"
    );
    world.ends_empty();
}

#[test]
fn what_may_not_be_removed_is_told_stays_in_the_ledger_and_does_not_keep_the_rest() {
    let world = World::new();
    let said = world.lesson();
    assert_eq!(said.code, Some(0), "{said:?}");
    world.proxy.spoil(|asked| match asked {
        "DeleteTable" => Fault::Refuse(400, "AccessDeniedException"),
        "DeleteAccessKey" => Fault::Refuse(403, "AccessDenied"),
        _ => Fault::None,
    });
    let said = world.clean();
    assert_eq!(
        (said.code, status(&said, "cahier-pannes-123456789012")),
        (Some(1), "removed".to_owned()),
        "{said:?}"
    );
    assert!(said.out.contains("il te manque le droit de le faire"), "{said:?}");
    assert_eq!(world.left(), ["CreateTable", "CreateUser", "CreateAccessKey"]);
    let plain = world.run(&["aws", "nettoyer", "--oui"]);
    assert!(
        plain.code == Some(1)
            && plain.out.contains("table cahier-pannes\u{a0}: est encore là")
            && plain.err.contains("tout n’est pas parti"),
        "{plain:?}"
    );
    world.ends_empty();
}

#[test]
fn rights_that_are_missing_half_way_are_told_where_they_are_the_learners_own() {
    let world = World::new();
    world.proxy.spoil(|asked| match asked {
        "CreateTable" => Fault::Refuse(400, "AccessDeniedException"),
        _ => Fault::None,
    });
    let said = world.lesson();
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(
        said.err.contains("CreateTable n’a pas abouti") && said.err.contains("il te manque un droit"),
        "{}",
        said.err
    );
    world.ends_empty();
}

/// Starts the lesson, waits until the proxy holds what it asked for, and kills the program there.
fn kill_in_the_middle(world: &World, forwarded: bool) {
    world.proxy.spoil(move |asked| match asked {
        "CreateTable" => Fault::Hold { forwarded },
        _ => Fault::None,
    });
    let mut command = world.command(&["executer", "pannes", "--aws", "--oui"]);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !world.proxy.holds() {
        assert!(
            began.elapsed() < Duration::from_mins(4),
            "the table was never asked for"
        );
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_process_that_is_killed_between_the_ledger_and_the_call_leaves_nothing_that_is_not_known() {
    for forwarded in [false, true] {
        let world = World::new();
        kill_in_the_middle(&world, forwarded);
        assert_eq!(world.left().contains(&"CreateTable"), forwarded);
        let ledger = world.ledger();
        let table = ledger
            .lines()
            .filter(|line| line.contains("\"table\""))
            .collect::<Vec<_>>();
        assert!(table.len() == 1 && table[0].contains("\"creer\""), "{ledger}");
        world.proxy.heal();
        let said = world.clean();
        let expected = if forwarded { "removed" } else { "absent" };
        assert_eq!(
            (said.code, status(&said, "cahier-pannes")),
            (Some(0), expected.to_owned()),
            "{said:?}"
        );
        assert_eq!(world.left(), Vec::<&str>::new());
    }
}
