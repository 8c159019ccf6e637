//! What a kind needs to build itself from an exercise's blocks, with every mistake placed in the file.

use super::formula::{Formula, FormulaError};
use super::parameters::{ParameterPlan, Scope};
use super::settings::{self, Common, Table};
use super::template::Template;
use crate::parse::error::Mistake;
use crate::parse::gather::Blocks;
use crate::parse::info::Role;
use crate::parse::located::Located;
use crate::parse::{ID_FORM, is_id};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::ops::Range;
use toml::Spanned;

/// The blocks of one exercise, and the list of its mistakes.
pub(crate) struct Builder<'a> {
    pub(crate) blocks: &'a Blocks,
    pub(crate) scope: &'a Scope,
    pub(crate) parameters: &'a ParameterPlan,
    settings: Option<Table<'a>>,
    /// The keys that were taken out of the settings.
    taken: Vec<&'static str>,
    mistakes: &'a mut Vec<Mistake>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Misconceptions<T> {
    #[serde(default = "Vec::new")]
    erreur: Vec<T>,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(
        blocks: &'a Blocks,
        common: &'a Common,
        settings: Table<'a>,
        mistakes: &'a mut Vec<Mistake>,
    ) -> Self {
        Self {
            blocks,
            scope: &common.scope,
            parameters: &common.parameters,
            settings: Some(settings),
            taken: settings::COMMON.to_vec(),
            mistakes,
        }
    }

    /// The kind's own keys of the `exercice` block.
    pub(crate) fn settings<T: DeserializeOwned>(&mut self) -> Option<T> {
        let table = self.settings.take()?;
        settings::read_table(&self.blocks.first.content, table, &self.taken, self.mistakes)
    }

    /// One key of the `exercice` block that says how the others are read.
    pub(crate) fn take_setting(&mut self, key: &'static str) -> Option<Located> {
        let block = &self.blocks.first.content;
        let table = self.settings.as_mut()?.get_mut();
        let text = settings::take::<Spanned<String>>(block, table, key, self.mistakes)?;
        self.taken.push(key);
        Some(self.setting(&text))
    }

    /// The entries of the `erreurs` block; none without that block.
    pub(crate) fn misconceptions<T: DeserializeOwned>(&mut self) -> Option<Vec<T>> {
        let Some(block) = self.blocks.one(Role::Misconceptions) else {
            return Some(Vec::new());
        };
        settings::read_block::<Misconceptions<T>>(block, self.mistakes).map(|read| read.erreur)
    }

    /// A string of the `exercice` block.
    pub(crate) fn setting(&self, text: &Spanned<String>) -> Located {
        Located::of_toml(&self.blocks.first.content, text)
    }

    /// A string of the `erreurs` block.
    pub(crate) fn misconception(&self, text: &Spanned<String>) -> Located {
        match self.blocks.one(Role::Misconceptions) {
            Some(block) => Located::of_toml(block, text),
            None => self.setting(text),
        }
    }

    /// Reports misconception ids that are malformed or given twice.
    pub(crate) fn check_ids(&mut self, ids: &[Located]) {
        for (at, id) in ids.iter().enumerate() {
            if !is_id(&id.text) {
                self.mistake(
                    id.span.clone(),
                    format!("l’identifiant « {} » n’a pas la bonne forme", id.text),
                    ID_FORM,
                );
            }
            if ids[..at].iter().any(|before| before.text == id.text) {
                let message = format!("l’erreur « {} » est déjà décrite", id.text);
                self.mistake(id.span.clone(), message, "attendu : un identifiant par erreur");
            }
        }
    }

    pub(crate) fn formula(&mut self, text: &Located) -> Option<Formula> {
        let parsed = Formula::parse(&text.text, self.scope);
        parsed
            .map_err(|error| self.mistakes.push(settings::formula_mistake(text, error)))
            .ok()
    }

    pub(crate) fn markdown(&mut self, text: &Located) -> Template {
        self.template(text, Template::markdown(&text.text, self.scope))
    }

    pub(crate) fn plain(&mut self, text: &Located) -> Template {
        self.template(text, Template::plain(&text.text, self.scope))
    }

    pub(crate) fn rust(&mut self, text: &Located) -> Template {
        self.template(text, Template::rust(&text.text, self.scope))
    }

    fn template(&mut self, text: &Located, parsed: Result<Template, Vec<FormulaError>>) -> Template {
        parsed.unwrap_or_else(|errors| {
            let placed = errors
                .into_iter()
                .map(|error| settings::formula_mistake(text, error));
            self.mistakes.extend(placed);
            Template::default()
        })
    }

    pub(crate) fn mistake(
        &mut self,
        span: Range<usize>,
        message: impl Into<String>,
        expected: impl Into<String>,
    ) {
        self.mistakes.push(Mistake::new(span, message, expected));
    }
}
