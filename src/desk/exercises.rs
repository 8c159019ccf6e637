//! What the desk does with exercises: shows them, takes answers, gives hints and solutions.

use super::{Desk, lock, patient};
use crate::cli::{overview, review};
use crate::failure::Failure;
use crate::render;
use crate::review::Standing;
use crate::{attempt, typed};
use std::path::PathBuf;
use std::sync::Arc;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::french::counted;
use workbook::verdict::Verdict;
use workbook::world::World;

/// The exercise at hand.
pub(crate) struct AtHand {
    id: String,
    /// Whose values are not the learner's own, where it came back.
    again: Option<Again>,
}

/// How an exercise came back.
#[derive(Clone)]
struct Again {
    seed: u64,
    /// How often it was gone over before.
    reviews: usize,
}

impl Desk<'_> {
    pub(super) fn exercise(&mut self, id: &str) -> Result<(), Failure> {
        let drawn = if id.is_empty() {
            self.at_hand()?
        } else {
            self.context.exercise(id)?.1
        };
        self.screen
            .write(&render::lesson::exercise(&drawn, self.screen.look()));
        let again = self.exercise.take().and_then(|at_hand| at_hand.again);
        self.take_drawn(&drawn, again.filter(|_| id.is_empty()));
        Ok(())
    }

    /// Shows what is to be gone over first, with values of its own.
    pub(super) fn review(&mut self) -> Result<(), Failure> {
        let standing = Standing::of(self.context)?;
        let Some(card) = standing.due.first() else {
            self.screen.say(&review::nothing_due(&standing));
            return Ok(());
        };
        let left = counted(standing.due.len(), "exercice", "exercices");
        let line = review::line(self.context, card)?;
        self.screen.say(&format!("À revoir ({left})\u{a0}: {line}."));
        let seed = card.seed(self.context.seed()?);
        let (_, drawn) = self.context.exercise_of(&card.exercise, Some(seed))?;
        self.screen
            .write(&render::lesson::exercise(&drawn, self.screen.look()));
        let reviews = card.reviews;
        self.take_drawn(&drawn, Some(Again { seed, reviews }));
        Ok(())
    }

    /// Makes an exercise the one at hand, and says how to answer it.
    pub(super) fn take_exercise(&mut self, id: &str) -> Result<(), Failure> {
        let (_, drawn) = self.context.exercise(id)?;
        self.take_drawn(&drawn, None);
        Ok(())
    }

    fn take_drawn(&mut self, drawn: &Drawn, again: Option<Again>) {
        let id = drawn.id.clone();
        self.exercise = Some(AtHand { id, again });
        if drawn.exercise.needs_engine() {
            let file = self.answer_file(drawn);
            self.lay_out(drawn, &file);
            self.tip(&format!(
                "complète {}, puis :reponse\u{a0}; ou :reponse suivi du code.",
                file.display()
            ));
        } else if drawn.exercise.archive().is_some() {
            self.tip(
                ":reponse suivi du chemin de ton archive, comme couche.zip\u{a0}; :indice si tu hésites.",
            );
        } else if drawn.exercise.asks_for_a_document() {
            self.tip(":reponse suivi de ton JSON, ou du nom de son fichier\u{a0}; :indice si tu hésites.");
        } else if drawn.exercise.command().is_some() {
            self.tip(":reponse suivi de ta commande, comme «\u{a0}:reponse aws s3 ls\u{a0}»\u{a0}; :indice si tu hésites.");
        } else {
            self.tip(":reponse suivi de ta réponse\u{a0}; :indice si tu hésites.");
        }
    }

    fn answer_file(&self, drawn: &Drawn) -> PathBuf {
        let folder = self
            .context
            .store()
            .map_or_else(|_| std::env::temp_dir(), |store| store.folder().to_owned());
        let again = self.exercise.as_ref().and_then(|at_hand| at_hand.again.as_ref());
        let name = match again {
            Some(again) => format!("{}-revision-{}.rs", drawn.id, again.reviews),
            None => format!("{}.rs", drawn.id),
        };
        folder.join("reponses").join(name)
    }

    /// Writes the starter where the learner will edit it, never over an earlier answer.
    fn lay_out(&self, drawn: &Drawn, file: &PathBuf) {
        let Some(starter) = drawn.starter.as_ref().filter(|_| !file.exists()) else {
            return;
        };
        let folder = file.parent().map_or_else(PathBuf::new, std::path::Path::to_owned);
        let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(file, starter));
        if let Err(error) = written {
            let why = crate::failure::system(&error);
            self.screen
                .warn(&format!("{} n’a pas pu être écrit ({why}).", file.display()));
        }
    }

    pub(super) fn at_hand(&self) -> Result<Drawn, Failure> {
        match &self.exercise {
            Some(AtHand { id, again }) => {
                let seed = again.as_ref().map(|again| again.seed);
                Ok(self.context.exercise_of(id, seed)?.1)
            }
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
            attempt::in_session(
                self.screen,
                &mut *self.keyboard(),
                &mut lock(&workshop),
                &drawn,
                Answer::Rust(answer),
            )?
        } else if text.is_empty() {
            return Err(Failure::Usage {
                message: "il manque la réponse".to_owned(),
                hint: example(&drawn).to_owned(),
            });
        } else {
            let answer = typed::answer(&drawn, text)?;
            attempt::natively(&drawn, answer, self.kitchen.backend.ground())
        };
        self.context.record(&attempt::event(&drawn, &verdict))?;
        self.screen.verdict(&verdict, drawn.max_score);
        if attempt::shows_program(&drawn, &verdict) {
            let kitchen = Arc::clone(&self.kitchen);
            let workshop = kitchen.workshop(patient())?;
            attempt::demonstrate_in_session(
                self.screen,
                &mut *self.keyboard(),
                &mut lock(&workshop),
                &drawn,
            )?;
        }
        self.after_review(&verdict)
    }

    /// What comes next, where the exercise had come back and was passed.
    fn after_review(&self, verdict: &Verdict) -> Result<(), Failure> {
        let came_back = self
            .exercise
            .as_ref()
            .is_some_and(|at_hand| at_hand.again.is_some());
        if !came_back || !matches!(verdict, Verdict::Passed(_)) {
            return Ok(());
        }
        let standing = Standing::of(self.context)?;
        if standing.due.is_empty() {
            self.tip(&review::nothing_due(&standing));
        } else {
            let left = counted(standing.due.len(), "exercice", "exercices");
            self.tip(&format!(":revision montre le suivant\u{a0}; il reste {left}."));
        }
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
        if !gives_up && !word.is_empty() {
            return Err(Failure::Usage {
                message: format!("«\u{a0}{word}\u{a0}» n’est pas attendu après «\u{a0}:solution\u{a0}»"),
                hint: "«\u{a0}:solution\u{a0}», ou «\u{a0}:solution abandonner\u{a0}» pour la voir sans avoir réussi.".to_owned(),
            });
        }
        overview::solution(self.context, &drawn, gives_up).map(|_| ())
    }
}

/// How an answer is typed.
fn example(drawn: &Drawn) -> &'static str {
    if drawn.exercise.archive().is_some() {
        "par exemple «\u{a0}:reponse couche.zip\u{a0}»."
    } else if drawn.exercise.asks_for_a_document() {
        "par exemple «\u{a0}:reponse { … }\u{a0}», ou «\u{a0}:reponse cycle.json\u{a0}»."
    } else if drawn.exercise.command().is_some() {
        "par exemple «\u{a0}:reponse aws s3 ls\u{a0}»."
    } else {
        "par exemple «\u{a0}:reponse 12\u{a0}»."
    }
}
