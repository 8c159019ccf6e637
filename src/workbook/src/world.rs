//! The port to the backend that cells talk to: the simulator, or a real account.

use crate::evidence::{CallRecord, Evidence};

/// A saved state of the backend, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotId(pub u64);

/// The backend, as a session sees it. On a real account, snapshots and calls are not to be had.
pub trait World: Send {
    /// Whether this is the simulator.
    fn is_simulator(&self) -> bool;

    /// Saves the backend's state, or `None` on a real account.
    fn snapshot(&mut self) -> Option<SnapshotId>;

    /// Puts the backend back to a saved state (keys included; the clock never goes back).
    fn restore(&mut self, snapshot: SnapshotId);

    /// From now on cells run again that ran before, or no longer: what they ask for then, they have asked for already.
    fn replays(&self, _again: bool) {}

    /// The calls journalled so far, or `None` on a real account. A call's number is its rank.
    fn calls(&self) -> Option<Vec<CallRecord>>;

    /// What evidence starts from: the keys that URLs may be re-signed with, the backend's time and endpoint.
    /// A real account gives no key and no endpoint.
    fn ground(&self) -> Evidence {
        Evidence::default()
    }
}
