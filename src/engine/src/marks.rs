//! Cuts what the cells' process writes into what the learner sees and what the engine has to know.
//!
//! The engine's own words stand behind a mark with a random part, which no text of a cell can hit upon,
//! and what evcxr's generated code says to evcxr gets the same mark when it is compiled. What a cell prints
//! itself is its output, evcxr's own words among it: all but the two lines around a rich output, through
//! which cells show things, and which are taken so only where both are there.

use crate::protocol::Question;

/// Before what evcxr's generated code shows: the value of a cell.
pub(crate) const CONTENT: &str = "content ";
/// After it.
pub(crate) const CONTENT_END: &str = "content-end";
/// A thread panicked; a report in JSON follows. The prelude writes it.
pub(crate) const PANIC: &str = "panic ";
/// The cell itself ended in a panic.
pub(crate) const PANICKED: &str = "panicked";
/// A `?` outside any function met an error, which follows as a JSON string where the prelude tells it.
pub(crate) const QUESTION_MARK: &str = "question-mark";
/// A variable's type is another one since its cell ran; its name follows.
pub(crate) const RETYPED: &str = "retyped ";
/// The cell had closed or replaced this stream, which is its old self again.
pub(crate) const REOPENED: &str = "reopened";
/// The cell is over; its number follows.
pub(crate) const END: &str = "end ";

/// There is no memory left to load the cell.
pub(crate) const OUT_OF_MEMORY: &str = "out-of-memory";

/// The lines by which a cell says that it is about to read a line, and what it asks; the second is for a password.
const QUESTIONS: [(&str, bool); 2] = [
    ("EVCXR_INPUT_REQUEST:", false),
    ("EVCXR_INPUT_REQUEST_PASSWORD:", true),
];
/// What both begin with.
const QUESTION: &str = "EVCXR_INPUT_REQUEST";
/// More than this on one line is no question.
const LONGEST_QUESTION: usize = 4096;

/// The lines through which a cell shows something: evcxr's published interface.
const BEGIN_CONTENT: &str = "EVCXR_BEGIN_CONTENT ";
const END_CONTENT: &str = "EVCXR_END_CONTENT";
/// A type behind [`BEGIN_CONTENT`] is shorter than this.
const LONGEST_TYPE: usize = 256;
/// More than this between the two ends of anything is not waited for.
const LARGEST: usize = 16 * 1024 * 1024;

/// A piece of what a cell wrote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// What the learner sees.
    Text(String),
    /// A rich output.
    Rich { mime: String, data: String },
    /// What a cell asks, if it then reads.
    Question(Question),
    /// What followed the engine's mark on its line.
    Mark(String),
}

/// What one stream is cut with.
pub(crate) struct Splitter {
    mark: Vec<u8>,
    /// Whether cells show rich outputs here.
    rich: bool,
    pending: Vec<u8>,
    content: Option<Content>,
    pieces: Vec<Piece>,
}

/// A rich output whose end has not come yet.
struct Content {
    /// Its first line, as the cell printed it; none where the engine's mark stands there.
    opening: Option<String>,
    mime: String,
    /// Its lines, each with its end.
    data: String,
}

impl Splitter {
    /// Standard output, in which `mark` announces the engine's own words.
    pub(crate) fn of_output(mark: &[u8]) -> Self {
        Self {
            mark: mark.to_vec(),
            rich: true,
            pending: Vec::new(),
            content: None,
            pieces: Vec::new(),
        }
    }

    /// Standard error: the same, but nothing is shown there.
    pub(crate) fn of_errors(mark: &[u8]) -> Self {
        Self {
            rich: false,
            ..Self::of_output(mark)
        }
    }

