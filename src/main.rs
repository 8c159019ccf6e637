//! The `cahier` command.
fn main() {
    engine::hook();
}
