//! Checks and probes run among the learner's own items: a macro named `assert` must not do their work for them.

/// The macros of the standard library that checks and probes use.
const MACROS: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "format",
    "matches",
    "panic",
    "println",
    "unreachable",
    "vec",
];

/// The same source, its macros of the standard library called by their path: no macro of the learner's has that name.
pub(super) fn immune(source: &str) -> String {
    let mut out = String::with_capacity(source.len() + 32);
    let mut rest = source;
    while let Some(at) = rest.find('!') {
        let (before, after) = rest.split_at(at);
        let start = before.rfind(|c: char| !c.is_alphanumeric() && c != '_');
        let start = start.map_or(0, |start| {
            start + before[start..].chars().next().map_or(1, char::len_utf8)
        });
        let (head, name) = before.split_at(start);
        out.push_str(head);
        let called = after[1..].starts_with(['(', '[', '{']) && MACROS.contains(&name);
        if called && !head.ends_with(':') && !head.ends_with('$') {
            if only_comments(&out) {
                // What begins with a colon is a command to the engine, and no Rust.
                out.push_str("(); ");
            }
            out.push_str("::std::");
        }
        out.push_str(name);
        out.push('!');
        rest = &after[1..];
    }
    out.push_str(rest);
    out
}

/// Whether no code stands in a text.
fn only_comments(text: &str) -> bool {
    let mut lines = text.lines().map(str::trim);
    lines.all(|line| line.is_empty() || line.starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::immune;

    #[test]
    fn macros_are_called_by_their_path() {
        for (written, evaluated) in [
            ("assert!(x != 1)", "(); ::std::assert!(x != 1)"),
            ("// Un cas.\n\nassert!(x)", "// Un cas.\n\n(); ::std::assert!(x)"),
            (
                "{ println!(\"{}\", serde_json::json!({})) }",
                "{ ::std::println!(\"{}\", serde_json::json!({})) }",
            ),
            ("std::assert_eq!(a, !b)", "std::assert_eq!(a, !b)"),
            ("debug_assert!(vrai); é!(1)", "debug_assert!(vrai); é!(1)"),
            (
                "let v = vec![format!(\"{a}\")];",
                "let v = ::std::vec![::std::format!(\"{a}\")];",
            ),
        ] {
            assert_eq!(immune(written), evaluated);
        }
    }
}
