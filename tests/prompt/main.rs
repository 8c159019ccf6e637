//! The workbook at its prompt: fed by a pipe with the lines that a learner types, and at a terminal where
//! keys matter.
#![allow(clippy::unwrap_used)]

mod interrupts;
#[path = "../support/mod.rs"]
mod support;

use interrupts::with_a_variable;
use support::terminal::{INTERRUPT, Terminal};
use support::{Machine, fed};

#[test]
fn a_lesson_is_read_block_by_block_and_resumed_where_it_was_left() {
    let machine = Machine::new();
    let first = machine.type_in("\n\n");
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(
        first.out.contains("Premiers pas") && first.out.contains("somme = 1 + 2"),
        "{}",
        first.out
    );
    assert!(!first.out.contains("Le double"));
    let second = machine.type_in("\n:quitter\n");
    assert!(
        second.out.contains("Tu en étais à") && second.out.contains("Le double"),
        "{}",
        second.out
    );
    assert!(!second.out.contains("Premiers pas"));
}

const TITLED: &str = r"---
id: titree
titre: Une leçon avec son titre
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

# Une leçon avec son titre

## Le début

De quoi lire.

## La suite

Encore de quoi lire.
";

#[test]
fn each_enter_shows_something_to_read_the_first_one_too() {
    let machine = Machine::new();
    std::fs::write(machine.lessons().join("00-titree.md"), TITLED).unwrap();
    let first = machine.type_in("\n");
    for shown in ["Une leçon avec son titre", "Le début", "De quoi lire."] {
        assert!(first.out.contains(shown), "{shown}: {}", first.out);
    }
    assert!(!first.out.contains("La suite"), "{}", first.out);
    let second = machine.type_in("\n");
    assert!(second.out.contains("Encore de quoi lire."), "{}", second.out);
}

#[test]
fn asked_for_no_lesson_in_particular_the_prompt_lists_them_and_says_how_to_open_one() {
    let said = Machine::new().type_in(":lecon\n");
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""));
    assert!(
        said.out.contains("Une leçon d'essai") && said.out.contains(":lecon suivi"),
        "{}",
        said.out
    );
}

#[test]
fn an_exercise_is_answered_at_the_prompt_without_any_toolchain() {
    let machine = Machine::new();
    let described = machine.on_lessons(&["exercice", "essai-double", "--json"]).json();
    let right = described["parameters"]["n"].as_f64().unwrap() * 2.0;
    let said = machine.type_in(format!(
        ":exercise essai-double\n:indice\n:reponse 1\n:answer {right}\n:solution\n:progres\n"
    ));
    for expected in [
        "Doubler, c'est multiplier.",
        "Pas encore",
        "Réussi",
        "✓ essai-double",
    ] {
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
    }
    let progress = machine.on_lessons(&["progres", "--json"]).json();
    assert_eq!(progress["lessons"][0]["exercises"][0]["attempts"], 2);
}

#[test]
fn an_archive_is_answered_at_the_prompt_by_its_path_and_a_document_over_several_lines() {
    let machine = Machine::new();
    std::fs::write(machine.folder.path().join("couche.zip"), "pas un zip").unwrap();
    let said = fed(
        machine.command(&[]),
        ":exercice couche-module\n:reponse\n:reponse absente.zip\n:reponse couche.zip\n\
         :exercice cycle-archiver\n:reponse {\n  \"Rules\": [\n  ]\n}\n",
    );
    for expected in [
        "du chemin de ton archive",
        "Il n’y a pas de fichier lisible, de 50\u{a0}Mo au plus, à «\u{a0}absente.zip\u{a0}»",
        "ce n’est pas un ZIP",
        "de ton JSON, ou du nom de son fichier",
        "MalformedXML",
    ] {
        assert!(said.out.contains(expected), "{expected}: {}", said.out);
    }
    assert!(
        said.err.contains("«\u{a0}:reponse couche.zip\u{a0}»"),
        "{}",
        said.err
    );
}

#[test]
fn the_clock_moves_and_never_by_something_that_is_no_duration() {
    let said = Machine::new().type_in(":horloge\n:horloge avancer 2j\n:horloge avancer demain\n:calls\n");
    assert_eq!(said.out.matches("Heure simulée").count(), 2, "{}", said.out);
    assert!(
        said.err.contains("«\u{a0}demain\u{a0}» n’est pas une durée"),
        "{}",
        said.err
    );
    assert!(said.out.contains("Aucun appel"));
}

#[test]
fn help_and_a_typing_slip_lead_to_the_right_command() {
    let said = Machine::new().type_in(":help\n:executr\n");
    for command in [":executer", ":reponse", ":horloge", ":reinitialiser", ":quitter"] {
        assert!(said.out.contains(command), "{command}: {}", said.out);
    }
    assert!(said.err.contains("«\u{a0}:executer\u{a0}»"), "{}", said.err);
}

