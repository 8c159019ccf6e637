//! What a learner at a terminal is told before anything is sent to a real account, where a second simulator stands for it.

use crate::HEADER;
use crate::support::Machine;
use crate::support::account::towards;
use crate::support::terminal::{END, INTERRUPT, Terminal};
use simulator::{Config, Simulator};

/// Creates a user, once it has said so.
const USER: &str = r#"
```rust cellule="plan-utilisateur"
use prelude::*;
let atelier: Atelier = commencer("plan").await;
atelier.iam.create_user().user_name("cahier-plan").send().await.unwrap();
println!("{}", 6 * 7);
```
"#;

/// Waits for ever.
const ENDLESS: &str = r#"
```rust cellule="plan-sans-fin"
println!("parti");
loop { std::thread::park(); }
```
"#;

struct World {
    machine: Machine,
    account: Simulator,
}

impl World {
    fn new(cells: &str) -> Self {
        let machine = Machine::with_rust();
        let text = format!("---\nid: plan\n{HEADER}{cells}");
        std::fs::write(machine.lessons().join("03-plan.md"), text).unwrap();
        let account = Simulator::start(Config::default()).unwrap();
        Self { machine, account }
    }

    fn terminal(&self, arguments: &[&str]) -> Terminal {
        let mut command = self.machine.command(arguments);
        command.arg("--lecons").arg(self.machine.lessons());
        towards(&mut command, &self.account).env("AWS_REGION", "eu-west-3");
        Terminal::open(&command)
    }

    fn operations(&self) -> Vec<String> {
        let calls = self.account.journal().into_iter();
        calls.map(|call| call.operation).collect()
    }
}

#[test]
fn the_prompt_says_what_a_lesson_will_do_and_waits_for_the_same_command_again() {
    let world = World::new(USER);
    let mut terminal = world.terminal(&["--aws"]);
    terminal.enter(":lecon plan");
    terminal.enter(":executer plan-utilisateur");
    terminal.wait_for("pour confirmer");
    terminal.press("oui\n");
    terminal.wait_for("Je répète d’abord ces cellules");
    terminal.wait_for("refais la même commande");
    assert_eq!(world.operations(), ["GetCallerIdentity"]);
    terminal.enter(":executer plan-utilisateur");
    terminal.wait_for("42");
    assert!(world.operations().contains(&"CreateUser".to_owned()));
    terminal.press(END);
    terminal.wait_for("Tout supprimer maintenant");
    terminal.press("oui\n");
    terminal.wait_for("suppression faite");
    assert_eq!(terminal.end(), Some(0));
}

#[test]
fn ctrl_c_while_a_lesson_is_rehearsed_sends_nothing() {
    let world = World::new(ENDLESS);
    let mut terminal = world.terminal(&["executer", "plan", "--aws", "--oui"]);
    terminal.wait_for("Je répète d’abord ces cellules");
    terminal.press(INTERRUPT);
    assert_eq!(terminal.end(), Some(2));
    assert_eq!(world.operations(), ["GetCallerIdentity"]);
}
