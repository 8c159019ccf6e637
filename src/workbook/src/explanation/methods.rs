//! A method that is not there (E0599), most often because there is something around the value.

use super::case::{Case, quoted, short};
use super::{Rule, Said};

pub(super) const RULES: &[Rule] = &[
    rule("reserved-name", "`put_variable`", reserved_name),
    rule("reserved-name", "`check_variable`", reserved_name),
    rule("reserved-name", "`take_variable`", reserved_name),
    rule("await-missing", "`impl Future", future),
    rule("trait-not-in-scope", "", trait_not_in_scope),
    rule("option", "for enum `Option", option),
    rule("result", "for enum `Result", result),
    rule("request-not-sent", "FluentBuilder`", request),
    rule("not-built", "Builder`", builder),
    rule("method-misspelt", "", misspelt),
    rule("no-method", "no method named", no_method),
    rule("no-such-name", "found for", no_such_name),
];

const fn rule(kind: &'static str, words: &'static str, say: fn(&Case<'_>) -> Option<Said>) -> Rule {
    super::rule(kind, &["E0599"], words, say)
}

pub(super) fn future(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let fallible = case.message().contains("Output = Result<");
    let wait = if fallible { ".await?" } else { ".await" };
    Said::with(
        format!(
            "Cet appel est asynchrone : tant qu’on ne l’attend pas, ce n’est qu’un futur, une promesse de réponse, et un futur n’a \
             pas de `{name}`. Ajoute `{wait}` d’abord."
        ),
        case.mended_before(wait),
    )
}

/// evcxr calls these methods on what keeps the variables, under a name that the learner gave to something else.
fn reserved_name(_: &Case<'_>) -> Option<Said> {
    Said::only(
        "Le nom `evcxr_variable_store` est pris : c’est ce qui garde tes variables d’une cellule à l’autre. Donne un autre nom \
         à la tienne.",
    )
}

/// The type inside, as the label tells it: « method not found in `Option<&str>` ».
fn whole_type(case: &Case<'_>) -> Option<String> {
    case.label("method not found in `")
        .and_then(|label| quoted(label, 0))
        .map(short)
}

pub(super) fn option(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let plain = whole_type(case).is_some_and(|kind| kind == "Option<&str>" || kind == "Option<String>");
    let example = if plain {
        case.mended_before(".unwrap_or_default()")
    } else {
        let receiver = case.receiver();
        receiver.map(|receiver| format!("if let Some(valeur) = {receiver} {{ … valeur.{name} … }}"))
    };
    Said::with(
        format!(
            "La valeur peut manquer : c’est un `Option`, et `{name}` n’existe que sur ce qu’il contient. Sors-la d’abord, avec \
             `unwrap_or(…)`, ou avec `if let Some(valeur) = …`."
        ),
        example,
    )
}

pub(super) fn result(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!(
            "L’appel peut échouer : il donne un `Result`, et `{name}` n’existe que sur la réussite. Ajoute `?` : il sort la \
             valeur, ou arrête la cellule sur l’erreur."
        ),
        case.mended_before("?"),
    )
}

fn request(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let kind = short(case.name(1)?);
    if case.help("similar name").is_some() {
        return misspelt(case);
    }
    Said::with(
        format!(
            "`{kind}` est une requête que tu as préparée, mais pas envoyée ; `{name}` se demande à la réponse. Si c’est un \
             réglage de la requête, son nom est autre : la touche Tab les propose."
        ),
        case.mended_before(".send().await?"),
    )
}

fn builder(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let kind = short(case.name(1)?);
    if case.help("similar name").is_some() {
        return misspelt(case);
    }
    Said::with(
        format!(
            "`{kind}` est un objet en préparation, qui n’a pas de `{name}`. Termine-le d’abord par `.build()`."
        ),
        case.mended_before(".build()"),
    )
}

fn misspelt(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let help = case.help("similar name")?;
    let near = quoted(help, 0)?;
    Said::with(
        format!("`{name}` n’existe pas ici ; `{near}`, presque pareil, existe. Est-ce une faute de frappe ?"),
        case.mended(near),
    )
}

fn trait_not_in_scope(case: &Case<'_>) -> Option<Said> {
    let import = case.help("not in scope; perhaps you want to import")?;
    let line = import.split('`').find(|part| part.starts_with("use "))?;
    let name = quoted(import, 0)?;
    Said::with(
        format!(
            "Cette méthode vient du trait `{name}`, que la cellule n’a pas importé. Ajoute cette ligne au début."
        ),
        line.to_owned(),
    )
}

fn no_method(case: &Case<'_>) -> Option<Said> {
    let (name, kind) = (case.name(0)?, short(case.name(1)?));
    let what = match kind.as_str() {
        "{integer}" => "Un entier".to_owned(),
        "{float}" => "Un nombre à virgule".to_owned(),
        other => format!("`{other}`"),
    };
    Said::only(format!(
        "{what} n’a pas de méthode `{name}`. Écris le nom de ta variable, un point, puis la touche Tab : les méthodes qui \
         existent s’affichent."
    ))
}

fn no_such_name(case: &Case<'_>) -> Option<Said> {
    let (name, kind) = (case.name(0)?, short(case.name(1)?));
    Said::only(format!(
        "Il n’y a rien qui s’appelle `{name}` dans `{kind}`. Vérifie l’orthographe et les majuscules ; après `{kind}::`, la \
         touche Tab montre ce qui existe."
    ))
}
