//! What a learner at a terminal is told before anything is sent to a real account, where a second simulator stands for it.

use crate::HEADER;
use crate::support::Machine;
use crate::support::account::towards;
use crate::support::terminal::{END, Terminal};
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

struct World {
    machine: Machine,
    account: Simulator,
}

impl World {
    fn new() -> Self {
        let machine = Machine::with_rust();
        let text = format!("---\nid: plan\n{HEADER}{USER}");
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
    let world = World::new();
    let mut terminal = world.terminal(&["--aws"]);
    terminal.wait_for("pour confirmer");
    terminal.press("oui\n");
    terminal.enter(":lecon plan");
    terminal.wait_for("la lance");
    terminal.enter(":executer plan-utilisateur");
    terminal.wait_for("Je répète d’abord ces cellules");
    terminal.wait_for("refais la même commande");
    assert_eq!(world.operations(), ["GetCallerIdentity"]);
    terminal.enter(":executer plan-utilisateur");
    terminal.wait_for("42");
    terminal.wait_for("cahier> ");
    assert!(world.operations().contains(&"CreateUser".to_owned()));
    terminal.press(END);
    terminal.wait_for("Tout supprimer maintenant");
    terminal.press("oui\n");
    terminal.wait_for("suppression faite");
    assert_eq!(terminal.end(), Some(0));
}
