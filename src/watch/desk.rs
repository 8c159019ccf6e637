//! The exercises that are followed: which one is at hand, what was tried, what comes next.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use similar::{ChangeTag, TextDiff};

use super::{Wanted, files};
use crate::attempt;
use crate::cli::{Context, Exit};
use crate::failure::Failure;
use crate::keyboard::Nobody;
use crate::render::{self, Ink, Screen};
use crate::workshop::Workshop;
use workbook::evidence::Answer;
use workbook::exercise::Drawn;
use workbook::french::counted;
use workbook::verdict::Verdict;

/// Changed lines of an answer that are shown.
const CHANGES: usize = 12;

/// One exercise and its file.
pub(super) struct Sheet {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) file: PathBuf,
    /// When its file was written and how long it was, when it was last looked at.
    seen: Option<(SystemTime, u64)>,
}

pub(super) struct Desk<'a> {
    pub(super) context: &'a Context,
    pub(super) screen: Screen,
    pub(super) sheets: Vec<Sheet>,
    pub(super) at: usize,
    folder: PathBuf,
    /// The last answer to each exercise.
    last: HashMap<String, String>,
    /// What was passed since it began, be it that nothing can be kept.
    passed: HashSet<String>,
    /// Where Rust runs, once some was judged.
    workshop: Option<Workshop>,
    done: bool,
}

impl<'a> Desk<'a> {
    pub(super) fn open(context: &'a Context, wanted: Wanted<'_>) -> Result<Self, Failure> {
        let mut sheets = Vec::new();
        for (beginning, id) in &wanted.exercises {
            let (_, drawn) = context.exercise(id)?;
            let file = files::path(&wanted.folder, beginning, &drawn);
            files::lay_out(&file, &drawn)?;
            sheets.push(Sheet {
                id: id.clone(),
                title: drawn.title,
                seen: signature(&file),
                file,
            });
        }
        let mut desk = Self {
            context,
            screen: context.screen,
            sheets,
            at: 0,
            folder: wanted.folder,
            last: HashMap::new(),
            passed: HashSet::new(),
            workshop: None,
            done: false,
        };
        let named = wanted.first.and_then(|id| desk.place_of(id));
        desk.at = match named {
            Some(at) => at,
            None => desk.next_open(0)?.unwrap_or(0),
        };
        Ok(desk)
    }

    pub(super) fn greet(&self, polling: bool) {
        let many = counted(self.sheets.len(), "exercice", "exercices");
        let folder = self.folder.display();
        self.screen
            .say(&self.screen.paint(Ink::Heading, &format!("{many} dans {folder}")));
        self.screen
            .markdown("Écris ta réponse dans le fichier, avec ton éditeur\u{a0}: chaque enregistrement est jugé. «\u{a0}aide\u{a0}» montre les commandes.");
        if polling {
            self.screen
                .aside("Ce système n’annonce pas les enregistrements\u{a0}: les fichiers sont relus plusieurs fois par seconde.");
        }
    }

    /// Shows the exercise at hand.
    pub(super) fn show(&self) -> Result<(), Failure> {
        let drawn = self.drawn()?;
        let place = format!("\n{}/{}", self.at + 1, self.sheets.len());
        self.screen.say(&self.screen.paint(Ink::Dim, &place));
        self.screen
            .write(&render::lesson::exercise(&drawn, self.screen.look()));
        let verb = if drawn.exercise.archive().is_some() {
            "Mets ton archive ici"
        } else {
            "Ta réponse"
        };
        self.tip(&format!("{verb}\u{a0}: {}", self.sheet().file.display()));
        Ok(())
    }

    pub(super) fn sheet(&self) -> &Sheet {
        &self.sheets[self.at]
    }

    pub(super) fn drawn(&self) -> Result<Drawn, Failure> {
        Ok(self.context.exercise(&self.sheet().id)?.1)
    }

    pub(super) fn place_of(&self, id: &str) -> Option<usize> {
        self.sheets.iter().position(|sheet| sheet.id == id)
    }

    /// Goes to another exercise, and shows it.
    pub(super) fn go(&mut self, at: usize) -> Result<(), Failure> {
        self.at = at;
        self.show()
    }

    /// Looks which files were saved, and judges what is in them, that of the exercise at hand first.
    ///
    /// # Errors
    /// When their folder is gone: the system tells nothing of another one that takes its name.
    pub(super) fn look(&mut self) -> Result<(), Failure> {
        if !self.folder.is_dir() {
            return Err(Failure::Usage {
                message: format!("le dossier {} n’est plus là", self.folder.display()),
                hint: "ce qui était jugé est gardé. Remets-le à sa place, puis relance «\u{a0}cahier suivre\u{a0}».".to_owned(),
            });
        }
        let order: Vec<usize> = (self.at..self.sheets.len()).chain(0..self.at).collect();
        for at in order {
            let now = signature(&self.sheets[at].file);
            if now.is_none() || now == self.sheets[at].seen {
                continue;
            }
            self.sheets[at].seen = now;
            if at != self.at {
                // What is judged is not what is shown: without its name, nobody knows whose verdict it is.
                self.at = at;
                let place = format!("\n{}/{} {}", at + 1, self.sheets.len(), self.sheet().title);
                self.screen.say(&self.screen.paint(Ink::Dim, &place));
            }
            match self.judge() {
                Ok(()) => {}
                // The learner mends the file, and goes on.
                Err(failure @ (Failure::Unreadable { .. } | Failure::TooLong { .. })) => {
                    let hint = failure.hint();
                    self.screen
                        .failure(failure.code(), &failure.to_string(), hint.as_deref());
                }
                Err(failure) => return Err(failure),
            }
        }
        Ok(())
    }

