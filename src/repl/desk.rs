//! The learner's desk: the open lesson, the exercise at hand, and what each `:command` does with them.

use super::background::Kitchen;
use super::commands::COMMANDS;
use super::reading;
use crate::cli::{Context, overview};
use crate::failure::Failure;
use crate::place::Place;
use crate::render::{self, Ink, Screen};
use crate::workshop::Workshop;
use crate::{attempt, backend::Backend};
use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::{Arc, MutexGuard, PoisonError};
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::lesson::{Block, Lesson};
use workbook::session;

pub(super) struct Desk<'a> {
    pub(super) context: &'a Context,
    pub(super) screen: Screen,
    pub(super) kitchen: Arc<Kitchen>,
    lesson: Option<String>,
    pub(super) cell: Option<String>,
    exercise: Option<String>,
    pub(super) ran: BTreeSet<String>,
    pub(super) typed: usize,
    done: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn open(context: &'a Context, kitchen: Arc<Kitchen>) -> Result<Self, Failure> {
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
            lesson,
            cell: None,
            exercise: None,
            ran: BTreeSet::new(),
            typed: 0,
            done: false,
        })
    }

    pub(super) fn greet(&self) -> Result<(), Failure> {
        self.screen
            .say(&self.screen.paint(Ink::Heading, "Cahier, apprendre AWS en Rust"));
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
        Ok(())
    }

    /// The prompt, with what the preparation has done so far.
    pub(super) fn prompt(&self, usual: &str) -> String {
        match self.kitchen.percent() {
            Some(percent) => format!("({percent}\u{a0}%) {usual}"),
            None => usual.to_owned(),
        }
    }

    pub(super) fn show(&self, failure: &Failure) {
        self.screen
            .failure(failure.code(), &failure.to_string(), failure.hint().as_deref());
    }

    pub(super) fn quit(&mut self) {
        self.done = true;
    }

    pub(super) fn done(&self) -> bool {
        self.done
    }

    pub(super) fn leave(&self) {
        self.screen.say("À bientôt\u{a0}!");
    }

    pub(super) fn help(&self) {
        let left = |command: &super::commands::Command| format!(":{} {}", command.name, command.argument);
        let width = COMMANDS
            .iter()
            .map(|command| left(command).chars().count())
            .max()
            .unwrap_or(0);
        for command in COMMANDS {
            let name = left(command);
            let padding = " ".repeat(width - name.chars().count());
            let alias = self.screen.paint(Ink::Dim, &format!("(:{})", command.alias));
            self.screen.say(&format!(
                "  {}{padding}  {} {alias}",
                self.screen.paint(Ink::Code, &name),
                command.about
            ));
        }
        self.screen
            .say("Tout le reste est du Rust. Ctrl-C arrête la cellule\u{a0}; Ctrl-D quitte.");
    }

    pub(super) fn lessons(&self) -> Result<(), Failure> {
        overview::lessons(self.context)
    }

    pub(super) fn progress(&self) -> Result<(), Failure> {
        overview::progress(self.context)
    }

    pub(super) fn current(&self) -> Result<&'a Lesson, Failure> {
        match &self.lesson {
            Some(id) => self.context.lesson(id),
            None => Err(Failure::Usage {
                message: "aucune leçon n’est ouverte".to_owned(),
                hint: "«\u{a0}:lecon LECON\u{a0}» en ouvre une.".to_owned(),
            }),
        }
    }

    pub(super) fn open_lesson(&mut self, id: &str) -> Result<(), Failure> {
        let lesson = self.context.lesson(id)?;
        self.lesson = Some(lesson.id.clone());
        (self.cell, self.exercise) = (None, None);
        if reading::shown(self.context.store()?, &lesson.id)? == 0 {
            self.screen
                .write(&render::lesson::title(lesson, self.screen.look()));
        }
        self.next()
    }

    pub(super) fn start_again(&mut self) -> Result<(), Failure> {
        let id = self.current()?.id.clone();
        reading::keep(self.context.store()?, &id, 0)?;
        self.open_lesson(&id)
    }

    /// Shows the next block: a cell becomes the current cell, an exercise the current exercise.
    pub(super) fn next(&mut self) -> Result<(), Failure> {
        let lesson = self.current()?;
        let steps = reading::steps(lesson);
        let shown = reading::shown(self.context.store()?, &lesson.id)?;
        let Some(step) = steps.get(shown) else {
            return self.end_of_lesson(lesson);
        };
        self.screen
            .write(&reading::show(*step, self.context.seed()?, self.screen.look()));
        match step.1 {
            Block::Prose(_) => {}
            Block::Cell(cell) => {
                self.cell = Some(cell.id.clone());
                self.tip(":executer la lance, Entrée continue.");
            }
            Block::Exercise(exercise) => self.take_exercise(&exercise.id)?,
        }
        reading::keep(self.context.store()?, &lesson.id, shown + 1)
    }

    fn end_of_lesson(&mut self, lesson: &Lesson) -> Result<(), Failure> {
        self.screen
            .say(&format!("Fin de la leçon «\u{a0}{}\u{a0}».", lesson.title));
        let lessons = self.context.workbook()?.lessons();
        let after = lessons.iter().skip_while(|one| one.id != lesson.id).nth(1);
        match after {
            Some(after) => self.tip(&format!(
                ":lecon {} pour la suivante, :debut pour relire celle-ci.",
                after.id
            )),
            None => self.tip(":debut pour relire, :progres pour voir où tu en es."),
        }
        Ok(())
    }

    pub(super) fn tip(&self, words: &str) {
        self.screen
            .say(&self.screen.paint(Ink::Dim, &format!("→ {words}")));
    }

    pub(super) fn exercise(&mut self, id: &str) -> Result<(), Failure> {
        let drawn = if id.is_empty() {
            self.at_hand()?
        } else {
            self.context.exercise(id)?.1
        };
        self.screen
            .write(&render::lesson::exercise(&drawn, self.screen.look()));
        self.take_exercise(&drawn.id)
    }

    fn take_exercise(&mut self, id: &str) -> Result<(), Failure> {
        let (_, drawn) = self.context.exercise(id)?;
        self.exercise = Some(id.to_owned());
        if drawn.exercise.needs_engine() {
            let file = self.answer_file(&drawn);
            self.lay_out(&drawn, &file);
            self.tip(&format!(
                "complète {}, puis :reponse\u{a0}; ou :reponse suivi du code.",
                file.display()
            ));
        } else {
            self.tip(":reponse suivi de ta réponse\u{a0}; :indice si tu hésites.");
        }
        Ok(())
    }

    fn answer_file(&self, drawn: &Drawn) -> PathBuf {
        let folder = self
            .context
            .store()
            .map_or_else(|_| std::env::temp_dir(), |store| store.folder().to_owned());
        folder.join("reponses").join(format!("{}.rs", drawn.id))
    }

    /// Writes the starter where the learner will edit it, never over an earlier answer.
    fn lay_out(&self, drawn: &Drawn, file: &PathBuf) {
        let Some(starter) = drawn.starter.as_ref().filter(|_| !file.exists()) else {
            return;
        };
        let folder = file.parent().map_or_else(PathBuf::new, std::path::Path::to_owned);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(file, starter));
        if let Err(error) = written {
            self.screen
                .warn(&format!("{} n’a pas pu être écrit ({error}).", file.display()));
        }
    }

    fn at_hand(&self) -> Result<Drawn, Failure> {
        match &self.exercise {
            Some(id) => Ok(self.context.exercise(id)?.1),
            None => Err(Failure::Usage {
                message: "aucun exercice n’est affiché".to_owned(),
                hint: "«\u{a0}:exercice EXERCICE\u{a0}» en affiche un.".to_owned(),
            }),
        }
    }

    pub(super) fn answer(&mut self, text: &str) -> Result<(), Failure> {
        let drawn = self.at_hand()?;
        let verdict = if drawn.exercise.needs_engine() {
            let answer = self.rust_answer(&drawn, text)?;
            let kitchen = Arc::clone(&self.kitchen);
            let workshop = kitchen.workshop(patient())?;
            attempt::in_session(self.screen, &mut lock(&workshop), &drawn, Answer::Rust(answer))?
        } else if text.is_empty() {
            return Err(Failure::Usage {
                message: "il manque la réponse".to_owned(),
                hint: "par exemple «\u{a0}:reponse 12\u{a0}».".to_owned(),
            });
        } else {
            let ground = match &self.kitchen.backend {
                Backend::Simulator(_) => Place::of(&self.kitchen.backend),
                Backend::Aws(_) => Place::nowhere(),
            };
            session::judge(&drawn, Answer::Text(text.to_owned()), ground.ground())
        };
        self.context.record(&attempt::event(&drawn, &verdict))?;
        self.screen.write(&render::verdict::render(
            &verdict,
            drawn.max_score,
            self.screen.look(),
        ));
        Ok(())
    }

    fn rust_answer(&self, drawn: &Drawn, text: &str) -> Result<String, Failure> {
        if !text.is_empty() {
            return Ok(text.to_owned());
        }
        let path = self.answer_file(drawn);
        std::fs::read_to_string(&path).map_err(|source| Failure::Unreadable { path, source })
    }

    pub(super) fn hint(&mut self) -> Result<(), Failure> {
        overview::hint(self.context, &self.at_hand()?)
    }

    pub(super) fn solution(&mut self, word: &str) -> Result<(), Failure> {
        let drawn = self.at_hand()?;
        let gives_up = matches!(word.trim_start_matches('-'), "abandonner" | "abandon" | "give-up");
        overview::solution(self.context, &drawn, gives_up).map(|_| ())
    }
}

/// A script at the prompt has nothing better to do than wait for the preparation.
pub(super) fn patient() -> bool {
    !std::io::stdin().is_terminal()
}

pub(super) fn lock(workshop: &std::sync::Mutex<Workshop>) -> MutexGuard<'_, Workshop> {
    workshop.lock().unwrap_or_else(PoisonError::into_inner)
}
