//! Durations as a learner types them: `600`, `10m`, `1h30`, `2 j`.

use std::time::Duration;

/// The duration, or `None` when it is not one.
pub(super) fn parse(text: &str) -> Option<Duration> {
    let compact: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let (mut rest, mut total, mut smaller) = (compact.as_str(), 0_u64, 1_u64);
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest
            .find(|letter: char| !letter.is_ascii_digit())
            .unwrap_or(rest.len());
        let number: u64 = rest[..digits].parse().ok()?;
        let letters = rest[digits..]
            .find(|letter: char| letter.is_ascii_digit())
            .unwrap_or(rest.len() - digits);
        let unit = match &rest[digits..digits + letters] {
            // `1h30`: the unit below the one before; a bare number is seconds.
            "" => smaller,
            "s" | "sec" | "seconde" | "secondes" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "heure" | "heures" => 3_600,
            "j" | "d" | "jour" | "jours" => 86_400,
            _ => return None,
        };
        total = total.checked_add(number.checked_mul(unit)?)?;
        smaller = if unit == 86_400 { 3_600 } else { (unit / 60).max(1) };
        rest = &rest[digits + letters..];
    }
    Some(Duration::from_secs(total))
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn the_usual_ways_to_write_a_duration_are_read() {
        let seconds = |text| parse(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("600"), Some(600));
        assert_eq!(seconds("10 min"), Some(600));
        assert_eq!(seconds("1h30"), Some(5_400));
        assert_eq!(seconds("2j"), Some(172_800));
        assert_eq!(seconds("1m05s"), Some(65));
        assert_eq!(parse("bientôt"), None);
        assert_eq!(parse(""), None);
        assert_eq!(parse("99999999999999999999"), None);
        assert_eq!(parse("0"), Some(Duration::ZERO));
    }
}
