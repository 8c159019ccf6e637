//! What a lesson's file says in French, piece by piece, each with its place: what checks of language read.

use super::blocks::{self, Piece};
use super::header;
use super::info::Role;
use super::located::Located;
use super::strings;
use std::ops::Range;

/// What a passage is to the lesson.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageKind {
    /// The title or the summary of the header.
    Header,
    /// A heading of level 2.
    Heading,
    /// Markdown between cells and exercises.
    Prose,
    /// The statement of an exercise.
    Statement,
    /// A hint.
    Hint,
    /// A worked solution.
    Correction,
    /// A text of an exercise's TOML: title, option, step, explanation.
    Setting,
}

/// A piece of French, in Markdown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage {
    /// What it is.
    pub kind: PassageKind,
    /// The exercise that it belongs to.
    pub id: Option<String>,
    /// How many headings of level 2 come before it, its own included.
    pub section: usize,
    /// The text; escapes of TOML are resolved.
    pub text: String,
    /// The place in the file of each byte of the text, and of its end.
    pub(crate) places: Vec<usize>,
}

impl Passage {
    /// The byte range in the file of a byte range of the text.
    pub fn place(&self, range: &Range<usize>) -> Range<usize> {
        let at = |offset: usize| self.places.get(offset).or(self.places.last()).copied();
        at(range.start).unwrap_or(0)..at(range.end).unwrap_or(0)
    }
}

/// Every passage of a lesson's file, in its order, as far as the file can be read. `text` is
/// [normalised](super::normalise).
pub fn passages(text: &str) -> Vec<Passage> {
    let mut reading = Reading {
        text,
        section: 0,
        exercise: None,
        found: Vec::new(),
    };
    let body = header::split(text).map_or(0, |(yaml, body)| {
        reading.header(&yaml);
        body
    });
    for piece in blocks::pieces(text, body, &mut Vec::new()) {
        reading.piece(piece);
    }
    reading.found
}

/// Every passage of a file of questions, in its order. `text` is [normalised](super::normalise).
pub fn question_passages(text: &str) -> Vec<Passage> {
    let shown = strings::shown(&Located::at(text, 0));
    let passage = |(text, places)| Passage {
        kind: PassageKind::Setting,
        id: None,
        section: 0,
        text,
        places,
    };
    shown.into_iter().map(passage).collect()
}

struct Reading<'a> {
    text: &'a str,
    section: usize,
    /// The exercise that has begun and not ended.
    exercise: Option<String>,
    found: Vec<Passage>,
}

impl Reading<'_> {
    fn header(&mut self, yaml: &Range<usize>) {
        let mut at = yaml.start;
        for line in self.text[yaml.clone()].split_inclusive('\n') {
            let value = ["titre:", "resume:"]
                .iter()
                .find_map(|key| line.strip_prefix(key));
            if let Some(value) = value {
                let bare = value.trim().trim_matches(['"', '\'']);
                let start = at + line.len() - value.len() + value.find(bare).unwrap_or(0);
                self.exact(PassageKind::Header, start..start + bare.len());
            }
            at += line.len();
        }
    }

    fn piece(&mut self, piece: Piece) {
        match piece {
            Piece::Heading { span, .. } => {
                self.section += 1;
                self.exact(PassageKind::Heading, span);
            }
            Piece::Prose(span) if self.exercise.is_some() => self.exact(PassageKind::Statement, span),
            Piece::Prose(span) => self.exact(PassageKind::Prose, span),
            Piece::Block(block) => self.block(block.role, &block.id, &block.content),
        }
    }

    fn block(&mut self, role: Role, id: &str, content: &Located) {
        if role == Role::Exercise {
            self.exercise = Some(id.to_owned());
        }
        match role {
            Role::Exercise | Role::Misconceptions => {
                for (text, places) in strings::shown(content) {
                    self.push(PassageKind::Setting, text, places);
                }
            }
            Role::Hint => self.exact(PassageKind::Hint, content.span.clone()),
            Role::Correction => self.exact(PassageKind::Correction, content.span.clone()),
            _ => {}
        }
        if role == Role::Correction {
            self.exercise = None;
        }
    }

    fn exact(&mut self, kind: PassageKind, span: Range<usize>) {
        let text = self.text[span.clone()].to_owned();
        self.push(kind, text, (span.start..=span.end).collect());
    }

    fn push(&mut self, kind: PassageKind, text: String, places: Vec<usize>) {
        self.found.push(Passage {
            kind,
            id: self.exercise.clone(),
            section: self.section,
            text,
            places,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = concat!(
        "---\nid: x\ntitre: Le titre\nresume: \"Un résumé\"\n---\n# Haut\n\n## Deux\n\nProse.\n\n",
        "```toml exercice=\"e\"\ntitre = \"Un \\\"mot\\\"\"\noptions = [{ texte = 'A' }]\n[modele.fichiers]\na = { texte = \"non\" }\n```\n\n",
        "Énoncé.\n\n```markdown .noeval indice=\"e\"\nIndice.\n```\n```markdown .noeval corrige=\"e\"\nFin.\n```\n\nSuite.\n",
    );

    #[test]
    fn every_french_text_is_found_with_what_it_is() {
        let found = passages(FILE);
        let told: Vec<(PassageKind, &str, usize)> = found
            .iter()
            .map(|one| (one.kind, one.text.trim(), one.section))
            .collect();
        assert_eq!(
            told,
            [
                (PassageKind::Header, "Le titre", 0),
                (PassageKind::Header, "Un résumé", 0),
                (PassageKind::Prose, "# Haut", 0),
                (PassageKind::Heading, "## Deux", 1),
                (PassageKind::Prose, "Prose.", 1),
                (PassageKind::Setting, "Un \"mot\"", 1),
                (PassageKind::Setting, "A", 1),
                (PassageKind::Statement, "Énoncé.", 1),
                (PassageKind::Hint, "Indice.", 1),
                (PassageKind::Correction, "Fin.", 1),
                (PassageKind::Prose, "Suite.", 1),
            ]
        );
    }

    #[test]
    fn each_place_leads_back_to_the_file() {
        for passage in passages(FILE) {
            for (at, letter) in passage.text.char_indices() {
                let place = passage.place(&(at..at + letter.len_utf8()));
                let written = &FILE[place];
                assert!(
                    written == letter.to_string() || written == format!("\\{letter}"),
                    "{written:?} {letter:?}"
                );
            }
        }
    }
}
