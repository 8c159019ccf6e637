//! Parameters: how their values are drawn from a seed, and which names formulas may use.

use super::formula::Formula;
use super::{Parameters, Value};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use std::collections::BTreeMap;

/// How one parameter is drawn.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Draw {
    /// `count` values in exact decimal steps: `(first + k * step) / 10^decimals`.
    Steps {
        first: i64,
        step: i64,
        count: u64,
        decimals: u32,
    },
    /// One of these values.
    Choice(Vec<Value>),
}

impl Draw {
    /// Values from `min` to `max` by `step`. The error says what is wrong, in French.
    pub(crate) fn steps(min: f64, max: f64, step: f64) -> Result<Self, String> {
        if !(step > 0.0 && min <= max) {
            return Err("attendu : « min » au plus égal à « max », et « pas » positif".into());
        }
        let decimals = [min, max, step].map(decimals).into_iter().max().unwrap_or(0);
        let whole = |value: f64| {
            scaled(value, decimals).ok_or("attendu : au plus 9 décimales et 15 chiffres".to_owned())
        };
        let (first, last, step) = (whole(min)?, whole(max)?, whole(step)?);
        let count = u64::try_from((last - first) / step).unwrap_or(0) + 1;
        Ok(Self::Steps {
            first,
            step,
            count,
            decimals,
        })
    }

    fn value(&self, random: &mut ChaCha8Rng) -> Value {
        match self {
            Self::Steps {
                first,
                step,
                count,
                decimals,
            } => {
                let rank = i64::try_from(below(random, *count)).unwrap_or(0);
                Value::Number(unscaled(first + rank * step, *decimals))
            }
            Self::Choice(values) => {
                let rank = below(random, values.len() as u64);
                let rank = usize::try_from(rank).unwrap_or(0);
                values.get(rank).cloned().unwrap_or(Value::Number(f64::NAN))
            }
        }
    }
}

/// The random source of one thing in one exercise, for one seed. Each name has a stream of its own, so
/// that adding a parameter to an exercise does not change the others.
pub(crate) fn random(seed: u64, exercise: &str, name: &str) -> ChaCha8Rng {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut hash = 0xcbf2_9ce4_8422_2325_u64; // FNV-1a
    for byte in exercise.bytes().chain([b'/']).chain(name.bytes()) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    random.set_stream(hash);
    random
}

/// A number below `bound`, by Lemire's multiplication (the bias is below 2⁻⁴⁰ for our bounds).
pub(crate) fn below(random: &mut ChaCha8Rng, bound: u64) -> u64 {
    let product = u128::from(random.next_u64()) * u128::from(bound);
    u64::try_from(product >> 64).unwrap_or(0)
}

/// The numbers below `count` in some order (Fisher and Yates).
pub(crate) fn shuffled(random: &mut ChaCha8Rng, count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..count).collect();
    for last in (1..count).rev() {
        let other = below(random, last as u64 + 1);
        order.swap(last, usize::try_from(other).unwrap_or(last));
    }
    order
}

fn decimals(value: f64) -> u32 {
    let text = format!("{value}");
    text.split_once('.').map_or(0, |(_, fraction)| {
        u32::try_from(fraction.len()).unwrap_or(u32::MAX)
    })
}

fn scaled(value: f64, decimals: u32) -> Option<i64> {
    let digits = usize::try_from(decimals).ok().filter(|digits| *digits <= 9)?;
    let text = format!("{value:.digits$}").replace('.', "");
    text.parse()
        .ok()
        .filter(|scaled: &i64| scaled.abs() < 1_000_000_000_000_000)
}

fn unscaled(value: i64, decimals: u32) -> f64 {
    // Parsing the decimal text gives the nearest double, which a division may miss.
    format!("{value}e-{decimals}").parse().unwrap_or(f64::NAN)
}

/// The names that formulas and texts of an exercise may use, and their types.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    names: BTreeMap<String, bool>,
}

