//! Reads the input of a query operation, and words what is wrong with it as IAM and STS do: every fault of the
//! request in one answer.

use serde_json::Value;

use crate::error::AwsError;

/// What a text must be like.
#[derive(Debug)]
pub(crate) struct Rule {
    /// The fewest characters.
    pub(crate) min: usize,
    /// The most characters.
    pub(crate) max: usize,
    /// Whether it is made of what it may be made of.
    pub(crate) accepts: fn(&str) -> bool,
    /// How a text that is not is refused.
    pub(crate) complaint: Complaint,
}

/// How AWS refuses a text that is made of the wrong characters.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Complaint {
    /// `Member must satisfy regular expression pattern: …`
    Pattern(&'static str),
    /// `The specified value for NAME is invalid. It must …`, which comes alone.
    Specified(&'static str),
    /// `Member must satisfy enum value set`, with the values where the service tells them.
    Values(&'static [&'static str]),
}

impl Rule {
    /// A text of which only the length matters.
    pub(crate) const fn length(min: usize, max: usize) -> Self {
        Self {
            min,
            max,
            accepts: |_| true,
            complaint: Complaint::Pattern(""),
        }
    }
}

/// A request's input as it is read, with the faults found so far.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    input: &'a Value,
    /// Whether the service shows the values that it refuses: STS does, IAM does not.
    reveals: bool,
    /// The code of what tells the faults.
    code: &'static str,
    faults: Vec<String>,
    specified: Option<String>,
}

impl<'a> Form<'a> {
    /// The input of an operation of IAM.
    pub(crate) fn of(input: &'a Value) -> Self {
        Self {
            input,
            reveals: false,
            code: "ValidationError",
            faults: Vec::new(),
            specified: None,
        }
    }

    /// The input of an operation of STS, which shows the values that it refuses.
    pub(crate) fn revealing(input: &'a Value) -> Self {
        Self {
            reveals: true,
            ..Self::of(input)
        }
    }

    /// The input of an operation of a JSON service.
    pub(crate) fn of_json(input: &'a Value) -> Self {
        Self {
            code: "ValidationException",
            ..Self::revealing(input)
        }
    }

    /// The same, whose faults are told under another code.
    pub(crate) fn coded(self, code: &'static str) -> Self {
        Self { code, ..self }
    }

    /// A text that must be there.
    pub(crate) fn required(&mut self, member: &str, rule: &Rule) -> String {
        let text = self.optional(member, rule);
        if text.is_none() {
            self.missing(member);
        }
        text.unwrap_or_default()
    }

    /// Notes that something that must be there is not.
    pub(crate) fn missing(&mut self, member: &str) {
        // The JSON services show what is not there, too.
        let null = if self.code == "ValidationException" {
            " null"
        } else {
            ""
        };
        self.faults.push(format!(
            "Value{null} at '{}' failed to satisfy constraint: Member must not be null",
            place(member)
        ));
    }

    /// Notes what is wrong with a member that was read elsewhere.
    pub(crate) fn wrong(&mut self, member: &str, value: &str, constraint: &str) {
        self.fault(&place(member), Some(value), constraint);
    }

    /// The same, without the value, which may be a secret.
    pub(crate) fn unseen(&mut self, member: &str, constraint: &str) {
        self.fault(&place(member), None, constraint);
    }

    /// A text that may be there.
    pub(crate) fn optional(&mut self, member: &str, rule: &Rule) -> Option<String> {
        let text = self.input[member].as_str()?;
        self.hold(&place(member), text, rule);
        Some(text.to_owned())
    }

    /// A whole number from `min` to `max` that may be there.
    pub(crate) fn number(&mut self, member: &str, min: i64, max: i64) -> Option<i64> {
        let text = match &self.input[member] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        let Ok(number) = text.parse::<i64>() else {
            self.fault(&place(member), Some(&text), "Member must be a whole number");
            return None;
        };
        if number < min {
            let constraint = format!("Member must have value greater than or equal to {min}");
            self.fault(&place(member), Some(&text), &constraint);
        } else if number > max {
            let constraint = format!("Member must have value less than or equal to {max}");
            self.fault(&place(member), Some(&text), &constraint);
        }
        Some(number)
    }

