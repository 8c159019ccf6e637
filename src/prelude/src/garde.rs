//! Ce que traverse chaque appel d'un passage : le plafond, l'étiquette, le registre. Ce que Cahier ne saurait pas
//! défaire n'est pas envoyé.

use crate::atelier::Qui;
use crate::attente;
use crate::cibles;
use crate::creations::{self, Creation};
use crate::definitif;
use crate::pannes;
use crate::passage::{ETIQUETTE, Passage};
use crate::registre::Cle;
use crate::tailles;
use aws_config::SdkConfig;
use aws_sdk_s3::config::ConfigBag;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
    FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, Metadata};
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// Le gardien d'un passage, dans chaque client.
pub(crate) struct Garde {
    pub(crate) passage: &'static Passage,
    /// Who the client signs for.
    pub(crate) qui: Qui,
    /// What a client that waits for AWS needs.
    pub(crate) config: SdkConfig,
}

impl std::fmt::Debug for Garde {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Garde")
    }
}

/// What a call announced that it creates, for when it is over.
#[derive(Debug)]
struct Annonce(Cle);

impl Storable for Annonce {
    type Storer = StoreReplace<Self>;
}

/// The units that the price of a call to DynamoDB counts.
const UNITES: u64 = 10;
/// What a unit writes, in bytes.
const KILO: u64 = 1024;

/// What starts the name of an operation that changes nothing that stays.
const LECTURES: [&str; 14] = [
    "Get",
    "List",
    "Describe",
    "Head",
    "Query",
    "Scan",
    "BatchGet",
    "TransactGet",
    "Simulate",
    "Assume",
    "Decode",
    "Select",
    "Search",
    "Lookup",
];

