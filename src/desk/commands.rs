//! The `:commands`: one table, which help, completion, the prompt and notebooks read.

use super::Desk;
use crate::failure::{Failure, nearest};

/// One `:command`.
pub(crate) struct Command {
    /// The French name.
    pub(crate) name: &'static str,
    /// The English name.
    pub(crate) alias: &'static str,
    /// Its argument, as help shows it; empty where there is none.
    pub(crate) argument: &'static str,
    /// What it does.
    pub(crate) about: &'static str,
    run: fn(&mut Desk<'_>, &str) -> Result<(), Failure>,
}

impl Command {
    /// Whether it is called so.
    pub(crate) fn is(&self, name: &str) -> bool {
        self.name == name || self.alias == name
    }

    /// Refuses words after a command that takes none: they were meant for something.
    fn check(&self, argument: &str) -> Result<(), Failure> {
        if !self.argument.is_empty() || argument.is_empty() {
            return Ok(());
        }
        let name = self.name;
        Err(Failure::Usage {
            message: format!("«\u{a0}{argument}\u{a0}» est de trop après «\u{a0}:{name}\u{a0}»"),
            hint: format!("«\u{a0}:{name}\u{a0}», seule, {}.", self.about),
        })
    }
}

/// All of them, in the order in which help shows them.
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path would fix the desk's lifetime"
)]
pub(crate) const COMMANDS: &[Command] = &[
    entry("aide", "help", "", "montre cette aide", |desk, _| {
        desk.help();
        Ok(())
    }),
    entry(
        "lecons",
        "lessons",
        "",
        "liste les leçons et leurs exercices",
        |desk, _| desk.lessons(),
    ),
    entry(
        "lecon",
        "lesson",
        "LECON",
        "ouvre une leçon, là où tu l’as laissée",
        |desk, words| desk.open_lesson(words),
    ),
    entry("suivant", "next", "", "continue la leçon", |desk, _| desk.next()),
    entry(
        "debut",
        "start",
        "",
        "reprend la leçon à son début",
        |desk, _| desk.start_again(),
    ),
    entry(
        "executer",
        "run",
        "[CELLULE]",
        "exécute la cellule affichée, ou celle-là",
        |desk, words| desk.run_cell(words),
    ),
    entry(
        "script",
        "script",
        "[SCRIPT]",
        "lance le script affiché, bash ou Python, ou celui-là",
        |desk, words| desk.run_script(words),
    ),
    entry(
        "exercice",
        "exercise",
        "EXERCICE",
        "affiche un exercice",
        |desk, words| desk.exercise(words),
    ),
    entry(
        "reponse",
        "answer",
        "REPONSE",
        "répond à l’exercice affiché",
        |desk, words| desk.answer(words),
    ),
    entry("indice", "hint", "", "donne l’indice suivant", |desk, _| {
        desk.hint()
    }),
    entry(
        "solution",
        "solution",
        "[abandonner]",
        "montre la solution",
        |desk, words| desk.solution(words),
    ),
    entry(
        "revision",
        "review",
        "",
        "fait revenir ce que tu vas oublier",
        |desk, _| desk.review(),
    ),
    entry(
        "documentation",
        "doc",
        "CODE",
        "explique la fonction, le type ou la variable nommé à la fin de CODE",
        |desk, words| desk.documentation(words),
    ),
    entry(
        "type",
        "type",
        "EXPRESSION",
        "donne le type d’une expression, sans l’exécuter",
        |desk, words| desk.type_of(words),
    ),
    entry(
        "variables",
        "vars",
        "",
        "liste tes variables et leurs types",
        |desk, _| desk.variables(),
    ),
    entry(
        "dep",
        "dep",
        "NOM = VERSION",
        "donne aux cellules une autre bibliothèque",
        |desk, words| desk.depend_on(words),
    ),
    entry(
        "horloge",
        "clock",
        "[avancer DUREE]",
        "montre ou avance l’heure simulée",
        |desk, words| desk.clock(words),
    ),
    entry(
        "pourquoi",
        "why",
        "",
        "explique le dernier appel refusé",
        |desk, _| {
            desk.why();
            Ok(())
        },
    ),
    entry(
        "journal",
        "calls",
        "",
        "montre les derniers appels à AWS",
        |desk, _| {
            desk.journal();
            Ok(())
        },
    ),
    entry(
        "reinitialiser",
        "reset",
        "",
        "vide le compte simulé et oublie les variables",
        |desk, _| desk.reset(),
    ),
    entry("progres", "progress", "", "montre ta progression", |desk, _| {
        desk.progress()
    }),
    entry(
        "examen",
        "exam",
        "",
        "dit comment passer un examen blanc",
        |desk, _| {
            desk.exam();
            Ok(())
        },
    ),
    entry("quitter", "quit", "", "quitte", |desk, _| {
        desk.quit();
        Ok(())
    }),
];

const fn entry(
    name: &'static str,
    alias: &'static str,
    argument: &'static str,
    about: &'static str,
    run: fn(&mut Desk<'_>, &str) -> Result<(), Failure>,
) -> Command {
    Command {
        name,
        alias,
        argument,
        about,
        run,
    }
}

/// Does what a line says: nothing typed is the next block, a colon is a command, the rest is Rust.
pub(crate) fn obey(desk: &mut Desk<'_>, line: &str) -> Result<(), Failure> {
    let line = line.trim();
    if line.is_empty() {
        return desk.next();
    }
    let Some(typed) = line.strip_prefix(':') else {
        return desk.eval(line);
    };
    let (name, argument) = typed.split_once(char::is_whitespace).unwrap_or((typed, ""));
    match COMMANDS.iter().find(|command| command.is(name)) {
        Some(command) => {
            command.check(argument.trim())?;
            (command.run)(desk, argument.trim())
        }
        None => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> Failure {
    let near = nearest(
        name,
        COMMANDS.iter().flat_map(|command| [command.name, command.alias]),
    );
    Failure::Usage {
        message: format!("la commande «\u{a0}:{name}\u{a0}» n’existe pas"),
        hint: near.map_or("«\u{a0}:aide\u{a0}» donne la liste.".to_owned(), |near| {
            format!("voulais-tu dire «\u{a0}:{near}\u{a0}»\u{a0}?")
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn no_two_commands_share_a_name() {
        let mut seen = BTreeSet::new();
        for command in COMMANDS {
            assert!(seen.insert(command.name), "{}", command.name);
            assert!(
                command.alias == command.name || seen.insert(command.alias),
                "{}",
                command.alias
            );
        }
    }
}
