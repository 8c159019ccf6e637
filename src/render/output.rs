//! What a cell left behind: how it ended, its value and its plots.

use super::picture::Plots;
use super::style::{Ink, Look};
use super::wrap::told;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use workbook::engine::{Evaluation, Outcome, Rich};
use workbook::explanation::{Refused, explain_panic};

/// How a cell ended, as the learner is told it; empty when it simply ran. What became of the variables is said once that
/// is known (`live::recovery`).
pub fn ending(source: &str, evaluation: &Evaluation, look: Look) -> String {
    let bad = |text: &str| told(Ink::Bad, text, look);
    match &evaluation.outcome {
        Outcome::Done => String::new(),
        Outcome::DoesNotCompile(diagnostics) => {
            let title = bad("Cette cellule ne compile pas\u{a0}:");
            format!(
                "{title}{}",
                super::compiler::diagnostics(source, diagnostics, look)
            )
        }
        Outcome::Panicked { message, line } => {
            let why = explain_panic(message);
            let why = why.map_or(String::new(), |why| super::explained::render(&why, look));
            stopped(&look.harmless(message), *line, look) + &why
        }
        Outcome::Exited { status } => bad(&format!("La cellule a quitté son processus (code {status}).")),
        Outcome::Crashed {
            stack_overflow: true, ..
        } => bad("La pile a débordé (récursion sans fin\u{202f}?)."),
        Outcome::Crashed { signal, .. } => bad(&format!(
            "Le processus de la cellule a été tué par le signal {signal}."
        )),
        Outcome::TimedOut { limit } => {
            let seconds = limit.as_secs();
            let what = if evaluation.ran {
                "La cellule a"
            } else {
                "La compilation de la cellule a"
            };
            bad(&format!(
                "{what} dépassé {seconds} s et a été arrêtée{}.",
                kept(evaluation)
            ))
        }
        Outcome::OutOfMemory { limit } => out_of_memory(*limit, look),
        Outcome::Interrupted if evaluation.ran => bad("Cellule interrompue."),
        Outcome::Interrupted => bad(&format!(
            "Cellule interrompue avant d’être exécutée{}.",
            kept(evaluation)
        )),
    }
}

fn kept(evaluation: &Evaluation) -> &'static str {
    if evaluation.lost {
        ""
    } else {
        "\u{a0}: rien n’est perdu"
    }
}

fn out_of_memory(limit: u64, look: Look) -> String {
    let limit = workbook::french::memory(limit);
    let title = format!("La cellule a demandé plus de mémoire que permis ({limit}).");
    let hint = "Travaille sur moins de données à la fois, ou donne plus de Mio aux cellules par la variable CAHIER_MEMOIRE \
         (par exemple CAHIER_MEMOIRE=4096).";
    told(Ink::Bad, &title, look) + &told(Ink::Dim, hint, look)
}

/// A panic, or an error that `?` handed on: what AWS answered, where that is why.
fn stopped(message: &str, line: Option<usize>, look: Look) -> String {
    let place = line.map(|line| format!(" à la ligne {line}")).unwrap_or_default();
    let Some(refused) = Refused::find(message) else {
        let verb = if line.is_some() {
            "a paniqué"
        } else {
            "s’est arrêtée sur une erreur"
        };
        return told(
            Ink::Bad,
            &format!("La cellule {verb}{place}\u{a0}: {message}"),
            look,
        );
    };
    let title = format!("La cellule s’est arrêtée{place}\u{a0}: AWS a refusé l’appel.");
    let said = refused.message.as_deref().unwrap_or("(sans message)");
    let mut text = told(Ink::Bad, &title, look);
    text += &told(Ink::Plain, &format!("{}\u{a0}: {said}", refused.code), look);
    if refused.is_explained() {
        let more = "`:pourquoi`, ou `cahier pourquoi` dans un terminal, explique ce refus.";
        text += &told(Ink::Dim, more, look);
    }
    text
}

/// The texts among a cell's rich outputs (the last expression's value), its plots, and where these were saved.
///
/// # Errors
/// When a plot cannot be written into `folder`.
pub fn rich(
    outputs: &[Rich],
    cell: &str,
    folder: &Path,
    look: Look,
    plots: Plots,
) -> std::io::Result<String> {
    let mut text = String::new();
    let mut figures = Figures::new(cell, folder);
    for output in outputs {
        match output.mime.as_str() {
            // What a cell that ends with a loop or a call without a value is worth: nothing to show.
            "text/plain" if output.data.trim() == "()" => {}
            "text/plain" => {
                let _ = writeln!(text, "{}", look.harmless(output.data.trim_end()));
            }
            mime => {
                let Some(svg) = svg(mime, &output.data) else {
                    continue;
                };
                text.push_str(&plots.show(svg, look));
                text.push_str(&figures.save(svg, look)?);
            }
        }
    }
    Ok(text)
}

