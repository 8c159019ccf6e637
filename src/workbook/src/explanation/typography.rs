//! French spaces, which nobody wants to write by hand in every sentence.

/// Puts no-break spaces where French has them; code between backticks is left as it is.
pub(super) fn typeset(text: &str) -> String {
    let mut set = String::with_capacity(text.len());
    for (rank, part) in text.split('`').enumerate() {
        if rank > 0 {
            set.push('`');
        }
        if rank % 2 == 1 {
            set.push_str(part);
            continue;
        }
        let mut part = part.replace("« ", "«\u{a0}").replace(" »", "\u{a0}»");
        for sign in [":", ";", "?", "!"] {
            part = part.replace(&format!(" {sign}"), &format!("\u{a0}{sign}"));
        }
        set.push_str(&part);
    }
    set
}

#[cfg(test)]
mod tests {
    use super::typeset;

    #[test]
    fn spaces_before_high_signs_do_not_break_but_code_stays() {
        assert_eq!(
            typeset("Lis « ceci » : `x : y` !"),
            "Lis «\u{a0}ceci\u{a0}»\u{a0}: `x : y`\u{a0}!"
        );
    }
}
