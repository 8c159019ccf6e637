//! What belongs to a teacher and a class.

pub mod seed;
