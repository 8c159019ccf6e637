//! Le seau de jetons d'une table DynamoDB, qu'AWS ne montre à personne et que le simulateur connaît.

use crate::connexion::connexion;
use crate::montrer::Montrable;
use crate::requete::requete;
use crate::trace::{Figure, tracer_courbes};
use serde_json::Value;

/// Ce qui reste des unités de lecture et d'écriture de cette table, dans le temps : le débit remplit le seau, chaque appel
/// en retire ce qu'il a consommé, et un seau vide refuse les appels.
#[derive(Debug, Clone, Copy)]
pub struct Debit<'a>(
    /// Le nom de la table.
    pub &'a str,
);

impl Montrable for Debit<'_> {
    async fn afficher(self) {
        let Some((endpoint, jeton)) = connexion().controle() else {
            panic!(
                "seul le simulateur montre ce qui reste d’un débit ; sur un vrai compte, regarde CloudWatch"
            );
        };
        let adresse = format!("{endpoint}/_cahier/dynamodb/throughput/{}", self.0);
        let reponse = requete("GET", &adresse)
            .entete("authorization", &format!("Bearer {jeton}"))
            .await;
        assert!(reponse.statut < 300, "il n’y a pas de table « {} »", self.0);
        let etat: Value = serde_json::from_str(&reponse.corps).unwrap_or_default();
        figure(self.0, &etat).evcxr_display();
    }
}

fn figure(table: &str, etat: &Value) -> Figure {
    let maintenant = etat["time"].as_f64().unwrap_or_default();
    let debut = ["read", "write"]
        .iter()
        .filter_map(|sens| etat["own"][*sens]["points"][0][0].as_f64())
        .fold(maintenant, f64::min);
    let lecture = courbe(&etat["own"]["read"], debut, maintenant);
    let ecriture = courbe(&etat["own"]["write"], debut, maintenant);
    tracer_courbes(
        &format!("Ce qui reste du débit de «\u{a0}{table}\u{a0}»"),
        "temps (s)",
        "unités dans le seau",
        &[("lecture (RCU)", lecture), ("écriture (WCU)", ecriture)],
    )
}

/// Le niveau d'un seau : entre deux appels il monte de son débit, jusqu'au bord.
fn courbe(seau: &Value, debut: f64, maintenant: f64) -> Vec<(f64, f64)> {
    let nombre = |nom: &str| seau[nom].as_f64().unwrap_or_default();
    let (debit, bord) = (nombre("per_second"), nombre("holds"));
    let mut courbe: Vec<(f64, f64)> = Vec::new();
    let mut monter = |courbe: &mut Vec<(f64, f64)>, instant: f64| {
        if let Some(&(avant, niveau)) = courbe.last()
            && debit > 0.0
        {
            let plein = avant + (bord - niveau) / debit;
            if niveau < bord && plein < instant {
                courbe.push((plein, bord));
            }
        }
    };
    let vide = Vec::new();
    for point in seau["points"].as_array().unwrap_or(&vide) {
        let (Some(instant), Some(avant), Some(apres)) =
            (point[0].as_f64(), point[1].as_f64(), point[2].as_f64())
        else {
            continue;
        };
        let instant = instant - debut;
        if courbe.is_empty() {
            courbe.push((0.0, avant));
        }
        monter(&mut courbe, instant);
        courbe.push((instant, avant));
        courbe.push((instant, apres));
    }
    let fin = maintenant - debut;
    if courbe.is_empty() {
        courbe.push((0.0, nombre("level")));
    }
    monter(&mut courbe, fin);
    courbe.push((fin, nombre("level")));
    courbe
}
