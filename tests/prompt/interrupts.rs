//! Ctrl-C at the prompt: it ends what runs or is waited for, and nothing else.

use super::support::Machine;
use super::support::terminal::{INTERRUPT, Terminal};

/// A prompt at which `gardee` is 41.
pub(super) fn with_a_variable(machine: &Machine) -> Terminal {
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.enter("let gardee = 41; println!(\"posee-{gardee}\");");
    terminal.wait_for("posee-41");
    terminal
}

/// Runs a cell without end, and interrupts it once it runs.
fn interrupted(terminal: &mut Terminal, word: &str, keys: &str) {
    terminal.enter(&format!("println!(\"parti-{{}}\", \"{word}\"); loop {{}}"));
    terminal.wait_for(&format!("parti-{word}"));
    terminal.press(keys);
    terminal.wait_for("Cellule interrompue");
}

#[test]
fn ctrl_c_stops_one_cell_after_another_and_the_variables_come_back_each_time() {
    let machine = Machine::with_rust();
    let mut terminal = with_a_variable(&machine);
    for (word, expected) in [("une", "vaut-42"), ("deux", "vaut-43")] {
        interrupted(&mut terminal, word, INTERRUPT);
        terminal.wait_for("Les variables sont revenues");
        let more = expected.trim_start_matches("vaut-4").parse::<u8>().unwrap() - 1;
        terminal.enter(&format!("println!(\"vaut-{{}}\", gardee + {more});"));
        terminal.wait_for(expected);
    }
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn two_quick_ctrl_c_stop_the_cell_and_lose_no_variable() {
    let machine = Machine::with_rust();
    let mut terminal = with_a_variable(&machine);
    interrupted(&mut terminal, "une", &INTERRUPT.repeat(2));
    terminal.enter("println!(\"vaut-{}\", gardee + 1);");
    terminal.wait_for("vaut-42");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn ctrl_c_while_a_cell_compiles_loses_nothing_and_replays_nothing() {
    let machine = Machine::with_rust();
    let mut terminal = with_a_variable(&machine);
    terminal.enter(
        "const fn sans_fin() -> u64 { let mut n = 0u64; loop { n = n.wrapping_add(1); } } \
         #[allow(long_running_const_eval)] const N: u64 = sans_fin(); println!(\"{N}\");",
    );
    terminal.wait_for("compilation…");
    terminal.press(INTERRUPT);
    terminal.wait_for("Cellule interrompue avant d’être exécutée\u{a0}: rien n’est perdu.");
    terminal.enter("println!(\"vaut-{}\", gardee + 1);");
    terminal.wait_for("vaut-42");
    assert!(
        !terminal.transcript().contains("rejouée"),
        "{}",
        terminal.transcript()
    );
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn ctrl_c_while_the_engine_starts_ends_the_waiting_and_not_the_start() {
    let machine = Machine::with_rust();
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.enter("println!(\"jamais-{}\", 1);");
    terminal.wait_for("démarrage du moteur Rust");
    terminal.press(INTERRUPT);
    terminal.wait_for("le moteur Rust démarre encore, en arrière-plan");
    terminal.enter(":lecons");
    terminal.wait_for("Une leçon d'essai");
    terminal.enter("println!(\"enfin-{}\", 2);");
    terminal.wait_for("enfin-2");
    assert!(
        !terminal.transcript().contains("jamais-1"),
        "{}",
        terminal.transcript()
    );
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn a_command_that_is_interrupted_while_the_engine_starts_says_so_and_ends() {
    let machine = Machine::with_rust();
    let mut command = machine.command(&["executer", "essai", "--lecons"]);
    command.arg(machine.lessons());
    let mut terminal = Terminal::open(&command);
    terminal.wait_for("démarrage du moteur Rust");
    terminal.press(INTERRUPT);
    terminal.wait_for("interrompu");
    let shown = terminal.transcript();
    assert!(!shown.contains("relance"), "{shown}");
    assert_eq!(terminal.end(), Some(2));
}
