//! What nbgrader keeps in a cell's metadata, version 3 of its schema, which takes no other keys.
//!
//! See <https://nbgrader.readthedocs.io/en/stable/contributor_guide/metadata.html>.

use crate::class::hexadecimal;
use crate::jupyter::nbformat::Cell;
use md5::{Digest, Md5};
use serde_json::{Value, json};

const SCHEMA_VERSION: u8 = 3;

/// What a cell is to nbgrader.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Role {
    /// Read and run, never changed.
    ReadOnly,
    /// Where a student answers.
    Answer,
    /// What gives points, at most so many.
    Tests(f64),
}

/// Marks a cell for nbgrader: it is known by the id that it has in the notebook.
pub(super) fn mark(cell: &mut Cell, role: Role) {
    let mut metadata = json!({
        "cell_type": cell.cell_type(),
        "checksum": checksum(cell, role),
        "grade": matches!(role, Role::Tests(_)),
        "grade_id": cell.id(),
        "locked": role != Role::Answer,
        "schema_version": SCHEMA_VERSION,
        "solution": role == Role::Answer,
        "task": false,
    });
    if let Role::Tests(points) = role {
        metadata["points"] = number(points);
    }
    cell.metadata().insert("nbgrader".to_owned(), metadata);
}

/// Points as people write them: 2, 1.5.
fn number(points: f64) -> Value {
    serde_json::from_str(&points.to_string()).unwrap_or_else(|_| json!(points))
}

/// As nbgrader's own `compute_checksum`, which spells booleans and numbers as Python does.
fn checksum(cell: &Cell, role: Role) -> String {
    let python = |truth: bool| if truth { "True" } else { "False" };
    let mut digest = Md5::new();
    digest.update(cell.source());
    digest.update(cell.cell_type());
    digest.update(python(matches!(role, Role::Tests(_))));
    digest.update(python(role == Role::Answer));
    digest.update(python(role != Role::Answer));
    digest.update(cell.id());
    if let Role::Tests(points) = role {
        digest.update(format!("{points:?}"));
    }
    hexadecimal(&digest.finalize())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_checksum_is_the_one_that_nbgrader_computes() {
        let cell = Cell::code("ex-1".to_owned(), "let é = 1;", None);
        // From `nbgrader.utils.compute_checksum` 0.9.6.
        for (role, expected) in [
            (Role::Tests(2.0), "9bf3b225449d799f0cb9880ce5ce3740"),
            (Role::Tests(1.5), "19a031b388d2d3de4a69dd01d958eefc"),
            (Role::Answer, "0b82abc9670fb72a541751a777ca3e67"),
            (Role::ReadOnly, "170603e4833fccf74db3e73afd7cfdf9"),
        ] {
            assert_eq!(checksum(&cell, role), expected, "{role:?}");
        }
    }

    #[test]
    fn only_a_cell_of_tests_has_points() {
        for (role, points) in [
            (Role::Tests(2.0), Some("2")),
            (Role::Tests(0.5), Some("0.5")),
            (Role::Answer, None),
            (Role::ReadOnly, None),
        ] {
            let mut cell = Cell::code("ex-1".to_owned(), "1", None);
            mark(&mut cell, role);
            let metadata = cell.metadata()["nbgrader"].clone();
            let written = metadata.get("points").map(ToString::to_string);
            assert_eq!(written.as_deref(), points, "{metadata}");
            assert_eq!(metadata["grade_id"], "ex-1");
        }
    }
}
