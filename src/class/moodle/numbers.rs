//! Numbers as Moodle takes them: fractions of its own list, values and tolerances in plain digits.

use workbook::exercise::QuizOption;

/// What each of so many right options gives, in percent: Moodle takes only the values of its list, written so.
const SHARES: [&str; 10] = [
    "100", "50", "33.33333", "25", "20", "16.66667", "14.28571", "12.5", "11.11111", "10",
];

/// What an option gives, in percent, in Moodle's own type of question. Of several right options each gives its share, and a
/// wrong one takes everything away, so that who ticks all of them has nothing.
pub(super) fn fraction(option: &QuizOption, options: &[QuizOption]) -> &'static str {
    let right = options.iter().filter(|option| option.right).count();
    match (option.right, right) {
        (true, right) => SHARES[right.clamp(1, SHARES.len()) - 1],
        (false, 0 | 1) => "0",
        (false, _) => "-100",
    }
}

/// Digits that count: what is behind them is the noise of binary fractions.
const DIGITS: usize = 12;

/// A number in plain digits with a point, without an exponent.
pub(super) fn plain(value: f64) -> String {
    let rounded: f64 = format!("{value:.DIGITS$e}").parse().unwrap_or(value);
    format!("{rounded}")
}

/// How far an answer may be from a value, as Cahier itself judges. Where nothing is written, a whole number that nobody
/// converts is taken exactly, and any other but for the noise of binary fractions.
pub(super) fn tolerance(value: f64, written: f64, converted: bool) -> String {
    let inexact = converted || value.fract() != 0.0;
    plain(if written > 0.0 || !inexact {
        written
    } else {
        1e-9 * value.abs().max(1.0)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_plain_digits_and_no_noise() {
        for (value, text) in [
            (0.1 + 0.2, "0.3"),
            (1_500.0, "1500"),
            (-0.5, "-0.5"),
            (1e15, "1000000000000000"),
            (1.0 / 3.0, "0.3333333333333"),
        ] {
            assert_eq!(plain(value), text);
        }
    }

    #[test]
    fn only_what_may_be_inexact_has_a_tolerance_of_its_own() {
        assert_eq!(tolerance(12.0, 0.0, false), "0");
        assert_eq!(tolerance(12.0, 0.5, false), "0.5");
        assert_eq!(tolerance(0.5, 0.0, false), "0.000000001");
        assert_eq!(tolerance(60.0, 0.0, true), "0.00000006");
    }
}
