//! The `cahier` command.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // First of all: this binary is also evcxr's subprocess, the engine's host, and the cargo and linker
    // of cells, by the name it is called under.
    engine::hook();
    ExitCode::from(cahier::cli::main(std::env::args_os()))
}
