//! Conditions, checksums and parts.

use super::*;
use crate::services::s3::store::checksum::md5_hex;
use std::time::Duration;

#[test]
fn a_write_can_demand_that_nothing_is_there() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let absent = WriteConditions {
        if_none_match: Some(EtagCondition::parse("*")),
        if_match: None,
    };
    put_if(bucket, "a", "un", &absent).unwrap();
    let refused = put_if(bucket, "a", "deux", &absent).unwrap_err();
    assert_eq!((refused.status, &*refused.code), (412, "PreconditionFailed"));
    delete(bucket, "a", None);
    put_if(bucket, "a", "trois", &absent).unwrap();
}

#[test]
fn a_write_can_demand_what_it_replaces() {
    let mut store = enabled();
    let bucket = bucket(&mut store);
    let tag = |text| WriteConditions {
        if_match: Some(EtagCondition::parse(text)),
        if_none_match: None,
    };
    let first = tag(&format!("\"{}\"", md5_hex(b"un")));
    let absent = put_if(bucket, "a", "un", &first).unwrap_err();
    assert_eq!(absent.code, "NoSuchKey");
    put(bucket, "a", "un");
    put_if(bucket, "a", "deux", &first).unwrap();
    assert_eq!(put_if(bucket, "a", "x", &first).unwrap_err().status, 412);
}

#[test]
fn a_read_can_be_conditional() {
    let later = START + Duration::from_secs(1);
    let with = |edit: fn(&mut ReadConditions)| {
        let mut conditions = ReadConditions::default();
        edit(&mut conditions);
        conditions.evaluate("abc", later)
    };
    assert_eq!(with(|_| ()), ReadOutcome::Proceed);
    assert_eq!(
        with(|c| c.if_none_match = Some(EtagCondition::parse("W/\"x\", \"abc\""))),
        ReadOutcome::NotModified("If-None-Match")
    );
    assert_eq!(
        with(|c| c.if_match = Some(EtagCondition::parse("x"))),
        ReadOutcome::Failed("If-Match")
    );
    assert_eq!(
        with(|c| c.if_unmodified_since = Some(START)),
        ReadOutcome::Failed("If-Unmodified-Since")
    );
    assert_eq!(with(|c| c.if_modified_since = Some(START)), ReadOutcome::Proceed);
    let tag_wins = with(|c| {
        c.if_match = Some(EtagCondition::parse("abc"));
        c.if_unmodified_since = Some(START);
    });
    assert_eq!(tag_wins, ReadOutcome::Proceed);
}

/// The values of the standard input `123456789`, from the catalogue of parametrised CRC algorithms.
#[test]
fn checksums_have_their_published_values() {
    let value = |algorithm| Checksum::of(algorithm, b"123456789").value;
    assert_eq!(value(Algorithm::Crc32), "y/Q5Jg==");
    assert_eq!(value(Algorithm::Crc32c), "4waSgw==");
    assert_eq!(value(Algorithm::Crc64Nvme), "rosUhgp5mIg=");
    assert_eq!(value(Algorithm::Sha1), "98O8HYCOBHMq32eZZczDTKeuNEE=");
    assert_eq!(md5_hex(b""), "d41d8cd98f00b204e9800998ecf8427e");
}

#[test]
fn wrong_checksums_are_refused() {
    let attempt = |claim: Claim| {
        let made = Object::from_put(Bytes::from_static(b"123456789"), Attributes::default(), &claim);
        made.map(|object| object.checksum.value)
            .map_err(|fault| fault.code.into_owned())
    };
    let crc = |value: &str| Claim {
        checksum: Some((Algorithm::Crc32, value.to_owned())),
        ..Claim::default()
    };
    let md5 = |value: &str| Claim {
        md5: Some(value.to_owned()),
        ..Claim::default()
    };
    assert_eq!(attempt(crc("y/Q5Jg==")).unwrap(), "y/Q5Jg==");
    assert_eq!(attempt(crc("AAAAAA==")).unwrap_err(), "BadDigest");
    assert_eq!(attempt(crc("abc")).unwrap_err(), "InvalidRequest");
    assert_eq!(attempt(md5("JfnnlDI7RTiF9RgfG2JNCw==")).unwrap(), "rosUhgp5mIg=");
    assert_eq!(attempt(md5("1B2M2Y8AsgTpgAmY7PhCfg==")).unwrap_err(), "BadDigest");
    assert_eq!(attempt(md5("abc")).unwrap_err(), "InvalidDigest");
}
