//! The kind `archive`, with facts of this test's own: what the archives of the lesson hold is read back from their bytes.
#![allow(clippy::unwrap_used)]

mod common;

use common::{drawn, mistakes, text};
use std::io::{Cursor, Read};
use workbook::archive::{ArchiveFacts, ArchiveQuestion, Entry, Trial, Tried};
use workbook::evidence::{Answer, Evidence};
use workbook::exercise::Drawn;
use workbook::ruling::Refusal;
use workbook::verdict::Verdict;

const SETTINGS: &str = r##"genre = "archive"
titre = "Une couche"
points = 2
runtime = "python3.12"
taille_max_ko = "taux"
[parametres]
taux = { choix = [10, 20] }
[[essai]]
id = "module"
importe = "facture"
verifie = "facture.TAUX == @{taux}"
pourquoi = "Le module n’est pas trouvé."
[[essai]]
id = "outil"
commande = "outil"
[[essai]]
id = "donnees"
fichier = "donnees/@{taux}.txt"
[[essai]]
id = "propre"
absent = "*.pyc"
[modele.fichiers]
"python/facture.py" = "TAUX = @{taux}"
"bin/outil" = { texte = "#!/bin/sh", executable = true }
"donnees/@{taux}.txt" = "x""##;

const OTHERS: &str = r##""bin/outil" = { texte = "#!/bin/sh", executable = true }
"donnees/@{taux}.txt" = "x""##;

fn misconception(id: &str, how: &str, files: &str) -> String {
    format!("[[erreur]]\nid = \"{id}\"\n{how}\nexplication = \"C’est {id}.\"\n[erreur.fichiers]\n{files}\n")
}

fn misconceptions() -> String {
    let listed = [
        ("racine", "cas = \"module-a-la-racine\"", format!("\"facture.py\" = \"TAUX = @{{taux}}\"\n{OTHERS}")),
        (
            "version",
            "cas = \"autre-version\"",
            format!("\"python/lib/python3.9/site-packages/facture.py\" = \"TAUX = @{{taux}}\"\n{OTHERS}"),
        ),
        (
            "enfermee",
            "cas = \"dossier-en-trop\"",
            "\"couche/python/facture.py\" = \"TAUX = @{taux}\"".to_owned(),
        ),
        ("opt", "cas = \"chemin-opt\"", format!("\"opt/python/facture.py\" = \"\"\n{OTHERS}")),
        ("nom", "cas = \"autre-nom\"", format!("\"python/Facture.py\" = \"\"\n{OTHERS}")),
        (
            "droit",
            "cas = \"sans-droit\"\nessais = [\"outil\"]",
            "\"python/facture.py\" = \"TAUX = @{taux}\"\n\"bin/outil\" = \"\"\n\"donnees/@{taux}.txt\" = \"\"".to_owned(),
        ),
        (
            "ailleurs",
            "cas = \"commande-ailleurs\"",
            "\"python/facture.py\" = \"TAUX = @{taux}\"\n\"python/outil\" = \"\"\n\"donnees/@{taux}.txt\" = \"\"".to_owned(),
        ),
        (
            "gros",
            "cas = \"trop-gros\"",
            format!("\"python/facture.py\" = {{ texte = \"TAUX = @{{taux}}\", ko = \"taux + 1\" }}\n{OTHERS}"),
        ),
        (
            "cache",
            "chemins = [\"python/*.pyc\"]",
            format!("\"python/facture.py\" = \"TAUX = @{{taux}}\"\n\"python/a.pyc\" = \"\"\n{OTHERS}"),
        ),
        (
            "dependance",
            "cas = \"dependance-manquante\"",
            format!("\"python/facture.py\" = \"import taux\"\n{OTHERS}"),
        ),
        ("valeur", "essais = [\"module\"]", format!("\"python/facture.py\" = \"TAUX = 0\"\n{OTHERS}")),
    ];
    let listed = listed.map(|(id, how, files)| misconception(id, how, &files));
    format!("```toml erreurs=\"e\"\n{}```", listed.concat())
}

fn lesson() -> String {
    text(SETTINGS, "Fabrique-la.", &misconceptions(), "")
}

