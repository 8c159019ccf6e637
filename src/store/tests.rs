//! The data folder, written and read back.
#![allow(clippy::unwrap_used)]

use super::*;
use serde_json::{Value, json};

#[test]
fn what_is_appended_is_read_back_in_order_by_another_opening() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.append(&json!({"n": 1})).unwrap();
    store.append(&json!({"n": 2})).unwrap();
    let again = Store::open(folder.path()).unwrap();
    let events: Vec<Value> = again
        .entries()
        .unwrap()
        .into_iter()
        .map(|entry| entry.event)
        .collect();
    assert_eq!(events, [json!({"n": 1}), json!({"n": 2})]);
    assert_eq!(again.seed().unwrap(), store.seed().unwrap());
}

#[test]
fn settings_and_an_event_are_kept_together_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    let event = json!({"n": 1});
    store
        .set_together(&[("a", "1"), ("b", "2")], Some(&event))
        .unwrap();
    let kept = |name: &str| Store::open(folder.path()).unwrap().setting(name).unwrap();
    assert_eq!(
        (kept("a").as_deref(), kept("b").as_deref()),
        (Some("1"), Some("2"))
    );
    assert_eq!(store.entries().unwrap()[0].event, event);
    store.connection.execute_batch("DROP TABLE event").unwrap();
    assert!(store.set_together(&[("a", "3")], Some(&event)).is_err());
    assert_eq!(store.setting("a").unwrap().as_deref(), Some("1"));
}

#[test]
fn the_journal_refuses_to_be_rewritten() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).unwrap();
    store.append(&json!(1)).unwrap();
    assert!(store.connection.execute("DELETE FROM event", []).is_err());
    assert!(store.connection.execute("UPDATE event SET at = 0", []).is_err());
}

#[test]
fn an_export_is_imported_once_however_often_it_is_given() {
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let source = Store::open(here.path()).unwrap();
    source.append(&json!({"n": 1})).unwrap();
    source.append(&json!({"n": 2})).unwrap();
    let document = source.export(source.seed().unwrap()).unwrap();
    let mut target = Store::open(there.path()).unwrap();
    assert_eq!(target.import(&document).unwrap(), 2);
    assert_eq!(target.import(&document).unwrap(), 0);
    assert_eq!(target.entries().unwrap(), source.entries().unwrap());
    assert_eq!(target.seed().unwrap(), source.seed().unwrap());
}

#[test]
fn a_foreign_file_is_not_imported() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let refused = store.import(&json!({"format": "autre"})).unwrap_err();
    assert!(matches!(refused, StoreError::NotAnExport(_)));
    assert_eq!(store.entries().unwrap(), []);
}

#[test]
fn a_folder_that_cannot_be_made_is_read_as_empty_and_refuses_writing() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let store = Store::open(&file.path().join("cahier")).unwrap();
    assert!(store.read_only().is_some());
    assert_eq!(store.entries().unwrap(), []);
    let again = Store::open(&file.path().join("cahier")).unwrap();
    assert_eq!(store.seed().unwrap(), again.seed().unwrap());
    assert!(matches!(
        store.append(&json!(1)),
        Err(StoreError::NotWritable { .. })
    ));
}

#[test]
fn several_writers_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            scope.spawn(move || {
                let store = Store::open(path).unwrap();
                for rank in 0..10 {
                    store.append(&json!({"writer": writer, "rank": rank})).unwrap();
                }
            });
        }
    });
    assert_eq!(Store::open(path).unwrap().entries().unwrap().len(), 40);
}

#[test]
fn a_journal_that_is_taken_away_while_it_is_open_is_there_again_after_the_next_event() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("données");
    let store = Store::open(&data).unwrap();
    store.append(&json!({"n": 1})).unwrap();
    for n in [2, 3] {
        std::fs::remove_dir_all(&data).unwrap();
        store.append(&json!({"n": n})).unwrap();
    }
    store.append(&json!({"n": 4})).unwrap();
    store.set("lecon", "iam").unwrap();
    let again = Store::open(&data).unwrap();
    assert_eq!(again.entries().unwrap(), store.entries().unwrap());
    assert_eq!(again.entries().unwrap().len(), 4);
    assert_eq!(again.setting("lecon").unwrap().as_deref(), Some("iam"));
    assert_eq!(again.seed().unwrap(), store.seed().unwrap());
}

#[test]
fn a_journal_whose_place_another_one_took_says_so_and_harms_it_not() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("données");
    let store = Store::open(&data).unwrap();
    std::fs::remove_dir_all(&data).unwrap();
    let other = Store::open(&data).unwrap();
    other.append(&json!({"n": 1})).unwrap();
    let refused = store.append(&json!({"n": 2})).unwrap_err();
    assert!(refused.to_string().contains("relance-le"), "{refused}");
    assert_eq!(other.entries().unwrap().len(), 1);
}
