//! `cahier classe`: what is written for a class, and what is said of it.

use crate::support::Machine;

#[test]
fn a_course_of_nbgrader_is_written_once_and_told_to_people_and_to_programs() {
    let machine = Machine::new();
    let said = machine.on_lessons(&["class", "nbgrader", "essai", "--json"]);
    assert_eq!(said.code, Some(0), "{said:?}");
    let told = said.json();
    assert_eq!(
        (&told["folder"], &told["kept"]),
        (&"cours".into(), &serde_json::json!([]))
    );
    assert_eq!(
        told["written"],
        serde_json::json!([
            "cours/nbgrader_config.py",
            "cours/cahier_nbgrader.py",
            "cours/source/essai/essai.ipynb"
        ])
    );
    assert_eq!(
        told["assignments"][0]["exercises"],
        serde_json::json!([{"id": "essai-double", "points": 2.0}])
    );
    let again = machine.on_lessons(&["classe", "nbgrader", "--toutes"]);
    assert_eq!(again.out.matches("déjà à jour").count(), 3, "{again:?}");
    assert!(
        again
            .out
            .contains("«\u{a0}nbgrader generate_assignment essai\u{a0}»"),
        "{again:?}"
    );
}

#[test]
fn an_unknown_lesson_or_none_at_all_is_said_in_french() {
    let machine = Machine::new();
    let unknown = machine.on_lessons(&["classe", "nbgrader", "esai"]);
    assert!(
        unknown.err.contains("voulais-tu dire «\u{a0}essai\u{a0}»"),
        "{unknown:?}"
    );
    let none = machine.on_lessons(&["classe", "nbgrader"]);
    let both = machine.on_lessons(&["classe", "nbgrader", "essai", "--toutes"]);
    let blocked = {
        std::fs::write(machine.folder.path().join("cours"), "").unwrap();
        machine.on_lessons(&["classe", "nbgrader", "essai"])
    };
    for said in [&unknown, &none, &both, &blocked] {
        assert_eq!(said.code, Some(2), "{said:?}");
        assert!(said.err.contains("Conseil"), "{said:?}");
    }
}

/// A course of two learners on the machine's own lessons, with its assignment.
pub(crate) fn course(machine: &Machine) {
    let list = b"Identifiant;Nom;Pr\xe9nom\r\nada;Lovelace;Ad\xe9la\xefde\r\nbob;Martin;Zo\xe9\r\n";
    std::fs::write(machine.folder.path().join("liste.csv"), list).unwrap();
    let made = machine.on_lessons(&["classe", "creer", "cours", "--eleves", "liste.csv"]);
    assert_eq!(made.code, Some(0), "{made:?}");
    assert!(
        made.out.contains("Windows-1252") && made.out.contains("Adélaïde Lovelace"),
        "{made:?}"
    );
    let said = machine.on_lessons(&[
        "classe",
        "devoir",
        "essai",
        "--cours",
        "cours",
        "--echeance",
        "2026-01-31",
    ]);
    assert_eq!(said.code, Some(0), "{said:?}");
}

fn seed(machine: &Machine, learner: &str) -> u64 {
    let said = machine.on_lessons(&["classe", "graine", learner, "--cours", "cours", "--json"]);
    said.json()["seed"].as_u64().unwrap_or_else(|| panic!("{said:?}"))
}

/// A learner's folder, unpacked as they would.
pub(crate) fn unpacked(machine: &Machine, learner: &str) -> std::path::PathBuf {
    let archive = format!("cours/devoirs/essai/a-distribuer/essai-{learner}.zip");
    let bytes = std::fs::read(machine.folder.path().join(archive)).unwrap();
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let at = machine.folder.path().join("chez-soi");
    zip.extract(&at).unwrap();
    at.join(format!("essai-{learner}"))
}