    /// Takes what was read and gives back what is complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        let mut rest = bytes;
        while let Some(length) = rest.iter().position(|byte| *byte == b'\n') {
            self.pending.extend_from_slice(&rest[..length]);
            rest = &rest[length + 1..];
            let line = std::mem::take(&mut self.pending);
            self.line(&line);
        }
        self.pending.extend_from_slice(rest);
        self.unfinished();
        std::mem::take(&mut self.pieces)
    }

    /// The stream is over: gives back what is left.
    pub(crate) fn finish(&mut self) -> Vec<Piece> {
        self.close_content();
        let rest = std::mem::take(&mut self.pending);
        self.text(&String::from_utf8_lossy(&rest));
        std::mem::take(&mut self.pieces)
    }

    fn line(&mut self, line: &[u8]) {
        if let Some(at) = find(line, &self.mark) {
            let words = String::from_utf8_lossy(&line[at + self.mark.len()..]);
            self.marked(&String::from_utf8_lossy(&line[..at]), &words);
            return;
        }
        let line = String::from_utf8_lossy(line);
        let own = self
            .content
            .as_ref()
            .is_some_and(|content| content.opening.is_none());
        if !own && let Some((before, opening, mime)) = self.opening(&line) {
            self.close_content();
            self.text(before);
            self.content = Some(Content {
                opening: Some(format!("{opening}\n")),
                mime: mime.to_owned(),
                data: String::new(),
            });
        } else if self.content.is_none() {
            self.plain(&line);
        } else if !own && line == END_CONTENT {
            self.show();
        } else {
            self.content_line(&line);
        }
    }

    /// A line of the cell's own: text, at the end of which it may ask something.
    fn plain(&mut self, line: &str) {
        match question(line).filter(|_| self.rich) {
            Some((before, question)) => {
                self.text(before);
                self.pieces.push(Piece::Question(question));
            }
            None => self.text(&format!("{line}\n")),
        }
    }

    /// A line in which the engine speaks, after what a cell left unfinished on it.
    fn marked(&mut self, before: &str, words: &str) {
        let shown = self
            .content
            .as_ref()
            .is_some_and(|content| content.opening.is_none());
        if words == CONTENT_END && shown {
            return self.show();
        }
        self.close_content();
        self.text(before);
        match words.strip_prefix(CONTENT) {
            Some(mime) => {
                self.content = Some(Content {
                    opening: None,
                    mime: mime.to_owned(),
                    data: String::new(),
                });
            }
            None => self.pieces.push(Piece::Mark(words.to_owned())),
        }
    }

    /// What stands before the first line of a rich output, that line itself, and the type it names.
    fn opening<'a>(&self, line: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
        let at = line.find(BEGIN_CONTENT).filter(|_| self.rich)?;
        let mime = line[at + BEGIN_CONTENT.len()..].trim();
        let sound = mime.len() < LONGEST_TYPE && mime.contains('/') && !mime.contains(char::is_whitespace);
        sound.then_some((&line[..at], &line[at..], mime))
    }

    fn content_line(&mut self, line: &str) {
        if let Some(content) = &mut self.content {
            content.data.push_str(line);
            content.data.push('\n');
            if content.data.len() > LARGEST {
                self.close_content();
            }
        }
    }

    /// A rich output is complete.
    fn show(&mut self) {
        if let Some(Content { mime, mut data, .. }) = self.content.take() {
            data.truncate(data.len().saturating_sub(1));
            self.pieces.push(Piece::Rich { mime, data });
        }
    }

    /// A rich output that never ended was plain text.
    fn close_content(&mut self) {
        if let Some(content) = self.content.take() {
            self.text(&content.opening.unwrap_or_default());
            self.text(&content.data);
        }
    }

    /// Passes on what has no line end yet, but for what the engine may have to read.
    fn unfinished(&mut self) {
        if self.content.is_some() {
            if self.pending.len() < LARGEST {
                return;
            }
            self.close_content();
        }
        let whole = whole_letters(&self.pending[..self.readable()]);
        let text: Vec<u8> = self.pending.drain(..whole).collect();
        self.text(&String::from_utf8_lossy(&text));
    }

    /// How much of the unfinished line is certainly none of the engine's business.
    fn readable(&self) -> usize {
        let length = self.pending.len();
        let wait = |sign: &[u8], longest: usize| {
            let begun = begun(&self.pending, sign);
            if length - begun > longest { length } else { begun }
        };
        let opening = if self.rich {
            wait(BEGIN_CONTENT.as_bytes(), BEGIN_CONTENT.len() + LONGEST_TYPE)
        } else {
            length
        };
        let question = if self.rich {
            wait(QUESTION.as_bytes(), LONGEST_QUESTION)
        } else {
            length
        };
        opening.min(question).min(wait(&self.mark, LARGEST))
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }
}

/// What a line asks, and what stands before that on it.
fn question(line: &str) -> Option<(&str, Question)> {
    let at = line.find(QUESTION)?;
    let (sign, hidden) = QUESTIONS.iter().find(|(sign, _)| line[at..].starts_with(sign))?;
    let prompt = &line[at + sign.len()..];
    (prompt.len() <= LONGEST_QUESTION).then(|| {
        let question = Question {
            prompt: prompt.to_owned(),
            hidden: *hidden,
        };
        (&line[..at], question)
    })
}

/// The line by which a cell asked something.
pub(crate) fn asked(question: &Question) -> String {
    let sign = QUESTIONS
        .iter()
        .find(|(_, hidden)| *hidden == question.hidden)
        .map_or("", |(sign, _)| sign);
    format!("{sign}{}\n", question.prompt)
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Where `sign` stands in `text`, or begins at its end; else the length of `text`.
fn begun(text: &[u8], sign: &[u8]) -> usize {
    find(text, sign).unwrap_or_else(|| {
        let partly = (1..sign.len())
            .rev()
            .find(|length| text.ends_with(&sign[..*length]));
        text.len() - partly.unwrap_or(0)
    })
}

/// How much of `text` there is without a last letter of which only the first bytes are there.
fn whole_letters(text: &[u8]) -> usize {
    (1..=text.len().min(3))
        .map(|back| text.len() - back)
        .find(|at| text[*at] & 0b1100_0000 != 0b1000_0000)
        .filter(|at| std::str::from_utf8(&text[*at..]).is_err_and(|error| error.error_len().is_none()))
        .unwrap_or(text.len())
}

#[cfg(test)]
mod tests;
