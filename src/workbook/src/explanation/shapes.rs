//! What a call, a value, a pattern, a function or a type must have to be whole.

use super::case::{Case, quoted, short};
use super::{Rule, Said, rule};

pub(super) const RULES: &[Rule] = &[
    rule("arguments", &["E0061", "E0057"], "", arguments),
    rule("missing-field", &["E0063"], "", missing_field),
    rule("type-unknown", &["E0282", "E0283", "E0284"], "", type_unknown),
    rule(
        "match-non-exhaustive-type",
        &["E0004"],
        "`_` not covered",
        match_non_exhaustive_type,
    ),
    rule("match-incomplete", &["E0004"], "", match_incomplete),
    rule("refutable", &["E0005"], "", refutable),
    rule("pattern-count", &["E0023"], "", pattern_count),
    rule("pattern-field", &["E0027"], "", pattern_field),
    rule("await-outside", &["E0728"], "", await_outside),
    rule("not-dyn", &["E0038"], "", not_dyn),
    rule("trait-incomplete", &["E0046"], "", trait_incomplete),
    rule("else-missing", &["E0317"], "", else_missing),
    rule("break-outside", &["E0267", "E0268"], "", break_outside),
];

/// « takes 2 arguments but 1 argument was supplied »
fn arguments(case: &Case<'_>) -> Option<Said> {
    let (wanted, given) = case.message().split_once(" takes ")?.1.split_once(" but ")?;
    let number = |text: &str| text.split(' ').next().and_then(|word| word.parse::<usize>().ok());
    let (wanted, given) = (number(wanted)?, number(given)?);
    let callee = case.place()?;
    let count = crate::french::counted(wanted, "argument", "arguments");
    let kind = case
        .label("argument #")
        .and_then(|label| quoted(label, 0))
        .filter(|_| given < wanted)
        .map(|kind| format!(" Il en manque un, de type `{}`.", short(kind)));
    let kind = kind.unwrap_or_else(|| {
        if given < wanted {
            String::new()
        } else {
            " Retire ce qui est de trop.".to_owned()
        }
    });
    let given = match given {
        0 => "tu n’en donnes aucun".to_owned(),
        given => format!("tu en donnes {given}"),
    };
    Said::only(format!("`{callee}` attend {count}, et {given}.{kind}"))
}

fn missing_field(case: &Case<'_>) -> Option<Said> {
    let (fields, kind) = case.message().split_once(" in initializer of ")?;
    let kind = quoted(kind, 0)?;
    let fields: Vec<&str> = fields.split('`').skip(1).step_by(2).collect();
    let first = *fields.first()?;
    let what = if fields.len() == 1 {
        format!("le champ `{first}` manque")
    } else {
        format!("les champs `{}` manquent", fields.join("`, `"))
    };
    Said::only(format!(
        "Un `{kind}` se construit avec tous ses champs : {what}. Ajoute `{first}: …` entre les accolades."
    ))
}

fn type_unknown(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    let at = case.at("type must be known");
    if case.message().contains("`Vec<_>`") {
        return Said::with(
            format!(
                "Rien ne dit ce que `{}` contient. Écris-le dans son type, ou ranges-y quelque chose.",
                place.trim_start_matches("mut ")
            ),
            case.mended(&format!("{place}: Vec<String>")),
        );
    }
    let reader = match (place, at) {
        ("sum" | "product" | "collect" | "parse", _) => Some(place),
        (_, Some(name @ ("parse" | "collect" | "into" | "sum"))) => Some(name),
        _ => None,
    };
    if let Some(reader) = reader {
        let kind = match reader {
            "collect" => "Vec<_>",
            "parse" => "u32",
            _ => "u64",
        };
        return Said::with(
            format!("`{reader}` peut donner plusieurs types, et rien ne dit lequel tu veux. Dis-le-lui."),
            if place == reader {
                case.mended(&format!("{reader}::<{kind}>"))
            } else {
                case.mended(&format!("{place}: {kind}"))
            },
        );
    }
    let proposed = case.help("an explicit type").and_then(|help| quoted(help, 1));
    let proposed = proposed.filter(|kind| kind.starts_with(": ") && !kind.contains("/*"));
    Said::with(
        format!(
            "Rust ne devine pas le type de `{place}`. Écris-le après son nom : `Vec<_>` pour une liste, `u32` pour un nombre…"
        ),
        proposed.and_then(|kind| case.mended(&format!("{place}{kind}"))),
    )
}

