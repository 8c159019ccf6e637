//! evcxr's own refusals, said to the learner in French. rustc's messages stay as rustc words them.

use workbook::engine::Diagnostic;

/// rustc ended for want of memory.
const COMPILER_STARVED: &str =
    "Le compilateur a manqué de mémoire\u{a0}: cette cellule lui en demande plus de 4\u{a0}Gio.";
const COMPILER_FED: &[&str] = &[
    "Cherche une macro qui s’appelle elle-même sans fin, ou une constante (`const`) très grande.",
    "Fais le calcul à l’exécution (`let`, `Vec`) plutôt qu’à la compilation.",
];

/// What the system says where nothing more can be written; the linker says so beside its own failure.
const NO_DISK: &str = "No space left on device";

/// The words by which evcxr's refusals are known, what is said instead, and how to mend it. `{}` is the variable.
const REFUSALS: [(&str, &str, &[&str]); 10] = [
    (
        NO_DISK,
        "Le disque est plein : la cellule n’a pas pu être compilée.",
        &[
            "Libère de la place, là où sont les fichiers temporaires aussi (`TMPDIR`, ou `/tmp`), puis exécute-la de nouveau.",
            "`cahier preparer --nettoyer` rend celle des anciennes préparations.",
        ],
    ),
    ("memory allocation of ", COMPILER_STARVED, COMPILER_FED),
    ("LLVM ERROR: out of memory", COMPILER_STARVED, COMPILER_FED),
    (
        "is a closure, which cannot be persisted",
        "La variable `{}` est une fermeture (closure) : elle ne peut pas passer d’une cellule à la suivante.",
        &[
            "Écris une fonction à la place : `fn {}(…) { … }`.",
            "Ou donne-lui un type que la suite connaît : `let {}: Box<dyn Fn(…)> = Box::new(…);`.",
            "Ou entoure la cellule d’accolades, si la suite n’en a pas besoin.",
        ],
    ),
    (
        "Couldn't automatically determine type of variable",
        "Le type de la variable `{}` n’a pas pu être deviné.",
        &[
            "Écris-le : `let {}: LeType = …;`.",
            "Ou entoure la cellule d’accolades, si la suite n’a pas besoin de la variable.",
        ],
    ),
    (
        "Failed to determine type of variable",
        "Le type de la variable `{}` n’a pas pu être deviné : rustc en propose un qui est privé.",
        &[
            "Écris un type public : `let {}: LeType = …;`.",
            "Ou entoure la cellule d’accolades, si la suite n’a pas besoin de la variable.",
        ],
    ),
    (
        "has type `impl Future",
        "La variable `{}` ne contient pas encore de réponse : c’est un futur, un appel asynchrone que rien n’attend.",
        &[
            "Ajoute `.await?` à la fin de l’appel, avant le `;`.",
            "Un futur ne passe pas d’une cellule à la suivante ; sa réponse, si.",
        ],
    ),
    (
        "contains a reference with a non-static lifetime",
        "La variable `{}` emprunte à une autre : elle ne peut pas passer d’une cellule à la suivante.",
        &[
            "Donne-lui ses propres données : `.clone()`, `.to_string()`, `.to_vec()`.",
            "Ou entoure la cellule d’accolades, si la suite n’en a pas besoin.",
        ],
    ),
    (
        "which cannot be persisted",
        "La variable `{}` a un type qui ne peut pas passer d’une cellule à la suivante.",
        &[
            "Donne-lui un type qui possède ses données : `String` plutôt que `&str` emprunté, `Vec<…>` plutôt qu’un itérateur.",
            "Ou entoure la cellule d’accolades, si la suite n’en a pas besoin.",
        ],
    ),
    (
        "Looks like you're missing a semicolon",
        "Il manque sans doute un point-virgule à la fin d’une instruction.",
        &["Ajoute `;` à la fin de l’instruction."],
    ),
];

/// What evcxr puts behind a cell, and rustc then finds there.
const BEHIND: &str = "`evcxr_";

/// Where rustc says that a closure or a block is.
const GENERATED: &str = "@target/lib.rs";

