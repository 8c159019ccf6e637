//! A mistake's French explanation, below rustc's words and apart from them by its bar.

use super::code;
use super::highlight::Colours;
use super::style::{Ink, Look};
use super::wrap::{Piece, wrap};
use workbook::explanation::Explanation;

/// The sentences, then the line of Rust.
pub(super) fn render(explanation: &Explanation, look: Look) -> String {
    let room = look.width.saturating_sub(2);
    let mut lines: Vec<String> = wrap(&pieces(&explanation.text, look), room, look)
        .into_iter()
        .map(|line| line.text)
        .collect();
    if let Some(example) = &explanation.example {
        let example = code::lines(&Colours::of(example, "rust"), room.saturating_sub(4), look);
        lines.extend(example.iter().map(|line| format!("    {line}")));
    }
    let bar = look.paint(Ink::Warn, "│");
    lines
        .iter()
        .fold(String::new(), |shown, line| shown + &bar + " " + line + "\n")
}

/// Code in its ink; where there are no inks, it keeps its backticks.
fn pieces(text: &str, look: Look) -> Vec<Piece> {
    if !look.color {
        return vec![Piece::new(text, Ink::Plain)];
    }
    let parts = text.split('`').enumerate();
    parts
        .map(|(rank, part)| Piece::new(part, if rank % 2 == 1 { Ink::Code } else { Ink::Plain }))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explanation() -> Explanation {
        Explanation {
            kind: "moved",
            text: "Plus haut, `nom` a été donnée.".to_owned(),
            example: Some("vec![nom.clone()];".to_owned()),
        }
    }

    #[test]
    fn without_colours_code_is_still_told_apart() {
        assert_eq!(
            render(&explanation(), Look::plain(22)),
            "│ Plus haut, `nom` a\n│ été donnée.\n│     vec![nom.clone()];\n"
        );
    }

    #[test]
    fn with_colours_code_has_its_ink() {
        let look = Look {
            color: true,
            ..Look::plain(60)
        };
        let shown = render(&explanation(), look);
        assert!(shown.contains('\u{1b}') && !shown.contains('`'), "{shown}");
    }
}
