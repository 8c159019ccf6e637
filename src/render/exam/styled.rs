//! Painted lines as ratatui's: the codes that [`Look`](crate::render::Look) writes, back into styles.

use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};

const ESCAPE: &str = "\u{1b}[";

/// A line with the colours that are written in it.
pub(super) fn line(painted: &str) -> Line<'static> {
    let mut spans = Vec::new();
    let mut style = Style::new();
    let mut parts = painted.split(ESCAPE);
    push(&mut spans, parts.next().unwrap_or_default(), style);
    for part in parts {
        let (codes, text) = part.split_once('m').unwrap_or((part, ""));
        style = codes.split(';').fold(style, with);
        push(&mut spans, text, style);
    }
    Line::from(spans)
}

fn push(spans: &mut Vec<Span<'static>>, text: &str, style: Style) {
    if !text.is_empty() {
        spans.push(Span::styled(text.to_owned(), style));
    }
}

/// A style with one more code of SGR, as far as our own inks need them.
fn with(style: Style, code: &str) -> Style {
    match code {
        "" | "0" => Style::new(),
        "1" => style.add_modifier(Modifier::BOLD),
        "2" => style.add_modifier(Modifier::DIM),
        "3" => style.add_modifier(Modifier::ITALIC),
        "4" => style.add_modifier(Modifier::UNDERLINED),
        "31" => style.fg(Color::Red),
        "32" => style.fg(Color::Green),
        "33" => style.fg(Color::Yellow),
        "34" => style.fg(Color::Blue),
        "35" => style.fg(Color::Magenta),
        "36" => style.fg(Color::Cyan),
        "94" => style.fg(Color::LightBlue),
        _ => style,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::style::{Ink, Look};

    const INKS: [Ink; 11] = [
        Ink::Heading,
        Ink::Strong,
        Ink::Emphasis,
        Ink::Code,
        Ink::Keyword,
        Ink::Literal,
        Ink::Link,
        Ink::Dim,
        Ink::Good,
        Ink::Warn,
        Ink::Bad,
    ];

    #[test]
    fn each_ink_has_its_own_style_and_what_follows_has_none() {
        let look = Look {
            color: true,
            ..Look::plain(80)
        };
        let mut seen = Vec::new();
        for ink in INKS {
            let line = line(&format!("a {} z", look.paint(ink, "été")));
            let texts: Vec<&str> = line.spans.iter().map(|span| span.content.as_ref()).collect();
            assert_eq!(texts, ["a ", "été", " z"], "{ink:?}");
            let styles: Vec<Style> = line.spans.iter().map(|span| span.style).collect();
            assert_eq!((styles[0], styles[2]), (Style::new(), Style::new()), "{ink:?}");
            assert!(!seen.contains(&styles[1]), "{ink:?}");
            seen.push(styles[1]);
        }
    }

    #[test]
    fn a_plain_line_and_a_broken_code_are_text() {
        assert_eq!(line("rien").spans.len(), 1);
        assert_eq!(line("").spans.len(), 0);
        assert_eq!(line("a\u{1b}[31").spans.len(), 1);
    }
}
