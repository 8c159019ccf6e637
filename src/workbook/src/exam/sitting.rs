//! The sitting of a paper: answers, flags, where the learner is, and the time. A pure change of state, which tells what is
//! to be done about it.
//!
//! Time goes on while nobody looks, as in the real exam: what is kept is the moment at which it is up, not how much is
//! left. So that a clock that is set back gives no time, the latest moment that was seen is kept beside it, and time never
//! goes back behind that.

use super::Paper;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// A paper that is being sat, or was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sitting {
    paper: Paper,
    state: State,
}

/// What changes of a sitting. Moments are seconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    started_at: i64,
    /// When time is up.
    deadline: i64,
    /// The latest moment that was seen.
    seen: i64,
    /// The question that is shown, from 0.
    position: usize,
    answers: Vec<BTreeSet<char>>,
    flags: BTreeSet<usize>,
    ended: Option<(i64, Ending)>,
}

/// How a sitting ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// The learner handed it in.
    HandedIn,
    /// Time was up: it was handed in as it was.
    TimeUp,
    /// The learner gave it up.
    GivenUp,
}

/// What the learner does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Chooses an option, or no longer.
    Toggle(char),
    /// Answers with these letters; with none, takes the answer back.
    Answer(BTreeSet<char>),
    /// Flags the question, or no longer.
    Flag,
    /// Goes to the next question.
    Next,
    /// Goes to the one before.
    Previous,
    /// Goes to this one, from 0.
    Go(usize),
    /// Hands the paper in.
    HandIn,
    /// Gives it up.
    GiveUp,
    /// Lets time pass.
    Wait,
}

/// What is to be done after an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Keep the state: it changed.
    Keep,
    /// Show the report: it is over.
    End,
    /// Tell that as many options as are asked for are chosen already.
    TooMany,
}

impl Sitting {
    /// A paper begun at `now`, seconds since 1970.
    pub fn start(paper: Paper, now: i64) -> Self {
        let state = State {
            started_at: now,
            deadline: now.saturating_add(i64::from(paper.minutes) * 60),
            seen: now,
            position: 0,
            answers: vec![BTreeSet::new(); paper.questions.len()],
            flags: BTreeSet::new(),
            ended: None,
        };
        Self { paper, state }
    }

    /// A sitting as it was kept; `None` where the two do not belong together.
    pub fn resume(paper: Paper, state: State) -> Option<Self> {
        let count = paper.questions.len();
        let letters = |at: usize, chosen: &BTreeSet<char>| {
            let known: BTreeSet<char> = paper.questions[at].question.letters().collect();
            chosen.is_subset(&known)
        };
        let fits = count > 0
            && state.answers.len() == count
            && state.position < count
            && state.flags.iter().all(|flag| *flag < count)
            && state.started_at <= state.seen
            && state.started_at <= state.deadline;
        let fits = fits
            && state
                .answers
                .iter()
                .enumerate()
                .all(|(at, chosen)| letters(at, chosen));
        fits.then_some(Self { paper, state })
    }

    /// The paper.
    pub fn paper(&self) -> &Paper {
        &self.paper
    }

    /// What is to be kept.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The question that is shown, from 0.
    pub fn position(&self) -> usize {
        self.state.position
    }

    /// The letters chosen for a question, from 0.
    pub fn chosen(&self, at: usize) -> &BTreeSet<char> {
        static NONE: BTreeSet<char> = BTreeSet::new();
        self.state.answers.get(at).unwrap_or(&NONE)
    }

    /// All answers, in the paper's order.
    pub fn answers(&self) -> &[BTreeSet<char>] {
        &self.state.answers
    }

    /// Whether a question has its answer: as many letters as are asked for.
    pub fn is_answered(&self, at: usize) -> bool {
        let asked = self.paper.questions.get(at);
        asked.is_some_and(|asked| self.chosen(at).len() == asked.question.choose)
    }

    /// How many questions have their answer.
    pub fn answered(&self) -> usize {
        (0..self.paper.questions.len())
            .filter(|at| self.is_answered(*at))
            .count()
    }

    /// Whether a question is flagged.
    pub fn is_flagged(&self, at: usize) -> bool {
        self.state.flags.contains(&at)
    }

    /// How many questions are flagged.
    pub fn flagged(&self) -> usize {
        self.state.flags.len()
    }

    /// When it began, seconds since 1970.
    pub fn started_at(&self) -> i64 {
        self.state.started_at
    }

    /// When time is up, seconds since 1970.
    pub fn deadline(&self) -> i64 {
        self.state.deadline
    }

    /// The latest moment that was seen, seconds since 1970.
    pub fn seen(&self) -> i64 {
        self.state.seen
    }

    /// The seconds that are left at `now`; never more than at any moment seen before.
    pub fn left(&self, now: i64) -> i64 {
        (self.state.deadline - now.max(self.state.seen)).max(0)
    }

    /// When and how it ended.
    pub fn ended(&self) -> Option<(i64, Ending)> {
        self.state.ended
    }

    /// Does what the learner does at `now`, seconds since 1970, and tells what follows. When time is up, it ends, whatever
    /// the learner does; once it has ended, nothing changes any more.
    pub fn act(&mut self, act: Act, now: i64) -> Vec<Effect> {
        if self.state.ended.is_some() {
            return Vec::new();
        }
        self.state.seen = self.state.seen.max(now);
        if self.left(now) == 0 {
            return self.end(self.state.deadline, Ending::TimeUp);
        }
        match act {
            Act::Toggle(letter) => return self.toggle(letter),
            Act::Answer(chosen) => {
                let known: BTreeSet<char> = self.here().letters().collect();
                self.state.answers[self.state.position] = chosen.intersection(&known).copied().collect();
            }
            Act::Flag => {
                let at = self.state.position;
                if !self.state.flags.remove(&at) {
                    self.state.flags.insert(at);
                }
            }
            Act::Next => self.go(self.state.position + 1),
            Act::Previous => self.go(self.state.position.saturating_sub(1)),
            Act::Go(at) => self.go(at),
            Act::HandIn => return self.end(self.state.seen, Ending::HandedIn),
            Act::GiveUp => return self.end(self.state.seen, Ending::GivenUp),
            Act::Wait => return Vec::new(),
        }
        vec![Effect::Keep]
    }

    fn here(&self) -> &crate::bank::DrawnQuestion {
        &self.paper.questions[self.state.position].question
    }

    fn go(&mut self, at: usize) {
        self.state.position = at.min(self.paper.questions.len() - 1);
    }

    /// Where one option is asked for, another choice takes its place; where several are, one must go first.
    fn toggle(&mut self, letter: char) -> Vec<Effect> {
        let (choose, known) = (self.here().choose, self.here().letters().any(|one| one == letter));
        let chosen = &mut self.state.answers[self.state.position];
        if !known {
            return Vec::new();
        }
        if !chosen.remove(&letter) {
            if choose == 1 {
                chosen.clear();
            } else if chosen.len() >= choose {
                return vec![Effect::TooMany];
            }
            chosen.insert(letter);
        }
        vec![Effect::Keep]
    }

    fn end(&mut self, at: i64, ending: Ending) -> Vec<Effect> {
        self.state.ended = Some((at, ending));
        vec![Effect::Keep, Effect::End]
    }
}
