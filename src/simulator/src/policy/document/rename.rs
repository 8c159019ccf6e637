//! The same policy with another principal in the place of one.

use serde_json::Value;

use super::{Document, Malformed};

impl Document {
    /// The same policy with another principal in the place of one; `None` where it does not name that one.
    pub(crate) fn with_principal(&self, former: &str, new: &str) -> Option<Result<Self, Malformed>> {
        if !self.text().contains(former) {
            return None;
        }
        let mut document: Value = serde_json::from_str(self.text()).ok()?;
        let statements = match &mut document["Statement"] {
            Value::Array(statements) => statements.iter_mut().collect(),
            one => vec![one],
        };
        let mut found = false;
        for statement in statements {
            for element in ["/Principal/AWS", "/NotPrincipal/AWS"] {
                let named = statement.pointer_mut(element);
                let named: Vec<&mut Value> = match named {
                    Some(Value::Array(named)) => named.iter_mut().collect(),
                    one => one.into_iter().collect(),
                };
                for name in named.into_iter().filter(|name| **name == *former) {
                    *name = new.into();
                    found = true;
                }
            }
        }
        found.then(|| Self::parse(&document.to_string(), self.kind()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::policy::DocumentKind;

    const CARL: &str = "arn:aws:iam::123456789012:user/carl";

    fn renamed(statement: &str) -> Option<String> {
        let text = format!(r#"{{"Statement":{statement}}}"#);
        let document = Document::parse(&text, DocumentKind::Resource).unwrap();
        let renamed = document.with_principal(CARL, "AIDACARL0123456789012");
        renamed.map(|document| document.unwrap().text().to_owned())
    }

    #[test]
    fn a_principal_is_replaced_wherever_it_is_named_and_nowhere_else() {
        let other = r#""Effect":"Deny","Action":"s3:GetObject","Resource":"arn:aws:s3:::a/*""#;
        let alone = renamed(&format!(r#"{{"Principal":{{"AWS":"{CARL}"}},{other}}}"#)).unwrap();
        assert!(
            alone.contains(r#""Principal":{"AWS":"AIDACARL0123456789012"}"#),
            "{alone}"
        );
        let dora = "arn:aws:iam::123456789012:user/dora";
        let listed = renamed(&format!(
            r#"[{{"NotPrincipal":{{"AWS":["{dora}","{CARL}"]}},{other}}}]"#
        ));
        assert!(
            listed
                .unwrap()
                .contains(&format!(r#"["{dora}","AIDACARL0123456789012"]"#))
        );
        let condition = format!(r#""Condition":{{"ArnEquals":{{"aws:PrincipalArn":"{CARL}"}}}}"#);
        assert_eq!(
            renamed(&format!(r#"{{"Principal":"*",{condition},{other}}}"#)),
            None
        );
        assert_eq!(
            renamed(&format!(r#"{{"Principal":{{"AWS":"{CARL}ine"}},{other}}}"#)),
            None
        );
    }
}
