//! What DynamoDB refuses of a request and dynoxide lets through: operands of conditions, operators of key conditions,
//! writes of a batch. Only what single words tell is looked at; a condition that does not parse is dynoxide's to refuse.

use serde_json::Value;

use super::codec::invalid;
use super::expression::words;
use super::metering;
use crate::error::AwsError;

/// How many values `IN` takes.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html>
const OPERANDS: usize = 100;

/// The types that `attribute_type` knows.
const TYPES: [&str; 10] = ["B", "NULL", "SS", "BOOL", "L", "BS", "N", "NS", "S", "M"];

/// The functions that are none of a key condition's.
const NOT_OF_KEYS: [&str; 4] = [
    "attribute_exists",
    "attribute_not_exists",
    "attribute_type",
    "contains",
];

/// Checks a request, and each part of a transaction.
pub(super) fn check(input: &Value) -> Result<(), AwsError> {
    check_writes(input)?;
    check_expressions(input)?;
    metering::parts(input).try_for_each(|(_, part)| check_expressions(part))
}

/// A write of a batch puts an item or deletes one, not both.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_WriteRequest.html>
fn check_writes(input: &Value) -> Result<(), AwsError> {
    let tables = input["RequestItems"].as_object().into_iter().flatten();
    let mut writes = tables.filter_map(|(_, writes)| writes.as_array()).flatten();
    if writes.any(|write| write["PutRequest"].is_object() && write["DeleteRequest"].is_object()) {
        return Err(invalid(
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
        ));
    }
    Ok(())
}

fn check_expressions(input: &Value) -> Result<(), AwsError> {
    if let Some(text) = input["KeyConditionExpression"].as_str() {
        check_key_condition(text)?;
    }
    for member in [
        "ConditionExpression",
        "FilterExpression",
        "KeyConditionExpression",
    ] {
        if let Some(text) = input[member].as_str()
            && let Some(fault) = fault(&pieces(text, input))
        {
            return Err(invalid(format!("Invalid {member}: {fault}")));
        }
    }
    Ok(())
}

/// A key condition has one operator for each key, and `AND` between them.
/// <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.KeyConditionExpressions.html>
fn check_key_condition(text: &str) -> Result<(), AwsError> {
    let words = words(text);
    let called = |word: &&str, next: Option<&&str>| NOT_OF_KEYS.contains(word) && next == Some(&"(");
    let found = words.iter().enumerate().find_map(|(place, word)| {
        let next = words.get(place + 1);
        match word.to_ascii_uppercase().as_str() {
            operator @ ("OR" | "NOT" | "IN") => Some(operator.to_owned()),
            "<" if next == Some(&">") => Some("<>".to_owned()),
            _ => called(word, next).then(|| (*word).to_owned()),
        }
    });
    found.map_or(Ok(()), |operator| {
        Err(invalid(format!(
            "Invalid operator used in KeyConditionExpression: {operator}"
        )))
    })
}

/// A word of a condition, with its names and values in their places.
#[derive(Debug, PartialEq)]
enum Piece<'a> {
    /// A document path, step by step.
    Path(Vec<String>),
    /// A value.
    Value(&'a Value),
    /// A comparison's sign, an operator in capitals, a function's name or a single sign.
    Word(String),
}

impl Piece<'_> {
    fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(other) if other == word)
    }
}

fn pieces<'a>(text: &str, input: &'a Value) -> Vec<Piece<'a>> {
    let words = words(text);
    let mut pieces = Vec::new();
    let mut rest = words.as_slice();
    while let Some((word, after)) = rest.split_first() {
        rest = after;
        let capitals = word.to_ascii_uppercase();
        let begins = |sign: char| sign.is_alphabetic() || matches!(sign, '_' | '#');
        pieces.push(match (*word, after.first()) {
            ("<", Some(second @ (&"=" | &">"))) | (">", Some(second @ &"=")) => {
                rest = &after[1..];
                Piece::Word(format!("{word}{second}"))
            }
            _ if word.starts_with(':') => Piece::Value(&input["ExpressionAttributeValues"][*word]),
            _ if ["AND", "OR", "NOT", "BETWEEN", "IN"].contains(&capitals.as_str()) => Piece::Word(capitals),
            (_, Some(&"(")) => Piece::Word((*word).to_owned()),
            _ if word.starts_with(begins) => {
                let mut steps = Vec::new();
                rest = path(word, after, &input["ExpressionAttributeNames"], &mut steps);
                Piece::Path(steps)
            }
            _ => Piece::Word((*word).to_owned()),
        });
    }
    pieces
}

