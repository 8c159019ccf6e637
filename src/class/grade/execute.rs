//! Answers that are code, each judged by a process of its own: `cahier verifier`, with a data folder that nobody else uses.

use super::marks::{Mark, Status};
use crate::backend;
use crate::process;
use crate::store::data_folder;
use engine::prepare;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;
use workbook::exercise::Drawn;

/// How many run at once: the compiler keeps about a core busy, and takes some hundred megabytes.
pub(super) const AT_ONCE: usize = 2;
/// How long one may take: an engine's start, and the time that a cell and each of its checks have.
const PATIENCE: Duration = Duration::from_mins(5);

/// What judges answers that are code.
pub(crate) struct Program {
    /// The folder of lessons, where the teacher named one.
    lessons: Option<PathBuf>,
    /// Gone with what answers leave in it, once grading ends.
    data: TempDir,
}

impl Program {
    /// With the teacher's lessons.
    ///
    /// # Errors
    /// When no folder can be made.
    pub(crate) fn new(lessons: Option<&Path>) -> std::io::Result<Self> {
        Ok(Self {
            lessons: lessons.map(std::path::absolute).transpose()?,
            data: tempfile::tempdir()?,
        })
    }

    /// Runs and judges the answer that a file holds.
    pub(super) fn mark(&self, drawn: &Drawn, answer: &Path, key: String) -> Mark {
        let seed = drawn.seed.to_string();
        // The process is elsewhere: a path that begins here leads nowhere there.
        let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let mut command = Command::new(backend::program());
        command
            .args(["verifier", &drawn.id, "--json", "--graine", &seed, "--fichier"])
            .arg(whole(answer))
            // Where no assignment of the teacher's own gives a seed.
            .current_dir(self.data.path())
            .env("CAHIER_DATA_DIR", self.data.path())
            .env(prepare::FOLDER_VARIABLE, whole(&prepare::folder(&data_folder())))
            .env_remove("CAHIER_LECONS")
            .env_remove("AWS_ENDPOINT_URL");
        if let Some(folder) = &self.lessons {
            command.arg("--lecons").arg(folder);
        }
        match process::run(&mut command, PATIENCE) {
            Ok(ran) => read(&ran.stdout, ran.code, drawn.max_score, key),
            Err(error) => Mark::without(
                Status::Unverifiable,
                format!(
                    "Cahier n’a pas pu être lancé ({}).",
                    crate::failure::system(&error)
                ),
                key,
            ),
        }
    }
}

/// The mark that the program's document tells.
fn read(printed: &str, code: Option<i32>, max: f64, key: String) -> Mark {
    let document: Value = serde_json::from_str(printed.trim()).unwrap_or_default();
    let text = |name: &str| document[name].as_str().map(str::to_owned);
    let status = text("status").and_then(|name| Status::of(&name));
    let Some(status) = status else {
        let told = document["error"]["message"].as_str();
        let why = match (told, code) {
            (Some(told), _) => format!("Elle n’a pas pu être exécutée\u{a0}: {told}."),
            (None, None) => "Elle n’a pas fini à temps\u{a0}: elle a été arrêtée.".to_owned(),
            (None, Some(_)) => "Son processus s’est arrêté sans donner de verdict.".to_owned(),
        };
        return Mark::without(Status::Unverifiable, why, key);
    };
    let score = document["score"].as_f64().unwrap_or(0.0).clamp(0.0, max);
    Mark {
        status,
        score: (!status.is_open()).then_some(score),
        misconception: text("misconception"),
        feedback: text("feedback").unwrap_or_default(),
        key,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_tells_no_verdict_gives_no_points_and_says_why() {
        for (printed, code, words) in [
            ("", None, "pas fini à temps"),
            ("", Some(101), "sans donner de verdict"),
            ("[]", Some(0), "sans donner de verdict"),
            (
                r#"{"error":{"code":"engine","message":"pas de rustc"}}"#,
                Some(2),
                "pas de rustc",
            ),
        ] {
            let mark = read(printed, code, 1.0, String::new());
            assert_eq!(
                (mark.status, mark.score),
                (Status::Unverifiable, None),
                "{printed}"
            );
            assert!(mark.feedback.contains(words), "{}", mark.feedback);
        }
    }

    #[test]
    fn a_verdict_s_points_are_those_of_the_exercise_at_most() {
        let printed = r#"{"status":"not_yet","score":7.0,"misconception":"m","feedback":"f"}"#;
        let mark = read(printed, Some(1), 2.0, "k".to_owned());
        assert_eq!((mark.status, mark.score), (Status::NotYet, Some(2.0)));
        assert_eq!(
            (mark.misconception.as_deref(), mark.feedback.as_str()),
            (Some("m"), "f")
        );
        let passed = read(r#"{"status":"passed","score":2.0}"#, Some(0), 2.0, String::new());
        assert_eq!(passed.score, Some(2.0));
    }
}