    fn judge(&mut self) -> Result<(), Failure> {
        let drawn = self.drawn()?;
        let file = self.sheet().file.clone();
        let Some(content) = files::content(&file, &drawn)? else {
            return Ok(());
        };
        let Some(answer) = files::answer(&content, &file, &drawn)? else {
            self.tip("Rien n’est encore écrit.");
            return Ok(());
        };
        let text = answer.text().to_owned();
        let verdict = self.verdict(&drawn, answer)?;
        self.context.note(&attempt::event(&drawn, &verdict));
        self.screen.say("");
        self.screen.write(&render::verdict::render(
            &verdict,
            drawn.max_score,
            self.screen.look(),
        ));
        let before = self.last.insert(drawn.id.clone(), text.clone());
        if let Verdict::Passed(_) = verdict {
            self.passed.insert(drawn.id.clone());
            self.show_program(&drawn, &verdict)?;
            return self.passed();
        }
        if let Some(before) = before {
            self.show_changes(&before, &text);
        }
        Ok(())
    }

    /// Runs the program of a prediction that was right.
    fn show_program(&mut self, drawn: &Drawn, verdict: &Verdict) -> Result<(), Failure> {
        match &mut self.workshop {
            Some(workshop) if attempt::shows_program(drawn, verdict) => {
                attempt::demonstrate_in_session(self.screen, &mut Nobody, workshop, drawn)
            }
            _ => attempt::demonstrate(self.context, drawn, verdict),
        }
    }

    fn verdict(&mut self, drawn: &Drawn, answer: Answer) -> Result<Verdict, Failure> {
        if !drawn.exercise.needs_engine() {
            return attempt::judge(self.context, drawn, answer);
        }
        let workshop = match &mut self.workshop {
            Some(workshop) => workshop,
            none => none.insert(Workshop::open(self.context)?),
        };
        attempt::in_session(self.screen, &mut Nobody, workshop, drawn, answer)
    }

    /// What was changed since the answer before, where it has several lines.
    fn show_changes(&self, before: &str, now: &str) {
        if before == now || now.lines().count() < 2 {
            return;
        }
        let diff = TextDiff::from_lines(before, now);
        let changes = diff.iter_all_changes().filter_map(|change| {
            let (sign, ink) = match change.tag() {
                ChangeTag::Delete => ('-', Ink::Bad),
                ChangeTag::Insert => ('+', Ink::Good),
                ChangeTag::Equal => return None,
            };
            let line = format!("  {sign} {}", change.value().trim_end());
            Some(self.screen.paint(ink, &line))
        });
        self.screen.aside("Depuis l’essai précédent\u{a0}:");
        for line in changes.take(CHANGES) {
            self.screen.say(&line);
        }
    }

    fn passed(&mut self) -> Result<(), Failure> {
        self.tip("«\u{a0}solution\u{a0}» montre le corrigé et le commentaire de l’auteur.");
        if let Some(at) = self.next_open(self.at)? {
            return self.go(at);
        }
        self.done = true;
        Ok(())
    }

    /// The first exercise from there on that is not passed yet, the earlier ones last.
    pub(super) fn next_open(&self, from: usize) -> Result<Option<usize>, Failure> {
        let progress = self.context.progress()?;
        let mut order = (from..self.sheets.len()).chain(0..from);
        Ok(order.find(|at| {
            let id = &self.sheets[*at].id;
            !self.passed.contains(id) && !progress.exercise(id).passed
        }))
    }

    /// Puts the file of the exercise at hand back as it began.
    pub(super) fn start_again(&mut self, at: usize) -> Result<(), Failure> {
        let (_, drawn) = self.context.exercise(&self.sheets[at].id)?;
        let file = self.sheets[at].file.clone();
        let kept = files::start_again(&file, &drawn)?;
        self.sheets[at].seen = signature(&file);
        self.last.remove(&drawn.id);
        if let Some(kept) = kept {
            self.tip(&format!("Ta réponse est gardée dans {}.", kept.display()));
        }
        Ok(())
    }

    pub(super) fn tip(&self, words: &str) {
        self.screen.tip(words);
    }

    pub(super) fn quit(&mut self) {
        self.done = true;
    }

    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Says how far the learner came.
    pub(super) fn leave(&self) -> Result<Exit, Failure> {
        let progress = self.context.progress()?;
        let passed = |sheet: &&Sheet| self.passed.contains(&sheet.id) || progress.exercise(&sheet.id).passed;
        let count = self.sheets.iter().filter(passed).count();
        let all = self.sheets.len();
        let words = if count == all {
            format!("\nTout est réussi\u{a0}: {count}/{all}. Bravo\u{a0}!")
        } else {
            format!(
                "\n{count}/{all} réussis. Tes fichiers restent dans {}.",
                self.folder.display()
            )
        };
        self.screen.say(&words);
        Ok(Exit::Done)
    }
}

/// When a file was written last, and how long it is; none where it is not there.
fn signature(file: &Path) -> Option<(SystemTime, u64)> {
    let metadata = std::fs::metadata(file).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
