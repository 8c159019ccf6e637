//! The files that a lesson describes, and the archive that is made of them.

use super::super::builder::Builder;
use super::super::quantity::Quantity;
use super::super::template::Template;
use crate::exercise::Parameters;
use crate::parse::located::Located;
use std::io::{Cursor, Write};
use std::ops::Range;
use toml::Spanned;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// Files before the parameters are drawn.
pub(super) struct Content(Vec<PlannedFile>);

struct PlannedFile {
    path: Template,
    text: Template,
    /// Zeros after the text, in units of 1024 bytes.
    zeros: Option<Quantity>,
    executable: bool,
}

/// A file of an archive that a lesson describes.
pub(super) struct File {
    pub(super) path: String,
    pub(super) bytes: Vec<u8>,
    pub(super) executable: bool,
}

impl Content {
    /// The files of a table that stands at `place`: path → text, or path → `{ texte, ko, executable }`.
    pub(super) fn read(builder: &mut Builder<'_>, table: &toml::Table, place: &Range<usize>) -> Self {
        if table.is_empty() {
            let expected = "attendu : \"python/module.py\" = \"…\", par exemple";
            builder.mistake(place.clone(), "une archive sans aucun fichier", expected);
        }
        let files = table
            .iter()
            .filter_map(|(path, value)| file(builder, path, value, place));
        Self(files.collect())
    }

    /// The files for one seed.
    pub(super) fn draw(&self, values: &Parameters) -> Vec<File> {
        let file = |planned: &PlannedFile| {
            let mut bytes = planned.text.fill(values).into_bytes();
            let zeros = planned.zeros.as_ref().and_then(|zeros| zeros.value(values));
            let more = usize::try_from(zeros.unwrap_or(0)).unwrap_or(0) * 1024;
            bytes.resize(bytes.len() + more, 0);
            File {
                path: planned.path.fill(values),
                bytes,
                executable: planned.executable,
            }
        };
        self.0.iter().map(file).collect()
    }
}

fn file(
    builder: &mut Builder<'_>,
    path: &str,
    value: &toml::Value,
    place: &Range<usize>,
) -> Option<PlannedFile> {
    let wrong = |builder: &mut Builder<'_>, message: String| {
        let expected =
            "attendu : \"python/module.py\" = \"texte\", ou = { texte = \"…\", ko = 12, executable = true }";
        builder.mistake(place.clone(), message, expected);
        None
    };
    let outside = path.starts_with('/') || path.split('/').any(|part| part == ".." || part.is_empty());
    if outside {
        return wrong(
            builder,
            format!("« {path} » n’est pas le chemin d’un fichier dans une archive"),
        );
    }
    let (mut text, mut zeros, mut executable) = ("", None, false);
    match value {
        toml::Value::String(written) => text = written,
        toml::Value::Table(members) => {
            for (name, member) in members {
                match (name.as_str(), member) {
                    ("texte", toml::Value::String(written)) => text = written,
                    ("executable", toml::Value::Boolean(said)) => executable = *said,
                    ("ko", size) => zeros = Quantity::read(builder, &Spanned::new(0..0, size.clone())),
                    _ => {
                        return wrong(
                            builder,
                            format!("« {name} » ne convient pas au fichier « {path} »"),
                        );
                    }
                }
            }
        }
        _ => return wrong(builder, format!("le fichier « {path} » n’a pas de contenu")),
    }
    Some(PlannedFile {
        path: builder.plain(&Located::unplaced(path, place.clone())),
        text: builder.plain(&Located::unplaced(text, place.clone())),
        zeros,
        executable,
    })
}

/// The archive of these files: the same files, the same bytes.
pub(super) fn pack(files: &[File]) -> Vec<u8> {
    let write = || {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for file in files {
            let mode = if file.executable { 0o755 } else { 0o644 };
            zip.start_file(
                file.path.as_str(),
                SimpleFileOptions::default().unix_permissions(mode),
            )?;
            zip.write_all(&file.bytes)?;
        }
        zip.finish()
    };
    // Writing into memory fails for names that the lesson's reader has refused, and for nothing else.
    write().map(Cursor::into_inner).unwrap_or_default()
}
