//! What was executed, in this kernel and in those before it: kept in the data folder, one line of JSON for each cell.

use super::wire::Message;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::Path;

/// The file in the data folder.
pub(super) const FILE: &str = "historique-jupyter.jsonl";
/// More cells than this are not kept, and a file that has twice as many is cut.
const MOST: usize = 5_000;

/// A cell that was executed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    session: i64,
    line: i64,
    input: String,
    #[serde(default)]
    output: Option<String>,
}

/// All that is remembered.
pub(super) struct History {
    session: i64,
    entries: Vec<Entry>,
    /// Where it is kept; where that is impossible, it lasts as long as the kernel.
    file: Option<File>,
}

impl History {
    /// What the kernels of this data folder have executed, and a new session after theirs.
    pub(super) fn open(folder: &Path) -> Self {
        Self::read(folder).unwrap_or_else(|_| Self::of_this_kernel())
    }

    /// One that lasts as long as the kernel.
    pub(super) fn of_this_kernel() -> Self {
        Self {
            session: 1,
            entries: Vec::new(),
            file: None,
        }
    }

    fn read(folder: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let mut options = File::options();
        let mut file = options
            .read(true)
            .append(true)
            .create(true)
            .open(folder.join(FILE))?;
        // Two kernels that start together must not take the same session.
        file.lock()?;
        let mut entries: Vec<Entry> = BufReader::new(&file)
            .split(b'\n')
            .map_while(Result::ok)
            .filter_map(|line| serde_json::from_slice(&line).ok())
            .collect();
        let session = entries.iter().map(|entry| entry.session).max().unwrap_or(0) + 1;
        if entries.len() > 2 * MOST {
            entries.drain(..entries.len() - MOST);
            file.set_len(0)?;
            for entry in &entries {
                writeln!(file, "{}", json!(entry))?;
            }
        }
        // A line that says nothing but that this session is taken.
        writeln!(
            file,
            "{}",
            json!(Entry {
                session,
                line: 0,
                input: String::new(),
                output: None
            })
        )?;
        file.seek(SeekFrom::End(0))?;
        file.unlock()?;
        entries.retain(|entry| entry.line > 0);
        Ok(Self {
            session,
            entries,
            file: Some(file),
        })
    }

    /// Remembers a cell. A history that cannot be written is not worth failing for.
    pub(super) fn add(&mut self, line: usize, input: &str, output: Option<&str>) {
        let entry = Entry {
            session: self.session,
            line: i64::try_from(line).unwrap_or(i64::MAX),
            input: input.to_owned(),
            output: output.map(str::to_owned),
        };
        if let Some(file) = &mut self.file {
            let _ = file.write_all(format!("{}\n", json!(entry)).as_bytes());
        }
        self.entries.push(entry);
    }

    /// The content of the reply to a request.
    pub(super) fn reply(&self, request: &Message) -> Value {
        let found = match request.text("hist_access_type") {
            "range" => self.range(request),
            "search" => self.search(request),
            _ => self.entries.iter().collect(),
        };
        let last = match request.text("hist_access_type") {
            "range" => None,
            _ => request.content["n"]
                .as_u64()
                .and_then(|n| usize::try_from(n).ok()),
        };
        let skipped = found.len().saturating_sub(last.unwrap_or(usize::MAX));
        let with_output = request.flag("output", false);
        let history: Vec<Value> = found[skipped..]
            .iter()
            .map(|entry| {
                let input = json!(entry.input);
                let what = if with_output {
                    json!([input, entry.output])
                } else {
                    input
                };
                json!([entry.session, entry.line, what])
            })
            .collect();
        json!({"status": "ok", "history": history})
    }

    /// Cells `start` up to, and without, `stop` of a session; 0 is this one, and −1 the one before.
    fn range(&self, request: &Message) -> Vec<&Entry> {
        let number = |name: &str| request.content[name].as_i64();
        let session = match number("session").unwrap_or(0) {
            session @ 1.. => session,
            back => self.session + back,
        };
        let start = number("start").unwrap_or(0);
        let stop = number("stop").unwrap_or(i64::MAX);
        let fits = |entry: &&Entry| entry.session == session && entry.line >= start && entry.line < stop;
        self.entries.iter().filter(fits).collect()
    }

