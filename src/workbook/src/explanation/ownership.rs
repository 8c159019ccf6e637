//! Who owns a value, who borrows it, and who may change it.

use super::case::{Case, quoted, short};
use super::{Rule, Said, rule};

pub(super) const RULES: &[Rule] = &[
    rule(
        "moved-in-loop",
        &["E0382"],
        "in previous iteration of loop",
        moved_in_loop,
    ),
    rule(
        "moved-by-for",
        &["E0382"],
        "implicit call to `.into_iter()`",
        moved_by_for,
    ),
    rule(
        "moved-into-closure",
        &["E0382"],
        "variable moved due to use in",
        moved_into_closure,
    ),
    rule(
        "moved-by-method",
        &["E0382"],
        "moved due to this method call",
        moved_by_method,
    ),
    rule("moved", &["E0382"], "", moved),
    rule("uninitialised", &["E0381"], "", uninitialised),
    rule("changed-while-borrowed", &["E0502"], "", changed_while_borrowed),
    rule("two-mutable-borrows", &["E0499"], "", two_mutable_borrows),
    rule("moved-while-borrowed", &["E0505"], "", moved_while_borrowed),
    rule("assigned-while-borrowed", &["E0506"], "", assigned_while_borrowed),
    rule("moved-out-of-borrowed", &["E0507"], "", moved_out_of_borrowed),
    rule("returns-a-local", &["E0515"], "", returns_a_local),
    rule("too-short-a-life", &["E0597"], "", too_short_a_life),
    rule("temporary", &["E0716"], "", temporary),
    rule("closure-outlives", &["E0373"], "", closure_outlives),
    rule("lifetime-missing", &["E0106"], "", lifetime_missing),
    rule("not-mutable", &["E0384"], "", assigned_twice),
    rule(
        "shared-reference",
        &["E0596"],
        "behind a `&` reference",
        behind_a_reference,
    ),
    rule("not-mutable", &["E0596"], "", not_mutable),
    rule("not-send", &[], "cannot be sent between threads safely", not_send),
    rule(
        "not-send",
        &["E0277"],
        "cannot be sent between threads safely",
        not_send,
    ),
];

/// The type of what has moved: « `nom` has type `String` ».
fn moved_type(case: &Case<'_>) -> Option<String> {
    let (_, said) = case.label("has type `")?.split_once("has type ")?;
    quoted(said, 0).map(short)
}

fn moved_in_loop(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!(
            "Le premier tour de boucle a donné `{name}` : au deuxième, cette variable ne contient plus rien. \
             Prête-la (`&{name}`), ou donne une copie à chaque tour."
        ),
        case.mended(&format!("{name}.clone()")),
    )
}

fn moved_by_for(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!(
            "La boucle `for` a consommé `{name}` : après elle, cette variable ne contient plus rien. Parcours plutôt \
             `&{name}` : la boucle ne fait alors qu’emprunter."
        ),
        case.mended_at("implicit call", &format!("&{name}")),
    )
}

fn moved_into_closure(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let by = if case.says("in coroutine") {
        "Le bloc `async move`"
    } else {
        "La fermeture"
    };
    Said::with(
        format!(
            "{by} a emporté `{name}` : cette variable ne contient plus rien ensuite. Avant, fais-en une copie, et sers-toi \
             de la copie à l’intérieur."
        ),
        format!("let copie = {name}.clone();"),
    )
}

fn moved_by_method(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let method = case.at("moved due to this method call")?;
    let method = method.split('(').next()?;
    let consumed = case
        .label("moved due to this method call")
        .and_then(|label| quoted(label, 0))
        .unwrap_or(name);
    let instead = if method == "into_iter" {
        "Parcours-la plutôt avec `.iter()`, qui ne fait qu’emprunter.".to_owned()
    } else {
        "Range ce qu’elle rend dans une variable, et continue avec elle.".to_owned()
    };
    let after = if consumed == name {
        format!("`{name}` ne contient plus rien")
    } else {
        format!("`{name}` n’est plus entière")
    };
    Said::only(format!(
        "La méthode `{method}` consomme `{consumed}` : après elle, {after}. {instead}"
    ))
}

fn moved(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let why = moved_type(case).map_or(".".to_owned(), |kind| {
        format!(" : une valeur de type `{kind}` n’est pas recopiée, elle change de propriétaire.")
    });
    let given = case.at("moved here").filter(|given| *given == name);
    let given = given.filter(|_| case.help("cloning").is_some());
    Said::with(
        format!(
            "Plus haut, `{name}` a été donnée, et cette variable ne contient plus rien{why} Prête-la au lieu de la donner \
             (`&{name}`), ou donnes-en une copie."
        ),
        given.and_then(|_| case.mended_at("moved here", &format!("{name}.clone()"))),
    )
}

fn uninitialised(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "`{name}` est déclarée, mais rien n’y a été rangé au moment où tu la lis (ou pas sur tous les chemins). Donne-lui \
         une valeur dès le `let`."
    ))
}

