//! Puts the engine's mark on what evcxr's generated code says on standard output, so that a cell which
//! prints the same words is not taken for it.
//!
//! The words are those of evcxr 0.22.0 (`eval_context.rs`, `evcxr_internal_runtime.rs`). No line moves:
//! rustc's messages and panics are told by their lines.

use crate::marks::{CONTENT, CONTENT_END, PANICKED, QUESTION_MARK, RETYPED};

/// evcxr's module for variables, at the root of a cell's crate, behind the learner's items.
const RUNTIME: &str = "\nmod evcxr_internal_runtime {\n";
const RUNTIME_RETYPED: &str = "\"EVCXR_VARIABLE_CHANGED_TYPE:\"";
const RUNTIME_ERROR: &str = "\"EVCXR_ERROR_OCCURRED\"";
/// The ends of a cell that may panic, with variables and without; nothing of the learner's comes after.
const CAUGHT: [(&str, &str); 2] = [("  Err(_) => {\n", "}}\n"), ("}).is_err() {\n", "}\n")];
const CAUGHT_WORDS: &str = "    println!(\"EVCXR_PANIC_NOTIFICATION\");\n";
/// What shows the value of a cell; the learner's expression comes after it.
const VALUE: &str = "fn evcxr_send_text_plain(";
const VALUE_BEGINS: &str = "b\"EVCXR_BEGIN_CONTENT text/plain\\n\"";
const VALUE_ENDS: &str = "b\"\\nEVCXR_END_CONTENT\\n\"";

/// The generated source of a cell, with `mark` before evcxr's words.
pub(super) fn marked(source: &str, mark: &str) -> String {
    let says = |words: &str| format!("\\0{mark} {words}");
    let mut text = source.to_owned();
    if let Some(at) = text.find(RUNTIME) {
        replace(&mut text, at, RUNTIME_RETYPED, &format!("\"{}\"", says(RETYPED)));
        replace(
            &mut text,
            at,
            RUNTIME_ERROR,
            &format!("\"{}\"", says(QUESTION_MARK)),
        );
    }
    if let Some(at) = text.rfind(VALUE) {
        let begins = format!("b\"{}text/plain\\n\"", says(CONTENT));
        replace(&mut text, at, VALUE_BEGINS, &begins);
        replace(
            &mut text,
            at,
            VALUE_ENDS,
            &format!("b\"\\n{}\\n\"", says(CONTENT_END)),
        );
    }
    let caught = CAUGHT
        .iter()
        .filter_map(|(before, after)| text.rfind(&format!("{before}{CAUGHT_WORDS}{after}")));
    if let Some(at) = caught.max() {
        let words = format!("    println!(\"{}\");\n", says(PANICKED));
        replace(&mut text, at, CAUGHT_WORDS, &words);
    }
    text
}

/// Replaces the first `old` from the byte `from` on.
fn replace(text: &mut String, from: usize, old: &str, new: &str) {
    if let Some(at) = text[from..].find(old) {
        text.replace_range(from + at..from + at + old.len(), new);
    }
}

#[cfg(test)]
mod tests {
    use super::marked;

    const FORGED: &str = "    println!(\"EVCXR_PANIC_NOTIFICATION\");\n";

    #[test]
    fn the_end_of_a_cell_is_marked_and_the_same_words_of_the_learner_are_not() {
        let source = format!(
            "if std::panic::catch_unwind(||{{\n{FORGED}}}).is_err() {{\n{FORGED}}}\nevcxr_variable_store\n}}\n"
        );
        let found = marked(&source, "m");
        assert_eq!(found.matches("\"EVCXR_PANIC_NOTIFICATION\"").count(), 1);
        assert!(
            found.contains("}).is_err() {\n    println!(\"\\0m panicked\");\n}\n"),
            "{found}"
        );
        assert_eq!(found.lines().count(), source.lines().count());
    }

    #[test]
    fn only_the_words_of_evcxr_s_own_module_are_marked() {
        let forged = "const A: &str = \"EVCXR_ERROR_OCCURRED\";\n";
        let source = format!("{forged}mod evcxr_internal_runtime {{\n{forged}}}\n");
        let found = marked(&source, "m");
        assert!(found.starts_with(forged), "{found}");
        assert!(
            found.contains("{\nconst A: &str = \"\\0m question-mark\";\n}"),
            "{found}"
        );
    }

    #[test]
    fn the_value_of_a_cell_is_marked_on_both_ends() {
        let source = r#"fn evcxr_send_text_plain(text: &str) { w(b"EVCXR_BEGIN_CONTENT text/plain\n"); w(b"\nEVCXR_END_CONTENT\n") }"#;
        assert_eq!(
            marked(source, "m"),
            r#"fn evcxr_send_text_plain(text: &str) { w(b"\0m content text/plain\n"); w(b"\n\0m content-end\n") }"#
        );
    }
}
