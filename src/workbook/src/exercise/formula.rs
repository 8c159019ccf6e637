//! Formulas over an exercise's parameters, such as `ceil(taille_ko / 4) * lectures`.

use super::parameters::Scope;
use super::{Parameters, Value};
use exmex::{BinOp, Express, MakeOperators, Operator};
use std::ops::Range;

/// The functions that a formula may call.
const FUNCTIONS: [&str; 6] = ["ceil", "floor", "round", "abs", "min", "max"];

/// What is wrong with a formula, by byte range in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FormulaError {
    pub(crate) range: Range<usize>,
    pub(crate) message: String,
    pub(crate) expected: String,
}

impl FormulaError {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>, expected: impl Into<String>) -> Self {
        Self {
            range,
            message: message.into(),
            expected: expected.into(),
        }
    }
}

/// A parsed formula, all of whose names are known.
#[derive(Debug, Clone)]
pub(crate) struct Formula(exmex::FlatEx<f64, Operators>);

/// Rounds away the noise of binary fractions, so that `ceil(0.3 / 0.1)` is 3.
fn settle(value: f64) -> f64 {
    let rounded = (value * 1e9).round() / 1e9;
    if rounded.is_finite() { rounded } else { value }
}

#[derive(Debug, Clone)]
struct Operators;

impl MakeOperators<f64> for Operators {
    fn make<'a>() -> Vec<Operator<'a, f64>> {
        let binary = |apply, prio, is_commutative| BinOp {
            apply,
            prio,
            is_commutative,
        };
        vec![
            Operator::make_bin("^", binary(f64::powf, 4, false)),
            Operator::make_bin("*", binary(|a, b| a * b, 2, true)),
            Operator::make_bin("/", binary(|a, b| a / b, 3, false)),
            Operator::make_bin_unary("+", binary(|a, b| a + b, 0, true), |a| a),
            Operator::make_bin_unary("-", binary(|a, b| a - b, 1, false), |a| -a),
            Operator::make_bin("min", binary(f64::min, 0, true)),
            Operator::make_bin("max", binary(f64::max, 0, true)),
            Operator::make_unary("ceil", |a| settle(a).ceil()),
            Operator::make_unary("floor", |a| settle(a).floor()),
            Operator::make_unary("round", |a| settle(a).round()),
            Operator::make_unary("abs", f64::abs),
        ]
    }
}

impl Formula {
    /// Parses a formula whose names must all be numbers of the scope.
    pub(crate) fn parse(text: &str, scope: &Scope) -> Result<Self, FormulaError> {
        check_characters(text)?;
        check_names(text, scope)?;
        let parsed = exmex::FlatEx::parse(&braced(text)).ok();
        let parsed = parsed.filter(|formula: &exmex::FlatEx<f64, Operators>| {
            formula.eval(&vec![1.0; formula.var_names().len()]).is_ok()
        });
        parsed.map(Self).ok_or_else(|| {
            FormulaError::new(
                0..text.len(),
                format!("la formule « {text} » est mal formée"),
                EXPECTED,
            )
        })
    }

    /// The formula's value; not a finite number when the parameters allow none (division by zero).
    pub(crate) fn value(&self, parameters: &Parameters) -> f64 {
        let values: Vec<f64> = self
            .0
            .var_names()
            .iter()
            .map(|name| number(parameters, name))
            .collect();
        self.0.eval(&values).map_or(f64::NAN, settle)
    }
}

const EXPECTED: &str = "attendu : + - * / ^, ceil, floor, round, abs, min(a, b), max(a, b), des nombres à point décimal, des paramètres";

fn number(parameters: &Parameters, name: &str) -> f64 {
    match parameters.get(name) {
        Some(Value::Number(number)) => *number,
        _ => f64::NAN,
    }
}

/// Refuses foreign characters and unbalanced parentheses, at their place.
fn check_characters(text: &str) -> Result<(), FormulaError> {
    let mut open = Vec::new();
    for (at, c) in text.char_indices() {
        let here = at..at + c.len_utf8();
        match c {
            '(' => open.push(at),
            ')' if open.pop().is_none() => {
                return Err(FormulaError::new(
                    here,
                    "parenthèse fermante de trop",
                    "attendu : autant de ( que de )",
                ));
            }
            ')' => {}
            _ if c.is_ascii_alphanumeric() || c.is_ascii_whitespace() || "+-*/^_.,".contains(c) => {}
            _ => {
                return Err(FormulaError::new(
                    here,
                    format!("caractère « {c} » inattendu dans une formule"),
                    EXPECTED,
                ));
            }
        }
    }
    match open.pop() {
        Some(at) => Err(FormulaError::new(
            at..at + 1,
            "parenthèse jamais fermée",
            "attendu : une ) qui la ferme",
        )),
        None if text.trim().is_empty() => Err(FormulaError::new(0..text.len(), "formule vide", EXPECTED)),
        None => Ok(()),
    }
}

