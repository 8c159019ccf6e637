//! Lessons with one fault each: it is found, and nothing else is.

use super::{checked, desk, folder, proved};
use cahier::author::{File, Report};
use std::collections::BTreeSet;

/// A file of `broken/`, the rule that it breaks, a part of what is said, and the line.
type Case = (&'static str, &'static str, &'static str, usize);

#[rustfmt::skip]
const READ: &[Case] = &[
    ("image-muette", "parse", "une image sans texte de remplacement", 15),
    ("adresse-sans-tls", "link", "http://docs.aws.amazon.com/\u{a0}» n’est pas une adresse https", 11),
    ("ancre-absente", "link", "l’ancre «\u{a0}#la-fin", 11),
    ("fichier-absent", "link", "«\u{a0}absente.md\u{a0}» n’existe pas", 15),
    ("apostrophe-droite", "typography.apostrophe", "apostrophe droite", 76),
    ("espace-avant-deux-points", "typography.space", "U+00A0) avant «\u{a0}:", 15),
    ("espace-avant-interrogation", "typography.space", "U+202F) avant «\u{a0}?", 36),
    ("espace-des-guillemets", "typography.space", "U+00A0) avant «\u{a0}»", 15),
    ("espaces-doubles", "typography.double-space", "2 espaces de suite", 83),
    ("guillemet-droit", "typography.quotes", "guillemet droit", 15),
    ("milliers", "typography.thousands", "U+202F", 83),
    ("nombre-long", "typography.thousands", "«\u{a0}15000\u{a0}»", 83),
    ("point-decimal", "typography.decimal", "«\u{a0}1.5\u{a0}»", 83),
    ("points-de-suspension", "typography.ellipsis", "3 points", 83),
    ("pour-cent", "typography.unit", "avant «\u{a0}%", 83),
    ("titre-mal-ponctue", "typography.space", "avant «\u{a0}:", 73),
    ("unite", "typography.unit", "«\u{a0}Ko", 11),
    ("chiffre-sans-source", "figure", "4\u{a0}Ko", 11),
    ("exercice-sans-source", "source", "«\u{a0}essai-parts\u{a0}» n’a pas de source", 25),
    ("source-sans-tls", "source", "n’est pas l’adresse d’une page", 29),
    ("aucune-erreur-decrite", "misconceptions", "n’explique aucune erreur", 98),
    ("deux-erreurs-seulement", "misconceptions", "n’explique que 2\u{a0}erreurs", 25),
    ("option-sans-explication", "misconceptions", "option fausse sans explication", 76),
    ("erreur-egale-a-la-reponse", "misconceptions", "pour la graine 0, l’erreur « vers-le-bas » donne la bonne réponse", 46),
    ("graine-rare", "misconceptions", "pour la graine 366", 46),
    ("explication-qui-donne-le-nombre", "leak", "l’explication de « un-seul-lot » donne la bonne réponse", 52),
    ("explication-qui-donne-l-option", "leak", "l’explication de «\u{a0}ordre\u{a0}» donne la bonne réponse", 71),
    ("deux-indices-seulement", "hints", "n’a que 2\u{a0}indices", 71),
    ("entete-sans-resume", "parse", "la clé « resume » manque", 1),
    ("genre-inconnu", "parse", "genre inconnu « nombr »", 26),
    ("html-brut", "html", "«\u{a0}<br>\u{a0}» est du HTML", 15),
    ("identifiant-double", "id", "est déjà pris, ligne 17", 71),
    ("identifiant-mal-forme", "id", "n’a pas la bonne forme", 17),
    ("modele-qui-ne-passe-pas", "right-answer", "la bonne réponse ne passe pas", 98),
    ("erreur-non-reconnue", "wrong-answer", "l’erreur «\u{a0}ailleurs\u{a0}» n’est pas reconnue", 98),
    ("jumeaux", "twin", "la même chose que «\u{a0}essai-choix", 98),
];

/// Those whose fault only shows when they are compiled.
#[rustfmt::skip]
const RUN: &[Case] = &[
    ("cellule-qui-panique", "cell", "la cellule «\u{a0}essai-somme\u{a0}» échoue", 17),
    ("sortie-fausse", "output", "n’affiche pas ce que la leçon annonce", 17),
    ("depart-qui-reussit", "starter", "devrait donner «\u{a0}pas encore", 98),
    ("depart-qui-panique", "starter", "ne va pas au bout", 98),
    ("solution-qui-echoue", "right-answer", "la bonne réponse ne passe pas", 98),
    ("prevision-fausse", "prediction", "n’affiche pas la réponse en dernier, mais «\u{a0}42", 98),
    ("script-qui-echoue", "script", "s’est arrêté avec le code 3", 25),
    ("erreur-rust-non-reconnue", "wrong-answer", "l’erreur «\u{a0}vers-le-bas\u{a0}» n’est pas reconnue", 98),
];

fn surprise(case: &Case, report: &Report) -> Option<String> {
    let (name, rule, said, line) = case;
    let right = match report.failures.as_slice() {
        [one] => one.rule == *rule && one.message.contains(said) && one.line == *line && one.hint.is_some(),
        _ => false,
    };
    (!right).then(|| format!("{name}: {:#?}", report.failures))
}

#[test]
fn each_broken_lesson_is_told_its_fault_and_nothing_else() {
    let check = |case: &Case| surprise(case, &checked(&desk(&format!("broken/{}.md", case.0))));
    let surprises: Vec<String> = READ.iter().filter_map(check).collect();
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn a_fault_that_only_the_compiler_shows_is_found_when_cells_run() {
    let check = |case: &Case| {
        let desk = desk(&format!("broken/{}.md", case.0));
        assert_eq!(checked(&desk).failures, [], "{}", case.0);
        surprise(case, &proved(&desk))
    };
    let check_all = |cases: &[Case]| cases.iter().filter_map(check).collect::<Vec<_>>();
    let (some, others) = RUN.split_at(RUN.len() / 2);
    let surprises = std::thread::scope(|scope| {
        let some = scope.spawn(|| check_all(some));
        [check_all(others), some.join().unwrap()].concat()
    });
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

/// A question in a file beside the sound lesson.
fn asked(stem: &str) -> (String, Vec<u8>) {
    let option = |text: &str, right: bool| {
        format!(
            "[[question.options]]\ntexte = \"{text}\"\njuste = {right}\nexplication = \"Le mot «\u{a0}{text}\u{a0}» le dit.\"\n"
        )
    };
    let options = [("Rouge", true), ("Vert", false), ("Bleu", false), ("Gris", false)];
    let options: String = options.iter().map(|(text, right)| option(text, *right)).collect();
    let text = format!(
        "lecon = \"dynamodb\"\n\n[[question]]\nid = \"qes-couleur\"\ncompetences = [\"DVA-C02 1.3.1\"]\nniveau = 1\n\
         source = \"https://docs.aws.amazon.com/\"\nenonce = \"\"\"\n{stem}\n\"\"\"\n\n{options}"
    );
    ("questions/05-essai.toml".to_owned(), text.into_bytes())
}

/// The sound lesson with such a question; what is said of it: rule, line, whether the message has a part.
fn asking(stem: &str, part: &str) -> Vec<(&'static str, usize, bool)> {
    let mut desk = desk("sound.md");
    let text = desk.files[0].text.replace("id: essai\n", "id: dynamodb\n");
    desk.files = vec![File::new("05-essai.md".to_owned(), text.into_bytes())];
    desk.beside.push(asked(stem));
    let failures = checked(&desk).failures.into_iter();
    failures
        .filter(|one| one.file == "questions/05-essai.toml")
        .map(|one| (one.rule, one.line, one.message.contains(part)))
        .collect()
}

#[test]
fn questions_are_checked_as_the_lessons_are() {
    assert_eq!(asking("De quelle couleur est le signal d’arrêt\u{202f}?", ""), []);
    assert_eq!(
        asking("De quelle couleur est le signal d’arrêt ?", "U+202F"),
        [("typography.space", 9, true)]
    );
    let twin = "Il y a 30 lots de 5 objets. Une part contient 4 objets. Combien de parts faut-il\u{202f}?";
    let said = asking(twin, "«\u{a0}essai-parts\u{a0}» (05-essai.md)");
    assert_eq!(said, [("twin", 3, true)]);
}

#[test]
fn every_broken_lesson_is_in_a_table() {
    let files = std::fs::read_dir(folder().join("broken")).unwrap();
    let files: BTreeSet<String> = files
        .map(|entry| {
            entry
                .unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    let cases: BTreeSet<String> = READ.iter().chain(RUN).map(|case| case.0.to_owned()).collect();
    assert_eq!(files, cases);
    assert!(cases.len() >= 22);
}

#[test]
fn a_sound_lesson_has_no_failure_and_is_counted() {
    let report = proved(&desk("sound.md"));
    assert_eq!(report.failures, []);
    let document = serde_json::to_value(&report).unwrap();
    for (key, count) in [
        ("lessons", 1),
        ("cells", 1),
        ("plots", 0),
        ("exercises", 2),
        ("seeded", 1),
        ("misconceptions", 4),
        ("questions", 0),
    ] {
        assert_eq!(document[key], count, "{key}");
    }
    assert_eq!(document["kinds"], serde_json::json!(["choice", "number"]));
    assert_eq!(document["by_kind"], serde_json::json!({"choice": 1, "number": 1}));
}

#[test]
fn a_machine_where_no_cell_runs_says_so_as_a_failure() {
    let machine = super::support::Machine::new();
    std::fs::copy(folder().join("sound.md"), machine.lessons().join("01-essai.md")).unwrap();
    let said = machine.on_lessons(&["auteur", "verifier", "--json"]);
    let failures = &said.json()["failures"];
    assert_eq!(
        (said.code, &failures[0]["rule"]),
        (Some(1), &"engine".into()),
        "{said:?}"
    );
    assert!(
        failures[0]["hint"].as_str().unwrap().contains("--sans-cellules"),
        "{said:?}"
    );
    let said = machine.on_lessons(&["author", "check", "--sans-cellules", "essai"]);
    assert_eq!(said.code, Some(0), "{said:?}");
}
