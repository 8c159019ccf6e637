//! What is a cell's output, and what is the engine's.

use super::{Piece, Question, Splitter, asked};

fn output() -> Splitter {
    Splitter::of_output(b"\0m ")
}

fn text(text: &str) -> Piece {
    Piece::Text(text.to_owned())
}

fn mark(words: &str) -> Piece {
    Piece::Mark(words.to_owned())
}

fn rich(mime: &str, data: &str) -> Piece {
    Piece::Rich {
        mime: mime.to_owned(),
        data: data.to_owned(),
    }
}

#[test]
fn a_line_without_its_end_is_given_at_once() {
    let mut splitter = output();
    assert_eq!(splitter.feed(b"un\ndeux"), [text("un\ndeux")]);
    assert_eq!(
        splitter.feed(b" trois\0m fin 1\n"),
        [text(" trois"), mark("fin 1")]
    );
}

#[test]
fn the_words_of_evcxr_are_text_when_a_cell_prints_them() {
    for words in [
        "EVCXR_EXECUTION_COMPLETE\n",
        "EVCXR_PANIC_NOTIFICATION\n",
        "EVCXR_ERROR_OCCURRED\n",
        "EVCXR_VARIABLE_CHANGED_TYPE:x\n",
        "EVCXR_INPUT_REQUEST nom\n",
        "EVCXR_BEGIN_CONTENT sans type\n",
        "EVCXR_END_CONTENT\n",
        "\0cahier-0000 end 1\n",
    ] {
        assert_eq!(output().feed(words.as_bytes()), [text(words)]);
        assert_eq!(
            output().feed(format!("debut{words}").as_bytes()),
            [text(&format!("debut{words}"))]
        );
    }
}

#[test]
fn a_question_is_told_from_text_behind_an_unfinished_line_too_and_can_be_put_back() {
    for (line, prompt, hidden) in [
        ("EVCXR_INPUT_REQUEST:Ton nom ?", "Ton nom ?", false),
        ("EVCXR_INPUT_REQUEST_PASSWORD:code", "code", true),
        ("EVCXR_INPUT_REQUEST:", "", false),
    ] {
        let question = Question {
            prompt: prompt.to_owned(),
            hidden,
        };
        assert_eq!(asked(&question), format!("{line}\n"));
        let mut splitter = output();
        assert_eq!(
            splitter.feed(format!("avant{}", &line[..9]).as_bytes()),
            [text("avant")]
        );
        assert_eq!(
            splitter.feed(format!("{}\nsuite", &line[9..]).as_bytes()),
            [Piece::Question(question), text("suite")]
        );
        let mut errors = Splitter::of_errors(b"\0m ");
        assert_eq!(
            errors.feed(format!("{line}\n").as_bytes()),
            [text(&format!("{line}\n"))]
        );
    }
}

#[test]
fn a_question_that_never_ends_its_line_comes_out_as_text() {
    let mut splitter = output();
    assert_eq!(splitter.feed(b"EVCXR_INPUT_REQUEST:x"), []);
    assert_eq!(
        splitter.feed(b"\0m end 1\n"),
        [text("EVCXR_INPUT_REQUEST:x"), mark("end 1")]
    );
    let endless = "x".repeat(5000);
    let written = format!("EVCXR_INPUT_REQUEST:{endless}");
    assert_eq!(splitter.feed(written.as_bytes()), [text(&written)]);
    assert_eq!(splitter.feed(b"\n"), [text("\n")]);
}

#[test]
fn a_mark_is_seen_behind_an_unfinished_line_and_in_two_reads() {
    let mut splitter = output();
    assert_eq!(splitter.feed(b"debut\0"), [text("debut")]);
    assert_eq!(splitter.feed(b"m panicked"), []);
    assert_eq!(splitter.feed(b"\nfin"), [mark("panicked"), text("fin")]);
}

#[test]
fn two_rich_outputs_of_one_type_are_both_kept_in_order() {
    let written = b"EVCXR_BEGIN_CONTENT image/svg+xml\n<svg>\n1</svg>\nEVCXR_END_CONTENT\n\
                    avantEVCXR_BEGIN_CONTENT image/svg+xml\n\n2\nEVCXR_END_CONTENT\n";
    assert_eq!(
        output().feed(written),
        [
            rich("image/svg+xml", "<svg>\n1</svg>"),
            text("avant"),
            rich("image/svg+xml", "\n2")
        ]
    );
}

#[test]
fn a_rich_output_that_never_ends_is_text_to_the_letter() {
    let mut splitter = output();
    let pieces = splitter.feed(b"EVCXR_BEGIN_CONTENT text/html\nperdu\n\0m fin 1\n");
    assert_eq!(
        pieces,
        [text("EVCXR_BEGIN_CONTENT text/html\nperdu\n"), mark("fin 1")]
    );
}

#[test]
fn a_value_is_shown_whole_whatever_it_says() {
    let value = "EVCXR_BEGIN_CONTENT a/b\nEVCXR_END_CONTENT\n\nfin";
    let written = format!("\0m content text/plain\n{value}\n\0m content-end\nsuite\n");
    assert_eq!(
        output().feed(written.as_bytes()),
        [rich("text/plain", value), text("suite\n")]
    );
}

#[test]
fn a_rich_output_that_never_ends_takes_no_value_with_it() {
    let written = b"EVCXR_BEGIN_CONTENT text/html\n\0m content text/plain\n5\n\0m content-end\n";
    assert_eq!(
        output().feed(written),
        [text("EVCXR_BEGIN_CONTENT text/html\n"), rich("text/plain", "5")]
    );
}

#[test]
fn nothing_is_shown_through_the_error_stream() {
    let mut splitter = Splitter::of_errors(b"\0m ");
    let written = "EVCXR_BEGIN_CONTENT text/html\nx\nEVCXR_END_CONTENT\n";
    assert_eq!(splitter.feed(written.as_bytes()), [text(written)]);
}

#[test]
fn a_letter_cut_in_two_waits_for_its_other_half_and_a_broken_one_does_not() {
    let mut splitter = output();
    let accent = "é".as_bytes();
    assert_eq!(splitter.feed(&[b'a', accent[0]]), [text("a")]);
    assert_eq!(splitter.feed(&[accent[1]]), [text("é")]);
    assert_eq!(splitter.feed(&[0xff, b'b', accent[0]]), [text("\u{fffd}b")]);
    assert_eq!(splitter.feed(&[accent[1]]), [text("é")]);
}

#[test]
fn what_only_looks_like_a_sign_does_not_pile_up() {
    let mut splitter = output();
    assert_eq!(splitter.feed(&[0; 1000]), [text(&"\0".repeat(999))]);
    let endless = "x".repeat(300);
    let written = format!("EVCXR_BEGIN_CONTENT {endless}");
    assert_eq!(splitter.feed(written.as_bytes()), [text(&format!("\0{written}"))]);
}
