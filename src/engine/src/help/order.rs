//! What a learner wants comes first: the fields and methods of the thing itself, then what every thing has.

use std::collections::HashSet;

use workbook::engine::{Completion, Kind};

use super::place::After;

/// What every type has from the libraries' traits. Nobody looks for it in a list; whoever types it finds it.
const EVERYWHERE: [&str; 12] = [
    "borrow",
    "borrow_mut",
    "clone_into",
    "clone_from",
    "in_current_span",
    "instrument",
    "try_into",
    "type_id",
    "vzip",
    "with_current_subscriber",
    "with_subscriber",
    "evcxr_display",
];
/// Methods of common traits: useful, and less so than the type's own.
const COMMON: [&str; 18] = [
    "clamp",
    "cmp",
    "eq",
    "fmt",
    "ge",
    "gt",
    "hash",
    "into",
    "le",
    "lt",
    "max",
    "min",
    "ne",
    "partial_cmp",
    "to_owned",
    "clone",
    "as_ref",
    "as_mut",
];
/// Fields of the SDKs and of the standard library that no cell can reach, and that rust-analyzer offers.
const PRIVATE: [&str; 6] = ["handle", "inner", "config_override", "buf", "vec", "conf"];
/// What evcxr and the engine write around a cell.
const INTERNAL: &str = "evcxr_";

/// A candidate as evcxr gives it.
pub(super) struct Raw {
    pub(super) code: String,
    pub(super) label: String,
    pub(super) kind: &'static str,
}

/// The candidates that begin with `prefix`, tidied, the likeliest first.
pub(super) fn arrange(found: &[Raw], prefix: &str, after: After) -> Vec<Completion> {
    let names: HashSet<&str> = found.iter().map(name).collect();
    let methods: HashSet<&str> = found
        .iter()
        .filter(|raw| raw.kind == "function")
        .map(name)
        .collect();
    let mut seen = HashSet::new();
    let mut ranked: Vec<(u8, Completion)> = found
        .iter()
        .filter(|raw| raw.code.starts_with(prefix) && is_wanted(raw, prefix, after, &methods))
        .map(|raw| (rank(raw, after, &names), completion(raw)))
        .filter(|(_, item)| seen.insert(item.text.clone()))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, item)| item).collect()
}

/// The name alone, without arguments.
fn name(raw: &Raw) -> &str {
    let end = raw
        .code
        .find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == '#'));
    &raw.code[..end.unwrap_or(raw.code.len())]
}

fn is_wanted(raw: &Raw, prefix: &str, after: After, methods: &HashSet<&str>) -> bool {
    let name = name(raw);
    // `iter().map` and `await.send` skip what a learner has to see.
    let skips = after == After::Dot && raw.code.contains(").") || raw.code.starts_with("await.");
    let shadowed = raw.kind == "instance" && after == After::Dot && methods.contains(name);
    let hidden =
        name.is_empty() || name.starts_with(INTERNAL) || (name.starts_with("__") && prefix.is_empty());
    let noise = prefix.is_empty() && after == After::Dot && EVERYWHERE.contains(&name);
    !(skips || shadowed || hidden || noise)
}

fn rank(raw: &Raw, after: After, names: &HashSet<&str>) -> u8 {
    let name = name(raw);
    match after {
        After::Dot if EVERYWHERE.contains(&name) => 5,
        After::Dot if raw.kind == "instance" => {
            if name.starts_with('_') || PRIVATE.contains(&name) {
                6
            } else {
                0
            }
        }
        After::Dot if COMMON.contains(&name) => 4,
        After::Dot if is_twin(name, names) => 3,
        After::Dot => 1,
        After::Path => match raw.kind {
            "function" => 0,
            "module" => 2,
            _ => 1,
        },
        After::Other => match raw.kind {
            "instance" => 0,
            "function" => 1,
            "class" => 2,
            "module" => 3,
            _ => 4,
        },
    }
}

/// `set_key` and `get_key` of a builder that has `key`.
fn is_twin(name: &str, names: &HashSet<&str>) -> bool {
    ["set_", "get_"]
        .iter()
        .filter_map(|prefix| name.strip_prefix(prefix))
        .any(|plain| names.contains(plain))
}

