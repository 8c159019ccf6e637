//! Cahier.
fn main() {
    evcxr_placeholder();
}
fn evcxr_placeholder() {}
