//! Puts the engine's mark on what evcxr's generated code says on standard output, so that a cell which
//! prints the same words is not taken for it.
//!
//! The words are those of evcxr 0.22.0 (`eval_context.rs`, `evcxr_internal_runtime.rs`). No line moves:
//! rustc's messages and panics are told by their lines.

use crate::cell::{CELL, EVCXR_FUNCTION};
use crate::marks::{CONTENT, CONTENT_END, PANICKED, QUESTION_MARK, RETYPED};

/// evcxr's module for variables, at the root of a cell's crate, behind the learner's items.
const RUNTIME: &str = "\nmod evcxr_internal_runtime {\n";
const RUNTIME_RETYPED: &str = "\"EVCXR_VARIABLE_CHANGED_TYPE:\"";
const RUNTIME_LOST: &str = "eprintln!(\"The type of the variable {name} was redefined, so was lost.\",);";
const RUNTIME_ERROR: &str = "\"EVCXR_ERROR_OCCURRED\"";
/// The ends of a cell that may panic, with variables and without; nothing of the learner's comes after.
const CAUGHT: [(&str, &str); 2] = [("  Err(_) => {\n", "}}\n"), ("}).is_err() {\n", "}\n")];
const CAUGHT_WORDS: &str = "    println!(\"EVCXR_PANIC_NOTIFICATION\");\n";
/// What shows the value of a cell; the learner's expression comes after it.
const VALUE: &str = "fn evcxr_send_text_plain(";
const VALUE_BEGINS: &str = "b\"EVCXR_BEGIN_CONTENT text/plain\\n\"";
const VALUE_ENDS: &str = "b\"\\nEVCXR_END_CONTENT\\n\"";

/// How a cell first shows its last expression.
const SHOWN: &str = "\n).evcxr_display();\n";
/// The name that evcxr gives to a cell's function: another one each time.
const FUNCTION: &str = "\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_";

/// The generated source of a cell, whose function has one and the same name for all cells, so that the
/// same cell is the same text. The process of the cells looks for it.
pub(super) fn one_name(source: &str) -> String {
    let Some(at) = source.rfind(FUNCTION) else {
        return source.to_owned();
    };
    let name = at + FUNCTION.len() - EVCXR_FUNCTION.len();
    let end = source[name..]
        .find('(')
        .map_or(source.len(), |length| name + length);
    format!("{}{CELL}{}", &source[..name], &source[end..])
}

/// The generated source with a way to show any value that can be shown with `{:?}`: evcxr tries a method
/// `evcxr_display` first, and compiles the cell once more where there is none. A type's own method
/// comes before this one. `mark` is as in [`marked`].
pub(super) fn showing(source: &str, mark: Option<&str>) -> String {
    if !source.contains(SHOWN) || source.matches("evcxr_display").count() != 1 {
        return source.to_owned();
    }
    let (begins, ends) = match mark {
        Some(mark) => (
            format!("\\0{mark} {CONTENT}text/plain"),
            format!("\\0{mark} {CONTENT_END}"),
        ),
        None => (
            "EVCXR_BEGIN_CONTENT text/plain".to_owned(),
            "EVCXR_END_CONTENT".to_owned(),
        ),
    };
    format!(
        "{} trait CahierShownValue {{ fn evcxr_display(&self); }} \
         impl<T: ::std::fmt::Debug + ?Sized> CahierShownValue for T {{ fn evcxr_display(&self) {{ \
         let text = ::std::format!(\"{{:?}}\", self); \
         ::std::print!(\"{begins}\\n{{text}}\\n{ends}\\n\"); }} }}\n",
        source.trim_end()
    )
}

/// The generated source of a cell, with `mark` before evcxr's words.
pub(super) fn marked(source: &str, mark: &str) -> String {
    let says = |words: &str| format!("\\0{mark} {words}");
    let mut text = source.to_owned();
    if let Some(at) = text.find(RUNTIME) {
        // The engine says it itself.
        replace(&mut text, at, RUNTIME_LOST, "");
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
        // A cell may have a macro of that name.
        let words = format!("    ::std::println!(\"{}\");\n", says(PANICKED));
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
    use super::{marked, one_name, showing};

    const FORGED: &str = "    println!(\"EVCXR_PANIC_NOTIFICATION\");\n";

    #[test]
    fn the_end_of_a_cell_is_marked_and_the_same_words_of_the_learner_are_not() {
        let source = format!(
            "if std::panic::catch_unwind(||{{\n{FORGED}}}).is_err() {{\n{FORGED}}}\nevcxr_variable_store\n}}\n"
        );
        let found = marked(&source, "m");
        assert_eq!(found.matches("\"EVCXR_PANIC_NOTIFICATION\"").count(), 1);
        assert!(
            found.contains("}).is_err() {\n    ::std::println!(\"\\0m panicked\");\n}\n"),
            "{found}"
        );
        assert_eq!(found.lines().count(), source.lines().count());
    }

    #[test]
    fn a_cell_s_function_has_one_name_and_what_the_learner_calls_so_keeps_it() {
        let learner = "fn run_user_code_7() {}\n";
        let source =
            format!("{learner}\n#[unsafe(no_mangle)]\npub extern \"C\" fn run_user_code_12(\nx: u8) {{}}\n");
        let found = one_name(&source);
        assert!(found.starts_with(learner), "{found}");
        assert!(found.contains("fn cahier_cellule(\nx: u8)"), "{found}");
        assert_eq!(one_name("fn a() {}"), "fn a() {}");
    }

    #[test]
    fn a_value_can_be_shown_at_once_unless_the_learner_has_a_way_of_their_own() {
        let source = "fn f() {\n(\n1 + 1\n).evcxr_display();\n}\n";
        let found = showing(source, Some("m"));
        assert!(
            found.contains("\\0m content text/plain\\n{text}\\n\\0m content-end\\n"),
            "{found}"
        );
        assert_eq!(found.lines().count(), source.lines().count());
        assert!(showing(source, None).contains("EVCXR_BEGIN_CONTENT text/plain\\n{text}"));
        let own = format!("trait T {{ fn evcxr_display(&self); }}\n{source}");
        assert_eq!(showing(&own, Some("m")), own);
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
