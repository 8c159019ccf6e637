//! One mistake at a time in a lesson that is right: where it is shown, what is said of it, what was expected.
#![allow(clippy::unwrap_used)]

use workbook::{Workbook, parse};

const SAMPLE: &str = include_str!("exemple.md");

/// What is replaced in the sample, by what, and all that is said of it: `line:column : message (expected)`.
type Case = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const MISTAKES: &[Case] = &[
    ("---\nid: exemple", "id: exemple", &["1:1 : en-tête YAML absent (attendu : en tête du fichier, « --- », puis id, titre, resume et jupyter, puis « --- »)"]),
    ("id: exemple\n", "", &["1:1 : en-tête : la clé « id » manque (attendu : id: …)"]),
    ("id: exemple", "id: Exemple", &["2:1 : l’identifiant « Exemple » n’a pas la bonne forme (attendu : 1 à 48 caractères parmi a-z, 0-9 et -)"]),
    ("resume: Un bloc", "auteur: x\nresume: Un bloc", &["4:1 : en-tête : clé inconnue « auteur » (attendu : id, titre, resume, jupyter)"]),
    ("resume: Un bloc", "titel: x\nresume: Un bloc", &["4:1 : en-tête : clé inconnue « titel » (attendu : id, titre, resume, jupyter)"]),
    ("resume: Un bloc", "resume: [Un bloc", &["4:9 : en-tête : valeur du mauvais type (attendu : un texte sur une ligne)"]),
    ("resume: Un bloc", "id: x\nresume: Un bloc", &["4:1 : en-tête : clé en double « id » (attendu : une seule fois chaque clé)"]),
    ("titre: Une", "titre: IAM : une", &["3:12 : en-tête : « : » inattendu (attendu : les clés en début de ligne, et entre guillemets droits les valeurs qui contiennent « : »)"]),
    ("titre: Une", "titre: \"Une", &["3:8 : en-tête : guillemet jamais fermé (attendu : un guillemet droit à la fin de la valeur)"]),
    ("titre: Une leçon d’essai", "titre: [a, b]", &["3:8 : en-tête : valeur du mauvais type (attendu : un texte sur une ligne)"]),
    ("titre: Une leçon d’essai", "titre:", &["3:1 : en-tête : la clé « titre » manque (attendu : titre: …)"]),
    ("titre: Une leçon d’essai", "titre", &["3:1 : en-tête : une ligne sans « : » (attendu : « clé: valeur » sur chaque ligne)"]),
    ("titre: Une leçon d’essai", "\ttitre: x", &["2:5 : en-tête : une tabulation (attendu : des espaces en début de ligne)"]),
    ("titre: Une leçon d’essai", "  titre: x", &["3:8 : en-tête : « : » inattendu (attendu : les clés en début de ligne, et entre guillemets droits les valeurs qui contiennent « : »)"]),
    ("titre: Une leçon d’essai", "titre: *x", &["3:8 : en-tête : « * » en début de valeur (attendu : la valeur entre guillemets droits)"]),
    ("  kernelspec: {display_name: Rust, language: rust, name: rust}\n---\n", "  kernelspec: {display_name: Rust, language: rust, name: rust}\n", &["1:1 : en-tête YAML jamais fermé (attendu : en tête du fichier, « --- », puis id, titre, resume et jupyter, puis « --- »)"]),
    ("cellule=", "celule=", &["19:9 : attribut inconnu « celule » (attendu : « cellule », sans doute)", "23:9 : un bloc « sortie » qui ne suit pas sa cellule (attendu : juste après ```rust cellule=\"…\" ou un script)"]),
    ("cellule=\"exemple-bonjour\"", "cellule=\"exemple-bonjour", &["19:9 : guillemet jamais fermé (attendu : cellule=\"exemple-bonjour\")"]),
    ("cellule=\"exemple-bonjour\"", "cellule=exemple-bonjour", &["19:9 : identifiant sans guillemets droits (attendu : cellule=\"exemple-bonjour\")"]),
    ("cellule=\"exemple-bonjour\"", "cellule='exemple-bonjour'", &["19:9 : identifiant sans guillemets droits (attendu : cellule=\"exemple-bonjour\")"]),
    ("cellule=\"exemple-bonjour\"", "cellule = \"exemple-bonjour\"", &["19:9 : des espaces autour du signe = (attendu : cellule=\"exemple-bonjour\")"]),
    ("cellule=\"exemple-bonjour\"", "cellule", &["19:9 : attribut sans identifiant (attendu : cellule=\"…\")"]),
    ("cellule=\"exemple-bonjour\"", "cellule=", &["19:9 : attribut sans identifiant (attendu : cellule=\"…\")"]),
    ("```rust cellule", "```cellule", &["19:4 : un bloc « cellule » sans langage (attendu : ```rust cellule=\"exemple-bonjour\")"]),
    ("```rust cellule", "```python cellule", &["19:11 : un bloc « cellule » ne s’écrit pas en « python » (attendu : ```rust cellule=\"exemple-bonjour\")"]),
    ("cellule=\"exemple-bonjour\"", "cellule=\"exemple-bonjour\" sortie=\"x\"", &["19:35 : deux attributs sur un même bloc (attendu : un seul attribut par bloc)"]),
    ("sortie=\"exemple-bonjour\"", "sortie=\"autre\"", &["23:9 : la sortie « autre » ne suit pas sa cellule (attendu : sortie=\"exemple-bonjour\", ce qui précède)"]),
    ("```text sortie", "Texte.\n\n```text sortie", &["25:9 : un bloc « sortie » qui ne suit pas sa cellule (attendu : juste après ```rust cellule=\"…\" ou un script)"]),
    ("exercice=\"exemple-rcu\"", "exercice=\"exemple-bonjour\"", &["27:9 : l’identifiant « exemple-bonjour » est déjà pris, ligne 19 (attendu : un identifiant unique dans toutes les leçons)", "45:9 : ce bloc « erreurs » porte l’identifiant « exemple-rcu » (attendu : erreurs=\"exemple-bonjour\")"]),
    ("exercice=\"exemple-rcu\"", "exercice=\"Exemple rcu\"", &["27:9 : l’identifiant « Exemple rcu » n’a pas la bonne forme (attendu : 1 à 48 caractères parmi a-z, 0-9 et -)", "45:9 : ce bloc « erreurs » porte l’identifiant « exemple-rcu » (attendu : erreurs=\"Exemple rcu\")"]),
    ("erreurs=\"exemple-rcu\"", "erreurs=\"autre\"", &["45:9 : ce bloc « erreurs » porte l’identifiant « autre » (attendu : erreurs=\"exemple-rcu\")"]),
    ("genre = \"nombre\"", "genre = \"nombres\"", &["28:9 : genre inconnu « nombres » (attendu : nombre, choix, url, code, etat, politique, document, archive, ordre, prevision, commande)"]),
    ("genre = \"nombre\"\n", "", &["28:1 : la clé « genre » manque (attendu : genre = …)"]),
    ("points = 2", "point = 2", &["30:1 : clé inconnue « point » (attendu : « points », sans doute)"]),
    ("points = 2", "points = -2", &["30:10 : « points » vaut -2 (attendu : un nombre entre 0 et 1000, 0 exclu)"]),
    ("lectures = { min = 20, max = 200, pas = 10 }", "lectures = 2020-01-01", &["35:12 : une date n’a rien à faire ici (attendu : un texte entre guillemets droits, un nombre, true ou false)"]),
    ("max = 200", "max = 99999999999999999999", &["35:30 : nombre trop grand (attendu : un nombre d’au plus 15 chiffres)"]),
    ("points = 2", "points = 99999999999999999999", &["30:10 : nombre trop grand (attendu : un nombre d’au plus 15 chiffres)"]),
    ("points = 2", "points = \"2\"", &["30:10 : valeur du mauvais type (attendu : un nombre)"]),
    ("points = 2", "points = ", &["30:10 : TOML : il manque la valeur (attendu : clé = valeur)"]),
    ("points = 2", "points 2", &["30:8 : TOML : il manque le signe = (attendu : clé = valeur)"]),
    ("points = 2", "points = deux", &["30:10 : TOML : valeur sans guillemets droits (attendu : un texte entre guillemets droits, un nombre, true ou false)"]),
    ("points = 2", "points = 007", &["30:10 : TOML : un zéro de trop (attendu : un nombre sans zéro au début)"]),
    ("points = 2", "points = 2\npoints = 3", &["31:1 : TOML : clé en double (attendu : une seule fois chaque clé)"]),
    ("titre = \"Lectures", "titre = \"\"Lectures", &["29:11 : TOML : quelque chose de trop après la valeur (attendu : la fin de la ligne)"]),
    ("titre = \"Lectures fortes\"", "titre = \"Lectures fortes", &["29:25 : TOML : guillemet jamais fermé, ou caractère invisible (attendu : un texte entre guillemets droits, sur une seule ligne)"]),
    ("titre = \"Lectures fortes\"", "titre = \"Lectures \\d fortes\"", &["29:20 : TOML : « \\ » suivi d’un signe inconnu (attendu : \\\\ pour une barre oblique inverse, ou un texte entre apostrophes droites ('…'))"]),
    ("titre = \"Lectures fortes\"", "titre = Lectures fortes", &["29:9 : TOML : valeur sans guillemets droits (attendu : un texte entre guillemets droits, un nombre, true ou false)"]),
    ("titre = \"Lectures fortes\"", "titré = \"Lectures fortes\"", &["29:5 : TOML : clé mal écrite (attendu : une clé en lettres sans accent, chiffres, - ou _)"]),
    ("[parametres]", "[parametres", &["34:12 : TOML : « [ » jamais fermé (attendu : [nom], seul sur sa ligne)"]),
    ("[parametres]", "[[parametres]]", &["34:1 : « parametres » n’est pas une table (attendu : [parametres])"]),
    ("reponse = \"lectures * unites\"\n", "", &["28:1 : la clé « reponse » manque (attendu : reponse = …)"]),
    ("unites = { kRCU = 1000 }", "unites = { kRCU = 1000 ", &["34:1 : TOML : une accolade n’est pas fermée avant ceci (attendu : une } à la fin de la table)"]),
    ("unites = { kRCU = 1000 }", "unites = { kRCU = \"mille\" }", &["33:19 : valeur du mauvais type (attendu : un nombre)"]),
    ("unites = { kRCU = 1000 }", "unites = { kRCU = 0 }", &["27:9 : tolérance ou facteur d’unité impossible (attendu : une tolérance positive ou nulle, des facteurs positifs)"]),
    ("lectures * unites\"", "lectures * unitées\"", &["31:27 : caractère « é » inattendu dans une formule (attendu : un nombre à point décimal, un paramètre, + - * / ^, ceil, floor, round, abs, min(a, b) ou max(a, b))"]),
    ("lectures * unites\"", "lectures * unite\"", &["31:23 : paramètre inconnu « unite » (attendu : « unites », sans doute)"]),
    ("lectures * unites\"", "lectures * \"", &["31:21 : il manque une valeur après ce signe (attendu : un nombre à point décimal, un paramètre, + - * / ^, ceil, floor, round, abs, min(a, b) ou max(a, b))"]),
    ("lectures * unites\"", "(lectures * unites\"", &["31:12 : parenthèse jamais fermée (attendu : une ) qui la ferme)"]),
    ("lectures * unites\"", "max(lectures)\"", &["31:12 : « max » prend deux valeurs (attendu : max(a, b))"]),
    ("pas = 10 }", "pas = 0 }", &["35:1 : le paramètre « lectures » ne peut pas être tiré (attendu : « min » au plus égal à « max », et « pas » positif)"]),
    ("pas = 10 }", "pass = 10 }", &["35:35 : clé inconnue « pass » (attendu : « pas », sans doute)"]),
    ("[5, 6, 7, 9.5]", "[]", &["36:1 : le paramètre « taille_ko » ne peut pas être tiré (attendu : une liste « choix » de nombres ou de textes, sans mélange, non vide)"]),
    ("[5, 6, 7, 9.5]", "[5, 6", &["36:29 : TOML : un crochet n’est pas fermé avant ceci (attendu : un ] à la fin de la liste)"]),
    ("[5, 6, 7, 9.5]", "[5 6]", &["36:24 : TOML : valeur sans guillemets droits (attendu : un texte entre guillemets droits, un nombre, true ou false)"]),
    ("[5, 6, 7, 9.5]", "[5, \"six\"]", &["36:1 : le paramètre « taille_ko » ne peut pas être tiré (attendu : une liste « choix » de nombres ou de textes, sans mélange, non vide)"]),
    ("[5, 6, 7, 9.5]", "[5, true]", &["36:23 : TOML : valeur du mauvais type (attendu : un nombre ou un texte entre guillemets droits)"]),
    ("unites = \"ceil(taille_ko / 4)\"", "unites = \"ceil(table / 4)\"", &["39:16 : « table » est un texte, pas un nombre (attendu : un nombre à point décimal, un paramètre, + - * / ^, ceil, floor, round, abs, min(a, b) ou max(a, b))"]),
    ("unites = \"ceil(taille_ko / 4)\"", "unites = 3", &["39:10 : valeur du mauvais type (attendu : un texte entre guillemets droits)"]),
    ("unites = \"ceil(taille_ko / 4)\"", "Unites = \"4\"", &["31:23 : paramètre inconnu « unites » (attendu : « Unites », sans doute)", "39:1 : « Unites » ne peut pas nommer un paramètre (attendu : a-z, 0-9 et _, et pas le nom d’une fonction)", "73:17 : paramètre inconnu « unites » (attendu : « Unites », sans doute)", "73:40 : paramètre inconnu « unites » (attendu : « Unites », sans doute)"]),
    ("sert @{lectures}", "sert @{lectues}", &["42:28 : paramètre inconnu « lectues » (attendu : « lectures », sans doute)"]),
    ("sert @{lectures} ", "sert @{lectures ", &["42:26 : « @{ » jamais fermé (attendu : une } sur la même ligne)"]),
    ("formule = \"lectures\"", "formule = \"lectures * unites\"", &["52:11 : pour la graine 0, l’erreur « taille-ignoree » donne la bonne réponse (300) (attendu : des valeurs toutes différentes, quel que soit le tirage)"]),
    ("formule = \"lectures\"", "formule = \"lectures * taille_ko / 4\"", &["52:11 : pour la graine 0, « sans-arrondi » et « taille-ignoree » donnent la même valeur (237,5) (attendu : des valeurs toutes différentes, quel que soit le tirage)"]),
    ("formule = \"lectures\"", "formule = \"1 / (lectures - lectures)\"", &["52:11 : pour la graine 0, l’erreur « taille-ignoree » n’est pas un nombre fini (attendu : des valeurs toutes différentes, quel que soit le tirage)"]),
    ("formule = \"lectures\"", "formule = \"lecture\"", &["52:12 : paramètre inconnu « lecture » (attendu : « lectures », sans doute)"]),
    ("formule = \"lectures\"\n", "", &["50:1 : la clé « formule » manque (attendu : formule = …)"]),
    ("id = \"taille-ignoree\"", "id = \"sans-arrondi\"", &["51:6 : l’erreur « sans-arrondi » est déjà décrite (attendu : un identifiant par erreur)"]),
    ("'La taille compte.'", "'Il faut @{lectures * unites}.'", &["53:15 : pour la graine 0, l’explication de « taille-ignoree » donne la bonne réponse (attendu : une explication qui laisse chercher)"]),
    ("```markdown indice=\"exemple-rcu\"\nUne unité lit 4 Ko.\n```\n", "", &["27:9 : l’exercice « exemple-rcu » n’a que 2 indices (attendu : au moins trois (le concept, la forme ou la formule, un début de calcul))"]),
    ("Une unité lit 4 Ko.\n", "", &["56:13 : bloc vide (attendu : un contenu)"]),
    ("```markdown corrige", "Texte libre.\n\n```markdown corrige", &["72:1 : du texte entre les blocs d’un exercice (attendu : rien que les blocs de l’exercice, sans texte entre eux)"]),
    ("\n```markdown corrige", "\n## Titre\n", &["27:9 : l’exercice « exemple-rcu » n’est pas terminé (attendu : ```markdown .noeval corrige=\"exemple-rcu\")"]),
    ("```toml erreurs", "```rust,ignore sonde=\"exemple-rcu\"\n1\n```\n\n```toml erreurs", &["45:16 : le genre « nombre » n’a pas de bloc « sonde » (attendu : ce bloc en moins, ou un autre genre)"]),
    ("```toml erreurs", "```markdown solution=\"exemple-rcu\"\n1\n```\n\n```toml erreurs", &["45:13 : un bloc « solution » ne s’écrit pas en « markdown » (attendu : ```rust,ignore solution=\"exemple-rcu\")", "45:13 : le genre « nombre » n’a pas de bloc « solution » (attendu : ce bloc en moins, ou un autre genre)", "49:9 : le bloc « erreurs » vient après « solution » (attendu : dans cet ordre, programme, depart, verification, verification-cachee, sonde, erreurs, indice, solution, corrige)"]),
    ("La table `@{table}`", "## Titre\n\nLa table `@{table}`", &["42:1 : un titre de niveau 2 dans un énoncé (attendu : un titre de niveau 3 ou plus (###), car ## ouvre une section)"]),
    ("## Suite\n\nFin.\n", "```rust cellule=\"x\"\n1\n", &["76:1 : bloc jamais fermé (attendu : une ligne ```)"]),
    ("## Suite", "- liste\n\n  ```rust cellule=\"x\"\n  1\n  ```\n", &["78:3 : bloc de Cahier en retrait (attendu : un bloc qui commence en colonne 1, hors d’une liste ou d’une citation)"]),
    ("## Suite", "```text sortie=\"x\"\n1\n```\n", &["76:9 : un bloc « sortie » qui ne suit pas sa cellule (attendu : juste après ```rust cellule=\"…\" ou un script)"]),
    ("## Suite", "```markdown indice=\"x\"\n1\n```\n", &["76:13 : un bloc d’exercice hors d’un exercice (attendu : d’abord ```toml exercice=\"x\")"]),
];

