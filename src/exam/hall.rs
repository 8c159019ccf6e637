//! The full screen of an exam: which page is shown, where its cursors are, and what each key does. A pure change of state,
//! as a sitting is; whoever draws it tells how much room there was.

use std::collections::BTreeMap;
use workbook::exam::{Act, Effect, Report, Sitting};

/// What the screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// A question, to be answered.
    Question,
    /// All questions, to go to one.
    List,
    /// Whether to hand in.
    HandIn,
    /// Whether to leave.
    Leave,
    /// What the keys do.
    Help,
    /// The result.
    Report,
    /// A question, corrected.
    Review,
}

/// A key, as far as one means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key {
    /// ↑
    Up,
    /// ↓
    Down,
    /// ←
    Left,
    /// →
    Right,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// To the first.
    Home,
    /// To the last.
    End,
    /// Enter.
    Enter,
    /// Escape.
    Escape,
    /// The space bar.
    Space,
    /// A letter in lower case, a figure or a sign.
    Sign(char),
    /// Ctrl-C.
    Interrupt,
}

/// How much room the page had when it was drawn last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Room {
    /// Lines that are shown at once.
    pub lines: usize,
    /// How far the page can be scrolled.
    pub most: usize,
    /// Questions in a line of the list.
    pub columns: usize,
}

/// What is to be done after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reaction {
    /// Follow the sitting's effect.
    Sitting(Effect),
    /// Leave; what there is has been kept.
    Leave,
}

/// The full screen.
pub struct Hall {
    /// The sitting.
    pub sitting: Sitting,
    /// What is shown.
    pub page: Page,
    /// The option under the cursor, from 0.
    pub cursor: usize,
    /// The question under the cursor of the list, or that is corrected, from 0.
    pub place: usize,
    /// The first line shown.
    pub scroll: usize,
    /// Whether the page follows its cursor, rather than being scrolled by hand.
    pub follows: bool,
    /// A word on the last key.
    pub notice: Option<String>,
    /// Whether only what was missed is corrected.
    pub only_missed: bool,
    /// The result, once it is over.
    pub report: Option<Report>,
    /// The lessons' titles, by id.
    pub titles: BTreeMap<String, String>,
    /// Told by whoever drew it.
    pub room: Room,
}

impl Hall {
    /// The screen of a sitting, at its question, or at its result where it is over.
    pub fn new(sitting: Sitting, titles: BTreeMap<String, String>) -> Self {
        let mut hall = Self {
            place: sitting.position(),
            sitting,
            page: Page::Question,
            cursor: 0,
            scroll: 0,
            follows: false,
            notice: None,
            only_missed: false,
            report: None,
            titles,
            room: Room::default(),
        };
        if hall.sitting.ended().is_some() {
            hall.finish();
        }
        hall
    }

    /// What a key does at `now`, seconds since 1970.
    pub fn press(&mut self, key: Key, now: i64) -> Vec<Reaction> {
        self.notice = None;
        let over = self.act(Act::Wait, now);
        if !over.is_empty() {
            return over;
        }
        match self.page {
            Page::Question => self.at_question(key, now),
            Page::List => self.at_list(key, now),
            Page::HandIn => match key {
                Key::Sign('r' | 'o') => self.act(Act::HandIn, now),
                Key::Interrupt => self.show(Page::Leave),
                _ => self.show(Page::Question),
            },
            Page::Leave => match key {
                Key::Sign('q' | 'o') | Key::Interrupt => vec![Reaction::Leave],
                _ => self.back(),
            },
            Page::Help if key == Key::Interrupt => self.show(Page::Leave),
            Page::Help => self.back(),
            Page::Report => self.at_report(key),
            Page::Review => self.at_review(key),
        }
    }

    /// Lets time pass until `now`.
    pub fn wait(&mut self, now: i64) -> Vec<Reaction> {
        self.act(Act::Wait, now)
    }

    fn act(&mut self, act: Act, now: i64) -> Vec<Reaction> {
        let before = self.sitting.position();
        let effects = self.sitting.act(act, now);
        for effect in &effects {
            match effect {
                Effect::Keep => {}
                Effect::End => self.finish(),
                Effect::TooMany => {
                    let at = self.sitting.position();
                    let choose = self.sitting.chosen(at).len();
                    self.notice = Some(format!(
                        "Tu as déjà {choose} réponses\u{a0}: retires-en une d’abord."
                    ));
                }
            }
        }
        if self.sitting.position() != before {
            self.cursor = 0;
            self.unscroll();
        }
        effects.into_iter().map(Reaction::Sitting).collect()
    }

    fn finish(&mut self) {
        self.report = Some(Report::of(self.sitting.paper(), self.sitting.answers()));
        self.place = 0;
        self.show(Page::Report);
    }

    fn show(&mut self, page: Page) -> Vec<Reaction> {
        self.page = page;
        self.unscroll();
        Vec::new()
    }

    /// From a page on the side, to the one that is worked on.
    fn back(&mut self) -> Vec<Reaction> {
        let page = match self.report {
            Some(_) => Page::Report,
            None => Page::Question,
        };
        self.show(page)
    }

    /// A page begins at its top, however little of it there is room for.
    fn unscroll(&mut self) {
        self.scroll = 0;
        self.follows = false;
    }

