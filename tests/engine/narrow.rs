//! What a cell does not touch is not compiled with it: nothing of that may be seen.

use super::{engine, run, settings};
use engine::EvcxrEngine;
use workbook::engine::{Engine as _, Evaluation, Outcome};

const ATELIER: &str =
    "use prelude::*; let atelier = 3_u8; let suite = vec![1, 2]; std::future::ready(()).await;";

fn done(evaluation: &Evaluation) -> &str {
    assert_eq!(evaluation.outcome, Outcome::Done, "{evaluation:?}");
    &evaluation.output.stdout
}

#[test]
fn variables_that_cells_do_not_name_are_there_afterwards() {
    let mut engine = engine();
    done(&run(&mut engine, ATELIER));
    assert_eq!(done(&run(&mut engine, "println!(\"{}\", 1 + 1);")), "2\n");
    assert!(matches!(
        run(&mut engine, "panic!(\"non\");").outcome,
        Outcome::Panicked { .. }
    ));
    assert_eq!(
        done(&run(&mut engine, "println!(\"{atelier} {suite:?}\");")),
        "3 [1, 2]\n"
    );
}

#[test]
fn a_question_mark_in_plain_rust_ends_the_cell_and_keeps_the_variables() {
    let mut engine = engine();
    done(&run(&mut engine, ATELIER));
    let ended = run(
        &mut engine,
        "let neuf = 9; suite.len(); \"x\".parse::<u8>()?; println!(\"jamais\");",
    );
    assert_eq!(ended.output.stdout, "", "{ended:?}");
    assert!(ended.output.stderr.contains("InvalidDigit"), "{ended:?}");
    assert_eq!(done(&run(&mut engine, "println!(\"{suite:?}\");")), "[1, 2]\n");
    assert!(matches!(
        run(&mut engine, "neuf").outcome,
        Outcome::DoesNotCompile(_)
    ));
}

#[test]
fn a_wrong_import_is_refused_where_it_is_written_even_if_nothing_uses_it() {
    let mut engine = engine();
    done(&run(&mut engine, ATELIER));
    let refused = run(
        &mut engine,
        "use aws_sdk_s3::types::Etiquette; println!(\"oui\");",
    );
    let Outcome::DoesNotCompile(found) = &refused.outcome else {
        panic!("{refused:?}")
    };
    assert_eq!(found[0].code.as_deref(), Some("E0432"), "{found:?}");
}

#[test]
fn an_import_is_still_there_for_the_cell_that_needs_it() {
    let mut engine = engine();
    done(&run(
        &mut engine,
        "use aws_sdk_s3::types::Tag; use aws_sdk_s3::error::ProvideErrorMetadata; std::future::ready(()).await;",
    ));
    assert_eq!(done(&run(&mut engine, "println!(\"{}\", 1);")), "1\n");
    let cell = "println!(\"{:?}\", Tag::builder().key(\"a\").value(\"b\").build().is_ok());";
    assert_eq!(done(&run(&mut engine, cell)), "true\n");
}

#[test]
fn a_variable_that_changes_its_type_is_told_once_and_replaced() {
    let mut engine = engine();
    done(&run(
        &mut engine,
        "struct Point; let point = Point; let autre = 1_u8;",
    ));
    let ended = run(
        &mut engine,
        "let autre = String::from(\"a\"); println!(\"{autre}\");",
    );
    assert_eq!(done(&ended), "a\n");
    assert_eq!(
        done(&run(&mut engine, "println!(\"{}\", autre + \"b\");")),
        "ab\n"
    );
}

#[test]
fn a_variable_of_a_type_that_is_defined_anew_is_told_to_be_lost_at_once() {
    let mut engine = engine();
    done(&run(
        &mut engine,
        "struct Point { x: u8 } let point = Point { x: 1 }; let autre = 2_u8;",
    ));
    let ended = run(
        &mut engine,
        "struct Point { x: u8, y: u8 } println!(\"{}\", Point { x: 1, y: autre }.y);",
    );
    assert_eq!(done(&ended), "2\n");
    assert!(ended.output.stderr.contains("point"), "{ended:?}");
}