/// rustc's words without the names that evcxr gives to what is around the cell: behind its end there is nothing.
pub(crate) fn without_internals(text: &str) -> String {
    let mut said = text.to_owned();
    while let Some(start) = said.find(BEHIND) {
        let after = start + 1;
        let end = said[after..].find('`').map_or(said.len(), |end| after + end + 1);
        said.replace_range(start..end, "<end of input>");
    }
    // `{async block@target/lib.rs:4:1: 4:9}`: the file is one that the learner never sees.
    while let Some(start) = said.find(GENERATED) {
        let end = said[start..].find('}').map_or(said.len(), |end| start + end);
        said.replace_range(start..end, "");
    }
    said
}

/// Whether this is a refusal of evcxr's that [`in_french`] has said.
pub(crate) fn is_french(diagnostic: &Diagnostic) -> bool {
    let opening = |said: &str| {
        said.split_once("{}")
            .map_or(said, |(before, _)| before)
            .to_owned()
    };
    let mut known = REFUSALS.iter().map(|(_, said, _)| opening(said));
    diagnostic.code.is_none() && known.any(|opening| diagnostic.message.starts_with(&opening))
}

/// Puts a refusal of evcxr's into French. What is not known stays as it is.
pub(crate) fn in_french(mut diagnostic: Diagnostic) -> Diagnostic {
    let beside = |words: &str| words == NO_DISK && diagnostic.help.iter().any(|help| help.contains(words));
    let known = REFUSALS
        .iter()
        .find(|(words, ..)| diagnostic.message.contains(words) || beside(words));
    if let Some((_, said, mends)) = known {
        let variable = variable(&diagnostic.message).unwrap_or("x").to_owned();
        let of_variable = |text: &str| text.replace("{}", &variable);
        diagnostic.help = mends.iter().map(|mend| of_variable(mend)).collect();
        diagnostic.message = of_variable(said);
    }
    diagnostic
}

/// The variable that a refusal of evcxr's names.
pub(crate) fn variable(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("variable `")?;
    after.split_once('`').map(|(name, _)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Diagnostic {
        in_french(Diagnostic {
            code: None,
            message: text.to_owned(),
            level: "error".to_owned(),
            spans: Vec::new(),
            help: Vec::new(),
        })
    }

    #[test]
    fn a_refusal_names_its_variable_and_its_mends_in_french() {
        let told = said("The variable `compte` is a closure, which cannot be persisted.\nYou can however…");
        assert!(
            told.message.starts_with("La variable `compte` est une fermeture"),
            "{told:?}"
        );
        assert_eq!(
            told.help[0],
            "Écris une fonction à la place : `fn compte(…) { … }`."
        );
        let told = said("The variable `mots` has type `Map<I>` which cannot be persisted.\nYou might…");
        assert!(told.message.contains("`mots` a un type"), "{told:?}");
    }

    #[test]
    fn a_full_disk_is_told_as_such_by_the_compiler_and_by_the_linker() {
        let compiler = said("Compilation failed. STDERR:\nrustc-LLVM ERROR: No space left on device");
        let linker = in_french(Diagnostic {
            help: vec!["ld: final link failed: No space left on device".to_owned()],
            ..said("linking with `cc` failed: exit status: 1")
        });
        for told in [compiler, linker] {
            assert!(told.message.starts_with("Le disque est plein"), "{told:?}");
            assert_eq!(told.help.len(), 2, "{told:?}");
        }
    }

    #[test]
    fn what_evcxr_puts_behind_a_cell_is_its_end() {
        let found = "expected `;`, found `evcxr_variable_store`";
        assert_eq!(without_internals(found), "expected `;`, found <end of input>");
        assert_eq!(without_internals("`evcxr_"), "<end of input>");
        assert_eq!(without_internals("found `evcxr`"), "found `evcxr`");
        let block = "within `{async block@target/lib.rs:4:1: 4:9}`, no";
        assert_eq!(without_internals(block), "within `{async block}`, no");
    }

    #[test]
    fn a_call_that_nobody_waits_for_is_told_so() {
        let told = said("The variable `r` has type `impl Future<Output = ()>` which cannot be persisted.");
        assert!(
            told.message.contains("`r` ne contient pas encore de réponse"),
            "{told:?}"
        );
        assert!(told.help[0].contains(".await?") && is_french(&told), "{told:?}");
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        assert_eq!(said("error writing file").message, "error writing file");
    }

    #[test]
    fn a_refusal_without_a_variable_names_none() {
        assert_eq!(variable("something else"), None);
    }
}
