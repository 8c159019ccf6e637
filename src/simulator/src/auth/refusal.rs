//! Why a request is not authenticated, and how each protocol words it.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>,
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html>

mod ec2;
mod shown;

use time::OffsetDateTime;

use crate::error::AwsError;
use crate::protocol::Family;
use shown::{basic, iso, spaced_hex};

/// What a presigned URL must hold.
pub(super) const MISSING_QUERY_PARAMETERS: &str = "Query-string authentication version 4 requires the \
    X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.";

/// The largest difference between a signature's date and the server's, either way.
pub(crate) const MAX_SKEW: time::Duration = time::Duration::minutes(15);

const NOT_MATCHING: &str = "The request signature we calculated does not match the signature you provided. Check \
                            your key and signing method.";

const NOT_MATCHING_SDK: &str = "The request signature we calculated does not match the signature you provided. Check \
    your AWS Secret Access Key and signing method. Consult the service documentation for details.";

/// What services other than S3 say of a session that is over.
const TOKEN_EXPIRED: &str = "The security token included in the request is expired";

/// Why a request is refused before anyone asks what it wants.
#[derive(Debug, Clone)]
pub(crate) enum Refusal {
    /// No signature, and the service takes none but signed requests.
    Missing,
    /// The `Authorization` header is of another kind.
    UnsupportedType(String),
    /// Signature Version 2.
    VersionTwo,
    /// A part of what Signature Version 2 has in a query.
    IncompleteVersionTwo,
    /// A signature in the header and one in the query.
    TwoMechanisms(String),
    /// A field of the `Authorization` header is missing.
    IncompleteHeader(&'static str),
    /// The header's credential is not `AKID/date/region/service/aws4_request`.
    MalformedCredential(String),
    /// No date that can be read.
    MissingDate,
    /// The header's credential is of another day.
    CredentialDate { credential: String, amz_date: String },
    /// The query parameters of a presigned URL are wrong.
    QueryParameters { message: String, region: Option<String> },
    /// The signature is for another region.
    Region {
        given: String,
        expected: &'static str,
        presigned: bool,
    },
    /// The signature is for another service.
    Service {
        given: String,
        expected: &'static str,
        presigned: bool,
    },
    /// No such access key.
    UnknownKey(String),
    /// A session token where the key has none, or the wrong one.
    Token(String),
    /// The session's time is over.
    ExpiredToken(String),
    /// The presigned URL's time is over.
    Expired {
        expires: i64,
        at: OffsetDateTime,
        now: OffsetDateTime,
    },
    /// The presigned URL's time has not begun.
    NotYetValid {
        signed: OffsetDateTime,
        at: OffsetDateTime,
        now: OffsetDateTime,
    },
    /// The header's date is too far from the server's.
    Skewed {
        amz_date: String,
        signed: OffsetDateTime,
        now: OffsetDateTime,
    },
    /// Headers that must be signed are not.
    UnsignedHeaders(Vec<String>),
    /// The signature is another one.
    Signature {
        access_key_id: String,
        string_to_sign: String,
        provided: String,
        canonical_request: String,
    },
    /// S3 asks for the hash of the payload.
    MissingPayloadHash,
    /// The hash of the payload is another one.
    PayloadHash { given: String, computed: String },
    /// What stands in the place of the payload's hash is none of what may.
    InvalidPayloadHash,
    /// The body ended early, or is not as long as it says.
    IncompleteBody,
    /// The trailer of the body cannot be read, or was not announced.
    Trailer,
    /// The decoded length of the body is missing.
    MissingLength,
    /// The body comes in HTTP's own chunks, and nothing says how long it is.
    TransferEncoding,
    /// The body is larger than what is taken.
    TooLarge,
}

impl Refusal {
    /// The refusal in AWS's words for a protocol.
    pub(crate) fn error(self, family: Family) -> AwsError {
        match family {
            Family::S3 => self.s3(),
            Family::Json => self.json(),
            Family::RestJson => self.rest_json(),
            Family::Query => self.query(),
            Family::Ec2 => self.ec2(),
        }
    }

