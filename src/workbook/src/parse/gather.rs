//! Pieces of a lesson put together: sections, cells with their outputs, exercises with their blocks.

use super::blocks::{Block, Piece};
use super::error::{Mistake, position};
use super::exercise;
use super::info::Role;
use super::located::Located;
use crate::cell::{Cell, Role as CellRole};
use crate::lesson;
use crate::script::{Language, Script};
use std::collections::HashMap;
use std::ops::Range;

/// The blocks of one exercise, in order; the first one is its `exercice` block.
#[derive(Debug)]
pub(crate) struct Blocks {
    pub(crate) id: String,
    pub(crate) first: Block,
    pub(crate) statement: Located,
    pub(crate) rest: Vec<Block>,
    /// Whether they end as they should, in their order.
    pub(crate) sound: bool,
}

impl Blocks {
    /// The contents of the blocks of one role.
    pub(crate) fn all(&self, role: Role) -> impl Iterator<Item = &Located> {
        self.rest
            .iter()
            .filter(move |block| block.role == role)
            .map(|block| &block.content)
    }

    /// The content of the block of a role that does not repeat.
    pub(crate) fn one(&self, role: Role) -> Option<&Located> {
        self.all(role).next()
    }
}

/// Builds the sections; mistakes are reported, and what has them is left out.
pub(crate) fn sections(text: &str, pieces: Vec<Piece>, mistakes: &mut Vec<Mistake>) -> Vec<lesson::Section> {
    let mut gathering = Gathering {
        text,
        mistakes,
        lines: HashMap::new(),
    };
    let mut sections = vec![lesson::Section {
        title: String::new(),
        blocks: Vec::new(),
    }];
    let mut pieces = Pieces { items: pieces, at: 0 };
    while let Some(piece) = pieces.next() {
        let built = match piece {
            Piece::Heading { title, .. } => {
                sections.push(lesson::Section {
                    title,
                    blocks: Vec::new(),
                });
                continue;
            }
            Piece::Prose(range) => Some(lesson::Block::Prose(text[range].trim_matches('\n').to_owned())),
            Piece::Block(block) => gathering.block(block, &mut pieces),
        };
        if let (Some(section), Some(built)) = (sections.last_mut(), built) {
            section.blocks.push(built);
        }
    }
    sections.retain(|section| !(section.title.is_empty() && section.blocks.is_empty()));
    sections
}

/// The pieces that are still to be read.
struct Pieces {
    items: Vec<Piece>,
    at: usize,
}

impl Pieces {
    fn peek(&self) -> Option<&Piece> {
        self.items.get(self.at)
    }

    fn next(&mut self) -> Option<Piece> {
        let piece = self.items.get(self.at).cloned();
        self.at += 1;
        piece
    }

    fn next_if(&mut self, wanted: impl Fn(&Piece) -> bool) -> Option<Piece> {
        if self.peek().is_some_and(wanted) {
            self.next()
        } else {
            None
        }
    }

    /// Whether the next block belongs to the exercise `id`.
    fn continue_exercise(&self, id: &str) -> bool {
        let rest = self.items.get(self.at..).unwrap_or_default();
        let next = rest.iter().find_map(|piece| match piece {
            Piece::Block(block) => Some(block),
            Piece::Heading { .. } | Piece::Prose(_) => None,
        });
        next.is_some_and(|block| block.role > Role::Exercise && block.id == id)
    }
}

struct Gathering<'a> {
    text: &'a str,
    mistakes: &'a mut Vec<Mistake>,
    /// The line of each id.
    lines: HashMap<String, usize>,
}

