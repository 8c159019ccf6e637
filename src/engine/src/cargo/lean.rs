//! Takes out of a cell what every cell repeats: evcxr writes its own module, its error and the way to
//! wait for a future into each source, and rustc compiles them each time. The prelude has them
//! compiled already.
//!
//! The texts are those of evcxr 0.22.0 (`eval_context.rs`, `evcxr_internal_runtime.rs`); one that is not found is
//! left alone. No line moves: rustc's messages and panics are told by their lines.

use std::ops::Range;

/// The error of a `?` outside any function, with errors shown as `{:?}`.
const ERROR: &str = "
            struct EvcxrUserCodeError {}
            impl<T: std::fmt::Debug> From<T> for EvcxrUserCodeError {
                fn from(error: T) -> Self {
                    eprintln!(\"{:?}\", error);
                    println!(\"{}\", evcxr_internal_runtime::USER_ERROR_OCCURRED);
                    EvcxrUserCodeError {}
                }
            }
";
const LEAN_ERROR: &str = "use ::prelude::cellule::EvcxrUserCodeError;";
/// Its module for variables, from the root of a cell's crate to what follows it there.
const STORE: &str = "\nmod evcxr_internal_runtime {\n";
const STORE_ENDS: &str = "\n}\n#[unsafe(no_mangle)]\n";
const LEAN_STORE: &str =
    "mod evcxr_internal_runtime { pub use ::prelude::cellule::{VariableStore, create_variable_store}; }";
/// How a cell is waited for.
const WAIT: &str = "
let mut mutex =
evcxr_variable_store.lazy_arc(\"evcxr_tokio_runtime\", ||
std::sync::Mutex::new(tokio::runtime::Runtime::new().unwrap())); match
mutex.lock() { Ok(guard) => guard, Err(poisoned) => poisoned.into_inner(), }
.block_on(async {
";
const LEAN_WAIT: &str = "::prelude::cellule::run(&::prelude::cellule::runtime(evcxr_variable_store), async {";

/// Where evcxr's module is.
pub(super) fn store(source: &str) -> Option<Range<usize>> {
    let start = source.find(STORE)?;
    let length = source[start..].find(STORE_ENDS)?;
    Some(start..start + length + "\n}\n".len())
}

/// Where its error is.
pub(super) fn error(source: &str) -> Option<Range<usize>> {
    let start = source.find(ERROR)?;
    Some(start..start + ERROR.len())
}

/// Where its way to wait begins, behind `from`: the learner's own text comes after.
pub(super) fn wait(source: &str, from: usize) -> Option<Range<usize>> {
    let start = from + source.get(from..)?.find(WAIT)?;
    Some(start..start + WAIT.len())
}

/// The generated source of a cell that may use the prelude, without what the prelude has. All or nothing:
/// the error tells of itself by a word of the module.
pub(super) fn lean(source: &str) -> String {
    let Some(store) = store(source) else {
        return source.to_owned();
    };
    let Some(error) = error(source).filter(|error| error.end <= store.start) else {
        return source.to_owned();
    };
    let mut text = source.to_owned();
    // From the end, so that what comes before keeps its place.
    if let Some(wait) = wait(source, store.end) {
        replace(&mut text, wait, LEAN_WAIT);
    }
    replace(&mut text, store, LEAN_STORE);
    replace(&mut text, error, LEAN_ERROR);
    text
}

/// Puts `new` on one line, with as many line ends as there were.
pub(super) fn replace(text: &mut String, at: Range<usize>, new: &str) {
    let lines = text[at.clone()].matches('\n').count();
    text.replace_range(at, &format!("\n{new}{}", "\n".repeat(lines.saturating_sub(1))));
}

#[cfg(test)]
pub(super) mod tests {
    use super::{ERROR, LEAN_ERROR, LEAN_STORE, LEAN_WAIT, STORE, WAIT, lean};

    /// What evcxr generates around a cell's code.
    pub(in crate::cargo) fn source(code: &str) -> String {
        let function = "pub extern \"C\" fn run_user_code_1(\n) {";
        format!(
            "#![allow(x)]\n{ERROR}{STORE}pub struct VariableStore {{\n}}\n}}\n#[unsafe(no_mangle)]\n{function}{WAIT}{code}\n}});\n}}\n"
        )
    }

    #[test]
    fn what_the_prelude_has_is_not_compiled_again_and_no_line_moves() {
        let source = source("1 + 1;");
        let found = lean(&source);
        for text in [LEAN_ERROR, LEAN_STORE, LEAN_WAIT] {
            assert!(found.contains(text), "{found}");
        }
        let line = |text: &str| text.lines().position(|line| line == "1 + 1;");
        assert_eq!(line(&found), line(&source));
        assert_eq!(found.lines().count(), source.lines().count());
        assert!(!found.contains("struct"), "{found}");
    }

    #[test]
    fn a_source_that_reads_otherwise_is_left_alone() {
        let other = source("1 + 1;").replace("{:?}", "{}");
        assert_eq!(lean(&other), other);
    }
}
