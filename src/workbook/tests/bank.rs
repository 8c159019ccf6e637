//! The question bank: how its files are read, what is refused, how a question is drawn and graded.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use workbook::Workbook;
use workbook::bank::{DrawnQuestion, blueprint};

const FILE: &str = "questions/04-versionnement-s3.toml";
const SAMPLE: &str = include_str!("banque.toml");

/// A lesson with a cell, under an id that the bank may name.
fn lesson(id: &str) -> (String, String) {
    let cell = "```rust cellule=\"la-cellule\"\nlet a = 1;\n```\n";
    let text = format!("---\nid: {id}\ntitre: Un\nresume: Un.\n---\n\n{cell}");
    (format!("{id}.md"), text)
}

fn load(bank: &str) -> Result<Workbook, String> {
    let files = vec![lesson("versionnement-s3"), (FILE.to_owned(), bank.to_owned())];
    Workbook::load(files).map_err(|error| error.plain())
}

fn drawn(id: &str, seed: u64) -> DrawnQuestion {
    let book = load(SAMPLE).unwrap();
    let exam = blueprint::exam("SAA-C03").unwrap();
    book.bank().question(id).unwrap().drawn(exam, seed).unwrap()
}

#[test]
fn a_file_of_the_bank_is_read_beside_its_lesson() {
    let book = load(SAMPLE).unwrap();
    assert_eq!(book.lessons().len(), 1);
    let [first, second] = book.bank().questions() else {
        panic!("two questions");
    };
    assert_eq!(
        (first.id.as_str(), first.level, first.choose(), first.line),
        ("q-effacer", 2, 1, 3)
    );
    assert_eq!(
        (second.choose(), second.options.len(), second.file.as_str()),
        (2, 5, FILE)
    );
    assert!(
        first.stem.starts_with("Une équipe") && first.stem.ends_with("cause ?"),
        "{}",
        first.stem
    );
    let of = |code| {
        let exam = blueprint::exam(code).unwrap();
        book.bank().of_exam(exam).count()
    };
    assert_eq!([of("dva-c02"), of("SAA-C03"), of("CLF-C02")], [1, 2, 0]);
    assert_eq!(book.bank().of_lesson("versionnement-s3").count(), 2);
    assert_eq!(
        first.skills[1].domain().french,
        "Concevoir des architectures économiques"
    );
    assert!(blueprint::exam("DVA-C03").is_none());
}

#[test]
fn lessons_alone_have_an_empty_bank() {
    let book = Workbook::load(vec![lesson("versionnement-s3")]).unwrap();
    assert!(book.bank().questions().is_empty());
}

/// What is replaced in the sample, by what, and all that is said of it: `line:column : message (expected)`.
type Case = (&'static str, &'static str, &'static [&'static str]);

