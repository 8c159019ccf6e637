//! Everything that is checked of lessons, in one report.

use super::desk::{Desk, File, belongs};
use super::finding::Finding;
use super::lint::counts::Counts;
use super::lint::{self, Subject, mistakes};
use super::proofs::{self, Bench};
use crate::failure::Failure;
use serde::Serialize;
use workbook::Workbook;
use workbook::lesson::Lesson;

/// What was found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// What the lessons hold.
    #[serde(flatten)]
    pub counts: Counts,
    /// Everything that is wrong, file by file.
    pub failures: Vec<Finding>,
}

/// What is to be checked, and how.
pub struct Order<'a> {
    /// The only lesson that is checked, by its file's name; `None` for all.
    pub only: Option<&'a str>,
    /// Where cells run: `None` leaves out whatever needs the compiler.
    pub bench: Option<&'a dyn Fn() -> Result<Bench, Failure>>,
    /// Is told what goes on.
    pub progress: &'a dyn Fn(&str),
}

impl Order<'_> {
    /// Whether a file is checked: the lesson, and its questions.
    fn wants(&self, file: &str) -> bool {
        self.only.is_none_or(|only| belongs(file, only))
    }
}

/// Checks lessons: their form, their language, their exercises, and, unless left out, their cells.
pub fn verify(desk: &Desk, order: &Order<'_>) -> Report {
    let (workbook, error) = Workbook::examine(desk.sources());
    let lessons = workbook.lessons();
    let mut report = Report::default();
    let all = error.iter().flat_map(mistakes::findings);
    report
        .failures
        .extend(all.filter(|finding| order.wants(&finding.file)));
    for file in desk.files.iter().filter(|file| order.wants(&file.name)) {
        let lesson = lessons.iter().find(|lesson| lesson.file == file.name);
        (order.progress)(&format!("{}\u{a0}: la forme, la langue, les réponses", file.name));
        let subject = Subject::new(file, lesson, desk.folder.as_deref());
        report.failures.extend(lint::check(&subject));
        if let Some(lesson) = lesson {
            report.lesson(file, lesson, order);
            report.counts.questions += workbook.bank().of_lesson(&lesson.id).count();
        }
    }
    let questions = desk.questions();
    for file in questions.iter().filter(|file| order.wants(&file.name)) {
        report.failures.extend(lint::check_questions(file));
    }
    let files = [desk.files.as_slice(), questions.as_slice()].concat();
    let twins = lint::twins(&workbook, &files, &|file| order.wants(file));
    report.failures.extend(twins);
    report.sort(desk);
    report
}

impl Report {
    fn lesson(&mut self, file: &File, lesson: &Lesson, order: &Order<'_>) {
        self.counts.add(lesson);
        self.failures.extend(proofs::native(file, lesson));
        let Some(open) = order.bench.filter(|_| proofs::needs_cells(lesson)) else {
            return;
        };
        (order.progress)(&format!("{}\u{a0}: les cellules", file.name));
        match open().and_then(|mut bench| bench.prove(file, lesson, order.progress)) {
            Ok(proof) => {
                let guessed = lesson
                    .cells()
                    .filter(|cell| lint::counts::seems_to_draw(cell))
                    .count();
                self.counts.plots = self.counts.plots - guessed + proof.plots;
                self.failures.extend(proof.failures);
            }
            Err(failure) => {
                let finding = Finding::on_line(file, 1, "engine", failure.to_string());
                let hint = failure.hint().unwrap_or_default();
                self.failures
                    .push(finding.hint(format!("{hint} Avec --sans-cellules, tout le reste est vérifié.")));
            }
        }
    }

    /// In the order of the files, and of the lines in each, spaces and apostrophes last: `--corriger` mends these. What two
    /// checks have found is said once.
    fn sort(&mut self, desk: &Desk) {
        // Questions come after all lessons.
        let rank = |finding: &Finding| {
            let lessons = desk.files.iter();
            let rank = lessons.clone().position(|file| file.name == finding.file);
            (rank.unwrap_or(lessons.len()), finding.file.clone())
        };
        self.failures.sort_by_cached_key(|finding| {
            (
                rank(finding),
                is_typography(finding),
                finding.line,
                finding.column,
            )
        });
        self.failures.dedup();
    }
}

fn is_typography(finding: &Finding) -> bool {
    finding.rule.starts_with("typography")
}
