//! Cuts what the cells' process writes into what the learner sees and what the engine has to know.
//!
//! evcxr's generated code speaks to evcxr on standard output, between the lines of the cell. What
//! ends a cell here is a mark with a random part, so that no text of a cell can end it.

/// What evcxr reads when a cell is over.
pub(crate) const COMPLETE: &str = "EVCXR_EXECUTION_COMPLETE";
/// What evcxr's generated code prints when the cell panicked.
pub(crate) const PANIC: &str = "EVCXR_PANIC_NOTIFICATION";
/// What it prints when a `?` met an error.
pub(crate) const QUESTION_MARK: &str = "EVCXR_ERROR_OCCURRED";
const TYPE_CHANGED: &str = "EVCXR_VARIABLE_CHANGED_TYPE:";
const BEGIN_CONTENT: &str = "EVCXR_BEGIN_CONTENT ";
const END_CONTENT: &str = "EVCXR_END_CONTENT";
/// More than this without a line end is passed on as it is.
const LONGEST_LINE: usize = 64 * 1024;
/// More than this between the two lines of a rich output is not one.
const LARGEST_CONTENT: usize = 16 * 1024 * 1024;

/// A piece of what a cell wrote.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// What the learner sees.
    Text(String),
    /// A rich output.
    Rich { mime: String, data: String },
    /// A line for evcxr, to be passed on as it is.
    Protocol(String),
    /// What followed our own mark on its line.
    Mark(String),
}

/// The state of one stream between two reads.
pub(crate) struct Splitter {
    mark: Vec<u8>,
    pending: Vec<u8>,
    at_line_start: bool,
    content: Option<(String, String)>,
    pieces: Vec<Piece>,
}

impl Splitter {
    /// A stream in which `mark` announces the engine's own words.
    pub(crate) fn new(mark: &[u8]) -> Self {
        Self {
            mark: mark.to_vec(),
            pending: Vec::new(),
            at_line_start: true,
            content: None,
            pieces: Vec::new(),
        }
    }

    /// Takes what was read and gives back what is complete.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Vec<Piece> {
        self.pending.extend_from_slice(bytes);
        let mut start = 0;
        while let Some(length) = self.pending[start..].iter().position(|byte| *byte == b'\n') {
            let line = self.pending[start..start + length].to_vec();
            start += length + 1;
            self.line(&line);
        }
        self.pending.drain(..start);
        self.rest();
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
            let before = String::from_utf8_lossy(&line[..at]).into_owned();
            self.close_content();
            self.text(&before);
            let after = String::from_utf8_lossy(&line[at + self.mark.len()..]).into_owned();
            self.pieces.push(Piece::Mark(after));
            self.at_line_start = true;
            return;
        }
        let line = String::from_utf8_lossy(line);
        if self.content.is_some() {
            self.content_line(&line);
        } else if let Some((before, notice)) = notice(&line) {
            self.text(before);
            self.pieces.push(Piece::Protocol(notice.to_owned()));
            self.at_line_start = true;
        } else if self.at_line_start && line.starts_with(TYPE_CHANGED) {
            self.pieces.push(Piece::Protocol(line.into_owned()));
        } else if let Some((before, mime)) = line.split_once(BEGIN_CONTENT) {
            self.text(before);
            self.content = Some((mime.trim().to_owned(), String::new()));
        } else {
            self.text(&format!("{line}\n"));
            self.at_line_start = true;
        }
    }

    fn content_line(&mut self, line: &str) {
        let Some((mime, data)) = &mut self.content else {
            return;
        };
        if line == END_CONTENT {
            let (mime, data) = (std::mem::take(mime), std::mem::take(data));
            self.content = None;
            self.at_line_start = true;
            self.pieces.push(Piece::Rich { mime, data });
        } else if line == PANIC || data.len() > LARGEST_CONTENT {
            self.close_content();
            self.line(line.as_bytes());
        } else {
            if !data.is_empty() {
                data.push('\n');
            }
            data.push_str(line);
        }
    }

    /// A rich output that never ended was plain text.
    fn close_content(&mut self) {
        if let Some((_, data)) = self.content.take() {
            self.text(&data);
        }
    }

    /// Passes on a line that has no end yet, unless the engine may have to read it.
    fn rest(&mut self) {
        let short = self.pending.len() < LONGEST_LINE;
        let ours = self.pending.contains(&0) || find(&self.pending, b"EVCXR").is_some();
        if self.content.is_some() || (short && ours) {
            return;
        }
        let whole = match std::str::from_utf8(&self.pending) {
            Err(error) if error.error_len().is_none() => error.valid_up_to(),
            _ => self.pending.len(),
        };
        let text: Vec<u8> = self.pending.drain(..whole).collect();
        self.text(&String::from_utf8_lossy(&text));
    }

    fn text(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        self.at_line_start = text.ends_with('\n');
        if let Some(Piece::Text(last)) = self.pieces.last_mut() {
            last.push_str(text);
        } else {
            self.pieces.push(Piece::Text(text.to_owned()));
        }
    }
}

