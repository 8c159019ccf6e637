//! What reaches the client from its host, the guard and the learner, in the order in which it comes.

use std::cell::Cell;
use std::sync::mpsc::{self, Receiver, Sender};
use std::time::Instant;

use crate::protocol::{Answer, Frame};

/// What reaches the client, with the host that it came from.
#[derive(Debug)]
pub(crate) enum Event {
    /// The host answered.
    Host(u64, Answer),
    /// The host's process ended.
    HostGone(u64),
    /// The guard of the cells' process says something.
    Guard(u64, Frame),
    /// The learner wants to stop.
    Interrupt,
}

impl Event {
    /// Whether it comes from the host of that number, or from no host.
    fn is_of(&self, host: u64) -> bool {
        match self {
            Self::Host(from, _) | Self::Guard(from, _) | Self::HostGone(from) => *from == host,
            Self::Interrupt => true,
        }
    }
}

/// The events of the present host.
pub(super) struct Events {
    receiver: Receiver<Event>,
    sender: Sender<Event>,
    /// The number of the present host; what others sent late is dropped.
    pub(super) host: u64,
    /// The last host that said that it has warmed up.
    warm: Cell<u64>,
}

impl Events {
    pub(super) fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            receiver,
            sender,
            host: 0,
            warm: Cell::new(0),
        }
    }

    /// Where events are sent to.
    pub(super) fn sender(&self) -> &Sender<Event> {
        &self.sender
    }

    /// The next one; none at the deadline, which events without end do not put off.
    pub(super) fn next(&self, deadline: Instant) -> Option<Event> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return None;
            }
            let event = self.receiver.recv_timeout(left).ok()?;
            if self.is_news(&event) {
                return Some(event);
            }
        }
    }

    /// One that has come already.
    pub(super) fn waiting(&self) -> Option<Event> {
        self.receiver.try_iter().find(|event| self.is_news(event))
    }

    /// Whether the present host has nothing left to warm up.
    pub(super) fn is_warm(&self) -> bool {
        self.warm.get() == self.host
    }

    /// Keeps to itself what former hosts say, and the word that a host is warm, which comes at any time and answers
    /// nothing.
    fn is_news(&self, event: &Event) -> bool {
        if let Event::Host(from, Answer::Warm) = event {
            self.warm.set(*from);
            return false;
        }
        event.is_of(self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::{Event, Events};
    use crate::protocol::{Answer, Frame};
    use std::time::{Duration, Instant};

    #[test]
    fn events_that_wait_do_not_put_a_deadline_off() {
        let events = Events::new();
        let _ = events.sender().send(Event::Guard(0, Frame::Run));
        assert!(events.next(Instant::now()).is_none());
        assert!(matches!(events.waiting(), Some(Event::Guard(0, Frame::Run))));
    }

    #[test]
    fn what_a_former_host_says_is_dropped() {
        let mut events = Events::new();
        events.host = 2;
        for event in [
            Event::HostGone(1),
            Event::Host(1, Answer::Ready),
            Event::Host(2, Answer::Begun),
        ] {
            let _ = events.sender().send(event);
        }
        let later = Instant::now() + Duration::from_mins(1);
        assert!(matches!(events.next(later), Some(Event::Host(2, Answer::Begun))));
        assert!(events.waiting().is_none());
    }
}
