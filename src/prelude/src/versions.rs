//! Les versions des objets d'un compartiment S3, chacune à son instant.

use crate::atelier::commencer;
use crate::montrer::Montrable;
use crate::trace::tracer_frise;
use aws_sdk_s3::error::DisplayErrorContext;
use aws_sdk_s3::primitives::DateTime;
use std::collections::BTreeMap;

/// La frise des versions d'un compartiment : une ligne par clé, un point par version, une croix par marqueur de suppression ; la
/// version actuelle est entourée.
#[derive(Debug, Clone, Copy)]
pub struct Versions<'a>(
    /// Le nom du compartiment.
    pub &'a str,
);

/// Une version, ou un marqueur de suppression.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Version {
    /// Secondes depuis le 1er janvier 1970.
    pub(crate) instant: f64,
    /// Le début de son identifiant.
    pub(crate) id: String,
    pub(crate) marqueur: bool,
    pub(crate) actuelle: bool,
}

/// Les lettres d'un identifiant que la frise montre.
const LETTRES: usize = 6;

impl Montrable for Versions<'_> {
    async fn afficher(self) {
        let clefs = lire(self.0).await;
        if clefs.is_empty() {
            println!(
                "Le compartiment «\u{a0}{}\u{a0}» ne contient aucune version.",
                self.0
            );
            return;
        }
        tracer_frise(&format!("Les versions de «\u{a0}{}\u{a0}»", self.0), &clefs).evcxr_display();
    }
}

async fn lire(compartiment: &str) -> BTreeMap<String, Vec<Version>> {
    let s3 = commencer("montrer").await.s3;
    let mut clefs: BTreeMap<String, Vec<Version>> = BTreeMap::new();
    let mut suite = (None, None);
    loop {
        let demande = s3
            .list_object_versions()
            .bucket(compartiment)
            .set_key_marker(suite.0)
            .set_version_id_marker(suite.1);
        let page = match demande.send().await {
            Ok(page) => page,
            Err(erreur) => panic!(
                "les versions de « {compartiment} » ne se lisent pas : {}",
                DisplayErrorContext(erreur)
            ),
        };
        let secondes = |date: Option<&DateTime>| date.map_or(0.0, DateTime::as_secs_f64);
        for version in page.versions() {
            let date = secondes(version.last_modified());
            let clef = clefs.entry(version.key().unwrap_or_default().to_string());
            clef.or_default()
                .push(une(date, version.version_id(), false, version.is_latest()));
        }
        for marqueur in page.delete_markers() {
            let date = secondes(marqueur.last_modified());
            let clef = clefs.entry(marqueur.key().unwrap_or_default().to_string());
            clef.or_default()
                .push(une(date, marqueur.version_id(), true, marqueur.is_latest()));
        }
        if page.is_truncated() != Some(true) {
            break;
        }
        suite = (
            page.next_key_marker().map(str::to_string),
            page.next_version_id_marker().map(str::to_string),
        );
    }
    for versions in clefs.values_mut() {
        versions.sort_by(|une, autre| une.instant.total_cmp(&autre.instant));
    }
    clefs
}

fn une(instant: f64, id: Option<&str>, marqueur: bool, actuelle: Option<bool>) -> Version {
    Version {
        instant,
        id: id.unwrap_or("null").chars().take(LETTRES).collect(),
        marqueur,
        actuelle: actuelle.unwrap_or_default(),
    }
}
