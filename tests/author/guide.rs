//! The guide for authors: its example is a lesson that passes every check.

use super::{checked, proved};
use cahier::author::{Desk, File, skeleton};

fn guide() -> String {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("lessons/GUIDE-AUTEUR.md");
    std::fs::read_to_string(path).unwrap()
}

/// The lesson between the two fences of four marks.
fn example(guide: &str) -> String {
    let (_, after) = guide.split_once("\n````markdown\n").unwrap();
    after.split_once("\n````\n").unwrap().0.to_owned() + "\n"
}

#[test]
fn the_example_of_the_guide_passes_every_check() {
    let desk = Desk {
        folder: None,
        beside: Vec::new(),
        files: vec![File::new(
            "07-files-sqs.md".to_owned(),
            example(&guide()).into_bytes(),
        )],
    };
    let report = proved(&desk);
    assert_eq!(report.failures, []);
    assert_eq!((report.counts.cells, report.counts.exercises), (1, 2));
}

#[test]
fn the_question_of_the_guide_is_one() {
    let guide = guide();
    let (_, after) = guide.split_once("\n```toml\nlecon").unwrap();
    let question = format!("lecon{}\n", after.split_once("\n```\n").unwrap().0);
    let lesson = example(&guide).replace("id: files-sqs\n", "id: dynamodb\n");
    let desk = Desk {
        folder: None,
        beside: vec![("questions/07-files-sqs.toml".to_owned(), question.into_bytes())],
        files: vec![File::new("07-files-sqs.md".to_owned(), lesson.into_bytes())],
    };
    let report = checked(&desk);
    assert_eq!((report.failures, report.counts.questions), (Vec::new(), 1));
}

#[test]
fn the_guide_names_the_services_of_commands() {
    let guide = guide();
    for service in workbook::command::SERVICES {
        assert!(guide.contains(&format!("`{service}`")), "{service}");
    }
}

#[test]
fn the_guide_names_every_kind_and_only_commands_that_exist() {
    let guide = guide();
    for (kind, _) in skeleton::EXERCISES {
        assert!(guide.contains(&format!("| `{kind}` |")), "{kind}");
    }
    let known: Vec<&str> = cahier::cli::COMMANDS.iter().map(|command| command.name).collect();
    for line in guide.lines().filter(|line| line.starts_with("cahier ")) {
        let name = line.split_whitespace().nth(1).unwrap();
        assert!(known.contains(&name), "{line}");
    }
}