#[test]
fn a_variable_is_lost_and_not_misread_when_its_type_is_defined_with_other_fields_of_the_same_names() {
    let mut engine = engine();
    done(&run(
        &mut engine,
        "struct Mot { texte: &'static str } struct Point { mot: Mot, n: u8 } \
         let point = Point { mot: Mot { texte: \"a\" }, n: 1 }; let autre = 2_u8;",
    ));
    let again = "#[derive(Debug)] struct Mot { texte: &'static str }";
    done(&run(&mut engine, again));
    assert_eq!(
        done(&run(&mut engine, "println!(\"{:?} {}\", point.mot, point.n);")),
        "Mot { texte: \"a\" } 1\n"
    );
    let ended = run(
        &mut engine,
        "#[derive(Debug)] struct Mot { texte: usize } println!(\"{autre}\");",
    );
    assert_eq!(done(&ended), "2\n");
    assert!(ended.output.stderr.contains("point"), "{ended:?}");
    let gone = run(&mut engine, "println!(\"{}\", point.mot.texte);");
    assert!(matches!(gone.outcome, Outcome::DoesNotCompile(_)), "{gone:?}");
    let given = "let point = Point { mot: Mot { texte: 7 }, n: 3 }; drop(point);";
    done(&run(&mut engine, given));
    done(&run(
        &mut engine,
        "let point = Point { mot: Mot { texte: 7 }, n: 3 };",
    ));
    assert_eq!(
        done(&run(&mut engine, "println!(\"{}\", point.mot.texte);")),
        "7\n"
    );
    assert!(matches!(run(&mut engine, "drop(point);").outcome, Outcome::Done));
}

#[test]
fn what_a_type_is_made_of_elsewhere_is_told_apart_too() {
    let mut engine = engine();
    for (before, after, name) in [
        (
            "struct /* c */ B1 { x: u8 } let b1 = B1 { x: 7 };",
            "struct /* c */ B1 { x: u64 }",
            "b1",
        ),
        (
            "struct K1; impl K1 { const N: usize = 1; } struct A1 { x: [u8; K1::N], y: u8 } let a1 = A1 { x: [1; K1::N], y: 3 };",
            "struct K1; impl K1 { const N: usize = 1000; }",
            "a1",
        ),
        (
            "mod m1 { pub type T1 = u8; } use m1::*; struct D1 { x: T1 } let d1 = D1 { x: 1 };",
            "mod m1 { pub type T1 = u64; }",
            "d1",
        ),
    ] {
        done(&run(&mut engine, before));
        let told = run(&mut engine, &format!("{after} println!(\"fait\");"));
        assert!(
            told.output.stderr.contains(&format!("`{name}` n’est plus là")),
            "{told:?}"
        );
        assert!(!told.output.stderr.contains("was redefined"), "{told:?}");
    }
}

#[test]
fn a_function_that_a_variable_keeps_runs_where_cells_wait() {
    let mut engine = engine();
    done(&run(&mut engine, ATELIER));
    done(&run(
        &mut engine,
        "let paire: (u8, fn()) = (1, || { tokio::spawn(async { 1 }); });",
    ));
    done(&run(&mut engine, "(paire.1)();"));
}

#[test]
fn a_cell_that_begins_with_what_closes_nothing_is_refused() {
    let mut engine = engine();
    let refused = run(&mut engine, "}\nlet a = 5;\nprintln!(\"{a}\");");
    let Outcome::DoesNotCompile(found) = &refused.outcome else {
        panic!("{refused:?}")
    };
    assert_eq!(found[0].spans[0].range, 0..1, "{found:?}");
}

#[test]
fn a_variable_that_is_named_in_an_included_file_is_passed_on() {
    let mut engine = engine();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("suite.rs");
    std::fs::write(&file, "suite.len()").unwrap();
    done(&run(&mut engine, ATELIER));
    let cell = format!("println!(\"{{}}\", include!({file:?}));");
    assert_eq!(done(&run(&mut engine, &cell)), "2\n");
}

