//! What the learner answered a cell that read its standard input, kept for when it runs again.

use crate::engine::{Chunk, InputRequest, Listener, Reply};

/// Keeps what a listener answers.
pub(crate) struct Heard<'a> {
    live: &'a mut dyn Listener,
    pub(crate) replies: Vec<Reply>,
}

impl<'a> Heard<'a> {
    pub(crate) fn new(live: &'a mut dyn Listener) -> Self {
        Self {
            live,
            replies: Vec::new(),
        }
    }
}

impl Listener for Heard<'_> {
    fn chunk(&mut self, chunk: Chunk) {
        self.live.chunk(chunk);
    }

    fn input(&mut self, request: &InputRequest) -> Reply {
        let reply = self.live.input(request);
        self.replies.push(reply.clone());
        reply
    }
}

/// Answers once more what was answered before; nobody is asked twice.
pub(crate) struct Again<'a> {
    live: &'a mut dyn Listener,
    replies: std::slice::Iter<'a, Reply>,
}

impl<'a> Again<'a> {
    pub(crate) fn new(live: &'a mut dyn Listener, replies: &'a [Reply]) -> Self {
        Self {
            live,
            replies: replies.iter(),
        }
    }
}

impl Listener for Again<'_> {
    fn chunk(&mut self, chunk: Chunk) {
        self.live.chunk(chunk);
    }

    fn input(&mut self, _: &InputRequest) -> Reply {
        self.replies.next().cloned().unwrap_or(Reply::End)
    }
}
