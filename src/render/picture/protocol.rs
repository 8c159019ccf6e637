//! Which way to show a picture the terminal has, as its environment tells it.

use crate::failure::Failure;

/// Names the way, where what the terminal says of itself is wrong.
pub const VARIABLE: &str = "CAHIER_IMAGES";

/// How a terminal takes a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    /// The graphics protocol of kitty, which others took over.
    Kitty,
    /// The inline images of iTerm2.
    Iterm2,
    /// Sixel, of the VT340.
    Sixel,
}

/// What the environment tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Told {
    /// No picture is to be shown.
    Text,
    /// A way that the terminal is known to have.
    Known(Protocol),
    /// Nothing: the terminal may be asked for sixel.
    Ask,
}

/// What [`VARIABLE`] may hold.
const CHOICES: [(&str, Told); 4] = [
    ("kitty", Told::Known(Protocol::Kitty)),
    ("iterm2", Told::Known(Protocol::Iterm2)),
    ("sixel", Told::Known(Protocol::Sixel)),
    ("texte", Told::Text),
];

/// A variable, what it begins with, and what follows from it; the first line that holds decides.
const SIGNS: [(&str, &str, Told); 8] = [
    ("KITTY_WINDOW_ID", "", Told::Known(Protocol::Kitty)),
    ("TERM", "xterm-kitty", Told::Known(Protocol::Kitty)),
    ("TERM", "xterm-ghostty", Told::Known(Protocol::Kitty)),
    ("TERM_PROGRAM", "ghostty", Told::Known(Protocol::Kitty)),
    ("TERM_PROGRAM", "iTerm.app", Told::Known(Protocol::Iterm2)),
    ("LC_TERMINAL", "iTerm2", Told::Known(Protocol::Iterm2)),
    ("TERM_PROGRAM", "WezTerm", Told::Known(Protocol::Iterm2)),
    ("TERM_PROGRAM", "mintty", Told::Known(Protocol::Iterm2)),
];

/// What stands between the program and the terminal. What the outer terminal can do, these hide, and what was said of it is
/// still in the environment; where they show sixel themselves, they say so.
const BETWEEN: [(&str, &str); 5] = [
    ("TMUX", ""),
    ("STY", ""),
    ("ZELLIJ", ""),
    ("TERM", "tmux"),
    ("TERM", "screen"),
];

/// They answer no question.
const MUTE: [(&str, &str); 2] = [("TERM", "linux"), ("INSIDE_EMACS", "")];

/// What an environment tells; an empty variable is none.
///
/// # Errors
/// When [`VARIABLE`] holds no way that there is.
pub(super) fn told(variable: impl Fn(&str) -> Option<String>) -> Result<Told, Failure> {
    let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
    let holds = |(name, start): (&str, &str)| variable(name).is_some_and(|value| value.starts_with(start));
    let between = BETWEEN.into_iter().any(holds);
    if let Some(asked) = variable(VARIABLE) {
        // Chosen once for all in a shell's settings, it holds in there too, where nothing would be shown.
        return Ok(match asked_for(&asked)? {
            Told::Known(Protocol::Kitty | Protocol::Iterm2) if between => Told::Text,
            told => told,
        });
    }
    let dumb = variable("TERM").is_none_or(|term| term == "dumb");
    if dumb || variable("NO_COLOR").is_some() || MUTE.into_iter().any(holds) {
        return Ok(Told::Text);
    }
    if between {
        return Ok(Told::Ask);
    }
    let sign = SIGNS.iter().find(|(name, start, _)| holds((*name, *start)));
    Ok(sign.map_or(Told::Ask, |(_, _, told)| *told))
}

