//! Cahier's own Jupyter kernel: cells take the straight line of every front end, and `:commands` are there too.
//!
//! The calling thread answers requests one after the other (`worker`), for it waits for the engine. What must not wait has
//! tasks of its own (`sockets`): interrupts and the end (`control`), the echo, what is published (`iopub`), answers to
//! cells that read (`stdin`).

mod allowance;
mod audience;
mod cell;
mod connection;
mod control;
mod execute;
mod help;
mod history;
mod info;
mod iopub;
mod output;
mod parent;
pub(crate) mod shown;
mod sockets;
mod stdin;
mod tail;
mod text;
mod trouble;
mod wire;
mod worker;

pub use connection::Connection;

use crate::cli::Context;
use crate::failure::Failure;
use crate::render::Screen;
use crate::{process, refusal, workshop};
use control::{Control, Ending};
use iopub::Publisher;
use sockets::{Sockets, Wires};
use std::sync::mpsc;
use std::time::Duration;
use stdin::Stdin;
use tokio::sync::mpsc::unbounded_channel;
use wire::{Author, Key};
use worker::{Kernel, Links};

/// How long the last messages have to leave.
const LINGER: Duration = Duration::from_millis(200);

/// Runs the kernel until it is told to end, or who started it is gone.
///
/// # Errors
/// When its sockets are taken, or lessons or simulator cannot be had.
pub fn run(context: &mut Context, connection: &Connection) -> Result<(), Failure> {
    // A class has one of these for each learner.
    engine::save_memory();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| impossible(&error))?;
    workshop::catch_interrupts()?;
    let (author, ending) = (Author::new(), Ending::default());
    let (asking, requests) = mpsc::channel();
    let (heard, answers) = mpsc::channel();
    let (replying, replies) = unbounded_channel();
    let (outputs, shown) = unbounded_channel();
    let (curious, questions) = unbounded_channel();
    let publisher = Publisher::new(author.clone(), outputs);
    // As long as the process: what commands say goes there.
    context.screen = Screen::onto(Box::leak(Box::new(publisher.clone())));
    let wires = Wires {
        author: author.clone(),
        key: Key::new(&connection.key),
        requests: asking,
        replies,
        published: shown,
        questions,
        answers: heard.clone(),
        control: Control {
            author: author.clone(),
            publisher: publisher.clone(),
            ending: ending.clone(),
        },
    };
    runtime.block_on(async {
        Sockets::bind(connection).await?.serve(wires);
        Ok::<_, Failure>(())
    })?;
    parent::watch(&ending).map_err(|error| impossible(&error))?;
    let stdin = Stdin::new(author.clone(), publisher.clone(), curious, heard, answers);
    let links = Links {
        author,
        publisher,
        stdin,
        requests,
        replies: replying,
        ending,
    };
    let mut kernel = Kernel::open(context, links)?;
    kernel.serve();
    // What scripts left running ends with the simulator that it talks to.
    process::end_marked();
    if let Some(simulator) = kernel.kitchen.backend.simulator() {
        refusal::keep(simulator);
    }
    std::thread::sleep(LINGER);
    Ok(())
}

fn impossible(error: &std::io::Error) -> Failure {
    Failure::Kernel {
        message: format!(
            "le système refuse de le servir ({})",
            crate::failure::system(error)
        ),
        hint: "ferme des programmes, et relance le noyau.".to_owned(),
    }
}

/// A word for who reads the log of the Jupyter server.
fn note(words: &str) {
    Screen::new(true).warn(words);
}
