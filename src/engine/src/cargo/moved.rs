//! Guesses which variables a cell gives away. evcxr keeps every variable of a cell, learns from the compiler's refusal
//! that one is no longer there, and compiles the cell once more without it. What it will ask for then is known
//! before the refusal, and can be compiled at the same time.
//!
//! A guess decides nothing: the refusal is still the compiler's, and what was compiled is taken for what evcxr
//! asks only where both are the same text.

use super::narrow::{is_of_a_word, kept};

/// Types that are copied where they seem given away.
const COPIED: [&str; 16] = [
    "bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "u8", "u16", "u32", "u64",
    "u128", "usize",
];
/// Macros that take what they are given; the others borrow it.
const TAKING_MACROS: [&str; 2] = ["vec", "dbg"];
/// Methods that take what they are called on.
const TAKING_METHODS: [&str; 6] = [".into_", ".unwrap()", ".expect(", ".build()", ".send()", ".await"];

/// The generated source without what keeps the variables that the cell seems to give away; none where it seems to
/// give none away.
pub(super) fn without_given_away(source: &str) -> Option<String> {
    let code: String = source
        .split_inclusive('\n')
        .filter(|line| kept(line).is_none())
        .collect();
    let given = |line: &str| kept(line).is_some_and(|(name, of)| !copied(of) && gives_away(&code, name));
    let rest: String = source.split_inclusive('\n').filter(|line| !given(line)).collect();
    (rest.len() < source.len()).then_some(rest)
}

fn copied(kind: &str) -> bool {
    COPIED.contains(&kind) || kind.starts_with('&') && !kind.starts_with("&mut ")
}

fn gives_away(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let (before, after) = (&code[..at], &code[at + name.len()..]);
        stands_alone(before, after) && (takes(after) || hands_over(before.trim_end(), after.trim_start()))
    })
}

fn stands_alone(before: &str, after: &str) -> bool {
    !before
        .ends_with(|letter| is_of_a_word(letter) || letter == '.' && !before.ends_with("..") || letter == '"')
        && !after.starts_with(is_of_a_word)
}

/// Whether a method that takes its receiver comes next.
fn takes(after: &str) -> bool {
    TAKING_METHODS.iter().any(|method| after.starts_with(method))
}

/// Whether a name between these stands for its value: an argument, a field, the right of an assignment.
fn hands_over(before: &str, after: &str) -> bool {
    let whole = after.starts_with([')', ',', ';', '}', ']']);
    if before.ends_with(" in") {
        return after.starts_with('{');
    }
    whole
        && match before.chars().next_back() {
            Some('=' | ':' | '{') => true,
            Some('(' | ',' | '[') => !is_shown(after) && !in_a_borrowing_macro(before),
            _ => false,
        }
}

/// Whether this is the end of a cell's value, which evcxr borrows to show it.
fn is_shown(after: &str) -> bool {
    after
        .strip_prefix(')')
        .is_some_and(|rest| rest.starts_with(".evcxr_display"))
}

/// Whether the parenthesis that is open at the end of `before` is that of a macro that borrows.
fn in_a_borrowing_macro(before: &str) -> bool {
    let mut closed = 0_usize;
    for (at, letter) in before.char_indices().rev() {
        match letter {
            ')' | ']' => closed += 1,
            '(' | '[' if closed > 0 => closed -= 1,
            '(' | '[' => {
                let name = before[..at].strip_suffix('!');
                return name.is_some_and(|name| !TAKING_MACROS.iter().any(|own| name.ends_with(own)));
            }
            ';' if closed == 0 => return false,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::without_given_away;

    /// Whether the variable `a` of this type seems given away by this code.
    fn given(kind: &str, code: &str) -> bool {
        let keeps = |name: &str, kind: &str| {
            format!("evcxr_variable_store.put_variable::<{kind}>(stringify!({name}), {name});\n")
        };
        let source = format!(
            "fn f() {{\n{code}\n{}{}}}\n",
            keeps("a", kind),
            keeps("other", "Vec<u8>")
        );
        let found = without_given_away(&source);
        if let Some(found) = &found {
            assert_eq!(*found, source.replace(&keeps("a", kind), ""), "{code}");
        }
        found.is_some()
    }

    #[test]
    fn an_argument_a_field_and_an_assigned_value_are_given_away() {
        for code in [
            "client.presigned(a).await;",
            "f(1, a, 2);",
            "let b = a;",
            "let b = Point { x: a };",
            "let b = vec![a];",
            "for n in a { }",
            "let s = a.into_iter().sum();",
            "let b = f(\n  a\n);",
        ] {
            assert!(given("String", code), "{code}");
        }
    }

    #[test]
    fn what_is_borrowed_copied_or_shown_is_not() {
        for code in [
            "f(&a);",
            "a.len();",
            "println!(\"{}\", a);",
            "println!(\"{} {}\", f(1), a);",
            "assert_eq!(a, b);",
            "(\na\n).evcxr_display();",
            "let b = a + 1;",
            "let b = x.a;",
            "call(ba); call(ab);",
            "println!(\"a\");",
        ] {
            assert!(!given("String", code), "{code}");
        }
        assert!(!given("u64", "f(a);"));
        assert!(!given("&'static str", "f(a);"));
    }

    #[test]
    fn a_cell_without_variables_has_nothing_to_guess() {
        assert_eq!(without_given_away("fn f() {\nlet a = b;\n}\n"), None);
    }
}
