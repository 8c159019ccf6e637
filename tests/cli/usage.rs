//! The command line itself: what is wrong with it, help, one document for machines.

use crate::support::{Machine, Said};

/// A command line, what is said of it, and a word of the hint.
type Case = (&'static [&'static str], &'static str, &'static str);

#[rustfmt::skip]
const MISTAKES: &[Case] = &[
    (&["verifer"], "la commande «\u{a0}verifer\u{a0}» n’existe pas", "verifier"),
    (&["aide"], "la commande «\u{a0}aide\u{a0}» n’existe pas", "cahier --help"),
    (&["progres", "exporte"], "n’existe pas", "«\u{a0}exporter\u{a0}»"),
    (&["-x"], "«\u{a0}-x\u{a0}» n’est pas attendu ici", "cahier [COMMANDE]"),
    (&["lire"], "il manque LECON", "cahier lire LECON"),
    (&["lire", "dynamdb"], "n’existe pas", "dynamodb"),
    (&["lire", "iam", "s3"], "«\u{a0}s3\u{a0}» n’est pas attendu ici", "cahier lire LECON"),
    (&["exercice", "ddb-lecture-fort"], "n’existe pas", "ddb-lecture-forte"),
    (&["executer", "dynamodb", "--cellule", "ddb-lir"], "n’a pas de cellule", "ddb-lire"),
    (&["executer", "dynamodb", "--cellule"], "--cellule ID attend une valeur", "après cette cellule"),
    (&["executer", "iam", "--aws", "--horloge-figee"], "--horloge-figee ne va pas avec --aws", "un vrai compte"),
    (&["lecons", "--jsno"], "n’est pas attendu ici", "--json"),
    (&["lecons", "--json=oui"], "«\u{a0}oui\u{a0}» est de trop pour --json", "cahier lecons"),
    (&["lecons", "--graine", "x"], "«\u{a0}x\u{a0}» n’est pas une valeur de --graine", "un nombre entier"),
    (&["lecons", "--graine", "-1"], "«\u{a0}-1\u{a0}» n’est pas une valeur de --graine", "un nombre entier"),
    (&["lecons", "--graine"], "--graine N attend une valeur", "un nombre entier"),
    (&["lecons", "--graine", "1", "--graine", "2"], "--graine N est donné deux fois", "garde l’un des deux"),
    (&["lecons", "--profil", "p"], "qu’avec --aws", "--aws"),
    (&["lecons", "--lecons", "absent"], "impossible de lire absent (introuvable)", "le chemin"),
    (&["lecons", "--lecons", "lecons/01-essai.md"], "(ce n’est pas un dossier)", "le chemin"),
    (&["verifier", "couche-numero"], "il manque la réponse", "--reponse TEXTE"),
    (&["verifier", "couche-numero", "12"], "«\u{a0}12\u{a0}» n’est pas attendu ici", "--reponse \"12\""),
    (&["verifier", "couche-numero", "--reponse", "1", "--reponse", "2"], "--reponse TEXTE est donné deux fois", "l’un des deux"),
    (&["verifier", "couche-numero", "--reponse", "1", "--fichier", "f"], "ne va pas avec «\u{a0}--fichier FICHIER\u{a0}»", "l’un des deux"),
    (&["verifier", "couche-numero", "-", "--reponse", "1"], "«\u{a0}-\u{a0}» ne va pas avec «\u{a0}--reponse TEXTE\u{a0}»", "l’un des deux"),
    (&["progres", "exporter"], "il manque FICHIER", "progres exporter FICHIER"),
    (&["notebooks", "--dossier", "lecons/01-essai.md"], "lecons/01-essai.md\u{a0}: un fichier de ce nom existe déjà", "ses droits"),
    (&["preparer", "--tout"], "il manque --nettoyer", "cahier preparer"),
    (&["examen"], "il manque la certification", "--certification dva-c02"),
    (&["examen", "--certification", "dva-c03"], "n’est pas préparée ici", "DVA-C02"),
    (&["examen", "--certification", ""], "n’est pas préparée ici", "SAA-C03"),
    (&["examen", "--certification", "dva-c02", "--questions", "66"], "n’est pas une valeur de --questions", "de 1 à 65"),
    (&["examen", "--certification", "dva-c02", "--questions", "0"], "n’est pas une valeur de --questions", "de 1 à 65"),
    (&["examen", "--certification", "dva-c02", "--minutes", "-5"], "n’est pas une valeur de --minutes", "de 1 à 600"),
    (&["examen", "--certification", "dva-c02", "--plein-ecran"], "le plein écran est impossible ici", "ligne par ligne"),
    (&["examen", "--simple", "--plein-ecran"], "ne va pas avec", "l’un des deux"),
    (&["examen", "--reponses", "f"], "il manque --certification", "cahier examen"),
    (&["examen", "--revoir"], "aucun examen rendu", "une fois l’examen rendu"),
    (&["examen", "--reprendre"], "aucun examen n’est en cours", "--certification"),
    (&["simulateur", "--port", "99999"], "n’est pas une valeur de --port", "4566 par défaut"),
    (&["simulateur", "--aws"], "se passer d’un vrai compte", "retire --aws"),
    (&["simulateur", "--donnees", "lecons/01-essai.md", "--", "true"], "impossible de lire lecons/01-essai.md", "le chemin"),
];