    /// Whether something was asked for; what is not there was not.
    pub(crate) fn flag(&self, member: &str) -> bool {
        let given = &self.input[member];
        given.as_str() == Some("true") || given.as_bool() == Some(true)
    }

    /// Whether a member is there at all.
    pub(crate) fn has(&self, member: &str) -> bool {
        !self.input[member].is_null()
    }

    /// A list of texts of at most `most`; what is not there is empty.
    pub(crate) fn list(&mut self, member: &str, most: usize, rule: &Rule) -> Vec<String> {
        let texts: Vec<String> = self.items(member, most).iter().map(text).collect();
        if texts.iter().any(|text| !rule.holds(text)) {
            let shown = format!("[{}]", texts.join(", "));
            self.fault(&place(member), Some(&shown), &rule.of_each());
        }
        texts
    }

    /// A list of structures, each as the members asked for, in the order in which they were; what is not there is empty.
    pub(crate) fn structures<const N: usize>(
        &mut self,
        member: &str,
        most: usize,
        members: [(&str, &Rule); N],
    ) -> Vec<[String; N]> {
        let mut read = Vec::new();
        for (index, item) in self.items(member, most).iter().enumerate() {
            let part = |name: &str| format!("{}.{}.member.{}", place(member), index + 1, place(name));
            read.push(members.map(|(name, rule)| {
                match item[name].as_str() {
                    Some(text) => self.hold(&part(name), text, rule),
                    None => self.fault(&part(name), None, "Member must not be null"),
                }
                text(&item[name])
            }));
        }
        read
    }

    /// The items of a list, whose number is checked.
    fn items(&mut self, member: &str, most: usize) -> &'a [Value] {
        let items = self.input[member].as_array().map_or(&[][..], Vec::as_slice);
        if items.len() > most {
            let constraint = format!("Member must have length less than or equal to {most}");
            let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
            let shown = texts.map(|texts| format!("[{}]", texts.join(", ")));
            self.fault(&place(member), shown.as_deref(), &constraint);
        }
        items
    }

    /// The input as it came.
    pub(crate) fn raw(&self) -> &'a Value {
        self.input
    }

    /// Notes what is wrong with a text.
    fn hold(&mut self, place: &str, text: &str, rule: &Rule) {
        if let Some(constraint) = rule.length_fault(text) {
            self.fault(place, Some(text), &constraint);
        } else if !(rule.accepts)(text) {
            match rule.complaint {
                Complaint::Pattern(pattern) => {
                    let constraint = format!("Member must satisfy regular expression pattern: {pattern}");
                    self.fault(place, Some(text), &constraint);
                }
                Complaint::Values(values) => {
                    let constraint = self.of_values(values);
                    self.fault(place, Some(text), &constraint);
                }
                Complaint::Specified(must) => {
                    let sentence = format!("The specified value for {place} is invalid. It must {must}");
                    self.specified.get_or_insert(sentence);
                }
            }
        }
    }

    fn of_values(&self, values: &[&str]) -> String {
        if self.reveals {
            format!("Member must satisfy enum value set: [{}]", values.join(", "))
        } else {
            "Member must satisfy enum value set".to_owned()
        }
    }

    fn fault(&mut self, place: &str, value: Option<&str>, constraint: &str) {
        let value = value
            .filter(|_| self.reveals)
            .map(|value| format!(" '{value}'"))
            .unwrap_or_default();
        self.faults.push(format!(
            "Value{value} at '{place}' failed to satisfy constraint: {constraint}"
        ));
    }

    /// The error that tells every fault, if there is any.
    pub(crate) fn check(&self) -> Result<(), AwsError> {
        let message = match (self.faults.len(), &self.specified) {
            (0, None) => return Ok(()),
            (0, Some(sentence)) => sentence.clone(),
            (1, _) => format!("1 validation error detected: {}", self.faults[0]),
            (count, _) => format!("{count} validation errors detected: {}", self.faults.join("; ")),
        };
        Err(AwsError::new(400, self.code, message))
    }
}

impl Rule {
    fn holds(&self, text: &str) -> bool {
        self.length_fault(text).is_none() && (self.accepts)(text)
    }

    fn length_fault(&self, text: &str) -> Option<String> {
        let length = text.chars().count();
        if length < self.min {
            let min = self.min;
            Some(format!("Member must have length greater than or equal to {min}"))
        } else if length > self.max {
            let max = self.max;
            Some(format!("Member must have length less than or equal to {max}"))
        } else {
            None
        }
    }

