//! What the desk does with lessons: opens them, reads on, and says where they end.

use super::Desk;
use super::reading;
use crate::failure::Failure;
use crate::jupyter::nbformat::carrying;
use crate::render;
use workbook::images::Images;
use workbook::lesson::{Block, Lesson};

impl<'a> Desk<'a> {
    pub(super) fn current(&self) -> Result<&'a Lesson, Failure> {
        match &self.lesson {
            Some(id) => self.context.lesson(id),
            None => Err(Failure::Usage {
                message: "aucune leçon n’est ouverte".to_owned(),
                hint: "«\u{a0}:lecon LECON\u{a0}» en ouvre une.".to_owned(),
            }),
        }
    }

    /// Opens a lesson where it was left; without an id, says which ones there are.
    pub(super) fn open_lesson(&mut self, id: &str) -> Result<(), Failure> {
        if id.is_empty() {
            return self.ask_for_a_lesson();
        }
        let lesson = self.context.lesson(id)?;
        self.lesson = Some(lesson.id.clone());
        (self.cell, self.exercise) = (None, None);
        if reading::shown(self.context.store()?, &lesson.id)? == 0 {
            self.screen
                .write(&render::lesson::title(lesson, self.screen.look()));
        }
        self.next()
    }

    fn ask_for_a_lesson(&self) -> Result<(), Failure> {
        let progress = self.context.progress()?;
        let passed = |id: &str| progress.exercise(id).passed;
        for lesson in self.context.workbook()?.lessons() {
            let summary = render::lesson::summary(lesson, passed, self.screen.look());
            self.screen.say(summary.lines().next().unwrap_or_default());
        }
        self.tip(":lecon suivi d’un de ces noms ouvre la leçon, là où tu l’as laissée.");
        Ok(())
    }

    pub(super) fn start_again(&mut self) -> Result<(), Failure> {
        let id = self.current()?.id.clone();
        reading::keep(self.context.store()?, &id, 0)?;
        self.open_lesson(&id)
    }

    /// Shows the next block; one that is but a title, with the one after it.
    pub(super) fn next(&mut self) -> Result<(), Failure> {
        let lesson = self.current()?;
        let steps = reading::steps(lesson);
        let shown = reading::shown(self.context.store()?, &lesson.id)?;
        if shown >= steps.len() {
            return self.end_of_lesson(lesson);
        }
        for (step, number) in steps[shown..].iter().zip(shown + 1..) {
            self.show_step(*step, &lesson.images)?;
            self.take(step.1)?;
            reading::keep(self.context.store()?, &lesson.id, number)?;
            if !reading::is_title(step.1) {
                break;
            }
        }
        Ok(())
    }

    /// A notebook shows a text as its own texts, with its images; anything else as a terminal does.
    fn show_step(&self, step: (Option<&str>, &Block), images: &Images) -> Result<(), Failure> {
        match step {
            (title, Block::Prose(text)) if self.screen.is_sheet() => {
                let title = title.map_or(String::new(), |title| format!("## {title}\n\n"));
                let text = format!("{title}{text}");
                self.screen.illustrated(&text, &carrying(&text, images));
            }
            _ => {
                let (screen, seed) = (self.screen, self.context.seed()?);
                let plots = screen.plots_of(usize::from(has_image(step.1)));
                screen.write(&reading::show(step, images, seed, screen.look(), plots));
            }
        }
        Ok(())
    }

    /// A cell that was shown becomes the current cell, an exercise the current exercise.
    fn take(&mut self, block: &Block) -> Result<(), Failure> {
        match block {
            Block::Prose(_) => {}
            Block::Script(script) => {
                self.script = Some(script.id.clone());
                self.tip(&format!(":script le lance, {} continue.", self.next_key()));
            }
            Block::Cell(cell) => {
                self.cell = Some(cell.id.clone());
                self.tip(&format!(":executer la lance, {} continue.", self.next_key()));
            }
            Block::Exercise(exercise) => self.take_exercise(&exercise.id)?,
        }
        Ok(())
    }

    fn end_of_lesson(&mut self, lesson: &Lesson) -> Result<(), Failure> {
        self.screen
            .say(&format!("Fin de la leçon «\u{a0}{}\u{a0}».", lesson.title));
        let lessons = self.context.workbook()?.lessons();
        let after = lessons.iter().skip_while(|one| one.id != lesson.id).nth(1);
        match after {
            Some(after) => self.tip(&format!(
                ":lecon {} pour la suivante, :debut pour relire celle-ci.",
                after.id
            )),
            None => self.tip(":debut pour relire, :progres pour voir où tu en es."),
        }
        Ok(())
    }
}

fn has_image(block: &Block) -> bool {
    matches!(block, Block::Prose(text) if text.contains("](images/"))
}
