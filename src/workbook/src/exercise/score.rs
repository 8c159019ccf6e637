//! What an answer that is not wholly right is worth.

/// What turns out right earns its share of this part of the points; the rest is for an answer that is wholly right.
const PARTIAL: f64 = 0.5;

/// The points, of `max`, for `right` things out of `all`.
#[expect(
    clippy::cast_precision_loss,
    reason = "there are a few thousand things at most"
)]
pub(super) fn partial(max: f64, right: usize, all: usize) -> f64 {
    max * PARTIAL * (right as f64 / all as f64)
}
