//! Sequences are read back into the pixels that they were made of; nothing hostile in a figure costs anything.
#![allow(clippy::unwrap_used)]

use super::encode::sequence;
use super::raster::{self, Pixels};
use super::room::{Frame, Room};
use super::{Plots, Protocol};
use crate::render::Look;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use resvg::tiny_skia::Pixmap;
use std::time::{Duration, Instant};

/// As plotters writes it: a curve, its axes, a grid, texts with accents, one of them upright.
const PLOT: &str = include_str!("plot.svg");

const ROOM: Room = Room {
    columns: 60,
    lines: 30,
    cell: (8, 16),
};

fn drawn(svg: &str) -> Option<(Pixels, Frame)> {
    raster::drawn(svg, |size| ROOM.frame(size))
}

fn read_png(png: &[u8]) -> Pixels {
    let read = Pixmap::decode_png(png).unwrap();
    Pixels {
        width: read.width(),
        height: read.height(),
        rgba: read.take(),
    }
}

/// The commands of kitty's protocol: their keys and what they carry.
fn commands(text: &str) -> Vec<(String, String)> {
    let pieces = text.split_inclusive("\u{1b}\\");
    let inner = |piece: &str| {
        let inner = piece
            .strip_prefix("\u{1b}_G")
            .unwrap()
            .strip_suffix("\u{1b}\\")
            .unwrap();
        let (keys, payload) = inner.split_once(';').unwrap();
        (keys.to_owned(), payload.to_owned())
    };
    pieces.map(inner).collect()
}

#[test]
fn kitty_gets_chunks_of_4096_bytes_at_most_that_make_the_same_pixels() {
    let (pixels, frame) = drawn(PLOT).unwrap();
    let text = sequence(Protocol::Kitty, &pixels, frame).unwrap();
    let commands = commands(&text);
    assert!(commands.len() > 1, "one chunk proves nothing");
    assert_eq!(
        commands[0].0,
        format!("a=T,f=100,q=2,c={},r={},m=1", frame.columns, frame.rows)
    );
    let (last, between) = commands[1..].split_last().unwrap();
    assert_eq!(last.0, "q=2,m=0");
    for (keys, payload) in &commands[..commands.len() - 1] {
        assert!(keys.ends_with("m=1") && payload.len() == 4096);
    }
    assert!(between.iter().all(|(keys, _)| keys == "q=2,m=1") && last.1.len() <= 4096);
    let whole: String = commands.into_iter().map(|(_, payload)| payload).collect();
    assert_eq!(read_png(&STANDARD.decode(whole).unwrap()), pixels);
}

#[test]
fn iterm2_is_told_the_size_of_what_it_gets() {
    let (pixels, frame) = drawn(PLOT).unwrap();
    let text = sequence(Protocol::Iterm2, &pixels, frame).unwrap();
    let inner = text
        .strip_prefix("\u{1b}]1337;File=")
        .unwrap()
        .strip_suffix('\u{7}')
        .unwrap();
    let (head, payload) = inner.split_once(':').unwrap();
    let png = STANDARD.decode(payload).unwrap();
    assert_eq!(
        head,
        format!(
            "inline=1;size={};width={};height={};preserveAspectRatio=1",
            png.len(),
            frame.columns,
            frame.rows
        )
    );
    assert_eq!(read_png(&png), pixels);
}

/// Reads sixel as <https://vt100.net/docs/vt3xx-gp/chapter14.html> says, on white.
fn read_sixel(text: &str, width: u32, height: u32) -> Pixels {
    let body = text
        .strip_prefix("\u{1b}P")
        .unwrap()
        .strip_suffix("\u{1b}\\")
        .unwrap();
    let data = body.split_once('q').unwrap().1.as_bytes();
    let mut rgba = [255; 4].repeat((width * height) as usize);
    let mut colors = std::collections::BTreeMap::new();
    let (mut color, mut x, mut band, mut at) = ([0_u8; 3], 0_u32, 0_u32, 0);
    let number = |at: &mut usize| {
        let digits = data[*at..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let found = std::str::from_utf8(&data[*at..*at + digits]).unwrap();
        *at += digits;
        found.parse::<u32>().unwrap()
    };
    while at < data.len() {
        let sign = data[at];
        at += 1;
        let (mut count, mut bits) = (1, sign);
        match sign {
            b'#' => {
                let register = number(&mut at);
                let mut given = Vec::new();
                while data.get(at) == Some(&b';') {
                    at += 1;
                    given.push(number(&mut at));
                }
                if let [2, rest @ ..] = given.as_slice() {
                    let channel = |part: &u32| u8::try_from((part * 255 + 50) / 100).unwrap();
                    let channels: Vec<u8> = rest.iter().map(channel).collect();
                    colors.insert(register, [channels[0], channels[1], channels[2]]);
                }
                color = colors[&register];
                continue;
            }
            b'$' => {
                x = 0;
                continue;
            }
            b'-' => {
                (x, band) = (0, band + 6);
                continue;
            }
            b'!' => {
                count = number(&mut at);
                bits = data[at];
                at += 1;
            }
            _ => {}
        }
        for _ in 0..count {
            for down in (0..6).filter(|down| (bits - 63) >> down & 1 == 1) {
                let start = (((band + down) * width + x) * 4) as usize;
                rgba[start..start + 3].copy_from_slice(&color);
            }
            x += 1;
        }
    }
    Pixels { width, height, rgba }
}

#[test]
fn sixel_makes_the_same_pixels_as_nearly_as_its_colours_allow() {
    let (pixels, frame) = drawn(PLOT).unwrap();
    let text = sequence(Protocol::Sixel, &pixels, frame).unwrap();
    let read = read_sixel(&text, pixels.width, pixels.height);
    let far = |(one, other): (&u8, &u8)| one.abs_diff(*other) > 12;
    let differing = pixels
        .rgba
        .iter()
        .zip(&read.rgba)
        .filter(|pair| far(*pair))
        .count();
    assert!(
        differing * 500 < pixels.rgba.len(),
        "{differing} of {}",
        pixels.rgba.len()
    );
    assert!(
        pixels.rgba.iter().any(|channel| *channel < 50),
        "there is something to see"
    );
}

#[test]
fn texts_are_drawn_where_a_machine_has_no_font_and_accents_too() {
    let text = |words: &str| {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='400' height='40'><text x='5' y='30' \
             font-family='Arial' font-size='24'>{words}</text></svg>"
        );
        let pixels = drawn(&svg).unwrap().0;
        pixels.rgba.iter().filter(|channel| **channel < 128).count()
    };
    let empty = text("");
    assert_eq!(empty, 0);
    // What no font has is a box; every letter of French is its own.
    let mut shapes = std::collections::BTreeMap::new();
    for letter in "eéèêëàâçîïôùûüÿœæŒÉÀÇ€…’«»−×≤→".chars() {
        let dark = text(&letter.to_string());
        assert!(dark > 0, "{letter}");
        shapes.insert(letter, dark);
    }
    assert!(shapes[&'é'] > shapes[&'e'] && shapes[&'ç'] > 0, "{shapes:?}");
}

