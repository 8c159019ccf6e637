//! The name that was probably meant.

/// The candidate nearest to a wrong name, if one is near enough to be worth a suggestion.
pub fn nearest<'a>(wrong: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (wrong.chars().count() / 3).clamp(1, 4);
    let close = |name: &'a str| {
        let distance = distance(&wrong.to_lowercase(), &name.to_lowercase());
        let near = distance <= limit || (wrong.len() >= 3 && (name.contains(wrong) || wrong.contains(name)));
        // Who wrote only the beginning of a name meant that one.
        let begun = wrong.len() >= 3 && name.starts_with(wrong);
        near.then_some((!begun, distance, name))
    };
    candidates.filter_map(close).min().map(|(.., name)| name)
}

/// What to expect instead of a wrong name, in French: the name that was probably meant, else all of them.
pub(crate) fn expected(wrong: &str, names: &[&str]) -> String {
    match nearest(wrong, names.iter().copied()) {
        Some(near) => format!("attendu : « {near} », sans doute"),
        None if names.is_empty() => "attendu : rien d’autre".to_owned(),
        None => format!("attendu : {}", names.join(", ")),
    }
}

/// Levenshtein's distance, in characters; long texts are cut, a suggestion needs no more.
fn distance(left: &str, right: &str) -> usize {
    let left: Vec<char> = left.chars().take(64).collect();
    let right: Vec<char> = right.chars().take(64).collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in right.iter().enumerate() {
            let substitution = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = substitution.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_a_stranger_is_not() {
        let names = ["dynamodb", "iam", "url-presignee"];
        assert_eq!(nearest("dinamodb", names.into_iter()), Some("dynamodb"));
        assert_eq!(nearest("url-presigne", names.into_iter()), Some("url-presignee"));
        assert_eq!(nearest("presignee", names.into_iter()), Some("url-presignee"));
        let begun = ["couche-paquet", "couche-place-restante"];
        assert_eq!(
            nearest("couche-place", begun.into_iter()),
            Some("couche-place-restante")
        );
        assert_eq!(nearest("zzzzzzzz", names.into_iter()), None);
    }
}
