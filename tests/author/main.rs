//! The author's desk, end to end: what is checked, what is written, what is shown.
#![allow(clippy::unwrap_used)]

mod broken;
mod correction;
mod guide;
mod preview;
mod skeletons;
#[path = "../support/slot.rs"]
mod slot;
#[path = "../support/mod.rs"]
mod support;

use cahier::author::check::{Order, verify};
use cahier::author::proofs::{Bench, Place};
use cahier::author::{Desk, File, Report};
use cahier::failure::Failure;
use slot::slot;
use std::path::{Path, PathBuf};

/// The folder of this test's own lessons.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/author")
}

/// One of this test's own lessons, alone on a desk.
fn desk(name: &str) -> Desk {
    let path = folder().join(name);
    let bytes = std::fs::read(&path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    Desk {
        folder: path.parent().map(Path::to_owned),
        beside: vec![("images/essai.svg".to_owned(), b"<svg/>".to_vec())],
        files: vec![File::new(name, bytes)],
    }
}

/// What is found on a desk; nothing is compiled.
fn checked(desk: &Desk) -> Report {
    let order = Order {
        only: None,
        bench: None,
        progress: &|_| {},
    };
    verify(desk, &order)
}

/// What is found on a desk, its cells included.
fn proved(desk: &Desk) -> Report {
    let _slot = slot();
    let order = Order {
        only: None,
        bench: Some(&bench),
        progress: &|_| {},
    };
    verify(desk, &order)
}

fn bench() -> Result<Bench, Failure> {
    let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("data");
    let prepared = engine::prepare::folder(&data);
    engine::prepare::prepare(&prepared, Path::new(env!("CARGO_BIN_EXE_cahier")), &mut |_| {}).unwrap();
    Bench::open(&Place {
        program: PathBuf::from(env!("CARGO_BIN_EXE_cahier")),
        data,
        prepared,
    })
}
