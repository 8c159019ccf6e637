//! One mistake at a time in a lesson that is right, and what is said of it.
#![allow(clippy::unwrap_used)]

use workbook::parse;

const SAMPLE: &str = include_str!("exemple.md");

/// What is replaced, by what, where the mistake must be shown, and words that must be said of it.
#[rustfmt::skip]
const MISTAKES: &[(&str, &str, &str, &str)] = &[
    ("---\nid: exemple", "id: exemple", "1:1", "en-tête"),
    ("id: exemple\n", "", "", "« id » manque"),
    ("id: exemple", "id: Exemple", "2:1", "a-z, 0-9"),
    ("resume: Un bloc", "auteur: x\nresume: Un bloc", "4:1", "clé inconnue « auteur »"),
    ("resume: Un bloc", "resume: [Un bloc", "", "YAML"),
    ("cellule=", "celule=", "19:9", "cellule"),
    ("```rust cellule", "```python cellule", "19:11", "```rust"),
    ("sortie=\"exemple-bonjour\"", "sortie=\"autre\"", "23:9", "sortie=\"exemple-bonjour\""),
    ("```text sortie", "Texte.\n\n```text sortie", "25:9", "ne suit pas sa cellule"),
    ("exercice=\"exemple-rcu\"", "exercice=\"exemple-bonjour\"", "27:9", "déjà pris, ligne 19"),
    ("exercice=\"exemple-rcu\"", "exercice=\"Exemple rcu\"", "27:9", "a-z, 0-9"),
    ("erreurs=\"exemple-rcu\"", "erreurs=\"autre\"", "", "erreurs=\"exemple-rcu\""),
    ("genre = \"nombre\"", "genre = \"nombres\"", "28:9", "genre inconnu « nombres »"),
    ("points = 2", "point = 2", "30:1", "clé inconnue « point »"),
    ("points = 2", "points = -2", "30:10", "entre 0 et 1000"),
    ("points = 2", "points = \"2\"", "30:10", "nombre"),
    ("points = 2", "points = ", "30:", "TOML"),
    ("reponse = \"lectures * unites\"\n", "", "", "« reponse » manque"),
    ("lectures * unites\"", "lectures * unitées\"", "31:27", "« é » inattendu"),
    ("lectures * unites\"", "lectures * unite\"", "31:23", "as-tu voulu écrire « unites »"),
    ("lectures * unites\"", "lectures * \"", "31:12", "mal formée"),
    ("pas = 10 }", "pas = 0 }", "35:1", "positif"),
    ("pas = 10 }", "pass = 10 }", "35:35", "as-tu voulu écrire « pas »"),
    ("[5, 6, 7, 9.5]", "[]", "36:1", "choix"),
    ("[5, 6, 7, 9.5]", "[5, \"six\"]", "36:1", "sans mélange"),
    ("unites = \"ceil(taille_ko / 4)\"", "unites = \"ceil(table / 4)\"", "39:16", "est un texte"),
    ("unites = \"ceil(taille_ko / 4)\"", "Unites = \"4\"", "39:1", "ne peut pas nommer"),
    ("sert @{lectures}", "sert @{lectues}", "42:28", "lectures"),
    ("sert @{lectures} ", "sert @{lectures ", "42:26", "jamais fermé"),
    ("formule = \"lectures\"", "formule = \"lectures * unites\"", "", "donne la bonne réponse"),
    ("formule = \"lectures\"", "formule = \"lectures * taille_ko / 4\"", "", "la même valeur"),
    ("formule = \"lectures\"", "formule = \"1 / (lectures - lectures)\"", "", "fini"),
    ("formule = \"lectures\"", "formule = \"lecture\"", "52:12", "lectures"),
    ("id = \"taille-ignoree\"", "id = \"sans-arrondi\"", "51:6", "déjà décrite"),
    ("'La taille compte.'", "'Il faut @{lectures * unites}.'", "53:15", "donne la bonne réponse"),
    ("```markdown indice=\"exemple-rcu\"\nUne unité lit 4 Ko.\n```\n", "", "27:9", "que 2 indice(s)"),
    ("```markdown corrige", "Texte libre.\n\n```markdown corrige", "", "du texte entre les blocs"),
    ("\n```markdown corrige", "\n## Titre\n", "", "n'est pas terminé"),
    ("```toml erreurs", "```rust,ignore sonde=\"exemple-rcu\"\n1\n```\n\n```toml erreurs", "45:16", "n'a pas de bloc « sonde »"),
    ("```toml erreurs", "```markdown solution=\"exemple-rcu\"\n1\n```\n\n```toml erreurs", "45:13", "rust,ignore"),
    ("La table `@{table}`", "## Titre\n\nLa table `@{table}`", "42:1", "titre de niveau 2"),
    ("## Suite\n\nFin.\n", "```rust cellule=\"x\"\n1\n", "76:1", "jamais fermé"),
    ("## Suite", "- liste\n\n  ```rust cellule=\"x\"\n  1\n  ```\n", "78:3", "colonne 1"),
];

/// Every mistake after replacing a piece of the sample, as lines `line:column : message (expected)`.
fn mistakes(old: &str, new: &str) -> String {
    assert!(SAMPLE.contains(old), "{old}");
    let error = parse::lesson("exemple.md", &SAMPLE.replacen(old, new, 1))
        .err()
        .unwrap();
    error.plain().replace("exemple.md:", "")
}

#[test]
fn every_mistake_says_its_line_its_column_and_what_was_expected() {
    let mut surprises = Vec::new();
    for (old, new, place, words) in MISTAKES {
        let found = mistakes(old, new);
        if !found
            .lines()
            .any(|line| line.contains(words) && line.starts_with(place))
        {
            surprises.push(format!("{new} → {place} {words}\n{found}"));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n\n"));
}
