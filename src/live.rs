//! A running cell on the screen: its output as it comes, then how it ended.

use crate::keyboard::Keyboard;
use crate::render::{self, Harmless, Ink, Screen};
use crate::script::Outcome;
use crate::store::data_folder;
use unicode_width::UnicodeWidthStr;
use workbook::engine::{Chunk, InputRequest, Listener, Reply};
use workbook::french::counted;
use workbook::session::{CellRun, Recovery};

/// Before an answer that a cell has asked nothing for: it waits, and would seem to do nothing.
const BARE: &str = "entrée> ";

/// Shows what a cell writes, and between two outputs what the engine is doing; has the learner answer when it reads.
pub struct Show<'a> {
    screen: Screen,
    keyboard: &'a mut dyn Keyboard,
    status: bool,
    unfinished: Option<Stream>,
    /// What stands on the line that is not finished.
    line: String,
    /// What each stream may do to the terminal.
    harmless: [Harmless; 2],
}

/// Where a line was left without its end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

impl<'a> Show<'a> {
    /// Nothing is shown yet.
    pub fn new(screen: Screen, keyboard: &'a mut dyn Keyboard) -> Self {
        Self {
            screen,
            keyboard,
            status: false,
            unfinished: None,
            line: String::new(),
            harmless: [Harmless::default(), Harmless::default()],
        }
    }

    /// The cell is over: what comes next begins on a line of its own, or it would be written over what
    /// the cell left unfinished.
    pub fn end(&mut self) {
        self.erase();
        for stream in [Stream::Out, Stream::Err] {
            let rest = self.harmless[stream as usize].end();
            self.put(stream, &rest);
        }
        if let Some(stream) = self.unfinished {
            self.put(stream, "\n");
        }
    }

    fn write(&mut self, stream: Stream, text: &str) {
        if self.screen.is_terminal(stream == Stream::Err) {
            let shown = self.harmless[stream as usize].pass(text);
            self.put(stream, &shown);
        } else {
            self.put(stream, text);
        }
    }

    fn put(&mut self, stream: Stream, text: &str) {
        if text.is_empty() {
            return;
        }
        match stream {
            Stream::Out => self.screen.write(text),
            Stream::Err => self.screen.error_output(text),
        }
        self.unfinished = Some(stream).filter(|_| !text.ends_with('\n'));
        if let Some((_, last)) = text.rsplit_once(['\n', '\r']) {
            last.clone_into(&mut self.line);
        } else {
            self.line += text;
        }
    }

    /// Takes the status line away.
    fn erase(&mut self) {
        if self.status {
            self.screen.erase_status();
            self.status = false;
        }
    }

    /// What is asked that does not stand on the screen yet: what a cell prints before it reads, does.
    fn unseen(&self, request: &InputRequest) -> String {
        if self.line.ends_with(&request.prompt) {
            String::new()
        } else if request.prompt.ends_with(char::is_whitespace) {
            request.prompt.clone()
        } else {
            format!("{} ", request.prompt)
        }
    }

    /// Leaves an empty line to whoever draws the question, and says what is to stand on it.
    fn give_line(&mut self, unseen: &str) -> String {
        let whole = format!("{}{unseen}", self.line);
        if whole.width() < self.screen.look().width {
            if !self.line.is_empty() {
                self.screen.erase_line();
            }
            self.line.clear();
            return whole;
        }
        // What goes over several lines cannot be drawn anew.
        self.put(Stream::Out, &format!("{unseen}\n"));
        String::new()
    }
}

impl Listener for Show<'_> {
    fn chunk(&mut self, chunk: Chunk) {
        self.erase();
        match chunk {
            Chunk::Stdout(text) => self.write(Stream::Out, &text),
            Chunk::Stderr(text) => self.write(Stream::Err, &text),
            Chunk::Rich(rich) => self.screen.rich(&rich),
            Chunk::Status(words) => self.status = self.unfinished.is_none() && self.screen.status(&words),
        }
    }

    fn input(&mut self, request: &InputRequest) -> Reply {
        self.erase();
        let unseen = self.unseen(request);
        if !self.keyboard.draws() {
            if !unseen.trim().is_empty() {
                self.write(Stream::Out, &format!("{unseen}\n"));
            }
            return self.keyboard.ask("", request.hidden);
        }
        let mut prompt = self.give_line(&unseen);
        if prompt.trim().is_empty() {
            BARE.clone_into(&mut prompt);
        }
        let reply = self.keyboard.ask(&prompt, request.hidden);
        // Enter ended the line.
        self.unfinished = None;
        self.line.clear();
        reply
    }
}

/// What is to be said once a cell is over: its value, its plots, its error, its variables.
pub fn conclude(screen: Screen, label: &str, source: &str, run: &CellRun) {
    // A notebook has shown them as they came.
    let rich = if screen.is_sheet() {
        &[][..]
    } else {
        &run.evaluation.output.rich
    };
    let plots = screen.plots_of(render::output::plots(rich));
    match render::output::rich(rich, label, &data_folder(), screen.look(), plots) {
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
            "Les variables ne sont pas encore revenues\u{a0}: {} avant la prochaine.",
            match cells {
                1 => "une cellule sera rejouée".to_owned(),
                _ => format!("{cells} cellules seront rejouées"),
            }
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
    use workbook::engine::Listener;

    /// Draws its questions, and keeps them.
    #[derive(Default)]
    struct Drawn(Vec<String>);

    impl Keyboard for Drawn {
        fn draws(&self) -> bool {
            true
        }

        fn ask(&mut self, prompt: &str, _: bool) -> Reply {
            self.0.push(prompt.to_owned());
            Reply::End
        }
    }

    #[test]
    fn a_question_stands_once_on_its_line_whoever_printed_it() {
        let mut keyboard = Drawn::default();
        let mut show = Show::new(Screen::new(true), &mut keyboard);
        let long = "long ".repeat(100);
        for (printed, asked) in [
            ("avant\nTon nom\u{a0}: ", "Ton nom\u{a0}: "),
            ("", "Code"),
            ("10\u{a0}%\r20\u{a0}%", "20\u{a0}%"),
            ("", ""),
            (long.as_str(), long.as_str()),
        ] {
            show.chunk(Chunk::Stdout(printed.to_owned()));
            let request = InputRequest {
                prompt: asked.to_owned(),
                hidden: false,
            };
            assert_eq!(show.input(&request), Reply::End);
        }
        assert_eq!(keyboard.0, ["Ton nom\u{a0}: ", "Code ", "20\u{a0}%", BARE, BARE]);
    }

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
