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
use std::sync::OnceLock;

/// What was set aside, as a JSON object: variables of the SDK and their values.
const MIS_DE_COTE: &str = "CAHIER_IDENTIFIANTS";

/// The same once read.
static VARIABLES: OnceLock<Option<HashMap<String, String>>> = OnceLock::new();

/// Takes what was set aside out of the environment: a cell that prints its environment, or that of a program that it
/// starts, shows no key.
///
/// # Safety
/// No other thread reads or writes the environment meanwhile.
pub(crate) unsafe fn prendre() {
    mis_de_cote();
    // SAFETY: the caller's promise.
    unsafe { std::env::remove_var(MIS_DE_COTE) };
}

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

/// What is said of a profile that was asked for and that no file has: the SDK would go on to whatever else it finds, which may
/// be of another account.
#[allow(deprecated)]
pub(crate) async fn profil_absent() -> Option<String> {
    let variables = mis_de_cote()?;
    let valeur = |nom: &str| variables.get(nom).filter(|valeur| !valeur.is_empty()).cloned();
    let profil = valeur("AWS_PROFILE").filter(|_| valeur("AWS_ACCESS_KEY_ID").is_none())?;
    let (systeme, environnement) = (Default::default(), Default::default());
    let lus = aws_config::profile::load(&systeme, &environnement, &fichiers(&valeur), None).await;
    let lus = lus.ok().filter(|lus| lus.get_profile(&profil).is_none())?;
    let mut noms: Vec<&str> = lus.profiles().collect();
    noms.sort_unstable();
    let la = if noms.is_empty() {
        "il n’y en a aucun".to_string()
    } else {
        format!("il y a {}", noms.join(", "))
    };
    Some(format!(
        "le profil «\u{a0}{profil}\u{a0}» n’est ni dans ~/.aws/config ni dans ~/.aws/credentials\u{a0}; {la}"
    ))
}

/// The same configuration without credentials: whoever builds a client with it learns why.
pub(crate) fn sans_identifiants(config: &SdkConfig) -> SdkConfig {
    let refus = ProfileFileCredentialsProvider::builder().build();
    sans_profils(config)
        .to_builder()
        .credentials_provider(SharedCredentialsProvider::new(refus))
        .build()
}

/// The same configuration without the files that it was read from: the SDK keeps all profiles in it, and its `Debug` shows
/// them with their keys.
pub(crate) fn sans_profils(config: &SdkConfig) -> SdkConfig {
    let mut seule = SdkConfig::builder()
        .region(config.region().cloned())
        .disable_clock_skew_correction(config.disable_clock_skew_correction().unwrap_or_default());
    seule
        .set_app_name(config.app_name().cloned())
        .set_behavior_version(config.behavior_version())
        .set_credentials_provider(config.credentials_provider())
        .set_endpoint_url(config.endpoint_url().map(str::to_string))
        .set_http_client(config.http_client())
        .set_identity_cache(config.identity_cache())
        .set_request_checksum_calculation(config.request_checksum_calculation())
        .set_response_checksum_validation(config.response_checksum_validation())
        .set_retry_config(config.retry_config().cloned())
        .set_sleep_impl(config.sleep_impl())
        .set_stalled_stream_protection(config.stalled_stream_protection())
        .set_time_source(config.time_source())
        .set_timeout_config(config.timeout_config().cloned())
        .set_use_dual_stack(config.use_dual_stack())
        .set_use_fips(config.use_fips());
    seule.build()
}

fn mis_de_cote() -> Option<&'static HashMap<String, String>> {
    let lire = || serde_json::from_str(&std::env::var(MIS_DE_COTE).ok()?).ok();
    VARIABLES.get_or_init(lire).as_ref()
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