#[test]
fn a_variable_that_is_given_away_is_gone_with_compiled_cells_kept_and_without() {
    let kept = tempfile::tempdir().unwrap();
    let mut settings = settings();
    settings.cells = Some(kept.path().to_owned());
    let mut engine = EvcxrEngine::start(settings).unwrap();
    for _ in 0..2 {
        done(&run(
            &mut engine,
            "let mot = String::from(\"mot\"); let autre = 1_u8;",
        ));
        assert_eq!(
            done(&run(&mut engine, "let pris = mot; println!(\"{pris}\");")),
            "mot\n"
        );
        let Outcome::DoesNotCompile(found) = run(&mut engine, "mot.len()").outcome else {
            panic!("mot is still there")
        };
        assert_eq!(found[0].code.as_deref(), Some("E0425"), "{found:?}");
        assert_eq!(
            done(&run(&mut engine, "println!(\"{pris} {autre}\");")),
            "mot 1\n"
        );
        engine.reset().unwrap();
    }
}

#[test]
fn variables_are_called_as_the_learner_likes() {
    let mut engine = engine();
    done(&run(&mut engine, ATELIER));
    done(&run(
        &mut engine,
        "let runtime = \"python3.13\".to_owned(); let r#type = 5_u8; let été = 6_u8; let étudiant·es = 7_u8;",
    ));
    done(&run(&mut engine, "println!(\"{}\", 1);"));
    let cell = "std::future::ready(()).await; println!(\"{runtime} {} {été} {}\", r#type, étudiant·es);";
    assert_eq!(done(&run(&mut engine, cell)), "python3.13 5 6 7\n");
}

#[test]
fn a_closure_of_an_earlier_cell_finds_what_it_was_made_for() {
    let mut engine = engine();
    let made =
        "let lance: Box<dyn Fn()> = Box::new(|| { tokio::spawn(async {}); }); std::future::ready(()).await;";
    done(&run(&mut engine, made));
    done(&run(&mut engine, "lance();"));
}

#[test]
fn what_a_string_holds_is_not_read_as_code() {
    let mut engine = engine();
    done(&run(&mut engine, ATELIER));
    let cell = "println!(\"\nuse prelude::*;\nuse {suite:?};\n\");";
    assert_eq!(
        done(&run(&mut engine, cell)),
        "\nuse prelude::*;\nuse [1, 2];\n\n"
    );
}

#[test]
fn a_cell_with_a_macro_of_its_own_for_printing_still_panics() {
    let mut engine = engine();
    let cell = "macro_rules! println { ($($t:tt)*) => {} } panic!(\"non\");";
    assert!(matches!(run(&mut engine, cell).outcome, Outcome::Panicked { .. }));
}

#[test]
fn compiled_cells_that_are_damaged_are_compiled_again() {
    let kept = tempfile::tempdir().unwrap();
    let start = || {
        let mut settings = settings();
        settings.cells = Some(kept.path().to_owned());
        EvcxrEngine::start(settings).unwrap()
    };
    let cell = "let a = 1_u8; println!(\"{a}\");";
    assert_eq!(done(&run(&mut start(), cell)), "1\n");
    for entry in std::fs::read_dir(kept.path()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
    }
    assert_eq!(done(&run(&mut start(), cell)), "1\n");
}

