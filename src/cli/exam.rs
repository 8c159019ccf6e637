//! `examen`: mock exams, for people in a terminal, and for scripts as JSON.

use super::{Command, Context, Exit, each, flag, option};
use crate::class::exams;
use crate::exam::{self, Mode, Unfinished, Wish};
use crate::failure::{Failure, nearest};
use crate::render::exam as render;
use clap::ArgMatches;
use serde_json::{Value, json};
use std::path::Path;
use workbook::bank::{Domain, EXAMS, Exam, blueprint};
use workbook::exam::{Asked, Order, Paper, Record, Report, Sitting, Tally, UNOFFICIAL, draw, read_answers};
use workbook::french::counted;

/// `cahier examen`.
pub(super) const EXAM: Command = Command {
    name: "examen",
    alias: "exam",
    about: "fait passer un examen blanc chronométré",
    examples: &[
        "cahier examen --certification dva-c02",
        "cahier examen --certification clf-c02 --questions 10 --simple",
        "cahier examen --historique",
        "cahier examen --certification saa-c03 --graine 7 --json",
        "cahier examen --certification saa-c03 --graine 7 --reponses reponses.json --json",
    ],
    args: |command| {
        command
            .arg(option("certification", "CODE", "dva-c02, saa-c03 ou clf-c02"))
            .arg(
                option("questions", "N", "le nombre de questions, de 1 à 65 (par défaut, 65)")
                    .value_parser(clap::value_parser!(u64).range(1..=65))
                    .allow_negative_numbers(true),
            )
            .arg(
                option(
                    "minutes",
                    "M",
                    "la durée, de 1 à 600 minutes (par défaut, autant par question qu’à l’examen)",
                )
                .value_parser(clap::value_parser!(u32).range(1..=600))
                .allow_negative_numbers(true),
            )
            .arg(flag("simple", "ligne par ligne, sans plein écran").conflicts_with("plein-ecran"))
            .arg(flag("plein-ecran", "en plein écran, ou pas du tout"))
            .arg(flag("reprendre", "reprend l’examen en cours, sans rien demander").conflicts_with("abandonner"))
            .arg(flag("abandonner", "abandonne l’examen en cours\u{a0}; l’historique en garde la trace"))
            .arg(
                flag("revoir", "montre encore le résultat et la correction du dernier examen")
                    .conflicts_with_all(["reprendre", "abandonner", "certification", "historique"]),
            )
            .arg(
                flag("historique", "liste les examens passés")
                    .conflicts_with_all(["reprendre", "abandonner", "certification"]),
            )
            .arg(
                option(
                    "joindre",
                    "DOSSIER",
                    "joint tes examens finis au dossier d’un devoir\u{a0}: ton enseignant les y lit",
                )
                .conflicts_with_all(["reprendre", "abandonner", "revoir", "certification", "historique"]),
            )
            .arg(
                option(
                    "reponses",
                    "FICHIER",
                    "note les réponses d’un fichier JSON, {\"question\": [\"A\"]}, à l’examen tiré par --certification et --graine",
                )
                .requires("certification")
                .conflicts_with_all(["simple", "plein-ecran", "reprendre", "abandonner", "revoir"]),
            )
    },
    run,
};

fn run(context: &mut Context, matches: &ArgMatches) -> Result<Exit, Failure> {
    if matches.get_flag("historique") {
        return history(context);
    }
    if let Some(folder) = matches.get_one::<String>("joindre") {
        return join(context, Path::new(folder));
    }
    let order = order(context, matches)?;
    if let Some(file) = matches.get_one::<String>("reponses") {
        return grade(context, &paper(context, order.as_ref())?, Path::new(file));
    }
    if context.screen.is_json() {
        return document(context, matches, order.as_ref());
    }
    let mode = match (matches.get_flag("simple"), matches.get_flag("plein-ecran")) {
        (true, _) => Mode::Plain,
        (_, true) => Mode::Full,
        _ => Mode::Auto,
    };
    let unfinished = match (matches.get_flag("reprendre"), matches.get_flag("abandonner")) {
        (true, _) => Unfinished::Resume,
        (_, true) => Unfinished::GiveUp,
        _ => Unfinished::Ask,
    };
    let review = matches.get_flag("revoir");
    let wish = Wish {
        order,
        // People get another one each time, unless they ask for one.
        anew: !matches.contains_id("graine"),
        mode,
        unfinished,
        review,
    };
    exam::run(context, &wish)?;
    Ok(Exit::Done)
}

