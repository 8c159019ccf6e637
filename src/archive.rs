//! What is found out about an archive before it is judged: Lambda's own reading of it, and a trial in Python.

use crate::typed;
use simulator::archive_api::{self, LayerArchive};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use workbook::archive::{ArchiveFacts, ArchiveQuestion, Entry, Trial, Tried};
use workbook::evidence::Answer;
use workbook::ruling::Refusal;

/// The most bytes of an archive that are read: what Lambda takes in one request.
pub const MOST: usize = archive_api::LARGEST;

/// The archive at `path`, as a prompt or a notebook names it; what is no file that can be read stays a text, which the
/// judgement calls unreadable.
pub fn named(path: &str) -> Answer {
    let read = |path: &Path| -> Option<Vec<u8>> {
        // What is no file (a device, a pipe) may have no end.
        let file = File::open(path)
            .ok()
            .filter(|file| file.metadata().is_ok_and(|about| about.is_file()))?;
        let mut bytes = Vec::new();
        file.take(MOST as u64 + 1).read_to_end(&mut bytes).ok()?;
        (bytes.len() <= MOST).then_some(bytes)
    };
    match read(&typed::path(path)) {
        Some(bytes) => Answer::Archive(bytes),
        None => Answer::Text(path.to_owned()),
    }
}

/// Looks into an archive, and tries out what an exercise asks of it.
pub fn examine(question: &ArchiveQuestion, bytes: &[u8]) -> ArchiveFacts {
    let archive = match LayerArchive::read(bytes.to_vec()) {
        Ok(archive) => archive,
        Err(archive_api::Refusal { code, message }) => {
            return ArchiveFacts {
                refusal: Some(Refusal { code, message }),
                ..ArchiveFacts::default()
            };
        }
    };
    let entry = |entry: archive_api::Entry| Entry {
        path: entry.path,
        bytes: entry.bytes,
        executable: entry.executable,
    };
    ArchiveFacts {
        refusal: None,
        entries: archive.entries().into_iter().map(entry).collect(),
        unzipped: archive.unzipped(),
        texts: question
            .texts
            .iter()
            .filter_map(|path| Some((path.clone(), archive.text(path)?)))
            .collect(),
        trial: tried(question, &archive),
    }
}

fn tried(question: &ArchiveQuestion, archive: &LayerArchive) -> Trial {
    if question.tries.is_empty() {
        return Trial::NotAsked;
    }
    let tries = question.tries.iter().map(|one| archive_api::Try {
        module: one.module.clone(),
        expression: one.expression.clone(),
    });
    let tries: Vec<_> = tries.collect();
    match archive.try_python(&question.python, &tries) {
        archive_api::Trial::NoPython => Trial::NoPython,
        archive_api::Trial::Impossible(reason) => Trial::Impossible(reason),
        archive_api::Trial::Ran(run) => Trial::Ran {
            version: run.version,
            tried: run.tried.into_iter().map(outcome).collect(),
            too_long: run.too_long,
        },
    }
}

fn outcome(tried: archive_api::Tried) -> Tried {
    Tried {
        imported: tried.imported,
        error: tried.error.map(|error| (error.kind, error.message)),
        holds: tried.holds,
        left: tried.left,
    }
}
