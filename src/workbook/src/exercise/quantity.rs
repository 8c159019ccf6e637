//! A whole number of a setting: written as it is, or as a formula of the parameters.

use super::Parameters;
use super::builder::Builder;
use super::formula::Formula;
use crate::parse::located::Located;
use toml::Spanned;

/// A number, or what computes it.
pub(super) enum Quantity {
    Fixed(u32),
    Computed(Formula),
}

impl Quantity {
    /// Reads a number, or a text that is a formula, of the `exercice` block.
    pub(super) fn read(builder: &mut Builder<'_>, written: &Spanned<toml::Value>) -> Option<Self> {
        let place = |text: &str| Spanned::new(written.span(), text.to_owned());
        match written.get_ref() {
            toml::Value::String(text) => {
                let text = builder.setting(&place(text));
                builder.formula(&text).map(Self::Computed)
            }
            toml::Value::Integer(number) if u32::try_from(*number).is_ok() => {
                u32::try_from(*number).ok().map(Self::Fixed)
            }
            other => {
                let Located { span, .. } = builder.setting(&place(""));
                let message = format!("« {other} » n’est pas un nombre entier");
                builder.mistake(span, message, "attendu : 30, ou une formule entre guillemets");
                None
            }
        }
    }

    /// Its value for one seed; `None` where a formula gives no whole number that is not negative.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the value is whole and within bounds"
    )]
    pub(super) fn value(&self, values: &Parameters) -> Option<u32> {
        match self {
            Self::Fixed(number) => Some(*number),
            Self::Computed(formula) => {
                let value = formula.value(values);
                let whole = value.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&value);
                whole.then_some(value as u32)
            }
        }
    }
}
