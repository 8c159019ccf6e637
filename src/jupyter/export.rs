//! A lesson as a notebook: prose, demo cells with the outputs they promise, and exercises without
//! hidden checks, hints or solutions.

use super::Notebook;
use super::nbformat::{Cell, Document, KernelSpec};
use std::collections::BTreeSet;
use workbook::exercise::Drawn;
use workbook::lesson::{Block, ExerciseSpec, Lesson};

/// The seed whose values a notebook shows where none is given: everybody opens the same file.
pub const SHARED_SEED: u64 = 0;

/// A lesson that cannot become a notebook.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Two cells would have the same id: Jupyter wants them unique.
    #[error("la leçon « {lesson} » donnerait deux cellules d’identifiant « {id} » dans son notebook")]
    DuplicateId {
        /// The lesson's id.
        lesson: String,
        /// The cell's id.
        id: String,
    },
    /// The document could not be written as JSON.
    #[error("le notebook de la leçon ne s’écrit pas en JSON : {0}")]
    Json(#[from] serde_json::Error),
}

/// Makes the notebook of a lesson, with the values of a seed. Same lesson and seed, same bytes.
pub fn notebook(lesson_file: &str, lesson: &Lesson, seed: u64) -> Result<Notebook, ExportError> {
    let document = document(lesson, KernelSpec::RUST, seed, &mut |spec, drawn| {
        open_exercise(lesson, spec, drawn)
    })?;
    Ok(Notebook {
        file: format!("{}.ipynb", lesson_file.trim_end_matches(".md")),
        text: document.to_json()?,
    })
}

/// What makes the cells of an exercise; none, to leave it out.
pub(crate) type Exercises<'a> = &'a mut dyn FnMut(&ExerciseSpec, &Drawn) -> Vec<Cell>;

/// A lesson as a document whose exercises, drawn for a seed, are made by `exercises`.
pub(crate) fn document(
    lesson: &Lesson,
    kernel: KernelSpec,
    seed: u64,
    exercises: Exercises<'_>,
) -> Result<Document, ExportError> {
    let mut cells = Cells::new(lesson, seed, exercises);
    for section in &lesson.sections {
        cells.heading(&section.title);
        for block in &section.blocks {
            cells.block(block);
        }
    }
    let document = cells.finish(kernel);
    let mut known = BTreeSet::new();
    if let Some(id) = document.ids().find(|id| !known.insert(*id)) {
        let (lesson, id) = (lesson.id.clone(), id.to_string());
        return Err(ExportError::DuplicateId { lesson, id });
    }
    Ok(document)
}

/// The cells made so far, and the prose that waits for what follows it.
struct Cells<'a> {
    lesson: &'a Lesson,
    seed: u64,
    exercises: Exercises<'a>,
    /// The cell to execute first. It comes behind the title, and before all other code.
    preparation: Option<Cell>,
    done: Vec<Cell>,
    waiting: Vec<String>,
}

impl<'a> Cells<'a> {
    fn new(lesson: &'a Lesson, seed: u64, exercises: Exercises<'a>) -> Self {
        let preparation = Cell::code(
            format!("{}-preparation", lesson.id),
            "// À exécuter en premier : ce dont les cellules de cette leçon se servent.\nuse prelude::*;",
            None,
        );
        Self {
            lesson,
            seed,
            exercises,
            preparation: Some(preparation),
            done: Vec::new(),
            waiting: Vec::new(),
        }
    }

    /// Cells with code.
    fn push(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.done.extend(self.preparation.take());
        self.done.extend(cells);
    }

    fn markdown(&mut self, id: String, text: &str) {
        self.done.push(Cell::markdown(id, text, &self.lesson.images));
    }

    fn heading(&mut self, title: &str) {
        if !title.is_empty() {
            self.waiting.push(format!("## {title}"));
        }
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Prose(text) => self.prose(text),
            Block::Script(script) => self.prose(&script.markdown()),
            Block::Cell(cell) => {
                self.flush(&cell.id);
                let stdout = cell.expected.as_deref().filter(|text| !text.contains("[…]"));
                self.push([Cell::code(cell.id.clone(), &cell.source, stdout)]);
            }
            Block::Exercise(spec) => self.exercise(spec),
        }
    }

    fn prose(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.waiting.push(text.trim().to_string());
        }
    }

    /// Ends the prose before `next`, whose id it takes: inserting a paragraph elsewhere changes no id.
    fn flush(&mut self, next: &str) {
        if !self.waiting.is_empty() {
            let text = shown_only(&self.waiting.join("\n\n"));
            self.waiting.clear();
            self.markdown(format!("{next}-texte"), &text);
        }
    }

    fn exercise(&mut self, spec: &ExerciseSpec) {
        let cells = (self.exercises)(spec, &(spec.draw)(self.seed));
        if !cells.is_empty() {
            self.flush(&spec.id);
            self.push(cells);
        }
    }

    fn finish(mut self, kernel: KernelSpec) -> Document {
        self.flush(&format!("{}-fin", self.lesson.id));
        self.push([]);
        Document::new(&self.lesson.id, &self.lesson.title, kernel, self.done)
    }
}

