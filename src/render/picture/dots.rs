//! A figure in a terminal that shows text only: its shapes in the dots of Braille, its texts where they stand.

use super::raster::{self, Label, Pixels};
use super::room::{Frame, whole};
use crate::render::harmless;
use crate::render::style::Look;
use owo_colors::{AnsiColors, OwoColorize};
use unicode_width::UnicodeWidthStr;

/// Dots of a character.
const ACROSS: u32 = 2;
const DOWN: u32 = 4;
/// The bit of each dot, by its row and column: <https://www.unicode.org/charts/PDF/U2800.pdf>.
const BITS: [[u32; 2]; 4] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];
const BLANK: u32 = 0x2800;
/// How far from white a dot is seen, of 255: the grid of a figure is fainter, its axes are not.
const SEEN: u8 = 26;
/// A figure this many pixels wide takes one column more.
const PIXELS_OF_A_COLUMN: f32 = 9.5;
/// More lines would not fit a screen.
const MOST_ROWS: u32 = 22;

/// The figure in at most so many columns; nothing where it cannot be drawn.
pub(super) fn text(svg: &str, look: Look) -> Option<String> {
    let most = u32::try_from(look.width).ok()?;
    let (pixels, labels, frame) = raster::sketched(svg, move |size| frame(size, most))?;
    let mut page = Page::new(&pixels, frame);
    for label in &labels {
        page.write(label);
    }
    Some(page.lines(look))
}

/// Dots are squares: a character has two across and four down.
fn frame((width, height): (f32, f32), most: u32) -> Option<Frame> {
    let shape = height / width;
    if !shape.is_finite() || width <= 0.0 || shape <= 0.0 {
        return None;
    }
    let dots = |columns: u32| super::room::pixels(columns * ACROSS);
    let mut columns = whole(width / PIXELS_OF_A_COLUMN).clamp(1, most.clamp(1, 200));
    let mut rows = whole(dots(columns) * shape / 4.0).max(1);
    if rows > MOST_ROWS {
        rows = MOST_ROWS;
        columns = whole(super::room::pixels(rows * DOWN) / shape / 2.0).clamp(1, columns);
    }
    Some(Frame {
        columns,
        rows,
        width: columns * ACROSS,
        height: rows * DOWN,
    })
}

/// A character of the page.
#[derive(Clone)]
struct Spot {
    /// Empty where the character before takes two columns.
    shown: String,
    ink: Option<AnsiColors>,
    written: bool,
}

struct Page {
    spots: Vec<Vec<Spot>>,
    /// Texts that are read from below: they stand above.
    above: Vec<String>,
}

impl Page {
    fn new(pixels: &Pixels, frame: Frame) -> Self {
        let row = |row: u32| {
            (0..frame.columns)
                .map(|column| spot(pixels, column, row))
                .collect()
        };
        Self {
            spots: (0..frame.rows).map(row).collect(),
            above: Vec::new(),
        }
    }

    /// Writes a text over the dots, on the nearest line that is free for it; one that finds none is left out.
    fn write(&mut self, label: &Label) {
        let text = harmless::text(&label.text).replace(['\n', '\t', '\r'], " ");
        let (width, rows) = (text.width(), self.spots.len());
        let columns = self.spots.first().map_or(0, Vec::len);
        if text.is_empty() || text.contains('\u{1b}') {
            return;
        }
        if label.upright || width > columns {
            self.above.push(text);
            return;
        }
        let start = place(label.x, columns, width).min(columns - width);
        let middle = place(label.y, rows, 1).min(rows - 1);
        let near = [Some(middle), middle.checked_add(1), middle.checked_sub(1)];
        let free = |row: usize| {
            let around = start.saturating_sub(1)..(start + width + 1).min(columns);
            self.spots
                .get(row)
                .is_some_and(|spots| spots[around].iter().all(|spot| !spot.written))
        };
        let Some(row) = near.into_iter().flatten().find(|row| free(*row)) else {
            return;
        };
        let mut column = start;
        for letter in text.chars() {
            let letter = letter.to_string();
            let wide = letter.width();
            let spots = &mut self.spots[row];
            if wide == 0 {
                // An accent of its own belongs to the letter before.
                if let Some(before) = column.checked_sub(1) {
                    spots[before].shown.push_str(&letter);
                }
                continue;
            }
            spots[column..column + wide].fill(Spot {
                shown: String::new(),
                ink: None,
                written: true,
            });
            spots[column].shown = letter;
            column += wide;
        }
    }

