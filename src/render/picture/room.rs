//! How much room a terminal has, and how a figure fits into it.

use rustix::stdio::stdout;
use rustix::termios::tcgetwinsize;

/// Pixels of a character, where the terminal does not say.
const USUAL_CELL: (u32, u32) = (8, 16);
/// A figure this many pixels wide takes one column more.
const PIXELS_OF_A_COLUMN: f32 = 8.0;
/// What a figure leaves free of the screen, for the lines that speak of it.
const LINES_LEFT: u32 = 2;
/// More would cost time, and be seen by nobody.
const MOST_PIXELS: u32 = 4_000_000;

/// A terminal's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Columns that a line may take.
    pub columns: u32,
    /// Lines of the screen.
    pub lines: u32,
    /// Width and height of a character in pixels.
    pub cell: (u32, u32),
}

/// What a figure takes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Frame {
    pub(super) columns: u32,
    pub(super) rows: u32,
    /// Pixels of all these columns.
    pub(super) width: u32,
    /// Pixels of all these rows.
    pub(super) height: u32,
}

impl Room {
    /// That of standard output, where a line takes `columns`.
    pub(super) fn measured(columns: usize) -> Self {
        let columns = u32::try_from(columns).unwrap_or(u32::MAX);
        let Ok(size) = tcgetwinsize(stdout()) else {
            return Self {
                columns,
                lines: 24,
                cell: USUAL_CELL,
            };
        };
        let [wide, high] = [size.ws_col, size.ws_row].map(u32::from);
        let cell = match (size.ws_xpixel, size.ws_ypixel) {
            (0, _) | (_, 0) => USUAL_CELL,
            (width, height) => (u32::from(width) / wide.max(1), u32::from(height) / high.max(1)),
        };
        Self {
            columns: if wide == 0 { columns } else { columns.min(wide) },
            lines: if high == 0 { 24 } else { high },
            // Nobody reads characters that are smaller, and no screen has larger ones.
            cell: (cell.0.clamp(4, 64), cell.1.clamp(8, 128)),
        }
    }

    /// The frame of a figure of that size: as large as it would be on a page, smaller where there is less room.
    pub(super) fn frame(self, (width, height): (f32, f32)) -> Option<Frame> {
        let shape = height / width;
        if !shape.is_finite() || width <= 0.0 || shape <= 0.0 {
            return None;
        }
        let (across, down) = (pixels(self.cell.0), pixels(self.cell.1));
        let most_rows = self.lines.saturating_sub(LINES_LEFT).max(4);
        let mut columns = whole(width / PIXELS_OF_A_COLUMN).clamp(1, self.columns.max(1));
        let mut rows = whole(pixels(columns) * across * shape / down);
        if rows > most_rows {
            rows = most_rows;
            columns = whole(pixels(rows) * down / shape / across).min(columns).max(1);
        }
        let frame = Frame {
            columns,
            rows: rows.max(1),
            width: columns.checked_mul(self.cell.0)?,
            height: rows.max(1).checked_mul(self.cell.1)?,
        };
        let area = frame.width.checked_mul(frame.height)?;
        (area <= MOST_PIXELS).then_some(frame)
    }
}

#[expect(clippy::cast_precision_loss, reason = "screens are small")]
pub(super) fn pixels(count: u32) -> f32 {
    count as f32
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float too large or too small becomes the bound"
)]
pub(super) fn whole(length: f32) -> u32 {
    length.ceil() as u32
}

#[cfg(test)]
mod tests {
    use super::{Frame, Room};

    const ROOM: Room = Room {
        columns: 80,
        lines: 40,
        cell: (10, 20),
    };

    #[test]
    fn a_figure_is_as_wide_as_the_lines_at_most_and_leaves_room_for_some() {
        assert_eq!(
            ROOM.frame((760.0, 420.0)),
            Some(Frame {
                columns: 80,
                rows: 23,
                width: 800,
                height: 460
            })
        );
        let low = Room { lines: 14, ..ROOM };
        let frame = low.frame((760.0, 420.0));
        assert_eq!(frame.map(|frame| (frame.columns, frame.rows)), Some((44, 12)));
        let small = ROOM.frame((80.0, 40.0));
        assert_eq!(small.map(|frame| (frame.columns, frame.rows)), Some((10, 3)));
    }

    #[test]
    fn a_size_that_is_none_has_no_frame_and_an_extreme_one_a_small_one() {
        for none in [
            (0.0, 1.0),
            (1.0, 0.0),
            (-4.0, 4.0),
            (f32::NAN, 1.0),
            (1.0, f32::INFINITY),
        ] {
            assert_eq!(ROOM.frame(none), None, "{none:?}");
        }
        for extreme in [(1e9, 1.0), (1.0, 1e9), (1e-9, 1e-9), (1e9, 1e9)] {
            let frame = ROOM.frame(extreme);
            assert!(
                frame.is_some_and(|frame| frame.columns <= 80 && frame.rows <= 38 && frame.rows > 0),
                "{extreme:?}: {frame:?}"
            );
        }
    }
}
