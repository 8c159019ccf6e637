//! Names, tags, digests and ARNs of ECR.

use crate::REGION;

/// The rule of a repository's name, as AWS tells it where it refuses one.
pub(super) const REPOSITORY_PATTERN: &str =
    r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*";

/// An account's number.
pub(super) fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A repository's name: parts of small letters and digits, which `.`, `_`, `__` or any number of `-` join, and slashes
/// between the parts.
pub(super) fn is_repository_name(text: &str) -> bool {
    (2..=256).contains(&text.len()) && text.split('/').all(is_part)
}

fn is_part(part: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = part.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    if !ends.iter().all(|end| end.is_some_and(|byte| plain(*byte))) {
        return false;
    }
    let joints = part.split(|sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit());
    joints
        .filter(|joint| !joint.is_empty())
        .all(|joint| matches!(joint, "." | "_" | "__") || joint.bytes().all(|byte| byte == b'-'))
}

/// An image's tag: 300 characters at most.
pub(super) fn is_tag(text: &str) -> bool {
    let mut bytes = text.bytes();
    let first = bytes.next();
    (1..=300).contains(&text.len())
        && first.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

/// `sha256:` and 64 hexadecimal digits.
pub(super) fn is_digest(text: &str) -> bool {
    let hash = text.strip_prefix("sha256:").unwrap_or_default();
    hash.len() == 64 && hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// `arn:aws:ecr:eu-west-3:123456789012:repository/web`.
pub(super) fn repository_arn(account: &str, name: &str) -> String {
    format!("arn:aws:ecr:{REGION}:{account}:repository/{name}")
}

/// The account and the name of the repository of an ARN.
pub(super) fn split_arn(arn: &str) -> Option<(&str, &str)> {
    let rest = arn.strip_prefix("arn:aws:ecr:")?.strip_prefix(REGION)?;
    let (account, name) = rest.strip_prefix(':')?.split_once(":repository/")?;
    is_account(account).then_some((account, name))
}

/// `123456789012.dkr.ecr.eu-west-3.amazonaws.com/web`.
pub(super) fn uri(account: &str, name: &str) -> String {
    format!("{account}.dkr.ecr.{REGION}.amazonaws.com/{name}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repository_s_name_is_small_letters_joined() {
        for name in ["web", "equipe/web", "a.b_c__d---e/f", "01"] {
            assert!(is_repository_name(name), "{name}");
        }
        for name in [
            "a", "", "Web", "-web", "web-", "a..b", "a/_b", "a//b", "é1", "a___b",
        ] {
            assert!(!is_repository_name(name), "{name}");
        }
        assert!(!is_repository_name(&"a".repeat(257)));
    }

    #[test]
    fn an_arn_names_an_account_and_a_repository() {
        let arn = repository_arn("123456789012", "equipe/web");
        assert_eq!(split_arn(&arn), Some(("123456789012", "equipe/web")));
        for other in [
            "*",
            "arn:aws:ecr:us-east-1:123456789012:repository/web",
            "arn:aws:s3:::web",
        ] {
            assert_eq!(split_arn(other), None, "{other}");
        }
    }
}
