//! Question banks for Moodle, read back by what did not write them.
#![allow(clippy::unwrap_used)]

mod command;
mod form;
mod gift;
mod reader;
#[path = "../support/mod.rs"]
mod support;
mod xml;

use cahier::class::moodle::{Collection, Format, Several, Wish, collect, written};
use cahier::lessons;
use std::sync::OnceLock;
use workbook::Workbook;

/// The lessons of the program.
fn workbook() -> &'static Workbook {
    static WORKBOOK: OnceLock<Workbook> = OnceLock::new();
    WORKBOOK.get_or_init(|| Workbook::load(lessons::embedded()).unwrap())
}

/// All that goes into Moodle, with three variants of what is drawn.
fn collection(workbook: &Workbook, format: Format) -> Collection {
    collect(&Wish {
        lessons: workbook.lessons().iter().collect(),
        bank: workbook.bank(),
        exam: None,
        variants: 3,
        seed: 5,
        format,
    })
}

fn file(workbook: &Workbook, format: Format, several: Several) -> String {
    written(&collection(workbook, format), format, several).unwrap()
}

/// A lesson with everything that XML and GIFT would trip over.
const HARD: &str = r#"---
id: dur
titre: "Le dur / l’été : ~ = # { } !"
resume: Pour les tests.
jupyter:
  kernelspec: {display_name: Rust, language: rust, name: rust}
---

![Un carré : rouge](images/00-carre.svg)

```toml exercice="dur-signes"
genre = "choix"
titre = "Des signes : ~ = # { } \\ ]]> & <b>"
options = [
  { texte = "a = b ~ c # d { e } f : g \\ h", juste = true, explication = "Juste : `x = {1: 2}` ~ #1 \\n ]]> et « été »." },
  { texte = "`->` et `::`", juste = true },
  { texte = "%50% // [html] =", explication = "Faux : `~%50%` # rien." },
  { texte = "Une autre", explication = "```\nligne 1\n\nligne 3\n```" },
]
```

Regarde : ![Un carré : rouge](images/00-carre.svg) et dis « combien ».

| a | b = c |
|---|---|
| `{1}` | <script> |

```rust,ignore
let a = 1;

let b = "]]>";
```

```markdown indice="dur-signes"
Un : deux.
```

```markdown indice="dur-signes"
![Un carré : rouge](images/00-carre.svg)
```

```markdown indice="dur-signes"
Trois.
```

```markdown corrige="dur-signes"
Voilà : `~`.
```

```toml exercice="dur-duree"
genre = "nombre"
titre = "Une durée"
points = 2
reponse = "n / 10"
unites = { s = 1, min = 60 }
[parametres]
n = { choix = [5, 7] }
```

Combien de secondes, pour @{n} ?

```toml erreurs="dur-duree"
[[erreur]]
id = "dix-fois"
formule = "n"
explication = "Dix fois trop : divise."
```

```markdown indice="dur-duree"
Un.
```

```markdown indice="dur-duree"
Deux.
```

```markdown indice="dur-duree"
Trois.
```

```markdown corrige="dur-duree"
@{n / 10}.
```

```toml exercice="dur-ligne"
genre = "prevision"
titre = "Une ligne"
reponse = "l’été * fini"
```

Que dit-il ?

```rust,ignore programme="dur-ligne"
println!("l’été * fini");
```

```toml erreurs="dur-ligne"
[[erreur]]
id = "hiver"
reponse = "l’hiver : {fini}"
explication = "Ce n’est pas la saison."
```

```markdown indice="dur-ligne"
Un.
```

```markdown indice="dur-ligne"
Deux.
```

```markdown indice="dur-ligne"
Trois.
```

```markdown corrige="dur-ligne"
Voilà.
```
"#;

const SQUARE: &str =
    "<svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"9\" height=\"9\" fill=\"red\"/></svg>\n";

fn hard() -> Workbook {
    Workbook::load(vec![
        (
            "00-dur.md".to_owned(),
            HARD.replace(" :", "\u{a0}:").replace("\"\u{a0}:", "\" :"),
        ),
        ("images/00-carre.svg".to_owned(), SQUARE.to_owned()),
    ])
    .unwrap_or_else(|error| panic!("{}", error.plain()))
}
