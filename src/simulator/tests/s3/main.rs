//! S3 over the wire: what a client sees, errors and headers included.
#![allow(clippy::unwrap_used)]

mod client;
mod objects;
mod presigned;
mod versions;
