//! What can be wrong with a document, as a value that each service words in its own way.

use super::Position;

/// A fault of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Not JSON, or not of the grammar's shape.
    Syntax,
}

/// A document that is refused: what is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Malformed {
    /// What is wrong.
    pub(crate) fault: Fault,
    /// Where.
    pub(crate) at: Position,
}

impl Malformed {
    /// IAM's sentence, which comes with the code `MalformedPolicyDocument`.
    pub(crate) fn sentence(&self) -> String {
        match &self.fault {
            Fault::Syntax => "Syntax errors in policy.".to_owned(),
        }
    }
}
