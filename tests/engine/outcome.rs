//! How cells end.

use std::time::Duration;

use workbook::engine::{Chunk, Engine as _, Outcome};

use super::{LIMIT, engine, printed, run, value};

#[test]
fn a_panic_tells_its_message_and_its_line_and_keeps_the_variables() {
    let engine = &mut engine();
    printed(engine, "let gardee = 5;");
    let ended = run(
        engine,
        "// une ligne\nlet vide: Vec<u8> = Vec::new();\npanic!(\"aïe, {}\", 3);",
    );
    assert_eq!(
        ended.outcome,
        Outcome::Panicked {
            message: "aïe, 3".to_owned(),
            line: Some(3)
        }
    );
    assert_eq!(value(engine, "gardee"), "5");
}

#[test]
fn a_panic_has_its_line_whatever_earlier_cells_defined() {
    let engine = &mut engine();
    printed(
        engine,
        "use std::collections::HashMap;\nstruct Point { x: usize }\nfn loin(nombres: &[u8]) -> u8 {\n    nombres[9]\n}\n",
    );
    printed(
        engine,
        "let z = 3_usize; let point = Point { x: 4 }; let b: HashMap<u8, u8> = HashMap::new();",
    );
    for (source, line) in [
        (
            "fn autre() {}\nlet d = b.len();\nvec![1, 2][point.x + d + z]",
            Some(3),
        ),
        ("// une ligne\n\nprintln!(\"{}\", [1][point.x]);", Some(3)),
        ("println!(\"{}\", loin(&[1]));", None),
    ] {
        let ended = run(engine, source);
        let Outcome::Panicked { line: found, .. } = ended.outcome else {
            panic!("{source}: {ended:?}");
        };
        assert_eq!(found, line, "{source}");
    }
}

#[test]
fn a_panic_in_another_thread_is_only_words_on_the_error_stream() {
    let ended = run(
        &mut engine(),
        "let _ = std::thread::spawn(|| panic!(\"ailleurs\")).join();",
    );
    assert_eq!(ended.outcome, Outcome::Done);
    assert!(ended.output.stderr.contains("ailleurs"), "{ended:?}");
}

#[test]
fn a_question_mark_that_meets_an_error_ends_the_cell() {
    let engine = &mut engine();
    let ended = run(engine, "let n: u8 = \"300\".parse::<u8>()?; println!(\"{n}\");");
    assert!(
        matches!(&ended.outcome, Outcome::Panicked { message, .. } if message.contains("PosOverflow")),
        "{ended:?}"
    );
    assert_eq!(ended.output.stdout, "");
}

#[test]
fn the_end_of_the_process_is_told_with_its_status_and_loses_variables() {
    let engine = &mut engine();
    printed(engine, "let perdue = 1; fn gardee() -> u8 { 9 }");
    let ended = run(engine, "std::process::exit(3)");
    assert_eq!(ended.outcome, Outcome::Exited { status: 3 });
    assert!(matches!(
        run(engine, "perdue").outcome,
        Outcome::DoesNotCompile(_)
    ));
    assert_eq!(value(engine, "gardee()"), "9");
}