fn match_non_exhaustive_type(case: &Case<'_>) -> Option<Said> {
    case.help("marked as non-exhaustive")?;
    let kind = case
        .help("the matched value is of type")
        .and_then(|help| quoted(help, 0))?;
    Said::with(
        format!(
            "AWS peut ajouter des valeurs à `{}` : un `match` doit donc aussi prévoir celles que tu ne connais pas. Finis par \
             le cas `_`.",
            short(kind)
        ),
        "_ => …,".to_owned(),
    )
}

fn match_incomplete(case: &Case<'_>) -> Option<Said> {
    let cases = case.label("not covered")?;
    let cases: Vec<&str> = cases.split('`').skip(1).step_by(2).collect();
    let first = *cases.first()?;
    let readable = first.replace("_u8", "").replace("_i32", "").replace("_u32", "");
    Said::with(
        format!(
            "Un `match` doit prévoir tous les cas, et `{readable}` n’en fait pas partie. Ajoute-le, ou finis par `_`, qui prend \
             tout le reste."
        ),
        if first.contains("..") {
            "_ => …,".to_owned()
        } else {
            format!("{first} => …,")
        },
    )
}

fn refutable(case: &Case<'_>) -> Option<Said> {
    let missed = case.label("not covered").and_then(|label| quoted(label, 0))?;
    Said::only(format!(
        "Un `let` doit réussir à tous les coups, et celui-ci oublie `{missed}`. Écris `let … else {{ … }}` ou `if let`, qui \
         disent quoi faire alors."
    ))
}

fn pattern_count(case: &Case<'_>) -> Option<Said> {
    let (_, label) = case
        .label("expected ")
        .and_then(|label| label.split_once("expected "))?;
    let wanted = label.split(' ').next()?;
    Said::only(format!(
        "Ce motif doit nommer les {wanted} valeurs que contient la variante. Mets `_` à la place de celles qui ne t’intéressent pas, \
         ou `..` pour toutes les autres."
    ))
}

fn pattern_field(case: &Case<'_>) -> Option<Said> {
    let field = case.name(0)?;
    Said::only(format!(
        "Ce motif ne dit rien du champ `{field}`. Nomme-le, ou finis par `..` : les autres champs sont alors laissés de côté."
    ))
}

fn await_outside(case: &Case<'_>) -> Option<Said> {
    let within = case.at("this is not `async`")?;
    if within.starts_with('|') || within.starts_with("move") {
        return Said::only(
            "`.await` ne va pas dans une fermeture ordinaire : elle n’est pas asynchrone. Fais une boucle `for`, où `.await` est \
             permis.",
        );
    }
    let name = within
        .split("fn ")
        .nth(1)
        .and_then(|rest| rest.split(['(', '<']).next())?;
    Said::with(
        format!(
            "`.await` n’est permis que dans une fonction asynchrone, et `{name}` n’en est pas une. Mets `async` devant `fn` ; qui \
             l’appelle devra l’attendre : `{name}(…).await`."
        ),
        format!("async {}", within.lines().next()?) + " { … }",
    )
}

fn not_dyn(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "`dyn {name}` ne va pas : une méthode de `{name}` rend `Self` ou prend un type libre, et derrière `dyn` on ne sait pas \
         lequel. Passe par un type générique : `impl {name}`."
    ))
}

fn trait_incomplete(case: &Case<'_>) -> Option<Said> {
    let missing = case.name(0)?;
    let line = case
        .help("implement the missing item")
        .and_then(|help| quoted(help, 0));
    Said::with(
        format!(
            "Ce `impl` promet tout ce que le trait demande, et `{missing}` n’y est pas. Écris-le entre les accolades."
        ),
        line.map(|line| line.replace(concat!("to", "do!()"), "…")),
    )
}

fn else_missing(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::with(
        "Ce `if` doit donner une valeur, et rien ne dit laquelle quand sa condition est fausse. Ajoute-lui un `else`.",
        case.mended(&format!("{place} else {{ … }}"))
            .filter(|_| place.starts_with("if ") && !place.contains('\n')),
    )
}

fn break_outside(case: &Case<'_>) -> Option<Said> {
    let word = case.name(0)?;
    Said::only(format!(
        "`{word}` sort d’une boucle, et il n’y en a pas autour. Pour sortir d’une fonction, c’est `return`."
    ))
}
