//! Mock exams: how a paper is drawn, what a sitting does with answers and time, what a result says.
#![allow(clippy::unwrap_used)]

mod drawing;
mod results;
mod sitting;

//::{BEGUN};
use std::fmt::Write;
use workbook::Workbook;
use workbook::bank::blueprint;
use workbook::exam::{Order, Paper, Sitting, draw};

/// A word that no other number has, in letters: what is compared of questions is their words.
fn word(number: usize) -> String {
    let letter = |rank: u32| char::from(b'a' + u8::try_from(number / 20_usize.pow(rank) % 20).unwrap());
    (0..4).map(letter).collect()
}

/// Questions of a lesson: how many for each skill. Every third asks for two options.
fn bank(lesson: &str, skills: &[(&str, usize)], first: usize) -> String {
    let mut text = format!("lecon = \"{lesson}\"\n");
    let mut number = first;
    for (skill, count) in skills {
        for _ in 0..*count {
            let two = number.is_multiple_of(3);
            let asks = if two { " Choisis DEUX réponses." } else { "" };
            let said: Vec<String> = (0..9).map(|part| word(number * 17 + part)).collect();
            let _ = write!(
                text,
                "[[question]]\nid = \"q-{number}\"\ncompetences = [\"{skill}\"]\nniveau = 1\nsource = \"https://exemple.fr/\"\nenonce = \"{}\u{a0}?{asks}\"\noptions = [\n",
                said.join(" ")
            );
            for option in 0..5 {
                let right = option == 0 || (two && option == 1);
                let _ = writeln!(
                    text,
                    "{{ texte = \"{} {}\", juste = {right}, explication = \"{}\" }},",
                    word(number * 31 + option + 7),
                    word(option),
                    if right { "bien" } else { "non" }
                );
            }
            text.push_str("]\n");
            number += 1;
        }
    }
    text
}

fn lesson(id: &str) -> (String, String) {
    let cell = format!("```rust cellule=\"la-{id}\"\nlet a = 1;\n```\n");
    (
        format!("{id}.md"),
        format!("---\nid: {id}\ntitre: Un\nresume: Un.\n---\n\n{cell}"),
    )
}

fn book(banks: &[(&str, &[(&str, usize)])]) -> Workbook {
    let mut files = Vec::new();
    for (rank, (id, skills)) in banks.iter().enumerate() {
        files.push(lesson(id));
        files.push((format!("questions/{id}.toml"), bank(id, skills, rank * 500 + 1)));
    }
    Workbook::load(files).map_err(|error| error.plain()).unwrap()
}

/// Enough questions for two domains of DVA-C02, too few for the third, none for the fourth.
fn large() -> Workbook {
    book(&[
        ("dynamodb", &[("DVA-C02 1.3.1", 30), ("DVA-C02 1.3.2", 30)]),
        ("iam", &[("DVA-C02 2.1.3", 30)]),
        ("ecs-fargate", &[("DVA-C02 3.1.1", 30)]),
    ])
}

fn order(seed: u64) -> Order {
    Order {
        exam: blueprint::exam("DVA-C02").unwrap(),
        seed,
        questions: None,
        minutes: None,
    }
}

fn paper(questions: usize) -> Paper {
    let wanted = Order {
        questions: Some(questions),
        ..order(5)
    };
    draw(large().bank(), &wanted).unwrap()
}

fn ids(paper: &Paper) -> Vec<&str> {
    paper
        .questions
        .iter()
        .map(|asked| asked.question.id.as_str())
        .collect()
}

const BEGUN: i64 = 1_800_000_000;

fn sitting() -> Sitting {
    Sitting::start(paper(9), BEGUN)
}