#[test]
fn rust_without_a_toolchain_says_what_is_missing_and_goes_on() {
    let said = Machine::new().type_in("1 + 1\n:lecons\n");
    assert!(said.err.contains("rustup"), "{}", said.err);
    assert!(said.out.contains("Une leçon d'essai"));
}

#[test]
fn cells_and_typed_rust_share_their_variables() {
    let machine = Machine::with_rust();
    let said = machine.type_in("\n\n:executer\nsomme * 10\nlet été = 1 +;\npanic!(\"aïe\")\nsomme + 1\n");
    assert!(said.out.contains("somme 3"), "{said:?}");
    assert!(
        said.out.contains("30") && said.out.contains("ne compile pas"),
        "{}",
        said.out
    );
    assert!(
        said.out.contains("a paniqué") && said.out.contains("aïe"),
        "{}",
        said.out
    );
    assert!(
        said.out.trim_end().ends_with("4\nÀ bientôt\u{a0}!"),
        "{}",
        said.out
    );
}

#[test]
fn what_a_cell_leaves_unfinished_ends_before_anything_else_is_shown() {
    let said = Machine::with_rust().type_in("print!(\"sans fin\"); 5\n");
    assert!(said.out.contains("sans fin\n5\n"), "{}", said.out);
}

#[test]
fn lines_typed_ahead_and_lines_pasted_at_once_all_run() {
    let machine = Machine::with_rust();
    let mut terminal = with_a_variable(&machine);
    terminal.enter(
        "println!(\"pret-{}\", 1); while !std::path::Path::new(\"porte\").exists() { std::thread::yield_now(); }",
    );
    terminal.wait_for("pret-1");
    terminal.press(
        "println!(\"un-{}\", gardee);\rprintln!(\"deux-{}\", gardee);\rprintln!(\"trois-{}\", gardee);\r",
    );
    std::fs::write(machine.folder.path().join("porte"), "").unwrap();
    for shown in ["un-41", "deux-41", "trois-41"] {
        terminal.wait_for(shown);
    }
    terminal.enter("println!(\"quatre-{}\", gardee);\rprintln!(\"cinq-{}\", gardee);");
    terminal.wait_for("quatre-41");
    terminal.wait_for("cinq-41");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn a_line_that_is_no_text_is_told_and_the_next_one_is_read() {
    let machine = Machine::new();
    let said = machine.type_in(b":horloge\n\xff\xfe\n:lecons\n");
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(said.err.contains("n’est pas du texte UTF-8"), "{said:?}");
    assert!(said.out.contains("Une leçon d'essai"), "{said:?}");
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.wait_for("cahier> ");
    terminal.press(b"abc \xe9 def\r");
    terminal.wait_for("n’est pas du texte UTF-8");
    terminal.enter(":lecons");
    terminal.wait_for("Une leçon d'essai");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn words_that_a_command_does_not_take_are_refused_and_not_passed_over() {
    for (line, told) in [
        (
            ":indice 99",
            "«\u{a0}99\u{a0}» est de trop après «\u{a0}:indice\u{a0}»",
        ),
        (":progres zz", "est de trop"),
        (":debut zz", "est de trop"),
        (":quit maintenant", "«\u{a0}:quitter\u{a0}»"),
        (":horloge reculer 3", "ne recule pas"),
        (
            ":horloge tourner",
            "n’est pas attendu après «\u{a0}:horloge\u{a0}»",
        ),
        (":horloge avancer 9999999999j", "cent ans au plus"),
        (
            ":executer essai-adition",
            "voulais-tu dire «\u{a0}essai-addition\u{a0}»",
        ),
        (
            ":exercice essai-double\n:solution zz",
            "«\u{a0}:solution abandonner\u{a0}»",
        ),
        (":lecon zzz", "«\u{a0}:lecons\u{a0}» en donne la liste"),
    ] {
        let said = Machine::new().type_in(format!("{line}\n:lecons\n"));
        assert!(said.err.contains(told), "{line}: {said:?}");
        assert!(said.out.contains("Une leçon d'essai"), "{line}: {said:?}");
    }
}

#[test]
fn help_fits_a_terminal_of_eighty_columns() {
    let said = Machine::new().type_in(":aide\n");
    let lines = said.out.lines().skip_while(|line| !line.contains(":aide "));
    for line in lines {
        assert!(line.chars().count() <= 80, "{line}");
    }
    assert!(
        said.out.contains("\n                            (:reset)\n"),
        "{}",
        said.out
    );
}

#[test]
fn a_window_that_was_made_narrower_is_written_into_as_it_is_now() {
    let machine = Machine::new();
    let mut prompt = machine.prompt();
    let mut terminal = Terminal::sized(prompt.env("NO_COLOR", "1"), 100, 40);
    terminal.enter(":lecons");
    terminal.wait_for("leçon d'essai");
    terminal.widen(machine.folder.path(), 40);
    terminal.enter(":exercice essai-double");
    terminal.enter(":indice");
    terminal.wait_for("toujours.");
    let shown = terminal.transcript();
    let narrow = shown.rsplit_once(":exercice essai-double").unwrap().1;
    assert!(
        narrow.contains("→ ") && narrow.contains("Chaque indice"),
        "{narrow}"
    );
    for line in narrow.lines().filter(|line| !line.contains("cahier>")) {
        assert!(line.trim_end().chars().count() <= 40, "{line}");
    }
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn an_answer_or_a_command_without_what_stands_before_it_is_told_how_to_be_written() {
    let said = Machine::new().type_in(":exercice essai-double\n40 RCU\naide\nlecon essai\ncahier progres\n");
    for words in [
        "«\u{a0}:reponse 40 RCU\u{a0}»",
        "«\u{a0}:aide\u{a0}»",
        "«\u{a0}:lecon essai\u{a0}»",
        "tu es déjà dans Cahier",
    ] {
        assert!(said.err.contains(words), "{words}: {said:?}");
    }
    // Nothing of it was an answer.
    assert!(!said.out.contains("point\n│"), "{said:?}");
}

#[test]
fn where_rust_runs_a_number_alone_and_a_word_that_does_not_compile_are_told_so_too() {
    let machine = Machine::with_rust();
    let said = machine.type_in("40\n:exercice essai-double\n40\nlet aide = 1;\nquitter\naide\n");
    assert_eq!(said.out.matches(":reponse 40").count(), 1, "{said:?}");
    assert!(said.out.contains("«\u{a0}:quitter\u{a0}»"), "{said:?}");
    assert!(!said.out.contains("«\u{a0}:aide\u{a0}»"), "{said:?}");
}

#[test]
fn a_cell_is_run_by_its_name() {
    let said = Machine::with_rust().type_in(":executer essai-addition\nsomme + 1\n");
    assert!(said.out.contains("somme 3\n4\n"), "{said:?}");
}

#[test]
fn after_a_crash_simulated_time_goes_on_and_items_without_a_name_come_back() {
    let said = Machine::with_rust().type_in(
        "struct P(i32);\nimpl P { fn plus(&self) -> i32 { self.0 + 1 } }\nunsafe extern \"C\" { fn getpid() -> i32; }\n\
         let p = P(6);\n:horloge avancer 2j\nstd::process::exit(1)\n:horloge\np.plus()\n",
    );
    let day = |line: &str| {
        let words: Vec<&str> = line.split([' ', '/']).rev().take(5).collect();
        [words[2], words[3], words[4], words[1]].join(" ")
    };
    let shown: Vec<String> = said
        .out
        .lines()
        .filter(|line| line.starts_with("Heure"))
        .map(day)
        .collect();
    assert!(shown.len() == 2 && shown[0] <= shown[1], "{shown:?}");
    assert!(
        said.out.contains("4\u{a0}cellules rejouées") && said.out.contains("\n7\n"),
        "{said:?}"
    );
    assert!(said.out.contains("sans reculer l’horloge"), "{said:?}");
}

#[test]
fn tab_completes_a_client_of_an_earlier_cell_and_its_methods_are_explained() {
    let machine = Machine::with_rust();
    let mut terminal = Terminal::open(&machine.prompt());
    terminal.enter("let client = prelude::commencer(\"tab\").await.s3.clone(); println!(\"pret-{}\", 1);");
    terminal.wait_for("pret-1");
    terminal.wait_for("cahier> ");
    terminal.press("client.list_b");
    terminal.press_until("\t", "list_buckets()");
    assert!(!terminal.transcript().contains("possibilities"));
    terminal.press(INTERRUPT);
    terminal.enter(":doc client.list_buckets");
    terminal.wait_for("pub fn list_buckets(&self) -> ListBucketsFluentBuilder");
    terminal.wait_for("fluent builder");
    terminal.enter(":variables");
    terminal.wait_for("(aws_sdk_s3)");
    terminal.enter(":type \"été\".len()");
    terminal.wait_for("usize");
    terminal.enter(":doc nimporte_quoi");
    terminal.wait_for("Je ne trouve rien sur");
    assert_eq!(terminal.leave(), Some(0));
}

#[test]
fn a_library_that_is_asked_for_at_the_prompt_is_there_for_the_cells_that_follow() {
    let machine = Machine::with_rust();
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("src")).unwrap();
    let manifest = "[package]\nname = \"petit\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[workspace]\n";
    std::fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
    std::fs::write(
        folder.path().join("src/lib.rs"),
        "pub fn nombre() -> u32 { 640 + 2 }",
    )
    .unwrap();
    let said = machine.type_in(format!(
        ":dep petit = {{ path = {:?} }}\nprintln!(\"{{}}\", petit::nombre());\n:dep\n",
        folder.path()
    ));
    assert!(said.out.contains("642"), "{said:?}");
    assert!(said.err.contains(":dep rand = "), "{said:?}");
}
