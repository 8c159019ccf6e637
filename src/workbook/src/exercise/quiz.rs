//! Exercises as another tool asks and judges them by itself: all that a judgement rests on, as values.

/// What a quiz tool needs of one exercise, for one seed. Texts are French Markdown unless something else is said.
#[derive(Debug, Clone, PartialEq)]
pub enum Quiz {
    /// A number, with or without a unit.
    Number {
        /// The right value, in the unit of factor 1.
        right: f64,
        /// How far an answer may be from a value and still be that value, in the unit of factor 1.
        tolerance: f64,
        /// The units that an answer may be given in, by name, each with what one of it is in the unit of factor 1.
        units: Vec<(String, f64)>,
        /// Values that a misconception leads to.
        wrong: Vec<QuizAnswer<f64>>,
    },
    /// One option, or several that must all be chosen.
    Choice {
        /// The options, in the order shown.
        options: Vec<QuizOption>,
        /// Whether the options may be shown in another order.
        shuffled: bool,
    },
    /// Steps to put in order; no other order is right.
    Ordering {
        /// The steps, in that order.
        steps: Vec<String>,
    },
    /// A line of text, whatever its capitals.
    Line {
        /// The right line, as it is typed.
        right: String,
        /// Lines that a misconception leads to.
        wrong: Vec<QuizAnswer<String>>,
    },
}

/// A wrong answer, and what is said of it.
#[derive(Debug, Clone, PartialEq)]
pub struct QuizAnswer<T> {
    /// The answer.
    pub value: T,
    /// Why it is wrong.
    pub explanation: String,
}

/// An option of a choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuizOption {
    /// What it says.
    pub text: String,
    /// Whether it is to be chosen.
    pub right: bool,
    /// Why it is right or wrong; may be empty where it is right.
    pub explanation: String,
}
