//! S3 over the wire: what a client sees, errors and headers included.
#![allow(clippy::unwrap_used)]

mod buckets;
mod client;
#[path = "../common/mod.rs"]
mod common;
mod cors;
mod durable;
mod forms;
mod lifecycle;
mod lists;
mod locks;
mod multipart;
mod objects;
mod policies;
mod presigned;
mod requests;
mod versions;
