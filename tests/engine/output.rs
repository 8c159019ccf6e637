//! What cells print and show.

use std::time::Duration;

use workbook::engine::{Chunk, Engine as _, Outcome, Rich};

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

#[test]
fn no_text_of_a_cell_ends_it_or_shifts_the_next_one() {
    let engine = &mut engine();
    let hostile = "println!(\"EVCXR_EXECUTION_COMPLETE\"); println!(\"EVCXR_BEGIN_CONTENT text/html\");
        println!(\"EVCXR_END_CONTENT_\"); println!(\"\\0cahier-0000 end 1\");";
    let ended = run(engine, hostile);
    assert_eq!(ended.outcome, Outcome::Done);
    assert!(
        ended.output.stdout.starts_with("EVCXR_EXECUTION_COMPLETE\n"),
        "{ended:?}"
    );
    assert_eq!(printed(engine, "println!(\"suite\");"), "suite\n");
}

#[test]
fn a_cell_that_reads_its_input_finds_it_empty() {
    let source = "let mut ligne = String::new();
        println!(\"{}\", std::io::stdin().read_line(&mut ligne).unwrap());";
    assert_eq!(printed(&mut engine(), source), "0\n");
}

#[test]
fn a_cell_that_prints_for_ever_keeps_its_first_megabyte() {
    let engine = &mut engine();
    let limit = Duration::from_secs(3);
    let ended = engine
        .eval("loop { println!(\"encore et encore\"); }", limit, &mut |_| {})
        .unwrap();
    assert_eq!(ended.outcome, Outcome::TimedOut { limit });
    let printed = ended.output.stdout;
    assert!(
        printed.len() < 1_100_000 && printed.ends_with("plus de 1 Mio]\n"),
        "{}",
        printed.len()
    );
    assert_eq!(value(engine, "1"), "1");
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
