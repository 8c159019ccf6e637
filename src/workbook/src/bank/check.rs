//! What a file of the bank must be: each rule, and what is said where it is broken.

use super::read::{self, WrittenFile, WrittenOption, WrittenQuestion};
use super::{Question, QuestionOption, Skill, blueprint, similar};
use crate::french::counted;
use crate::ids::Ids;
use crate::lesson::Lesson;
use crate::nearest::nearest;
use crate::parse::error::{Mistake, position};
use crate::parse::located::Located;
use crate::parse::{ID_FORM, LessonError, is_id, normalise};
use url::Url;

/// Options that a question may have.
const OPTIONS: std::ops::RangeInclusive<usize> = 4..=6;

/// How a stem says that several options are to be chosen, from two on.
const COUNTS: [&str; 4] = ["DEUX", "TROIS", "QUATRE", "CINQ"];

/// The lessons that questions may belong to.
pub(crate) struct Known<'a> {
    /// Those that could be read.
    pub(crate) lessons: &'a [Lesson],
    /// Whether these are all: what names a lesson that could not be read is no mistake of its own.
    pub(crate) all: bool,
}

/// The questions of one file.
///
/// # Errors
/// When it has mistakes: all of them are reported.
pub(crate) fn questions(
    file: &str,
    text: &str,
    known: &Known<'_>,
    ids: &mut Ids,
) -> Result<Vec<Question>, LessonError> {
    let text = normalise(text);
    let mut mistakes = Vec::new();
    let written = read::file(&text, &mut mistakes);
    let mut questions = Vec::new();
    if let Some(WrittenFile {
        lesson,
        questions: all,
    }) = written
    {
        let mut checking = Checking {
            file,
            text: &text,
            lesson: lesson.and_then(|lesson| trained(&lesson, known, &mut mistakes)),
            ids,
            mistakes: &mut mistakes,
        };
        questions.extend(all.into_iter().filter_map(|one| checking.question(one)));
    }
    if mistakes.is_empty() {
        Ok(questions)
    } else {
        Err(LessonError::of_file(file, &text, mistakes))
    }
}

/// The lesson's id and its skills; `None` where there is no such lesson, or no exam asks about it.
fn trained(lesson: &Located, known: &Known<'_>, mistakes: &mut Vec<Mistake>) -> Option<(String, Vec<Skill>)> {
    let id = lesson.text.as_str();
    let skills = blueprint::skills_of(id);
    let is_there = known.lessons.iter().any(|one| one.id == id);
    let mut mistake = |message: String, expected: String| {
        mistakes.push(Mistake::new(lesson.span.clone(), message, expected));
    };
    if !is_there && (known.all || skills.is_empty()) {
        let ids = || known.lessons.iter().map(|lesson| lesson.id.as_str());
        let expected = match nearest(id, ids()) {
            Some(near) => format!("« {near} », sans doute"),
            None => ids().collect::<Vec<_>>().join(", "),
        };
        mistake(
            format!("leçon inconnue « {id} »"),
            format!("attendu : {expected}"),
        );
        return None;
    }
    if skills.is_empty() {
        let expected = "attendu : une leçon qui a ses compétences dans bank/blueprint.rs";
        mistake(
            format!("aucun examen ne porte sur la leçon « {id} »"),
            expected.to_owned(),
        );
        return None;
    }
    Some((id.to_owned(), skills))
}

struct Checking<'a> {
    file: &'a str,
    text: &'a str,
    lesson: Option<(String, Vec<Skill>)>,
    ids: &'a mut Ids,
    mistakes: &'a mut Vec<Mistake>,
}

