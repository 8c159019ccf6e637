//! Which names a general purpose bucket may have.

use crate::services::s3::fault::{Fault, Outcome};
use std::net::Ipv4Addr;

const FORBIDDEN_PREFIXES: [&str; 3] = ["xn--", "sthree-", "amzn-s3-demo-"];
const FORBIDDEN_SUFFIXES: [&str; 5] = ["-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"];

/// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html>
pub(crate) fn check(name: &str) -> Outcome<()> {
    if is_valid(name) {
        return Ok(());
    }
    Err(Fault::new(400, "InvalidBucketName", "The specified bucket is not valid.").with("BucketName", name))
}

fn is_valid(name: &str) -> bool {
    let letter_or_digit = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    (3..=63).contains(&name.len())
        && name.chars().all(|c| letter_or_digit(c) || c == '-' || c == '.')
        && name.starts_with(letter_or_digit)
        && name.ends_with(letter_or_digit)
        && !name.contains("..")
        && name.parse::<Ipv4Addr>().is_err()
        && !FORBIDDEN_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
        && !FORBIDDEN_SUFFIXES.iter().any(|suffix| name.ends_with(suffix))
}