#[test]
fn a_course_begins_again_with_a_longer_list_and_the_same_key() {
    let machine = Machine::new();
    course(&machine);
    let (before, key) = (
        seed(&machine, "ada"),
        std::fs::read_to_string(machine.folder.path().join("cours/cle")).unwrap(),
    );
    let list = machine.folder.path().join("liste.csv");
    std::fs::write(&list, "id,nom,prenom\nada,Lovelace,Adélaïde\ncleo,Petit,Cléo\n").unwrap();
    let said = machine.on_lessons(&["classe", "creer", "cours", "--eleves", "liste.csv", "--json"]);
    assert_eq!(
        (
            &said.json()["added"],
            &said.json()["not_in_list"],
            &said.json()["learners"]
        ),
        (
            &serde_json::json!(["cleo"]),
            &serde_json::json!(["bob"]),
            &3.into()
        )
    );
    assert_eq!(seed(&machine, "ada"), before);
    assert!(!said.out.contains(key.trim()) && !said.err.contains(key.trim()));
    let unknown = machine.on_lessons(&["classe", "graine", "adda", "--cours", "cours"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.err.contains("voulais-tu dire «\u{a0}ada\u{a0}»"),
        "{unknown:?}"
    );
}

#[test]
fn a_list_that_cannot_be_used_leaves_no_course_and_says_every_line() {
    let machine = Machine::new();
    std::fs::write(
        machine.folder.path().join("liste.csv"),
        "id;nom\nada;Un\nada;Deux\n;Trois\n",
    )
    .unwrap();
    let said = machine.on_lessons(&["classe", "creer", "cours", "--eleves", "liste.csv"]);
    assert_eq!(said.code, Some(2));
    assert!(
        said.err.contains("ligne 3") && said.err.contains("ligne 4") && said.err.contains("Conseil"),
        "{said:?}"
    );
    assert!(!machine.folder.path().join("cours").exists());
    for arguments in [
        &["classe", "noter", "--cours", "ailleurs"][..],
        &["classe", "creer", "cours", "--eleves", "absente.csv"],
        &["classe", "rapport", "--cours", "."],
    ] {
        let said = machine.on_lessons(arguments);
        assert_eq!(said.code, Some(2), "{arguments:?} {said:?}");
        assert!(said.err.contains("Conseil"), "{said:?}");
    }
}

#[test]
fn a_learner_s_folder_gives_their_own_values_to_every_command_in_it() {
    let machine = Machine::new();
    course(&machine);
    let folder = unpacked(&machine, "ada");
    let lessons = machine.lessons();
    let typed = |arguments: &[&str], lines: &str| {
        let mut command = machine.command(arguments);
        command.current_dir(&folder).arg("--lecons").arg(&lessons);
        crate::support::fed(command, lines)
    };
    let run = |arguments: &[&str]| typed(arguments, "");
    let told = run(&["exercice", "essai-double", "--json"]).json();
    assert_eq!(told["seed"], seed(&machine, "ada"));
    let written = std::fs::read_to_string(folder.join("essai.md")).unwrap();
    let number = told["parameters"]["n"].as_f64().unwrap();
    assert!(
        written.contains(&format!("Combien font deux fois {number}")),
        "{written}"
    );
    assert!(written.contains("`01-01-essai-double.txt`"), "{written}");
    // A seed on the command line still comes first.
    assert_eq!(
        run(&["exercice", "essai-double", "--json", "--graine", "3"]).json()["seed"],
        3
    );
    let followed = typed(&["suivre"], "liste\n");
    assert!(followed.out.contains("1\u{a0}exercice dans ."), "{followed:?}");
    assert!(!folder.join("exercices").exists());
    std::fs::write(folder.join("cahier-devoir.json"), "{").unwrap();
    let broken = run(&["suivre"]);
    assert_eq!(broken.code, Some(2));
    assert!(broken.err.contains("tes réponses, elles, restent"), "{broken:?}");
}

#[test]
fn a_class_of_one_goes_from_its_archive_to_its_mark() {
    let machine = Machine::new();
    course(&machine);
    let early = machine.on_lessons(&["classe", "rapport", "--cours", "cours"]);
    assert!(early.err.contains("n’est pas encore noté"), "{early:?}");
    let folder = unpacked(&machine, "bob");
    let file = folder.join("01-01-essai-double.txt");
    let begun = std::fs::read_to_string(&file).unwrap();
    let number = machine
        .on_lessons(&[
            "exercice",
            "essai-double",
            "--json",
            "--graine",
            &seed(&machine, "bob").to_string(),
        ])
        .json()["parameters"]["n"]
        .as_f64()
        .unwrap();
    std::fs::write(&file, format!("{begun}{}\n", number * 2.0)).unwrap();
    let collected = machine.on_lessons(&["classe", "collecter", "chez-soi", "--cours", "cours"]);
    assert_eq!(collected.code, Some(0), "{collected:?}");
    assert!(collected.out.contains("rendu après l’échéance"), "{collected:?}");
    assert!(
        collected.out.contains("1\u{a0}élève n’a rien rendu (ada)"),
        "{collected:?}"
    );
    let graded = machine.on_lessons(&["classe", "noter", "--cours", "cours"]);
    assert_eq!(graded.code, Some(0), "{graded:?}");
    let told = machine
        .on_lessons(&["classe", "rapport", "--cours", "cours", "--json"])
        .json();
    assert_eq!(
        told["assignments"][0]["scores"],
        serde_json::json!([
            {"learner": "ada", "score": 0.0, "open": 0},
            {"learner": "bob", "score": 2.0, "open": 0},
        ])
    );
    // What comes in after that has no points until it is graded.
    std::fs::write(&file, format!("{begun}{number}\n")).unwrap();
    // Times of files are told in seconds, and both would be of the same.
    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(2);
    let written = std::fs::File::options().write(true).open(&file).unwrap();
    written.set_modified(later).unwrap();
    machine.on_lessons(&["classe", "collecter", "chez-soi", "--cours", "cours"]);
    let since = machine
        .on_lessons(&["classe", "rapport", "--cours", "cours", "--json"])
        .json();
    assert_eq!(
        since["assignments"][0]["scores"][1],
        serde_json::json!({"learner": "bob", "score": 0.0, "open": 1})
    );
}

#[test]
fn code_of_learners_waits_until_the_teacher_asks_for_it_to_run() {
    let machine = Machine::new();
    std::fs::write(machine.folder.path().join("liste.csv"), "id,nom\nada,Lovelace\n").unwrap();
    let run = |arguments: &[&str]| machine.run(&[&["classe"], arguments].concat());
    run(&["creer", "cours", "--eleves", "liste.csv"]);
    let exercises = "couche-module,couche-cli-partager";
    let said = run(&[
        "devoir",
        "couches-lambda",
        "--exercices",
        exercises,
        "--nom",
        "essai",
        "--cours",
        "cours",
        "--json",
    ]);
    let asked = said.json()["exercises"].clone();
    assert_eq!(asked.as_array().map(Vec::len), Some(2), "{said:?}");
    let folder = unpacked(&machine, "ada");
    let workbook = workbook::Workbook::load(cahier::lessons::embedded()).unwrap();
    let seed = run(&["graine", "ada", "--cours", "cours", "--json"]).json()["seed"]
        .as_u64()
        .unwrap();
    for asked in asked.as_array().unwrap() {
        let (_, spec) = workbook.exercise(asked["id"].as_str().unwrap()).unwrap();
        let right = (spec.draw)(seed)
            .exercise
            .right_answer(&cahier::place::Place::nowhere().ground());
        let bytes = match right {
            workbook::evidence::Answer::Archive(bytes) => bytes,
            text => text.text().as_bytes().to_vec(),
        };
        std::fs::write(folder.join(asked["file"].as_str().unwrap()), bytes).unwrap();
    }
    run(&["collecter", "chez-soi", "--cours", "cours"]);
    let waiting = run(&["noter", "--cours", "cours"]);
    assert!(
        waiting.out.contains("2\u{a0}réponses attendent") && waiting.out.contains("--executer"),
        "{waiting:?}"
    );
    let report = run(&["rapport", "--cours", "cours", "--json"]).json();
    assert_eq!(report["assignments"][0]["open"], 2);
    let ran = run(&["noter", "--executer", "--cours", "cours", "--json"]);
    assert_eq!(
        ran.json()[0]["statuses"],
        serde_json::json!({"passed": 2}),
        "{ran:?}"
    );
    // The teacher's own progress is not touched.
    let exported = machine
        .run(&["progres", "exporter", "tout.json", "--json"])
        .json();
    assert_eq!(exported["exported"], 0);
}
