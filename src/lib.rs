//! Cahier.