/// How many plots there are among outputs.
pub fn plots(outputs: &[Rich]) -> usize {
    let with_plot = |output: &&Rich| svg(&output.mime, &output.data).is_some();
    outputs.iter().filter(with_plot).count()
}

/// The plot of an output that has one; plotters wraps it in HTML.
fn svg<'a>(mime: &str, data: &'a str) -> Option<&'a str> {
    match mime {
        "image/svg+xml" => Some(data),
        "text/html" => {
            let start = data.find("<svg")?;
            let end = data[start..].rfind("</svg>");
            let end = end.map_or(data.len(), |end| start + end + "</svg>".len());
            Some(&data[start..end])
        }
        _ => None,
    }
}

/// The figures of one cell: `CELL.svg`, `CELL-2.svg`… The same cell run again replaces them, as its output replaces the
/// former one.
struct Figures<'a> {
    cell: &'a str,
    folder: PathBuf,
    saved: usize,
}

impl<'a> Figures<'a> {
    fn new(cell: &'a str, folder: &Path) -> Self {
        Self {
            cell,
            folder: folder.join("figures"),
            saved: 0,
        }
    }

    /// Saves the next one, and says where. Those of an earlier run that would come after are gone.
    fn save(&mut self, svg: &str, look: Look) -> std::io::Result<String> {
        std::fs::create_dir_all(&self.folder)?;
        self.saved += 1;
        let path = self.path(self.saved);
        std::fs::write(&path, svg)?;
        let later = (self.saved + 1..).map(|number| self.path(number));
        for stale in later.take_while(|path| path.exists()) {
            std::fs::remove_file(stale)?;
        }
        // Whole, to be copied.
        let words = format!("figure enregistrée dans {}", path.display());
        Ok(format!("{}\n", look.paint(Ink::Dim, &words)))
    }

