//! From a formula's tokens to its steps, by the priorities of its operators.

use super::tokens::{Placed, Token, cut};
use super::{FUNCTIONS, FormulaError, Function, MOST_DEPTH, OPERATORS, Operator, Step, VALUE};
use crate::exercise::parameters::Scope;
use std::ops::Range;

/// The steps of a formula, in the order in which they are done.
pub(super) fn steps(text: &str, scope: &Scope) -> Result<Vec<Step>, FormulaError> {
    let mut parser = Parser {
        tokens: cut(text)?,
        at: 0,
        depth: 0,
        steps: Vec::new(),
        scope,
    };
    if parser.tokens.is_empty() {
        return Err(FormulaError::new(0..text.len(), "formule vide", VALUE));
    }
    parser.expression(0)?;
    match parser.peek() {
        None => Ok(parser.steps),
        Some(_) => Err(parser.leftover()),
    }
}

struct Parser<'a> {
    tokens: Vec<Placed<'a>>,
    at: usize,
    depth: usize,
    steps: Vec<Step>,
    scope: &'a Scope,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<Token<'a>> {
        self.tokens.get(self.at).map(|(token, _)| *token)
    }

    /// The place of the next token; at the end, that of the last one.
    fn here(&self) -> Range<usize> {
        let placed = self.tokens.get(self.at).or(self.tokens.last());
        placed.map_or(0..0, |(_, range)| range.clone())
    }

    fn takes(&mut self, token: Token<'_>) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    /// Operands joined by operators of at least this priority. Equal ones group from the left.
    fn expression(&mut self, least: u8) -> Result<(), FormulaError> {
        self.operand()?;
        while let Some(operator) = self.operator().filter(|operator| operator.priority >= least) {
            self.at += 1;
            self.expression(operator.priority + 1)?;
            self.steps.push(Step::Two(operator.apply));
        }
        Ok(())
    }

    fn operator(&self) -> Option<&'static Operator> {
        let Some(Token::Operator(sign)) = self.peek() else {
            return None;
        };
        OPERATORS.iter().find(|operator| operator.sign == sign)
    }

    /// A number, a parameter, a call or a parenthesis, after its signs.
    fn operand(&mut self) -> Result<(), FormulaError> {
        let mut negative = false;
        while let Some(Token::Operator(sign @ ('+' | '-'))) = self.peek() {
            negative ^= sign == '-';
            self.at += 1;
        }
        match self.peek() {
            Some(Token::Number(number)) => self.push(Step::Number(number)),
            Some(Token::Name(name)) => self.named(name)?,
            Some(Token::Open) => self.nested(|parser| parser.expression(0))?,
            _ => return Err(self.no_value()),
        }
        if negative {
            self.steps.push(Step::One(|value| -value));
        }
        Ok(())
    }

    fn push(&mut self, step: Step) {
        self.at += 1;
        self.steps.push(step);
    }

    /// A function's call, or a parameter.
    fn named(&mut self, name: &str) -> Result<(), FormulaError> {
        let here = self.here();
        if let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) {
            self.at += 1;
            return self.call(name, *function, here);
        }
        if self.scope.is_number(name) {
            self.push(Step::Parameter(name.to_owned()));
            return Ok(());
        }
        if self.scope.is_text(name) {
            let message = format!("« {name} » est un texte, pas un nombre");
            return Err(FormulaError::new(here, message, VALUE));
        }
        let message = format!("paramètre inconnu « {name} »");
        Err(FormulaError::new(here, message, self.scope.expected_names(name)))
    }

    fn call(&mut self, name: &str, function: Function, here: Range<usize>) -> Result<(), FormulaError> {
        let (count, written) = match function {
            Function::One(_) => (1, "(…)"),
            Function::Two(_) => (2, "(a, b)"),
        };
        let wrong = |message: String| FormulaError::new(here, message, format!("attendu : {name}{written}"));
        if self.peek() != Some(Token::Open) {
            return Err(wrong(format!("« {name} » est une fonction")));
        }
        let mut given = 0;
        self.nested(|parser| {
            loop {
                parser.expression(0)?;
                given += 1;
                if !parser.takes(Token::Comma) {
                    return Ok(());
                }
            }
        })?;
        if given != count {
            let wanted = if count == 1 {
                "une seule valeur"
            } else {
                "deux valeurs"
            };
            return Err(wrong(format!("« {name} » prend {wanted}")));
        }
        self.steps.push(match function {
            Function::One(apply) => Step::One(apply),
            Function::Two(apply) => Step::Two(apply),
        });
        Ok(())
    }

    /// What stands between parentheses.
    fn nested(
        &mut self,
        inside: impl FnOnce(&mut Self) -> Result<(), FormulaError>,
    ) -> Result<(), FormulaError> {
        let open = self.here();
        self.at += 1;
        self.depth += 1;
        if self.depth > MOST_DEPTH {
            let expected = format!("attendu : au plus {MOST_DEPTH} parenthèses l’une dans l’autre");
            return Err(FormulaError::new(
                open,
                "trop de parenthèses imbriquées",
                expected,
            ));
        }
        inside(self)?;
        self.depth -= 1;
        match self.peek() {
            Some(Token::Close) => self.at += 1,
            None => {
                let expected = "attendu : une ) qui la ferme";
                return Err(FormulaError::new(open, "parenthèse jamais fermée", expected));
            }
            Some(_) => return Err(self.leftover()),
        }
        Ok(())
    }

    /// What is wrong where a value should stand.
    fn no_value(&self) -> FormulaError {
        let message = match self.peek() {
            Some(_) => "il manque une valeur avant ce signe",
            None => "il manque une valeur après ce signe",
        };
        FormulaError::new(self.here(), message, VALUE)
    }

    /// What is wrong with a token that follows a whole expression.
    fn leftover(&self) -> FormulaError {
        let (message, expected) = match self.peek() {
            Some(Token::Close) => ("parenthèse fermante de trop", "attendu : autant de ( que de )"),
            Some(Token::Comma) => (
                "virgule de trop",
                "attendu : un point décimal (1.5), ou min(a, b) et max(a, b)",
            ),
            _ => ("il manque un opérateur avant ceci", "attendu : + - * / ou ^"),
        };
        FormulaError::new(self.here(), message, expected)
    }
}
