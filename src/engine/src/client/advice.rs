//! What is said of a cell that did all it was asked to, and not what its author may think.

use ra_ap_rustc_lexer::{FrontmatterAllowed, TokenKind, tokenize};

/// What is said of a `main` that waits to be called, as in a program.
const MAIN_NOT_CALLED: &str = "`main` est définie, mais rien ne l’appelle\u{a0}: une cellule exécute ses lignes de haut en bas. Écris-les \
    sans `fn main`, ou ajoute `main();` à la fin.\n";
/// Parts of the names of types whose values change although nothing about them is `mut`.
const CHANGING: [&str; 8] = [
    "Atomic",
    "Cell",
    "Lazy",
    "Lock",
    "Mutex",
    "Notify",
    "Once",
    "Semaphore",
];

/// What to say of it.
pub(super) fn advice(source: &str) -> Option<String> {
    let of_main = defines_main_alone(source).then(|| MAIN_NOT_CALLED.to_owned());
    of_main.or_else(|| changing_static(source).map(|name| new_in_each_cell(&name)))
}

/// Whether a cell has a function `main`, as programs do, and does not call it.
fn defines_main_alone(source: &str) -> bool {
    source.contains("fn main(") && source.matches("main(").count() == 1
}

/// The items of a cell are compiled with each later one, and a `static` is an item.
fn new_in_each_cell(name: &str) -> String {
    format!(
        "`{name}` est une `static`\u{a0}: chaque cellule a la sienne, qui repart de sa première valeur. Pour qu’une valeur passe d’une \
         cellule à la suivante, mets-la dans une variable (`let`).\n"
    )
}

/// The first `static` of a cell whose value may change.
fn changing_static(source: &str) -> Option<String> {
    let words = words(source);
    let mut statics = words
        .iter()
        .enumerate()
        .filter(|(_, word)| **word == "static")
        .map(|(at, _)| &words[at + 1..]);
    statics.find_map(|rest| {
        let (is_mut, rest) = match rest {
            ["mut", rest @ ..] => (true, rest),
            rest => (false, rest),
        };
        let [name, ":", rest @ ..] = rest else { return None };
        let of_type = rest.iter().take_while(|word| !["=", ";"].contains(word));
        let mut names = of_type.filter(|word| CHANGING.iter().any(|part| word.contains(part)));
        (is_mut || names.next().is_some()).then(|| (*name).to_owned())
    })
}

/// The words and signs of a cell. `'static` is one word, and a string is one too.
fn words(source: &str) -> Vec<&str> {
    let mut at = 0;
    let pieces = tokenize(source, FrontmatterAllowed::No).map(|token| {
        let start = at;
        at += token.len as usize;
        (token.kind, &source[start..at])
    });
    let is_blank = |kind: TokenKind| {
        matches!(
            kind,
            TokenKind::Whitespace | TokenKind::LineComment { .. } | TokenKind::BlockComment { .. }
        )
    };
    pieces
        .filter(|(kind, _)| !is_blank(*kind))
        .map(|(_, word)| word)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::advice;

    #[test]
    fn a_static_that_changes_is_said_to_be_new_in_each_cell() {
        for source in [
            "static N: AtomicU32 = AtomicU32::new(0); N.fetch_add(1, SeqCst);",
            "pub static N: std::sync::Mutex<Vec<u8>> = std::sync::Mutex::new(Vec::new());",
            "static mut N: u8 = 1;",
            "static /* où */ N: LazyLock<Client> = LazyLock::new(|| f());",
        ] {
            let said = advice(source).unwrap_or_default();
            assert!(said.starts_with("`N` est une `static`"), "{source}: {said}");
        }
    }

    #[test]
    fn what_never_changes_is_not_spoken_of() {
        for source in [
            "static NOM: &str = \"Mutex\";",
            "let a: &'static Mutex<u8> = f();",
            "// static N: Mutex<u8>\nlet b = \"static N: Mutex<u8> = 1;\";",
            "fn f<T: 'static>(a: T) {}",
            "static T: [u8; 2] = [1, 2]; let m = Mutex::new(1);",
        ] {
            assert_eq!(advice(source), None, "{source}");
        }
    }

    #[test]
    fn a_main_that_nothing_calls_is_spoken_of() {
        assert!(advice("fn main() { f(); }").is_some_and(|said| said.contains("`main();`")));
        assert_eq!(advice("fn main() { f(); }\nmain();"), None);
    }
}