    fn s3(self) -> AwsError {
        let malformed = |detail: String| {
            let message = format!("The authorization header is malformed; {detail}");
            AwsError::new(400, "AuthorizationHeaderMalformed", message)
        };
        match self {
            Self::UnsupportedType(header) => AwsError::new(400, "InvalidArgument", "Unsupported Authorization Type")
                .with("ArgumentName", "Authorization")
                .with("ArgumentValue", header),
            Self::TwoMechanisms(header) => AwsError::new(
                400,
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string \
                 parameter or the Authorization header should be specified",
            )
            .with("ArgumentName", "Authorization")
            .with("ArgumentValue", header),
            Self::IncompleteHeader(name) => malformed(format!("the authorization header requires three components: Credential, SignedHeaders, and Signature; {name} is missing.")),
            Self::MalformedCredential(_) => malformed(
                "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".".to_owned(),
            ),
            Self::MissingDate => AwsError::new(
                403,
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
            ),
            Self::CredentialDate { credential, amz_date } => malformed(format!(
                "Invalid credential date \"{credential}\". This date is not the same as X-Amz-Date: \"{}\".",
                amz_date.get(..8).unwrap_or(&amz_date)
            )),
            Self::QueryParameters { message, region } => query_parameters(message, region),
            Self::Region { given, expected, presigned: true } => query_parameters(
                format!("Error parsing the X-Amz-Credential parameter; the region '{given}' is wrong; expecting '{expected}'"),
                Some(expected.to_owned()),
            ),
            Self::Region { given, expected, presigned: false } => {
                malformed(format!("the region '{given}' is wrong; expecting '{expected}'")).with("Region", expected)
            }
            Self::Service { given, expected, presigned } => {
                let detail = format!("incorrect service \"{given}\". This endpoint belongs to \"{expected}\".");
                if presigned {
                    query_parameters(format!("Error parsing the X-Amz-Credential parameter; {detail}"), None)
                } else {
                    malformed(detail)
                }
            }
            Self::UnknownKey(key) => AwsError::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .with("AWSAccessKeyId", key),
            Self::Token(token) => {
                AwsError::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
                    .with("Token-0", token)
            }
            Self::ExpiredToken(token) => {
                AwsError::new(400, "ExpiredToken", "The provided token has expired.").with("Token-0", token)
            }
            Self::Expired { expires, at, now } => AwsError::new(403, "AccessDenied", "Request has expired")
                .with("X-Amz-Expires", expires)
                .with("Expires", iso(at))
                .with("ServerTime", iso(now)),
            Self::NotYetValid { signed, at, now } => AwsError::new(403, "AccessDenied", "Request is not yet valid")
                .with("X-Amz-Date", signed.unix_timestamp() * 1000)
                .with("Expires", iso(at))
                .with("ServerTime", iso(now)),
            Self::Skewed { amz_date, now, .. } => AwsError::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with("RequestTime", amz_date)
            .with("ServerTime", iso(now))
            .with("MaxAllowedSkewMilliseconds", 900_000),
            Self::UnsignedHeaders(names) => AwsError::new(
                403,
                "AccessDenied",
                "There were headers present in the request which were not signed",
            )
            .with("HeadersNotSigned", names.join(", ")),
            Self::Signature { access_key_id, string_to_sign, provided, canonical_request } => {
                AwsError::new(403, "SignatureDoesNotMatch", NOT_MATCHING)
                    .with("AWSAccessKeyId", access_key_id)
                    .with("StringToSign", string_to_sign.clone())
                    .with("SignatureProvided", provided)
                    .with("StringToSignBytes", spaced_hex(&string_to_sign))
                    .with("CanonicalRequest", canonical_request.clone())
                    .with("CanonicalRequestBytes", spaced_hex(&canonical_request))
            }
            other => other.s3_other(),
        }
    }

    fn s3_other(self) -> AwsError {
        match self {
            Self::Missing => AwsError::new(403, "AccessDenied", "Access Denied"),
            Self::VersionTwo => AwsError::new(
                400,
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ),
            Self::IncompleteVersionTwo => AwsError::new(
                403,
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            ),
            Self::MissingPayloadHash => AwsError::new(
                400,
                "InvalidRequest",
                "Missing required header for this request: x-amz-content-sha256",
            ),
            Self::PayloadHash { given, computed } => AwsError::new(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            )
            .with("ClientComputedContentSHA256", given)
            .with("S3ComputedContentSHA256", computed),
            Self::InvalidPayloadHash => AwsError::new(
                400,
                "InvalidArgument",
                "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                 STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
                 STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
            )
            .with("ArgumentName", "x-amz-content-sha256"),
            Self::Trailer => AwsError::new(
                400,
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published schema.",
            ),
            Self::MissingLength => AwsError::new(
                411,
                "MissingContentLength",
                "You must provide the Content-Length HTTP header.",
            ),
            Self::TransferEncoding => AwsError::new(
                501,
                "NotImplemented",
                "A header you provided implies functionality that is not implemented",
            )
            .with("Header", "Transfer-Encoding"),
            Self::TooLarge => AwsError::new(
                400,
                "EntityTooLarge",
                "Your proposed upload exceeds the maximum allowed size",
            ),
            _ => AwsError::new(
                400,
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header",
            ),
        }
    }

