//! Uploads by a browser's form: reading it, who signed it, and what its policy allows.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-UsingHTTPPOST.html>

mod multipart;
mod policy;
mod signature;

pub(super) use multipart::{Form, read};
pub(super) use policy::Policy;
pub(super) use signature::{Signer, signer};
