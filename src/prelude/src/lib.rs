//! What cells link against.
