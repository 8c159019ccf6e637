//! What the readers of YAML and TOML say of a mistake, in French: what is wrong, and what was expected.

use crate::nearest;
use serde_saphyr::Error as YamlError;

/// Words of a reader of YAML or TOML, what is wrong then, and what was expected.
type Words = (&'static str, &'static str, &'static str);

/// The words of the YAML reader. The first that is found counts.
const YAML: &[Words] = &[
    (
        "mapping values are not allowed",
        "« : » inattendu",
        "attendu : les clés en début de ligne, et entre guillemets droits les valeurs qui contiennent « : »",
    ),
    (
        "unclosed quote",
        "guillemet jamais fermé",
        "attendu : un guillemet droit à la fin de la valeur",
    ),
    (
        "bracket",
        "crochet ou accolade sans son pareil",
        "attendu : un ] pour chaque [ et une } pour chaque {",
    ),
    (
        "anchor",
        "« * » en début de valeur",
        "attendu : la valeur entre guillemets droits",
    ),
    (
        "unexpected character",
        "la valeur commence par un signe réservé",
        "attendu : la valeur entre guillemets droits",
    ),
    (
        "unknown escape",
        "« \\ » suivi d’un signe inconnu",
        "attendu : la valeur entre apostrophes droites ('…')",
    ),
    (
        "trailing content",
        "du texte après le guillemet qui ferme",
        "attendu : les guillemets droits autour de toute la valeur",
    ),
    (
        "block sequence",
        "« - » inattendu",
        "attendu : la valeur entre guillemets droits",
    ),
    ("tab", "une tabulation", "attendu : des espaces en début de ligne"),
    ("key", "une ligne sans « : »", LINE),
    ("mapping", "une ligne sans « : »", LINE),
];

const LINE: &str = "attendu : « clé: valeur » sur chaque ligne";

/// What is wrong and what was expected, by the first words that `said` has.
fn look_up(
    words: &[Words],
    said: &str,
    general: (&'static str, &'static str),
) -> (&'static str, &'static str) {
    let known = words.iter().find(|(words, _, _)| said.contains(words));
    known.map_or(general, |(_, message, expected)| (*message, *expected))
}

/// A mistake of the header.
pub(super) fn yaml(error: &YamlError) -> (String, String) {
    let (message, expected) = match error {
        YamlError::DuplicateMappingKey { key, .. } => {
            let key = key.as_deref().unwrap_or("…");
            let expected = "attendu : une seule fois chaque clé".to_owned();
            return (format!("en-tête : clé en double « {key} »"), expected);
        }
        YamlError::MultipleDocuments { .. } => ("deux documents YAML", "attendu : un seul"),
        YamlError::SerdeInvalidType { .. }
        | YamlError::SerdeInvalidValue { .. }
        | YamlError::InvalidScalar { .. }
        | YamlError::NullIntoString { .. }
        | YamlError::TaggedScalarCannotDeserializeIntoString { .. }
        | YamlError::Unexpected {
            expected: "string scalar",
            ..
        } => ("valeur du mauvais type", "attendu : un texte sur une ligne"),
        other => look_up(YAML, &other.to_string().to_lowercase(), ("YAML mal écrit", LINE)),
    };
    (format!("en-tête : {message}"), expected.to_owned())
}

const VALUE: &str = "attendu : un texte entre guillemets droits, un nombre, true ou false";
const PAIR: &str = "attendu : clé = valeur";
const KEY: &str = "attendu : une clé en lettres sans accent, chiffres, - ou _";

/// The words of the TOML reader. The first that is found counts.
const TOML: &[Words] = &[
    (
        "duplicate key",
        "clé en double",
        "attendu : une seule fois chaque clé",
    ),
    ("must be quoted", "valeur sans guillemets droits", VALUE),
    ("key with no value", "il manque le signe =", PAIR),
    ("missing assignment", "il manque le signe =", PAIR),
    ("missing value", "il manque la valeur", PAIR),
    ("missing key", "il manque la clé", PAIR),
    ("extra `=`", "un signe = de trop", PAIR),
    (
        "unexpected `=`",
        "un signe = dans une liste",
        "attendu : [valeur, valeur]",
    ),
    (
        "unexpected key or value",
        "quelque chose de trop après la valeur",
        "attendu : la fin de la ligne",
    ),
    (
        "missing comma",
        "il manque une virgule",
        "attendu : une virgule entre deux éléments",
    ),
    (
        "extra comma",
        "une virgule de trop",
        "attendu : une seule virgule entre deux éléments",
    ),
    (
        "unclosed array table",
        "« [[ » jamais fermé",
        "attendu : [[nom]], seul sur sa ligne",
    ),
    (
        "unclosed table",
        "« [ » jamais fermé",
        "attendu : [nom], seul sur sa ligne",
    ),
    (
        "unclosed array",
        "un crochet n’est pas fermé avant ceci",
        "attendu : un ] à la fin de la liste",
    ),
    (
        "unclosed inline table",
        "une accolade n’est pas fermée avant ceci",
        "attendu : une } à la fin de la table",
    ),
    (
        "opening",
        "] ou } de trop",
        "attendu : un [ pour chaque ], une { pour chaque }",
    ),
    ("missing table open", "] de trop", "attendu : [nom] ou [[nom]]"),
    (
        "multi-line",
        "texte de plusieurs lignes jamais fermé",
        "attendu : trois guillemets droits au début et à la fin",
    ),
    (
        "escaped",
        "« \\ » suivi d’un signe inconnu",
        "attendu : \\\\ pour une barre oblique inverse, ou un texte entre apostrophes droites ('…')",
    ),
    (
        "string",
        "guillemet jamais fermé, ou caractère invisible",
        "attendu : un texte entre guillemets droits, sur une seule ligne",
    ),
    ("unquoted key", "clé mal écrite", KEY),
    ("invalid key", "clé mal écrite", KEY),
    ("invalid", "valeur mal écrite", VALUE),
    (
        "leading zero",
        "un zéro de trop",
        "attendu : un nombre sans zéro au début",
    ),
    (
        "cannot extend",
        "cette clé a déjà une autre valeur",
        "attendu : une seule valeur par clé",
    ),
    (
        "recurs",
        "trop d’imbrications",
        "attendu : des listes et des tables moins profondes",
    ),
    (
        "untagged enum",
        "valeur du mauvais type",
        "attendu : un nombre ou un texte entre guillemets droits",
    ),
];

/// A mistake in a block of TOML, from the reader's message. `others` are keys that count too, beside those that the
/// reader knows.
pub(crate) fn toml(message: &str, others: &[&str]) -> (String, String) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let is = |words: &str| message.starts_with(words);
    match quoted.as_slice() {
        // What the reader of TOML hands over in place of a date.
        [name, ..] if name.starts_with("$__toml_private") => {
            ("une date n’a rien à faire ici".to_owned(), VALUE.to_owned())
        }
        [name, known @ ..] if is("unknown field") => {
            let expected = nearest::expected(name, &[others, known].concat());
            (format!("clé inconnue « {name} »"), expected)
        }
        [name, known @ ..] if is("unknown variant") => {
            let expected = nearest::expected(name, known);
            (format!("valeur inconnue « {name} »"), expected)
        }
        [name, ..] if is("missing field") => (
            format!("la clé « {name} » manque"),
            format!("attendu : {name} = …"),
        ),
        _ if ["` as i128", "` as u128"]
            .iter()
            .any(|wide| message.contains(wide)) =>
        {
            (
                "nombre trop grand".to_owned(),
                "attendu : un nombre d’au plus 15 chiffres".to_owned(),
            )
        }
        _ if is("invalid type") || is("invalid value") || is("invalid length") => {
            let wanted = message.split_once("expected ").map_or("", |(_, wanted)| wanted);
            let expected = format!("attendu : {}", type_in_french(wanted));
            ("valeur du mauvais type".to_owned(), expected)
        }
        _ => {
            let said = message.split(", expected").next().unwrap_or_default();
            let (message, expected) = look_up(TOML, said, ("écriture inattendue", PAIR));
            (format!("TOML : {message}"), expected.to_owned())
        }
    }
}

fn type_in_french(wanted: &str) -> &str {
    match wanted {
        "a string" => "un texte entre guillemets droits",
        "a boolean" => "true ou false",
        "a sequence" => "une liste [ … ]",
        "f64" => "un nombre",
        "i64" | "u64" | "usize" => "un nombre entier",
        _ => "une table { … }",
    }
}
