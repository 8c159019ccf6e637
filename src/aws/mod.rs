//! A real account without fear: what a lesson would do there, the least rights for it, what it may cost, and the way back.

pub mod cells;
pub mod clean;
pub mod names;
pub mod plan;
pub mod policy;
pub mod prices;
pub mod proof;
pub mod rehearsal;
pub mod run;
pub mod simulate;
