//! Draws a Markdown table within a width: columns shrink and their cells wrap.

use super::style::{Ink, Look};
use super::wrap::{Line, Piece, columns, wrap};

/// A table: its header, then its rows, each cell made of pieces.
#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) rows: Vec<Vec<Vec<Piece>>>,
}

const GAP: usize = 3;
const NARROWEST: usize = 8;

/// The table's lines, without an indent.
pub(super) fn draw(table: &Table, look: Look) -> Vec<String> {
    let count = table.rows.iter().map(Vec::len).max().unwrap_or(0);
    if count == 0 {
        return Vec::new();
    }
    let widths = fit(natural(table, count), look.width);
    let mut lines = Vec::new();
    for (rank, row) in table.rows.iter().enumerate() {
        lines.extend(draw_row(row, &widths, look));
        if rank == 0 {
            let rule: Vec<String> = widths.iter().map(|width| "─".repeat(*width)).collect();
            lines.push(look.paint(Ink::Dim, &rule.join("─┼─")));
        }
    }
    lines
}

fn natural(table: &Table, count: usize) -> Vec<usize> {
    let mut widths = vec![1; count];
    for row in &table.rows {
        for (column, cell) in row.iter().enumerate() {
            let width = cell.iter().map(|piece| columns(&piece.text)).sum();
            widths[column] = widths[column].max(width);
        }
    }
    widths
}

/// Takes columns away from the widest until the table fits.
fn fit(mut widths: Vec<usize>, width: usize) -> Vec<usize> {
    let room = width.saturating_sub(GAP * (widths.len() - 1));
    while widths.iter().sum::<usize>() > room {
        let Some(widest) = widths.iter_mut().max_by_key(|width| **width) else {
            break;
        };
        if *widest <= NARROWEST {
            break;
        }
        *widest -= 1;
    }
    widths
}

fn draw_row(row: &[Vec<Piece>], widths: &[usize], look: Look) -> Vec<String> {
    let empty = Vec::new();
    let cells: Vec<Vec<Line>> = widths
        .iter()
        .enumerate()
        .map(|(column, width)| wrap(row.get(column).unwrap_or(&empty), *width, look))
        .collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    let bar = look.paint(Ink::Dim, " │ ");
    (0..height)
        .map(|rank| {
            let padded: Vec<String> = cells
                .iter()
                .zip(widths)
                .map(|(lines, width)| pad(lines.get(rank), *width))
                .collect();
            padded.join(&bar).trim_end().to_owned()
        })
        .collect()
}

fn pad(line: Option<&Line>, width: usize) -> String {
    let (text, used) = line.map_or(("", 0), |line| (line.text.as_str(), line.width));
    format!("{text}{}", " ".repeat(width.saturating_sub(used)))
}