#[test]
fn a_mistake_on_the_command_line_is_told_in_french_with_a_hint() {
    let machine = Machine::new();
    let mut surprises = Vec::new();
    for (line, message, hint) in MISTAKES {
        let said = machine.run(line);
        let told = said.err.split_once("Conseil\u{a0}:");
        let right = told.is_some_and(|(error, advice)| error.contains(message) && advice.contains(hint));
        if !right || said.code != Some(2) || !said.out.is_empty() {
            surprises.push(format!("{line:?}: {said:?}"));
        }
    }
    assert!(surprises.is_empty(), "{}", surprises.join("\n"));
}

#[test]
fn what_old_preparations_and_compiled_cells_take_is_given_back() {
    let machine = Machine::new();
    let fill = || {
        for file in [
            "prepare/0123456789abcdef/lib.so",
            "prepare/crates-0123456789abcdef/a.rlib",
            "cellules/a.so",
        ] {
            let file = machine.data().join(file);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, vec![0; 1_000_000]).unwrap();
        }
    };
    fill();
    let refused = machine.run(&["preparer", "--nettoyer"]);
    assert_eq!(refused.code, Some(2), "{refused:?}");
    assert!(refused.err.contains("Rust n’est pas installé"), "{refused:?}");
    let all = machine.run(&["preparer", "--nettoyer", "--tout", "--json"]);
    assert_eq!(all.json()["freed_bytes"], 3_000_000, "{all:?}");
    assert!(!machine.data().join("prepare/0123456789abcdef").exists());
    fill();
    let said = machine.run(&["preparer", "--nettoyer", "--tout"]);
    assert!(said.out.contains("3\u{a0}Mo rendus"), "{said:?}");
}

/// Words that no learner should meet, and the mark of a crash.
const FOREIGN: [&str; 7] = [
    "panicked", "os error", "Usage", "error:", "tip:", "invalid", "00a0",
];

/// Every command with everything that none of them takes.
#[test]
fn no_command_breaks_or_speaks_english_whatever_it_is_given() {
    let machine = Machine::new();
    let odd: [&[&str]; 7] = [
        &["--inconnu"],
        &["a", "b", "c"],
        &["--graine", "x"],
        &["--lecons"],
        &["--region", "x"],
        &["--oui=non"],
        &["--fichier", "lecons", "--reponse", ""],
    ];
    for command in cahier::cli::COMMANDS {
        for arguments in odd {
            let line = [&[command.name][..], arguments, &["--json"]].concat();
            let said = machine.run(&line);
            assert_eq!(said.code, Some(2), "{line:?}: {said:?}");
            let error = &said.json()["error"];
            assert!(
                error["message"].is_string() && error["hint"].is_string(),
                "{line:?}: {said:?}"
            );
            let foreign = FOREIGN.iter().find(|word| said.err.contains(**word));
            assert_eq!(foreign, None, "{line:?}: {said:?}");
        }
    }
}