/// Python in small: what is written in the module tells what comes of importing it.
fn tried(question: &ArchiveQuestion, files: &[(Entry, String)]) -> Vec<Tried> {
    let one = |asked: &workbook::archive::Try| {
        let folders = [
            "python/".to_owned(),
            format!("python/lib/python{}/site-packages/", question.python),
        ];
        let found = folders.iter().find_map(|folder| {
            files
                .iter()
                .find(|(entry, _)| entry.path == format!("{folder}{}.py", asked.module))
        });
        let missing = |name: &str| Tried {
            error: Some((
                "ModuleNotFoundError".to_owned(),
                format!("No module named '{name}'"),
            )),
            ..Tried::default()
        };
        let Some((_, source)) = found else {
            return missing(&asked.module);
        };
        if let Some(name) = source.strip_prefix("import ") {
            return missing(name);
        }
        let value = source
            .trim_end_matches('\0')
            .trim_start_matches("TAUX = ")
            .to_owned();
        let wanted = asked.expression.as_ref().unwrap().rsplit(' ').next().unwrap();
        Tried {
            imported: true,
            error: None,
            holds: Some(value == wanted),
            left: Some(value),
        }
    };
    question.tries.iter().map(one).collect()
}

fn facts(question: &ArchiveQuestion, bytes: &[u8]) -> ArchiveFacts {
    let mut zip = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut files = Vec::new();
    for index in 0..zip.len() {
        let mut file = zip.by_index(index).unwrap();
        let entry = Entry {
            path: file.name().unwrap().into_owned(),
            bytes: file.size(),
            executable: file.unix_mode().unwrap_or(0) & 0o111 != 0,
        };
        let mut content = String::new();
        file.read_to_string(&mut content).unwrap();
        files.push((entry, content));
    }
    let text = |path: &String| {
        let (_, content) = files.iter().find(|(entry, _)| entry.path == *path)?;
        Some((path.clone(), content.clone()))
    };
    ArchiveFacts {
        refusal: None,
        unzipped: files.iter().map(|(entry, _)| entry.bytes).sum(),
        texts: question.texts.iter().filter_map(text).collect(),
        trial: Trial::Ran {
            version: question.python.clone(),
            tried: tried(question, &files),
            too_long: false,
        },
        entries: files.into_iter().map(|(entry, _)| entry).collect(),
    }
}

fn judge(exercise: &Drawn, answer: Answer, change: impl FnOnce(&mut ArchiveFacts)) -> Verdict {
    let Answer::Archive(bytes) = &answer else {
        panic!("no archive: {answer:?}");
    };
    let mut found = facts(exercise.exercise.archive().unwrap(), bytes);
    change(&mut found);
    exercise.exercise.judge(&Evidence {
        archive: Some(found),
        answer: Some(answer),
        ..Evidence::default()
    })
}

fn right(exercise: &Drawn) -> Answer {
    exercise.exercise.right_answer(&Evidence::default())
}

#[test]
fn the_model_passes_and_each_misconception_gets_its_own_feedback() {
    for seed in 0..4 {
        let exercise = drawn(&lesson(), seed);
        let verdict = judge(&exercise, right(&exercise), |_| {});
        assert_eq!(verdict, Verdict::Passed("Le corrigé.".to_owned()), "seed {seed}");
        let wrong = exercise.exercise.wrong_answers(&Evidence::default());
        assert_eq!(wrong.len(), 11);
        for wrong in wrong {
            let verdict = judge(&exercise, wrong.answer, |_| {});
            assert_eq!(
                verdict.misconception(),
                Some(wrong.misconception.as_str()),
                "{verdict:?}"
            );
            assert!(verdict.score(2.0) < 2.0);
        }
    }
}

#[test]
fn what_is_tried_in_python_is_asked_for_with_its_values() {
    let exercise = drawn(&lesson(), 1);
    let asked = exercise.exercise.archive().unwrap();
    let taux = exercise.parameters["taux"].clone();
    let workbook::exercise::Value::Number(taux) = taux else {
        panic!("{taux:?}")
    };
    assert_eq!((asked.python.as_str(), asked.tries.len()), ("3.12", 1));
    assert_eq!(asked.tries[0].expression, Some(format!("facture.TAUX == {taux}")));
}

