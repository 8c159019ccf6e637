//! Help while typing: what may stand at a place of a cell, and what is known of what stands there.

mod ask;
mod explain;
mod order;
mod place;
mod warm;

use std::collections::HashMap;

use evcxr::CommandContext;
use workbook::engine::{Completions, Inspection};

use order::Raw;
use place::{After, Typed};
pub(crate) use warm::Samples;

/// What helps while typing, beside evcxr.
#[derive(Default)]
pub(crate) struct Help {
    /// The last list behind a dot or a path, with the cell it was asked in, without the word that was being typed: the
    /// next letter of that word asks for nothing new.
    last: Option<(String, usize, Vec<Raw>)>,
    /// The documentation of the types of variables, by their paths: libraries do not change.
    types: HashMap<String, String>,
}

impl Help {
    /// A cell ran: what was found before may be no longer true.
    pub(crate) fn forget(&mut self) {
        self.last = None;
    }

    /// What may stand at byte `position`: nothing in a string or a comment.
    pub(crate) fn complete(
        &mut self,
        context: &mut CommandContext,
        source: &str,
        position: usize,
    ) -> Completions {
        if place::is_inert(source, position) {
            return Completions {
                range: position..position,
                items: Vec::new(),
            };
        }
        let Typed { word, after } = place::typed(source, position);
        let prefix = &source[word.start..position];
        let items = if after == After::Other {
            order::arrange(&candidates(context, source, position), prefix, after)
        } else {
            let without = format!("{}{}", &source[..word.start], &source[word.end..]);
            let known = matches!(&self.last, Some((text, at, _)) if *text == without && *at == word.start);
            if !known {
                let found = in_module(context, &without, word.start)
                    .unwrap_or_else(|| candidates(context, &without, word.start));
                self.last = Some((without, word.start, found));
            }
            let found = self.last.as_ref().map_or(&[][..], |(_, _, found)| found);
            order::arrange(found, prefix, after)
        };
        Completions {
            range: word.start..position,
            items,
        }
    }

    /// What is known of the thing at byte `position`.
    pub(crate) fn inspect(
        &mut self,
        context: &mut CommandContext,
        source: &str,
        position: usize,
    ) -> Option<Inspection> {
        let word = place::named(source, position)?;
        let explained = ask::questions(source, &word)
            .iter()
            .find_map(|question| explain::explained(&hover(context, question)?))?;
        let (place, documentation) = match variable_type(context, &source[word.clone()], &explained) {
            Some(path) => {
                let about = self.about_type(context, &path);
                (path, about)
            }
            None => (explained.place, explained.documentation),
        };
        Some(Inspection {
            range: word,
            place,
            signature: explained.signature,
            documentation,
        })
    }

    /// The documentation of a type of a library.
    fn about_type(&mut self, context: &mut CommandContext, path: &str) -> String {
        if let Some(known) = self.types.get(path) {
            return known.clone();
        }
        let about = hover(context, path).and_then(|html| explain::explained(&html));
        let about = about.map(|about| about.documentation).unwrap_or_default();
        self.types.insert(path.to_owned(), about.clone());
        about
    }
}

/// All that evcxr offers there. Where it refuses, as it does outside any code, there is nothing.
fn candidates(context: &mut CommandContext, source: &str, position: usize) -> Vec<Raw> {
    let Ok(found) = context.completions(source, position) else {
        return Vec::new();
    };
    found
        .completions
        .into_iter()
        .map(|item| Raw {
            code: item.code,
            label: item.label,
            kind: item.kind,
        })
        .collect()
}

/// What a module offers, asked for as an import would: a third of the time, for an expression may be so much more. Not
/// where there are functions, which an import does not tell how to call, nor what only the cell itself has imported.
fn in_module(context: &mut CommandContext, source: &str, position: usize) -> Option<Vec<Raw>> {
    let import = format!("use {}", place::module(source, position)?);
    let found = candidates(context, &import, import.len());
    let usable = !found.is_empty() && found.iter().all(|raw| raw.kind != "function");
    usable.then_some(found)
}

fn hover(context: &mut CommandContext, code: &str) -> Option<String> {
    context.hover_at(code, code.len()).ok().map(|(_, html)| html)
}

/// The path of the type of a variable that cells share, where it is a plain one: its documentation is what tells about
/// the variable.
fn variable_type(context: &CommandContext, name: &str, explained: &explain::Explained) -> Option<String> {
    let is_variable = explained.place.is_empty() && explained.documentation.is_empty();
    let (_, path) = context
        .variables_and_types()
        .find(|(variable, _)| is_variable && *variable == name)?;
    let plain = path.contains("::")
        && path
            .chars()
            .all(|letter| letter.is_alphanumeric() || "_:".contains(letter));
    let same = explained
        .signature
        .ends_with(&format!(": {}", explain::short(path)));
    (plain && same).then(|| path.to_owned())
}
