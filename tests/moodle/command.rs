//! `cahier classe moodle`, end to end.

use crate::support::Machine;
use roxmltree::Document;

#[test]
fn a_lesson_is_written_to_a_file_and_what_stays_behind_is_named() {
    let machine = Machine::new();
    let said = machine.run(&["classe", "moodle", "iam", "--sortie", "iam.xml"]);
    assert_eq!((said.code, said.out.as_str()), (Some(0), ""), "{said:?}");
    assert!(said.err.contains("ne vont pas dans Moodle"), "{}", said.err);
    assert!(said.err.contains("une politique"), "{}", said.err);
    assert!(said.err.contains("--tout-ou-rien"), "{}", said.err);
    let text = std::fs::read_to_string(machine.folder.path().join("iam.xml")).unwrap();
    let document = Document::parse(&text).unwrap();
    assert!(document.root_element().children().count() > 69);
}

#[test]
fn without_a_file_the_export_goes_to_standard_output_alone() {
    let machine = Machine::new();
    let said = machine.run(&[
        "class",
        "moodle",
        "url-presignee",
        "--format",
        "gift",
        "--variantes",
        "2",
        "--graine",
        "7",
    ]);
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.out.starts_with("// ") && said.out.contains("-g7]"),
        "{}",
        said.out
    );
    assert!(
        !said.out.contains("Attention") && said.err.contains("GIFT n’a ni points"),
        "{}",
        said.err
    );
    let again = machine.run(&[
        "classe",
        "moodle",
        "url-presignee",
        "--format",
        "gift",
        "--variantes",
        "2",
        "--graine",
        "7",
    ]);
    assert_eq!(said.out, again.out);
}

#[test]
fn a_certification_takes_its_questions_by_its_own_skills() {
    let machine = Machine::new();
    let line = [
        "classe",
        "moodle",
        "--certification",
        "saa-c03",
        "--sortie",
        "q.xml",
        "--json",
    ];
    let report = machine.run(&line).json();
    let categories = report["categories"].as_array().unwrap();
    assert!(categories.len() > 5, "{report}");
    for category in categories {
        let skill = category["path"][3].as_str().unwrap();
        assert!(skill.starts_with("SAA-C03 "), "{category}");
    }
    assert_eq!(report["left_out"].as_array().unwrap().len(), 0);
}

#[test]
fn what_cannot_be_is_refused_with_a_way_to_mend_it() {
    let machine = Machine::new();
    for (line, words) in [
        (&["classe", "moodle"][..], "LECON"),
        (&["classe", "moodle", "imm"], "imm"),
        (&["classe", "moodle", "iam", "--toutes"], "--toutes"),
        (&["classe", "moodle", "iam", "--variantes", "0"], "variantes"),
        (&["classe", "moodle", "--certification", "dva-c01"], "DVA-C02"),
        (&["classe", "moodle", "iam", "--json"], "--sortie"),
        (
            &["classe", "moodle", "iam", "--format", "gift", "--tout-ou-rien"],
            "xml",
        ),
        (
            &["classe", "moodle", "iam", "--sortie", "absent/f.xml"],
            "absent/f.xml",
        ),
    ] {
        let said = machine.run(line);
        assert_eq!(said.code, Some(2), "{line:?}: {said:?}");
        let all = format!("{}{}", said.out, said.err);
        assert!(all.contains(words), "{line:?}: {all}");
    }
}
