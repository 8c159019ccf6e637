//! L'atelier d'une leçon : les clients AWS, déjà réglés pour le simulateur ou pour un vrai compte.

use crate::connexion::{Connexion, Simulateur, connexion};
use crate::garde::Garde;
use crate::identifiants;
use crate::passage::{Passage, passage, prefixe};
use aws_config::retry::RetryConfig;
use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_sdk_s3::config::{Credentials, ProvideCredentials};
use aws_smithy_runtime_api::client::interceptors::SharedInterceptor;

/// Les clients d'une leçon. Ils restent valables d'une cellule à l'autre.
#[derive(Clone)]
pub struct Atelier {
    /// Amazon S3.
    pub s3: aws_sdk_s3::Client,
    /// Amazon DynamoDB.
    pub dynamodb: aws_sdk_dynamodb::Client,
    /// AWS STS.
    pub sts: aws_sdk_sts::Client,
    /// AWS IAM.
    pub iam: aws_sdk_iam::Client,
    /// AWS Lambda.
    pub lambda: aws_sdk_lambda::Client,
    /// Amazon ECS.
    pub ecs: aws_sdk_ecs::Client,
    /// La configuration commune, pour bâtir d'autres clients. Sur un vrai compte elle est sans identifiants : un client
    /// bâti à part n'aurait pas de gardien.
    pub config: SdkConfig,
    /// The same, with the credentials of whoever acts.
    complete: SdkConfig,
    qui: Qui,
}

impl std::fmt::Debug for Atelier {
    /// What it is made of would fill pages, and show keys.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Atelier").finish_non_exhaustive()
    }
}

/// Who a client acts for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Qui {
    /// The learner.
    Toi,
    /// A user or a session that the lesson has made.
    Autre,
}

/// Prépare les clients d'une leçon. Dans le cahier, ils parlent à son simulateur ; dans un notebook
/// ouvert à part, un simulateur est démarré ; avec `--aws`, ils parlent à ton compte.
///
/// # Panics
/// Quand il n'y a ni simulateur ni compte : le message dit quoi faire.
pub async fn commencer(lecon: &str) -> Atelier {
    let mut chargeur = aws_config::defaults(BehaviorVersion::latest());
    if let Ok(nom) = AppName::new(format!("cahier-{lecon}")) {
        chargeur = chargeur.app_name(nom);
    }
    chargeur = match connexion() {
        Connexion::Simulateur(simulateur) => pour_simulateur(chargeur, simulateur),
        _ => identifiants::chaine(chargeur),
    };
    Atelier::nouveau(chargeur.load().await, Qui::Toi)
}

fn pour_simulateur(chargeur: aws_config::ConfigLoader, simulateur: &Simulateur) -> aws_config::ConfigLoader {
    let (cle, secret) = (&simulateur.access_key_id, &simulateur.secret_access_key);
    chargeur
        .endpoint_url(&simulateur.endpoint)
        .region(Region::new(simulateur.region.clone()))
        .credentials_provider(Credentials::new(cle, secret, None, None, "cahier"))
}

impl Atelier {
    /// Les clients de cette configuration ; pendant un passage, chacun a son gardien.
    fn nouveau(config: SdkConfig, qui: Qui) -> Self {
        Self::gardes_par(passage(), config, qui)
    }

    /// Les mêmes, gardés par ce passage, ou par personne : c'est ainsi que se fait le ménage.
    pub(crate) fn gardes_par(passage: Option<&'static Passage>, config: SdkConfig, qui: Qui) -> Self {
        macro_rules! gardes {
            ($($sdk:ident: $reglages:ident),*) => {
                $(let mut $reglages = $sdk::config::Builder::from(&config);
                if let Some(passage) = passage {
                    $reglages.push_interceptor(SharedInterceptor::new(Garde { passage, qui, config: config.clone() }));
                })*
            };
        }
        gardes!(aws_sdk_s3: s3, aws_sdk_dynamodb: dynamodb, aws_sdk_sts: sts, aws_sdk_iam: iam, aws_sdk_lambda: lambda, aws_sdk_ecs: ecs);
        s3.set_force_path_style(Some(config.endpoint_url().is_some_and(est_locale)));
        Self {
            s3: aws_sdk_s3::Client::from_conf(s3.build()),
            dynamodb: aws_sdk_dynamodb::Client::from_conf(dynamodb.build()),
            sts: aws_sdk_sts::Client::from_conf(sts.build()),
            iam: aws_sdk_iam::Client::from_conf(iam.build()),
            lambda: aws_sdk_lambda::Client::from_conf(lambda.build()),
            ecs: aws_sdk_ecs::Client::from_conf(ecs.build()),
            config: match passage {
                Some(_) => identifiants::sans_identifiants(&config),
                None => identifiants::sans_profils(&config),
            },
            complete: config,
            qui,
        }
    }

    /// Les mêmes clients, sans nouvel essai automatique : chaque refus du service se voit.
    #[must_use]
    pub fn sans_reprise(&self) -> Self {
        Self::nouveau(
            self.complete
                .to_builder()
                .retry_config(RetryConfig::disabled())
                .build(),
            self.qui,
        )
    }

    /// Les mêmes clients, pour qui signe avec d’autres clés : celles d’un utilisateur, ou d’une session d’un rôle.
    #[must_use]
    pub fn avec_les_cles(&self, access_key_id: &str, secret_access_key: &str, jeton: Option<&str>) -> Self {
        let cles = Credentials::new(
            access_key_id,
            secret_access_key,
            jeton.map(str::to_string),
            None,
            "cahier",
        );
        Self::nouveau(
            self.complete
                .to_builder()
                .credentials_provider(aws_sdk_s3::config::SharedCredentialsProvider::new(cles))
                .build(),
            Qui::Autre,
        )
    }

    /// Les clés avec lesquelles cet atelier signe, pour signer toi-même. Ne les affiche pas.
    ///
    /// # Panics
    /// Quand AWS n'en donne pas.
    pub async fn identifiants(&self) -> Credentials {
        let Some(fournisseur) = self.complete.credentials_provider() else {
            panic!("cet atelier n’a pas d’identifiants");
        };
        match fournisseur.provide_credentials().await {
            Ok(cles) => cles,
            Err(erreur) => panic!(
                "les identifiants ne se chargent pas : {}",
                aws_sdk_sts::error::DisplayErrorContext(erreur)
            ),
        }
    }

    /// `nom` entre `cahier-` (sur un vrai compte, le préfixe du passage) et le numéro de compte : un nom de compartiment S3 est unique dans le monde entier.
    ///
    /// # Panics
    /// Quand STS ne répond pas.
    pub async fn nom_unique(&self, nom: &str) -> String {
        let identite = match self.sts.get_caller_identity().send().await {
            Ok(identite) => identite,
            Err(erreur) => panic!(
                "STS ne dit pas qui tu es : {}",
                aws_sdk_sts::error::DisplayErrorContext(erreur)
            ),
        };
        format!("{}{nom}-{}", prefixe(), identite.account().unwrap_or_default())
    }
}

/// Une adresse de boucle locale : le nom du compartiment va alors dans le chemin de l'URL.
fn est_locale(endpoint: &str) -> bool {
    let hote = endpoint.split("://").nth(1).unwrap_or(endpoint);
    ["127.", "localhost", "[::1]"]
        .iter()
        .any(|debut| hote.starts_with(debut))
}