/// An exercise that a learner works at alone, and that nobody grades.
fn open_exercise(lesson: &Lesson, spec: &ExerciseSpec, drawn: &Drawn) -> Vec<Cell> {
    let mut cells = vec![statement_cell(lesson, drawn)];
    if let Some(starter) = &drawn.starter {
        cells.push(Cell::code(format!("{}-depart", spec.id), starter, None));
    }
    let source = verification(spec, drawn);
    cells.push(Cell::code(format!("{}-verifier", spec.id), &source, None));
    if let Some(program) = &drawn.program {
        let source =
            format!("// Ta prévision est faite\u{202f}? Exécute le programme, et compare.\n{program}");
        cells.push(Cell::code(format!("{}-programme", spec.id), &source, None));
    }
    cells
}

/// What is asked.
pub(crate) fn statement_cell(lesson: &Lesson, drawn: &Drawn) -> Cell {
    let text = shown_only(&statement(drawn));
    Cell::markdown(format!("{}-enonce", drawn.id), &text, &lesson.images)
}

/// Without jupytext's word for blocks that are only shown: here they already are prose, and Jupyter
/// colours them by the language alone.
fn shown_only(markdown: &str) -> String {
    markdown.replace(" .noeval\n", "\n")
}

fn statement(drawn: &Drawn) -> String {
    let program = drawn.program.as_ref();
    let program = program.map_or_else(String::new, |source| {
        format!("\n\n```rust\n{}\n```", source.trim_end())
    });
    let head = format!(
        "### Exercice\u{a0}: {}\n\n{}{program}",
        drawn.title,
        drawn.statement.trim()
    );
    let options: Vec<String> = drawn
        .exercise
        .options()
        .iter()
        .map(|option| format!("- **{}.** {}", option.id, option.text.trim()))
        .collect();
    if options.is_empty() {
        return head;
    }
    format!("{head}\n\n{}", options.join("\n"))
}

/// The cell that asks for the verdict. As it stands, it answers "not yet" or "unreadable".
fn verification(spec: &ExerciseSpec, drawn: &Drawn) -> String {
    // The file's values, and the order of its options, are those of its seed, whoever opens it.
    let (call, hint) = if spec.seeded || !drawn.exercise.options().is_empty() {
        let its = format!("\"{}\", {}", spec.id, drawn.seed);
        (
            format!("verifier_graine({its}, "),
            format!("indice_graine({its})"),
        )
    } else {
        (
            format!("verifier(\"{}\", ", spec.id),
            format!("indice(\"{}\")", spec.id),
        )
    };
    let stuck = format!("// Bloqué\u{a0}? {hint};");
    match &drawn.starter {
        // A document holds quotes and `/*`: it needs a raw string.
        None if drawn.exercise.asks_for_a_document() => format!(
            "// Colle ton document JSON entre les guillemets, puis exécute.\n{stuck}\n{call}r#\"\n\n\"#);"
        ),
        // So does a command.
        None if drawn.exercise.command().is_some() => {
            format!("// Écris ta commande entre les guillemets, puis exécute.\n{stuck}\n{call}r#\"aws …\"#);")
        }
        None if drawn.exercise.archive().is_some() => {
            format!("// Donne le chemin de ton archive, puis exécute.\n{stuck}\n{call}\"couche.zip\");")
        }
        None => format!(
            "// Écris ta réponse entre les guillemets, puis exécute.\n{stuck}\n{call}\"ta réponse\");"
        ),
        Some(starter) => {
            let marks = raw_marks(starter);
            let code = starter.trim_end();
            format!(
                "// Colle ici ton code, à la place de celui de départ, puis exécute.\n{stuck}\n\
                 {call}r{marks}\"\n{code}\n\"{marks});"
            )
        }
    }
}

/// Enough `#` for a raw string that holds `text`.
pub(crate) fn raw_marks(text: &str) -> String {
    let mut marks = "#".to_string();
    while text.contains(&format!("\"{marks}")) {
        marks.push('#');
    }
    marks
}