fn check_names(text: &str, scope: &Scope) -> Result<(), FormulaError> {
    for (range, name) in names(text) {
        if FUNCTIONS.contains(&name) {
            if !text[range.end..].trim_start().starts_with('(') {
                return Err(FormulaError::new(
                    range,
                    format!("« {name} » est une fonction"),
                    format!("attendu : {name}(…)"),
                ));
            }
        } else if scope.is_text(name) {
            return Err(FormulaError::new(
                range,
                format!("« {name} » est un texte, pas un nombre"),
                EXPECTED,
            ));
        } else if !scope.is_number(name) {
            let message = format!("paramètre inconnu « {name} »");
            return Err(FormulaError::new(range, message, scope.expected_names(name)));
        }
    }
    Ok(())
}

/// The formula with its parameters in braces: exmex would read `minutes` as `min` and `utes`.
fn braced(text: &str) -> String {
    let (mut braced, mut at) = (String::new(), 0);
    for (range, name) in names(text)
        .into_iter()
        .filter(|(_, name)| !FUNCTIONS.contains(name))
    {
        braced.push_str(&text[at..range.start]);
        braced.extend(["{", name, "}"]);
        at = range.end;
    }
    braced + &text[at..]
}

/// The identifiers of a formula with their byte ranges.
fn names(text: &str) -> Vec<(Range<usize>, &str)> {
    let mut found = Vec::new();
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '.';
    let mut at = 0;
    while let Some(skip) = text[at..].find(word) {
        let start = at + skip;
        let end = text[start..]
            .find(|c| !word(c))
            .map_or(text.len(), |length| start + length);
        if !text[start..].starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            found.push((start..end, &text[start..end]));
        }
        at = end;
    }
    found
}

/// Whether a name may be given to a parameter.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !FUNCTIONS.contains(&name)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn scope() -> Scope {
        Scope::of_names(&["lectures", "taille_ko"], &["bucket"])
    }

    fn value(text: &str) -> f64 {
        let parameters = [
            ("lectures".to_owned(), Value::Number(100.0)),
            ("taille_ko".to_owned(), Value::Number(6.0)),
        ];
        Formula::parse(text, &scope()).unwrap().value(&parameters.into())
    }

    #[test]
    fn arithmetic_follows_the_usual_priorities() {
        for (text, expected) in [
            ("1 + 2 * 3", 7.0),
            ("(1 + 2) * 3", 9.0),
            ("10 - 4 - 3", 3.0),
            ("100 / 10 / 2", 5.0),
            ("2 * 3 ^ 2", 18.0),
            ("10 - 2 + 3", 11.0),
            ("12 / 3 * 2", 8.0),
            ("2 * 12 / 3", 8.0),
            ("-lectures", -100.0),
            ("lectures * ceil(taille_ko / 4)", 200.0),
            ("min(lectures, 40) + max(1, 2)", 42.0),
            ("max(1 + 1, 3 * 2) - 1", 5.0),
            ("floor(7 / 2) + round(2.5) + abs(-3)", 9.0),
            ("ceil(0.3 / 0.1)", 3.0),
            ("ceil((0.1 + 0.2) * 10)", 3.0),
        ] {
            assert!((value(text) - expected).abs() < 1e-9, "{text} = {}", value(text));
        }
    }

    #[test]
    fn a_parameter_may_begin_like_a_function() {
        let scope = Scope::of_names(&["minutes", "max_lectures", "absolu"], &[]);
        let text = "minutes * 60 + max(max_lectures, absolu)";
        let values = [("minutes", 2.0), ("max_lectures", 3.0), ("absolu", 4.0)];
        let values = values.map(|(name, value)| (name.to_owned(), Value::Number(value)));
        let value = Formula::parse(text, &scope).unwrap().value(&values.into());
        assert!((value - 124.0).abs() < 1e-9);
    }

    #[test]
    fn an_unknown_name_is_shown_at_its_place() {
        let error = Formula::parse("ceil(taile_ko / 4)", &scope()).unwrap_err();
        assert_eq!(error.range, 5..13);
        assert!(
            error.message.contains("taile_ko") && error.expected.contains("taille_ko"),
            "{error:?}"
        );
    }

    #[test]
    fn malformed_formulas_are_refused() {
        for text in [
            "",
            "1 +",
            "(1",
            "1)",
            "1 2",
            "lectures lectures",
            "ceil",
            "ceil 4",
            "sin(1)",
            "bucket + 1",
            "1;2",
            "é",
            "* 2",
            "1,5",
            "min(1)",
            "{x}",
        ] {
            assert!(Formula::parse(text, &scope()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_division_by_zero_has_no_finite_value() {
        assert!(!value("1 / (lectures - 100)").is_finite());
    }
}
