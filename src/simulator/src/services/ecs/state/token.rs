//! Client tokens: the same request, sent again, starts nothing again.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/ECS_Idempotency.html>

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

/// What a token stands for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in super::super) struct Token {
    /// The hash of the request.
    pub(in super::super) request: String,
    /// The ARNs of what it started.
    pub(in super::super) started: Vec<String>,
    /// When it was used.
    pub(in super::super) at: OffsetDateTime,
}

impl Token {
    /// How long a token counts.
    const LIFE: Duration = Duration::hours(24);

    /// Whether it still counts.
    pub(in super::super) fn counts(&self, now: OffsetDateTime) -> bool {
        now - self.at < Self::LIFE
    }
}