fn refused(text: &str) -> parse::LessonError {
    match parse::lesson("exemple.md", text) {
        Ok(_) => panic!("accepted"),
        Err(error) => error,
    }
}

#[test]
fn every_mistake_says_its_line_its_column_and_what_was_expected() {
    let mut surprises = Vec::new();
    for (old, new, said) in MISTAKES {
        assert!(SAMPLE.contains(old), "{old}");
        let found = refused(&SAMPLE.replacen(old, new, 1)).plain();
        let said: Vec<String> = said.iter().map(|line| format!("exemple.md:{line}")).collect();
        if found != said.join("\n") {
            surprises.push(format!(
                "{old:?} → {new:?}\n{found}\ninstead of\n{}",
                said.join("\n")
            ));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n\n"));
}

#[test]
fn what_was_expected_is_always_announced_so() {
    for (old, new, _) in MISTAKES {
        for mistake in refused(&SAMPLE.replacen(old, new, 1)).mistakes() {
            assert!(
                mistake.expected.starts_with("attendu : "),
                "{mistake}: {}",
                mistake.expected
            );
        }
    }
}

#[test]
fn an_empty_file_says_what_a_lesson_begins_with() {
    for text in ["", "\n", "  \n\n"] {
        let error = refused(text);
        let first = &error.mistakes()[0];
        assert_eq!(
            (first.line, first.column, first.message.as_str()),
            (1, 1, "fichier vide")
        );
        assert!(
            first.expected.contains("id, titre, resume et jupyter"),
            "{}",
            first.expected
        );
    }
}

#[test]
fn a_file_that_is_not_utf_8_says_where() {
    let mut bytes = b"\xef\xbb\xbf---\r\nid: exemple\r\ntitre: Le d".to_vec();
    bytes.extend(b"\xe9bit\r\n---\r\n");
    let files = vec![("1.md".to_owned(), bytes), ("2.md".to_owned(), b"---\n".to_vec())];
    let error = Workbook::read(files).err().unwrap();
    assert_eq!(
        error.plain(),
        "1.md:3:12 : un octet (0xE9) qui n’est pas du texte UTF-8 (attendu : un fichier enregistré en UTF-8)\n\
         2.md:1:1 : en-tête YAML jamais fermé (attendu : en tête du fichier, « --- », puis id, titre, resume et \
         jupyter, puis « --- »)"
    );
}

/// One mistake in each place that could hide another.
#[test]
fn mistakes_do_not_hide_one_another() {
    let text = SAMPLE
        .replace("titre: Une leçon d’essai\nresume", "auteur: x\nresume")
        .replace("points = 2", "point = 2\nunit = \"x\"")
        .replace("sert @{lectures}", "sert @{lectues}")
        .replace("id = \"sans-arrondi\"", "idd = \"sans-arrondi\"")
        .replace("formule = \"lectures\"\n", "")
        .replace("```markdown corrige=\"exemple-rcu\"", "```markdown");
    let places = [
        (1, "la clé « titre » manque"),
        (3, "clé inconnue « auteur »"),
        (27, "n’est pas terminé"),
        (30, "clé inconnue « point »"),
        (31, "clé inconnue « unit »"),
        (43, "paramètre inconnu « lectues »"),
        (47, "la clé « id » manque"),
        (48, "clé inconnue « idd »"),
        (51, "la clé « formule » manque"),
    ];
    let error = refused(&text);
    for (line, words) in places {
        let found = error
            .mistakes()
            .iter()
            .any(|one| one.line == line && one.message.contains(words));
        assert!(found, "{line} {words}\n{}", error.plain());
    }
}

#[test]
fn both_blocks_of_toml_are_read_although_the_first_is_broken() {
    let text = SAMPLE
        .replace("points = 2", "points 2")
        .replace("id = \"sans-arrondi\"", "id \"sans-arrondi\"");
    let lines: Vec<usize> = refused(&text).mistakes().iter().map(|one| one.line).collect();
    assert_eq!(lines, [30, 47]);
}
