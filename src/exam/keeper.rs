//! Keeps a sitting while it goes on: at each act, and once in a while.

use super::kept;
use crate::render::Screen;
use crate::store::{Store, StoreError};
use workbook::exam::{Effect, Sitting};

/// Keeps what must not be lost, and remembers why it could not.
pub(super) struct Keeper<'a> {
    store: &'a Store,
    /// When the state was kept last, seconds since 1970.
    at: i64,
    /// Why something could not be kept, where it has not been told yet.
    warning: Option<String>,
    /// Whether it has been told that nothing can be kept at present.
    told: bool,
    /// Whether something is still to be kept.
    behind: bool,
}

/// How often the time that was seen is kept where nothing else changes, in seconds: so much a clock that is set back could
/// give at most.
const BEAT: i64 = 20;

impl<'a> Keeper<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self {
            store,
            at: 0,
            warning: None,
            // Told before it began.
            told: store.read_only().is_some(),
            behind: false,
        }
    }

    /// Does what follows from an act.
    pub(super) fn follow(&mut self, sitting: &Sitting, effects: &[Effect]) {
        if effects.contains(&Effect::Keep) {
            self.at = sitting.seen();
            let kept = kept::follow(self.store, sitting, effects);
            self.note(kept);
        }
    }

    /// Keeps the time that was seen, once in a while, and what could not be kept before.
    pub(super) fn beat(&mut self, sitting: &Sitting) {
        let late = sitting.ended().is_none() && sitting.seen() >= self.at + BEAT;
        if self.behind || late {
            self.follow(sitting, &[Effect::Keep]);
        }
    }

    /// Whether all is kept, after one more try.
    pub(super) fn is_kept(&mut self, sitting: &Sitting) -> bool {
        self.beat(sitting);
        !self.behind
    }

    /// Why something could not be kept: told once.
    pub(super) fn warning(&mut self) -> Option<String> {
        self.warning.take()
    }

    pub(super) fn begin_aloud(&mut self, sitting: &Sitting, screen: Screen) {
        self.at = sitting.seen();
        let kept = kept::begin(self.store, sitting);
        self.note(kept);
        self.tell(screen);
    }

    pub(super) fn follow_aloud(&mut self, sitting: &Sitting, effects: &[Effect], screen: Screen) {
        self.follow(sitting, effects);
        self.tell(screen);
    }

    /// Tells on standard error why something could not be kept.
    pub(super) fn tell(&mut self, screen: Screen) {
        if let Some(warning) = self.warning() {
            screen.warn(&warning);
        }
    }

    fn note(&mut self, kept: Result<(), StoreError>) {
        self.behind = kept.is_err();
        match kept {
            Ok(()) => self.told = false,
            Err(_) if self.told => {}
            Err(error) => {
                self.told = true;
                self.warning = Some(format!("l’examen n’a pas pu être gardé\u{a0}: {error}."));
            }
        }
    }
}
