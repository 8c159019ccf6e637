//! Signatures against AWS's published vectors, and against the SDK's own signer.
#![allow(clippy::unwrap_used)]
