//! A running cell on the screen: its output as it comes, then how it ended.

use crate::render::{self, Ink, Screen};
use crate::script::Outcome;
use crate::store::data_folder;
use workbook::engine::Chunk;
use workbook::french::counted;
use workbook::session::{CellRun, Recovery};

/// Shows what a cell writes, and between two outputs what the engine is doing.
pub struct Show {
    screen: Screen,
    status: bool,
    unfinished: Option<Stream>,
}

/// Where a line was left without its end.
#[derive(Clone, Copy)]
enum Stream {
    Out,
    Err,
}

impl Show {
    /// Nothing is shown yet.
    pub fn new(screen: Screen) -> Self {
        Self {
            screen,
            status: false,
            unfinished: None,
        }
    }

    /// One piece of output.
    pub fn take(&mut self, chunk: &Chunk) {
        self.erase();
        match chunk {
            Chunk::Stdout(text) => self.write(Stream::Out, text),
            Chunk::Stderr(text) => self.write(Stream::Err, text),
            Chunk::Status(words) => self.status = self.screen.status(words),
        }
    }

    /// The cell is over: what comes next begins on a line of its own, or it would be written over what
    /// the cell left unfinished.
    pub fn end(&mut self) {
        self.erase();
        if let Some(stream) = self.unfinished {
            self.write(stream, "\n");
        }
    }

    fn write(&mut self, stream: Stream, text: &str) {
        match stream {
            Stream::Out => self.screen.write(text),
            Stream::Err => self.screen.error_output(text),
        }
        self.unfinished = Some(stream).filter(|_| !text.ends_with('\n'));
    }

    /// Takes the status line away.
    fn erase(&mut self) {
        if self.status {
            self.screen.erase_status();
            self.status = false;
        }
    }
}

/// What is to be said once a cell is over: its value, its plots, its error, its variables.
pub fn conclude(screen: Screen, label: &str, source: &str, run: &CellRun) {
    match render::output::rich(&run.evaluation.output.rich, label, &data_folder(), screen.look()) {
        Ok(text) => screen.write(&text),
        Err(error) => screen.warn(&format!(
            "la figure n’a pas pu être enregistrée ({}).",
            crate::failure::system(&error)
        )),
    }
    screen.write(&render::output::ending(source, &run.evaluation, screen.look()));
    if let Some(mismatch) = &run.mismatch {
        screen.say(&screen.paint(
            Ink::Warn,
            &format!("La sortie n’est pas celle de la leçon, {mismatch}."),
        ));
    }
    if let Some(words) = recovery(&run.recovery) {
        screen.say(&screen.paint(Ink::Dim, &words));
    }
}

/// Shows what a script wrote and, where it did not run as promised, why.
pub fn script(screen: Screen, outcome: &Outcome) {
    if let Outcome::Ran { ran, .. } = outcome {
        screen.write(&ran.stdout);
        screen.error_output(&ran.stderr);
    }
    if !outcome.ok() {
        screen.say(&screen.paint(Ink::Warn, &outcome.words()));
    }
}

/// What a replay put back, and what it did not.
const REWOUND: &str = "Le compte simulé repart de son état d’avant elles, sans reculer l’horloge.";

/// What became of the variables, where something did.
pub fn recovery(recovery: &Recovery) -> Option<String> {
    match recovery {
        Recovery::NotNeeded | Recovery::Replayed { cells: 0 } => None,
        Recovery::Replayed { cells } => Some(format!(
            "Les variables sont revenues\u{a0}: {}. {REWOUND}",
            replayed(*cells)
        )),
        Recovery::LeftOut { cells, left_out } => Some(format!(
            "«\u{a0}{left_out}\u{a0}» arrête son processus après coup\u{a0}: elle n’est plus rejouée ({}). {REWOUND} Corrige-la\u{a0}; «\u{a0}:reinitialiser\u{a0}» repart de zéro.",
            replayed(*cells)
        )),
        Recovery::Failed { cells, failed } => Some(format!(
            "{}, puis «\u{a0}{failed}\u{a0}» a échoué\u{a0}: relance les cellules suivantes.",
            replayed(*cells)
        )),
        Recovery::Postponed { cells } => Some(format!(
            "Les variables ne sont pas encore revenues\u{a0}: {cells} cellule(s) seront rejouée(s) avant la prochaine."
        )),
        Recovery::Lost { cells } => Some(format!(
            "Les variables de {} sont perdues. Sur un vrai compte, rien n’est rejoué sans toi.",
            counted(*cells, "cellule", "cellules")
        )),
    }
}

fn replayed(cells: usize) -> String {
    counted(cells, "cellule rejouée", "cellules rejouées")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_became_of_the_variables_is_said_in_the_right_number() {
        let failed = |cells| {
            recovery(&Recovery::Failed {
                cells,
                failed: "x".to_owned(),
            })
            .unwrap_or_default()
        };
        assert!(
            failed(0).starts_with("0\u{a0}cellule rejouée, puis"),
            "{}",
            failed(0)
        );
        let said = |recovered| recovery(&recovered).unwrap_or_default();
        assert!(said(Recovery::Replayed { cells: 1 }).contains("1\u{a0}cellule rejouée."));
        assert!(said(Recovery::Replayed { cells: 3 }).contains("3\u{a0}cellules rejouées."));
        assert!(said(Recovery::Lost { cells: 2 }).contains("de 2\u{a0}cellules sont perdues"));
        assert_eq!(recovery(&Recovery::Replayed { cells: 0 }), None);
    }
}
