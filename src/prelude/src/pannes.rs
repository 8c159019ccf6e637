//! Ce qui empêche un appel d'aboutir sur un vrai compte, dit en français : une ligne par code d'erreur.

use aws_sdk_s3::error::{ProvideErrorMetadata, SdkError};
use std::error::Error;

/// Codes of AWS, and what they mean to whoever reads them.
const CODES: &[(&[&str], &str)] = &[
    (
        &[
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "TokenRefreshRequired",
        ],
        "tes identifiants ont expiré\u{a0}: renouvelle-les («\u{a0}aws sso login\u{a0}», ou de nouvelles clés), puis recommence",
    ),
    (
        &[
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidAccessKeyId",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
        ],
        "AWS ne reconnaît pas tes identifiants, ou ta région n’est pas activée sur ton compte",
    ),
    (
        &[
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "TooManyRequestsException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "SlowDown",
        ],
        "AWS reçoit trop d’appels et freine\u{a0}: attends un peu, puis recommence",
    ),
    (
        &[
            "ServiceUnavailable",
            "ServiceUnavailableException",
            "InternalError",
            "InternalFailure",
            "InternalServerError",
            "InternalServerErrorException",
            "ServiceException",
        ],
        "AWS a une panne passagère\u{a0}: attends un peu, puis recommence",
    ),
];

/// The codes by which AWS says that somebody has no right to do something.
pub(crate) const SANS_DROIT: [&str; 5] = [
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "NotAuthorized",
    "403",
];

/// The codes by which AWS says that a name is taken.
pub(crate) const DEJA_LA: [&str; 6] = [
    "EntityAlreadyExists",
    "EntityAlreadyExistsException",
    "ResourceInUseException",
    "ResourceConflictException",
    "BucketAlreadyExists",
    "BucketAlreadyOwnedByYou",
];

/// Ce que veut dire un code, s'il vient de l'état du compte ou du réseau et non de ce qui est demandé.
pub(crate) fn de_code(code: &str) -> Option<&'static str> {
    let une = CODES.iter().find(|(codes, _)| codes.contains(&code));
    une.map(|(_, mots)| *mots)
}

/// Ce que veut dire une erreur qui n'est pas une réponse d'AWS.
pub(crate) fn sans_reponse<E, R>(erreur: &SdkError<E, R>) -> Option<&'static str> {
    match erreur {
        SdkError::TimeoutError(_) => Some("AWS n’a pas répondu à temps"),
        SdkError::DispatchFailure(envoi) => Some(
            envoi
                .as_connector_error()
                .map_or(COUPURE, |envoi| sans_envoi(envoi)),
        ),
        SdkError::ResponseError(_) => Some("la réponse d’AWS est arrivée abîmée"),
        _ => None,
    }
}

/// What is said where nothing in an error says why nothing could be sent.
const COUPURE: &str = "le réseau a coupé, ou AWS est injoignable";

const SANS_REGION: &str = "aucune région n’est dite\u{a0}: ajoute «\u{a0}--region eu-west-3\u{a0}», ou une ligne «\u{a0}region\u{a0}» à ton profil";

/// What in the words of an error tells why nothing could be sent, where that was not the network.
const ENVOIS: [(&str, &str); 7] = [
    (
        "dns error",
        "AWS est injoignable\u{a0}: le réseau a coupé, ou aucune région ne s’appelle ainsi",
    ),
    (
        "SSO",
        "ta session SSO n’est pas ouverte, ou elle est finie\u{a0}: «\u{a0}aws sso login\u{a0}» avec ton profil l’ouvre",
    ),
    (
        "parse profile file",
        "ton fichier ~/.aws/config ou ~/.aws/credentials ne se lit pas\u{a0}: une ligne y est mal écrite",
    ),
    ("signing region", SANS_REGION),
    ("region must be set", SANS_REGION),
    (
        "redential",
        "tes identifiants ne se chargent pas\u{a0}: il en manque, ou ta session est finie («\u{a0}aws sso login\u{a0}»)",
    ),
    ("profile", "ton profil ne se charge pas"),
];

/// Pourquoi un appel n'a pas pu partir.
pub(crate) fn sans_envoi(erreur: &(dyn Error + 'static)) -> &'static str {
    let dites = causes(erreur);
    let dite = ENVOIS.iter().find(|(marque, _)| dites.contains(marque));
    dite.map_or(COUPURE, |(_, mots)| mots)
}

/// Une erreur et ses causes, chacune une fois, sans la forme que leur donne Rust.
pub(crate) fn causes(erreur: &(dyn Error + 'static)) -> String {
    let mut dites: Vec<String> = Vec::new();
    let mut reste = Some(erreur);
    while let Some(erreur) = reste {
        let une = erreur.to_string();
        if !dites.iter().any(|avant| avant.contains(&une)) {
            dites.push(une);
        }
        reste = erreur.source();
    }
    dites.join("\u{a0}: ")
}

/// Ce que veut dire un code de refus, droits compris, pour qui fait le ménage.
pub(crate) fn mots(code: &str) -> Option<&'static str> {
    let sans_droit = SANS_DROIT
        .contains(&code)
        .then_some("il te manque le droit de le faire");
    de_code(code).or(sans_droit)
}

/// Pourquoi un appel n'a pas abouti : en français s'il se peut, puis dans les mots d'AWS.
pub(crate) fn raison<E>(erreur: &SdkError<E>) -> String
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let dits = match (erreur.code(), erreur.message()) {
        (Some(code), message) => format!("{code}\u{a0}: {}", message.unwrap_or_default()),
        _ => causes(erreur),
    };
    let code = erreur.code().unwrap_or_default();
    match mots(code).or_else(|| sans_reponse(erreur)) {
        Some(mots) => format!("{mots}\u{a0}; {dits}"),
        None => dits,
    }
}
