//! A cell that needs nothing of the library: plain Rust. What evcxr adds to it, its variables and its way to
//! wait, is in the library's machine code and is called by name: rustc need not read the library, which takes as
//! long as the cell itself.

use super::lean::{self, replace};
use super::narrow::{is_of_a_word, words};

/// Stands for evcxr's module; the functions are those of `prelude::cellule`.
const STORE: &str = "mod evcxr_internal_runtime { \
    use std::any::{Any, TypeId}; \
    pub struct VariableStore(()); \
    unsafe extern \"Rust\" { \
        fn cahier_store() -> *mut (); \
        fn cahier_put(store: *mut (), name: &str, value: Box<dyn Any>); \
        fn cahier_check(store: *mut (), name: &str, wanted: TypeId) -> bool; \
        fn cahier_take(store: *mut (), name: &str) -> Box<dyn Any>; \
        fn cahier_tell(error: &dyn std::fmt::Debug); \
    } \
    impl VariableStore { \
        fn own(&mut self) -> *mut () { std::ptr::from_mut(self).cast() } \
        pub fn put_variable<T: 'static>(&mut self, name: &str, value: T) { unsafe { cahier_put(self.own(), name, Box::new(value)) } } \
        pub fn check_variable<T: 'static>(&mut self, name: &str) -> bool { unsafe { cahier_check(self.own(), name, TypeId::of::<T>()) } } \
        pub fn take_variable<T: 'static>(&mut self, name: &str) -> T { \
            match unsafe { cahier_take(self.own(), name) }.downcast() { Ok(value) => *value, Err(_) => panic!(\"Variable changed type\") } \
        } \
    } \
    pub fn create_variable_store() -> *mut VariableStore { unsafe { cahier_store() }.cast() } \
    pub fn tell(error: &dyn std::fmt::Debug) { unsafe { cahier_tell(error) } } \
}";
/// Stands for evcxr's error of a `?` outside any function.
const ERROR: &str = "struct EvcxrUserCodeError {} \
    impl<T: std::fmt::Debug> From<T> for EvcxrUserCodeError { \
        fn from(error: T) -> Self { evcxr_internal_runtime::tell(&error); EvcxrUserCodeError {} } \
    }";
/// Stands for evcxr's way to wait, around code that waits for nothing.
const CALL: &str = "let _ = (|| {";
const CALLED: &str = "})();\n";
/// The end of evcxr's way to wait, behind the learner's text.
const WAITED: &str = "\n});\n";

/// The generated source as a compiler reads it that does not know the library. Whether the cell can do without is for
/// [`does_without`] to say.
pub(super) fn alone(source: &str) -> Option<String> {
    let mut text = source.to_owned();
    let store = lean::store(&text);
    // From the end, so that what comes before keeps its place.
    let from = store.as_ref().map_or(0, |range| range.end);
    if let Some(wait) = lean::wait(&text, from) {
        let end = text.rfind(WAITED).filter(|end| *end >= wait.end)? + 1;
        text.replace_range(end..end + WAITED.len() - 1, CALLED);
        replace(&mut text, wait, CALL);
    }
    if let Some(store) = store {
        let error = lean::error(&text).filter(|error| error.end <= store.start);
        replace(&mut text, store, STORE);
        if let Some(error) = error {
            replace(&mut text, error, ERROR);
        }
    }
    Some(text)
}

/// Whether such a text needs nothing of the library: it names none of its crates, waits for nothing, and calls nothing of
/// an earlier cell whose code does not stand in it.
pub(super) fn does_without(text: &str, is_crate: impl Fn(&str) -> bool) -> bool {
    let own = text.replace(STORE, "").replace(ERROR, "");
    // Functions that a variable keeps may need to be run where cells wait.
    let kept = own.match_indices("fn").any(|(at, _)| {
        let before = own[..at].chars().next_back();
        own[at + 2..].trim_start().starts_with('(') && !before.is_some_and(is_of_a_word)
    });
    !kept
        && !words(&own)
            .into_iter()
            .any(|word| word == "await" || word == "dyn" || is_crate(word))
}

#[cfg(test)]
mod tests {
    use super::{CALL, STORE, alone, does_without};
    use crate::cargo::lean;

    fn found(code: &str) -> Option<String> {
        let text = alone(&lean::tests::source(code))?;
        let is_crate = |name: &str| name == "tokio" || name == "aws_sdk_s3";
        does_without(&text, is_crate).then_some(text)
    }

    #[test]
    fn plain_rust_is_compiled_without_the_library_and_no_line_moves() {
        let source = lean::tests::source("1 + 1;");
        let found = found("1 + 1;").unwrap_or_default();
        assert!(found.contains(STORE) && found.contains(CALL), "{found}");
        assert!(
            !found.contains("block_on") && !found.contains("EVCXR_"),
            "{found}"
        );
        let line = |text: &str| text.lines().position(|line| line == "1 + 1;");
        assert_eq!(line(&found), line(&source));
        assert_eq!(found.lines().count(), source.lines().count());
        assert!(found.contains("\n1 + 1;\n})();\n"), "{found}");
    }

    #[test]
    fn a_cell_that_waits_or_names_a_crate_is_not() {
        for code in [
            "f().await;",
            "let b = aws_sdk_s3::Client::new();",
            "tokio::spawn(a);",
            "let f = take_variable::<Box<dyn Fn()>>(); f();",
            "let f = take_variable::<fn()>(); f();",
            "let f = take_variable::<(u8, fn ())>(); f.1();",
            "struct S { f: extern \"C\" fn() }",
        ] {
            assert_eq!(found(code), None, "{code}");
        }
    }
}
