//! What every exercise must have besides what its form demands: a source, misconceptions, soundness for many seeds.

use super::Subject;
use super::mistakes::rule;
use crate::author::finding::Finding;
use crate::author::proofs::ground;
use workbook::french::counted;
use workbook::lesson::{ExerciseSpec, Lesson};

/// Seeds that an exercise must be sound for.
const SEEDS: u64 = 1000;

/// The kinds for which that takes no time. The others weigh requests or documents for each seed, as the parser has done.
const QUICK: [&str; 4] = ["number", "choice", "ordering", "prediction"];

fn exercises<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a ExerciseSpec> {
    subject.lesson.into_iter().flat_map(Lesson::exercises)
}

fn finding(subject: &Subject<'_>, spec: &ExerciseSpec, rule: &'static str, message: String) -> Finding {
    Finding::on_line(subject.file, spec.line, rule, message).of(Some(spec.id.clone()))
}

/// A number rests on a figure, and a figure has a source.
pub(super) fn sources(subject: &Subject<'_>) -> Vec<Finding> {
    let bare = |spec: &&ExerciseSpec| spec.kind == "number" && spec.source.is_none();
    let said = |spec: &ExerciseSpec| {
        let message = format!("l’exercice «\u{a0}{}\u{a0}» n’a pas de source", spec.id);
        finding(subject, spec, "source", message)
            .hint("ajoute source = \"https://…\", la page d’où viennent ses chiffres")
    };
    exercises(subject).filter(bare).map(said).collect()
}

/// The misconceptions that an exercise of a kind lists at least.
fn least(kind: &str) -> usize {
    if kind == "number" { 3 } else { 1 }
}

/// A wrong answer that is expected is explained.
pub(super) fn misconceptions(subject: &Subject<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for spec in exercises(subject) {
        let count = (spec.draw)(0).exercise.wrong_answers(&ground()).len();
        let least = least(spec.kind);
        if count < least {
            let listed = match count {
                0 => "n’explique aucune erreur".to_owned(),
                _ => format!("n’explique que {}", counted(count, "erreur", "erreurs")),
            };
            let message = format!("l’exercice «\u{a0}{}\u{a0}» {listed}", spec.id);
            let hint = format!("décris-en au moins {least}, dans le bloc «\u{a0}erreurs\u{a0}»");
            found.push(finding(subject, spec, "misconceptions", message).hint(hint));
        }
    }
    found
}

/// What the parser has tried for some seeds holds for many more.
pub(super) fn seeds(subject: &Subject<'_>) -> Vec<Finding> {
    let slips = exercises(subject)
        .filter(|spec| spec.seeded && QUICK.contains(&spec.kind))
        .flat_map(|spec| {
            (spec.lint)(0..SEEDS)
                .into_iter()
                .map(move |mistake| (spec, mistake))
        });
    let said = |(spec, mistake): (&ExerciseSpec, workbook::parse::Mistake)| {
        Finding::new(
            subject.file,
            mistake.span.start,
            rule(&mistake.message),
            mistake.message,
        )
        .of(Some(spec.id.clone()))
        .hint(mistake.expected)
    };
    slips.map(said).collect()
}
