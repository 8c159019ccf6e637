//! What S3 refuses: one value per error answer, with the code, words and elements AWS sends.

use crate::call::Denial;
use crate::protocol::rest_xml::reason;
use std::borrow::Cow;

/// An error answer of S3, before it becomes XML.
///
/// Codes and statuses: <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    /// AWS's error code, such as `NoSuchKey`.
    pub(crate) code: Cow<'static, str>,
    /// The HTTP status that goes with the code.
    pub(crate) status: u16,
    /// AWS's sentence.
    pub(crate) message: Cow<'static, str>,
    /// Elements between `Message` and `RequestId`, in order.
    pub(crate) details: Vec<(&'static str, String)>,
    /// Headers the answer carries besides the usual ones.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What an operation of S3 answers.
pub(crate) type Outcome<T> = Result<T, Fault>;

impl Fault {
    pub(crate) fn new(
        status: u16,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            code: code.into(),
            status,
            message: message.into(),
            details: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Adds one element to the answer's XML.
    pub(crate) fn with(mut self, element: &'static str, value: impl Into<String>) -> Self {
        self.details.push((element, value.into()));
        self
    }

    /// Adds one header to the answer.
    pub(crate) fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn no_such_bucket(bucket: &str) -> Self {
        Self::new(404, "NoSuchBucket", "The specified bucket does not exist").with("BucketName", bucket)
    }

    pub(crate) fn no_such_key(key: &str) -> Self {
        Self::new(404, "NoSuchKey", "The specified key does not exist.").with("Key", key)
    }

    pub(crate) fn no_such_version(key: &str, version_id: &str) -> Self {
        Self::new(404, "NoSuchVersion", "The specified version does not exist.")
            .with("Key", key)
            .with("VersionId", version_id)
    }

    pub(crate) fn no_such_upload(upload_id: &str) -> Self {
        Self::new(
            404,
            "NoSuchUpload",
            "The specified upload does not exist. The upload ID may be invalid, or the upload may have been \
             aborted or completed.",
        )
        .with("UploadId", upload_id)
    }

    pub(crate) fn invalid_version_id(argument: &'static str, value: &str) -> Self {
        Self::invalid_argument("Invalid version id specified", argument, value)
    }

    pub(crate) fn invalid_argument(
        message: impl Into<Cow<'static, str>>,
        argument: &str,
        value: impl Into<String>,
    ) -> Self {
        Self::new(400, "InvalidArgument", message)
            .with("ArgumentName", argument)
            .with("ArgumentValue", value)
    }

    pub(crate) fn invalid_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(400, "InvalidRequest", message)
    }

    pub(crate) fn malformed_xml() -> Self {
        Self::new(
            400,
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    }

    pub(crate) fn precondition_failed(condition: &str) -> Self {
        Self::new(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
        )
        .with("Condition", condition)
    }

    /// A method that a resource does not have.
    pub(crate) fn method_refused(method: &str, kind: &'static str, allowed: &[&str]) -> Self {
        let refused = Self::new(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        );
        refused
            .with("Method", method)
            .with("ResourceType", kind)
            .header("allow", allowed.join(", "))
    }

    /// Something else happened to the key while a conditional write was under way.
    pub(crate) fn conditional_conflict(condition: &str, key: &str) -> Self {
        let message =
            "The conditional request cannot succeed due to a conflicting operation against this resource.";
        Self::new(409, "ConditionalRequestConflict", message)
            .with("Condition", condition)
            .with("Key", key)
    }

    /// A read of what is a delete marker: only DELETE works on one.
    /// <https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html>
    pub(crate) fn marker_refuses(method: &'static str) -> Self {
        Self::new(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
        )
        .with("Method", method)
        .with("ResourceType", "DeleteMarker")
        .header("allow", "DELETE")
    }

    /// A header asks for what this API does not have.
    pub(crate) fn header_not_implemented(header: &'static str) -> Self {
        let message = "A header you provided implies functionality that is not implemented";
        Self::new(501, "NotImplemented", message).with("Header", header)
    }

    /// What a bucket has none of.
    pub(crate) fn not_configured(code: &'static str, message: &'static str, bucket: &str) -> Self {
        Self::new(404, code, message).with("BucketName", bucket)
    }

    /// A list where a bucket has none.
    pub(crate) fn acls_not_supported() -> Self {
        Self::new(
            400,
            "AccessControlListNotSupported",
            "The bucket does not allow ACLs",
        )
    }

    pub(crate) fn access_denied() -> Self {
        Self::new(403, "AccessDenied", "Access Denied")
    }

    pub(crate) fn not_implemented() -> Self {
        Self::new(
            501,
            "NotImplemented",
            "A header or query you provided implies functionality that is not implemented.",
        )
    }
}

/// A denial inside an operation: of one key of a batch, of the source of a copy.
pub(crate) fn denied(denial: &Denial) -> Fault {
    Fault::new(403, "AccessDenied", reason(denial))
}
