//! Names that Rust does not find, or may not use.

use super::case::{Case, quoted};
use super::{Rule, Said, rule};

/// What `use prelude::*;` brings.
pub const LIBRARY: [&str; 29] = [
    "Atelier",
    "Debit",
    "Figure",
    "Refus",
    "Reponse",
    "Requete",
    "Versions",
    "avancer_horloge",
    "avancer_sans_attendre",
    "commencer",
    "date_amz",
    "encoder",
    "encoder_chemin",
    "formater_date",
    "heure",
    "hexa",
    "hmac_sha256",
    "indice",
    "indice_graine",
    "montrer",
    "parametre",
    "parametres",
    "points",
    "requete",
    "sha256_hexa",
    "tracer_barres",
    "tracer_courbes",
    "verifier",
    "verifier_graine",
];

pub(super) const RULES: &[Rule] = &[
    rule(
        "unknown-crate",
        &["E0433", "E0432"],
        "unlinked crate `aws_",
        unknown_crate,
    ),
    rule("to-import", &["E0425", "E0433", "E0412", "E0405"], "", to_import),
    rule(
        "of-the-library",
        &["E0425", "E0433", "E0412", "E0422"],
        "",
        of_the_library,
    ),
    rule(
        "misspelt",
        &["E0425", "E0433", "E0412", "E0432", "E0405"],
        "",
        misspelt,
    ),
    rule("misspelt", &[], "cannot find macro", misspelt),
    rule(
        "unknown-client",
        &["E0433", "E0425", "E0412"],
        "type `Client`",
        unknown_client,
    ),
    rule(
        "unknown-type",
        &["E0412", "E0425", "E0433"],
        "cannot find type",
        unknown_type,
    ),
    rule("unknown-type", &["E0422"], "cannot find struct", unknown_type),
    rule("unknown-trait", &["E0405"], "", unknown_trait),
    rule(
        "unknown-crate",
        &["E0433", "E0432"],
        "unlinked crate",
        unknown_crate,
    ),
    rule("unknown-crate", &["E0432"], "", unknown_import),
    rule(
        "unknown-function",
        &["E0425"],
        "cannot find function",
        unknown_function,
    ),
    rule("unknown-name", &["E0425"], "cannot find value", unknown_value),
    rule("not-a-value", &["E0423"], "", not_a_value),
    rule("private", &["E0603"], "", private),
    rule("unknown-macro", &[], "cannot find macro", unknown_macro),
];

fn to_import(case: &Case<'_>) -> Option<Said> {
    let help = case.help("consider importing")?;
    let line = help.split('`').find(|part| part.starts_with("use "))?;
    let name = case.name(0)?;
    Said::with(
        format!("`{name}` existe, mais la cellule ne l’a pas importé. Ajoute cette ligne au début."),
        line.to_owned(),
    )
}

fn of_the_library(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0).filter(|name| LIBRARY.contains(name))?;
    Said::with(
        format!(
            "`{name}` fait partie de ce que Cahier prépare pour les cellules, mais aucune ne l’a encore importé. Exécute d’abord \
             cette ligne."
        ),
        "use prelude::*;".to_owned(),
    )
}

fn misspelt(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    // rustc looks among all that Rust has; a name of the cell's own is more often meant.
    if let Some(near) = case.same_but_for_capitals(name) {
        return nearly(case, name, near);
    }
    if let Some(help) = case.help("perhaps you intended to use this type") {
        let near = quoted(help, 0)?;
        return Said::with(
            format!("Rust n’a pas de type `{name}` ; ce que tu cherches s’y appelle sans doute `{near}`."),
            case.mended(near),
        );
    }
    let near = quoted(case.help("similar name")?, 0)?;
    // rustc thinks of what is shortest.
    let near = if near == "print" && name.starts_with("printl") {
        "println"
    } else {
        near
    };
    let name = name.rsplit("::").next().unwrap_or(name);
    let near = near.rsplit("::").next().unwrap_or(near);
    nearly(case, name, near)
}

fn nearly(case: &Case<'_>, name: &str, near: &str) -> Option<Said> {
    let mended = case.mended(near).filter(|_| case.place() == Some(name));
    Said::with(
        format!("`{name}` n’existe pas ici ; `{near}` existe. Est-ce une faute de frappe ?"),
        mended.or_else(|| case.line_saying(name, near)),
    )
}

fn unknown_client(_: &Case<'_>) -> Option<Said> {
    Said::with(
        "Chaque service d’AWS a son propre `Client`, et rien ne dit lequel tu veux. Écris son chemin entier.",
        "aws_sdk_s3::Client::new(&config)".to_owned(),
    )
}

