//! Ce que traverse chaque appel d'un passage : le plafond, l'étiquette, le registre. Ce que Cahier ne saurait pas
//! défaire n'est pas envoyé.

use crate::cibles;
use crate::creations::{self, Creation};
use crate::passage::{ETIQUETTE, Passage};
use crate::registre::Cle;
use aws_sdk_s3::config::ConfigBag;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeSerializationInterceptorContextMut, FinalizerInterceptorContextRef, Input,
};
use aws_smithy_runtime_api::client::orchestrator::Metadata;
use aws_smithy_runtime_api::client::retries::RequestAttempts;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::{Storable, StoreReplace};

/// Le gardien d'un passage, dans chaque client.
pub(crate) struct Garde(pub(crate) &'static Passage);

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
        let appel = bag
            .load::<Metadata>()
            .map(|appel| (appel.service().to_lowercase(), appel.name().to_string()));
        let (service, operation) = appel.unwrap_or_default();
        let admis = self.admettre(context.input_mut(), &service, &operation);
        if let Some(cle) = admis.inspect_err(|refus| eprintln!("{refus}"))? {
            bag.interceptor_state().store_put(Annonce(cle));
        }
        Ok(())
    }

    fn read_after_execution(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        bag: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        // The input itself is gone once it has been sent.
        let Some(Annonce(cle)) = bag.load::<Annonce>() else {
            return Ok(());
        };
        let essais = bag.load::<RequestAttempts>().map_or(1, RequestAttempts::attempts);
        match context.output_or_error() {
            Some(Ok(sortie)) => {
                self.0
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
                self.0.registre().conclure("refusee", cle, None)?;
            }
            _ => {}
        }
        Ok(())
    }
}

impl Garde {
    /// Lets a call be sent: it is paid for, labelled and announced; or says why not.
    fn admettre(&self, entree: &mut Input, service: &str, operation: &str) -> Result<Option<Cle>, String> {
        let creation = creations::lire(entree);
        let cibles = cibles::lire(entree);
        let lit = LECTURES.iter().any(|debut| operation.starts_with(debut));
        if creation.is_none() && cibles.is_empty() && !lit {
            return Err(format!(
                "Cahier n’a pas envoyé {operation}\u{a0}: il ne saurait pas défaire ce que cet appel change sur un vrai compte."
            ));
        }
        for cible in &cibles {
            self.a_nous(cible, operation)?;
        }
        let prix = self.0.tarif(&format!("{service}:{operation}")) + self.duree(creation.as_ref());
        self.payer(prix, operation)?;
        let Some(Creation { cle, .. }) = creation else {
            return Ok(None);
        };
        creations::etiqueter(entree, ETIQUETTE, &self.0.nom);
        let annonce = self.0.registre().annoncer(&cle);
        let annonce = annonce.map(|()| Some(cle));
        annonce.map_err(|erreur| {
            format!("Cahier n’a pas envoyé {operation}\u{a0}: le registre ne s’écrit pas ({erreur}).")
        })
    }

    /// What a run changes, a run has created: nothing else of the account is touched.
    fn a_nous(&self, cible: &Cle, operation: &str) -> Result<(), String> {
        if self.0.registre().connait(cible) {
            return Ok(());
        }
        Err(format!(
            "Cahier n’a pas envoyé {operation}\u{a0}: sur un vrai compte, il ne change que ce qu’il a créé, et «\u{a0}{}\u{a0}» n’en est pas.",
            cible.1
        ))
    }

    /// One hour of what is paid by the hour.
    fn duree(&self, creation: Option<&Creation>) -> f64 {
        let unites = creation.map_or(&[][..], |creation| &creation.unites);
        unites
            .iter()
            .map(|(unite, nombre)| self.0.tarif(unite) * nombre)
            .sum()
    }

    fn payer(&self, prix: f64, operation: &str) -> Result<(), String> {
        let mut registre = self.0.registre();
        let (apres, plafond) = (registre.depense() + prix, self.0.plafond);
        if apres > plafond {
            return Err(format!(
                "Cahier n’a pas envoyé {operation}\u{a0}: avec lui, ce passage aurait coûté {}\u{a0}$, plus que son plafond de {}\u{a0}$.",
                format!("{apres:.4}").replace('.', ","),
                format!("{plafond:.2}").replace('.', ","),
            ));
        }
        registre.depenser(prix).map_err(|erreur| {
            format!("Cahier n’a pas envoyé {operation}\u{a0}: le registre ne s’écrit pas ({erreur}).")
        })
    }
}
