//! An exam line by line: it works in a pipe, with a screen reader, and on a terminal of any size.

use super::clock::Clock;
use super::keeper::Keeper;
use super::lines::{Heard, Lines};
use super::opening::{prompt, shown};
use super::{left_words, say_report, tell};
use crate::failure::Failure;
use crate::render::{Ink, Screen, exam as render, marked};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{IsTerminal, stdin};
use std::time::Duration;
use workbook::exam::{Act, Effect, Report, Sitting};
use workbook::french::counted;

/// How long a line is waited for before the time that was seen is kept.
const PATIENCE: Duration = Duration::from_secs(20);

/// What one types at a question: how, and what it does.
const HELP: &[(&str, &str)] = &[
    (
        "A",
        "répond\u{a0}; plusieurs lettres pour plusieurs réponses, comme AC",
    ),
    ("-", "retire la réponse"),
    ("Entrée", "question suivante"),
    ("P", "question précédente"),
    ("12", "va à la question 12"),
    ("M", "marque la question pour y revenir, ou retire la marque"),
    ("L", "liste les questions"),
    ("R", "rend l’examen, après confirmation"),
    ("Q", "quitte\u{a0}: l’examen est gardé, son temps continue"),
    ("?", "montre cette aide"),
];

/// Sits the exam until it is over or left.
///
/// # Errors
/// When lines cannot be read.
pub(super) fn run(
    screen: Screen,
    keeper: &mut Keeper<'_>,
    sitting: Sitting,
    clock: &Clock,
    titles: &BTreeMap<String, String>,
) -> Result<(), Failure> {
    let mut desk = Plain {
        screen,
        keeper,
        sitting,
        clock,
        lines: Lines::start()?,
        asked: None,
        left: false,
    };
    if desk.sitting.ended().is_none() {
        desk.help();
        desk.question();
    }
    while desk.sitting.ended().is_none() && !desk.left {
        desk.turn();
    }
    if desk.sitting.ended().is_none() {
        let kept = desk.keeper.is_kept(&desk.sitting);
        tell(screen, &left_words(&desk.sitting, clock, kept));
        return Ok(());
    }
    desk.keeper.is_kept(&desk.sitting);
    desk.over(titles);
    Ok(())
}

/// What must be confirmed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    HandIn,
    Leave,
}

struct Plain<'a, 'b> {
    screen: Screen,
    keeper: &'a mut Keeper<'b>,
    sitting: Sitting,
    clock: &'a Clock,
    lines: Lines,
    asked: Option<Asked>,
    left: bool,
}

impl Plain<'_, '_> {
    /// Asks for one line, and does what it says.
    fn turn(&mut self) {
        self.prompt();
        match self.hear() {
            Heard::Line(line) => match self.asked.take() {
                Some(asked) => self.confirm(asked, &line),
                None => self.obey(&line),
            },
            Heard::Interrupt if self.asked == Some(Asked::Leave) => self.left = true,
            Heard::Interrupt => {
                self.screen.say("");
                self.ask(Asked::Leave);
            }
            Heard::End => {
                self.screen.say("");
                self.left = true;
            }
            Heard::Nothing => {}
        }
    }

    /// What comes, or nothing when time is up.
    fn hear(&mut self) -> Heard {
        loop {
            let left = u64::try_from(self.sitting.left(self.clock.now())).unwrap_or(0);
            // Time is up within the second that is counted last.
            let heard = self.lines.next(PATIENCE.min(Duration::from_secs(left.max(1))));
            if matches!(heard, Heard::Line(_)) && !stdin().is_terminal() {
                self.screen.write("\n");
            }
            self.act(Act::Wait);
            self.keeper.beat(&self.sitting);
            self.keeper.tell(self.screen);
            if self.sitting.ended().is_some() {
                self.screen.say("");
                return Heard::Nothing;
            }
            if heard != Heard::Nothing {
                return heard;
            }
        }
    }

    fn act(&mut self, act: Act) -> Vec<Effect> {
        let effects = self.sitting.act(act, self.clock.now());
        self.keeper.follow(&self.sitting, &effects);
        self.keeper.tell(self.screen);
        effects
    }

    fn prompt(&self) {
        let text = match self.asked {
            Some(Asked::HandIn) => "Rendre l’examen\u{a0}? (oui ou non)".to_owned(),
            Some(Asked::Leave) => {
                "Quitter\u{a0}? L’examen est gardé, son temps continue. (oui ou non)".to_owned()
            }
            None => format!(
                "[{}/{} · reste {}]",
                self.sitting.position() + 1,
                self.sitting.paper().questions.len(),
                render::clock(self.sitting.left(self.clock.now()))
            ),
        };
        prompt(self.screen, &text);
    }

    fn ask(&mut self, asked: Asked) {
        if asked == Asked::HandIn {
            let total = self.sitting.paper().questions.len();
            let missing = total - self.sitting.answered();
            tell(self.screen, &format!("{}.", render::status(&self.sitting)));
            if missing > 0 {
                let one = "question sans réponse complète comptera comme fausse";
                let many = "questions sans réponse complète compteront comme fausses";
                tell(self.screen, &format!("{}.", counted(missing, one, many)));
            }
        }
        self.asked = Some(asked);
    }