fn unknown_type(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "Rust ne connaît pas de type `{name}`. Vérifie l’orthographe et les majuscules, définis-le avec `struct`, ou écris son \
         chemin entier (`aws_sdk_s3::types::…`)."
    ))
}

fn unknown_trait(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "Rust ne connaît pas de trait `{name}`. Vérifie l’orthographe ; s’il vient d’une bibliothèque, importe-le avec `use`."
    ))
}

fn unknown_crate(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    // Beside the prepared ones, another SDK would be of another world: its client takes no configuration of theirs.
    if name.starts_with("aws_") {
        return Said::only(format!(
            "Les cellules n’ont pas de crate `{name}`. Vérifie l’orthographe ; les SDK qu’elles ont sont `aws_config`, \
             `aws_sdk_dynamodb`, `aws_sdk_ecs`, `aws_sdk_iam`, `aws_sdk_lambda`, `aws_sdk_s3` et `aws_sdk_sts`."
        ));
    }
    Said::only(format!(
        "Les cellules ne connaissent pas de crate `{name}`. Vérifie l’orthographe ; si elle existe, demande-la au début de la \
         cellule avec `:dep {name} = \"…\"`."
    ))
}

fn unknown_import(case: &Case<'_>) -> Option<Said> {
    let path = case.name(0)?;
    if !path.contains("::") {
        return unknown_crate(case);
    }
    let (module, name) = path.rsplit_once("::")?;
    Said::only(format!(
        "Il n’y a pas de `{name}` dans `{module}`. Vérifie l’orthographe et les majuscules."
    ))
}

fn unknown_function(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "Aucune fonction ne s’appelle `{name}`. Vérifie l’orthographe ; si une autre cellule la définit, exécute-la d’abord ; \
         si c’est une méthode, elle se met après un point."
    ))
}

fn unknown_value(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    if name == "atelier" {
        return Said::with(
            "`atelier` donne les clients d’AWS, et une leçon l’ouvre dans sa première cellule. Ouvre-le d’abord, du nom de ta leçon.",
            "use prelude::*; let atelier = commencer(\"versionnement-s3\").await;".to_owned(),
        );
    }
    if let Some(function) = case.within_function() {
        return Said::only(format!(
            "`{function}` ne connaît pas de variable `{name}` : une fonction ne voit que ses paramètres et ce qu’elle définit, pas \
             les variables des cellules. Ajoute `{name}` à ses paramètres, et donne-la-lui à l’appel."
        ));
    }
    Said::only(format!(
        "Aucune variable ne s’appelle `{name}` à cet endroit. Vérifie l’orthographe ; si une autre cellule la définit, \
         exécute-la d’abord ; si une cellule l’a donnée à une autre variable ou à une fonction, elle n’est plus là, et c’est une \
         copie (`{name}.clone()`) qu’il faut donner ; si un bloc `{{ … }}` la définit, elle disparaît à la fin du bloc."
    ))
}

fn not_a_value(case: &Case<'_>) -> Option<Said> {
    let said = case.message().rsplit("found ").next()?;
    let name = quoted(said, 0)?;
    if said.starts_with("module") || said.starts_with("crate") {
        return Said::only(format!(
            "`{name}` est ici le nom d’un module : aucune variable ne s’appelle ainsi. Exécute d’abord la cellule qui la définit, \
             ou définis-la avec `let`."
        ));
    }
    if said.starts_with("macro") {
        return if case.message().starts_with("expected function") {
            Said::with(
                format!("`{name}` est une macro, pas une fonction : elle s’appelle avec un `!`."),
                case.mended(&format!("{name}!"))?,
            )
        } else {
            Said::only(format!(
                "Aucune variable ne s’appelle `{name}` à cet endroit : Rust n’a qu’une macro de ce nom. Exécute d’abord la cellule qui \
                 définit la variable, ou définis-la avec `let`."
            ))
        };
    }
    let built = case.help("struct literal syntax").is_some();
    Said::with(
        format!("`{name}` est le nom d’un type, pas une valeur. Une valeur de ce type se construit."),
        if built {
            format!("{name} {{ champ: valeur }}")
        } else {
            format!("{name}::new()")
        },
    )
}

fn private(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "`{name}` existe, mais n’est visible que dans son module. Si c’est le tien, mets `pub` devant sa définition ; sinon, \
         passe par ce que le module rend public."
    ))
}

fn unknown_macro(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "Aucune macro ne s’appelle `{name}!`. Vérifie l’orthographe ; si c’est une fonction, retire le `!`."
    ))
}