impl Scope {
    /// Adds a number.
    pub(crate) fn add_number(&mut self, name: &str) {
        self.names.insert(name.to_owned(), true);
    }

    /// Adds a text.
    pub(crate) fn add_text(&mut self, name: &str) {
        self.names.insert(name.to_owned(), false);
    }

    pub(crate) fn is_number(&self, name: &str) -> bool {
        self.names.get(name) == Some(&true)
    }

    pub(crate) fn is_text(&self, name: &str) -> bool {
        self.names.get(name) == Some(&false)
    }

    /// What to expect instead of an unknown name, in French.
    pub(crate) fn expected_names(&self, wrong: &str) -> String {
        if self.names.is_empty() {
            return "attendu : des nombres seuls, car cet exercice n’a aucun paramètre".to_owned();
        }
        let names: Vec<&str> = self.names.keys().map(String::as_str).collect();
        crate::nearest::expected(wrong, &names)
    }

    #[cfg(test)]
    pub(crate) fn of_names(numbers: &[&str], texts: &[&str]) -> Self {
        let mut scope = Self::default();
        for name in numbers {
            scope.add_number(name);
        }
        for name in texts {
            scope.add_text(name);
        }
        scope
    }
}

/// The parameters and computed values of an exercise, as written.
#[derive(Debug, Clone, Default)]
pub(crate) struct ParameterPlan {
    pub(crate) drawn: Vec<(String, Draw)>,
    pub(crate) computed: Vec<(String, Formula)>,
}

impl ParameterPlan {
    /// Draws the parameters for a seed (`0`), and adds the computed values to them (`1`).
    pub(crate) fn draw(&self, seed: u64, exercise: &str) -> (Parameters, Parameters) {
        let value =
            |(name, draw): &(String, Draw)| (name.clone(), draw.value(&mut random(seed, exercise, name)));
        let drawn: Parameters = self.drawn.iter().map(value).collect();
        let mut all = drawn.clone();
        for (name, formula) in &self.computed {
            let value = formula.value(&all);
            all.insert(name.clone(), Value::Number(value));
        }
        (drawn, all)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use std::collections::BTreeSet;

    fn draw_many(draw: &Draw) -> BTreeSet<String> {
        let value = |seed| draw.value(&mut random(seed, "ex", "x"));
        (0..2_000).map(|seed| format!("{:?}", value(seed))).collect()
    }

    #[test]
    fn decimal_steps_are_exact_and_all_drawn() {
        let draw = Draw::steps(0.1, 0.9, 0.1).unwrap();
        let expected: BTreeSet<String> = (1..=9).map(|k| format!("Number(0.{k})")).collect();
        assert_eq!(draw_many(&draw), expected);
    }

    #[test]
    fn the_last_step_never_exceeds_the_maximum() {
        let expected: BTreeSet<String> = ["Number(1.0)", "Number(4.0)"].map(str::to_owned).into();
        assert_eq!(draw_many(&Draw::steps(1.0, 6.0, 3.0).unwrap()), expected);
    }

    #[test]
    fn the_same_seed_gives_the_same_value_and_names_are_independent() {
        let draw = Draw::steps(0.0, 1e6, 1.0).unwrap();
        let value = |seed, name| draw.value(&mut random(seed, "ex", name));
        assert_eq!(value(7, "a"), value(7, "a"));
        assert_ne!(value(7, "a"), value(7, "b"));
        assert_ne!(value(7, "a"), value(8, "a"));
    }

    #[test]
    fn impossible_ranges_are_refused() {
        assert!(Draw::steps(2.0, 1.0, 1.0).is_err());
        assert!(Draw::steps(1.0, 2.0, 0.0).is_err());
        assert!(Draw::steps(1.0, f64::NAN, 1.0).is_err());
        assert!(Draw::steps(0.0, 1e300, 1.0).is_err());
        assert!(Draw::steps(0.0, f64::INFINITY, 1.0).is_err());
    }
}
