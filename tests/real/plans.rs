//! What a learner at a terminal is told before anything is sent to a real account, where a second simulator stands for it.

use crate::ends::World;
use crate::support::terminal::{END, Terminal};

/// Creates a user, once it has said so.
const USER: &str = r#"
```rust cellule="plan-utilisateur"
use prelude::*;
let atelier: Atelier = commencer("plan").await;
atelier.iam.create_user().user_name("cahier-plan").send().await.unwrap();
println!("{}", 6 * 7);
```
"#;

/// The calls that reached the account.
fn operations(world: &World) -> Vec<String> {
    let calls = world.account.journal().into_iter();
    calls.map(|call| call.operation).collect()
}

#[test]
fn the_prompt_says_what_a_lesson_will_do_and_waits_for_the_same_command_again() {
    let world = World::new();
    world.lesson("plan", USER);
    let mut command = world.command(&["--aws", "--lecons"]);
    command.arg(world.machine.lessons());
    let mut terminal = Terminal::open(&command);
    terminal.wait_for("pour confirmer");
    terminal.press("oui\n");
    terminal.enter(":lecon plan");
    terminal.wait_for("la lance");
    terminal.enter(":executer plan-utilisateur");
    terminal.wait_for("Je répète d’abord ces cellules");
    terminal.wait_for("refais la même commande");
    assert_eq!(operations(&world), ["GetCallerIdentity"]);
    terminal.enter(":executer plan-utilisateur");
    terminal.wait_for("42");
    terminal.wait_for("cahier> ");
    assert!(operations(&world).contains(&"CreateUser".to_owned()));
    terminal.press(END);
    terminal.wait_for("Tout supprimer maintenant");
    terminal.press("oui\n");
    terminal.wait_for("suppression faite");
    assert_eq!(terminal.end(), Some(0));
}