    fn at_question(&mut self, key: Key, now: i64) -> Vec<Reaction> {
        let asked = &self.sitting.paper().questions[self.sitting.position()].question;
        let letters: Vec<char> = asked.letters().collect();
        match key {
            Key::Up => self.point(self.cursor.saturating_sub(1)),
            Key::Down => self.point((self.cursor + 1).min(letters.len() - 1)),
            Key::Space => letters
                .get(self.cursor)
                .map_or(Vec::new(), |letter| self.act(Act::Toggle(*letter), now)),
            Key::Sign(sign) if letters.contains(&sign.to_ascii_uppercase()) => {
                let letter = sign.to_ascii_uppercase();
                self.cursor = letters.iter().position(|one| *one == letter).unwrap_or(0);
                self.follows = true;
                self.act(Act::Toggle(letter), now)
            }
            Key::Right | Key::Enter | Key::Sign('n') => self.step(Act::Next, now),
            Key::Left | Key::Sign('p') => self.step(Act::Previous, now),
            Key::Home => self.act(Act::Go(0), now),
            Key::End => self.act(Act::Go(usize::MAX), now),
            Key::Sign('m') => self.act(Act::Flag, now),
            Key::Sign('l') => {
                self.place = self.sitting.position();
                self.show(Page::List)
            }
            Key::Sign('r') => self.show(Page::HandIn),
            Key::Sign('q') | Key::Escape | Key::Interrupt => self.show(Page::Leave),
            Key::Sign('?' | 'h') => self.show(Page::Help),
            other => self.scrolled(other),
        }
    }

    /// One question on or back; at an end, what one may do instead.
    fn step(&mut self, act: Act, now: i64) -> Vec<Reaction> {
        let before = self.sitting.position();
        let last = before + 1 == self.sitting.paper().questions.len();
        let forward = act == Act::Next;
        let reactions = self.act(act, now);
        if self.sitting.position() == before && self.report.is_none() {
            let words = match (forward, last) {
                (true, true) => "C’est la dernière question\u{a0}: R pour rendre, L pour la liste.",
                _ => "C’est la première question.",
            };
            self.notice = Some(words.to_owned());
        }
        reactions
    }

    fn point(&mut self, option: usize) -> Vec<Reaction> {
        self.cursor = option;
        self.follows = true;
        Vec::new()
    }

    /// Scrolls by hand, from where the page stands.
    fn scrolled(&mut self, key: Key) -> Vec<Reaction> {
        let page = self.room.lines.saturating_sub(2).max(1);
        let to = match key {
            Key::Up => self.scroll.saturating_sub(1),
            Key::Down => self.scroll + 1,
            Key::PageUp => self.scroll.saturating_sub(page),
            Key::PageDown | Key::Space => self.scroll + page,
            Key::Home => 0,
            Key::End => usize::MAX,
            _ => return Vec::new(),
        };
        self.scroll = to.min(self.room.most);
        self.follows = false;
        Vec::new()
    }

    fn at_list(&mut self, key: Key, now: i64) -> Vec<Reaction> {
        let last = self.sitting.paper().questions.len() - 1;
        let row = self.room.columns.max(1);
        match key {
            Key::Left => self.place = self.place.saturating_sub(1),
            Key::Right => self.place = (self.place + 1).min(last),
            Key::Up => self.place = self.place.checked_sub(row).unwrap_or(self.place),
            Key::Down if self.place + row <= last => self.place += row,
            Key::Home => self.place = 0,
            Key::End => self.place = last,
            Key::Enter | Key::Space => {
                let reactions = self.act(Act::Go(self.place), now);
                if self.report.is_none() {
                    self.show(Page::Question);
                }
                return reactions;
            }
            Key::Sign('r') => return self.show(Page::HandIn),
            Key::Interrupt | Key::Sign('q') => return self.show(Page::Leave),
            Key::Escape | Key::Sign('l') => return self.show(Page::Question),
            Key::Sign('?' | 'h') => return self.show(Page::Help),
            _ => {}
        }
        Vec::new()
    }

    fn at_report(&mut self, key: Key) -> Vec<Reaction> {
        match key {
            Key::Enter | Key::Right | Key::Sign('c') => self.review(self.place),
            Key::Sign('q') | Key::Escape | Key::Interrupt => vec![Reaction::Leave],
            other => self.scrolled(other),
        }
    }

    fn at_review(&mut self, key: Key) -> Vec<Reaction> {
        let shown = self.corrected();
        let here = shown.iter().position(|at| *at == self.place).unwrap_or(0);
        match key {
            Key::Right | Key::Enter | Key::Sign('n') => self.review(shown[(here + 1).min(shown.len() - 1)]),
            Key::Left | Key::Sign('p') => self.review(shown[here.saturating_sub(1)]),
            Key::Sign('f') => {
                self.only_missed = !self.only_missed;
                self.review(self.place)
            }
            Key::Escape | Key::Sign('r') => self.show(Page::Report),
            Key::Sign('q') | Key::Interrupt => vec![Reaction::Leave],
            other => self.scrolled(other),
        }
    }

    /// The questions that are corrected: all, or those that were missed, where there are any.
    pub fn corrected(&self) -> Vec<usize> {
        let all = || (0..self.sitting.paper().questions.len()).collect();
        let missed: Vec<usize> = match (&self.report, self.only_missed) {
            (Some(report), true) => report.missed().collect(),
            _ => return all(),
        };
        if missed.is_empty() { all() } else { missed }
    }

    /// Shows the correction of a question, or of the next one that is to be shown.
    fn review(&mut self, place: usize) -> Vec<Reaction> {
        let shown = self.corrected();
        let next = shown.iter().find(|at| **at >= place).or(shown.last());
        self.place = next.copied().unwrap_or(0);
        self.show(Page::Review)
    }
}
