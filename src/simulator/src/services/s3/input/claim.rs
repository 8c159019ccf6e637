//! What a request says about its body, and which checksum it wants.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html>

use super::Input;
use crate::services::s3::fault::{Fault, Outcome};
use crate::services::s3::store::{Algorithm, Claim};

/// Headers of that prefix that name no checksum.
const ABOUT: [&str; 3] = [
    "x-amz-checksum-algorithm",
    "x-amz-checksum-mode",
    "x-amz-checksum-type",
];

/// Checksums that S3 takes and that are not simulated.
const NOT_SIMULATED: [&str; 5] = [
    "x-amz-checksum-md5",
    "x-amz-checksum-sha512",
    "x-amz-checksum-xxhash128",
    "x-amz-checksum-xxhash3",
    "x-amz-checksum-xxhash64",
];

const SDK_ALGORITHM: &str = "x-amz-sdk-checksum-algorithm";

impl Input<'_> {
    /// What the request says about its body.
    pub(in crate::services::s3) fn claim(&self) -> Outcome<Claim> {
        let given: Vec<_> = Algorithm::ALL
            .into_iter()
            .filter_map(|algorithm| Some((algorithm, self.owned(algorithm.header())?)))
            .collect();
        self.check_foreign()?;
        if given.len() > 1 {
            let message =
                "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.";
            return Err(Fault::invalid_request(message));
        }
        let claim = Claim {
            md5: self.owned("content-md5"),
            checksum: given.into_iter().next(),
            wanted: None,
        };
        self.check_sdk_algorithm(&claim)?;
        Ok(claim)
    }

    /// A checksum that is not verified here must not pass for one that was.
    fn check_foreign(&self) -> Outcome<()> {
        let names = self.call.head.headers.keys().map(http::HeaderName::as_str);
        let mut foreign = names
            .filter(|name| name.starts_with("x-amz-checksum-") && !ABOUT.contains(name))
            .filter(|name| Algorithm::ALL.iter().all(|algorithm| algorithm.header() != *name));
        match foreign.next() {
            None => Ok(()),
            Some(name) if NOT_SIMULATED.contains(&name) => Err(Fault::not_implemented()),
            Some(_) => Err(Fault::invalid_request(
                "The algorithm type you specified in x-amz-checksum- header is invalid.",
            )),
        }
    }

    /// An algorithm that is announced must come with its checksum.
    fn check_sdk_algorithm(&self, claim: &Claim) -> Outcome<()> {
        let Some(name) = self.header(SDK_ALGORITHM).filter(|name| !name.is_empty()) else {
            return Ok(());
        };
        match &claim.checksum {
            None => Err(Fault::invalid_request(
                "x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer \
                 headers were found.",
            )),
            Some((algorithm, _)) if !algorithm.name().eq_ignore_ascii_case(name) => Err(
                Fault::invalid_request("Value for x-amz-sdk-checksum-algorithm header is invalid."),
            ),
            Some(_) => Ok(()),
        }
    }

    /// A checksum algorithm that a header names.
    pub(in crate::services::s3) fn algorithm(&self, header: &str) -> Outcome<Option<Algorithm>> {
        let Some(name) = self.header(header) else {
            return Ok(None);
        };
        Algorithm::named(name).map(Some).ok_or_else(|| {
            let message = "Checksum algorithm provided is unsupported. Please try again with any of the valid \
                           types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]";
            Fault::invalid_request(message)
        })
    }

    /// Whether a read wants to see the checksum.
    pub(in crate::services::s3) fn wants_checksum(&self) -> Outcome<bool> {
        match self.header("x-amz-checksum-mode") {
            None => Ok(false),
            Some(mode) if mode.trim().eq_ignore_ascii_case("enabled") => Ok(true),
            Some(_) => Err(Fault::invalid_request(
                "Value for x-amz-checksum-mode header is invalid.",
            )),
        }
    }
}

/// The claim of an operation that changes a lot at once, and refuses a body that nothing vouches for.
pub(in crate::services::s3) fn document_claim(input: &Input<'_>) -> Outcome<Claim> {
    let claim = input.claim()?;
    if claim.md5.is_none() && claim.checksum.is_none() {
        let message = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";
        return Err(Fault::invalid_request(message));
    }
    Ok(claim)
}
