//! Asking the terminal whether it shows sixel, without losing what the learner types meanwhile.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::getpgrp;
use rustix::stdio::{stdin, stdout};
use rustix::termios::{
    LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcgetpgrp, tcsetattr,
};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Primary device attributes: <https://vt100.net/docs/vt510-rm/DA1.html>. Every terminal of today answers at once.
const QUESTION: &[u8] = b"\x1b[c";
/// Among the attributes, that of sixel.
const SIXEL: &str = "4";
/// No longer than a start of Cahier; a far terminal answers sooner.
const LIMIT: Duration = Duration::from_millis(300);

/// What was typed while the terminal answered.
static TYPED: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// A line that was typed while the terminal was asked, and whether Enter ended it; each is handed out once.
pub fn typed_ahead() -> (String, bool) {
    let mut typed = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    let (line, ended, rest) = first_line(&typed);
    *typed = rest;
    (line, ended)
}

/// The first line, whether it ended, and what follows. Keys that write nothing do not stand in it.
fn first_line(typed: &[u8]) -> (String, bool, Vec<u8>) {
    let end = typed.iter().position(|byte| b"\r\n".contains(byte));
    let (line, rest) = end.map_or((typed, &[][..]), |end| (&typed[..end], &typed[end + 1..]));
    let text = String::from_utf8_lossy(line);
    let written = text.split('\u{1b}').next().unwrap_or_default();
    let written = written.chars().filter(|letter| !letter.is_control()).collect();
    (written, end.is_some(), rest.to_vec())
}

/// Whether the terminal shows sixel; nothing where it cannot be asked now, since keys wait to be read.
pub(super) fn sixel() -> Option<bool> {
    // Another program has the terminal: to change it would stop this one.
    if tcgetpgrp(stdin()).ok() != Some(getpgrp()) {
        return None;
    }
    let mode = Mode::unechoed()?;
    if waits(Duration::ZERO) {
        return None;
    }
    let answer = answer();
    drop(mode);
    let (attributes, typed) = answer;
    let mut kept = TYPED.lock().unwrap_or_else(PoisonError::into_inner);
    kept.extend(typed);
    Some(attributes.is_some_and(|attributes| shows(&attributes)))
}

fn answer() -> (Option<String>, Vec<u8>) {
    let mut heard = Vec::new();
    if rustix::io::write(stdout(), QUESTION).ok() != Some(QUESTION.len()) {
        return (None, heard);
    }
    let end = Instant::now() + LIMIT;
    while waits(end.saturating_duration_since(Instant::now())) {
        let mut piece = [0; 256];
        match rustix::io::read(stdin(), &mut piece) {
            Ok(length @ 1..) => heard.extend(&piece[..length]),
            _ => break,
        }
        if let (Some(attributes), typed) = apart(&heard) {
            return (Some(attributes), typed);
        }
    }
    (None, heard)
}

/// The answer, and what was typed before and after it.
fn apart(heard: &[u8]) -> (Option<String>, Vec<u8>) {
    let start = heard.windows(3).position(|seen| seen == b"\x1b[?");
    let found = start.and_then(|start| {
        let rest = &heard[start + 3..];
        let end = rest
            .iter()
            .position(|byte| !byte.is_ascii_digit() && *byte != b';')?;
        (rest[end] == b'c').then(|| {
            (
                start,
                String::from_utf8_lossy(&rest[..end]).into_owned(),
                start + 3 + end + 1,
            )
        })
    });
    match found {
        Some((start, attributes, end)) => (Some(attributes), [&heard[..start], &heard[end..]].concat()),
        None => (None, heard.to_vec()),
    }
}

/// The first number is the terminal's class.
fn shows(attributes: &str) -> bool {
    attributes.split(';').skip(1).any(|attribute| attribute == SIXEL)
}

/// Whether something can be read within that time.
fn waits(limit: Duration) -> bool {
    let Ok(limit) = Timespec::try_from(limit) else {
        return false;
    };
    let input = stdin();
    let mut watched = [PollFd::new(&input, PollFlags::IN)];
    poll(&mut watched, Some(&limit)).is_ok_and(|ready| ready > 0)
}

/// The terminal hands over each key at once and shows none, until this is dropped. Ctrl-C stays what it is.
struct Mode(Termios);

impl Mode {
    fn unechoed() -> Option<Self> {
        let before = tcgetattr(stdin()).ok()?;
        let mut mode = before.clone();
        mode.local_modes -= LocalModes::ICANON | LocalModes::ECHO;
        mode.special_codes[SpecialCodeIndex::VMIN] = 0;
        mode.special_codes[SpecialCodeIndex::VTIME] = 0;
        tcsetattr(stdin(), OptionalActions::Now, &mode).ok()?;
        Some(Self(before))
    }
}

impl Drop for Mode {
    fn drop(&mut self) {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::{apart, first_line, shows};

    #[test]
    fn the_answer_is_told_from_what_is_typed_around_it() {
        for (heard, attributes, typed) in [
            (&b"\x1b[?62;4;22c"[..], Some("62;4;22"), ""),
            (b"le\x1b[?63;1;2ct a", Some("63;1;2"), "let a"),
            ("é\x1b[A\x1b[?6c\r".as_bytes(), Some("6"), "é\u{1b}[A\r"),
            (b"\x1b[?62;4", None, "\u{1b}[?62;4"),
            (b"\x1b[?25h", None, "\u{1b}[?25h"),
            (b"abc", None, "abc"),
        ] {
            let (found, kept) = apart(heard);
            assert_eq!(found.as_deref(), attributes);
            assert_eq!(String::from_utf8_lossy(&kept), typed);
        }
    }

    #[test]
    fn what_was_typed_ahead_is_handed_out_line_by_line() {
        assert_eq!(first_line(b""), (String::new(), false, Vec::new()));
        assert_eq!(
            first_line("été".as_bytes()),
            ("été".to_owned(), false, Vec::new())
        );
        assert_eq!(
            first_line(b":aide\rlet a"),
            (":aide".to_owned(), true, b"let a".to_vec())
        );
        assert_eq!(
            first_line(b"let a\x1b[D"),
            ("let a".to_owned(), false, Vec::new())
        );
    }

    #[test]
    fn sixel_is_an_attribute_and_not_the_class_of_the_terminal() {
        for (attributes, expected) in [
            ("62;4;22", true),
            ("63;1;2;3;4;7;29", true),
            ("4;6", false),
            ("62;22;14;44", false),
            ("6", false),
        ] {
            assert_eq!(shows(attributes), expected, "{attributes}");
        }
    }
}
