//! A plot of a cell, at terminals that show pictures and at others that do not.
#![allow(clippy::unwrap_used)]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia::Pixmap;
use std::process::Command;
use support::terminal::Terminal;
use support::{LESSON, Machine};

/// A curve that rises, in a figure of 320 by 160.
const SVG: &str = "<svg xmlns='http://www.w3.org/2000/svg' width='320' height='160'><title>Ça monte</title>\
                   <desc>Une ligne.</desc><polyline points='20,140 300,20' fill='none' stroke='#0072b2' stroke-width='4'/>\
                   <text x='160' y='150' font-size='14' text-anchor='middle'>temps (s)</text></svg>";

fn cell() -> String {
    format!("println!(\"EVCXR_BEGIN_CONTENT image/svg+xml\\n{SVG}\\nEVCXR_END_CONTENT\");")
}

fn machine() -> Machine {
    let machine = Machine::with_rust();
    let lesson = LESSON
        .replace("let somme = 1 + 2;", &cell())
        .replace("println!(\"somme {somme}\");\n", "println!(\"somme 3\");\n");
    std::fs::write(machine.lessons().join("01-essai.md"), lesson).unwrap();
    machine
}

fn run(machine: &Machine, variables: &[(&str, &str)]) -> Command {
    let mut command = machine.command(&["executer", "essai", "--lecons"]);
    command.arg(machine.lessons()).envs(variables.iter().copied());
    command
}

/// All that a terminal of 100 columns was sent; it answers `answer` when it is asked what it can.
fn sent(variables: &[(&str, &str)], answer: Option<&str>) -> String {
    let machine = machine();
    let mut terminal = Terminal::sized(&run(&machine, variables), 100, 40);
    if let Some(answer) = answer {
        terminal.wait_for("\u{1b}[c");
        terminal.press(answer);
    }
    terminal.wait_for("figure enregistrée");
    let transcript = terminal.transcript();
    assert_eq!(terminal.end(), Some(0), "{transcript}");
    assert!(machine.data().join("figures/essai-addition.svg").exists());
    transcript
}

/// What stands between two texts.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let text = text
        .split_once(start)
        .unwrap_or_else(|| panic!("no {start:?} in {text:?}"))
        .1;
    text.split_once(end).unwrap_or_else(|| panic!("no {end:?}")).0
}

fn assert_png(encoded: &str) {
    let png = Pixmap::decode_png(&STANDARD.decode(encoded).unwrap()).unwrap();
    assert_eq!(
        (png.width(), png.height()),
        (320, 160),
        "forty columns of eight pixels"
    );
    let blue = png
        .pixels()
        .iter()
        .filter(|pixel| pixel.blue() > 150 && pixel.red() < 60);
    assert!(blue.count() > 300, "the curve is there");
}

#[test]
fn kitty_is_shown_the_picture() {
    let text = sent(&[("KITTY_WINDOW_ID", "1")], None);
    assert!(text.contains("\u{1b}_Ga=T,f=100,q=2,c=40,r=10,m="), "{text:?}");
    let pieces = text.split("\u{1b}_G").skip(1);
    let payload: String = pieces.map(|piece| between(piece, ";", "\u{1b}\\")).collect();
    assert_png(&payload);
}

#[test]
fn iterm2_is_shown_the_picture() {
    let text = sent(&[("LC_TERMINAL", "iTerm2")], None);
    let head = between(&text, "\u{1b}]1337;File=", ":");
    assert!(
        head.starts_with("inline=1;size=") && head.contains("width=40;height=10"),
        "{head}"
    );
    assert_png(between(&text, "preserveAspectRatio=1:", "\u{7}"));
}

#[test]
fn a_terminal_that_says_it_has_sixel_is_shown_the_picture() {
    let text = sent(&[], Some("\u{1b}[?62;4;22c"));
    let sixel = between(&text, "\u{1b}P", "\u{1b}\\");
    assert!(sixel.contains('q') && sixel.contains("#0;2;"), "{sixel:.80}");
    // A hundred and sixty lines of pixels in bands of six.
    assert_eq!(sixel.matches('-').count(), 27);
}

#[test]
fn a_terminal_without_pictures_shows_dots_and_texts() {
    for (variables, answer) in [
        (
            &[("TMUX", "/tmp/tmux,1,0"), ("KITTY_WINDOW_ID", "1")],
            Some("\u{1b}[?1;2c"),
        ),
        (&[("NO_COLOR", "1"), ("KITTY_WINDOW_ID", "1")], None),
    ] {
        let text = sent(variables, answer);
        assert!(
            text.contains("temps (s)") && text.contains('⣀'),
            "{variables:?}: {text:?}"
        );
        assert!(
            !text.contains("\u{1b}_G") && !text.contains("\u{1b}P") && !text.contains("1337"),
            "{text:?}"
        );
    }
}

#[test]
fn a_pipe_and_json_get_words_and_no_escape_codes() {
    let machine = machine();
    let said: support::Said = run(&machine, &[("KITTY_WINDOW_ID", "1")])
        .output()
        .unwrap()
        .into();
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.out.contains("Figure\u{a0}: Ça monte. Une ligne.\n"),
        "{said:?}"
    );
    let json = run(&machine, &[("KITTY_WINDOW_ID", "1")])
        .arg("--json")
        .output()
        .unwrap();
    let json = support::Said::from(json);
    assert_eq!(json.json()["cells"][0]["stdout"], "somme 3\n");
    assert!(
        !said.out.contains('\u{1b}') && !json.err.contains('\u{1b}'),
        "{json:?}"
    );
}

#[test]
fn a_way_that_there_is_not_is_named() {
    let machine = machine();
    let said: support::Said = run(&machine, &[("CAHIER_IMAGES", "png")])
        .output()
        .unwrap()
        .into();
    assert_eq!(said.code, Some(2));
    for words in [
        "CAHIER_IMAGES",
        "«\u{a0}png\u{a0}»",
        "kitty, iterm2, sixel, texte",
    ] {
        assert!(said.err.contains(words), "{words}: {said:?}");
    }
}

#[test]
fn what_is_typed_while_the_terminal_answers_stands_at_the_prompt() {
    let machine = machine();
    let mut terminal = Terminal::sized(&machine.prompt(), 100, 40);
    terminal.enter(&cell());
    terminal.wait_for("\u{1b}[c");
    terminal.press("2 + 40\u{1b}[?62;4c\n3 * 1000");
    terminal.wait_for("\u{1b}P");
    terminal.wait_for("42");
    terminal.wait_for("3 * 1000");
    terminal.press("\r");
    terminal.wait_for("3000");
    assert_eq!(terminal.leave(), Some(0));
}