fn changed_while_borrowed(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let (act, kept) = if case.message().contains("as mutable because") {
        ("modifies", "(`&`)")
    } else {
        ("lis", "modifiable (`&mut`)")
    };
    Said::only(format!(
        "Tu {act} `{name}` alors qu’une référence {kept} vers cette variable sert encore plus bas. Finis de te servir de la \
         référence d’abord, ou garde une copie (`.clone()`) à sa place."
    ))
}

fn two_mutable_borrows(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "Deux références modifiables (`&mut`) vers `{name}` servent en même temps : Rust n’en permet qu’une à la fois. \
         Finis avec la première avant de prendre la seconde."
    ))
}

fn moved_while_borrowed(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!(
            "Tu donnes `{name}` alors qu’une référence vers cette variable sert encore plus bas : elle ne mènerait plus \
             nulle part. Donne-la après le dernier usage de la référence, ou donne une copie."
        ),
        case.mended(&format!("{name}.clone()")),
    )
}

fn assigned_while_borrowed(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "Tu changes `{name}` alors qu’une référence vers cette variable sert encore plus bas. Si tu veux garder \
         l’ancienne valeur, prends-en une copie (sans `&`) ; sinon, change-la après le dernier usage de la référence."
    ))
}

fn moved_out_of_borrowed(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    Said::with(
        format!(
            "`{place}` appartient à quelque chose que tu ne fais qu’emprunter : tu peux le lire, pas l’emporter. \
             Emprunte-le à ton tour (`&{place}`), ou prends-en une copie."
        ),
        case.mended(&format!("{place}.clone()")),
    )
}

fn returns_a_local(case: &Case<'_>) -> Option<Said> {
    let what = case
        .name(0)
        .map_or("Cette valeur".to_owned(), |name| format!("`{name}`"));
    Said::only(format!(
        "{what} naît dans la fonction et disparaît avec elle : une référence vers elle ne mènerait nulle part. Rends la \
         valeur elle-même, sans `&` : une `String` plutôt qu’un `&str`, un `Vec<…>` plutôt qu’un `&[…]`."
    ))
}

fn too_short_a_life(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::only(format!(
        "`{name}` disparaît à l’accolade `}}` qui ferme son bloc, alors qu’une référence vers elle sert encore après. \
         Déclare `{name}` avant le bloc, ou fais sortir du bloc la valeur elle-même, sans `&`."
    ))
}

fn temporary(case: &Case<'_>) -> Option<Said> {
    let place = case.place()?;
    let value = if place.contains('\n') { "…" } else { place };
    Said::with(
        "Cette valeur n’est rangée dans aucune variable : elle disparaît dès le `;`, et la référence que tu en gardes ne \
         mènerait nulle part. Range-la d’abord dans une variable, puis emprunte cette variable.",
        format!("let valeur = {value};"),
    )
}

fn closure_outlives(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    let place = case.place()?;
    let (what, mended) = if place.starts_with("async") {
        ("La tâche", format!("{place} move"))
    } else {
        ("La fermeture", format!("move {place}"))
    };
    Said::with(
        format!(
            "{what} peut vivre plus longtemps que `{name}`, qu’elle ne fait qu’emprunter. Ajoute `move` : elle emporte \
             alors `{name}` avec elle."
        ),
        case.mended(&mended),
    )
}

fn lifetime_missing(case: &Case<'_>) -> Option<Said> {
    let returned = case.help("return type contains a borrowed value").is_some();
    Said::only(if returned {
        "La fonction rend une référence (`&`), et rien ne dit à quoi elle emprunte. Le plus simple est de rendre une valeur \
         qui possède ses données : `String` plutôt que `&str`."
    } else {
        "Une référence (`&`) rangée dans un type doit dire combien de temps elle vaut. Le plus simple est d’y ranger des \
         données possédées : `String` plutôt que `&str`."
    })
}

fn assigned_twice(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!(
            "Sans `mut`, `{name}` garde sa première valeur pour toujours. Pour en changer, déclare-la avec `mut`."
        ),
        case.line_saying(&format!("let {name}"), &format!("let mut {name}")),
    )
}

fn behind_a_reference(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?.trim_start_matches('*');
    Said::only(format!(
        "`{name}` passe par une référence `&`, qui permet de lire et non de modifier. Demande une référence `&mut` dans \
         la signature, et passe `&mut …` à l’appel."
    ))
}

fn not_mutable(case: &Case<'_>) -> Option<Said> {
    let name = case.name(0)?;
    Said::with(
        format!("Tu modifies `{name}`, qui est déclarée sans `mut`. Déclare-la avec `mut`."),
        case.line_saying(&format!("let {name}"), &format!("let mut {name}")),
    )
}

fn not_send(case: &Case<'_>) -> Option<Said> {
    let said = case.help("is not implemented for `")?;
    let (_, kind) = said.split_once("is not implemented for ")?;
    let kind = short(quoted(kind, 0)?);
    Said::only(format!(
        "Une tâche ou un fil peut tourner ailleurs que la cellule, et `{kind}` ne peut pas y être emporté sans danger. \
         Prends `Arc` au lieu de `Rc`, et `Mutex` au lieu de `RefCell` ou de `Cell`."
    ))
}
