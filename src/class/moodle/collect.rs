//! What of the lessons goes into Moodle, in which category, and why the rest does not.

use super::{Category, Collection, Format, LeftOut, Question};
use std::collections::BTreeMap;
use std::sync::Arc;
use workbook::bank::{self, Bank, Exam, Skill};
use workbook::exercise::{Drawn, Quiz, QuizOption};
use workbook::french::counted;
use workbook::images::Images;
use workbook::lesson::{ExerciseSpec, Lesson};

/// What is asked for.
pub struct Wish<'a> {
    /// The lessons, in their order.
    pub lessons: Vec<&'a Lesson>,
    /// The question bank.
    pub bank: &'a Bank,
    /// Only what prepares for this exam: the bank's questions that have one of its skills, and no exercises.
    pub exam: Option<&'static Exam>,
    /// How many variants of an exercise whose values are drawn.
    pub variants: usize,
    /// The seed of the first variant; the next ones follow.
    pub seed: u64,
    /// The form that it is for.
    pub format: Format,
}

/// The name that stands above all categories.
const ROOT: &str = "Cahier";

/// How many seeds are tried for each variant: values are drawn from small sets.
const TRIES: usize = 40;

/// Collects what is asked for.
pub fn collect(wish: &Wish<'_>) -> Collection {
    let mut collection = Collection::default();
    for lesson in &wish.lessons {
        let shelf = Shelf {
            lesson,
            images: Arc::new(lesson.images.clone()),
            wish,
        };
        shelf.questions(&mut collection);
        if wish.exam.is_none() {
            shelf.exercises(&mut collection);
        }
    }
    collection
}

/// One lesson's part.
struct Shelf<'a> {
    lesson: &'a Lesson,
    images: Arc<Images>,
    wish: &'a Wish<'a>,
}