/// A call is opened where there is something to give, and closed where there is not; the list shows what is given.
fn completion(raw: &Raw) -> Completion {
    let (name, rest) = raw.code.split_at(name(raw).len());
    let bang = if rest.starts_with('!') { "!" } else { "" };
    let takes = raw.label.contains('…') || !rest[bang.len()..].starts_with("()");
    let text = match &rest[bang.len()..] {
        call if call.starts_with('(') => format!("{name}{bang}{}", if takes { "(" } else { "()" }),
        path if path.starts_with("::") => format!("{name}::"),
        _ => format!("{name}{bang}"),
    };
    let arguments = rest
        .find('(')
        .and_then(|open| Some(&rest[open..=rest.rfind(')')?]));
    let label = match arguments {
        Some("()") | None => text.clone(),
        Some(arguments) => format!("{name}{bang}{arguments}"),
    };
    Completion {
        label: if takes && label.ends_with('(') {
            format!("{label}…)")
        } else {
            label
        },
        text,
        kind: kind(raw.kind),
    }
}

fn kind(jupyter: &str) -> Kind {
    match jupyter {
        "function" => Kind::Function,
        "class" => Kind::Type,
        "module" => Kind::Module,
        "keyword" => Kind::Keyword,
        _ => Kind::Value,
    }
}

#[cfg(test)]
mod tests {
    use super::{After, Raw, arrange};

    fn raw(code: &str, label: &str, kind: &'static str) -> Raw {
        Raw {
            code: code.to_owned(),
            label: label.to_owned(),
            kind,
        }
    }

    fn texts(found: &[Raw], prefix: &str, after: After) -> Vec<String> {
        let items = arrange(found, prefix, after);
        items.into_iter().map(|item| item.text).collect()
    }

    fn builder() -> Vec<Raw> {
        vec![
            raw("handle", "handle", "instance"),
            raw("try_into()", "try_into()", "function"),
            raw("into()", "into()", "function"),
            raw("get_key()", "get_key()", "function"),
            raw("set_key(input)", "set_key(…)", "function"),
            raw("key(input)", "key(…)", "function"),
            raw("key", "key", "instance"),
            raw("send()", "send()", "function"),
            raw("bilan", "bilan", "instance"),
            raw("iter().map(f)", "iter().map(…)", "function"),
            raw("with_subscriber(subscriber)", "with_subscriber(…)", "function"),
        ]
    }

    #[test]
    fn own_fields_then_own_methods_then_twins_then_what_all_types_have() {
        assert_eq!(
            texts(&builder(), "", After::Dot),
            [
                "bilan",
                "key(",
                "send()",
                "get_key()",
                "set_key(",
                "into()",
                "handle"
            ]
        );
    }

    #[test]
    fn what_is_left_out_of_a_list_is_found_by_who_types_it() {
        assert_eq!(texts(&builder(), "with", After::Dot), ["with_subscriber("]);
        assert_eq!(texts(&builder(), "try", After::Dot), ["try_into()"]);
    }

    #[test]
    fn a_list_shows_the_arguments_and_the_line_gets_an_open_call() {
        let items = arrange(
            &[
                raw("f(nom, âge)", "f(…)", "function"),
                raw("println!()", "println!(…)", "function"),
            ],
            "",
            After::Other,
        );
        assert_eq!(
            (items[0].text.as_str(), items[0].label.as_str()),
            ("f(", "f(nom, âge)")
        );
        assert_eq!(
            (items[1].text.as_str(), items[1].label.as_str()),
            ("println!(", "println!(…)")
        );
    }

    #[test]
    fn snippets_are_cut_to_their_word_and_modules_keep_their_colons() {
        let found = [
            raw("for  in  {\n    \n}", "for", "keyword"),
            raw("Vec<>", "Vec<…>", "class"),
            raw("types::", "types::", "module"),
            raw("evcxr_variable_store(x)", "evcxr_variable_store(…)", "function"),
        ];
        assert_eq!(texts(&found, "", After::Other), ["Vec", "types::", "for"]);
    }

    #[test]
    fn in_a_module_functions_come_before_types_and_modules() {
        let found = [
            raw("types::", "types::", "module"),
            raw("Client", "Client", "class"),
            raw("commencer(lecon)", "commencer(…)", "function"),
        ];
        assert_eq!(
            texts(&found, "", After::Path),
            ["commencer(", "Client", "types::"]
        );
    }
}
