//! An exam on the whole screen: keys in, pages out, until the learner leaves.

use super::clock::Clock;
use super::keeper::Keeper;
use super::{Hall, Key, Mode, Reaction};
use crate::failure::Failure;
use crate::render::{Look, exam as render};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use signal_hook::consts::{SIGHUP, SIGTERM};
use signal_hook::iterator::Signals;
use std::io::{IsTerminal, stdin, stdout};
use std::time::Duration;

/// How long a key is waited for before the clock is drawn anew.
const TICK: Duration = Duration::from_millis(250);

/// Whether the whole screen is used.
///
/// # Errors
/// When it was asked for and there is none.
pub(super) fn possible(mode: Mode) -> Result<bool, Failure> {
    if mode == Mode::Plain {
        return Ok(false);
    }
    let reason = reason();
    match (reason, mode) {
        (None, _) => Ok(true),
        (Some(_), Mode::Auto | Mode::Plain) => Ok(false),
        (Some(reason), Mode::Full) => Err(Failure::Usage {
            message: format!("le plein écran est impossible ici\u{a0}: {reason}"),
            hint: "retire --plein-ecran\u{a0}: l’examen se passe aussi ligne par ligne.".to_owned(),
        }),
    }
}

/// Why there is no whole screen.
fn reason() -> Option<String> {
    if !stdin().is_terminal() || !stdout().is_terminal() {
        return Some("il faut un terminal".to_owned());
    }
    if std::env::var_os("TERM").is_none_or(|term| term == "dumb" || term.is_empty()) {
        return Some("ce terminal ne sait pas effacer".to_owned());
    }
    let (columns, lines) = render::SMALLEST;
    match terminal_size::terminal_size() {
        Some((width, height)) if width.0 >= columns && height.0 >= lines => None,
        Some(_) => Some(format!("il faut {columns} colonnes et {lines} lignes")),
        None => Some("la taille du terminal est inconnue".to_owned()),
    }
}

/// Shows the hall until the learner leaves.
///
/// # Errors
/// When the terminal cannot be used.
pub(super) fn run(
    hall: &mut Hall,
    keeper: &mut Keeper<'_>,
    clock: &Clock,
    look: Look,
) -> Result<(), Failure> {
    leave_on_signals()?;
    let mut terminal = ratatui::try_init().map_err(Failure::Output)?;
    let ended = turn(&mut terminal, hall, keeper, clock, look);
    let restored = ratatui::try_restore();
    ended.and(restored).map_err(Failure::Output)
}

/// Leaves where the terminal is closed, or somebody ends the program: all that was answered is kept by then. In a thread
/// of its own, for what reads keys of a terminal that is gone never comes back.
fn leave_on_signals() -> Result<(), Failure> {
    let mut signals = Signals::new([SIGTERM, SIGHUP]).map_err(Failure::Output)?;
    std::thread::spawn(move || {
        if let Some(signal) = signals.forever().next() {
            let _ = ratatui::try_restore();
            std::process::exit(128 + signal);
        }
    });
    Ok(())
}

fn turn(
    terminal: &mut DefaultTerminal,
    hall: &mut Hall,
    keeper: &mut Keeper<'_>,
    clock: &Clock,
    look: Look,
) -> std::io::Result<()> {
    loop {
        let mut room = hall.room;
        terminal.draw(|frame| room = render::draw(frame, hall, clock.now(), look))?;
        hall.room = room;
        let key = if event::poll(TICK)? {
            key(&event::read()?)
        } else {
            None
        };
        let now = clock.now();
        let reactions = match key {
            Some(key) => hall.press(key, now),
            None => hall.wait(now),
        };
        let effects: Vec<_> = reactions
            .iter()
            .filter_map(|reaction| match reaction {
                Reaction::Sitting(effect) => Some(*effect),
                Reaction::Leave => None,
            })
            .collect();
        keeper.follow(&hall.sitting, &effects);
        keeper.beat(&hall.sitting);
        if let Some(warning) = keeper.warning() {
            hall.notice = Some(format!("Attention\u{a0}: {warning}"));
        }
        if reactions.contains(&Reaction::Leave) {
            return Ok(());
        }
    }
}

/// A key that means something.
fn key(event: &Event) -> Option<Key> {
    let Event::Key(KeyEvent {
        code,
        modifiers,
        kind,
        ..
    }) = event
    else {
        return None;
    };
    if *kind == KeyEventKind::Release {
        return None;
    }
    if modifiers.contains(KeyModifiers::CONTROL) {
        return (*code == KeyCode::Char('c')).then_some(Key::Interrupt);
    }
    if modifiers.contains(KeyModifiers::ALT) {
        return None;
    }
    Some(match code {
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Escape,
        KeyCode::Char(' ') => Key::Space,
        KeyCode::Char(sign) => Key::Sign(sign.to_lowercase().next().unwrap_or(*sign)),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pressed(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
        key(&Event::Key(KeyEvent::new(code, modifiers)))
    }

    #[test]
    fn capitals_are_letters_and_other_chords_mean_nothing() {
        let (none, shift) = (KeyModifiers::NONE, KeyModifiers::SHIFT);
        assert_eq!(pressed(KeyCode::Char('A'), shift), Some(Key::Sign('a')));
        assert_eq!(pressed(KeyCode::Char('?'), none), Some(Key::Sign('?')));
        assert_eq!(
            pressed(KeyCode::Char('c'), KeyModifiers::CONTROL),
            Some(Key::Interrupt)
        );
        assert_eq!(pressed(KeyCode::Char('a'), KeyModifiers::CONTROL), None);
        assert_eq!(pressed(KeyCode::Char('a'), KeyModifiers::ALT), None);
        assert_eq!(pressed(KeyCode::F(1), none), None);
        assert_eq!(key(&Event::Resize(1, 1)), None);
    }
}
