//! A lesson as HTML. Everything that an author wrote is escaped: raw HTML is shown, not passed through.

use crate::render::html::{OPTIONS, escaped, harmless};
use pulldown_cmark::{CowStr, Event, Parser, Tag, html};
use std::fmt::Write;
use workbook::cell::Cell;
use workbook::evidence::{Answer, Evidence};
use workbook::exercise::Drawn;
use workbook::lesson::{Block, Lesson};
use workbook::parse::LessonError;
use workbook::script::Script;

/// Markdown as HTML.
pub(super) fn markdown(text: &str) -> String {
    let mut page = String::new();
    let mut title = None::<String>;
    let mut events = Vec::new();
    // A heading's anchor is known once its words are.
    for event in Parser::new_ext(text, OPTIONS).map(|event| harmless(event, picture)) {
        match (&event, &mut title) {
            (Event::Start(Tag::Heading { .. }), _) => title = Some(String::new()),
            (Event::Text(words) | Event::Code(words), Some(title)) => title.push_str(words),
            (Event::End(pulldown_cmark::TagEnd::Heading(_)), _) => {
                anchor(&mut events, &title.take().unwrap_or_default());
            }
            _ => {}
        }
        events.push(event);
    }
    html::push_html(&mut page, events.into_iter());
    page
}

/// Gives the last heading its anchor.
fn anchor(events: &mut [Event<'_>], title: &str) {
    let last = events.iter_mut().rev().find_map(|event| match event {
        Event::Start(Tag::Heading { id, .. }) => Some(id),
        _ => None,
    });
    if let Some(id) = last {
        *id = Some(CowStr::from(crate::author::lint::anchor(title)));
    }
}

/// Images are those of the folder `images` beside the lessons.
fn picture(written: &str) -> CowStr<'static> {
    match written.strip_prefix("images/") {
        Some(name) if !name.contains(['/', '\\', '"']) => CowStr::from(format!("/images/{name}")),
        _ => CowStr::Borrowed("#"),
    }
}

/// The whole lesson, its exercises drawn for `seed`.
pub(super) fn lesson(lesson: &Lesson, seed: u64) -> String {
    let mut page = String::new();
    let titled =
        |block: &Block| matches!(block, Block::Prose(text) if crate::render::markdown::has_title(text));
    if !lesson
        .sections
        .first()
        .is_some_and(|section| section.blocks.iter().any(titled))
    {
        let _ = write!(page, "<h1>{}</h1>", escaped(&lesson.title));
    }
    for section in &lesson.sections {
        if !section.title.is_empty() {
            page.push_str(&markdown(&format!("## {}", section.title)));
        }
        for block in &section.blocks {
            page.push_str(&match block {
                Block::Prose(text) => markdown(text),
                Block::Cell(cell) => self::cell(cell),
                Block::Script(script) => self::script(script),
                Block::Exercise(spec) => exercise(&(spec.draw)(seed), spec.source.as_deref()),
            });
        }
    }
    page
}

fn code(label: &str, source: &str) -> String {
    format!(
        "<figure class=\"code\"><figcaption>{}</figcaption><pre><code>{}</code></pre></figure>",
        escaped(label),
        escaped(source.trim_end())
    )
}

fn cell(cell: &Cell) -> String {
    let mut text = code(&format!("cellule {}", cell.id), &cell.source);
    if let Some(expected) = &cell.expected {
        text.push_str(&code("affiche", expected));
    }
    text
}

fn script(script: &Script) -> String {
    let mut text = code(
        &format!("script {} ({})", script.id, script.language.name()),
        &script.source,
    );
    if let Some(expected) = &script.expected {
        text.push_str(&code("affiche", expected));
    }
    text
}

