//! `cahier examen`: a mock exam in the terminal, on the whole screen or line by line. Every answer is kept before the next
//! key is read, and time goes on whatever happens, as in the real exam.

mod clock;
mod full;
mod hall;
mod keeper;
mod kept;
mod lines;
mod opening;
mod plain;

pub use hall::{Hall, Key, Page, Reaction, Room};

use crate::cli::Context;
use crate::failure::Failure;
use crate::render::{Screen, exam as render};
use crate::store::Store;
use clock::Clock;
use keeper::Keeper;
use kept::Seat;
use std::collections::BTreeMap;
use workbook::exam::{Act, Ending, Order, Record, Report, Sitting, draw};

/// How an exam is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// On the whole screen, where there is one.
    Auto,
    /// Line by line.
    Plain,
    /// On the whole screen, or not at all.
    Full,
}

/// What is to be done with an exam that is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unfinished {
    /// Ask the learner.
    Ask,
    /// Go on with it.
    Resume,
    /// Give it up.
    GiveUp,
}

/// What the learner asked for. Without an order, only what is there already can go on.
pub struct Wish {
    /// The exam to begin.
    pub order: Option<Order>,
    /// Whether it is drawn anew each time, rather than for the order's seed.
    pub anew: bool,
    /// How to show it.
    pub mode: Mode,
    /// What becomes of one that is under way.
    pub unfinished: Unfinished,
    /// Only show the last one's result and correction again.
    pub review: bool,
}

/// Sits an exam, from wherever it stands.
///
/// # Errors
/// When none can begin or go on, or the terminal cannot be used.
pub fn run(context: &Context, wish: &Wish) -> Result<(), Failure> {
    let store = context.store()?;
    let _seat = Seat::take(store)?;
    let screen = context.screen;
    let mut keeper = Keeper::new(store);
    let last = match kept::load(store) {
        Err(failure) if wish.unfinished == Unfinished::GiveUp && failure.code() == kept::DAMAGED => {
            kept::forget(store)?;
            screen.say("L’examen qui ne se lisait plus est mis de côté.");
            return Ok(());
        }
        read => read?,
    };
    if wish.review {
        return review(context, last, wish.mode);
    }
    let under_way = last.filter(|sitting| sitting.ended().is_none());
    let Some(mut sitting) = under_way else {
        return match &wish.order {
            Some(order) if wish.unfinished != Unfinished::Resume => begin(context, &mut keeper, order, wish),
            order => Err(none_to_go_on(wish.unfinished, order.as_ref())),
        };
    };
    if wish.unfinished == Unfinished::Resume {
        same_exam(&sitting, wish.order.as_ref())?;
    }
    let clock = Clock::from(sitting.seen());
    let effects = sitting.act(Act::Wait, clock.now());
    if sitting.ended().is_some() {
        keeper.follow_aloud(&sitting, &effects, screen);
        screen.warn("le temps de l’examen en cours s’est écoulé pendant ton absence\u{a0}: il a été rendu tel qu’il était.");
        return show(context, &mut keeper, sitting, &clock, wish.mode);
    }
    match opening::what_becomes(screen, &sitting, &clock, wish.unfinished)? {
        opening::Choice::Resume => show(context, &mut keeper, sitting, &clock, wish.mode),
        opening::Choice::HandIn => end(context, &mut keeper, sitting, Act::HandIn, &clock, wish.mode),
        opening::Choice::GiveUp => {
            end(context, &mut keeper, sitting, Act::GiveUp, &clock, wish.mode)?;
            match &wish.order {
                Some(order) => begin(context, &mut keeper, order, wish),
                None => Ok(()),
            }
        }
        opening::Choice::Leave => {
            tell(
                screen,
                "Rien n’est changé\u{a0}: l’examen attend, et son temps passe.",
            );
            Ok(())
        }
    }
}

/// The exams that are over, oldest first.
///
/// # Errors
/// When the data folder cannot be read.
pub fn history(store: &Store) -> Result<Vec<Record>, Failure> {
    Ok(kept::history(store)?)
}

/// The seed of the next exam: the learner's own for the first, and another one for each that follows.
///
/// # Errors
/// When the data folder cannot be read.
fn next_seed(context: &Context) -> Result<u64, Failure> {
    let taken = kept::history(context.store()?)?.len();
    Ok(context
        .own_seed()?
        .wrapping_add(u64::try_from(taken).unwrap_or(0)))
}

/// That the bank has no question for an exam.
pub fn no_question(code: &str) -> Failure {
    Failure::Exam {
        code: "no_question",
        message: format!("ces leçons n’ont aucune question pour {code}"),
        hint: "essaie une autre certification, ou, avec --lecons, un dossier qui a des questions (questions/….toml).".to_owned(),
    }
}

/// Who resumes an exam and names another one has forgotten which it was: neither begins nor goes on by itself.
fn same_exam(sitting: &Sitting, named: Option<&Order>) -> Result<(), Failure> {
    let under_way = sitting.paper().exam.code;
    let Some(named) = named
        .map(|order| order.exam.code)
        .filter(|code| *code != under_way)
    else {
        return Ok(());
    };
    Err(Failure::Exam {
        code: "other_exam",
        message: format!("l’examen en cours est {under_way}, pas {named}"),
        hint: format!(
            "«\u{a0}cahier examen --reprendre\u{a0}» le reprend\u{a0}; «\u{a0}cahier examen --abandonner --certification {}\u{a0}» \
             l’abandonne et commence l’autre.",
            named.to_lowercase()
        ),
    })
}

