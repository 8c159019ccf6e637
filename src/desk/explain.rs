//! What the desk says of Rust: the documentation of a name, the type of an expression, the variables.

use super::{Desk, lock, patient};
use crate::failure::Failure;
use crate::render::{Ink, documentation};
use crate::workshop;
use workbook::engine::{Inspection, Variable};

/// The variable that an expression is given to, to ask for its type.
const ASKED: &str = "expression_de_cahier";

impl Desk<'_> {
    /// The signature and the documentation of what is named at the end of `code`.
    pub(super) fn documentation(&self, code: &str) -> Result<(), Failure> {
        if code.is_empty() {
            return Err(Failure::Usage {
                message: "il manque ce que «\u{a0}:documentation\u{a0}» doit expliquer".to_owned(),
                hint: "par exemple «\u{a0}:documentation String\u{a0}», ou «\u{a0}:doc prelude::commencer\u{a0}»."
                    .to_owned(),
            });
        }
        // A method is known by the bracket that calls it.
        let called = [format!("{code}()"), code.to_owned()];
        let (asked, end) = if code.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_') {
            (&called[..], code.len())
        } else {
            (&called[1..], code.len())
        };
        for source in asked {
            if let Some(found) = self.inspect(source, end)? {
                self.screen
                    .write(&documentation::show(&found, self.screen.look()));
                return Ok(());
            }
        }
        self.screen.markdown(&format!(
            "Je ne trouve rien sur `{code}`\u{a0}: vérifie l’orthographe, ou donne le chemin entier, comme `aws_sdk_s3::Client`."
        ));
        Ok(())
    }

    /// The type of an expression, which does not run.
    pub(super) fn type_of(&self, expression: &str) -> Result<(), Failure> {
        let expression = expression.trim_end_matches(';').trim();
        if expression.is_empty() {
            return Err(Failure::Usage {
                message: "il manque l’expression dont «\u{a0}:type\u{a0}» doit donner le type".to_owned(),
                hint: "par exemple «\u{a0}:type 1 + 1\u{a0}».".to_owned(),
            });
        }
        let source = format!("let {ASKED} = {expression};\n{ASKED}");
        let found = self.inspect(&source, source.len())?;
        let known = found
            .as_ref()
            .and_then(|found| found.signature.split_once(": "))
            .map(|(_, type_name)| type_name)
            .filter(|type_name| !type_name.contains("{unknown}"));
        match known {
            Some(type_name) => self.screen.say(&self.screen.paint(Ink::Code, type_name)),
            None => self.screen.markdown(&format!(
                "Je ne trouve pas le type de `{expression}`\u{a0}: exécute cette expression, et le compilateur dira pourquoi."
            )),
        }
        Ok(())
    }

    fn inspect(&self, source: &str, position: usize) -> Result<Option<Inspection>, Failure> {
        let workshop = self.kitchen.workshop(patient())?;
        let found = lock(&workshop).session.inspect(source, position);
        found.map_err(|error| workshop::failed(&error))
    }

    /// The variables that cells have left.
    pub(super) fn variables(&self) -> Result<(), Failure> {
        let workshop = self.kitchen.workshop(patient())?;
        let variables = lock(&workshop).session.variables();
        let variables: Vec<Variable> = variables.map_err(|error| workshop::failed(&error))?;
        if variables.is_empty() {
            self.screen.say("Aucune variable pour l’instant.");
        }
        self.screen
            .write(&documentation::variables(&variables, self.screen.look()));
        Ok(())
    }
}
