//! Progress on its way to the data folder and back.

use crate::store::{Store, StoreError};
use workbook::progress::{Event, EventKind, Progress};

/// Keeps an event. When this returns, it is not lost any more.
///
/// # Errors
/// When the folder cannot be written.
pub fn append(store: &Store, kind: &EventKind) -> Result<(), StoreError> {
    store.append(&serde_json::to_value(kind).unwrap_or_default())
}

/// Where the learner stands.
///
/// # Errors
/// When the folder cannot be read.
pub fn progress(store: &Store) -> Result<Progress, StoreError> {
    Ok(Progress::fold(&events(store)?))
}

/// What the learner did, oldest first. Events of a later version are kept, and count for nothing here.
///
/// # Errors
/// When the folder cannot be read.
pub fn events(store: &Store) -> Result<Vec<Event>, StoreError> {
    let known = |(at, event)| {
        Some(Event {
            at,
            kind: serde_json::from_value(event).ok()?,
        })
    };
    let entries = store.entries()?.into_iter();
    let mut events: Vec<Event> = entries
        .map(|entry| (entry.at, entry.event))
        .filter_map(known)
        .collect();
    // What was imported from another machine came in behind what happened after it.
    events.sort_by_key(|event| event.at);
    Ok(events)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_event_of_a_later_version_is_kept_and_skipped() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).unwrap();
        append(
            &store,
            &EventKind::Hint {
                exercise: "a".into(),
                level: 2,
            },
        )
        .unwrap();
        store.append(&serde_json::json!({"kind": "exam_taken"})).unwrap();
        assert_eq!(progress(&store).unwrap().exercise("a").hints, 2);
        assert_eq!(store.entries().unwrap().len(), 2);
    }
}
