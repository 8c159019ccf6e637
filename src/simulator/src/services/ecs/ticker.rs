//! The one thing that runs by itself: while something is due, it looks, so that ports open and close in time although
//! nobody calls. What happens, and when, does not depend on it.

use std::sync::Arc;
use std::time::Duration;

use crate::cloud::Cloud;

/// How long it waits at least, and at most where something is due.
const SHORTEST: Duration = Duration::from_millis(200);
const LONGEST: Duration = Duration::from_hours(1);

/// Looks whenever something falls due.
pub(crate) async fn tick(cloud: Arc<Cloud>) {
    loop {
        cloud.catch_up(cloud.clock.now());
        let due = cloud.ecs.lock().agenda.next();
        let wait = due.map_or(LONGEST, |due| {
            let wait = due - cloud.clock.now();
            Duration::try_from(wait)
                .unwrap_or_default()
                .clamp(SHORTEST, LONGEST)
        });
        tokio::select! {
            () = tokio::time::sleep(wait) => {}
            () = cloud.ecs.woken.notified() => {}
        }
    }
}
