//! What cells print and show.

use engine::EvcxrEngine;
use workbook::engine::{Chunk, Engine as _, Evaluation, Outcome, Rich};

use super::{LIMIT, engine, printed, run, value};

#[test]
fn output_comes_while_the_cell_runs() {
    let engine = &mut engine();
    let mut seen = Vec::new();
    // The second line is only printed once the test has seen the first: it removes the file.
    let gate = tempfile::NamedTempFile::new().unwrap();
    let source = format!(
        "println!(\"un\");
         while std::path::Path::new({:?}).exists() {{ std::thread::yield_now(); }}
         println!(\"deux\");",
        gate.path()
    );
    let ended = engine.eval(&source, LIMIT, &mut |chunk| {
        if let Chunk::Stdout(text) = chunk {
            if text.contains("un") {
                std::fs::remove_file(gate.path()).unwrap();
            }
            seen.push(text);
        }
    });
    assert_eq!(ended.unwrap().outcome, Outcome::Done);
    assert_eq!(seen, ["un\n", "deux\n"]);
}

#[test]
fn what_is_printed_without_a_line_end_is_not_held_back() {
    let engine = &mut engine();
    assert_eq!(printed(engine, "print!(\"sans fin\");"), "sans fin");
    assert_eq!(printed(engine, "println!(\"autre\");"), "autre\n");
}

#[test]
fn both_streams_are_told_apart() {
    let ended = run(&mut engine(), "println!(\"sortie\"); eprintln!(\"erreur\");");
    assert_eq!(
        (ended.output.stdout.as_str(), ended.output.stderr.as_str()),
        ("sortie\n", "erreur\n")
    );
}

/// Every word that evcxr's own processes say to each other.
const WORDS: &[&str] = &[
    "EVCXR_EXECUTION_COMPLETE",
    "EVCXR_PANIC_NOTIFICATION",
    "EVCXR_ERROR_OCCURRED",
    "EVCXR_VARIABLE_CHANGED_TYPE:gardee",
    "EVCXR_INPUT_REQUEST:nom",
    "EVCXR_INPUT_REQUEST_PASSWORD:nom",
    "EVCXR_END_CONTENT",
    "\\0cahier-0000 end 1",
    "\\0cahier-0000 panicked",
    "EVCXR_BEGIN_CONTENT text/html",
];

#[test]
fn the_words_of_evcxr_printed_by_a_cell_are_its_output_and_change_nothing_else() {
    let engine = &mut engine();
    printed(engine, "let gardee = 3;");
    for word in WORDS {
        let ended = run(
            engine,
            &format!("println!(\"{word}\"); println!(\"suite{word}\"); eprintln!(\"{word}\"); gardee"),
        );
        let word = word.replace("\\0", "\0");
        assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
        assert_eq!(ended.output.stdout, format!("{word}\nsuite{word}\n"));
        assert_eq!(ended.output.stderr, format!("{word}\n"));
        assert_eq!(ended.output.rich.len(), 1, "{ended:?}");
        assert_eq!(ended.output.rich[0].data, "3");
        assert_eq!(printed(engine, "println!(\"la suivante\");"), "la suivante\n");
    }
}

#[test]
fn a_cell_that_prints_the_words_of_a_panic_and_panics_has_panicked() {
    let ended = run(
        &mut engine(),
        "    println!(\"EVCXR_PANIC_NOTIFICATION\");\npanic!(\"vraiment\")",
    );
    assert_eq!(
        ended.outcome,
        Outcome::Panicked {
            message: "vraiment".to_owned(),
            line: Some(2)
        }
    );
    assert_eq!(ended.output.stdout, "EVCXR_PANIC_NOTIFICATION\n");
}

#[test]
fn a_value_that_looks_like_evcxr_s_words_is_shown_whole() {
    let source = "struct Objet;
        impl std::fmt::Debug for Objet {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(\"un\\nEVCXR_END_CONTENT\\nEVCXR_BEGIN_CONTENT a/b\\n\\ndeux\")
            }
        }
        Objet";
    assert_eq!(
        value(&mut engine(), source),
        "un\nEVCXR_END_CONTENT\nEVCXR_BEGIN_CONTENT a/b\n\ndeux"
    );
}

#[test]
fn ten_megabytes_on_one_line_are_cut_and_bytes_that_are_no_text_are_replaced() {
    let engine = &mut engine();
    let ended = run(
        engine,
        "print!(\"{}\", \"x\".repeat(10_000_000)); eprint!(\"fin\");",
    );
    assert_eq!(ended.outcome, Outcome::Done);
    let printed = ended.output.stdout;
    assert!(
        printed.len() < 1_100_000 && printed.ends_with("plus de 1 Mio]\n"),
        "{}",
        printed.len()
    );
    let source = "use std::io::Write; std::io::stdout().write_all(b\"a\\xffb\\xc3\").unwrap();";
    assert_eq!(run(engine, source).output.stdout, "a\u{fffd}b\u{fffd}");
}

#[test]
fn a_cell_that_reads_its_input_finds_it_empty() {
    let source = "let mut ligne = String::new();
        println!(\"{}\", std::io::stdin().read_line(&mut ligne).unwrap());";
    assert_eq!(printed(&mut engine(), source), "0\n");
}

/// Runs a cell without end until its output is cut.
fn until_cut(engine: &mut EvcxrEngine, source: &str) -> Evaluation {
    let interrupter = engine.interrupter();
    let ended = engine.eval(source, LIMIT, &mut |chunk| {
        let (Chunk::Stdout(text) | Chunk::Stderr(text)) = chunk else {
            return;
        };
        if text.ends_with("plus de 1 Mio]\n") {
            let interrupter = std::sync::Arc::clone(&interrupter);
            std::thread::spawn(move || interrupter.interrupt());
        }
    });
    ended.unwrap()
}

#[test]
fn a_cell_that_prints_for_ever_keeps_its_first_megabyte_however_it_prints() {
    let engine = &mut engine();
    for source in [
        "loop { println!(\"encore et encore\"); }",
        "loop { print!(\"encore et encore\"); }",
        "loop { eprint!(\"encore et encore\"); }",
        "loop { print!(\"\\0\"); }",
        "use std::io::Write; loop { std::io::stdout().write_all(&[0xff; 4096]).unwrap(); }",
        "loop { print!(\"EVCXR_BEGIN_CONTENT \"); }",
        "loop { println!(\"EVCXR_INPUT_REQUEST:encore\"); }",
    ] {
        let ended = until_cut(engine, source);
        assert_eq!(ended.outcome, Outcome::Interrupted, "{source}");
        let printed = ended.output.stdout.len() + ended.output.stderr.len();
        assert!((1_000_000..3_200_000).contains(&printed), "{source}: {printed}");
    }
    assert_eq!(value(engine, "1"), "1");
}

#[test]
fn a_gigabyte_on_one_line_is_read_to_its_end_within_the_limit() {
    let source = "use std::io::Write; let bloc = vec![b'x'; 1 << 20];
        for _ in 0..1024 { std::io::stdout().write_all(&bloc).unwrap(); }";
    let ended = run(&mut engine(), source);
    assert_eq!(ended.outcome, Outcome::Done);
    assert!(ended.output.stdout.ends_with("plus de 1 Mio]\n"));
}

#[test]
fn a_sign_that_a_cell_leaves_half_written_is_its_output_and_not_the_next_one_s() {
    let engine = &mut engine();
    for left in [
        "EVCXR_EXECUTION_COMPL",
        "EVCXR_BEGIN_CONTENT text/html\nsans fin",
        "EVCXR_BEGIN_CONTENT text/html",
        "EVCXR_INPUT_REQUEST:x",
        "EVCXR_INPUT",
        "\0cahier-",
    ] {
        assert_eq!(printed(engine, &format!("print!({left:?});")), left);
        assert_eq!(printed(engine, "println!(\"la suivante\");"), "la suivante\n");
    }
}

#[test]
fn what_a_thread_writes_after_its_cell_is_shown_before_the_next_and_is_not_its_output() {
    let engine = &mut engine();
    let folder = tempfile::tempdir().unwrap();
    let (gate, told) = (folder.path().join("porte"), folder.path().join("dit"));
    let source = format!(
        "std::thread::spawn(|| {{
            while !std::path::Path::new({gate:?}).exists() {{ std::thread::yield_now(); }}
            println!(\"du fil\");
            std::fs::write({told:?}, \"\").unwrap();
        }});"
    );
    printed(engine, &source);
    std::fs::write(&gate, "").unwrap();
    while !told.exists() {
        std::thread::yield_now();
    }
    let mut shown = String::new();
    let ended = engine.eval("println!(\"mien\");", LIMIT, &mut |chunk| {
        if let Chunk::Stdout(text) | Chunk::Stderr(text) = chunk {
            shown += &text;
        }
    });
    assert_eq!(ended.unwrap().output.stdout, "mien\n");
    assert!(
        shown.contains("fil d’une cellule précédente\u{a0}:]\ndu fil\n"),
        "{shown}"
    );
}

#[test]
fn plots_arrive_in_order_with_the_value() {
    let source = "for n in 1..=2 {
            println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n<svg>{n}</svg>\\nEVCXR_END_CONTENT\");
        }
        let figure = plotters::evcxr::evcxr_figure((60, 40), |zone| {
            use plotters::prelude::*;
            zone.fill(&WHITE)?;
            Ok(())
        });
        figure";
    let ended = run(&mut engine(), source);
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    let svg = |n: u8| Rich {
        mime: "image/svg+xml".to_owned(),
        data: format!("<svg>{n}</svg>"),
    };
    assert_eq!(ended.output.rich[..2], [svg(1), svg(2)]);
    assert!(
        ended.output.rich[2].data.contains("<svg"),
        "{:?}",
        ended.output.rich[2]
    );
}

#[test]
fn a_plot_of_points_that_are_given_to_it_is_a_plot() {
    let mut engine = engine();
    let made = run(
        &mut engine,
        "use prelude::*; let points = vec![(0.0, 1.0), (1.0, 3.0)];",
    );
    assert_eq!(made.outcome, Outcome::Done, "{made:?}");
    let plot = "tracer_courbes(\"Titre\", \"x\", \"y\", &[(\"a\", points)])";
    let ended = run(&mut engine, plot);
    assert_eq!(ended.outcome, Outcome::Done, "{ended:?}");
    let mimes: Vec<&str> = ended.output.rich.iter().map(|rich| rich.mime.as_str()).collect();
    assert_eq!(mimes, ["image/svg+xml"], "{ended:?}");
    // They are given away all the same.
    let gone = run(&mut engine, "points.len()");
    assert!(matches!(gone.outcome, Outcome::DoesNotCompile(_)), "{gone:?}");
}