/// The exam to draw, where one is named, for the seed that is given or the learner's own.
fn order(context: &Context, matches: &ArgMatches) -> Result<Option<Order>, Failure> {
    let Some(code) = matches.get_one::<String>("certification") else {
        return Ok(None);
    };
    let seed = match matches.get_one::<u64>("graine") {
        Some(seed) => *seed,
        None => context.seed()?,
    };
    let questions = matches.get_one::<u64>("questions").copied();
    Ok(Some(Order {
        exam: certification(code)?,
        seed,
        questions: questions.and_then(|count| usize::try_from(count).ok()),
        minutes: matches.get_one::<u32>("minutes").copied(),
    }))
}

pub(super) fn certification(code: &str) -> Result<&'static Exam, Failure> {
    let codes = || EXAMS.iter().map(|exam| exam.code);
    blueprint::exam(code.trim()).ok_or_else(|| Failure::Exam {
        code: "unknown_certification",
        message: format!("la certification «\u{a0}{code}\u{a0}» n’est pas préparée ici"),
        hint: match nearest(code, codes()) {
            Some(near) => format!("voulais-tu dire {near}\u{a0}?"),
            None => format!("choisis parmi {}.", codes().collect::<Vec<_>>().join(", ")),
        },
    })
}

fn paper(context: &Context, order: Option<&Order>) -> Result<Paper, Failure> {
    let order = order.ok_or_else(|| Failure::Usage {
        message: "--json demande une certification".to_owned(),
        hint: "par exemple «\u{a0}cahier examen --certification dva-c02 --json\u{a0}», ou «\u{a0}cahier examen --historique --json\u{a0}»."
            .to_owned(),
    })?;
    draw(context.workbook()?.bank(), order).ok_or_else(|| exam::no_question(order.exam.code))
}

fn document(context: &Context, matches: &ArgMatches, order: Option<&Order>) -> Result<Exit, Failure> {
    for name in ["simple", "plein-ecran", "reprendre", "abandonner", "revoir"] {
        if matches.get_flag(name) {
            return Err(Failure::Usage {
                message: format!("--{name} ne va pas avec --json"),
                hint: "--json tire ou note un examen pour un programme\u{a0}: garde l’un des deux."
                    .to_owned(),
            });
        }
    }
    let paper = paper(context, order)?;
    context.screen.document(&json!({
        "certification": paper.exam.code,
        "seed": paper.seed,
        "minutes": paper.minutes,
        "ordered": paper.ordered,
        "questions": each(&paper.questions, |asked| serde_json::to_value(&asked.question).unwrap_or_default()),
        "domains": each(paper.covered(), |domain| {
            let mut described = describe(domain);
            described["share"] = json!((paper.share(domain) * 100.0).round() / 100.0);
            described["questions"] = json!(paper.of_domain(domain.number));
            described
        }),
        "uncovered": each(paper.uncovered(), describe),
        "unofficial": UNOFFICIAL,
    }));
    Ok(Exit::Done)
}

fn describe(domain: &Domain) -> Value {
    json!({"domain": domain.number, "name": domain.english, "french": domain.french, "weight": domain.weight})
}