/// Reads the steps of a path that begins with a word, and gives what comes after it.
fn path<'w>(word: &str, after: &'w [&'w str], names: &Value, steps: &mut Vec<String>) -> &'w [&'w str] {
    let written = word.split('.').filter(|step| !step.is_empty());
    steps.extend(written.map(|step| names[step].as_str().unwrap_or(step).to_owned()));
    match after {
        ["[", place, "]", rest @ ..] => {
            steps.push(format!("[{place}]"));
            match rest.split_first() {
                Some((word, more)) if word.starts_with('.') => path(word, more, names, steps),
                Some((&"[", _)) => path("", rest, names, steps),
                _ => rest,
            }
        }
        _ => after,
    }
}

/// The first thing that is wrong with a condition.
fn fault(pieces: &[Piece<'_>]) -> Option<String> {
    (0..pieces.len()).find_map(|place| match &pieces[place..] {
        [first @ Piece::Path(_), Piece::Word(operator), rest @ ..] => match operator.as_str() {
            "=" | "<>" | "<" | "<=" | ">" | ">=" => same(operator, first, rest.get(..1)?),
            "BETWEEN" => match rest {
                [low, and, high, ..] if and.is("AND") => same(operator, first, std::slice::from_ref(low))
                    .or_else(|| same(operator, first, std::slice::from_ref(high))),
                _ => None,
            },
            "IN" => same(operator, first, list(rest)),
            _ => None,
        }
        .or_else(|| too_many(&pieces[place + 1..])),
        [called, open, Piece::Path(_), comma, Piece::Value(value), ..]
            if called.is("attribute_type") && open.is("(") && comma.is(",") =>
        {
            unknown_type(value)
        }
        rest => too_many(rest),
    })
}

fn same(operator: &str, first: &Piece<'_>, others: &[Piece<'_>]) -> Option<String> {
    let Piece::Path(steps) = first else { return None };
    others.contains(first).then(|| {
        format!(
            "The first operand must be distinct from the remaining operands for this operator or function; operator: {operator}, first operand: [{}]",
            steps.join(", ")
        )
    })
}

/// What stands between the parentheses that begin here.
fn list<'p, 'a>(pieces: &'p [Piece<'a>]) -> &'p [Piece<'a>] {
    let end = pieces
        .iter()
        .position(|piece| piece.is(")"))
        .unwrap_or(pieces.len());
    pieces.get(1..end).unwrap_or_default()
}

fn too_many(pieces: &[Piece<'_>]) -> Option<String> {
    let (operator, rest) = pieces.split_first()?;
    let commas = list(rest).iter().filter(|piece| piece.is(",")).count();
    (operator.is("IN") && commas >= OPERANDS).then(|| {
        let count = commas + 1;
        format!("The IN operator is provided with too many operands; number of operands: {count}")
    })
}

fn unknown_type(value: &Value) -> Option<String> {
    let name = value["S"].as_str()?;
    (!TYPES.contains(&name)).then(|| {
        let types = TYPES.join(",");
        format!("Invalid attribute type name found; type: {name}, valid types: {{{types}}}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told(member: &str, text: &str) -> String {
        let input = json!({
            member: text,
            "ExpressionAttributeNames": {"#p": "pk", "#or": "x"},
            "ExpressionAttributeValues": {":a": {"S": "Q"}, ":s": {"S": "SS"}},
        });
        check(&input).err().map(|error| error.message).unwrap_or_default()
    }

    #[test]
    fn an_operand_is_not_compared_with_itself() {
        let words = "Invalid ConditionExpression: The first operand must be distinct from the remaining operands for this operator or function";
        for (text, operator, operand) in [
            ("pk = pk", "=", "pk"),
            ("a = :a AND NOT #p<>pk", "<>", "pk"),
            ("m.a[0].b >= m.a[0].b", ">=", "m, a, [0], b"),
            ("l[0][1] < l[0][1]", "<", "l, [0], [1]"),
            ("pk between :a and pk", "BETWEEN", "pk"),
            ("(pk IN (:a, pk))", "IN", "pk"),
        ] {
            let expected = format!("{words}; operator: {operator}, first operand: [{operand}]");
            assert_eq!(told("ConditionExpression", text), expected);
        }
        for text in [
            "pk = m.pk",
            "m.pk = pk",
            "l[0] = l[1]",
            "size(pk) = pk",
            "pk = size(pk)",
            "a = :a AND a = :s",
            "a BETWEEN :a AND :s AND a = b",
            "pk =",
            "",
        ] {
            assert_eq!(told("FilterExpression", text), "", "{text}");
        }
    }

    #[test]
    fn a_type_that_does_not_exist_is_told() {
        assert_eq!(
            told("ConditionExpression", "attribute_type(pk, :a)"),
            "Invalid ConditionExpression: Invalid attribute type name found; type: Q, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"
        );
        assert_eq!(told("ConditionExpression", "attribute_type(pk, :s)"), "");
    }

    #[test]
    fn a_list_has_a_hundred_operands_at_most() {
        let list = |count: usize| format!("size(x) IN ({})", vec![":a"; count].join(", "));
        assert_eq!(told("FilterExpression", &list(100)), "");
        assert_eq!(
            told("FilterExpression", &list(101)),
            "Invalid FilterExpression: The IN operator is provided with too many operands; number of operands: 101"
        );
        let list = list(101).replace("size(x)", "x");
        assert!(told("FilterExpression", &list).ends_with("number of operands: 101"));
    }

    #[test]
    fn a_key_condition_has_few_operators() {
        for (text, operator) in [
            ("pk = :a or sk = :a", "OR"),
            ("NOT pk = :a", "NOT"),
            ("pk in (:a)", "IN"),
            ("pk <> :a", "<>"),
            ("pk = :a AND attribute_exists(sk)", "attribute_exists"),
        ] {
            let expected = format!("Invalid operator used in KeyConditionExpression: {operator}");
            assert_eq!(told("KeyConditionExpression", text), expected);
        }
        for text in [
            "pk = :a AND #or BETWEEN :a AND :s",
            "pk = :a and begins_with(sk, :s)",
        ] {
            assert_eq!(told("KeyConditionExpression", text), "", "{text}");
        }
    }

    #[test]
    fn a_write_is_one_thing() {
        let batch = |write: Value| check(&json!({"RequestItems": {"t": [write]}})).is_err();
        assert!(batch(
            json!({"PutRequest": {"Item": {}}, "DeleteRequest": {"Key": {}}})
        ));
        assert!(!batch(json!({"PutRequest": {"Item": {}}})));
        let part = json!({"TransactItems": [{"Put": {"ConditionExpression": "a = a"}}]});
        assert!(check(&part).is_err());
    }
}
