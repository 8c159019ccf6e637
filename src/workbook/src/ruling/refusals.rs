//! What AWS refuses a document or an archive with, in French.

use super::Refusal;
use super::task_refusals;

/// A sentence of AWS's, or how it begins, and what it means.
const MEANINGS: &[(&str, &str)] = &[
    // Lifecycle configurations.
    (
        "The XML you provided was not well-formed",
        "la configuration ne suit pas le schéma de S3\u{a0}: un élément manque, ou deux éléments ne vont pas ensemble. Une règle a un `Filter` (même vide) et un `Status` (`Enabled` ou `Disabled`)\u{a0}; une `Expiration` n’a qu’un des trois, `Days`, `Date` ou `ExpiredObjectDeleteMarker`.",
    ),
    (
        "At least one action needs to be specified",
        "une règle ne fait rien\u{a0}: il lui faut au moins une action.",
    ),
    ("Rule ID must be unique", "deux règles portent le même `ID`."),
    (
        "Found mixed 'Date' and 'Days'",
        "une règle compte en jours (`Days`) d’un côté, et par date (`Date`) de l’autre.",
    ),
    (
        "ExpiredObjectDeleteMarker cannot be specified with Tags",
        "un marqueur de suppression n’a pas d’étiquettes\u{a0}: une règle qui filtre par étiquette ne peut pas le viser.",
    ),
    (
        "AbortIncompleteMultipartUpload cannot be specified with Tags",
        "un chargement inachevé n’a pas encore d’étiquettes\u{a0}: une règle qui filtre par étiquette ne peut pas le viser.",
    ),
    (
        "Duplicate Tag Keys",
        "la même clé d’étiquette est écrite deux fois.",
    ),
    // Bucket policies.
    (
        "Missing required field Principal",
        "une instruction ne dit pas à qui elle s’adresse. La politique d’un compartiment n’est attachée à aucune identité\u{a0}: il lui faut `Principal`.",
    ),
    (
        "Invalid principal in policy",
        "un principal n’existe pas, ou n’est pas écrit comme AWS l’attend.",
    ),
    (
        "Policy has invalid resource",
        "une ressource n’est pas de ce compartiment, ou son ARN est mal écrit.",
    ),
    ("Policy has invalid action", "une action n’existe pas dans S3."),
    (
        "Action does not apply to any resource(s) in statement",
        "une action ne s’applique à aucune des ressources de son instruction\u{a0}: certaines portent sur le compartiment, d’autres sur ses objets.",
    ),
    (
        "Conditions do not apply to combination of actions and resources",
        "une clé de condition n’existe pas pour ces actions.",
    ),
    (
        "Policy has an invalid condition key",
        "une clé de condition n’existe pas dans S3.",
    ),
    (
        "Could not parse the policy: Statement is empty",
        "la liste `Statement` est vide.",
    ),
    ("Missing required field", "il manque un élément obligatoire."),
    (
        "Unknown field",
        "un élément n’existe pas (les majuscules comptent).",
    ),
    (
        "The policy must contain a valid version string",
        "ce n’est pas une version\u{a0}: écris `2012-10-17`.",
    ),
    (
        "Invalid effect",
        "ce n’est pas un effet\u{a0}: c’est `Allow` ou `Deny`, avec la majuscule.",
    ),
    (
        "Syntax error in policy",
        "le texte n’a pas la forme d’une politique\u{a0}: un élément est mal placé, ou n’a pas le bon type.",
    ),
    // Archives.
    ("Uploaded file must be a non-empty zip", "l’archive est vide."),
    (
        "Could not unzip uploaded file",
        "Lambda ne sait pas lire cette archive\u{a0}: ce n’est pas un ZIP, il est abîmé ou compressé autrement (bzip2, LZMA), ou un de ses chemins sort de l’archive (`../`).",
    ),
    (
        "Unzipped size must be smaller than",
        "décompressé, le contenu dépasse 262\u{202f}144\u{202f}000 octets (250\u{a0}Mo).",
    ),
];

/// What a sentence contains, for those that begin with the learner's own words.
const PARTS: &[(&str, &str)] = &[
    (
        "because public policies are prevented by the BlockPublicPolicy setting",
        "cette politique est publique, et le compartiment bloque les politiques publiques (`BlockPublicPolicy`).",
    ),
    (
        "action must be a positive integer",
        "un nombre de jours doit être d’au moins 1.",
    ),
    (
        "action must be a nonnegative integer",
        "un nombre de jours ne peut pas être négatif.",
    ),
    (
        "action must be greater than or equal to 30 for storageClass",
        "un objet doit rester 30\u{a0}jours avant de passer dans une classe à accès peu fréquent.",
    ),
    (
        "must be greater than",
        "l’expiration doit venir après la transition.",
    ),
    (
        "action must be an integer between 1 and 100",
        "le nombre de versions gardées va de 1 à 100.",
    ),
    (
        "must be at midnight GMT",
        "une date de règle est à minuit, en temps universel.",
    ),
];

/// A refusal as a French sentence, and AWS's own.
pub fn refusal(refusal: &Refusal) -> String {
    let Refusal { code, message } = refusal;
    let mut meanings = MEANINGS.iter().chain(task_refusals::MEANINGS);
    let begins = meanings.find(|(start, _)| message.starts_with(start));
    let mut parts = PARTS.iter().chain(task_refusals::PARTS);
    let contains = || parts.find(|(part, _)| message.contains(part));
    let meaning = begins.or_else(contains).map_or("", |(_, meaning)| meaning);
    let gap = if meaning.is_empty() { "" } else { " " };
    format!(
        "{}{gap}AWS répond\u{a0}: `{code}`, «\u{a0}{message}\u{a0}».",
        capitalised(meaning)
    )
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(code: &str, message: &str) -> String {
        refusal(&Refusal {
            code: code.to_owned(),
            message: message.to_owned(),
        })
    }

    #[test]
    fn a_refusal_has_its_meaning_and_the_words_of_aws() {
        assert_eq!(
            told(
                "InvalidRequest",
                "At least one action needs to be specified in a rule"
            ),
            "Une règle ne fait rien\u{a0}: il lui faut au moins une action. AWS répond\u{a0}: `InvalidRequest`, \
             «\u{a0}At least one action needs to be specified in a rule\u{a0}»."
        );
        let public = told(
            "AccessDenied",
            "User: x is not authorized to perform: s3:PutBucketPolicy on resource: \"y\" because public policies are \
             prevented by the BlockPublicPolicy setting in S3 Block Public Access.",
        );
        assert!(public.starts_with("Cette politique est publique"), "{public}");
    }

    #[test]
    fn an_unknown_refusal_is_aws_alone() {
        assert_eq!(
            told("Odd", "Words."),
            "AWS répond\u{a0}: `Odd`, «\u{a0}Words.\u{a0}»."
        );
    }
}