impl Checking<'_> {
    fn mistake(&mut self, at: &std::ops::Range<usize>, message: impl Into<String>, expected: &str) {
        self.mistakes.push(Mistake::new(at.clone(), message, expected));
    }

    fn question(&mut self, written: WrittenQuestion) -> Option<Question> {
        let WrittenQuestion { span, .. } = written;
        let id = written.id.map(|id| self.id(&id));
        let skills = written.skills.map(|skills| self.skills(&span, &skills));
        let level = written.level.and_then(|(level, at)| self.level(level, &at));
        let source = written.source.map(|source| self.source(&source));
        let stem = written.stem.map(|stem| self.filled(&stem, "énoncé vide"));
        let options = written.options.map(|options| self.options(&span, &options));
        let (options, complete) = options?;
        let question = Question {
            id: id?,
            lesson: self
                .lesson
                .as_ref()
                .map_or_else(String::new, |(id, _)| id.clone()),
            skills: skills?,
            level: level?,
            source: source?,
            stem: stem?,
            options,
            file: self.file.to_owned(),
            line: position(self.text, span.start).0,
        };
        if complete {
            self.count_said(&span, &question);
        }
        Some(question)
    }

    fn id(&mut self, id: &Located) -> String {
        if !is_id(&id.text) {
            let message = format!("l’identifiant « {} » n’a pas la bonne forme", id.text);
            self.mistake(&id.span, message, ID_FORM);
        }
        if let Some(mistake) = self.ids.take_for_question(&id.text, self.file, &id.span) {
            self.mistakes.push(mistake);
        }
        id.text.clone()
    }

    fn skills(&mut self, here: &std::ops::Range<usize>, written: &[Located]) -> Vec<Skill> {
        if written.is_empty() {
            let expected = "attendu : competences = [\"DVA-C02 1.3.6\", …]";
            self.mistake(here, "une question sans compétence", expected);
        }
        let mut found: Vec<Skill> = Vec::new();
        for code in written {
            if let Some(skill) = self.skill(code, &found) {
                found.push(skill);
            }
        }
        found
    }

    fn skill(&mut self, code: &Located, before: &[Skill]) -> Option<Skill> {
        let written = code.text.as_str();
        if !blueprint::is_known(written) {
            let skills = self.lesson.as_ref().map(|(_, skills)| skills.as_slice());
            let all: Vec<String> = skills.unwrap_or_default().iter().map(Skill::code).collect();
            let expected = match all.as_slice() {
                [] => "attendu : le code d’un examen et un numéro, comme « DVA-C02 1.3.6 »".to_owned(),
                all => format!("attendu : {}", all.join(", ")),
            };
            self.mistake(
                &code.span,
                format!("compétence inconnue « {written} »"),
                &expected,
            );
            return None;
        }
        let (lesson, skills) = self.lesson.as_ref()?;
        let Some(skill) = skills.iter().find(|skill| skill.code() == written).copied() else {
            let message = format!("la compétence « {written} » n’est pas de la leçon « {lesson} »");
            let all: Vec<String> = skills.iter().map(Skill::code).collect();
            let expected = format!("attendu : {}", all.join(", "));
            self.mistake(&code.span, message, &expected);
            return None;
        };
        if before.contains(&skill) {
            let message = format!("la compétence « {written} » est donnée deux fois");
            self.mistake(&code.span, message, "attendu : chaque compétence une seule fois");
        }
        Some(skill)
    }

    fn level(&mut self, level: i64, at: &std::ops::Range<usize>) -> Option<u8> {
        let found = u8::try_from(level).ok().filter(|level| (1..=3).contains(level));
        if found.is_none() {
            let expected = "attendu : 1 (application), 2 (analyse) ou 3 (étude de cas)";
            self.mistake(at, format!("« niveau » vaut {level}"), expected);
        }
        found
    }

    fn source(&mut self, source: &Located) -> String {
        let url = Url::parse(&source.text).ok();
        let fits =
            |url: &Url| url.scheme() == "https" && url.host_str().is_some_and(|host| host.contains('.'));
        if !url.as_ref().is_some_and(fits) || source.text.contains(char::is_whitespace) {
            let message = format!("« {} » n’est pas l’adresse d’une page", source.text);
            self.mistake(&source.span, message, "attendu : source = \"https://…\"");
        }
        source.text.clone()
    }

    /// A text that must not be empty, without the blanks around it.
    fn filled(&mut self, text: &Located, message: &str) -> String {
        let trimmed = text.text.trim();
        if trimmed.is_empty() {
            self.mistake(&text.span, message, "attendu : un texte");
        }
        trimmed.to_owned()
    }

    /// The options, and whether all of them could be read.
    fn options(
        &mut self,
        here: &std::ops::Range<usize>,
        written: &[WrittenOption],
    ) -> (Vec<QuestionOption>, bool) {
        let count = written.len();
        if !OPTIONS.contains(&count) {
            let message = format!("une question à {}", counted(count, "option", "options"));
            let expected = format!("attendu : de {} à {} options", OPTIONS.start(), OPTIONS.end());
            self.mistake(here, message, &expected);
        }
        let right = written.iter().filter(|option| option.right).count();
        let expected = "attendu : au moins une option juste et une fausse";
        if count > 0 && right == 0 {
            self.mistake(here, "aucune option juste", expected);
        } else if count > 0 && right == count {
            self.mistake(here, "toutes les options sont justes", expected);
        }
        let texts: Vec<&Located> = written.iter().filter_map(|option| option.text.as_ref()).collect();
        self.twins(&texts);
        let options: Vec<QuestionOption> = written
            .iter()
            .filter_map(|option| {
                let text = option.text.as_ref().map(|text| self.filled(text, "option vide"));
                let why = option.explanation.as_ref();
                let explanation = why.map(|why| self.filled(why, "explication vide"));
                Some(QuestionOption {
                    text: text?,
                    right: option.right,
                    explanation: explanation?,
                })
            })
            .collect();
        let complete = options.len() == count && right > 0 && right < count;
        (options, complete)
    }

    fn twins(&mut self, texts: &[&Located]) {
        for (rank, text) in texts.iter().enumerate() {
            let twin =
                |other: &&Located| !text.text.trim().is_empty() && similar::same(&other.text, &text.text);
            if texts[..rank].iter().any(twin) {
                let message = format!("deux options disent « {} »", text.text.trim());
                self.mistake(&text.span, message, "attendu : des options toutes différentes");
            }
        }
    }

    /// A stem says how many options are to be chosen where these are several, and only then.
    fn count_said(&mut self, here: &std::ops::Range<usize>, question: &Question) {
        let right = question.choose();
        let words = question.stem.split(|c: char| !c.is_alphanumeric());
        let mut said = words.filter_map(|word| COUNTS.iter().position(|count| *count == word));
        let said = said.next().map(|rank| rank + 2);
        if right == 1 && said.is_none() || said == Some(right) {
            return;
        }
        let message = format!(
            "{}, et l’énoncé {}",
            counted(right, "option est juste", "options sont justes"),
            said.map_or("ne le dit pas".to_owned(), |count| format!("en demande {count}"))
        );
        let expected = match right.checked_sub(2).and_then(|rank| COUNTS.get(rank)) {
            Some(count) => format!("attendu : « Choisis {count} réponses. » dans l’énoncé"),
            None => "attendu : un énoncé qui ne demande qu’une réponse".to_owned(),
        };
        self.mistake(here, message, &expected);
    }
}
