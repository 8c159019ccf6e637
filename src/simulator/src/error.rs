//! What AWS would answer: an error code, its message, its status, and what else the answer carries.

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

/// An answer of AWS that is an error. Not to be mixed with an error of this program.
#[derive(Debug, Clone)]
pub(crate) struct AwsError {
    /// HTTP status.
    pub(crate) status: u16,
    /// The code, with its namespace where the JSON protocol shows one (`com.amazon.coral.service#…`).
    pub(crate) code: Cow<'static, str>,
    /// AWS's own sentence; empty when AWS gives none.
    pub(crate) message: String,
    /// How the JSON protocol names the message: `message`, or `Message` for a few exceptions.
    pub(crate) message_member: &'static str,
    /// Further members (JSON) or elements (XML), in order.
    pub(crate) extras: Vec<(Cow<'static, str>, Value)>,
    /// Headers of the answer that are this error's own.
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl AwsError {
    /// An error with nothing but its code and message.
    pub(crate) fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self {
            status,
            code: code.into(),
            message: message.into(),
            message_member: "message",
            extras: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// The same, with one more member or element.
    pub(crate) fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) -> Self {
        self.extras.push((name.into(), value.into()));
        self
    }

    /// The same, its message under another name (JSON).
    pub(crate) fn message_as(mut self, member: &'static str) -> Self {
        self.message_member = member;
        self
    }

    /// The same, with one more header.
    pub(crate) fn with_header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    /// The headers, but for values that cannot be sent.
    pub(crate) fn header_map(&self) -> HeaderMap {
        let headers = self.headers.iter();
        let headers = headers.filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
        });
        headers.collect()
    }

    /// The code without its namespace: `ValidationException`.
    pub(crate) fn short_code(&self) -> &str {
        self.code.rsplit('#').next().unwrap_or(&self.code)
    }
}