fn asked_for(asked: &str) -> Result<Told, Failure> {
    let found = CHOICES
        .iter()
        .find(|(name, _)| asked.trim().eq_ignore_ascii_case(name));
    found.map(|(_, told)| *told).ok_or_else(|| Failure::Usage {
        message: format!(
            "{VARIABLE} vaut «\u{a0}{asked}\u{a0}», et ce n’est pas une façon de montrer une image"
        ),
        hint: format!(
            "les valeurs sont {}\u{a0}; sans elle, Cahier reconnaît le terminal.",
            CHOICES.map(|(name, _)| name).join(", ")
        ),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::{Protocol, Told, told};

    fn of(environment: &[(&str, &str)]) -> Result<Told, String> {
        let value = |name: &str| {
            let found = environment.iter().find(|(given, _)| *given == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        told(value).map_err(|failure| format!("{failure} {}", failure.hint().unwrap_or_default()))
    }

    #[test]
    fn a_terminal_is_known_by_what_it_puts_into_the_environment() {
        let xterm = ("TERM", "xterm-256color");
        for (environment, expected) in [
            (&[("TERM", "xterm-kitty")][..], Told::Known(Protocol::Kitty)),
            (&[xterm, ("KITTY_WINDOW_ID", "1")], Told::Known(Protocol::Kitty)),
            (
                &[xterm, ("TERM_PROGRAM", "ghostty")],
                Told::Known(Protocol::Kitty),
            ),
            (
                &[xterm, ("TERM_PROGRAM", "iTerm.app")],
                Told::Known(Protocol::Iterm2),
            ),
            (&[xterm, ("LC_TERMINAL", "iTerm2")], Told::Known(Protocol::Iterm2)),
            (
                &[xterm, ("TERM_PROGRAM", "WezTerm")],
                Told::Known(Protocol::Iterm2),
            ),
            (&[xterm], Told::Ask),
            (&[("TERM", "foot")], Told::Ask),
            (&[xterm, ("TERM_PROGRAM", "vscode")], Told::Ask),
            (&[("TERM", "linux")], Told::Text),
            (&[("TERM", "dumb"), ("KITTY_WINDOW_ID", "1")], Told::Text),
            (&[("TERM", "xterm-kitty"), ("NO_COLOR", "1")], Told::Text),
            (
                &[("TERM", "xterm-kitty"), ("NO_COLOR", "")],
                Told::Known(Protocol::Kitty),
            ),
            (&[], Told::Text),
        ] {
            assert_eq!(of(environment).unwrap(), expected, "{environment:?}");
        }
    }

    #[test]
    fn what_stands_between_the_program_and_the_terminal_is_not_taken_for_it() {
        for between in [
            &[("TERM", "tmux-256color"), ("KITTY_WINDOW_ID", "1")][..],
            &[("TERM", "screen"), ("LC_TERMINAL", "iTerm2")],
            &[
                ("TERM", "xterm-kitty"),
                ("TMUX", "/tmp/tmux-0/default,1,0"),
                ("KITTY_WINDOW_ID", "1"),
            ],
            // Their settings often name the outer terminal.
            &[
                ("TERM", "xterm-256color"),
                ("STY", "1234.pts-0"),
                ("LC_TERMINAL", "iTerm2"),
            ],
            &[("TERM", "xterm-kitty"), ("ZELLIJ", "0"), ("KITTY_WINDOW_ID", "1")],
        ] {
            assert_eq!(of(between).unwrap(), Told::Ask, "{between:?}");
        }
    }

    #[test]
    fn what_a_multiplexer_would_swallow_is_not_sent_into_it_whatever_was_chosen() {
        let tmux = ("TMUX", "/tmp/tmux-0/default,1,0");
        let xterm = ("TERM", "xterm-256color");
        for (chosen, inside) in [
            ("kitty", Told::Text),
            ("iterm2", Told::Text),
            ("texte", Told::Text),
            ("sixel", Told::Known(Protocol::Sixel)),
        ] {
            assert_eq!(
                of(&[xterm, tmux, ("CAHIER_IMAGES", chosen)]).unwrap(),
                inside,
                "{chosen}"
            );
        }
        let outside = of(&[xterm, ("CAHIER_IMAGES", "kitty")]).unwrap();
        assert_eq!(outside, Told::Known(Protocol::Kitty));
    }

    #[test]
    fn the_learner_s_choice_comes_before_anything_else_and_a_wrong_one_is_named() {
        let kitty = ("TERM", "xterm-kitty");
        assert_eq!(of(&[kitty, ("CAHIER_IMAGES", "texte")]).unwrap(), Told::Text);
        assert_eq!(
            of(&[("TERM", "tmux"), ("NO_COLOR", "1"), ("CAHIER_IMAGES", " Sixel ")]).unwrap(),
            Told::Known(Protocol::Sixel)
        );
        let refused = of(&[kitty, ("CAHIER_IMAGES", "png")]).unwrap_err();
        for words in [
            "CAHIER_IMAGES",
            "«\u{a0}png\u{a0}»",
            "kitty, iterm2, sixel, texte",
        ] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
    }
}