/// The order in which evcxr writes what a session holds is another one in each process.
#[test]
fn what_one_engine_compiled_another_one_finds() {
    let kept = tempfile::tempdir().unwrap();
    let files = || {
        let names = std::fs::read_dir(kept.path()).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    let cells = [
        "use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque}; use std::rc::Rc; use std::fmt::Debug;",
        "macro_rules! double { ($n:expr) => { 2 * $n } }\n/// Deux.\nfn deux() -> u8 { double!(1) }\n\n// Un point.\nstruct Point { x: u8 }",
        "fn montrer(point: &Point) -> String { format!(\"{}\", point.x) }\n\n/// Dit.\nfn dire(quoi: impl Debug) -> String { format!(\"{quoi:?}\") }",
        "let a = BTreeMap::from([(1, 2)]); let b = BTreeSet::from([3]); let c = VecDeque::from([4]); let d = Rc::new(5);",
        "let point = Point { x: deux() }; let f = HashMap::from([(6, 7)]); let g = String::from(\"g\");",
        "drop(g); println!(\"{}{}\", a.len() + b.len(), dire(&c));",
        "format!(\"{}{}{}{}\", montrer(&point), d, f[&6], dire(double!(deux())))",
    ];
    let mut found = Vec::new();
    for _ in 0..2 {
        let mut settings = settings();
        settings.cells = Some(kept.path().to_owned());
        let mut engine = EvcxrEngine::start(settings).unwrap();
        let [.., last] = cells.map(|cell| run(&mut engine, cell));
        assert_eq!(last.output.rich[0].data, "\"2574\"", "{last:?}");
        found.push(files());
    }
    assert!(found[0].len() > cells.len(), "{found:?}");
    assert_eq!(found[0], found[1]);
}

#[test]
fn a_failed_cell_tells_which_variables_went_with_it() {
    let mut engine = engine();
    done(&run(
        &mut engine,
        "let a = 1; let b = String::from(\"b\"); let c = 3;",
    ));
    let failed = run(&mut engine, "let a: i32 = \"x\".parse()?;");
    assert!(failed.output.stderr.contains("`a` a disparu"), "{failed:?}");
    let failed = run(&mut engine, "drop(b); \"x\".parse::<u8>()?;");
    assert!(failed.output.stderr.contains("`b` a disparu"), "{failed:?}");
    let failed = run(&mut engine, "\"x\".parse::<u8>()?;");
    assert!(!failed.output.stderr.contains("disparu"), "{failed:?}");
    assert_eq!(done(&run(&mut engine, "println!(\"{c}\");")), "3\n");
}

#[test]
fn what_the_standard_library_makes_by_macros_has_types() {
    let mut engine = engine();
    let source = r#"let texte = 5u64.to_string();
let puissance = 5u8.checked_pow(2);
let suite: Vec<String> = Vec::new();
let mut textes = Vec::new();
for n in 0u64..3 { textes.push(n.to_string()); }
let non_nul = std::num::NonZeroU8::new(3);
let double = non_nul.map(|n| n.saturating_mul(n).get());
let racine = 2.5f64.sqrt().max(1.0);
let essai = u8::try_from(300i32).is_err();
let lu = "12".parse::<i16>();
let somme = (1..5).map(|n| n * 2).sum::<i32>();
let enveloppe = std::num::Wrapping(3u8) + std::num::Wrapping(4);
let octets = 7u32.to_be_bytes();
let compteur = std::sync::atomic::AtomicU32::new(3);
let avant = compteur.load(std::sync::atomic::Ordering::SeqCst);
let duree = std::time::Duration::from_secs(3) * 2;
let tuple = (1u8, 'a').clone();
let ordre = (1u8, 2i64) < (1, 3);
let tableau = [1u8; 4].map(u16::from);
let pointee = std::rc::Rc::new(std::cell::RefCell::new(Some(2usize)));"#;
    done(&run(&mut engine, source));
    assert_eq!(
        done(&run(&mut engine, "println!(\"{octets:?}\");")),
        "[0, 0, 0, 7]\n"
    );
}

#[test]
fn a_variable_whose_type_is_not_found_out_is_refused_where_it_is_made() {
    let mut engine = engine();
    for cell in [
        "let choisi = tokio::select! { v = async { 1 } => v };",
        "let choisi = panic!(\"non\");",
    ] {
        let refused = run(&mut engine, cell);
        let Outcome::DoesNotCompile(found) = &refused.outcome else {
            panic!("{refused:?}")
        };
        let place = &found[0].spans[0].range;
        assert_eq!((found.len(), &cell[place.clone()]), (1, "choisi"), "{found:?}");
        assert!(found[0].message.contains("pu être deviné"), "{found:?}");
    }
    let mistaken = run(&mut engine, "let n = vec![1].len()?;");
    let Outcome::DoesNotCompile(found) = &mistaken.outcome else {
        panic!("{mistaken:?}")
    };
    assert_eq!(found[0].code.as_deref(), Some("E0277"), "{found:?}");
    let told = "let choisi: i32 = tokio::select! { v = async { 1 } => v };";
    done(&run(&mut engine, told));
    assert_eq!(done(&run(&mut engine, "println!(\"{choisi}\");")), "1\n");
}