    /// Without the code's namespace: DynamoDB and its kin answer these with Coral's.
    fn json(self) -> AwsError {
        let coral = |code: &str, message: String| {
            AwsError::new(400, format!("com.amazon.coral.service#{code}"), message)
        };
        match self {
            Self::Missing | Self::IncompleteVersionTwo => coral(
                "MissingAuthenticationTokenException",
                "Request is missing Authentication Token".to_owned(),
            ),
            Self::UnknownKey(_) | Self::Token(_) => coral(
                "UnrecognizedClientException",
                "The security token included in the request is invalid.".to_owned(),
            ),
            Self::ExpiredToken(_) => coral("ExpiredTokenException", TOKEN_EXPIRED.to_owned()),
            Self::IncompleteBody => coral("SerializationException", String::new()),
            Self::TooLarge => {
                AwsError::new(413, "com.amazon.coral.service#RequestEntityTooLargeException", "")
            }
            other => match other.mismatch() {
                Ok(message) => coral("InvalidSignatureException", message),
                Err(other) => coral("IncompleteSignatureException", other.incomplete()),
            },
        }
    }

    /// What JSON protocols say, with the statuses of services that use HTTP's.
    fn rest_json(self) -> AwsError {
        let mut error = self.json();
        match error.short_code() {
            "SerializationException" => error.status = 400,
            "MissingAuthenticationTokenException" => {
                error.status = 403;
                "Missing Authentication Token".clone_into(&mut error.message);
            }
            "RequestEntityTooLargeException" => {
                "Request must be smaller than 70167211 bytes".clone_into(&mut error.message);
            }
            _ => error.status = 403,
        }
        error
    }

    fn query(self) -> AwsError {
        match self {
            Self::Missing | Self::IncompleteVersionTwo => AwsError::new(
                403,
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            ),
            Self::UnknownKey(_) | Self::Token(_) => AwsError::new(
                403,
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            ),
            Self::ExpiredToken(_) => AwsError::new(403, "ExpiredToken", TOKEN_EXPIRED),
            Self::IncompleteBody => AwsError::new(400, "MalformedInput", ""),
            Self::TooLarge => AwsError::new(413, "RequestEntityTooLarge", "Request entity too large"),
            other => match other.mismatch() {
                Ok(message) => AwsError::new(403, "SignatureDoesNotMatch", message),
                Err(other) => AwsError::new(400, "IncompleteSignature", other.incomplete()),
            },
        }
    }

    /// The message of a signature that is complete but does not hold, in the words shared by JSON and query services.
    fn mismatch(self) -> Result<String, Self> {
        match self {
            Self::Signature {
                string_to_sign,
                canonical_request,
                ..
            } => Ok(format!(
                "{NOT_MATCHING_SDK}\n\nThe Canonical String for this request should have been\n'{canonical_request}'\n\n\
                 The String-to-Sign should have been\n'{string_to_sign}'\n"
            )),
            Self::Region { given, .. } => Ok(format!(
                "Credential should be scoped to a valid region, not '{given}'. "
            )),
            Self::Service { expected, .. } => Ok(format!(
                "Credential should be scoped to correct service: '{expected}'. "
            )),
            Self::CredentialDate { credential, amz_date } => Ok(format!(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: \
                 '{credential}' != '{}', from '{amz_date}'.",
                amz_date.get(..8).unwrap_or(&amz_date)
            )),
            Self::Skewed {
                amz_date,
                signed,
                now,
            } => Ok(skewed(&amz_date, signed, now)),
            Self::Expired { at, now, .. } => Ok(format!(
                "Signature expired: {} is now earlier than {}",
                basic(at),
                basic(now)
            )),
            Self::NotYetValid { signed, now, .. } => Ok(format!(
                "Signature not yet current: {} is still later than {}",
                basic(signed),
                basic(now)
            )),
            Self::PayloadHash { .. } | Self::InvalidPayloadHash | Self::UnsignedHeaders(_) => {
                Ok(NOT_MATCHING_SDK.to_owned())
            }
            other => Err(other),
        }
    }

    /// The message of a signature that cannot be read.
    fn incomplete(self) -> String {
        match self {
            Self::IncompleteHeader(name) => format!("Authorization header requires '{name}' parameter."),
            Self::MalformedCredential(credential) => {
                format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '{credential}'"
                )
            }
            Self::MissingDate => {
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
                    .to_owned()
            }
            Self::QueryParameters { message, .. } => message,
            Self::UnsupportedType(header) => format!("Unsupported Authorization Type: '{header}'"),
            _ => "Request must contain exactly one AWS Signature Version 4 signature.".to_owned(),
        }
    }
}

fn query_parameters(message: String, region: Option<String>) -> AwsError {
    let error = AwsError::new(400, "AuthorizationQueryParametersError", message);
    match region {
        Some(region) => error.with("Region", region),
        None => error,
    }
}

fn skewed(amz_date: &str, signed: OffsetDateTime, now: OffsetDateTime) -> String {
    if signed < now {
        let limit = basic(now - MAX_SKEW);
        format!(
            "Signature expired: {amz_date} is now earlier than {limit} ({} - 15 min.)",
            basic(now)
        )
    } else {
        let limit = basic(now + MAX_SKEW);
        format!(
            "Signature not yet current: {amz_date} is still later than {limit} ({} + 15 min.)",
            basic(now)
        )
    }
}