    /// The constraint on each item of a list: all of the rule at once.
    fn of_each(&self) -> String {
        if let Complaint::Values(values @ [_, ..]) = self.complaint {
            return format!(
                "Member must satisfy constraint: [Member must satisfy enum value set: [{}], Member must not be null]",
                values.join(", ")
            );
        }
        let pattern = match self.complaint {
            Complaint::Pattern(pattern) => {
                format!(", Member must satisfy regular expression pattern: {pattern}")
            }
            Complaint::Values(_) => ", Member must satisfy enum value set".to_owned(),
            Complaint::Specified(_) => String::new(),
        };
        format!(
            "Member must satisfy constraint: [Member must have length less than or equal to {}, Member must have length \
             greater than or equal to {}{pattern}, Member must not be null]",
            self.max, self.min
        )
    }
}

/// An error of the code `ValidationError`.
pub(crate) fn invalid(message: impl Into<String>) -> AwsError {
    AwsError::new(400, "ValidationError", message)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The name by which a validation error calls a member: `UserName` is `userName`.
fn place(member: &str) -> String {
    let mut letters = member.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    const NAME: Rule = Rule {
        min: 2,
        max: 5,
        accepts: |text| text.chars().all(|letter| letter.is_ascii_lowercase()),
        complaint: Complaint::Pattern("[a-z]+"),
    };

    fn message(form: &Form<'_>) -> String {
        form.check().unwrap_err().message
    }

    #[test]
    fn every_fault_is_told_in_one_answer() {
        let input = json!({"B": "A1A"});
        let mut form = Form::of(&input);
        form.required("UserName", &NAME);
        form.required("B", &NAME);
        assert_eq!(
            message(&form),
            "2 validation errors detected: Value at 'userName' failed to satisfy constraint: Member must not be null; \
             Value at 'b' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-z]+"
        );
    }

    #[test]
    fn sts_shows_the_value_that_it_refuses() {
        let input = json!({"DurationSeconds": "899", "N": "x"});
        let mut form = Form::revealing(&input);
        form.number("DurationSeconds", 900, 43_200);
        form.optional("N", &NAME);
        assert!(message(&form).starts_with(
            "2 validation errors detected: Value '899' at 'durationSeconds' failed to satisfy constraint: Member must \
             have value greater than or equal to 900; Value 'x' at 'n'"
        ));
    }

    #[test]
    fn faults_within_lists_name_their_place() {
        let input = json!({"Tags": [{"Key": "ok", "Value": "ok"}, {"Key": "toolong", "Value": ""}]});
        let mut form = Form::of(&input);
        let read = form.structures("Tags", 50, [("Key", &NAME), ("Value", &Rule::length(0, 5))]);
        assert_eq!(read[0], ["ok", "ok"]);
        assert_eq!(
            message(&form),
            "1 validation error detected: Value at 'tags.2.member.key' failed to satisfy constraint: Member must have \
             length less than or equal to 5"
        );
    }

    #[test]
    fn a_list_s_length_and_items_are_checked() {
        let input = json!({"TagKeys": ["ab", "abcdef"]});
        let mut form = Form::of(&input);
        form.list("TagKeys", 1, &NAME);
        assert_eq!(
            message(&form),
            "2 validation errors detected: Value at 'tagKeys' failed to satisfy constraint: Member must have length less \
             than or equal to 1; Value at 'tagKeys' failed to satisfy constraint: Member must satisfy constraint: \
             [Member must have length less than or equal to 5, Member must have length greater than or equal to 2, \
             Member must satisfy regular expression pattern: [a-z]+, Member must not be null]"
        );
    }

    #[test]
    fn what_is_in_order_is_read() {
        let input = json!({"A": "abc", "N": "7", "F": "true", "L": ""});
        let mut form = Form::of(&input);
        assert_eq!(form.required("A", &NAME), "abc");
        assert_eq!(form.number("N", 1, 10), Some(7));
        assert_eq!(form.optional("Missing", &NAME), None);
        assert!(form.flag("F") && !form.flag("G"));
        assert!(form.list("L", 1, &NAME).is_empty());
        form.check().unwrap();
    }
}
