//! Les identifiants d'un passage : ils n'arrivent aux cellules que par l'atelier, dont chaque client a son gardien.
//!
//! What leads to credentials (keys, profile, files) is taken out of the environment of a run's cells and set aside; the
//! configuration file that they find instead has a command that says why there is nothing. So a client that a cell builds
//! by itself has no credentials, and sends nothing.

use aws_config::profile::ProfileFileCredentialsProvider;
#[allow(
    deprecated,
    reason = "what takes their place is in a crate that is not linked here by name"
)]
use aws_config::profile::profile_file::{ProfileFileKind, ProfileFiles};
use aws_config::{BehaviorVersion, ConfigLoader, SdkConfig};
use aws_sdk_s3::config::{Credentials, SharedCredentialsProvider};
use std::collections::HashMap;
use std::path::PathBuf;

/// What was set aside, as a JSON object: variables of the SDK and their values.
const MIS_DE_COTE: &str = "CAHIER_IDENTIFIANTS";

/// The SDK's own chain, over what was set aside where something was.
pub(crate) fn chaine(mut chargeur: ConfigLoader) -> ConfigLoader {
    let Some(variables) = mis_de_cote() else {
        return chargeur;
    };
    let valeur = |nom: &str| {
        variables
            .get(nom)
            .filter(|valeur| !valeur.trim().is_empty())
            .cloned()
    };
    chargeur = chargeur.profile_files(fichiers(&valeur));
    if let Some(profil) = valeur("AWS_PROFILE") {
        chargeur = chargeur.profile_name(profil);
    }
    let secret = valeur("AWS_SECRET_ACCESS_KEY").or_else(|| valeur("SECRET_ACCESS_KEY"));
    if let (Some(cle), Some(secret)) = (valeur("AWS_ACCESS_KEY_ID"), secret) {
        let jeton = valeur("AWS_SESSION_TOKEN");
        chargeur = chargeur.credentials_provider(Credentials::new(cle, secret, jeton, None, "environnement"));
    }
    chargeur
}

/// The configuration of whoever this run acts for.
pub(crate) async fn les_siennes() -> SdkConfig {
    chaine(aws_config::defaults(BehaviorVersion::latest()))
        .load()
        .await
}

/// The same configuration without credentials: whoever builds a client with it learns why.
pub(crate) fn sans_identifiants(config: &SdkConfig) -> SdkConfig {
    let refus = ProfileFileCredentialsProvider::builder().build();
    config
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(refus))
        .build()
}

fn mis_de_cote() -> Option<HashMap<String, String>> {
    serde_json::from_str(&std::env::var(MIS_DE_COTE).ok()?).ok()
}

/// The two files of the SDK, where the variables say or in the home folder. One that is not there is empty, as for the SDK.
#[allow(deprecated)]
fn fichiers(valeur: &impl Fn(&str) -> Option<String>) -> ProfileFiles {
    let les_deux = [
        (ProfileFileKind::Config, "AWS_CONFIG_FILE", "~/.aws/config"),
        (
            ProfileFileKind::Credentials,
            "AWS_SHARED_CREDENTIALS_FILE",
            "~/.aws/credentials",
        ),
    ];
    let mut fichiers = ProfileFiles::builder();
    for (genre, variable, habituel) in les_deux {
        let chemin = chez_soi(&valeur(variable).unwrap_or_else(|| habituel.to_string()));
        fichiers = if chemin.is_file() {
            fichiers.with_file(genre, chemin)
        } else {
            fichiers.with_contents(genre, "")
        };
    }
    fichiers.build()
}

/// A path in which a leading `~` is the home folder.
fn chez_soi(chemin: &str) -> PathBuf {
    let maison = std::env::var_os("HOME").map(PathBuf::from);
    match (chemin.strip_prefix("~/"), maison) {
        (Some(reste), Some(maison)) => maison.join(reste),
        _ => PathBuf::from(chemin),
    }
}
