//! Mock exams that learners join to what they hand in, and what their teacher reads of them.

use crate::class::{course, unpacked};
use crate::support::{Machine, fed};
use serde_json::json;

/// Sits a short exam with the program's own lessons: every question is answered `A`.
fn sit(machine: &Machine) {
    let arguments = [
        "examen",
        "--certification",
        "dva-c02",
        "--graine",
        "7",
        "--questions",
        "5",
        "--simple",
    ];
    let said = fed(machine.command(&arguments), "\nA\nA\nA\nA\nA\nr\noui\n");
    assert!(said.out.contains("Questions justes"), "{said:?}");
}

fn in_course(machine: &Machine, arguments: &[&str]) -> crate::support::Said {
    let said = machine.on_lessons(&[&["classe"], arguments, &["--cours", "cours"]].concat());
    assert_eq!(said.code, Some(0), "{said:?}");
    said
}

#[test]
fn a_learner_s_exams_are_joined_when_they_ask_and_told_as_their_own_word() {
    let machine = Machine::new();
    course(&machine);
    let folder = unpacked(&machine, "ada").display().to_string();
    let early = machine.run(&["examen", "--joindre", &folder]);
    assert!(early.err.contains("aucun examen rendu"), "{early:?}");
    sit(&machine);
    let elsewhere = machine.run(&["examen", "--joindre", "lecons"]);
    assert_eq!(elsewhere.code, Some(2));
    assert!(
        elsewhere.err.contains("n’est pas le dossier d’un devoir"),
        "{elsewhere:?}"
    );
    let joined = machine.run(&["examen", "--joindre", &folder]);
    assert_eq!(joined.code, Some(0), "{joined:?}");
    assert!(joined.out.contains("1\u{a0}examen dans"), "{joined:?}");

    in_course(&machine, &["collecter", "chez-soi"]);
    in_course(&machine, &["noter"]);
    let told = in_course(&machine, &["rapport", "--json"]).json();
    let exams = told["exams"].as_array().unwrap();
    assert_eq!(exams.len(), 1, "who joined none is not there: {told}");
    let best = &exams[0]["best"]["DVA-C02"];
    assert_eq!(
        (&exams[0]["learner"], &best["total"], &best["exams"]),
        (&json!("ada"), &json!(5), &json!(1))
    );
    // The course's own lessons have no question: there is nothing to grade these answers with.
    assert_eq!(best["graded_again"], false);
    let at =
        |name: &str| std::fs::read_to_string(machine.folder.path().join("cours/rapport").join(name)).unwrap();
    let book = at("notes.csv");
    let columns = "examen-DVA-C02:juste,examen-DVA-C02:sur,examen-DVA-C02:passes,examen-DVA-C02:le,examen-DVA-C02:renote";
    assert!(book.lines().next().unwrap().ends_with(columns), "{book}");
    assert!(book.lines().nth(1).unwrap().ends_with(",non"), "{book}");
    assert!(
        book.lines().nth(2).unwrap().ends_with(",,,,,"),
        "bob joined none: {book}"
    );
    let page = at("rapport.html");
    assert!(
        page.contains("sans surveillance") && page.contains("Examens blancs"),
        "{page}"
    );
}

#[test]
fn a_file_of_exams_that_is_not_ours_is_named_and_takes_nothing_from_the_answers() {
    let machine = Machine::new();
    course(&machine);
    let folder = unpacked(&machine, "ada");
    std::fs::write(
        folder.join("cahier-examens.json"),
        "{\"version\":1,\"exams\":[{\"certification\":\"DVA-C02\"}]}",
    )
    .unwrap();
    let said = in_course(&machine, &["collecter", "chez-soi"]);
    assert!(
        said.out
            .contains("cahier-examens.json n’est plus tel que Cahier l’a écrit"),
        "{said:?}"
    );
    in_course(&machine, &["noter"]);
    assert_eq!(
        in_course(&machine, &["rapport", "--json"]).json()["exams"],
        json!([])
    );
}
