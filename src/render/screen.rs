//! Where text goes: people's text, machines' one document, and warnings.

use super::picture::{self, Plots};
use super::style::{Ink, Look};
use super::wrap::{Piece, columns, told, wrap};
use std::io::{Error, ErrorKind, IsTerminal, Write, stderr, stdout};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use workbook::engine::Rich;
use workbook::verdict::Verdict;

/// The terminal, or what stands for it. With `--json`, people's text goes to standard error, and
/// standard output carries one document.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    json: bool,
    look: Look,
    sheet: Option<&'static dyn Sheet>,
}

/// What stands for the process's own streams: a notebook, which shows more than text.
pub trait Sheet: std::fmt::Debug + Sync {
    /// Text for people.
    fn write(&self, text: &str);

    /// What must not mix with it.
    fn error(&self, text: &str);

    /// Markdown, and the same as text.
    fn markdown(&self, markdown: &str, text: &str);

    /// HTML, and the same as text.
    fn html(&self, html: &str, text: &str);

    /// A value or a plot.
    fn rich(&self, rich: &Rich);
}

const DEFAULT_WIDTH: usize = 80;
/// Longer lines tire the eye.
const WIDEST: usize = 100;
/// As wide as the outputs of most notebooks.
const SHEET_WIDTH: usize = 88;

impl Screen {
    /// The process's own streams. `NO_COLOR` and a non-terminal turn colours off.
    pub fn new(json: bool) -> Self {
        let terminal = if json {
            stderr().is_terminal()
        } else {
            stdout().is_terminal()
        };
        let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let look = Look {
            color: terminal && !refused && !dumb,
            width: width(),
            fold: terminal,
        };
        Self {
            json,
            look,
            sheet: None,
        }
    }

    /// A sheet in place of the process's own streams; it takes colours, and folds lines itself.
    pub fn onto(sheet: &'static dyn Sheet) -> Self {
        Self {
            json: false,
            look: Look {
                color: true,
                width: SHEET_WIDTH,
                fold: false,
            },
            sheet: Some(sheet),
        }
    }

    /// Whether this is no terminal, but a sheet.
    pub fn is_sheet(&self) -> bool {
        self.sheet.is_some()
    }

    /// Whether standard output belongs to a machine.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// How text looks here. A window may have been made larger or smaller since it was asked last.
    pub fn look(&self) -> Look {
        match self.sheet {
            Some(_) => self.look,
            None => Look {
                width: width(),
                ..self.look
            },
        }
    }

    /// How so many plots are shown here; where there are some, the terminal may be asked, once.
    pub fn plots_of(&self, count: usize) -> Plots {
        if count == 0 || self.json || !self.is_terminal(false) {
            Plots::Words
        } else {
            picture::of_terminal(self.look().width)
        }
    }

    /// `text` in `ink`, if colours are on.
    pub fn paint(&self, ink: Ink, text: &str) -> String {
        self.look.paint(ink, text)
    }

    /// A line for people.
    pub fn say(&self, text: &str) {
        self.write(&format!("{}\n", text.trim_end_matches('\n')));
    }

    /// French Markdown for people.
    pub fn markdown(&self, text: &str) {
        self.illustrated(text, text);
    }

    /// The same; `pages` is the text as a sheet takes it, with its images.
    pub fn illustrated(&self, text: &str, pages: &str) {
        let rendered = super::markdown::render(text, self.look());
        match self.sheet {
            Some(sheet) => sheet.markdown(pages, &rendered),
            None => self.write(&rendered),
        }
    }

    /// The verdict on an answer worth at most `max` points: in its box, or on a sheet as `verifier` shows it in a cell.
    pub fn verdict(&self, verdict: &Verdict, max: f64) {
        let Some(sheet) = self.sheet else {
            return self.write(&super::verdict::render(verdict, max, self.look()));
        };
        sheet.write(&format!("{}\n", super::verdict::line(verdict, max)));
        if !verdict.message().is_empty() {
            sheet.html(&super::html::verdict(verdict), verdict.message());
        }
    }

    /// A value or a plot, where it can be shown as it is.
    pub fn rich(&self, rich: &Rich) {
        if let Some(sheet) = self.sheet {
            sheet.rich(rich);
        }
    }

    /// Text for people as it is, such as the output of a running cell.
    pub fn write(&self, text: &str) {
        if let Some(sheet) = self.sheet {
            sheet.write(text);
        } else if self.json {
            let _ = put(&mut stderr(), text);
        } else {
            put_out(text);
        }
    }

    /// A warning: always on standard error.
    pub fn warn(&self, text: &str) {
        self.labelled(Ink::Warn, "Attention\u{a0}:", text);
    }

