//! Formulas over an exercise's parameters, such as `ceil(taille_ko / 4) * lectures`.

mod parse;
mod tokens;

use super::parameters::Scope;
use super::{Parameters, Value};
use std::ops::Range;

/// The longest formula, in bytes. What is longer reads better as several `calculs`.
const MOST_LENGTH: usize = 1_000;

/// The most parentheses within one another.
const MOST_DEPTH: usize = 32;

/// What may stand where a value is wanted.
const VALUE: &str = "attendu : un nombre à point décimal, un paramètre, + - * / ^, ceil, floor, round, abs, min(a, b) ou max(a, b)";

/// A function of one value, or of two.
#[derive(Clone, Copy)]
enum Function {
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
}

/// The functions that a formula may call.
const FUNCTIONS: [(&str, Function); 6] = [
    ("ceil", Function::One(|value| settle(value).ceil())),
    ("floor", Function::One(|value| settle(value).floor())),
    ("round", Function::One(|value| settle(value).round())),
    ("abs", Function::One(f64::abs)),
    ("min", Function::Two(f64::min)),
    ("max", Function::Two(f64::max)),
];

/// An operator between two values.
struct Operator {
    sign: char,
    priority: u8,
    apply: fn(f64, f64) -> f64,
}

const fn operator(sign: char, priority: u8, apply: fn(f64, f64) -> f64) -> Operator {
    Operator {
        sign,
        priority,
        apply,
    }
}

const OPERATORS: [Operator; 5] = [
    operator('+', 0, |left, right| left + right),
    operator('-', 0, |left, right| left - right),
    operator('*', 1, |left, right| left * right),
    operator('/', 1, |left, right| left / right),
    operator('^', 2, f64::powf),
];

/// One step of a formula's calculation, on a stack of values.
#[derive(Debug, Clone)]
enum Step {
    Number(f64),
    Parameter(String),
    One(fn(f64) -> f64),
    Two(fn(f64, f64) -> f64),
}

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

/// A parsed formula, all of whose names are known: its steps, each done once and in order.
#[derive(Debug, Clone)]
pub(crate) struct Formula(Vec<Step>);

/// Rounds away the noise of binary fractions, so that `ceil(0.3 / 0.1)` is 3.
fn settle(value: f64) -> f64 {
    let rounded = (value * 1e9).round() / 1e9;
    if rounded.is_finite() { rounded } else { value }
}

impl Formula {
    /// Parses a formula whose names must all be numbers of the scope.
    pub(crate) fn parse(text: &str, scope: &Scope) -> Result<Self, FormulaError> {
        if text.len() > MOST_LENGTH {
            let range = text.floor_char_boundary(MOST_LENGTH)..text.len();
            let message = format!("formule trop longue ({} caractères)", text.chars().count());
            let expected = format!("attendu : au plus {MOST_LENGTH} caractères, le reste dans [calculs]");
            return Err(FormulaError::new(range, message, expected));
        }
        parse::steps(text, scope).map(Self)
    }

    /// The formula's value; not a finite number when the parameters allow none (division by zero).
    pub(crate) fn value(&self, parameters: &Parameters) -> f64 {
        let mut stack = Vec::new();
        for step in &self.0 {
            let mut pop = || stack.pop().unwrap_or(f64::NAN);
            let value = match step {
                Step::Number(number) => *number,
                Step::Parameter(name) => number(parameters, name),
                Step::One(apply) => apply(pop()),
                Step::Two(apply) => {
                    let right = pop();
                    apply(pop(), right)
                }
            };
            stack.push(value);
        }
        settle(stack.pop().unwrap_or(f64::NAN))
    }
}

fn number(parameters: &Parameters, name: &str) -> f64 {
    match parameters.get(name) {
        Some(Value::Number(number)) => *number,
        _ => f64::NAN,
    }
}

/// Whether a name may be given to a parameter.
pub(crate) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_')
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && !FUNCTIONS.iter().any(|(function, _)| *function == name)
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
            ("-2 ^ 2", 4.0),
            ("2 ^ 3 ^ 2", 64.0),
            ("2 ^ -1", 0.5),
            ("- -3 + +2", 5.0),
            (".5 + 1e3 + 2e-1 - 1.", 999.7),
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

    /// What is wrong with a formula: where, and what is said of it.
    fn refused(text: &str) -> (Range<usize>, String) {
        let error = Formula::parse(text, &scope()).unwrap_err();
        assert!(error.expected.starts_with("attendu : "), "{error:?}");
        (error.range, error.message)
    }

    #[test]
    fn each_malformed_formula_is_shown_where_it_goes_wrong() {
        for (text, range, message) in [
            ("", 0..0, "formule vide"),
            ("1 +", 2..3, "une valeur après"),
            ("* 2", 0..1, "une valeur avant"),
            ("(1", 0..1, "jamais fermée"),
            ("(1 + (2)", 0..1, "jamais fermée"),
            ("1)", 1..2, "fermante de trop"),
            ("()", 1..2, "une valeur avant"),
            ("1 2", 2..3, "un opérateur avant"),
            ("lectures lectures", 9..17, "un opérateur avant"),
            ("ceil", 0..4, "est une fonction"),
            ("ceil 4", 0..4, "est une fonction"),
            ("2 * sin(1)", 4..7, "inconnu « sin »"),
            ("bucket + 1", 0..6, "est un texte"),
            ("1;2", 1..2, "« ; » inattendu"),
            ("é", 0..2, "« é » inattendu"),
            ("{x}", 0..1, "« { » inattendu"),
            ("1,5", 1..2, "virgule"),
            ("1.2.3", 0..5, "n’est pas un nombre"),
            ("2e", 0..2, "n’est pas un nombre"),
            ("min(1)", 0..3, "deux valeurs"),
            ("1 + ceil(1, 2)", 4..8, "une seule valeur"),
            ("min(1, 2, 3)", 0..3, "deux valeurs"),
        ] {
            let (place, said) = refused(text);
            assert!(
                place == range && said.contains(message),
                "{text}: {place:?} {said}"
            );
        }
    }

    #[test]
    fn a_formula_that_is_too_long_or_too_deep_is_refused_at_once() {
        let started = std::time::Instant::now();
        let long = vec!["lectures"; 50_000].join(" + ");
        assert_eq!(refused(&long).0, MOST_LENGTH..long.len());
        let deep = |count: usize| format!("{}1{}", "(".repeat(count), ")".repeat(count));
        assert!(Formula::parse(&deep(MOST_DEPTH), &scope()).is_ok());
        assert_eq!(refused(&deep(MOST_DEPTH + 1)).0, MOST_DEPTH..MOST_DEPTH + 1);
        assert_eq!(refused(&"abs(".repeat(200)).1, "trop de parenthèses imbriquées");
        assert!(started.elapsed().as_millis() < 500, "{:?}", started.elapsed());
    }

    #[test]
    fn the_longest_formula_takes_one_step_for_each_of_its_terms() {
        let text = vec!["1"; MOST_LENGTH / 2].join("+");
        let formula = Formula::parse(&text, &scope()).unwrap();
        assert_eq!(formula.0.len(), MOST_LENGTH - 1);
        assert!((value(&text) - 500.0).abs() < 1e-9);
        assert!((value(&format!("{}1", "-".repeat(999))) + 1.0).abs() < 1e-9);
        assert!((value(&vec!["1"; MOST_LENGTH / 2].join("^")) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_division_by_zero_has_no_finite_value() {
        assert!(!value("1 / (lectures - 100)").is_finite());
    }
}
