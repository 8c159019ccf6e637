//! The learner's desk, at the prompt and in a notebook: the open lesson, the exercise at hand, and the `:commands`.

mod account;
pub(crate) mod candidates;
pub(crate) mod commands;
mod duration;
mod exercises;
mod explain;
pub(crate) mod kitchen;
mod lessons;
mod meant;
pub(crate) mod prompt;
mod reading;
mod voice;
mod welcome;
pub(crate) mod words;
mod world;

use crate::backend::Backend;
use crate::cli::{Context, dashboard, overview};
use crate::failure::Failure;
use crate::keyboard::Keyboard;
use crate::render::lesson::row;
use crate::render::{Ink, Piece, Screen};
use crate::script;
use crate::workshop::Workshop;
use commands::COMMANDS;
use kitchen::Kitchen;
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::sync::{Arc, MutexGuard, PoisonError};

/// Who sits at the desk.
pub(crate) trait Front {
    /// What a cell that reads its standard input is answered with.
    fn keyboard(&self) -> Box<dyn Keyboard>;

    /// What continues the lesson: a key, or a command.
    fn next(&self) -> &'static str;

    /// What stops a cell and what leaves, in lines of at most eighty columns.
    fn leaving(&self) -> &'static str;
}

pub(crate) struct Desk<'a> {
    pub(super) context: &'a Context,
    pub(super) screen: Screen,
    pub(super) kitchen: Arc<Kitchen>,
    front: Box<dyn Front>,
    pub(super) lesson: Option<String>,
    pub(super) cell: Option<String>,
    pub(super) script: Option<String>,
    /// Where the scripts of this start run.
    pub(super) folder: script::Folder,
    pub(super) exercise: Option<exercises::AtHand>,
    pub(super) ran: BTreeSet<String>,
    /// The lessons of which it was said what they do on a real account.
    pub(super) announced: BTreeSet<String>,
    pub(super) typed: usize,
    done: bool,
}

impl<'a> Desk<'a> {
    pub(crate) fn open(
        context: &'a Context,
        kitchen: Arc<Kitchen>,
        front: Box<dyn Front>,
    ) -> Result<Self, Failure> {
        let last = reading::last_lesson(context.store()?)?;
        let known = context
            .workbook()?
            .lessons()
            .iter()
            .map(|lesson| lesson.id.clone());
        let lesson = last
            .filter(|last| known.clone().any(|id| id == *last))
            .or_else(|| known.clone().next());
        Ok(Self {
            context,
            screen: context.screen,
            kitchen,
            front,
            lesson,
            cell: None,
            script: None,
            folder: script::Folder::default(),
            exercise: None,
            ran: BTreeSet::new(),
            announced: BTreeSet::new(),
            typed: 0,
            done: false,
        })
    }

    /// What a cell that reads its standard input is answered with.
    pub(super) fn keyboard(&self) -> Box<dyn Keyboard> {
        self.front.keyboard()
    }

    pub(super) fn next_key(&self) -> &'static str {
        self.front.next()
    }

    /// Says where the learner is; who has just come is told what this is too, and given something to do, unless they `came_for` something.
    pub(crate) fn greet(&mut self, came_for: Option<&str>) -> Result<(), Failure> {
        let is_new = self.is_new()?;
        self.screen
            .say(&self.screen.paint(Ink::Heading, "Cahier, apprendre AWS en Rust"));
        if is_new {
            self.welcome();
        }
        if let Backend::Aws(_) = self.kitchen.backend {
            self.screen.warn("les cellules parlent à un vrai compte AWS.");
        }
        if let Some(reason) = self.context.store()?.read_only() {
            self.screen
                .warn(&format!("ta progression ne sera pas enregistrée ({reason})."));
        }
        if let Some(id) = &self.lesson {
            let lesson = self.context.lesson(id)?;
            let shown = reading::shown(self.context.store()?, id)?;
            let verb = if shown > 0 {
                "Tu en étais à"
            } else {
                "Première leçon\u{a0}:"
            };
            self.screen
                .say(&format!("{verb} «\u{a0}{}\u{a0}» ({id}).", lesson.title));
        }
        self.screen
            .say("Entrée\u{a0}: continuer la leçon. :aide\u{a0}: les commandes. Tout le reste est du Rust.");
        if is_new && came_for.is_none() {
            self.first_exercise()?;
        }
        Ok(())
    }

    pub(crate) fn show(&self, failure: Failure) {
        let failure = failure.at_prompt();
        let hint = failure
            .hint()
            .map(|hint| hint.replace("cahier lecons", ":lecons"));
        self.screen
            .failure(failure.code(), &failure.to_string(), hint.as_deref());
    }

    pub(super) fn quit(&mut self) {
        self.done = true;
    }

    /// Whether the learner has just quit, for a front that goes on.
    pub(crate) fn leaves(&mut self) -> bool {
        std::mem::take(&mut self.done)
    }

    pub(crate) fn done(&self) -> bool {
        self.done
    }

    pub(crate) fn leave(&self) {
        self.screen.say("À bientôt\u{a0}!");
    }

    pub(super) fn help(&self) {
        let left = |command: &commands::Command| format!(":{} {}", command.name, command.argument);
        let width = COMMANDS
            .iter()
            .map(|command| left(command).chars().count())
            .max()
            .unwrap_or(0);
        for command in COMMANDS {
            let name = format!("  {:width$}", left(command));
            let about = [
                Piece::new(format!("{} ", command.about), Ink::Plain),
                Piece::new(format!("(:{})", command.alias), Ink::Dim),
            ];
            self.screen
                .write(&row(&[Piece::new(name, Ink::Code)], &about, self.screen.look()));
        }
        self.screen.say("Tout le reste est du Rust.");
        self.screen.say(self.front.leaving());
    }

    pub(super) fn lessons(&self) -> Result<(), Failure> {
        overview::lessons(self.context)
    }

    pub(super) fn progress(&self) -> Result<(), Failure> {
        dashboard::show(self.context)
    }

    /// An exam has the terminal for itself, and a time of its own.
    pub(super) fn exam(&self) {
        self.screen.say(
            "Un examen blanc se passe hors d’ici, dans un terminal\u{a0}: «\u{a0}cahier examen --certification dva-c02\u{a0}» \
             (ou saa-c03, clf-c02).",
        );
    }

    pub(super) fn tip(&self, words: &str) {
        self.screen.tip(words);
    }
}

/// A script at the prompt has nothing better to do than wait for the preparation.
pub(super) fn patient() -> bool {
    !std::io::stdin().is_terminal()
}

pub(super) fn lock(workshop: &std::sync::Mutex<Workshop>) -> MutexGuard<'_, Workshop> {
    workshop.lock().unwrap_or_else(PoisonError::into_inner)
}
