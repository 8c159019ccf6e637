//! Pixels as what a terminal shows them by.

use super::protocol::Protocol;
use super::raster::Pixels;
use super::room::Frame;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use icy_sixel::{BackgroundMode, EncodeOptions, SixelImage};
use std::fmt::Write;

/// The most base64 that one command of kitty's protocol may carry.
const CHUNK: usize = 4096;

/// What shows the picture where the cursor stands, without the end of its line; nothing where it cannot be made.
pub(super) fn sequence(protocol: Protocol, pixels: &Pixels, frame: Frame) -> Option<String> {
    match protocol {
        Protocol::Kitty => Some(kitty(&pixels.png()?, frame)),
        Protocol::Iterm2 => Some(iterm2(&pixels.png()?, frame)),
        Protocol::Sixel => sixel(pixels),
    }
}

/// <https://sw.kovidgoyal.net/kitty/graphics-protocol/>: transmit a PNG and show it, and answer nothing, for the
/// answer would stand at the prompt.
fn kitty(png: &[u8], frame: Frame) -> String {
    let encoded = STANDARD.encode(png);
    let (columns, rows) = (frame.columns, frame.rows);
    let mut keys = format!("a=T,f=100,q=2,c={columns},r={rows},");
    let (mut text, mut rest) = (String::new(), encoded.as_str());
    loop {
        let (chunk, left) = rest.split_at(rest.len().min(CHUNK));
        let more = u8::from(!left.is_empty());
        let _ = write!(text, "\u{1b}_G{keys}m={more};{chunk}\u{1b}\\");
        if left.is_empty() {
            return text;
        }
        // Of what follows, kitty wants to hear no more than that.
        "q=2,".clone_into(&mut keys);
        rest = left;
    }
}

/// <https://iterm2.com/documentation-images.html>: a file, shown in place, over so many columns and rows.
fn iterm2(png: &[u8], frame: Frame) -> String {
    format!(
        "\u{1b}]1337;File=inline=1;size={};width={};height={};preserveAspectRatio=1:{}\u{7}",
        png.len(),
        frame.columns,
        frame.rows,
        STANDARD.encode(png)
    )
}

/// Flat colours need no dithering, and would be specked by it.
fn sixel(pixels: &Pixels) -> Option<String> {
    let (width, height) = (pixels.width as usize, pixels.height as usize);
    let mut image = SixelImage::try_from_rgba(pixels.rgba.clone(), width, height).ok()?;
    image.background_mode = BackgroundMode::Opaque;
    let flat = EncodeOptions {
        diffusion: 0.0,
        ..EncodeOptions::default()
    };
    image.encode_with(&flat).ok()
}