impl Intercept for Garde {
    fn name(&self) -> &'static str {
        "cahier"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (service, operation) = appel(bag);
        // What IAM was told must have reached the service, or the identity that asks it.
        if service != "iam" || self.qui == Qui::Autre {
            self.passage.attendre_iam();
        }
        let admis = self.admettre(context.input_mut(), &service, &operation);
        if let Some(cle) = admis.inspect_err(|refus| eprintln!("{refus}"))? {
            bag.interceptor_state().store_put(Annonce(cle));
        }
        Ok(())
    }

    fn modify_before_retry_loop(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (service, operation) = appel(bag);
        let octets = context.request().body().content_length().unwrap_or(0);
        let prix = self.volume(&service, octets);
        if prix <= 0.0 {
            return Ok(());
        }
        let paye = self.payer(prix, &operation);
        Ok(paye.inspect_err(|refus| eprintln!("{refus}"))?)
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (service, operation) = appel(bag);
        let abouti = matches!(context.output_or_error(), Some(Ok(_)));
        if abouti && service == "iam" && !lit(&operation) {
            self.passage.iam_a_change();
        }
        if let Some(Ok(sortie)) = context.output_or_error() {
            let changee = attente::fonction_changee(sortie).filter(|_| self.passage.est_lent());
            changee
                .into_iter()
                .for_each(|nom| attente::attendre_fonction(&self.config, nom));
        }
        // The input itself is gone once it has been sent.
        let annonce = bag.load::<Annonce>();
        if let Some(mots) = self.panne(context) {
            eprintln!("{}", dite(&operation, &mots, annonce));
        }
        let Some(Annonce(cle)) = annonce else {
            return Ok(());
        };
        if let Some(mots) = self.deja_la(context, cle) {
            eprintln!("{}", dite(&operation, &mots, None));
        }
        let essais = bag.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts);
        match context.output_or_error() {
            Some(Ok(sortie)) => {
                self.passage
                    .registre()
                    .conclure("faite", cle, creations::identifiant(sortie).as_deref())?;
            }
            // After several tries, "it is there already" may speak of what the first one made.
            Some(Err(_))
                if essais <= 1
                    && context
                        .response()
                        .is_some_and(|reponse| reponse.status().is_client_error()) =>
            {
                self.passage.registre().conclure("refusee", cle, None)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// The service and the operation of a call.
fn appel(bag: &ConfigBag) -> (String, String) {
    bag.load::<Metadata>()
        .map(|appel| (appel.service().to_lowercase(), appel.name().to_string()))
        .unwrap_or_default()
}

/// Whether an operation changes nothing that stays.
fn lit(operation: &str) -> bool {
    LECTURES.iter().any(|debut| operation.starts_with(debut))
}

/// What is said of a call that did not end as a lesson foresees.
fn dite(operation: &str, mots: &str, annonce: Option<&Annonce>) -> String {
    let suite = annonce.map_or_else(String::new, |Annonce((genre, nom))| {
        format!(
            " Ce qui existe peut-être ({genre} {nom}) est noté\u{a0}: «\u{a0}cahier aws nettoyer\u{a0}» le retirera."
        )
    });
    format!("Cahier\u{a0}: {operation} n’a pas abouti\u{a0}: {mots}.{suite}")
}

/// An amount in French: `0,0042`.
fn dollars(somme: f64) -> String {
    let ecrite = format!("{somme:.4}");
    ecrite
        .trim_end_matches('0')
        .trim_end_matches('.')
        .replace('.', ",")
}

/// The code of an error that AWS answered with, whatever the protocol.
fn code(reponse: &HttpResponse) -> Option<String> {
    let entete = reponse.headers().get("x-amzn-errortype").map(str::to_string);
    let corps = std::str::from_utf8(reponse.body().bytes().unwrap_or_default()).unwrap_or_default();
    let balise = || {
        let apres = corps.split_once("<Code>")?.1;
        Some(apres.split_once("</Code>")?.0.to_string())
    };
    let json = || {
        let corps: serde_json::Value = serde_json::from_str(corps).ok()?;
        let code = corps["__type"].as_str().or_else(|| corps["code"].as_str())?;
        Some(code.to_string())
    };
    let code = entete.or_else(balise).or_else(json)?;
    let code = code.split(':').next().unwrap_or(&code);
    Some(code.rsplit('#').next().unwrap_or(code).to_string())
}

impl Garde {
    /// What kept a call from ending, where that was the network, the account's state or the learner's own rights.
    fn panne(&self, context: &FinalizerInterceptorContextRef<'_>) -> Option<String> {
        let Some(Err(erreur)) = context.output_or_error() else {
            return None;
        };
        if erreur.is_timeout_error() {
            return Some("AWS n’a pas répondu à temps".to_string());
        }
        if let Some(envoi) = erreur.as_connector_error() {
            return Some(pannes::sans_envoi(envoi).to_string());
        }
        if erreur.is_response_error() {
            return Some("la réponse d’AWS est arrivée abîmée".to_string());
        }
        let code = code(context.response()?)?;
        let refus = self.qui == Qui::Toi && pannes::SANS_DROIT.contains(&code.as_str());
        let mots = pannes::de_code(&code).or(refus.then_some(
            "AWS te le refuse\u{a0}; si la leçon ne l’annonce pas, il te manque un droit («\u{a0}cahier aws politique\u{a0}» les liste)",
        ));
        mots.map(|mots| format!("{mots} ({code})"))
    }

    /// Why a name is taken that this run did not take itself.
    fn deja_la(&self, context: &FinalizerInterceptorContextRef<'_>, cle: &Cle) -> Option<String> {
        let code = code(context.response()?)?;
        let registre = self.passage.registre();
        if !pannes::DEJA_LA.contains(&code.as_str()) || registre.a_fait(cle) {
            return None;
        }
        let nom = &cle.1;
        let suite = if registre.connait(cle) {
            "reste d’un autre passage\u{a0}; «\u{a0}cahier aws nettoyer --tout\u{a0}» le retire"
        } else {
            "existe déjà, et ce passage ne l’a pas créé\u{a0}; relance la leçon\u{a0}: un autre passage a d’autres noms"
        };
        Some(format!("«\u{a0}{nom}\u{a0}» {suite} ({code})"))
    }

    /// Lets a call be sent: it is paid for, labelled and announced; or says why not.
    fn admettre(&self, entree: &mut Input, service: &str, operation: &str) -> Result<Option<Cle>, String> {
        let creation = creations::lire(entree);
        let cibles = cibles::lire(entree);
        if creation.is_none() && cibles.is_empty() && !lit(operation) {
            return Err(format!(
                "Cahier n’a pas envoyé {operation}\u{a0}: il ne saurait pas défaire ce que cet appel change sur un vrai compte."
            ));
        }
        if let Some(raison) = definitif::lire(entree).or_else(|| tailles::lire(entree)) {
            return Err(format!("Cahier n’a pas envoyé {operation}\u{a0}: {raison}."));
        }
        for cible in &cibles {
            let auteur = self.auteur(cible, operation)?;
            creations::garder_etiquette(entree, ETIQUETTE, &auteur);
        }
        if let Some(creation) = &creation {
            self.nomme_ici(&creation.cle, operation)?;
        }
        let duree = self.duree(creation.as_ref()) + self.une_heure(&creations::changees(entree));
        let prix = self.passage.tarif(&format!("{service}:{operation}")) + duree;
        self.payer(prix, operation)?;
        let Some(Creation { cle, .. }) = creation else {
            return Ok(None);
        };
        creations::etiqueter(entree, ETIQUETTE, &self.passage.nom);
        let annonce = self.passage.registre().annoncer(&cle);
        let annonce = annonce.map(|()| Some(cle));
        annonce.map_err(|erreur| {
            format!("Cahier n’a pas envoyé {operation}\u{a0}: le registre ne s’écrit pas ({erreur}).")
        })
    }

    /// What a run changes, a run has created, and here is which: nothing else of the account is touched.
    fn auteur(&self, cible: &Cle, operation: &str) -> Result<String, String> {
        self.passage.registre().auteur(cible).ok_or_else(|| format!(
            "Cahier n’a pas envoyé {operation}\u{a0}: sur un vrai compte, il ne change que ce qu’il a créé, et «\u{a0}{}\u{a0}» n’en est pas.",
            cible.1
        ))
    }

    /// What a run creates bears the run's prefix: so it is told from all else on the account, and its rights end there.
    fn nomme_ici(&self, (genre, nom): &Cle, operation: &str) -> Result<(), String> {
        let prefixe = &self.passage.prefixe;
        // A name that is missing, the SDK asks for itself; logs have the name of the function that writes them.
        if nom.is_empty() || genre == "journaux" || nom.starts_with(prefixe.as_str()) {
            return Ok(());
        }
        Err(format!(
            "Cahier n’a pas envoyé {operation}\u{a0}: sur un vrai compte, ce qu’il crée porte le préfixe du passage. Donne-lui un nom qui commence par «\u{a0}cahier-\u{a0}», que Cahier remplace par «\u{a0}{prefixe}\u{a0}»\u{a0}; le tien est «\u{a0}{nom}\u{a0}»."
        ))
    }

    /// One hour of what is paid by the hour.
    fn duree(&self, creation: Option<&Creation>) -> f64 {
        self.une_heure(creation.map_or(&[][..], |creation| &creation.unites))
    }

    fn une_heure(&self, unites: &[(&'static str, f64)]) -> f64 {
        // A number that AWS will refuse gives nothing back.
        unites
            .iter()
            .map(|(unite, nombre)| self.passage.tarif(unite) * nombre.max(0.0))
            .sum()
    }

    /// What a call to DynamoDB costs more than its price, which is that of [`UNITES`] units, for what it carries.
    fn volume(&self, service: &str, octets: u64) -> f64 {
        let unites = if service == "dynamodb" { octets / KILO } else { 0 };
        self.passage.tarif("dynamodb:write-unit") * unites.saturating_sub(UNITES) as f64
    }

    fn payer(&self, prix: f64, operation: &str) -> Result<(), String> {
        let mut registre = self.passage.registre();
        let (apres, plafond) = (registre.depense() + prix, self.passage.plafond);
        if apres > plafond {
            return Err(format!(
                "Cahier n’a pas envoyé {operation}\u{a0}: avec lui, ce passage aurait coûté {}\u{a0}$, plus que son plafond de {}\u{a0}$ («\u{a0}--plafond\u{a0}» en donne un autre).",
                dollars(apres),
                dollars(plafond)
            ));
        }
        registre.depenser(prix).map_err(|erreur| {
            format!("Cahier n’a pas envoyé {operation}\u{a0}: le registre ne s’écrit pas ({erreur}).")
        })
    }
}