#[test]
fn a_figure_as_text_has_its_texts_its_curve_and_no_line_that_is_too_long() {
    for width in [60, 100] {
        let text = Plots::Text.show(PLOT, Look::plain(width));
        for words in [
            "Le coût cumulé du stockage (prix fictifs)",
            "↑ dollars",
            "jour",
            "50",
            "anciennes versions\u{a0}: 7 jours",
        ] {
            assert!(text.contains(words), "{words}:\n{text}");
        }
        assert!(
            text.chars().filter(|dots| ('⠁'..='⣿').contains(dots)).count() > 60,
            "{text}"
        );
        let widest = text
            .lines()
            .map(unicode_width::UnicodeWidthStr::width)
            .max()
            .unwrap();
        assert!(widest <= width, "{widest}:\n{text}");
        assert!(!text.contains('\u{1b}'));
        let color = Look {
            color: true,
            ..Look::plain(width)
        };
        assert!(
            Plots::Text.show(PLOT, color).contains("\u{1b}[94m"),
            "the blue curve"
        );
    }
}

#[test]
fn where_nothing_is_drawn_the_figure_says_what_it_is() {
    let text = Plots::Words.show(PLOT, Look::plain(80));
    assert_eq!(
        text,
        "Figure\u{a0}: Le coût cumulé du stockage (prix fictifs). dollars selon jour : sans règle, anciennes versions\u{a0}: 7 jours.\n"
    );
    assert_eq!(Plots::Words.show("<svg", Look::plain(80)), "");
}

fn svg(inner: &str) -> String {
    format!(
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' width='100' \
         height='100'><title>hostile</title>{inner}</svg>"
    )
}

#[test]
fn what_would_cost_a_machine_its_memory_or_its_time_is_not_drawn() {
    let uses = (0..40).map(|level| {
        format!(
            "<g id='g{}'><use href='#g{level}'/><use href='#g{level}'/></g>",
            level + 1
        )
    });
    let marked = format!(
        "<marker id='m'>{}</marker><path marker-mid='url(#m)' d='M0 0{}'/>",
        "<rect width='1' height='1'/>".repeat(2000),
        " L1 1".repeat(50_000)
    );
    let laughs = "<!DOCTYPE svg [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]>".to_owned()
        + &svg("<text y='20'>&b;</text>");
    let hostile = [
        svg(&uses.collect::<String>()),
        svg(
            "<filter id='f'><feGaussianBlur stdDeviation='9999'/></filter><rect filter='url(#f)' width='9' height='9'/>",
        ),
        svg("<image href='/etc/passwd' width='100' height='100'/>"),
        svg(&marked),
        svg(&"<g>".repeat(100_000)),
        svg(&format!("{}{}", "<g>".repeat(5000), "</g>".repeat(5000))),
        svg(&"<rect width='1' height='1'/>".repeat(100_000)),
        laughs,
        "<svg xmlns='http://www.w3.org/2000/svg' width='0' height='0'/>".to_owned(),
        "x".repeat(10 << 20),
    ];
    for document in hostile {
        let start = Instant::now();
        assert!(drawn(&document).is_none(), "{document:.200}");
        assert!(start.elapsed() < Duration::from_secs(4), "{document:.200}");
    }
}

#[test]
fn a_figure_of_any_size_has_no_more_pixels_than_its_room() {
    for (width, height) in [
        ("1e9", "1e9"),
        ("2000000000", "1"),
        ("1", "2000000000"),
        ("0.001", "0.001"),
    ] {
        let svg = format!(
            "<svg xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'><rect width='5' height='5'/></svg>"
        );
        if let Some((pixels, _)) = drawn(&svg) {
            assert!(pixels.width <= 480 && pixels.height <= 480, "{width} × {height}");
        }
    }
}

#[test]
fn the_texts_of_a_figure_cannot_drive_the_terminal() {
    let svg = svg("<desc>a\u{9b}2J</desc><text x='5' y='50' font-size='12'>b\u{9b}2Jc</text>");
    for plots in [Plots::Words, Plots::Text] {
        let text = plots.show(&svg, Look::plain(80));
        assert!(!text.contains('\u{9b}'), "{text:?}");
    }
}