#[test]
fn without_python_the_structure_alone_is_judged_and_the_verdict_says_so() {
    let exercise = drawn(&lesson(), 0);
    let verdict = judge(&exercise, right(&exercise), |facts| facts.trial = Trial::NoPython);
    assert!(
        matches!(&verdict, Verdict::Passed(told) if told.starts_with("Le corrigé.") && told.contains("seule la structure")),
        "{verdict:?}"
    );
    let wrong = exercise.exercise.wrong_answers(&Evidence::default());
    let at_root = wrong
        .into_iter()
        .find(|one| one.misconception == "racine")
        .unwrap();
    let verdict = judge(&exercise, at_root.answer, |facts| facts.trial = Trial::NoPython);
    assert_eq!(verdict.misconception(), Some("racine"));
    assert!(
        verdict.message().contains("No module named 'facture'"),
        "{verdict:?}"
    );
}

#[test]
fn an_archive_that_could_not_be_tried_neither_passes_nor_costs_an_attempt() {
    let exercise = drawn(&lesson(), 0);
    let verdict = judge(&exercise, right(&exercise), |facts| {
        facts.trial = Trial::Impossible("nom trop long".to_owned());
    });
    assert!(
        matches!(&verdict, Verdict::Unverifiable(told) if told.contains("nom trop long")),
        "{verdict:?}"
    );
}

/// What is said of an archive whose one module does this in Python.
fn told_of(tried: Tried, too_long: bool) -> String {
    // A lesson that has nothing of its own to say of it.
    let silent = lesson().replace("essais = [\"module\"]", "dit = \"jamais\"");
    let exercise = drawn(&silent, 0);
    let verdict = judge(&exercise, right(&exercise), |facts| {
        facts.trial = Trial::Ran {
            version: "3.12".to_owned(),
            tried: vec![tried],
            too_long,
        };
    });
    assert_eq!(verdict.status(), "not_yet");
    verdict.message().to_owned()
}

#[test]
fn a_module_that_is_found_and_fails_is_not_told_that_it_is_missing() {
    let broken = |imported, kind: &str| Tried {
        imported,
        error: Some((kind.to_owned(), "non".to_owned())),
        ..Tried::default()
    };
    let told = told_of(broken(false, "SyntaxError"), false);
    assert!(
        told.contains("Python trouve `facture`, mais ne peut pas l’importer")
            && told.contains("`import facture` échoue\u{a0}: `SyntaxError: non`"),
        "{told}"
    );
    let told = told_of(broken(true, "AttributeError"), false);
    assert!(
        told.contains("Le module est importé")
            && told.contains("`facture.TAUX` échoue\u{a0}: `AttributeError: non`"),
        "{told}"
    );
    let imported = Tried {
        imported: true,
        ..Tried::default()
    };
    let told = told_of(imported, true);
    assert!(told.contains("`facture.TAUX` ne finit pas"), "{told}");
}

#[test]
fn a_command_must_be_one_that_linux_can_run() {
    let exercise = drawn(&lesson(), 0);
    let name = exercise.exercise.archive().unwrap().texts[0].clone();
    for (text, told) in [
        ("", "est un fichier vide"),
        ("echo bonjour\n", "ne commence pas par `#!`"),
        ("#!/bin/sh\r\necho\r\n", "finissent comme sous Windows"),
    ] {
        let verdict = judge(&exercise, right(&exercise), |facts| {
            facts.texts.insert(name.clone(), text.to_owned());
        });
        assert!(
            verdict.status() == "not_yet" && verdict.message().contains(told),
            "{verdict:?}"
        );
    }
}

#[test]
fn another_python_is_named_and_one_that_ends_or_goes_on_is_no_pass() {
    let exercise = drawn(&lesson(), 0);
    let ran = |version: &str, tried: Vec<Tried>, too_long| Trial::Ran {
        version: version.to_owned(),
        tried,
        too_long,
    };
    let holds = Tried {
        holds: Some(true),
        ..Tried::default()
    };
    let verdict = judge(&exercise, right(&exercise), |facts| {
        facts.trial = ran("3.11", vec![holds], false);
    });
    assert!(
        matches!(&verdict, Verdict::Passed(told) if told.contains("Python\u{a0}3.11, faute de Python\u{a0}3.12")),
        "{verdict:?}"
    );
    for (too_long, told) in [(false, "arrête Python"), (true, "ne finit pas")] {
        let verdict = judge(&exercise, right(&exercise), |facts| {
            facts.trial = ran("3.12", vec![], too_long);
        });
        assert!(
            verdict.status() == "not_yet" && verdict.message().contains(told),
            "{verdict:?}"
        );
    }
}

