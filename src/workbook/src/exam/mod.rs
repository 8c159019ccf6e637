//! Mock exams: a paper drawn to a blueprint, the sitting of it, and its report. Times and seeds are given; nothing here
//! looks at a clock.

mod answers;
mod draw;
mod paper;
mod record;
mod report;
mod shares;
mod sitting;

pub use answers::read as read_answers;
pub use draw::{Order, draw};
pub use paper::{Asked, Paper};
pub use record::{Record, Tally};
pub use report::{Report, Score};
pub use sitting::{Act, Effect, Ending, Sitting, State};

/// What every result is shown with.
pub const UNOFFICIAL: &str = "Ce n’est pas un score officiel. AWS note ses examens de 100 à 1000, avec ses propres questions et un barème \
                              qu’il ne publie pas\u{a0}: ce résultat dit seulement ce que tu as su de ces questions-ci.";
