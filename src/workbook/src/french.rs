//! French that depends on a number.

/// `1 cellule`, `2 cellules`: in French, what is below two is singular.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count}\u{a0}{}", if count < 2 { one } else { many })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_and_one_are_singular() {
        let cells = |count| counted(count, "cellule", "cellules");
        assert_eq!(
            [cells(0), cells(1), cells(2)],
            ["0\u{a0}cellule", "1\u{a0}cellule", "2\u{a0}cellules"]
        );
    }
}