/// A notice may follow what the cell printed without a line end.
fn notice(line: &str) -> Option<(&str, &'static str)> {
    [PANIC, QUESTION_MARK]
        .into_iter()
        .find_map(|notice| Some((line.strip_suffix(notice)?, notice)))
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::{Piece, Splitter};

    fn text(text: &str) -> Piece {
        Piece::Text(text.to_owned())
    }

    #[test]
    fn a_line_without_its_end_is_given_at_once() {
        let mut splitter = Splitter::new(b"\0m ");
        assert_eq!(splitter.feed(b"un\ndeux"), [text("un\ndeux")]);
        assert_eq!(
            splitter.feed(b" trois\0m fin 1\n"),
            [text(" trois"), Piece::Mark("fin 1".to_owned())]
        );
    }

    #[test]
    fn what_evcxr_reads_at_the_end_of_a_cell_is_plain_text_in_a_cell() {
        let mut splitter = Splitter::new(b"\0m ");
        assert_eq!(
            splitter.feed(b"EVCXR_EXECUTION_COMPLETE\n"),
            [text("EVCXR_EXECUTION_COMPLETE\n")]
        );
    }

    #[test]
    fn a_panic_is_seen_behind_an_unfinished_line() {
        let mut splitter = Splitter::new(b"\0m ");
        let pieces = splitter.feed(b"debutEVCXR_PANIC_NOTIFICATION\n");
        assert_eq!(
            pieces,
            [
                text("debut"),
                Piece::Protocol("EVCXR_PANIC_NOTIFICATION".to_owned())
            ]
        );
    }

    #[test]
    fn two_rich_outputs_of_one_type_are_both_kept_in_order() {
        let mut splitter = Splitter::new(b"\0m ");
        let written = b"EVCXR_BEGIN_CONTENT image/svg+xml\n<svg>\n1</svg>\nEVCXR_END_CONTENT\n\
                        EVCXR_BEGIN_CONTENT image/svg+xml\n2\nEVCXR_END_CONTENT\n";
        let rich = |data: &str| Piece::Rich {
            mime: "image/svg+xml".to_owned(),
            data: data.to_owned(),
        };
        assert_eq!(splitter.feed(written), [rich("<svg>\n1</svg>"), rich("2")]);
    }

    #[test]
    fn a_rich_output_that_never_ends_becomes_text_at_the_end_of_the_cell() {
        let mut splitter = Splitter::new(b"\0m ");
        let pieces = splitter.feed(b"EVCXR_BEGIN_CONTENT text/html\nperdu\n\0m fin 1\n");
        assert_eq!(pieces, [text("perdu"), Piece::Mark("fin 1".to_owned())]);
    }

    #[test]
    fn a_letter_cut_in_two_waits_for_its_other_half() {
        let mut splitter = Splitter::new(b"\0m ");
        let accent = "é".as_bytes();
        assert_eq!(splitter.feed(&[b'a', accent[0]]), [text("a")]);
        assert_eq!(splitter.feed(&[accent[1]]), [text("é")]);
    }

    #[test]
    fn zero_bytes_without_a_line_end_do_not_pile_up() {
        let mut splitter = Splitter::new(b"\0m ");
        assert!(splitter.feed(&[0; 1000]).is_empty());
        assert!(!splitter.feed(&vec![0; 70_000]).is_empty());
    }
}