    fn path(&self, number: usize) -> PathBuf {
        let number = if number == 1 {
            String::new()
        } else {
            format!("-{number}")
        };
        self.folder.join(format!("{}{number}.svg", self.cell))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::time::Duration;
    use workbook::engine::Output;

    fn ended(outcome: Outcome) -> String {
        after(outcome, true, true)
    }

    fn after(outcome: Outcome, ran: bool, lost: bool) -> String {
        let evaluation = Evaluation {
            outcome,
            output: Output::default(),
            elapsed: Duration::ZERO,
            ran,
            lost,
        };
        ending("", &evaluation, Look::plain(80))
    }

    #[test]
    fn a_cell_without_memory_is_told_the_limit_and_how_to_mend_it() {
        let told = ended(Outcome::OutOfMemory { limit: 2 << 30 });
        for words in ["2\u{a0}Gio", "CAHIER_MEMOIRE"] {
            assert!(told.contains(words), "{words}: {told}");
        }
    }

    #[test]
    fn what_is_stopped_while_it_compiles_has_lost_nothing_unless_the_engine_is_gone() {
        for outcome in [
            Outcome::Interrupted,
            Outcome::TimedOut {
                limit: Duration::from_secs(30),
            },
        ] {
            let kept = after(outcome.clone(), false, false);
            assert!(kept.contains("rien n’est perdu"), "{kept}");
            let lost = after(outcome, false, true);
            assert!(!lost.contains("perdu"), "{lost}");
        }
    }

    #[test]
    fn how_a_process_ended_says_nothing_of_variables_that_may_be_back_in_the_next_line() {
        for outcome in [
            Outcome::Exited { status: 3 },
            Outcome::Crashed {
                signal: 11,
                stack_overflow: false,
            },
            Outcome::Crashed {
                signal: 6,
                stack_overflow: true,
            },
            Outcome::OutOfMemory { limit: 2 << 30 },
        ] {
            let told = ended(outcome);
            assert!(!told.contains("perdu"), "{told}");
        }
    }

    #[test]
    fn every_figure_of_a_cell_is_kept_and_those_of_an_earlier_run_are_not() {
        let folder = tempfile::tempdir().unwrap();
        let svg = |text: &str| Rich {
            mime: "image/svg+xml".into(),
            data: text.into(),
        };
        let saved = || {
            let entries = std::fs::read_dir(folder.path().join("figures")).unwrap();
            let mut texts: Vec<_> = entries
                .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
                .collect();
            texts.sort();
            texts
        };
        let said = rich(
            &[svg("a"), svg("b"), svg("c")],
            "x",
            folder.path(),
            Look::plain(80),
            Plots::Words,
        )
        .unwrap();
        assert!(said.contains("x.svg") && said.contains("x-3.svg"), "{said}");
        assert_eq!(saved(), ["a", "b", "c"]);
        rich(&[svg("d")], "x", folder.path(), Look::plain(80), Plots::Words).unwrap();
        assert_eq!(saved(), ["d"]);
    }

    #[test]
    fn a_value_and_a_panic_cannot_drive_the_terminal() {
        let look = Look {
            fold: true,
            ..Look::plain(80)
        };
        let folder = std::env::temp_dir();
        let value = Rich {
            mime: "text/plain".into(),
            data: "\u{1b}]0;titre\u{7}".into(),
        };
        assert_eq!(
            rich(&[value], "x", &folder, look, Plots::Words).unwrap(),
            "␛]0;titre␇\n"
        );
        assert!(stopped(&look.harmless("\u{1b}[2J"), Some(1), look).contains("␛[2J"));
    }

    #[test]
    fn each_way_to_end_is_named_in_french() {
        assert_eq!(ended(Outcome::Done), "");
        assert!(
            ended(Outcome::Panicked {
                message: "aïe".into(),
                line: Some(3)
            })
            .contains("à la ligne 3")
        );
        assert!(ended(Outcome::Exited { status: 4 }).contains("code 4"));
        assert!(
            ended(Outcome::Crashed {
                signal: 6,
                stack_overflow: true
            })
            .contains("pile")
        );
        assert!(
            ended(Outcome::Crashed {
                signal: 11,
                stack_overflow: false
            })
            .contains("signal 11")
        );
        assert!(
            ended(Outcome::TimedOut {
                limit: Duration::from_secs(30)
            })
            .contains("30 s")
        );
        assert!(ended(Outcome::Interrupted).contains("interrompue"));
    }

    #[test]
    fn what_aws_refused_is_said_in_its_words_and_not_the_sdk_s() {
        let text = ended(Outcome::Panicked {
            message: "ServiceError(ServiceError { source: Unhandled(Unhandled { source: ErrorMetadata { \
                      code: Some(\"AccessDenied\"), message: Some(\"Access Denied\") } }) })"
                .into(),
            line: None,
        });
        assert_eq!(
            text,
            "La cellule s’est arrêtée\u{a0}: AWS a refusé l’appel.\nAccessDenied\u{a0}: Access Denied\n\
             `:pourquoi`, ou `cahier pourquoi` dans un terminal, explique ce refus.\n\
             │ L’appel est bien arrivé, mais cette identité n’en a pas le droit.\n"
        );
    }

    #[test]
    fn a_panic_is_explained_where_it_is_known() {
        let panicked = |message: &str| {
            ended(Outcome::Panicked {
                message: message.into(),
                line: Some(2),
            })
        };
        let text = panicked("attempt to divide by zero");
        assert!(
            text.contains("attempt to divide by zero\n│ Tu divises par zéro."),
            "{text}"
        );
        assert!(!panicked("aïe").contains('│'));
    }

    #[test]
    fn a_value_is_shown_unless_it_is_the_unit() {
        let folder = tempfile::tempdir().unwrap();
        let value = |data: &str| Rich {
            mime: "text/plain".into(),
            data: data.into(),
        };
        let outputs = [value("()"), value("42")];
        let text = rich(&outputs, "x", folder.path(), Look::plain(80), Plots::Words).unwrap();
        assert_eq!(text, "42\n");
    }

    #[test]
    fn a_plot_is_saved_without_the_html_around_it() {
        let folder = tempfile::tempdir().unwrap();
        let html = "<div style=\"x\"><svg width=\"1\"><rect/></svg></div>".to_owned();
        let outputs = [Rich {
            mime: "text/html".into(),
            data: html,
        }];
        let text = rich(&outputs, "jauge", folder.path(), Look::plain(200), Plots::Words).unwrap();
        let path = folder.path().join("figures").join("jauge.svg");
        assert_eq!(text, format!("figure enregistrée dans {}\n", path.display()));
        assert_eq!(
            std::fs::read_to_string(path).unwrap(),
            "<svg width=\"1\"><rect/></svg>"
        );
    }
}
