//! Which bytes of an object a GET is about.

use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::Object;
use std::ops::Range;

/// A part of an object, by its first and last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Slice {
    first: u64,
    last: u64,
    size: u64,
}

impl Slice {
    pub(super) fn bytes(&self) -> Range<usize> {
        let at = |byte| usize::try_from(byte).unwrap_or(usize::MAX);
        at(self.first)..at(self.last + 1)
    }

    /// Whether that is all of the object.
    pub(super) fn is_whole(&self) -> bool {
        self.first == 0 && self.last + 1 == self.size
    }

    pub(super) fn content_range(&self) -> String {
        format!("bytes {}-{}/{}", self.first, self.last, self.size)
    }
}

/// The slice that `Range` or `partNumber` asks for; none is the whole object.
pub(super) fn slice(object: &Object, range: Option<&str>, part: Option<&str>) -> Outcome<Option<Slice>> {
    match (range, part) {
        (Some(_), Some(_)) => Err(Fault::invalid_request(
            "Cannot specify both Range header and partNumber query parameter",
        )),
        (None, Some(part)) => of_part(object, part),
        (Some(range), None) => of_range(object.size(), range),
        (None, None) => Ok(None),
    }
}

/// S3 serves one range; a header that is not one is ignored, as RFC 9110, section 14.2, allows.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_RequestSyntax>
fn of_range(size: u64, header: &str) -> Outcome<Option<Slice>> {
    let Some((first, last)) = parse(header, size) else {
        return Ok(None);
    };
    if first >= size || first > last {
        return Err(
            Fault::new(416, "InvalidRange", "The requested range is not satisfiable")
                .with("RangeRequested", header)
                .with("ActualObjectSize", size.to_string()),
        );
    }
    Ok(Some(Slice {
        first,
        last: last.min(size - 1),
        size,
    }))
}

fn parse(header: &str, size: u64) -> Option<(u64, u64)> {
    let (first, last) = header.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
    match (first.is_empty(), last.is_empty()) {
        (true, true) => None,
        (true, false) => {
            let length: u64 = last.parse().ok()?;
            Some((
                if length == 0 {
                    size
                } else {
                    size.saturating_sub(length)
                },
                u64::MAX,
            ))
        }
        (false, true) => Some((first.parse().ok()?, u64::MAX)),
        (false, false) => {
            let (first, last): (u64, u64) = (first.parse().ok()?, last.parse().ok()?);
            (first <= last).then_some((first, last))
        }
    }
}

fn of_part(object: &Object, number: &str) -> Outcome<Option<Slice>> {
    let number: usize = number
        .parse()
        .ok()
        .filter(|number| (1..=10_000).contains(number))
        .ok_or_else(|| {
            let message = "Part number must be an integer between 1 and 10000, inclusive";
            Fault::invalid_argument(message, "partNumber", number)
        })?;
    let sizes: Vec<u64> = match object.parts.as_slice() {
        [] => vec![object.size()],
        parts => parts.iter().map(|part| part.size).collect(),
    };
    let length = *sizes.get(number - 1).ok_or_else(|| {
        let message = "The requested partnumber is not satisfiable";
        Fault::new(416, "InvalidPartNumber", message)
            .with("PartNumberRequested", number.to_string())
            .with("ActualPartCount", sizes.len().to_string())
    })?;
    let first: u64 = sizes[..number - 1].iter().sum();
    Ok((length > 0).then(|| Slice {
        first,
        last: first + length - 1,
        size: object.size(),
    }))
}

/// The bytes of a part that is copied. Unlike a read's, this range must be written out and lie within the source.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/API_UploadPartCopy.html>
pub(super) fn of_copy(size: u64, header: &str) -> Outcome<Slice> {
    let name = "x-amz-copy-source-range";
    let malformed = || {
        let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where first and last \
                       are the zero-based offsets of the first and last bytes to copy";
        Fault::invalid_argument(message, name, header)
    };
    let digits = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse::<u64>().ok())
    };
    let (first, last) = header
        .strip_prefix("bytes=")
        .and_then(|range| range.split_once('-'))
        .and_then(|(first, last)| Some((digits(first)??, digits(last)??)))
        .filter(|(first, last)| first <= last)
        .ok_or_else(malformed)?;
    if first >= size {
        let message = "The specified copy range is invalid for the source object size";
        return Err(Fault::invalid_request(message));
    }
    if last >= size {
        let message = format!("Range specified is not valid for source object of size: {size}");
        return Err(Fault::invalid_argument(message, name, header));
    }
    Ok(Slice { first, last, size })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn shown(size: u64, header: &str) -> Option<String> {
        of_range(size, header).unwrap().map(|slice| slice.content_range())
    }

    #[test]
    fn a_range_is_first_last_or_a_suffix() {
        assert_eq!(shown(10, "bytes=2-4").as_deref(), Some("bytes 2-4/10"));
        assert_eq!(shown(10, "bytes=2-").as_deref(), Some("bytes 2-9/10"));
        assert_eq!(shown(10, "bytes=2-400").as_deref(), Some("bytes 2-9/10"));
        assert_eq!(shown(10, "bytes=-3").as_deref(), Some("bytes 7-9/10"));
        assert_eq!(shown(10, "bytes=-30").as_deref(), Some("bytes 0-9/10"));
    }

    #[test]
    fn what_is_not_one_range_is_ignored() {
        for header in ["bytes=0-1,3-4", "bytes=4-2", "bytes=-", "lines=1-2", "bytes=a-b"] {
            assert_eq!(shown(10, header), None, "{header}");
        }
    }

    #[test]
    fn a_copied_range_is_written_out_and_lies_within_its_source() {
        assert_eq!(of_copy(10, "bytes=2-9").unwrap().content_range(), "bytes 2-9/10");
        for header in [
            "bytes=2-",
            "bytes=-3",
            "bytes=4-2",
            "2-3",
            "bytes=2-10",
            "bytes=a-b",
        ] {
            assert_eq!(
                of_copy(10, header).unwrap_err().code,
                "InvalidArgument",
                "{header}"
            );
        }
        assert_eq!(of_copy(10, "bytes=10-11").unwrap_err().code, "InvalidRequest");
    }

    #[test]
    fn a_range_beyond_the_end_cannot_be_satisfied() {
        for (size, header) in [(10, "bytes=10-"), (0, "bytes=0-"), (10, "bytes=-0")] {
            let fault = of_range(size, header).unwrap_err();
            assert_eq!((fault.status, &*fault.code), (416, "InvalidRange"), "{header}");
        }
    }
}
