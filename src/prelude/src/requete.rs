//! Des requêtes HTTP sans SDK, comme en ferait un navigateur : c'est ainsi que sert une URL présignée.

use aws_sdk_s3::config::http::{HttpRequest, HttpResponse};
use aws_sdk_s3::primitives::{ByteStream, SdkBody};
use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::client::http::HttpConnector;
use std::collections::BTreeMap;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::OnceLock;

/// Une requête HTTP en préparation. Elle part avec `.await`.
#[derive(Debug, Clone)]
pub struct Requete {
    methode: String,
    url: String,
    entetes: Vec<(String, String)>,
    corps: Vec<u8>,
}

/// La réponse à une requête HTTP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reponse {
    /// Le code de statut, par exemple 200 ou 403.
    pub statut: u16,
    /// Les en-têtes, par nom en minuscules.
    pub entetes: BTreeMap<String, String>,
    /// Le corps, lu comme du texte.
    pub corps: String,
}

/// Prépare une requête HTTP nue : aucune clé, aucune signature ajoutée.
///
/// ```ignore
/// let reponse = requete("PUT", &url).entete("content-type", "text/plain").corps("bonjour").await;
/// println!("{}", reponse.statut);
/// ```
pub fn requete(methode: &str, url: &str) -> Requete {
    Requete {
        methode: methode.to_uppercase(),
        url: url.to_string(),
        entetes: Vec::new(),
        corps: Vec::new(),
    }
}

impl Requete {
    /// Ajoute un en-tête.
    #[must_use]
    pub fn entete(mut self, nom: &str, valeur: &str) -> Self {
        self.entetes.push((nom.to_string(), valeur.to_string()));
        self
    }

    /// Donne le corps à envoyer.
    #[must_use]
    pub fn corps(mut self, corps: impl AsRef<[u8]>) -> Self {
        self.corps = corps.as_ref().to_vec();
        self
    }

    /// Envoie la requête et rend l'erreur au lieu de paniquer.
    ///
    /// # Errors
    /// Quand l'URL est mal formée ou que le serveur ne répond pas.
    pub async fn essayer(self) -> Result<Reponse, String> {
        let mut requete = HttpRequest::new(SdkBody::from(self.corps));
        requete
            .set_method(&self.methode)
            .map_err(|_| format!("méthode inconnue : {}", self.methode))?;
        requete
            .set_uri(self.url.clone())
            .map_err(|_| format!("URL mal formée : {}", self.url))?;
        for (nom, valeur) in self.entetes {
            requete
                .headers_mut()
                .try_append(nom, valeur)
                .map_err(|erreur| erreur.to_string())?;
        }
        let reponse = connecteur()
            .call(requete)
            .await
            .map_err(|erreur| format!("{erreur:?}"))?;
        lire(reponse).await
    }
}

impl IntoFuture for Requete {
    type Output = Reponse;
    type IntoFuture = Pin<Box<dyn Future<Output = Reponse> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let quoi = format!("{} {}", self.methode, self.url);
            match self.essayer().await {
                Ok(reponse) => reponse,
                Err(raison) => panic!("la requête {quoi} n’aboutit pas : {raison}"),
            }
        })
    }
}

impl Reponse {
    /// La valeur d'un en-tête.
    pub fn entete(&self, nom: &str) -> Option<&str> {
        self.entetes.get(&nom.to_lowercase()).map(String::as_str)
    }

    /// Le contenu d'une balise XML du corps, par exemple `Code` ou `Message` dans une erreur de S3.
    pub fn balise(&self, nom: &str) -> Option<&str> {
        let (_, suite) = self.corps.split_once(&format!("<{nom}>"))?;
        suite.split_once(&format!("</{nom}>")).map(|(contenu, _)| contenu)
    }

    /// Le code d'erreur d'AWS, par exemple `AccessDenied`.
    pub fn code(&self) -> Option<&str> {
        self.balise("Code")
    }
}

async fn lire(reponse: HttpResponse) -> Result<Reponse, String> {
    let statut = reponse.status().as_u16();
    let entetes = reponse
        .headers()
        .iter()
        .map(|(nom, valeur)| (nom.to_lowercase(), valeur.to_string()))
        .collect();
    let corps = ByteStream::new(reponse.into_body())
        .collect()
        .await
        .map_err(|erreur| erreur.to_string())?;
    Ok(Reponse {
        statut,
        entetes,
        corps: String::from_utf8_lossy(&corps.into_bytes()).into_owned(),
    })
}

fn connecteur() -> &'static Connector {
    static CONNECTEUR: OnceLock<Connector> = OnceLock::new();
    CONNECTEUR.get_or_init(|| {
        ConnectorBuilder::default()
            .tls_provider(Provider::Rustls(CryptoMode::AwsLc))
            .proxy_config(ProxyConfig::from_env())
            .build()
    })
}