fn exercise(drawn: &Drawn, source: Option<&str>) -> String {
    let mut text = format!(
        "<section class=\"exercice\" id=\"{0}\"><h3>{1}</h3><p class=\"faits\">{0}, {2}, graine\u{a0}{3}</p>{4}",
        escaped(&drawn.id),
        escaped(&drawn.title),
        escaped(drawn.kind_title),
        drawn.seed,
        markdown(&drawn.statement)
    );
    let options = drawn.exercise.options();
    if !options.is_empty() {
        let item = |option: &workbook::exercise::ChoiceOption| {
            format!(
                "<dt>{}</dt><dd>{}</dd>",
                escaped(&option.id),
                markdown(&option.text)
            )
        };
        let _ = write!(text, "<dl>{}</dl>", options.iter().map(item).collect::<String>());
    }
    if let Some(program) = &drawn.program {
        text.push_str(&code("programme", program));
    }
    if let Some(starter) = &drawn.starter {
        text.push_str(&code("départ", starter));
    }
    for check in drawn.exercise.checks() {
        let label = if check.hidden {
            "vérification cachée"
        } else {
            "vérification"
        };
        text.push_str(&code(label, &check.source));
    }
    for (rank, hint) in (1..).zip(&drawn.hints) {
        text.push_str(&folded(&format!("Indice {rank}"), &markdown(hint)));
    }
    text.push_str(&folded("Erreurs reconnues", &wrong_answers(drawn)));
    text.push_str(&folded("Solution", &markdown(&drawn.solution)));
    if let Some(source) = source {
        let _ = write!(
            text,
            "<p class=\"faits\">Source\u{a0}: <a href=\"{0}\">{0}</a></p>",
            escaped(source)
        );
    }
    text.push_str("</section>");
    text
}

/// Each listed wrong answer, with what is said of it where no compiler is needed for that.
fn wrong_answers(drawn: &Drawn) -> String {
    let ground = crate::author::proofs::ground;
    let mut text = String::from("<dl>");
    // Nothing is started for a page that is made anew at each save: a command is judged by its form.
    let judge = |answer: Answer| {
        let evidence = Evidence {
            answer: Some(answer),
            ..ground()
        };
        drawn.exercise.judge(&evidence)
    };
    for wrong in drawn.exercise.wrong_answers(&ground()) {
        let quick = !drawn.exercise.needs_engine() && drawn.exercise.archive().is_none();
        let short = match &wrong.answer {
            Answer::Archive(_) => String::new(),
            answer => format!("<pre><code>{}</code></pre>", escaped(answer.text())),
        };
        let said = if quick {
            markdown(judge(wrong.answer).message())
        } else {
            String::new()
        };
        let _ = write!(
            text,
            "<dt>{}</dt><dd>{short}{said}</dd>",
            escaped(&wrong.misconception)
        );
    }
    text.push_str("</dl>");
    text
}

fn folded(title: &str, inner: &str) -> String {
    format!("<details><summary>{}</summary>{inner}</details>", escaped(title))
}

/// The mistakes of a lesson that cannot be read, in its place.
pub(super) fn mistakes(error: &LessonError, file: &str) -> String {
    let mut text = String::from("<h1>Cette leçon ne se lit pas encore</h1><ol class=\"fautes\">");
    for mistake in error.mistakes().iter().filter(|one| one.file == file) {
        let line = mistake.text.lines().nth(mistake.line - 1).unwrap_or_default();
        let _ = write!(
            text,
            "<li><strong>Ligne {}, colonne {}</strong>\u{a0}: {}<pre><code>{}</code></pre><p>{}</p></li>",
            mistake.line,
            mistake.column,
            escaped(&mistake.message),
            escaped(line),
            escaped(&mistake.expected)
        );
    }
    text.push_str("</ol>");
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn raw_html_is_shown_and_never_passed_through() {
        let page = markdown("a <script>alert(1)</script> <b>\n\n<div onclick=\"x\">\n\n`<i>`");
        for tag in ["<script", "<b>", "<div", "<i>"] {
            assert!(!page.contains(tag), "{page}");
        }
        assert!(page.contains("&lt;script&gt;"), "{page}");
    }

    #[test]
    fn a_link_only_leads_somewhere_and_images_are_ours() {
        let page = markdown(
            "[a](javascript:alert(1)) [b](https://docs.aws.amazon.com/x) ![c](images/a.svg) ![d](../../secret.png) ![e](https://x.org/a.png)",
        );
        assert!(
            !page.contains("javascript") && !page.contains("secret") && !page.contains("x.org"),
            "{page}"
        );
        assert!(page.contains("href=\"https://docs.aws.amazon.com/x\""), "{page}");
        assert!(page.contains("src=\"/images/a.svg\""), "{page}");
    }

    #[test]
    fn a_heading_has_the_anchor_that_links_are_held_against() {
        assert!(markdown("## Les `unités` de capacité").contains("id=\"les-unités-de-capacité\""));
    }
}