#[test]
fn a_signal_is_told_by_its_number() {
    let engine = &mut engine();
    let ended = run(engine, "std::process::abort()");
    assert_eq!(
        ended.outcome,
        Outcome::Crashed {
            signal: 6,
            stack_overflow: false
        }
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn a_stack_overflow_is_recognised() {
    let engine = &mut engine();
    let source = "fn sans_fond(n: u64) -> u64 { let t = [n; 64]; sans_fond(n + 1) + t[(n % 64) as usize] }
        println!(\"{}\", sans_fond(0));";
    let ended = run(engine, source);
    assert_eq!(
        ended.outcome,
        Outcome::Crashed {
            signal: 6,
            stack_overflow: true
        }
    );
    assert_eq!(printed(engine, "println!(\"après\");"), "après\n");
}

#[test]
fn an_endless_loop_is_stopped_at_the_limit() {
    let engine = &mut engine();
    let limit = Duration::from_secs(3);
    let ended = engine
        .eval("println!(\"avant\"); loop {}", limit, &mut |_| {})
        .unwrap();
    assert_eq!(ended.outcome, Outcome::TimedOut { limit });
    assert_eq!(ended.output.stdout, "avant\n");
    assert_eq!(value(engine, "1 + 1"), "2");
}

#[test]
fn a_compilation_without_end_is_stopped_at_the_limit() {
    let engine = &mut engine();
    printed(engine, "let gardee = 8;");
    let source = "const fn sans_fin() -> u64 { let mut n = 0u64; loop { n = n.wrapping_add(1); } }
        #[allow(long_running_const_eval)] const N: u64 = sans_fin(); println!(\"{N}\");";
    let limit = Duration::from_secs(4);
    let ended = engine.eval(source, limit, &mut |_| {}).unwrap();
    assert_eq!(ended.outcome, Outcome::TimedOut { limit });
    assert_eq!(value(engine, "gardee"), "8");
}

#[test]
fn the_learner_stops_a_cell_from_another_thread() {
    let engine = &mut engine();
    let interrupter = engine.interrupter();
    let ended = engine.eval("println!(\"parti\"); loop {}", LIMIT, &mut |chunk| {
        if matches!(&chunk, Chunk::Stdout(text) if text == "parti\n") {
            let interrupter = std::sync::Arc::clone(&interrupter);
            std::thread::spawn(move || interrupter.interrupt());
        }
    });
    assert_eq!(ended.unwrap().outcome, Outcome::Interrupted);
    assert_eq!(value(engine, "2 + 2"), "4");
}

#[test]
fn an_interruption_between_two_cells_does_nothing() {
    let engine = &mut engine();
    engine.interrupter().interrupt();
    assert_eq!(value(engine, "3"), "3");
}

#[test]
fn a_mistake_is_placed_in_the_learner_s_own_text_accents_included() {
    let source = "// où est passé l’été ?\nlet prénom = \"Zoé\";\nlet somme = prénom + 1;\n";
    let Outcome::DoesNotCompile(diagnostics) = run(&mut engine(), source).outcome else {
        panic!("this compiles?");
    };
    let mistake = &diagnostics[0];
    assert_eq!(mistake.code.as_deref(), Some("E0369"));
    let primary = mistake.spans.iter().find(|span| span.primary).unwrap();
    assert_eq!(&source[primary.range.clone()], "+");
    assert!(
        mistake
            .spans
            .iter()
            .any(|span| &source[span.range.clone()] == "prénom")
    );
}

#[test]
fn a_closure_that_the_next_cell_cannot_have_is_refused_in_french_where_it_is_made() {
    let source = "let été = 1;\nlet ajoute = |x: u8| x + 1;";
    let Outcome::DoesNotCompile(diagnostics) = run(&mut engine(), source).outcome else {
        panic!("it compiled");
    };
    assert!(
        diagnostics[0]
            .message
            .starts_with("La variable `ajoute` est une fermeture"),
        "{diagnostics:?}"
    );
    assert_eq!(&source[diagnostics[0].spans[0].range.clone()], "ajoute");
    assert!(diagnostics[0].help[0].contains("fn ajoute("), "{diagnostics:?}");
}

#[test]
fn an_unclosed_brace_is_a_mistake_like_another() {
    let engine = &mut engine();
    assert!(matches!(
        run(engine, "fn f() { let x = 1;").outcome,
        Outcome::DoesNotCompile(_)
    ));
    assert_eq!(value(engine, "1"), "1");
}

#[test]
fn a_mistake_says_nothing_of_evcxr_and_nothing_of_earlier_cells() {
    let engine = &mut engine();
    printed(engine, "macro_rules! jamais { () => { 1 } }");
    let Outcome::DoesNotCompile(diagnostics) = run(engine, "let c = 7").outcome else {
        panic!("it compiled");
    };
    let shown = format!("{diagnostics:?}");
    assert!(
        shown.contains("expected `;`") && !shown.contains("evcxr"),
        "{shown}"
    );
    let Outcome::DoesNotCompile(diagnostics) = run(engine, "inconnue + 1").outcome else {
        panic!("it compiled");
    };
    assert!(
        !format!("{diagnostics:?}").contains("unused_macros"),
        "{diagnostics:?}"
    );
}

#[test]
fn what_cannot_be_kept_is_refused_in_french_beside_variables_that_hold_texts() {
    let engine = &mut engine();
    printed(
        engine,
        "let seau = \"factures\"; let paires = vec![(\"a\", 1)]; let gras = std::borrow::Cow::from(\"b\");
         let longueur: fn(&str) -> usize = |texte| texte.len();",
    );
    for (cell, said) in [
        ("let double = |n: i32| n * 2;", "`double` est une fermeture"),
        (
            "let local = String::from(seau); let n = longueur(&local); let double = move || n * 2;",
            "`double` est une fermeture",
        ),
        (
            "let choisi = tokio::select! { v = async { paires.len() } => v };",
            "`choisi` n’a pas pu être deviné",
        ),
    ] {
        let Outcome::DoesNotCompile(found) = run(engine, cell).outcome else {
            panic!("{cell}")
        };
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].message.contains(said), "{found:?}");
    }
    let Outcome::DoesNotCompile(found) = run(engine, "let double = |n: i32| n * inconnu;").outcome else {
        panic!("it compiles")
    };
    assert_eq!(found[0].code.as_deref(), Some("E0425"), "{found:?}");
}