    fn confirm(&mut self, asked: Asked, line: &str) {
        match (line.to_lowercase().as_str(), asked) {
            ("oui" | "o", Asked::HandIn) => {
                self.act(Act::HandIn);
            }
            ("oui" | "o" | "q", Asked::Leave) => self.left = true,
            ("non" | "n" | "", _) => self.question(),
            (other, _) => {
                self.say_unknown(other, "Réponds par oui ou par non.");
                self.asked = Some(asked);
            }
        }
    }

    fn obey(&mut self, line: &str) {
        let word = line.to_lowercase();
        let last = self.sitting.paper().questions.len();
        match word.as_str() {
            "" | "s" | "n" => self.step(),
            "p" => self.go(Act::Previous),
            "m" => {
                self.act(Act::Flag);
                let flagged = self.sitting.is_flagged(self.sitting.position());
                self.screen.say(if flagged {
                    "⚑ Question marquée."
                } else {
                    "Marque retirée."
                });
            }
            "l" => self.list(),
            "r" => self.ask(Asked::HandIn),
            "q" => self.ask(Asked::Leave),
            "?" | "h" | "aide" => self.help(),
            "-" => {
                self.act(Act::Answer(BTreeSet::new()));
                self.screen.say("Réponse retirée.");
            }
            _ if word.chars().all(|sign| sign.is_ascii_digit()) => match word.parse::<usize>() {
                Ok(number) if (1..=last).contains(&number) => self.go(Act::Go(number - 1)),
                _ => self.say_unknown(&word, &format!("Les questions vont de 1 à {last}.")),
            },
            _ => self.answer(line),
        }
    }

    fn answer(&mut self, line: &str) {
        let at = self.sitting.position();
        let read = self.sitting.paper().questions[at].question.read(&shown(line));
        match read {
            Ok(chosen) => {
                let letters: String = chosen.iter().collect();
                self.act(Act::Answer(chosen));
                if self.sitting.ended().is_none() {
                    self.screen.say(&format!("Réponse gardée\u{a0}: {letters}."));
                    self.step();
                }
            }
            Err(words) => {
                self.screen.markdown(&words);
                self.screen.say("(? pour l’aide)");
            }
        }
    }

    fn step(&mut self) {
        let before = self.sitting.position();
        self.act(Act::Next);
        if self.sitting.ended().is_some() {
            return;
        }
        if self.sitting.position() == before {
            let words = "C’était la dernière question\u{a0}: R pour rendre, L pour la liste, un numéro pour y retourner.";
            tell(self.screen, words);
        } else {
            self.question();
        }
    }

    fn go(&mut self, act: Act) {
        self.act(act);
        if self.sitting.ended().is_none() {
            self.question();
        }
    }

    fn question(&self) {
        let body = render::question(&self.sitting, None, self.screen.look());
        self.screen.say(&format!("\n{}\n", body.lines.join("\n")));
    }

    fn list(&self) {
        for at in 0..self.sitting.paper().questions.len() {
            let chosen: String = self.sitting.chosen(at).iter().collect();
            let answer = match (chosen.is_empty(), self.sitting.is_answered(at)) {
                (true, _) => "sans réponse".to_owned(),
                (false, true) => chosen,
                (false, false) => format!("{chosen}, incomplète"),
            };
            let flag = if self.sitting.is_flagged(at) {
                "  ⚑ marquée"
            } else {
                ""
            };
            self.screen.say(&format!("{:>3}  {answer}{flag}", at + 1));
        }
        self.screen.say(&format!("{}.", render::status(&self.sitting)));
    }

    fn help(&self) {
        for (typed, does) in HELP {
            let line = marked(&format!("{typed:<7}"), Ink::Strong, does, self.screen.look());
            self.screen.say(&line);
        }
    }

    fn say_unknown(&self, typed: &str, hint: &str) {
        let words = format!("Je ne comprends pas «\u{a0}{}\u{a0}». {hint}", shown(typed));
        tell(self.screen, &words);
    }

    /// The result, then the correction for who wants it.
    fn over(&mut self, titles: &BTreeMap<String, String>) {
        let report = Report::of(self.sitting.paper(), self.sitting.answers());
        say_report(self.screen, &self.sitting, &report, titles);
        loop {
            prompt(
                self.screen,
                "\nC montre la correction, F celle des questions manquées, Entrée termine\u{a0}:",
            );
            let heard = self.lines.next(Duration::MAX);
            if !stdin().is_terminal() {
                self.screen.write("\n");
            }
            let shown: Vec<usize> = match &heard {
                Heard::Line(line) if line.eq_ignore_ascii_case("c") => (0..report.right.len()).collect(),
                Heard::Line(line) if line.eq_ignore_ascii_case("f") => report.missed().collect(),
                Heard::Line(line) if !line.is_empty() && !line.eq_ignore_ascii_case("q") => {
                    self.say_unknown(line, "Réponds par C, F ou Entrée.");
                    continue;
                }
                _ => return,
            };
            for at in shown {
                let body = render::corrected(&self.sitting, at, self.screen.look());
                self.screen.say(&format!("\n{}", body.lines.join("\n")));
            }
        }
    }
}