impl Gathering<'_> {
    fn block(&mut self, block: Block, pieces: &mut Pieces) -> Option<lesson::Block> {
        match block.role {
            Role::Cell => Some(lesson::Block::Cell(self.cell(block, pieces))),
            Role::Script => Some(lesson::Block::Script(self.script(block, pieces))),
            Role::Exercise => {
                let blocks = self.exercise_blocks(block, pieces);
                let line = position(self.text, blocks.first.span.start).0;
                exercise::build(blocks, line, self.mistakes).map(lesson::Block::Exercise)
            }
            Role::Output => {
                self.mistake(
                    &block,
                    "un bloc « sortie » qui ne suit pas sa cellule",
                    "attendu : juste après ```rust cellule=\"…\" ou un script",
                );
                None
            }
            _ => {
                let expected = format!("attendu : d’abord {}", Role::Exercise.opening(&block.id));
                self.mistake(&block, "un bloc d’exercice hors d’un exercice", &expected);
                None
            }
        }
    }

    fn mistake(&mut self, block: &Block, message: &str, expected: &str) {
        self.mistakes
            .push(Mistake::new(block.attribute.clone(), message, expected));
    }

    /// Remembers an id, and reports it when the lesson has it already.
    fn declare(&mut self, block: &Block) {
        let line = position(self.text, block.span.start).0;
        if let Some(first) = self.lines.insert(block.id.clone(), line) {
            let message = format!("l’identifiant « {} » est déjà pris, ligne {first}", block.id);
            self.mistake(
                block,
                &message,
                "attendu : un identifiant unique dans toutes les leçons",
            );
        }
    }

    fn cell(&mut self, block: Block, pieces: &mut Pieces) -> Cell {
        self.declare(&block);
        let expected = self.output(&block, pieces);
        let line = position(self.text, block.span.start).0;
        Cell {
            id: block.id,
            source: block.content.text,
            role: CellRole::Demo,
            expected,
            line,
        }
    }

    fn script(&mut self, block: Block, pieces: &mut Pieces) -> Script {
        self.declare(&block);
        let expected = self.output(&block, pieces);
        Script {
            line: position(self.text, block.span.start).0,
            language: Language::of(&block.language),
            id: block.id,
            source: block.content.text,
            expected,
        }
    }

    /// What a cell or script prints, where the block after it says so.
    fn output(&mut self, block: &Block, pieces: &mut Pieces) -> Option<String> {
        let output = pieces.next_if(|next| matches!(next, Piece::Block(next) if next.role == Role::Output));
        match output {
            Some(Piece::Block(output)) => {
                if output.id != block.id && !block.id.is_empty() {
                    let expected = format!("attendu : sortie=\"{}\", ce qui précède", block.id);
                    self.mistake(
                        &output,
                        &format!("la sortie « {} » ne suit pas sa cellule", output.id),
                        &expected,
                    );
                }
                Some(output.content.text)
            }
            _ => None,
        }
    }

    /// Collects an exercise's blocks up to its `corrige`, or up to what cannot belong to it.
    fn exercise_blocks(&mut self, first: Block, pieces: &mut Pieces) -> Blocks {
        self.declare(&first);
        let statement = self.statement(&first, pieces);
        let mut rest: Vec<Block> = Vec::new();
        let mut sound = true;
        while rest.last().is_none_or(|last| last.role != Role::Correction) {
            match pieces.peek() {
                Some(Piece::Block(next)) if next.role > Role::Exercise => {}
                Some(Piece::Prose(range)) if pieces.continue_exercise(&first.id) => {
                    self.prose_between(range);
                    sound = false;
                    pieces.next();
                    continue;
                }
                _ => {
                    let message = format!("l’exercice « {} » n’est pas terminé", first.id);
                    let expected = format!("attendu : {}", Role::Correction.opening(&first.id));
                    self.mistake(&first, &message, &expected);
                    sound = false;
                    break;
                }
            }
            if let Some(Piece::Block(block)) = pieces.next() {
                sound &= self.check_order(&first, &rest, &block);
                rest.push(block);
            }
        }
        Blocks {
            id: first.id.clone(),
            first,
            statement,
            rest,
            sound,
        }
    }

    fn prose_between(&mut self, range: &Range<usize>) {
        let span = line_of(self.text, range);
        let expected = "attendu : rien que les blocs de l’exercice, sans texte entre eux";
        let message = "du texte entre les blocs d’un exercice";
        self.mistakes.push(Mistake::new(span, message, expected));
    }

    /// The prose after the first block.
    fn statement(&mut self, first: &Block, pieces: &mut Pieces) -> Located {
        let start = first.span.end;
        let mut end = start;
        while let Some(piece) = pieces.peek() {
            match piece {
                Piece::Prose(range) => end = range.end,
                Piece::Heading { span, .. } if pieces.continue_exercise(&first.id) => {
                    end = span.end;
                    let mistake = Mistake::new(
                        span.clone(),
                        "un titre de niveau 2 dans un énoncé",
                        "attendu : un titre de niveau 3 ou plus (###), car ## ouvre une section",
                    );
                    self.mistakes.push(mistake);
                }
                _ => break,
            }
            pieces.next();
        }
        let written = &self.text[start..end];
        let lead = written.len() - written.trim_start().len();
        let statement = Located::at(written.trim(), start + lead);
        if statement.text.is_empty() {
            self.mistake(
                first,
                "l’exercice n’a pas d’énoncé",
                "attendu : du texte juste après ce bloc",
            );
        }
        statement
    }

    fn check_order(&mut self, first: &Block, before: &[Block], block: &Block) -> bool {
        let (name, _) = block.role.written();
        if block.id != first.id {
            // The same other id is told once: it may be the first block that is wrong. One without an id has been told.
            let told = before.iter().any(|earlier| earlier.id == block.id);
            if !told && !first.id.is_empty() && !block.id.is_empty() {
                let message = format!("ce bloc « {name} » porte l’identifiant « {} »", block.id);
                self.mistake(block, &message, &format!("attendu : {name}=\"{}\"", first.id));
            }
            return false;
        }
        let last = before.last().map_or(Role::Exercise, |last| last.role);
        if block.role < last {
            let (last, _) = last.written();
            let expected = "attendu : dans cet ordre, programme, depart, verification, verification-cachee, sonde, erreurs, indice, solution, corrige";
            self.mistake(
                block,
                &format!("le bloc « {name} » vient après « {last} »"),
                expected,
            );
            return false;
        }
        if block.role == last && !last.repeats() {
            self.mistake(
                block,
                &format!("deux blocs « {name} » dans un exercice"),
                "attendu : un seul",
            );
            return false;
        }
        true
    }
}

/// The first line of some prose that is not blank.
fn line_of(text: &str, range: &Range<usize>) -> Range<usize> {
    let prose = &text[range.clone()];
    let start = range.start + prose.len() - prose.trim_start().len();
    let end = text[start..]
        .find('\n')
        .map_or(text.len(), |length| start + length);
    start..end
}
