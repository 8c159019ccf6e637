//! Executes the cells of a notebook.

use super::allowance::Allowance;
use super::cell::{self, Kind};
use super::help;
use super::output::Follow;
use super::trouble::Trouble;
use super::wire::Message;
use super::worker::Kernel;
use crate::cell_time;
use crate::desk::{commands, lock};
use crate::live;
use crate::process::{self, Ended};
use crate::script;
use crate::workshop;
use serde_json::{Map, Value, json};
use std::process::Command;
use std::sync::atomic::Ordering;
use workbook::engine::Outcome;
use workbook::script::Language;

/// What a cell that did not fail is worth.
#[derive(Default)]
struct Worth {
    /// Its value, in one or more forms.
    value: Option<Value>,
    /// What a pager is to show.
    page: Option<Value>,
    /// Whether the learner leaves.
    leaves: bool,
}

impl Kernel<'_> {
    /// Executes a cell and answers. What fails has what waits behind it given up, unless it asked for that not to be.
    pub(super) fn execute(&mut self, request: &Message) {
        let code = request.text("code");
        let silent = request.flag("silent", false);
        let stored = !silent && request.flag("store_history", true) && !code.trim().is_empty();
        self.publisher.answers(&request.header, silent);
        self.stdin.serves(request);
        self.stopped.store(false, Ordering::SeqCst);
        if stored {
            self.count += 1;
        }
        self.publisher.output(
            "execute_input",
            json!({"code": code, "execution_count": self.count}),
        );
        let done = self.run(code);
        if stored {
            let output = done.as_ref().ok().and_then(|worth| worth.value.as_ref());
            let output = output.and_then(|data| data["text/plain"].as_str());
            self.history.add(self.count, code, output);
        }
        let failed = done.is_err();
        let mut content = match done {
            Ok(worth) => self.worth(worth, request),
            Err(trouble) => {
                self.publisher.output("error", trouble.content());
                trouble.reply()
            }
        };
        content["execution_count"] = self.count.into();
        if failed && request.flag("stop_on_error", true) {
            self.give_up_what_waits();
        }
        self.reply(request, content);
    }

    /// Publishes the value of a cell; the content of the reply.
    fn worth(&mut self, worth: Worth, request: &Message) -> Value {
        if let Some(data) = worth.value {
            let content = json!({"execution_count": self.count, "data": data, "metadata": {}});
            self.publisher.output("execute_result", content);
        }
        let page = worth
            .page
            .map(|data| json!({"source": "page", "data": data, "start": 0}));
        let leave = worth
            .leaves
            .then(|| json!({"source": "ask_exit", "keepkernel": false}));
        let payload: Vec<Value> = page.into_iter().chain(leave).collect();
        json!({"status": "ok", "payload": payload, "user_expressions": self.expressions(request)})
    }

    fn run(&mut self, code: &str) -> Result<Worth, Trouble> {
        match cell::kind(code) {
            Kind::Blank => Ok(Worth::default()),
            Kind::Rust => self.run_rust(code),
            Kind::Commands(lines) => self.obey(&lines),
            Kind::Script(language, source) => self.run_script(language, source),
            Kind::Question(name) => self.explain(name),
            Kind::Shell(source) => self.run_script(Language::Bash, &source),
            Kind::Refused(words) => Err(Trouble::said("UsageError", words)),
        }
    }

    fn run_rust(&mut self, code: &str) -> Result<Worth, Trouble> {
        let workshop = self
            .kitchen
            .workshop(true)
            .map_err(|failure| Trouble::failure(&failure))?;
        let mut follow = Follow::new(&self.publisher, &self.stdin);
        let run = lock(&workshop).session.eval(code, &mut follow);
        let run = run.map_err(|error| Trouble::failure(&workshop::failed(&error)))?;
        let value = follow.end(&run.evaluation.outcome);
        if let Some(trouble) = Trouble::of(code, &run) {
            return Err(trouble);
        }
        if let Some(words) = live::recovery(&run.recovery) {
            self.publisher.stream("stdout", &format!("{words}\n"));
        }
        Ok(Worth {
            value,
            ..Worth::default()
        })
    }

    fn obey(&mut self, lines: &[&str]) -> Result<Worth, Trouble> {
        for line in lines {
            commands::obey(&mut self.desk, line).map_err(|failure| Trouble::failure(&failure))?;
        }
        Ok(Worth {
            leaves: self.leaves(),
            ..Worth::default()
        })
    }

    /// Whether a command was to quit. A console ends then; a notebook has a menu for that.
    fn leaves(&mut self) -> bool {
        let leaves = self.desk.leaves();
        if leaves {
            let words = "Dans un notebook, le menu du noyau l’arrête ou le redémarre.\n";
            self.publisher.stream("stdout", words);
        }
        leaves
    }

    /// Runs bash or Python in the world of the cells.
    fn run_script(&mut self, language: Language, source: &str) -> Result<Worth, Trouble> {
        if self.kitchen.backend.simulator().is_none() {
            let words = "Un script ne se lance pas d’ici sur un vrai compte\u{a0}: Cahier ne saurait pas supprimer ce qu’il crée. Lance-le toi-même, dans un terminal.";
            return Err(Trouble::said("RealAccount", words.to_owned()));
        }
        let missing = |tool| {
            let words = format!("Cette cellule a besoin de {tool}, qui n’est pas sur cette machine.");
            Trouble::said("MissingTool", words)
        };
        let mut command = script::command(language, source, &self.kitchen.backend).map_err(missing)?;
        command.env("PYTHONUTF8", "1").env("PYTHONUNBUFFERED", "1");
        process::mark(&mut command);
        self.follow(&mut command)
    }

    fn follow(&mut self, command: &mut Command) -> Result<Worth, Trouble> {
        let limit = cell_time::limit().map_err(|failure| Trouble::failure(&failure))?;
        let publisher = &self.publisher;
        let mut allowance = Allowance::new();
        let mut heard = |error, text: String| {
            let (shown, cut) = allowance.take(&text);
            publisher.stream(if error { "stderr" } else { "stdout" }, shown);
            publisher.stream("stderr", cut);
        };
        let ended = process::follow(command, limit, &mut heard, &self.stopped);
        Err(match ended {
            Ok(Ended::Code(0)) => return Ok(Worth::default()),
            Ok(Ended::Stopped) => Trouble::said("Interrupted", "Cellule interrompue.".to_owned()),
            Ok(Ended::TooLong) => Trouble::said(
                "Timeout",
                format!("Le script a dépassé {} s et a été arrêté.", limit.as_secs()),
            ),
            Ok(Ended::Code(code)) => Trouble::said(
                "ScriptError",
                format!("Le script s’est arrêté avec le code {code}."),
            ),
            Ok(Ended::Signal(signal)) => Trouble::said(
                "ScriptError",
                format!("Le script a été tué par le signal {signal}."),
            ),
            Err(error) => Trouble::said(
                "ScriptError",
                format!(
                    "Le script n’a pas pu être lancé ({}).",
                    crate::failure::system(&error)
                ),
            ),
        })
    }

    /// What is known of a name, for the pager.
    fn explain(&mut self, name: &str) -> Result<Worth, Trouble> {
        self.kitchen
            .workshop(true)
            .map_err(|failure| Trouble::failure(&failure))?;
        // A method is known by the bracket that calls it.
        let found = self
            .inspected(&format!("{name}()"), name.len())
            .or_else(|| self.inspected(name, name.len()));
        match found {
            Some(found) => Ok(Worth {
                page: Some(help::data(&found)),
                ..Worth::default()
            }),
            None => Err(Trouble::said(
                "UsageError",
                format!(
                    "Je ne trouve rien sur «\u{a0}{name}\u{a0}»\u{a0}: vérifie l’orthographe, ou donne le chemin entier."
                ),
            )),
        }
    }

    /// What the client wants to know besides, once the cell has run: the value of each expression, or why it has none.
    fn expressions(&mut self, request: &Message) -> Value {
        let asked = request.content["user_expressions"].as_object();
        let asked: Vec<(String, String)> = asked
            .into_iter()
            .flatten()
            .map(|(name, expression)| (name.clone(), expression.as_str().unwrap_or_default().to_owned()))
            .collect();
        let values = asked
            .into_iter()
            .map(|(name, expression)| (name, self.expression(&expression)));
        Value::Object(values.collect::<Map<_, _>>())
    }

    fn expression(&self, expression: &str) -> Value {
        let evaluation = self.kitchen.workshop(true).and_then(|workshop| {
            let evaluation = lock(&workshop).session.peek(expression);
            evaluation.map_err(|error| workshop::failed(&error))
        });
        match evaluation {
            Err(failure) => Trouble::failure(&failure).reply(),
            Ok(evaluation) if evaluation.outcome == Outcome::Done => {
                let data = evaluation
                    .output
                    .rich
                    .last()
                    .map_or(json!({}), super::shown::data);
                json!({"status": "ok", "data": data, "metadata": {}})
            }
            Ok(evaluation) => {
                Trouble::ended(expression, &evaluation).map_or(Value::Null, |trouble| trouble.reply())
            }
        }
    }
}
