//! Patterns with stars.

/// Whether a text matches a pattern, in which `*` stands for any text, be there slashes in it.
pub fn matches(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        let Some(at) = rest.find(part) else {
            return false;
        };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_crosses_slashes() {
        for (pattern, path) in [
            ("*", "a/b"),
            ("*/tests/*", "python/x/tests/t.py"),
            ("*.pyc", "a/b.pyc"),
            ("python/a.py", "python/a.py"),
        ] {
            assert!(matches(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("*.pyc", "a.py"),
            ("a", "ab"),
            ("python/*x*.py", "python/a.py"),
            ("b*", "ab"),
        ] {
            assert!(!matches(pattern, path), "{pattern} {path}");
        }
    }
}
