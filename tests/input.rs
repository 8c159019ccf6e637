//! Cells that read their standard input, or take too much, as a learner meets them: at a terminal, by a pipe, by a
//! machine.
#![allow(clippy::unwrap_used)]

mod support;

use support::terminal::{END, INTERRUPT, Terminal};
use support::{Machine, fed};

/// Reads a line into a new variable, behind a question.
fn asks(variable: &str, question: &str) -> String {
    format!(
        "let mut {variable} = String::new(); print!(\"{question}-{{}} \", 1); \
         let lus = std::io::stdin().read_line(&mut {variable}).unwrap();"
    )
}

/// Waits until the line editor has taken over the question that the cell printed: earlier keys are the terminal's.
fn asked(terminal: &mut Terminal, question: &str) {
    for _ in ["printed", "drawn anew"] {
        terminal.wait_for(question);
    }
}

#[test]
fn a_cell_is_answered_at_the_prompt_with_the_line_editor_and_the_answer_is_shown_once() {
    let machine = Machine::with_rust();
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.enter(&asks("nom", "qui"));
    asked(&mut terminal, "qui-1 ");
    // Typed wrong, mended by going back three letters.
    terminal.press("Zxe\u{1b}[D\u{8}o\r");
    terminal.enter("println!(\"lu-{}-{}\", nom.trim(), lus);");
    terminal.wait_for("lu-Zoe-4");
    terminal.enter(&asks("vide", "rien"));
    asked(&mut terminal, "rien-1 ");
    terminal.press(END);
    terminal.enter("println!(\"fin-{:?}-{}\", vide, lus);");
    terminal.wait_for("fin-\"\"-0");
    terminal.enter("println!(\"vrai-{}\", nom == \"Zoe\\n\");");
    terminal.wait_for("vrai-true");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn an_answer_pasted_behind_its_cell_is_that_cell_s_and_a_password_is_not_shown() {
    let machine = Machine::with_rust();
    let mut terminal = Terminal::open(&machine.prompt());
    let cell = "println!(\"EVCXR_INPUT_REQUEST_PASSWORD:Code\"); let mut code = String::new(); \
                std::io::stdin().read_line(&mut code).unwrap();";
    let pasted = "println!(\"suite\");";
    terminal.enter(&format!("{cell}\r{pasted}"));
    terminal.enter("println!(\"code-{}\", code.len());");
    terminal.wait_for(&format!("code-{}", pasted.len() + 1));
    terminal.enter(cell);
    terminal.wait_for("Code ");
    terminal.press("sésame\r");
    terminal.enter("println!(\"code-{}\", code.len());");
    terminal.wait_for("code-8");
    let shown = terminal.transcript();
    assert!(!shown.contains("sésame") && shown.contains("******"), "{shown}");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn ctrl_c_at_a_question_stops_the_cell_and_the_variables_come_back_with_their_answers() {
    let machine = Machine::with_rust();
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.enter(&asks("nom", "qui"));
    asked(&mut terminal, "qui-1 ");
    terminal.press("Zoé\r");
    terminal.enter(&asks("autre", "quoi"));
    asked(&mut terminal, "quoi-1 ");
    terminal.press(INTERRUPT);
    terminal.wait_for("Cellule interrompue");
    terminal.wait_for("Les variables sont revenues");
    terminal.enter("println!(\"nom-{}\", nom.trim());");
    terminal.wait_for("nom-Zoé");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn what_drives_a_terminal_is_shown_and_not_done() {
    let machine = Machine::with_rust();
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.enter("print!(\"\\x1b[31mrou{}\\x1b[2J\\x1b]0;titre\\x07\", \"ge\");");
    terminal.wait_for("\u{1b}[31mrouge␛[2J␛]0;titre␇\u{1b}[0m");
    assert_eq!(terminal.leave(), Some(0));
}

const READING: &str = r#"---
id: lecture
titre: Une leçon qui lit
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

Une cellule :

```rust cellule="lecture-lignes"
for ligne in std::io::stdin().lines() {
    println!("lu {}", ligne?);
}
println!("fin");
```

Une autre :

```rust cellule="lecture-gourmande"
let trop = vec![1u8; 3 << 30];
println!("{}", trop.len());
```
"#;

fn reading(machine: &Machine, arguments: &[&str]) -> std::process::Command {
    let lesson = machine.lessons().join("02-lecture.md");
    std::fs::write(lesson, READING).unwrap();
    let mut command = machine.command(&["executer", "lecture"]);
    command.args(arguments).arg("--lecons").arg(machine.lessons());
    command
}

#[test]
fn a_command_hands_its_own_input_to_the_cells_and_a_machine_has_none_to_give() {
    let machine = Machine::with_rust();
    let first = ["--cellule", "lecture-lignes"];
    let said = fed(reading(&machine, &first), "un\ndeux");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.out.contains("lu un\nlu deux\nfin\n"), "{said:?}");
    let said = fed(
        reading(&machine, &["--cellule", "lecture-lignes", "--json"]),
        "un\ndeux\n",
    );
    assert_eq!(said.json()["cells"][0]["stdout"], "fin\n", "{said:?}");
}

#[test]
fn a_cell_at_a_prompt_that_is_fed_by_a_pipe_takes_the_next_line() {
    let said = Machine::with_rust().type_in(format!("{}\nZoé\nnom.len()\n", asks("nom", "qui")));
    assert!(
        said.out.contains("qui-1 ") && said.out.contains("\n5\n"),
        "{said:?}"
    );
}

#[test]
fn a_cell_that_wants_too_much_memory_is_told_the_limit_also_to_a_machine() {
    let machine = Machine::with_rust();
    let mut command = reading(&machine, &["--json"]);
    command.env("CAHIER_MEMOIRE", "1024");
    let said = fed(command, "");
    let told = &said.json()["cells"][1];
    assert_eq!(
        (said.code, told["status"].as_str()),
        (Some(1), Some("failed")),
        "{said:?}"
    );
    let error = told["error"].as_str().unwrap();
    assert!(
        error.contains("1\u{a0}Gio") && error.contains("CAHIER_MEMOIRE"),
        "{error}"
    );
}

#[test]
fn a_limit_that_makes_no_sense_is_refused_with_the_variable_s_name() {
    let machine = Machine::with_rust();
    let mut command = reading(&machine, &[]);
    command.env("CAHIER_MEMOIRE", "beaucoup");
    let said = fed(command, "");
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains("CAHIER_MEMOIRE") && said.err.contains("beaucoup"),
        "{said:?}"
    );
}
