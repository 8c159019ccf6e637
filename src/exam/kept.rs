//! The exam in the data folder: the one that is under way, or the last one, and those that are over.

use crate::failure::Failure;
use crate::store::{Store, StoreError};
use std::fs::{File, TryLockError};
use workbook::exam::{Effect, Record, Sitting};

/// The settings that hold the paper, which never changes, and what changes of the sitting.
const PAPER: &str = "exam_paper";
const STATE: &str = "exam_state";
/// The code of the failure to read what is kept there.
pub(super) const DAMAGED: &str = "exam_damaged";
const LOCK: &str = "examen.lock";

/// One exam at a time: as long as this is kept, no other process sits one on this data folder. The system takes it back
/// from a process that is killed.
pub(super) struct Seat(
    #[expect(dead_code, reason = "the lock is held as long as the file is open")] Option<File>,
);

impl Seat {
    /// Takes the seat. Where nothing can be written, there is nothing to guard.
    pub(super) fn take(store: &Store) -> Result<Self, Failure> {
        if store.read_only().is_some() {
            return Ok(Self(None));
        }
        let path = store.folder().join(LOCK);
        let open = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = open.map_err(|source| Failure::Unwritable {
            path: path.clone(),
            source,
        })?;
        match file.try_lock() {
            Ok(()) => Ok(Self(Some(file))),
            Err(TryLockError::WouldBlock) => Err(Failure::Exam {
                code: "exam_open",
                message: "un examen est déjà ouvert dans un autre terminal".to_owned(),
                hint: "continue là-bas, ou quitte-le d’abord (touche Q)\u{a0}: il sera gardé.".to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(Failure::Unwritable { path, source }),
        }
    }
}

/// The exam that is under way, or else the last one.
///
/// # Errors
/// When the data folder cannot be read, or what is kept there is no exam.
pub(super) fn load(store: &Store) -> Result<Option<Sitting>, Failure> {
    // An exam that was put aside leaves an empty text.
    let state = store.setting(STATE)?.filter(|state| !state.is_empty());
    let (Some(paper), Some(state)) = (store.setting(PAPER)?, state) else {
        return Ok(None);
    };
    let read = || {
        let paper = serde_json::from_str(&paper).ok()?;
        Sitting::resume(paper, serde_json::from_str(&state).ok()?)
    };
    read().map(Some).ok_or_else(|| Failure::Exam {
        code: DAMAGED,
        message: "l’examen gardé dans le dossier de données ne se lit plus".to_owned(),
        hint: "reprends-le avec la version de Cahier qui l’a commencé, ou renonces-y\u{a0}: «\u{a0}cahier examen --abandonner\u{a0}»."
            .to_owned(),
    })
}

/// Puts aside an exam that cannot be read any more.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn forget(store: &Store) -> Result<(), StoreError> {
    store.set(STATE, "")
}

/// Keeps an exam that begins.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn begin(store: &Store, sitting: &Sitting) -> Result<(), StoreError> {
    let (paper, state) = (json(sitting.paper()), json(sitting.state()));
    store.set_together(&[(PAPER, &paper), (STATE, &state)], None)
}

/// Does what follows from an act: keeps the state, and, when it is over, the result in the journal.
///
/// # Errors
/// When the folder cannot be written.
pub(super) fn follow(store: &Store, sitting: &Sitting, effects: &[Effect]) -> Result<(), StoreError> {
    if !effects.contains(&Effect::Keep) {
        return Ok(());
    }
    let record = Record::of(sitting).and_then(|record| serde_json::to_value(record).ok());
    store.set_together(&[(STATE, &json(sitting.state()))], record.as_ref())
}

/// The exams that are over, oldest first.
///
/// # Errors
/// When the data folder cannot be read.
pub(super) fn history(store: &Store) -> Result<Vec<Record>, StoreError> {
    let events = store.entries()?.into_iter().map(|entry| entry.event);
    let mut records: Vec<Record> = events
        .filter(|event| event["kind"] == "exam_taken")
        .filter_map(|event| serde_json::from_value(event).ok())
        .collect();
    // What was imported from another machine came in behind what happened after it.
    records.sort_by_key(|record| record.ended_at);
    Ok(records)
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn exams_that_came_from_another_machine_stand_where_they_were_sat() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        for ended_at in [200, 100] {
            let record = json!({
                "kind": "exam_taken", "certification": "DVA-C02", "seed": 1, "minutes": 10, "started_at": 0,
                "ended_at": ended_at, "ending": "handed_in", "correct": 0, "total": 5,
                "domains": {}, "skills": {}, "answers": {},
            });
            store.append(&record).unwrap();
        }
        let ended: Vec<i64> = history(&store).unwrap().iter().map(|one| one.ended_at).collect();
        assert_eq!(ended, [100, 200]);
    }
}
