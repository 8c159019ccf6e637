//! What this kernel says of itself.

use super::wire::PROTOCOL;
use serde_json::{Value, json};

/// The content of a `kernel_info_reply`.
pub(super) fn kernel() -> Value {
    json!({
        "status": "ok",
        "protocol_version": PROTOCOL,
        "implementation": "cahier",
        "implementation_version": env!("CARGO_PKG_VERSION"),
        "banner": "Cahier\u{a0}: apprendre AWS en Rust. Les cellules parlent à un simulateur\u{a0}; «\u{a0}:aide\u{a0}» montre les commandes.",
        "debugger": false,
        "supported_features": [],
        "language_info": {
            "name": "rust",
            "version": env!("CARGO_PKG_RUST_VERSION"),
            "mimetype": "text/rust",
            "file_extension": ".rs",
            "pygments_lexer": "rust",
            "codemirror_mode": "rust",
        },
        "help_links": [
            {"text": "Rust\u{a0}: la bibliothèque standard", "url": "https://doc.rust-lang.org/std/"},
            {"text": "AWS SDK pour Rust", "url": "https://docs.aws.amazon.com/sdk-for-rust/latest/dg/welcome.html"},
        ],
    })
}