#[rustfmt::skip]
const MISTAKES: &[Case] = &[
    ("lecon = \"versionnement-s3\"", "lecon = \"versionnement\"", &["1:9 : leçon inconnue « versionnement » (attendu : « versionnement-s3 », sans doute)"]),
    ("lecon = \"versionnement-s3\"\n", "\n", &["1:1 : la clé « lecon » manque (attendu : lecon = …)"]),
    ("lecon = \"versionnement-s3\"", "lecon = 4", &["1:9 : valeur du mauvais type (attendu : un texte entre guillemets droits)"]),
    ("lecon = ", "auteur = \"x\"\nlecon = ", &["1:1 : clé inconnue « auteur » (attendu : lecon, question)"]),
    ("niveau = 2", "niveau = 2\nniveaux = 3", &["7:1 : clé inconnue « niveaux » (attendu : « niveau », sans doute)"]),
    ("niveau = 2", "niveau = 4", &["6:10 : « niveau » vaut 4 (attendu : 1 (application), 2 (analyse) ou 3 (étude de cas))"]),
    ("niveau = 2", "niveau = 0", &["6:10 : « niveau » vaut 0 (attendu : 1 (application), 2 (analyse) ou 3 (étude de cas))"]),
    ("niveau = 2", "niveau = \"deux\"", &["6:10 : valeur du mauvais type (attendu : un nombre entier)"]),
    ("niveau = 2\n", "", &["3:1 : la clé « niveau » manque (attendu : niveau = …)"]),
    ("niveau = 2", "niveau 2", &["6:8 : TOML : il manque le signe = (attendu : clé = valeur)"]),
    ("q-effacer", "Q effacer", &["4:6 : l’identifiant « Q effacer » n’a pas la bonne forme (attendu : 1 à 48 caractères parmi a-z, 0-9 et -)"]),
    ("q-restaurer", "q-effacer", &["32:6 : l’identifiant « q-effacer » est déjà pris dans questions/04-versionnement-s3.toml (attendu : un identifiant unique dans toutes les leçons et toutes les questions)"]),
    ("q-effacer", "la-cellule", &["4:6 : l’identifiant « la-cellule » est déjà pris dans versionnement-s3.md (attendu : un identifiant unique dans toutes les leçons et toutes les questions)"]),
    ("q-effacer", "versionnement-s3", &["4:6 : l’identifiant « versionnement-s3 » est déjà pris dans versionnement-s3.md (attendu : un identifiant unique dans toutes les leçons et toutes les questions)"]),
    ("[\"SAA-C03 2.2\"]", "[]", &["31:1 : une question sans compétence (attendu : competences = [\"DVA-C02 1.3.6\", …])"]),
    ("SAA-C03 2.2", "SAA-C03 9.9", &["33:16 : compétence inconnue « SAA-C03 9.9 » (attendu : DVA-C02 1.3.6, DVA-C02 1.3.7, SAA-C03 1.3, SAA-C03 2.2, SAA-C03 4.1, CLF-C02 3.6)"]),
    ("SAA-C03 2.2", "SAA-C03 1.1", &["33:16 : la compétence « SAA-C03 1.1 » n’est pas de la leçon « versionnement-s3 » (attendu : DVA-C02 1.3.6, DVA-C02 1.3.7, SAA-C03 1.3, SAA-C03 2.2, SAA-C03 4.1, CLF-C02 3.6)"]),
    ("\"SAA-C03 4.1\"", "\"DVA-C02 1.3.6\"", &["5:33 : la compétence « DVA-C02 1.3.6 » est donnée deux fois (attendu : chaque compétence une seule fois)"]),
    ("https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html", "http://docs.aws.amazon.com/", &["7:10 : « http://docs.aws.amazon.com/ » n’est pas l’adresse d’une page (attendu : source = \"https://…\")"]),
    ("https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html", "https://", &["7:10 : « https:// » n’est pas l’adresse d’une page (attendu : source = \"https://…\")"]),
    ("juste = true\n", "juste = false\n", &["3:1 : aucune option juste (attendu : au moins une option juste et une fausse)"]),
    ("juste = true\n", "juste = \"oui\"\n", &["15:9 : valeur du mauvais type (attendu : true ou false)", "3:1 : aucune option juste (attendu : au moins une option juste et une fausse)"]),
    ("texte = \"Les suppressions attendent la fin du mois.\"\n", "", &["18:1 : la clé « texte » manque (attendu : texte = …)"]),
    ("S3 n’attend pas.", "  ", &["20:15 : explication vide (attendu : un texte)"]),
    ("Les suppressions attendent la fin du mois.", "", &["19:9 : option vide (attendu : un texte)"]),
    ("Les suppressions attendent la fin du mois.", "Les suppressions ne valent que pour la classe *standard*", &["28:9 : deux options disent « Les suppressions ne valent que pour la classe Standard. » (attendu : des options toutes différentes)"]),
    (" Choisis DEUX réponses.", "", &["31:1 : 2\u{a0}options sont justes, et l’énoncé ne le dit pas (attendu : « Choisis DEUX réponses. » dans l’énoncé)"]),
    ("DEUX", "TROIS", &["31:1 : 2\u{a0}options sont justes, et l’énoncé en demande 3 (attendu : « Choisis DEUX réponses. » dans l’énoncé)"]),
    ("cause ?", "cause ? Choisis DEUX réponses.", &["3:1 : 1\u{a0}option est juste, et l’énoncé en demande 2 (attendu : un énoncé qui ne demande qu’une réponse)"]),
    ("[[question.options]]\ntexte = \"Les suppressions attendent la fin du mois.\"\nexplication = \"S3 n’attend pas.\"\n", "", &["3:1 : une question à 3\u{a0}options (attendu : de 4 à 6 options)"]),
    ("options = [\n", "options = [\n  \"Rien.\",\n", &["38:3 : valeur du mauvais type (attendu : [[question.options]])"]),
];

#[test]
fn each_mistake_is_told_with_its_place_and_what_was_expected() {
    for (old, new, expected) in MISTAKES {
        let text = SAMPLE.replacen(old, new, 1);
        assert_ne!(text, SAMPLE, "{old} is not in the sample");
        let said = load(&text).err().unwrap_or_default();
        let expected: BTreeSet<String> = expected.iter().map(|line| format!("{FILE}:{line}")).collect();
        let said: BTreeSet<String> = said.lines().map(str::to_owned).collect();
        assert_eq!(said, expected, "{new}");
    }
}

