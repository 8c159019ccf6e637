//! Room for two engines at once: the compiler keeps about one core busy, and takes some hundred megabytes.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};

static SLOTS: [Mutex<()>; 2] = [Mutex::new(()), Mutex::new(())];

/// Waits until an engine may run; it may for as long as the guard is kept.
pub(crate) fn slot() -> MutexGuard<'static, ()> {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    for slot in &SLOTS {
        match slot.try_lock() {
            Ok(free) => return free,
            Err(TryLockError::Poisoned(free)) => return free.into_inner(),
            Err(TryLockError::WouldBlock) => {}
        }
    }
    let next = NEXT.fetch_add(1, Ordering::Relaxed) % SLOTS.len();
    SLOTS[next].lock().unwrap_or_else(PoisonError::into_inner)
}
