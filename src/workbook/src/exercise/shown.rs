//! The solution as it is shown: the right answer, where it is something that one writes, then the author's words.

use super::Drawn;
use crate::evidence::{Answer, Evidence};

impl Drawn {
    /// French Markdown. Code is part of the author's words; a number is worked out there; a presigned URL is made for one
    /// moment.
    pub fn written_solution(&self) -> String {
        let right = || match self.exercise.right_answer(&Evidence::default()) {
            Answer::Text(text) => text,
            Answer::Rust(source) => source,
            // How an archive is made is part of the author's words.
            Answer::Archive(_) => String::new(),
        };
        if self.exercise.asks_for_a_document() {
            format!("```json\n{}\n```\n\n{}", right().trim(), self.solution)
        } else if self.exercise.options().is_empty() {
            self.solution.clone()
        } else {
            format!("Réponse\u{a0}: **{}**\n\n{}", right(), self.solution)
        }
    }
}