#[test]
fn what_is_wrong_is_counted_and_the_root_of_the_archive_shown() {
    let exercise = drawn(&lesson(), 0);
    let wrong = exercise.exercise.wrong_answers(&Evidence::default());
    let value = wrong
        .into_iter()
        .find(|one| one.misconception == "valeur")
        .unwrap();
    let verdict = judge(&exercise, value.answer, |_| {});
    let told = verdict.message();
    assert!(told.contains("Vérifications réussies\u{a0}: 4 sur 5."), "{told}");
    assert!(told.contains("`facture.TAUX` vaut `0`"), "{told}");
    assert!(told.contains("`bin/`, `donnees/`, `python/`."), "{told}");
    assert!((verdict.score(2.0) - 0.8).abs() < 1e-9, "{verdict:?}");
}

#[test]
fn what_is_no_archive_costs_nothing_and_says_what_to_do() {
    let exercise = drawn(&lesson(), 0);
    let evidence = |answer, archive| Evidence {
        answer: Some(answer),
        archive,
        ..Evidence::default()
    };
    let refused = |message: &str| {
        Some(ArchiveFacts {
            refusal: Some(Refusal {
                code: "InvalidParameterValueException".to_owned(),
                message: message.to_owned(),
            }),
            ..ArchiveFacts::default()
        })
    };
    let broken = refused("Could not unzip uploaded file. Please check your file, then try to upload again.");
    let bytes = || Answer::Archive(b"non".to_vec());
    let judged = |evidence: &Evidence| exercise.exercise.judge(evidence);
    let unreadable = judged(&evidence(bytes(), broken));
    assert!(
        matches!(&unreadable, Verdict::Unreadable(told) if told.contains("ce n’est pas un ZIP") && told.contains("zip -r")),
        "{unreadable:?}"
    );
    let text = judged(&evidence(Answer::Text("couche.zip".to_owned()), None));
    assert!(
        matches!(&text, Verdict::Unreadable(told) if told.contains("«\u{a0}couche.zip\u{a0}»")),
        "{text:?}"
    );
    assert!(matches!(
        judged(&evidence(bytes(), None)),
        Verdict::Unverifiable(_)
    ));
    let bomb = judged(&evidence(
        bytes(),
        refused("Unzipped size must be smaller than 262144000 bytes"),
    ));
    assert_eq!(
        (bomb.status(), bomb.misconception()),
        ("not_yet", Some("gros")),
        "{bomb:?}"
    );
}

#[test]
fn mistakes_of_a_lesson_are_told_with_their_place() {
    let cases = [
        ("python3.12", "node22", "n’est pas un runtime de Python"),
        (
            "commande = \"outil\"",
            "commande = \"outil\"\nfichier = \"a\"",
            "un essai dont on ne sait pas ce qu’il regarde",
        ),
        (
            "id = \"outil\"",
            "id = \"taille\"",
            "l’identifiant « taille » ne convient pas",
        ),
        (
            "\"python/facture.py\" =",
            "\"../facture.py\" =",
            "n’est pas le chemin d’un fichier",
        ),
        (
            "texte = \"#!/bin/sh\", executable",
            "texte = \"#!/bin/sh\", execuable",
            "« execuable » ne convient pas",
        ),
        (
            "essais = [\"outil\"]",
            "essais = [\"outils\"]",
            "aucun essai ne s’appelle « outils »",
        ),
        ("cas = \"chemin-opt\"", "cas = \"chemin-optt\"", "chemin-optt"),
        (
            "taille_max_ko = \"taux\"",
            "taille_max_ko = \"taux / 3\"",
            "n’est pas un nombre entier",
        ),
    ];
    for (right, wrong, told) in cases {
        let lesson = lesson().replacen(right, wrong, 1);
        assert_ne!(lesson, self::lesson(), "{right}");
        let found = mistakes(&lesson);
        assert!(found.contains(told), "{wrong}: {found}");
    }
}
