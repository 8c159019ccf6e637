//! What cells link against: the AWS SDKs, tokio and plotters under their own names, and the helpers
//! that lessons call, whose names and documentation are in French because learners read them.

pub mod atelier;
mod attente;
#[doc(hidden)]
pub mod cellule;
mod cibles;
pub mod connexion;
#[doc(hidden)]
pub mod controle;
mod creations;
pub mod debit;
mod definitif;
mod garde;
pub mod horloge;
mod identifiants;
#[doc(hidden)]
pub mod menage;
pub mod montrer;
mod operations;
mod pannes;
mod passage;
pub mod preparation;
mod registre;
pub mod requete;
pub mod signature;
mod tailles;
pub mod trace;
pub mod verdict;
pub mod versions;

pub use atelier::{Atelier, commencer};
pub use debit::Debit;
pub use horloge::{avancer_horloge, avancer_sans_attendre, date_amz, formater_date, heure};
pub use montrer::{Refus, montrer};
pub use requete::{Reponse, Requete, requete};
pub use signature::{encoder, encoder_chemin, hexa, hmac_sha256, parametre, parametres, sha256_hexa};
pub use trace::{Figure, tracer_barres, tracer_courbes};
pub use verdict::{indice, indice_graine, points, verifier, verifier_graine};
pub use versions::Versions;

pub use {
    aws_config, aws_sdk_dynamodb, aws_sdk_ecs, aws_sdk_iam, aws_sdk_lambda, aws_sdk_s3, aws_sdk_sts,
    aws_smithy_http_client, aws_smithy_runtime_api, hmac, plotters, serde_json, sha2, tokio,
};