fn none_to_go_on(wanted: Unfinished, named: Option<&Order>) -> Failure {
    let code = named.map_or("dva-c02".to_owned(), |order| order.exam.code.to_lowercase());
    match wanted {
        Unfinished::Ask => Failure::Usage {
            message: "il manque la certification à préparer".to_owned(),
            hint: "écris «\u{a0}cahier examen --certification dva-c02\u{a0}»\u{a0}; il y a aussi saa-c03 et clf-c02.".to_owned(),
        },
        Unfinished::Resume | Unfinished::GiveUp => Failure::Exam {
            code: "no_exam",
            message: "aucun examen n’est en cours".to_owned(),
            hint: format!("commence par «\u{a0}cahier examen --certification {code}\u{a0}»."),
        },
    }
}

fn begin(context: &Context, keeper: &mut Keeper<'_>, order: &Order, wish: &Wish) -> Result<(), Failure> {
    let (screen, mode) = (context.screen, wish.mode);
    let mut order = order.clone();
    if wish.anew {
        // Only now: one that was just given up counts too.
        order.seed = next_seed(context)?;
    }
    let paper = draw(context.workbook()?.bank(), &order).ok_or_else(|| no_question(order.exam.code))?;
    // An impossible full screen is told before anything begins.
    full::possible(mode)?;
    if let Some(reason) = context.store()?.read_only() {
        screen.warn(&format!(
            "rien ne peut être gardé ({reason})\u{a0}: si tu quittes, cet examen est perdu."
        ));
    }
    screen.write(&render::opening(&paper, screen.look()));
    if !opening::is_ready(screen)? {
        screen.say("Rien n’a commencé.");
        return Ok(());
    }
    let clock = Clock::from(0);
    let sitting = Sitting::start(paper, clock.now());
    keeper.begin_aloud(&sitting, screen);
    show(context, keeper, sitting, &clock, mode)
}

/// Ends a sitting without showing its questions again; one that was handed in shows its result.
fn end(
    context: &Context,
    keeper: &mut Keeper<'_>,
    mut sitting: Sitting,
    act: Act,
    clock: &Clock,
    mode: Mode,
) -> Result<(), Failure> {
    let effects = sitting.act(act, clock.now());
    keeper.follow_aloud(&sitting, &effects, context.screen);
    if matches!(sitting.ended(), Some((_, Ending::GivenUp))) {
        let words =
            "L’examen est abandonné\u{a0}; «\u{a0}cahier examen --historique\u{a0}» en garde la trace.";
        tell(context.screen, words);
        return Ok(());
    }
    show(context, keeper, sitting, clock, mode)
}

fn review(context: &Context, last: Option<Sitting>, mode: Mode) -> Result<(), Failure> {
    let Some(sitting) = last.filter(|sitting| sitting.ended().is_some()) else {
        return Err(Failure::Exam {
            code: "no_exam",
            message: "aucun examen rendu n’est gardé".to_owned(),
            hint: "la correction se revoit une fois l’examen rendu.".to_owned(),
        });
    };
    let mut keeper = Keeper::new(context.store()?);
    let clock = Clock::from(sitting.seen());
    show(context, &mut keeper, sitting, &clock, mode)
}

/// Shows a sitting, wherever it stands, until the learner leaves.
fn show(
    context: &Context,
    keeper: &mut Keeper<'_>,
    sitting: Sitting,
    clock: &Clock,
    mode: Mode,
) -> Result<(), Failure> {
    let screen = context.screen;
    let lessons = context.workbook()?.lessons().iter();
    let titles: BTreeMap<String, String> = lessons
        .map(|lesson| (lesson.id.clone(), lesson.title.clone()))
        .collect();
    if !full::possible(mode)? {
        return plain::run(screen, keeper, sitting, clock, &titles);
    }
    let mut hall = Hall::new(sitting, titles);
    full::run(&mut hall, keeper, clock, screen.look())?;
    // What was on the whole screen is gone with it.
    let kept = keeper.is_kept(&hall.sitting);
    match &hall.report {
        Some(report) => say_report(screen, &hall.sitting, report, &hall.titles),
        None => tell(screen, &left_words(&hall.sitting, clock, kept)),
    }
    keeper.tell(screen);
    Ok(())
}

/// Says a sentence, whole or, on a terminal, broken between words.
fn tell(screen: Screen, words: &str) {
    screen.say(&render::sentence(words, screen.look()));
}

fn say_report(screen: Screen, sitting: &Sitting, report: &Report, titles: &BTreeMap<String, String>) {
    let title = |id: &str| titles.get(id).cloned().unwrap_or_else(|| id.to_owned());
    let body = render::report(sitting, report, &title, screen.look());
    screen.say(&body.lines.join("\n"));
}

/// What is said to who leaves before the end.
fn left_words(sitting: &Sitting, clock: &Clock, kept: bool) -> String {
    if !kept {
        return "L’examen n’a pas pu être gardé\u{a0}: il est perdu.".to_owned();
    }
    format!(
        "L’examen est gardé. Son temps passe\u{a0}: il reste {}. «\u{a0}cahier examen\u{a0}» le reprend.",
        render::clock(sitting.left(clock.now()))
    )
}