impl Shelf<'_> {
    fn category(&self, names: &[&str], id: &str, about: String) -> Category {
        let title = self.lesson.title.as_str();
        let path = [ROOT, title].into_iter().chain(names.iter().copied());
        Category {
            path: path.map(str::to_owned).collect(),
            id: format!("cahier-{}-{id}", self.lesson.id),
            about,
            questions: Vec::new(),
        }
    }

    /// The bank's questions, by the first skill that they test.
    fn questions(&self, collection: &mut Collection) {
        let mut skills: BTreeMap<usize, Category> = BTreeMap::new();
        let order = bank::blueprint::skills_of(&self.lesson.id);
        for question in self.wish.bank.of_lesson(&self.lesson.id) {
            let Some(skill) = self.skill(question) else {
                continue;
            };
            let place = order.iter().position(|one| *one == skill).unwrap_or(order.len());
            let category = skills.entry(place).or_insert_with(|| {
                let code = skill.code();
                let about = format!(
                    "{code}, domaine {} : {}.",
                    skill.domain().number,
                    skill.domain().french
                );
                self.category(
                    &["Questions", &code],
                    &slug(&code),
                    about.replace(" :", "\u{a0}:"),
                )
            });
            category.questions.push(self.question(question));
        }
        collection.categories.extend(skills.into_values());
    }

    /// The skill under which a question is put, where it is wanted.
    fn skill(&self, question: &bank::Question) -> Option<Skill> {
        match self.wish.exam {
            Some(exam) => question.skill(exam),
            None => question.skills.first().copied(),
        }
    }

    fn question(&self, question: &bank::Question) -> Question {
        let option = |option: &bank::QuestionOption| QuizOption {
            text: option.text.clone(),
            right: option.right,
            explanation: option.explanation.clone(),
        };
        let skills = question.skills.iter().map(Skill::code);
        Question {
            id: question.id.clone(),
            name: question.id.clone(),
            statement: question.stem.clone(),
            comment: sourced("", Some(&question.source)),
            points: 1.0,
            hints: Vec::new(),
            tags: skills.chain([format!("niveau {}", question.level)]).collect(),
            quiz: Quiz::Choice {
                options: question.options.iter().map(option).collect(),
                shuffled: true,
            },
            images: Arc::clone(&self.images),
        }
    }

    /// The exercises: those with drawn values in a category each, the others together.
    fn exercises(&self, collection: &mut Collection) {
        let about = format!("Les exercices de la leçon «\u{a0}{}\u{a0}».", self.lesson.title);
        let mut plain = self.category(&["Exercices"], "exercices", about);
        let mut seeded = Vec::new();
        for spec in self.lesson.exercises() {
            match self.variants(spec) {
                Err(why) => collection.left_out.push(LeftOut {
                    exercise: spec.id.clone(),
                    why,
                }),
                Ok(questions) if !spec.seeded => plain.questions.extend(questions),
                Ok(questions) => {
                    if questions.len() < self.wish.variants {
                        collection.few.push((spec.id.clone(), questions.len()));
                    }
                    let count = counted(questions.len(), "variante", "variantes");
                    let about = format!("`{}`, {count} à tirer au sort.", spec.id);
                    let mut category = self.category(&["Exercices", &spec.title], &spec.id, about);
                    category.questions = questions;
                    seeded.push(category);
                }
            }
        }
        if !plain.questions.is_empty() {
            collection.categories.push(plain);
        }
        collection.categories.extend(seeded);
    }

    /// An exercise for as many seeds as are asked for, none with the same values as another.
    fn variants(&self, spec: &ExerciseSpec) -> Result<Vec<Question>, &'static str> {
        let wanted = if spec.seeded { self.wish.variants } else { 1 };
        let mut known = Vec::new();
        let mut questions = Vec::new();
        for step in 0..wanted.saturating_mul(TRIES) as u64 {
            let drawn = (spec.draw)(self.wish.seed.wrapping_add(step));
            if known.contains(&drawn.parameters) {
                continue;
            }
            let quiz = drawn.exercise.quiz().ok_or_else(|| why(spec.kind))?;
            if let Some(why) = self.wish.format.refuses(&quiz) {
                return Err(why);
            }
            questions.push(self.exercise(spec, &drawn, quiz));
            if questions.len() == wanted {
                break;
            }
            known.push(drawn.parameters);
        }
        Ok(questions)
    }

    fn exercise(&self, spec: &ExerciseSpec, drawn: &Drawn, quiz: Quiz) -> Question {
        let program = drawn.program.as_ref();
        let program = program.map(|code| format!("\n\n```rust\n{}\n```\n", code.trim_end()));
        let (id, name) = if spec.seeded {
            (
                format!("{}-g{}", drawn.id, drawn.seed),
                format!("{} (graine {})", drawn.title, drawn.seed),
            )
        } else {
            (drawn.id.clone(), drawn.title.clone())
        };
        Question {
            id,
            name,
            statement: format!("{}{}", drawn.statement.trim(), program.unwrap_or_default()),
            comment: sourced(&drawn.solution, spec.source.as_deref()),
            points: drawn.max_score,
            hints: drawn.hints.clone(),
            tags: vec![drawn.id.clone(), drawn.kind_title.to_owned()],
            quiz,
            images: Arc::clone(&self.images),
        }
    }
}

/// A comment with the page that it rests on.
fn sourced(comment: &str, source: Option<&str>) -> String {
    let source = source.map(|source| format!("Source\u{a0}: <{source}>"));
    let parts = [comment.trim(), source.as_deref().unwrap_or_default()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join("\n\n")
}

/// A code as a part of an id.
fn slug(code: &str) -> String {
    code.to_lowercase().replace([' ', '.'], "-")
}

/// Why exercises of a kind are not for Moodle.
fn why(kind: &str) -> &'static str {
    match kind {
        "rust_code" | "state" => "la réponse est du Rust, que Moodle n’exécute pas",
        "iam_policy" => "la réponse est une politique, et Moodle n’a pas les règles d’IAM",
        "json_document" => "la réponse est un document JSON, que seul le simulateur met à l’épreuve",
        "presigned_url" => "la réponse est une URL signée, dont Moodle ne vérifie pas la signature",
        "layer_archive" => "la réponse est une archive, que Moodle n’ouvre pas",
        "command" => "la réponse est une commande, que Moodle n’exécute pas",
        "ordering" => "plusieurs ordres sont justes, et Moodle n’en accepte qu’un",
        _ => "Moodle n’a pas de question de ce genre",
    }
}
