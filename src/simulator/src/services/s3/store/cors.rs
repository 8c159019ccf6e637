//! Cross-origin resource sharing: which pages of other origins may read a bucket.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>

use serde::{Deserialize, Serialize};

/// A rule of a bucket's CORS configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct CorsRule {
    pub(crate) id: Option<String>,
    pub(crate) allowed_origins: Vec<String>,
    pub(crate) allowed_methods: Vec<String>,
    pub(crate) allowed_headers: Vec<String>,
    pub(crate) expose_headers: Vec<String>,
    /// For how many seconds a browser may keep the answer.
    pub(crate) max_age: Option<i32>,
}

impl CorsRule {
    /// Whether the rule lets this origin use this method with these headers.
    pub(crate) fn allows(&self, origin: &str, method: &str, headers: &[&str]) -> bool {
        self.allowed_origins.iter().any(|pattern| like(pattern, origin))
            && self.allowed_methods.iter().any(|allowed| allowed == method)
            && headers.iter().all(|header| self.allows_header(header))
    }

    fn allows_header(&self, header: &str) -> bool {
        let header = header.to_ascii_lowercase();
        let mut patterns = self.allowed_headers.iter();
        patterns.any(|pattern| like(&pattern.to_ascii_lowercase(), &header))
    }

    /// Whether the rule names every origin alike.
    pub(crate) fn is_for_all(&self) -> bool {
        self.allowed_origins.iter().any(|origin| origin == "*")
    }
}

/// At most one `*` stands for any text.
fn like(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((before, after)) => {
            text.len() >= before.len() + after.len() && text.starts_with(before) && text.ends_with(after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_names_origins_methods_and_headers() {
        let rule = CorsRule {
            allowed_origins: vec!["https://*.example.com".into()],
            allowed_methods: vec!["GET".into()],
            allowed_headers: vec!["x-amz-*".into()],
            ..CorsRule::default()
        };
        assert!(rule.allows("https://a.example.com", "GET", &["X-Amz-Date"]));
        assert!(!rule.allows("https://example.com", "GET", &[]));
        assert!(!rule.allows("https://a.example.com", "PUT", &[]));
        assert!(!rule.allows("https://a.example.com", "GET", &["authorization"]));
    }
}
