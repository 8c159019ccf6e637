//! Numbers as French and English speakers write them, and as Cahier writes them in French.

/// Narrow no-break space: what separates thousands in French.
const THOUSANDS: char = '\u{202f}';

/// A number as read, with what follows it (a unit, perhaps).
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Read {
    pub(crate) value: f64,
    pub(crate) rest: String,
}

/// Reads `1 500,25 RCU`, `1,500.25`, `0.5`, `-3e2`… The error is what to tell the learner, in French.
///
/// A space separates thousands, and nothing else: after a first group of one to three digits, each group has
/// exactly three. One thing written so is no number all the same: the same three digits again after a typed
/// space, `105 105`. Somebody gave an answer twice more often than they meant 105105, and an answer that is
/// called unreadable costs no attempt. With no-break spaces, which Cahier writes and keyboards do not, it is
/// that number.
pub(crate) fn read(text: &str) -> Result<Read, String> {
    let text = text.trim().trim_start_matches('=').trim();
    let (text, currency) = leading_currency(text);
    let (sign, unsigned) = sign(text);
    let end = end_of_number(unsigned);
    let (digits, rest) = unsigned.split_at(end);
    if !digits.chars().any(|c| c.is_ascii_digit()) {
        return Err(
            "Je ne trouve pas de nombre dans ta réponse. Écris par exemple `12`, `0,5` ou `1 500`.".into(),
        );
    }
    let (exponent, rest) = exponent(rest);
    let mantissa = mantissa(digits.trim_end())?;
    let value: f64 = format!("{mantissa}e{exponent}")
        .parse()
        .map_err(|_| unreadable(text))?;
    let another = rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if !value.is_finite() || another {
        return Err(unreadable(text));
    }
    Ok(Read {
        value: sign * value,
        rest: format!("{}{currency}", rest.trim()),
    })
}

fn unreadable(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    let words: Vec<&str> = text.split_whitespace().take(4).collect();
    if words.len() > 1
        && words
            .iter()
            .all(|word| read(word).is_ok_and(|read| read.rest.is_empty()))
    {
        return format!(
            "Je lis plusieurs nombres dans «\u{a0}{start}\u{a0}». Donne une seule valeur, par exemple `12` ou `1 500`."
        );
    }
    format!(
        "Je ne sais pas lire «\u{a0}{start}\u{a0}» comme un nombre. Écris par exemple `12`, `0,5` ou `1 500`."
    )
}

fn leading_currency(text: &str) -> (&str, &str) {
    match text.chars().next() {
        Some(c @ ('$' | '€')) => {
            let (currency, rest) = text.split_at(c.len_utf8());
            (rest.trim_start(), currency)
        }
        _ => (text, ""),
    }
}

fn sign(text: &str) -> (f64, &str) {
    if let Some(rest) = text.strip_prefix(['-', '\u{2212}']) {
        (-1.0, rest.trim_start())
    } else {
        (1.0, text.strip_prefix('+').unwrap_or(text).trim_start())
    }
}

fn is_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '_' | '\'' | '\u{2019}'
    )
}

/// Byte length of the leading run of digits, separators, and spaces that stand between digits.
fn end_of_number(text: &str) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        if c.is_ascii_digit() || matches!(c, '.' | ',') {
            end = at + c.len_utf8();
        } else if !is_space(c) {
            break;
        }
    }
    end
}

fn exponent(rest: &str) -> (i32, &str) {
    let none = (0, rest);
    let Some(after) = rest.strip_prefix(['e', 'E']) else {
        return none;
    };
    let unsigned = after.strip_prefix(['-', '+']).unwrap_or(after);
    let digits = unsigned.len() - unsigned.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let length = after.len() - unsigned.len() + digits;
    if digits == 0 || unsigned[digits..].starts_with(char::is_alphabetic) {
        return none;
    }
    after[..length]
        .parse()
        .map_or(none, |value| (value, &after[length..]))
}

/// Turns digits with separators into a form that Rust reads.
fn mantissa(digits: &str) -> Result<String, String> {
    let commas = digits.matches(',').count();
    let dots = digits.matches('.').count();
    match (commas, dots) {
        (0, 0) => whole(digits),
        (1, 0) => single_comma(digits),
        (0, 1) => decimal(digits, '.', digits),
        (_, 0) => thousands(digits, ','),
        (0, _) => thousands(digits, '.'),
        _ => both(digits),
    }
}