    /// Cells that fit a pattern as a whole; of equal ones only the last, where that is asked.
    fn search(&self, request: &Message) -> Vec<&Entry> {
        let pattern: Vec<char> = match request.text("pattern") {
            "" => vec!['*'],
            pattern => pattern.chars().collect(),
        };
        let fits = |entry: &&Entry| matches(&pattern, &entry.input.chars().collect::<Vec<_>>());
        let mut found: Vec<&Entry> = self.entries.iter().filter(fits).collect();
        if request.flag("unique", false) {
            let mut seen = std::collections::HashSet::new();
            found.reverse();
            found.retain(|entry| seen.insert(entry.input.as_str()));
            found.reverse();
        }
        found
    }
}

/// Whether `text` fits `pattern`: `*` stands for any letters, `?` for one.
fn matches(pattern: &[char], text: &[char]) -> bool {
    let (mut at, mut letter) = (0, 0);
    // Where the last star stands, and how far what it stands for goes.
    let mut star = None;
    while letter < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, letter));
                at += 1;
            }
            Some(one) if *one == '?' || *one == text[letter] => {
                at += 1;
                letter += 1;
            }
            _ => {
                let Some((place, reached)) = star else {
                    return false;
                };
                star = Some((place, reached + 1));
                at = place + 1;
                letter = reached + 1;
            }
        }
    }
    pattern[at..].iter().all(|one| *one == '*')
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::wire::Author;
    use super::*;

    fn asked(history: &History, content: &Value) -> Value {
        let request = Author::new().write(Vec::new(), &json!({}), "history_request", content.clone());
        history.reply(&request)["history"].clone()
    }

    #[test]
    fn the_cells_of_earlier_kernels_are_found_in_every_way_that_jupyter_asks() {
        let folder = tempfile::tempdir().unwrap();
        let mut before = History::open(folder.path());
        before.add(1, "let été = 1;", None);
        before.add(2, "été + 1", Some("2"));
        let mut now = History::open(folder.path());
        now.add(1, "été + 1", Some("2"));
        let tail = asked(
            &now,
            &json!({"hist_access_type": "tail", "n": 2, "output": false, "raw": true}),
        );
        assert_eq!(tail, json!([[1, 2, "été + 1"], [2, 1, "été + 1"]]));
        let output = asked(
            &now,
            &json!({"hist_access_type": "tail", "n": 1, "output": true, "raw": true}),
        );
        assert_eq!(output, json!([[2, 1, ["été + 1", "2"]]]));
        let range = json!({"hist_access_type": "range", "session": -1, "start": 1, "stop": 2});
        assert_eq!(asked(&now, &range), json!([[1, 1, "let été = 1;"]]));
        let here = asked(&now, &json!({"hist_access_type": "range", "session": 0}));
        assert_eq!(here, json!([[2, 1, "été + 1"]]));
        let search = json!({"hist_access_type": "search", "pattern": "?t? +*", "unique": true});
        assert_eq!(asked(&now, &search), json!([[2, 1, "été + 1"]]));
        assert_eq!(
            asked(&now, &json!({"hist_access_type": "search"}))
                .as_array()
                .unwrap()
                .len(),
            3
        );
    }

    #[test]
    fn without_a_folder_the_history_lasts_as_long_as_the_kernel() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("fichier");
        std::fs::write(&file, "").unwrap();
        let mut history = History::open(&file);
        history.add(1, "1", None);
        assert_eq!(
            asked(&history, &json!({"hist_access_type": "tail", "n": 9})),
            json!([[1, 1, "1"]])
        );
    }

    #[test]
    fn a_pattern_stands_for_the_whole_cell() {
        let fits = |pattern: &str, text: &str| {
            matches(
                &pattern.chars().collect::<Vec<_>>(),
                &text.chars().collect::<Vec<_>>(),
            )
        };
        assert!(fits("*", "") && fits("a*c", "abbc") && fits("*b*", "abc") && fits("?", "é"));
        assert!(!fits("a", "ab") && !fits("?", "") && !fits("a*c", "acb"));
    }

    #[test]
    fn a_line_that_is_no_text_hides_no_cell_that_comes_after_it() {
        let folder = tempfile::tempdir().unwrap();
        History::open(folder.path()).add(1, "1 + 1", None);
        let mut file = File::options()
            .append(true)
            .open(folder.path().join(FILE))
            .unwrap();
        file.write_all(b"\xff\xfe\n").unwrap();
        History::open(folder.path()).add(1, "2 + 2", None);
        let tail = json!({"hist_access_type": "tail", "n": 9, "output": false, "raw": true});
        let found = asked(&History::open(folder.path()), &tail);
        assert_eq!(found, json!([[1, 1, "1 + 1"], [2, 1, "2 + 2"]]));
    }
}