#[test]
fn help_and_the_version_are_one_document_with_json() {
    let machine = Machine::new();
    for (line, name) in [
        (&["--help", "--json"][..], "cahier"),
        (&["--json", "-h"], "cahier"),
        (&["check", "--help", "--json"], "cahier verifier"),
        (
            &["progres", "exporter", "-h", "--json"],
            "cahier progres exporter",
        ),
        (&["--json", "--version"], "cahier"),
    ] {
        let said = machine.run(line);
        assert_eq!(
            (said.code, &said.json()["name"]),
            (Some(0), &name.into()),
            "{line:?}"
        );
        assert!(said.err.contains("cahier"), "{line:?}: {said:?}");
    }
    let help = machine.run(&["--help", "--json"]).json();
    let names = |key: &str| -> Vec<String> {
        let all = help[key].as_array().unwrap();
        all.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let commands: Vec<&str> = cahier::cli::COMMANDS.iter().map(|command| command.name).collect();
    assert_eq!(names("commands"), commands);
    let options = names("options");
    assert_eq!(
        options.iter().filter(|name| *name == "--json").count(),
        1,
        "{options:?}"
    );
    let check = machine.run(&["verifier", "-h", "--json"]).json();
    assert_eq!(check["arguments"][0]["name"], "EXERCICE");
    assert_eq!(check["examples"].as_array().unwrap().len(), 4);
    assert_eq!(
        machine.run(&["-V", "--json"]).json()["version"],
        env!("CARGO_PKG_VERSION")
    );
}

#[test]
fn without_a_command_json_is_refused_in_one_document() {
    let said = Machine::new().run(&["--json"]);
    assert_eq!(said.code, Some(2));
    assert_eq!(said.json()["error"]["code"], "usage");
    assert!(said.err.contains("--json demande une commande"), "{said:?}");
}

#[test]
fn saying_json_twice_is_saying_it_once() {
    let machine = Machine::new();
    for line in [
        &["--json", "--json", "lecons"][..],
        &["lecons", "--json", "--json"],
        &["--json", "lecons", "--json"],
    ] {
        let said = machine.on_lessons(line);
        assert_eq!(
            (said.code, &said.json()[0]["id"]),
            (Some(0), &"essai".into()),
            "{line:?}"
        );
    }
}

#[test]
fn an_answer_that_looks_like_an_option_is_an_answer() {
    let said = Machine::new().on_lessons(&["verifier", "essai-double", "--reponse", "--json"]);
    assert_eq!(said.code, Some(2));
    assert!(said.out.contains("Réponse illisible"), "{said:?}");
}

#[test]
fn help_fits_the_terminal() {
    let machine = Machine::new();
    let mut command = machine.command(&["--help"]);
    let said: Said = command.env("COLUMNS", "60").output().unwrap().into();
    let long: Vec<&str> = said
        .out
        .lines()
        .filter(|line| line.chars().count() > 60)
        .collect();
    assert_eq!(long, Vec::<&str>::new());
    assert!(said.out.contains("Code de sortie"), "{}", said.out);
}

#[test]
fn what_cannot_be_said_is_not_done() {
    let machine = Machine::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let output = machine
        .command(&["lecons", "--json"])
        .stdout(full)
        .output()
        .unwrap();
    let said: Said = output.into();
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(
        said.err.contains("sur la sortie standard (le disque est plein)"),
        "{said:?}"
    );
}

#[test]
fn a_reader_that_went_away_is_no_failure() {
    let machine = Machine::new();
    for line in [
        &["lecons"][..],
        &["lecons", "--json"],
        &["--help"],
        &["lire", "iam"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let said: Said = machine.command(line).stdout(writer).output().unwrap().into();
        assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{line:?}");
    }
}

#[test]
fn nothing_is_needed_of_the_environment() {
    let machine = Machine::new();
    let mut bare = machine.command(&["lecons"]);
    bare.env_clear().env("CAHIER_DATA_DIR", machine.data());
    let said: Said = bare.output().unwrap().into();
    assert_eq!((said.code, said.err.as_str()), (Some(0), ""), "{said:?}");
    let mut homeless = machine.command(&["verifier", "couche-numero", "--reponse", "0"]);
    homeless
        .env_clear()
        .env("HOME", machine.lessons().join("01-essai.md"));
    let said: Said = homeless.output().unwrap().into();
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.err.contains("n’a pas été enregistrée"), "{said:?}");
}

#[test]
fn with_json_a_failure_is_one_document() {
    let failed = Machine::new().run(&["lire", "absente", "--json"]);
    assert_eq!(failed.code, Some(2));
    let error = failed.json()["error"].clone();
    assert_eq!(error["code"], "unknown_lesson");
    assert!(error["message"].is_string() && error["hint"].is_string());
    let usage = Machine::new().run(&["verifer", "--json"]);
    assert_eq!(usage.json()["error"]["code"], "usage");
}

#[test]
fn help_is_french_and_names_every_command() {
    let machine = Machine::new();
    let help = machine.run(&["--help"]);
    assert_eq!(help.code, Some(0));
    for command in cahier::cli::COMMANDS {
        assert!(
            help.out.contains(command.name) && help.out.contains(command.alias),
            "{}",
            command.name
        );
        let page = machine.run(&[command.alias, "-h"]);
        assert_eq!(page.code, Some(0), "{}", command.name);
        assert!(
            page.out.contains("Utilisation") && page.out.contains(command.about),
            "{}",
            page.out
        );
        let english = [
            "Usage",
            "Options:",
            "Commands",
            "Print",
            "default:",
            "possible values",
        ];
        assert!(
            !english.iter().any(|word| page.out.contains(word)),
            "{}",
            page.out
        );
        for example in command.examples {
            assert!(example.contains(&format!("cahier {}", command.name)), "{example}");
        }
    }
    assert_eq!(
        machine.run(&["--version"]).out.trim(),
        format!("cahier {}", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn every_exercise_that_help_gives_as_an_example_is_there() {
    let machine = Machine::new();
    let all = machine.run(&["lecons", "--json"]).json();
    let lessons = all.as_array().unwrap().iter();
    let known: Vec<String> = lessons
        .flat_map(|lesson| lesson["exercises"].as_array().unwrap())
        .map(|exercise| exercise["id"].as_str().unwrap().to_owned())
        .collect();
    for command in ["exercice", "verifier", "indice", "solution"] {
        let help = machine.run(&[command, "--help"]).out;
        let examples: Vec<&str> = help
            .lines()
            .filter_map(|line| line.split_once(&format!("cahier {command} ")))
            .filter_map(|(_, rest)| rest.split_whitespace().next())
            .filter(|word| word.contains('-') && !word.starts_with('-'))
            .collect();
        assert!(!examples.is_empty(), "{help}");
        for id in examples {
            assert!(known.iter().any(|one| one == id), "{command}: {id}");
        }
    }
}
