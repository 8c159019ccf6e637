//! The result of an exam, and the results of all of them.

use super::duration::{moment, spoken};
use super::question::Body;
use crate::render::style::{Ink, Look};
use crate::render::wrap::{Piece, columns, marked, wrap};
use std::collections::BTreeSet;
use workbook::bank::blueprint;
use workbook::exam::{Ending, Record, Report, Score, Sitting, UNOFFICIAL};
use workbook::french::counted;

/// The report of a sitting that is over; `title` gives a lesson's title by its id.
pub fn report(sitting: &Sitting, report: &Report, title: &dyn Fn(&str) -> String, look: Look) -> Body {
    let paper = sitting.paper();
    let mut page = Page {
        lines: Vec::new(),
        look,
    };
    page.head(&format!("Résultat de l’examen blanc {}", paper.exam.code));
    let score = report.all;
    let all = format!(
        "{} sur {} ({}\u{a0}%)",
        score.correct,
        score.total,
        score.percent()
    );
    page.say(&[
        Piece::new("Questions justes\u{a0}: ", Ink::Plain),
        Piece::new(all, Ink::Strong),
    ]);
    if report.unanswered > 0 {
        let count = counted(
            report.unanswered,
            "question sans réponse complète",
            "questions sans réponse complète",
        );
        page.say(&[Piece::new(
            match report.unanswered {
                1 => format!("{count}\u{a0}: elle compte comme fausse."),
                _ => format!("{count}\u{a0}: elles comptent comme fausses."),
            },
            Ink::Plain,
        )]);
    }
    if let Some((_, ending)) = sitting.ended() {
        page.say(&[Piece::new(said(ending), Ink::Plain)]);
    }
    page.say(&[Piece::new(UNOFFICIAL, Ink::Dim)]);
    page.head("Par domaine");
    for domain in paper.covered() {
        if let Some(score) = report.domains.get(&domain.number) {
            page.row(*score, domain.french);
        }
    }
    for domain in paper.uncovered() {
        let words = format!(
            "{}\u{a0}: les leçons n’en parlent pas ({}\u{a0}% de l’examen)",
            domain.french, domain.weight
        );
        page.mark("·", Ink::Dim, &words);
    }
    page.head(&format!("Par compétence du guide de {}", paper.exam.code));
    for (skill, score) in &report.skills {
        let asked = paper
            .questions
            .iter()
            .filter(|asked| asked.question.skill == *skill);
        let lessons: BTreeSet<String> = asked.map(|asked| title(&asked.lesson)).collect();
        let lessons: Vec<String> = lessons.into_iter().collect();
        page.row(*score, &format!("{skill} ({})", lessons.join("\u{a0}; ")));
    }
    page.head("À relire");
    let again = report.to_read_again();
    if again.is_empty() {
        page.say(&[Piece::new("Rien\u{a0}: tout est juste.", Ink::Good)]);
    }
    for (lesson, score) in again {
        let missed = counted(score.missed(), "question manquée", "questions manquées");
        page.mark(
            "•",
            Ink::Plain,
            &format!("{}\u{a0}: {missed} sur {}", title(lesson), score.total),
        );
        page.lines.push(format!(
            "    {}",
            look.paint(Ink::Code, &format!("cahier lire {lesson}"))
        ));
    }
    Body {
        lines: page.lines,
        focus: 0..0,
    }
}

/// The exams that are over, oldest first.
pub fn history(records: &[Record], look: Look) -> String {
    let mut page = Page {
        lines: Vec::new(),
        look,
    };
    page.head("Tes examens blancs");
    for record in records {
        let score = Score {
            correct: record.correct,
            total: record.total,
        };
        let words = format!(
            "{}, {}\u{a0}: {} sur {} ({}\u{a0}%), {}, graine {}. {}",
            moment(record.ended_at),
            record.certification,
            score.correct,
            score.total,
            score.percent(),
            spoken(record.minutes),
            record.seed,
            said(record.ending)
        );
        page.mark("•", Ink::Plain, &words);
        for (number, tally) in &record.domains {
            let domain = blueprint::exam(&record.certification)
                .and_then(|exam| exam.domains.iter().find(|domain| domain.number == *number));
            let score = Score {
                correct: tally.correct,
                total: tally.total,
            };
            page.row(score, domain.map_or("?", |domain| domain.french));
        }
    }
    page.lines.push(String::new());
    page.say(&[Piece::new(UNOFFICIAL, Ink::Dim)]);
    page.lines.join("\n") + "\n"
}

fn said(ending: Ending) -> &'static str {
    match ending {
        Ending::HandedIn => "Rendu avant la fin du temps.",
        Ending::TimeUp => "Le temps était écoulé\u{a0}: rendu tel qu’il était.",
        Ending::GivenUp => "Abandonné\u{a0}: noté tel qu’il était.",
    }
}

struct Page {
    lines: Vec<String>,
    look: Look,
}

impl Page {
    fn head(&mut self, title: &str) {
        if !self.lines.is_empty() {
            self.lines.push(String::new());
        }
        self.lines.push(self.look.paint(Ink::Heading, title));
    }

    fn say(&mut self, pieces: &[Piece]) {
        let lines = wrap(pieces, self.look.width, self.look);
        self.lines.extend(lines.into_iter().map(|line| line.text));
    }

    fn mark(&mut self, mark: &str, ink: Ink, text: &str) {
        let narrow = Look {
            width: self.look.width.saturating_sub(2),
            ..self.look
        };
        let text = marked(mark, ink, text, narrow);
        self.lines.extend(text.lines().map(|line| format!("  {line}")));
    }

    /// A gauge, a score, and what it is the score of.
    fn row(&mut self, score: Score, what: &str) {
        const GAUGE: usize = 10;
        const ROOM: usize = 20;
        let full = (score.correct * GAUGE).checked_div(score.total).unwrap_or(0);
        let gauge = format!("{}{}", "█".repeat(full), "░".repeat(GAUGE - full));
        let ink = match score.percent() {
            80.. => Ink::Good,
            50.. => Ink::Warn,
            _ => Ink::Bad,
        };
        let count = format!("{:>2} sur {:<2}", score.correct, score.total);
        let painted = self.look.paint(ink, &gauge);
        let mut under = columns(&format!("  {gauge} {count}  "));
        let mut indent = format!("  {painted} {count}  ");
        // The words matter more than the gauge: on a whole screen, what does not fit is not there.
        if self.look.width < under + ROOM {
            indent = format!("  {count}  ");
            under = columns(&indent);
        }
        let text = [Piece::new(what, Ink::Plain)];
        for line in wrap(&text, self.look.width.saturating_sub(under).max(ROOM), self.look) {
            self.lines.push(format!("{indent}{}", line.text));
            indent = " ".repeat(under);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_fits_the_smallest_screen_and_a_wider_one_has_its_gauge() {
        let rows = |width: usize| {
            let mut page = Page {
                lines: Vec::new(),
                look: Look::plain(width),
            };
            let score = Score {
                correct: 1,
                total: 12,
            };
            page.row(
                score,
                "2.3 (IAM, qui a le droit de faire quoi\u{a0}; Technologies et services du cloud)",
            );
            page.lines
        };
        let narrow = rows(usize::from(super::super::SMALLEST.0));
        assert!(narrow.iter().all(|line| columns(line) <= 40), "{narrow:#?}");
        assert!(narrow[0].starts_with("   1 sur 12  2.3"), "{narrow:#?}");
        assert!(
            rows(60)[0].starts_with("  ░░░░░░░░░░  1 sur 12  2.3"),
            "{:#?}",
            rows(60)
        );
    }
}
