//! One call of rustc: its result, kept for the next time.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde::Deserialize;
use serde_json::{Value, json};

use super::cache::{Known, Place};
use super::narrow::kept;
use super::order::Ordered;

/// Errors that the borrow checker finds, in what has passed all else.
const BORROWS: [&str; 10] = [
    "E0381", "E0382", "E0384", "E0499", "E0502", "E0505", "E0506", "E0507", "E0597", "E0716",
];
/// That a variable is used after it was given away.
const MOVED: &str = "E0382";
/// How rustc ends when it has found errors.
const ABORTING: &str = "aborting due to ";
/// Errors of a crate that is not there, or not whole: the preparation is at fault, and may be there again tomorrow.
const CRATES: [&str; 7] = ["E0460", "E0461", "E0462", "E0463", "E0464", "E0514", "E0786"];

/// One call of rustc.
pub(super) struct Compilation {
    pub(super) rustc: Command,
    pub(super) library: PathBuf,
    /// Where its result is kept.
    pub(super) place: Option<Place>,
}

/// What became of it.
pub(super) struct Answer {
    /// What the compiler said, one JSON document on each line.
    words: Vec<u8>,
    code: i32,
}

impl Compilation {
    /// Compiles, unless that was done before. What `next` gives is compiled meanwhile, to be found where the compiler
    /// refuses this for a variable that was moved.
    pub(super) fn answer(mut self, next: impl FnOnce() -> Option<Self>) -> io::Result<Answer> {
        match self.place.as_ref().map(|place| place.fetch(&self.library)) {
            Some(Known::Compiled) => return Ok(Answer::compiled()),
            Some(Known::Refused(words)) => return Ok(Answer { words, code: 1 }),
            Some(Known::Nothing) | None => {}
        }
        let next = self.place.is_some().then(next).flatten().and_then(Next::start);
        let output = self.rustc.stderr(Stdio::piped()).output()?;
        let answer = Answer {
            words: output.stderr,
            code: output.status.code().unwrap_or(101),
        };
        if let Some(place) = self.place {
            match answer.code {
                0 => place.keep_library(&self.library),
                // A compiler that was stopped, or had no memory or no disk left, has not refused anything.
                _ if answer.is_refusal() => place.keep_refusal(&answer.words),
                _ => {}
            }
        }
        match next {
            Some(next) if answer.errors().iter().any(|code| code == MOVED) => next.keep(),
            Some(next) => next.forget(),
            None => {}
        }
        Ok(answer)
    }
}

impl Answer {
    /// What evcxr itself says of a variable whose type rust-analyzer does not find out.
    pub(super) fn of_no_known_type(name: &str) -> Self {
        let message = format!(
            "Couldn't automatically determine type of variable `{name}`.\nPlease give it an explicit type."
        );
        let told = json!({"message": message, "level": "error", "code": null, "spans": [], "children": []});
        Self {
            words: format!("{told}\n").into_bytes(),
            code: 1,
        }
    }

    fn compiled() -> Self {
        Self {
            words: Vec::new(),
            code: 0,
        }
    }

    /// Whether there is a library.
    pub(super) fn is_compiled(&self) -> bool {
        self.code == 0
    }

    /// Whether this is how evcxr's source as it is would end too: what was left out of it plays no part.
    pub(super) fn is_final(&self) -> bool {
        let errors = self.errors();
        self.is_compiled()
            || !errors.is_empty()
                && errors.iter().all(|code| BORROWS.contains(&code.as_str()))
                && self.is_refusal()
    }

    /// Passes on what the compiler said of `source`, and ends.
    pub(super) fn pass_on(self, source: &Ordered) -> ! {
        let words = mendable(&self.words);
        for line in words.split_inclusive(|byte| *byte == b'\n') {
            let told = source.told(line);
            let _ = io::stderr().write_all(told.as_deref().unwrap_or(line));
        }
        std::process::exit(self.code)
    }

    /// Whether the text itself is why there is no library: each error has its place in it. What has none, such as a
    /// linker that fails on a full disk, may go well the next time.
    fn is_refusal(&self) -> bool {
        let of_the_text = |message: &Message| {
            let code = message.code.as_ref().map(|code| code.code.as_str());
            !message.spans.is_empty() && !code.is_some_and(|code| CRATES.contains(&code))
        };
        self.messages().any(|message| message.text.starts_with(ABORTING))
            && self.mistakes().all(|message| of_the_text(&message))
    }

    /// The code of each error, empty for one that has none.
    fn errors(&self) -> Vec<String> {
        self.mistakes()
            .map(|message| message.code.map(|code| code.code).unwrap_or_default())
            .collect()
    }

    /// The errors, without rustc's word that they are its end.
    fn mistakes(&self) -> impl Iterator<Item = Message> {
        self.messages()
            .filter(|message| message.level.starts_with("error") && !message.text.starts_with(ABORTING))
    }

    fn messages(&self) -> impl Iterator<Item = Message> {
        self.words
            .split(|byte| *byte == b'\n')
            .filter_map(|line| serde_json::from_slice(line).ok())
    }
}