    fn lines(&self, look: Look) -> String {
        let above = self.above.iter().map(|text| format!("↑ {text}\n"));
        let lines = self.spots.iter().map(|spots| {
            let mut line = String::new();
            for run in spots.chunk_by(|one, other| one.ink == other.ink) {
                let shown: String = run.iter().map(|spot| spot.shown.as_str()).collect();
                match run[0].ink.filter(|_| look.color) {
                    Some(ink) => line.push_str(&shown.color(ink).to_string()),
                    None => line.push_str(&shown),
                }
            }
            format!("{}\n", line.trim_end())
        });
        let page: String = above.chain(lines).collect();
        // A figure has a margin; a screen has none to spare.
        format!("{}\n", page.trim_end().trim_start_matches('\n'))
    }
}

/// Where a text of so many columns begins, so that its middle is there.
fn place(middle: f32, of: usize, width: usize) -> usize {
    let at = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let start = middle * super::room::pixels(at(of)) - super::room::pixels(at(width)) / 2.0;
    whole((start + 0.5).max(0.0).floor()) as usize
}

fn spot(pixels: &Pixels, column: u32, row: u32) -> Spot {
    let (mut bits, mut strongest) = (0, None);
    for (down, bits_of_row) in (0..).zip(BITS) {
        for (across, bit) in (0..).zip(bits_of_row) {
            let color = pixels.at(column * ACROSS + across, row * DOWN + down);
            if 255 - color.iter().min().copied().unwrap_or(255) >= SEEN {
                bits |= bit;
                strongest = strongest.max(Some((chroma(color), color)));
            }
        }
    }
    let dots = char::from_u32(BLANK + bits).filter(|_| bits > 0).unwrap_or(' ');
    Spot {
        shown: dots.to_string(),
        ink: strongest.and_then(|(_, color)| ink(color)),
        written: false,
    }
}

fn chroma(color: [u8; 3]) -> u8 {
    let [low, high] = [color.iter().min(), color.iter().max()].map(|end| end.copied().unwrap_or(0));
    high - low
}

/// The terminal's own colour that is nearest to this one's hue: it is seen on a light ground and on a dark one. What is
/// hardly coloured is written as text is, and blue is the bright one, for the other is not seen on black.
fn ink(color: [u8; 3]) -> Option<AnsiColors> {
    let spread = chroma(color);
    if spread < 24 {
        return None;
    }
    let [red, green, blue] = color.map(f32::from);
    let high = red.max(green).max(blue);
    let spread = f32::from(spread);
    let turned = if high <= red {
        (green - blue) / spread
    } else if high <= green {
        2.0 + (blue - red) / spread
    } else {
        4.0 + (red - green) / spread
    };
    // Sixths of a turn, from red; orange, which no terminal has, is yellow.
    Some(match turned.rem_euclid(6.0) {
        sixths if sixths < 0.3 => AnsiColors::Red,
        sixths if sixths < 1.4 => AnsiColors::Yellow,
        sixths if sixths < 2.75 => AnsiColors::Green,
        sixths if sixths < 3.15 => AnsiColors::Cyan,
        sixths if sixths < 4.5 => AnsiColors::BrightBlue,
        sixths if sixths < 5.75 => AnsiColors::Magenta,
        _ => AnsiColors::Red,
    })
}