fn grade(context: &Context, paper: &Paper, file: &Path) -> Result<Exit, Failure> {
    let text = std::fs::read_to_string(file).map_err(|source| Failure::Unreadable {
        path: file.to_path_buf(),
        source,
    })?;
    let unreadable = |message: String| {
        Failure::Exam {
        code: "unreadable_answers",
        message: format!("les réponses de {} ne se lisent pas\u{a0}: {message}", file.display()),
        hint: "écris {\"identifiant-de-question\": [\"A\"], …}, avec la même certification, la même graine et le même nombre de questions \
               qu’au tirage."
            .to_owned(),
    }
    };
    let document: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unreadable(format!("ce n’est pas du JSON, ligne {line}, colonne {column}"))
    })?;
    let answers = read_answers(paper, &document).map_err(unreadable)?;
    let report = Report::of(paper, &answers);
    if context.screen.is_json() {
        context.screen.document(&graded(paper, &report));
        return Ok(Exit::Done);
    }
    let mut sitting = Sitting::start(paper.clone(), 0);
    for (at, chosen) in answers.into_iter().enumerate() {
        sitting.act(workbook::exam::Act::Go(at), 0);
        sitting.act(workbook::exam::Act::Answer(chosen), 0);
    }
    let title = |id: &str| {
        context
            .lesson(id)
            .map_or(id.to_owned(), |lesson| lesson.title.clone())
    };
    let body = render::report(&sitting, &report, &title, context.screen.look());
    context.screen.say(&body.lines.join("\n"));
    Ok(Exit::Done)
}

fn graded(paper: &Paper, report: &Report) -> Value {
    let marked = |(asked, right): (&Asked, &bool)| {
        let letters: Vec<String> = asked.question.right().into_iter().map(String::from).collect();
        json!({
            "id": asked.question.id,
            "domain": asked.question.domain,
            "skill": asked.question.skill,
            "lesson": asked.lesson,
            "correct": right,
            "right": letters,
        })
    };
    let domains: serde_json::Map<String, Value> = paper
        .covered()
        .filter_map(|domain| {
            let score = report.domains.get(&domain.number)?;
            let mut described = describe(domain);
            described["correct"] = json!(score.correct);
            described["total"] = json!(score.total);
            Some((domain.number.to_string(), described))
        })
        .collect();
    let skills: serde_json::Map<String, Value> = report
        .skills
        .iter()
        .map(|(skill, score)| (skill.clone(), json!(Tally::from(*score))))
        .collect();
    json!({
        "certification": paper.exam.code,
        "seed": paper.seed,
        "correct": report.all.correct,
        "total": report.all.total,
        "unanswered": report.unanswered,
        "domains": domains,
        "skills": skills,
        "read_again": each(report.to_read_again(), |(lesson, score)| json!({"lesson": lesson, "missed": score.missed()})),
        "questions": each(paper.questions.iter().zip(&report.right), marked),
        "uncovered": each(paper.uncovered(), describe),
        "unofficial": UNOFFICIAL,
    })
}

/// Puts the learner's exams where their teacher finds them: only when they ask for it.
fn join(context: &Context, folder: &Path) -> Result<Exit, Failure> {
    let (path, count) = exams::join(folder, exam::history(context.store()?)?)?;
    if context.screen.is_json() {
        context.screen.document(&json!({"file": path, "exams": count}));
    }
    context.screen.say(&format!(
        "{} dans {}. Rends-le avec tes réponses.",
        counted(count, "examen", "examens"),
        path.display()
    ));
    Ok(Exit::Done)
}

fn history(context: &Context) -> Result<Exit, Failure> {
    let records = exam::history(context.store()?)?;
    if context.screen.is_json() {
        let document = |record: &Record| serde_json::to_value(record).unwrap_or_default();
        context.screen.document(&each(&records, document));
    } else if records.is_empty() {
        context.screen.say(
            "Aucun examen passé. Pour commencer\u{a0}: «\u{a0}cahier examen --certification dva-c02\u{a0}».",
        );
    } else {
        context
            .screen
            .write(&render::history(&records, context.screen.look()));
    }
    Ok(Exit::Done)
}
