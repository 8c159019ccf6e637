//! What the desk does with exercises: shows them, takes answers, gives hints and solutions.

use super::{Desk, lock, patient};
use crate::cli::overview;
use crate::failure::Failure;
use crate::render;
use crate::{attempt, typed};
use std::path::PathBuf;
use std::sync::Arc;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::world::World;

impl Desk<'_> {
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

    /// Makes an exercise the one at hand, and says how to answer it.
    pub(super) fn take_exercise(&mut self, id: &str) -> Result<(), Failure> {
        let (_, drawn) = self.context.exercise(id)?;
        self.exercise = Some(id.to_owned());
        if drawn.exercise.needs_engine() {
            let file = self.answer_file(&drawn);
            self.lay_out(&drawn, &file);
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
        self.screen.write(&render::verdict::render(
            &verdict,
            drawn.max_score,
            self.screen.look(),
        ));
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