/// What the compiler said, as evcxr takes it rightly. evcxr mends each line that a message names. Where a variable is kept
/// that was given away, that is the line that keeps it, and not the one that gave it away: were that one the cell's value, evcxr
/// would show it by `{:?}` from then on, and a figure would be three words.
fn mendable(words: &[u8]) -> Vec<u8> {
    let lines = words.split_inclusive(|byte| *byte == b'\n');
    lines
        .flat_map(|line| on_the_kept_variable_alone(line).unwrap_or_else(|| line.to_vec()))
        .collect()
}

/// A message on a kept variable that was given away, without the other places that it names; none for any other line.
fn on_the_kept_variable_alone(line: &[u8]) -> Option<Vec<u8>> {
    let mut message: Value = serde_json::from_slice(line).ok()?;
    if message["code"]["code"] != MOVED {
        return None;
    }
    let spans = message["spans"].as_array_mut()?;
    spans.retain(|span| span["is_primary"] == true);
    let keeps = |span: &Value| {
        span["text"][0]["text"]
            .as_str()
            .is_some_and(|text| kept(text).is_some())
    };
    if spans.is_empty() || !spans.iter().all(keeps) {
        return None;
    }
    message["children"] = Value::Array(Vec::new());
    Some(format!("{message}\n").into_bytes())
}

/// What matters of a message of rustc (`--error-format=json`).
#[derive(Deserialize)]
struct Message {
    #[serde(rename = "message")]
    text: String,
    level: String,
    code: Option<Code>,
    #[serde(default)]
    spans: Vec<serde::de::IgnoredAny>,
}

#[derive(Deserialize)]
struct Code {
    code: String,
}

/// A compilation that nobody asked for yet.
struct Next {
    rustc: Child,
    library: PathBuf,
    place: Place,
}

impl Next {
    fn start(mut compilation: Compilation) -> Option<Self> {
        let place = compilation.place?;
        let rustc = compilation.rustc.stderr(Stdio::null()).spawn().ok()?;
        Some(Self {
            rustc,
            library: compilation.library,
            place,
        })
    }

    fn keep(mut self) {
        if self.rustc.wait().is_ok_and(|status| status.success()) {
            self.place.keep_library(&self.library);
        }
    }

    fn forget(mut self) {
        let _ = self.rustc.kill();
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, mendable};
    use serde_json::{Value, json};

    #[test]
    fn evcxr_is_told_of_a_variable_that_was_given_away_and_not_of_the_line_that_shows_the_value() {
        let span = |text: &str, primary: bool| json!({"is_primary": primary, "text": [{"text": text}]});
        let keeps = "evcxr_variable_store.put_variable::<Vec<u8>>(stringify!(a), a);";
        let message = |code: &str, first: &str| {
            json!({"code": {"code": code}, "spans": [span("(f(a)).evcxr_display();", false), span(first, true)],
                   "children": [{"message": "clone it", "spans": [span("f(a)", true)]}]})
        };
        let told = |message: &Value| -> Value {
            let words = format!("{message}\n");
            let told = mendable(words.as_bytes());
            assert_eq!(told.last(), Some(&b'\n'));
            serde_json::from_slice(&told).unwrap_or_default()
        };
        let given_away = told(&message("E0382", keeps));
        assert_eq!(given_away["spans"], json!([span(keeps, true)]));
        assert_eq!(given_away["children"], json!([]));
        // The learner's own line is wrong: all that is said of it stays.
        for own in [message("E0382", "let b = a;"), message("E0308", keeps)] {
            assert_eq!(told(&own), own);
        }
        assert_eq!(mendable(b"no message\n{\n"), b"no message\n{\n");
    }

    fn refused(codes: &[&str]) -> Answer {
        let error = |code: &&str| {
            let code = if code.is_empty() {
                "null".to_owned()
            } else {
                format!("{{\"code\":\"{code}\",\"explanation\":null}}")
            };
            format!("{{\"message\":\"m\",\"level\":\"error\",\"code\":{code},\"spans\":[{{}}]}}\n")
        };
        let mut words: String = codes.iter().map(error).collect();
        words += "{\"message\":\"aborting due to 1 previous error\",\"level\":\"error\",\"code\":null}\n";
        Answer {
            words: words.into_bytes(),
            code: 1,
        }
    }

    #[test]
    fn what_the_borrow_checker_alone_refuses_is_refused_for_good() {
        assert!(refused(&["E0382", "E0505"]).is_final());
        assert!(Answer::compiled().is_final());
    }

    #[test]
    fn what_a_missing_name_may_have_caused_is_looked_at_again() {
        for codes in [&["E0425"][..], &["E0382", "E0599"], &["E0308"], &[""]] {
            assert!(!refused(codes).is_final(), "{codes:?}");
        }
    }

    #[test]
    fn what_is_not_the_text_s_fault_is_no_refusal() {
        assert!(refused(&["E0382"]).is_refusal() && refused(&["", "E0308"]).is_refusal());
        assert!(!refused(&["E0432", "E0463"]).is_refusal());
        let mut linker = refused(&["E0382"]);
        linker.words.splice(
            0..0,
            *b"{\"message\":\"linking with `cc` failed: exit status: 1\",\"level\":\"error\",\"code\":null,\"spans\":[]}\n",
        );
        assert!(!linker.is_refusal());
    }

    #[test]
    fn a_compiler_that_was_stopped_has_refused_nothing() {
        let stopped = Answer {
            words: Vec::new(),
            code: 101,
        };
        assert!(!stopped.is_refusal() && !stopped.is_final());
    }
}
