//! What is said before an exam begins, and before one that was left goes on.

use super::duration::{clock, moment, spoken};
use crate::render::markdown;
use crate::render::style::{Ink, Look};
use crate::render::wrap::{Piece, wrap};
use std::fmt::Write;
use workbook::exam::{Paper, Sitting, UNOFFICIAL};
use workbook::french::counted;

/// A paper, before its time runs.
pub fn opening(paper: &Paper, look: Look) -> String {
    let exam = paper.exam;
    let count = paper.questions.len();
    let mut text = format!(
        "# Examen blanc {}\n\n**{}** en **{}**, graine {}.\n",
        exam.code,
        counted(count, "question", "questions"),
        spoken(paper.minutes),
        paper.seed
    );
    if paper.ordered > count {
        let _ = writeln!(
            text,
            "\nLa banque n’en a pas assez pour {} en gardant les proportions de l’examen et sans poser deux fois la même.",
            counted(paper.ordered, "question", "questions")
        );
    }
    text.push_str("\nLes domaines de l’examen que les leçons couvrent, avec leurs poids officiels ramenés à cent\u{a0}:\n\n");
    for domain in paper.covered() {
        let _ = writeln!(
            text,
            "- {}\u{a0}: {:.0}\u{a0}%, {}",
            domain.french,
            paper.share(domain),
            counted(paper.of_domain(domain.number), "question", "questions")
        );
    }
    let mut uncovered = paper.uncovered().peekable();
    if uncovered.peek().is_some() {
        text.push_str(
            "\nCe que les leçons ne couvrent pas, et qui vaut pourtant des points à l’examen\u{a0}:\n\n",
        );
        for domain in uncovered {
            let _ = writeln!(text, "- {}\u{a0}: {}\u{a0}%", domain.french, domain.weight);
        }
    }
    let _ = write!(
        text,
        "\nOù il faut plusieurs réponses, il les faut toutes, et aucune autre. Une question sans réponse est fausse. Comme à l’examen, \
         **le temps ne s’arrête pas**, même si tu quittes ou si le programme est tué\u{a0}: tout ce que tu réponds est gardé aussitôt, et \
         «\u{a0}cahier examen\u{a0}» reprend avec le temps qui reste.\n\n{UNOFFICIAL}\n"
    );
    markdown::render(&text, look)
}

/// An exam that was left, at `now`.
pub fn unfinished(sitting: &Sitting, now: i64, look: Look) -> String {
    let paper = sitting.paper();
    let total = paper.questions.len();
    let words = format!(
        "Commencé le {}, question {} sur {total}, {}. Il reste {}.",
        moment(sitting.started_at()),
        sitting.position() + 1,
        counted(sitting.answered(), "réponse donnée", "réponses données"),
        clock(sitting.left(now)),
    );
    let title = format!("Un examen {} est en cours", paper.exam.code);
    format!(
        "{}\n{}\n",
        look.paint(Ink::Heading, &title),
        sentence(&words, look)
    )
}

/// A sentence for people: on a terminal it breaks between words, elsewhere it stays whole, to be searched.
pub fn sentence(words: &str, look: Look) -> String {
    if !look.fold {
        return words.to_owned();
    }
    let lines = wrap(&[Piece::new(words, Ink::Plain)], look.width, look);
    let lines: Vec<String> = lines.into_iter().map(|line| line.text).collect();
    lines.join("\n")
}
