//! Les briques de la signature AWS version 4, pour signer à la main et voir de quoi une URL est faite.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// L'empreinte SHA-256 d'un texte, en hexadécimal.
pub fn sha256_hexa(texte: impl AsRef<[u8]>) -> String {
    hexa(&Sha256::digest(texte.as_ref()))
}

/// Le code HMAC-SHA256 d'un message sous une clé.
///
/// # Panics
/// Jamais : HMAC accepte une clé de toute longueur.
pub fn hmac_sha256(cle: impl AsRef<[u8]>, message: impl AsRef<[u8]>) -> Vec<u8> {
    let Ok(mut code) = Hmac::<Sha256>::new_from_slice(cle.as_ref()) else {
        unreachable!("HMAC takes keys of any length");
    };
    code.update(message.as_ref());
    code.finalize().into_bytes().to_vec()
}

/// Des octets écrits en hexadécimal, en minuscules.
pub fn hexa(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut texte, octet| {
        let _ = write!(texte, "{octet:02x}");
        texte
    })
}

/// Encode un texte pour une URL, à la façon d'AWS : tout sauf `A-Z a-z 0-9 - . _ ~`, barre oblique comprise.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html>
pub fn encoder(texte: &str) -> String {
    encoder_sauf(texte, false)
}

/// Encode la clé d'un objet pour une URL : comme [`encoder`], mais les barres obliques restent.
pub fn encoder_chemin(cle: &str) -> String {
    encoder_sauf(cle, true)
}

fn encoder_sauf(texte: &str, garder_barres: bool) -> String {
    texte.bytes().fold(String::new(), |mut url, octet| {
        if octet.is_ascii_alphanumeric() || b"-._~".contains(&octet) || (garder_barres && octet == b'/') {
            url.push(char::from(octet));
        } else {
            let _ = write!(url, "%{octet:02X}");
        }
        url
    })
}

/// Les paramètres d'une URL, décodés, dans l'ordre où ils sont écrits.
pub fn parametres(url: &str) -> Vec<(String, String)> {
    let requete = url.split_once('?').map_or("", |(_, requete)| requete);
    requete
        .split('&')
        .filter(|partie| !partie.is_empty())
        .map(|partie| partie.split_once('=').unwrap_or((partie, "")))
        .map(|(nom, valeur)| (decoder(nom), decoder(valeur)))
        .collect()
}

/// La valeur d'un paramètre de l'URL, décodée.
pub fn parametre(url: &str, nom: &str) -> Option<String> {
    parametres(url)
        .into_iter()
        .find(|(cle, _)| cle == nom)
        .map(|(_, valeur)| valeur)
}

fn decoder(texte: &str) -> String {
    let octets = texte.as_bytes();
    let (mut lu, mut place) = (Vec::with_capacity(octets.len()), 0);
    while place < octets.len() {
        let code = texte
            .get(place + 1..place + 3)
            .and_then(|code| u8::from_str_radix(code, 16).ok());
        match (octets[place], code) {
            (b'%', Some(code)) => {
                lu.push(code);
                place += 3;
            }
            (octet, _) => {
                lu.push(octet);
                place += 1;
            }
        }
    }
    String::from_utf8_lossy(&lu).into_owned()
}