#[test]
fn a_question_of_right_options_only_is_refused() {
    let text = SAMPLE.replace("explication = \"S3", "juste = true\nexplication = \"S3");
    let text = text.replace("juste = false", "juste = true");
    let text = text.replace(
        "explication = \"La classe",
        "juste = true\nexplication = \"La classe",
    );
    let said = load(&text).err().unwrap();
    assert!(said.contains(":3:1 : toutes les options sont justes"), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
}

#[test]
fn every_mistake_of_every_file_is_reported_at_once() {
    let broken = SAMPLE
        .replace("niveau = 2", "niveau = 7\nautre = 1")
        .replace("niveau = 1", "niveau = -1")
        .replace(
            "juste = true, explication = \"Celle",
            "just = true, explication = \"Celle",
        );
    let other = "lecon = \"iam\"\n";
    let files = vec![
        ("01.md".to_owned(), b"rien".to_vec()),
        (FILE.to_owned(), broken.into_bytes()),
        ("questions/02-iam.toml".to_owned(), other.as_bytes().to_vec()),
        (
            "questions/03-vide.toml".to_owned(),
            b"lecon = \"d\xe9bit\"".to_vec(),
        ),
    ];
    let error = Workbook::read(files).err().unwrap();
    let places: Vec<(&str, usize)> = error
        .mistakes()
        .iter()
        .map(|one| (one.file.as_str(), one.line))
        .collect();
    let expected = [
        ("01.md", 1),
        (FILE, 6),
        (FILE, 7),
        (FILE, 35),
        (FILE, 40),
        ("questions/02-iam.toml", 1),
        ("questions/03-vide.toml", 1),
    ];
    assert_eq!(places, expected, "{}", error.plain());
}

#[test]
fn a_question_about_a_lesson_that_no_exam_asks_about_is_refused() {
    let files = vec![
        lesson("cuisine"),
        (
            FILE.to_owned(),
            SAMPLE.replace("lecon = \"versionnement-s3\"", "lecon = \"cuisine\""),
        ),
    ];
    let said = Workbook::load(files).err().unwrap().plain();
    assert!(
        said.contains(":1:9 : aucun examen ne porte sur la leçon « cuisine »"),
        "{said}"
    );
}

#[test]
fn no_truncation_of_a_file_makes_the_reader_panic() {
    for end in (0..SAMPLE.len())
        .filter(|end| SAMPLE.is_char_boundary(*end))
        .step_by(7)
    {
        let _ = load(&SAMPLE[..end]);
    }
}

#[test]
fn every_order_is_drawn_with_letters_and_the_same_seed_gives_the_same() {
    let mut orders = BTreeSet::new();
    for seed in 0..400 {
        let question = drawn("q-effacer", seed);
        let letters: String = question.options.iter().map(|option| option.id.as_str()).collect();
        assert_eq!(letters, "ABCD");
        assert_eq!(question, drawn("q-effacer", seed));
        orders.insert(
            question
                .options
                .iter()
                .map(|option| option.text.clone())
                .collect::<Vec<_>>(),
        );
        if orders.len() == 24 {
            return;
        }
    }
    panic!("{} orders of 24", orders.len());
}

#[test]
fn what_is_asked_tells_nothing_of_what_is_right() {
    let json = serde_json::to_value(drawn("q-restaurer", 3)).unwrap();
    let keys: Vec<&String> = json.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["choose", "domain", "id", "options", "skill", "stem"]);
    assert_eq!(
        (&json["choose"], &json["domain"], &json["skill"]),
        (&2.into(), &2.into(), &"2.2".into())
    );
    assert!(!json.to_string().contains("courante"), "{json}");
    let question = load(SAMPLE).unwrap();
    let question = question.bank().question("q-restaurer").unwrap();
    assert!(question.drawn(blueprint::exam("DVA-C02").unwrap(), 0).is_none());
}

#[test]
fn all_right_letters_and_no_other_are_right() {
    for seed in 0..30 {
        let question = drawn("q-restaurer", seed);
        let right: Vec<String> = question.right().into_iter().map(String::from).collect();
        let read = |typed: &str| question.read(typed);
        assert!(question.is_right(&read(&right.join(" et ").to_lowercase()).unwrap()));
        assert!(question.is_right(&read(&right.concat()).unwrap()));
        let wrong = question.explained().iter().find(|option| !option.right).unwrap();
        assert!(!question.is_right(&read(&format!("{},{}", right[0], wrong.letter)).unwrap()));
        assert!(!question.is_right(&BTreeSet::new()));
        for typed in [right[0].as_str(), "ABC"] {
            let said = read(typed).unwrap_err();
            assert!(
                said.contains("Il faut choisir 2 réponses") && said.contains("`A,B`"),
                "{said}"
            );
        }
        for typed in ["", "Z A", "1"] {
            assert!(read(typed).unwrap_err().contains("parmi `A`, `B`, `C`, `D`, `E`"));
        }
    }
    assert!(
        drawn("q-effacer", 0)
            .read("AB")
            .unwrap_err()
            .contains("Une seule réponse")
    );
}