/// `0,5` is a decimal comma; `1,500` may also be an English thousands separator.
fn single_comma(digits: &str) -> Result<String, String> {
    let (whole, fraction) = digits.split_once(',').unwrap_or((digits, ""));
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    let could_be_thousands =
        fraction.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0') && plain(whole);
    if could_be_thousands && plain(fraction) {
        let decimals = fraction.trim_end_matches('0');
        let small = if decimals.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole},{decimals}")
        };
        let point = if decimals.is_empty() {
            whole.to_owned()
        } else {
            format!("{whole}.{decimals}")
        };
        return Err(format!(
            "«\u{a0}{digits}\u{a0}» peut se lire de deux façons\u{a0}: {small} ou {whole}{THOUSANDS}{fraction}. \
             Écris `{point}` ou `{whole}{fraction}`."
        ));
    }
    decimal(digits, ',', digits)
}

/// The separator that comes last is the decimal one.
fn both(digits: &str) -> Result<String, String> {
    let (last, other) = match (digits.rfind(','), digits.rfind('.')) {
        (Some(comma), Some(dot)) if comma > dot => (',', '.'),
        _ => ('.', ','),
    };
    if digits.matches(last).count() > 1 {
        return Err(unreadable(digits));
    }
    let (whole, fraction) = digits.split_once(last).unwrap_or((digits, ""));
    decimal(&format!("{}.{fraction}", thousands(whole, other)?), '.', digits)
}

fn thousands(digits: &str, separator: char) -> Result<String, String> {
    grouped(&digits.replace(separator, " "), digits)
}

fn decimal(digits: &str, separator: char, written: &str) -> Result<String, String> {
    let (whole, fraction) = digits.split_once(separator).unwrap_or((digits, ""));
    let whole = if whole.is_empty() {
        "0".to_owned()
    } else {
        grouped(whole, written)?
    };
    // Decimals may be grouped too: 0,000 125.
    let fraction: String = fraction.chars().filter(|c| !is_space(*c)).collect();
    Ok(format!(
        "{whole}.{}",
        if fraction.is_empty() { "0" } else { &fraction }
    ))
}

/// Digits without a decimal part.
fn whole(digits: &str) -> Result<String, String> {
    let groups: Vec<&str> = digits.split(is_space).filter(|group| !group.is_empty()).collect();
    let typed = digits.contains([' ', '\t']);
    match groups.as_slice() {
        [first, rest @ ..]
            if typed && first.len() == 3 && !rest.is_empty() && rest.iter().all(|group| group == first) =>
        {
            let joined = groups.concat();
            Err(format!(
                "«\u{a0}{digits}\u{a0}» peut se lire comme {first}, donné plusieurs fois, ou comme {joined}. \
                 Écris `{first}` ou `{joined}`."
            ))
        }
        _ => grouped(digits, digits),
    }
}

/// Digits whose groups, if any, have three digits except the first one.
fn grouped(digits: &str, written: &str) -> Result<String, String> {
    let groups: Vec<&str> = digits.split(is_space).filter(|group| !group.is_empty()).collect();
    let good = match groups.as_slice() {
        [] => false,
        [_] => true,
        [first, rest @ ..] => (1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3),
    };
    if good {
        Ok(groups.concat())
    } else {
        Err(unreadable(written))
    }
}

/// A number in French: `1 500,25`, with narrow no-break spaces.
pub(crate) fn french(value: f64) -> String {
    let plain = plain(value);
    let (sign, unsigned) = plain
        .strip_prefix('-')
        .map_or(("", plain.as_str()), |rest| ("\u{2212}", rest));
    let (whole, fraction) = unsigned
        .split_once('.')
        .map_or((unsigned, None), |(w, f)| (w, Some(f)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(THOUSANDS);
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push(',');
        text.push_str(fraction);
    }
    text
}

/// A number for code: `1500.25`. At most six decimals, more only for what is below a thousandth.
pub(crate) fn plain(value: f64) -> String {
    if !value.is_finite() {
        return "?".to_owned();
    }
    let decimals = if value != 0.0 && value.abs() < 0.001 {
        12
    } else {
        6
    };
    let text = format!("{value:.decimals$}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests;