    /// Text for people that must not mix with a program's standard output.
    pub fn aside(&self, text: &str) {
        let line = format!("{}\n", text.trim_end_matches('\n'));
        match self.sheet {
            Some(sheet) => sheet.write(&line),
            None => self.error_output(&self.folded(&line)),
        }
    }

    /// On a terminal, a line that is longer than the screen breaks between words.
    fn folded(&self, text: &str) -> String {
        let look = self.look();
        if !self.is_terminal(true) {
            return text.to_owned();
        }
        let fold = |line: &str| {
            if columns(line) <= look.width {
                return format!("{line}\n");
            }
            told(Ink::Plain, line, Look { fold: true, ..look })
        };
        text.lines().map(fold).collect()
    }

    /// A word on what can be done next, for people.
    pub fn tip(&self, words: &str) {
        self.write(&told(Ink::Dim, &format!("→ {words}"), self.look()));
    }

    /// Whether what is written here, or on standard error, goes to a terminal.
    pub fn is_terminal(&self, error: bool) -> bool {
        if self.is_sheet() {
            false
        } else if error || self.json {
            stderr().is_terminal()
        } else {
            stdout().is_terminal()
        }
    }

    /// Takes away what stands on the last line.
    pub fn erase_line(&self) {
        if !self.is_sheet() {
            self.write("\r\u{1b}[K");
        }
    }

    /// What a running cell writes on its standard error.
    pub fn error_output(&self, text: &str) {
        match self.sheet {
            Some(sheet) => sheet.error(text),
            None => {
                let _ = put(&mut stderr(), text);
            }
        }
    }

    /// A word on what goes on, which the next output replaces; whether it is shown at all.
    pub fn status(&self, words: &str) -> bool {
        let shown = !self.is_sheet() && stderr().is_terminal();
        if shown {
            let _ = put(&mut stderr(), &format!("\r{}", self.paint(Ink::Dim, words)));
        }
        shown
    }

    /// Takes the status line away.
    pub fn erase_status(&self) {
        let _ = put(&mut stderr(), "\r\u{1b}[K");
    }

    /// The one document for machines.
    pub fn document(&self, value: &serde_json::Value) {
        TOLD.store(true, Ordering::Relaxed);
        put_out(&format!("{value}\n"));
    }

    /// On a terminal, a sentence breaks between words; elsewhere it stays whole, to be searched. Drawings are left as
    /// they are.
    fn labelled(&self, ink: Ink, label: &str, text: &str) {
        if !self.is_terminal(true) || text.contains('\n') {
            self.error_output(&format!("{} {text}\n", self.paint(ink, label)));
            return;
        }
        let pieces = [Piece::new(label, ink), Piece::new(format!(" {text}"), Ink::Plain)];
        let look = self.look();
        for line in wrap(&pieces, look.width, look) {
            let _ = put(&mut stderr(), &format!("{}\n", line.text));
        }
    }

    /// An error of the program or of its input: the one document, unless it has been given, and a line and a hint for
    /// people.
    pub fn failure(&self, code: &str, message: &str, hint: Option<&str>) {
        if self.json && !TOLD.load(Ordering::Relaxed) {
            let error = serde_json::json!({"code": code, "message": message, "hint": hint});
            self.document(&serde_json::json!({"error": error}));
        }
        self.labelled(Ink::Bad, "Erreur\u{a0}:", message);
        if let Some(hint) = hint {
            self.labelled(Ink::Strong, "Conseil\u{a0}:", hint);
        }
    }
}

/// Whether standard output has its document.
static TOLD: AtomicBool = AtomicBool::new(false);

/// The first error of standard output.
static REFUSED: Mutex<Option<Error>> = Mutex::new(None);

/// What kept text from standard output, once: a full disk, most often. What was to be said is lost then, and the
/// program must not end as if it had been said.
pub fn refused() -> Option<Error> {
    REFUSED.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn put_out(text: &str) {
    let Err(error) = put(&mut stdout(), text) else {
        return;
    };
    // A reader that went away (`| head`) is not an error of ours.
    if error.kind() != ErrorKind::BrokenPipe {
        let mut refused = REFUSED.lock().unwrap_or_else(PoisonError::into_inner);
        refused.get_or_insert(error);
    }
}

fn put(stream: &mut dyn Write, text: &str) -> std::io::Result<()> {
    stream.write_all(text.as_bytes())?;
    stream.flush()
}

/// `COLUMNS`, else the terminal's width, else 80; never more than 100.
fn width() -> usize {
    let asked = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    asked.or_else(measured).unwrap_or(DEFAULT_WIDTH).clamp(30, WIDEST)
}
