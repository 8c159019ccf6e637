//! What the learner is shown before anything is sent to their account.

use super::cells;
use super::clean::shown;
use super::names;
use super::prices;
use super::rehearsal::Rehearsal;
use super::run::{Run, Whereabouts};
use crate::identity::Identity;
use simulator::{ACCOUNT, REGION};
use std::collections::BTreeMap;
use workbook::french::counted;

/// Who will act, where, within which ceiling, and under which names.
pub fn whereabouts(identity: &Identity, run: &Run) -> String {
    let region = if identity.region.is_empty() {
        "aucune"
    } else {
        &identity.region
    };
    format!(
        "Vrai compte AWS {} ({}), région {region}. Les cellules peuvent y créer des ressources payantes.\nPlafond de ce passage\u{a0}: {} (--plafond).\nLà où les leçons nomment «\u{a0}{}…\u{a0}», ce passage crée «\u{a0}{}…\u{a0}».",
        identity.account,
        identity.arn,
        dollars(run.ceiling),
        names::PREFIX,
        run.prefix
    ) + root(identity)
        + &elsewhere(identity)
}

/// A word to who acts as the account's root, whom no policy holds back.
fn root(identity: &Identity) -> &'static str {
    if identity.arn.ends_with(":root") {
        "\nTu agis comme la racine du compte, que rien ne limite\u{a0}: un utilisateur à toi, avec les droits qu’écrit «\u{a0}cahier aws politique\u{a0}», est plus sûr."
    } else {
        ""
    }
}

/// What the lessons' texts say of an account and a region, where these are others.
fn elsewhere(identity: &Identity) -> String {
    if identity.account == ACCOUNT && (identity.region == REGION || identity.region.is_empty()) {
        return String::new();
    }
    format!(
        "\nDans les leçons, {ACCOUNT} est le compte du simulateur et {REGION} sa région\u{a0}: lis les tiens à leur place."
    )
}

/// What a lesson will do, as its rehearsal in the simulator told.
pub fn plan(rehearsal: &Rehearsal, identity: &Identity) -> String {
    let mut lines = vec![calls(rehearsal)];
    lines.push(resources(rehearsal, identity));
    if !rehearsal.left_out.is_empty() {
        lines.push(format!(
            "{} sur un vrai compte\u{a0}:",
            counted(
                rehearsal.left_out.len(),
                "cellule ne s’exécute pas",
                "cellules ne s’exécutent pas"
            )
        ));
        let each = rehearsal
            .left_out
            .iter()
            .map(|(id, why)| format!("  {id}\u{a0}: {why}."));
        lines.extend(each);
    }
    lines.push(format!(
        "Coût estimé, une heure de présence comprise\u{a0}: {} (prix de {}, {}, hors offre gratuite\u{a0}; sources\u{a0}: {}).",
        dollars(rehearsal.dollars),
        prices::REGION,
        prices::DATE,
        prices::sources().join(", ")
    ));
    lines.join("\n")
}

fn calls(rehearsal: &Rehearsal) -> String {
    let mut by_service: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for ((service, operation), count) in &rehearsal.calls {
        let times = if *count > 1 {
            format!("{operation} ×{count}")
        } else {
            operation.clone()
        };
        by_service.entry(service).or_default().push(times);
    }
    let total: usize = rehearsal.calls.values().sum();
    let each = by_service
        .into_iter()
        .map(|(service, operations)| format!("\n  {service}\u{a0}: {}", operations.join(", ")));
    format!(
        "Répétée dans le simulateur, ménage compris, la leçon fait {}\u{a0}:{}",
        counted(total, "appel", "appels"),
        each.collect::<String>()
    )
}

fn resources(rehearsal: &Rehearsal, identity: &Identity) -> String {
    let place = Whereabouts {
        account: identity.account.clone(),
        region: identity.region.clone(),
        ..Whereabouts::default()
    };
    let names: Vec<String> = rehearsal
        .created
        .iter()
        .map(|one| shown(&one.kind, &cells::localised(&one.name, &place)))
        .collect();
    if names.is_empty() {
        return "Elle ne crée aucune ressource.".to_owned();
    }
    format!(
        "Elle crée {}\u{a0}: {}.",
        counted(names.len(), "ressource", "ressources"),
        names.join(", ")
    )
}

/// An amount in French: `0,0042 $`.
fn dollars(amount: f64) -> String {
    if amount > 0.0 && amount < 0.0001 {
        return "moins de 0,0001\u{a0}$".to_owned();
    }
    let written = format!("{amount:.4}");
    let short = written.trim_end_matches('0').trim_end_matches('.');
    format!("{}\u{a0}$", short.replace('.', ","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_acts_as_the_root_of_the_account_is_warned_and_nobody_else_is() {
        let told = |arn: &str| {
            let identity = Identity {
                account: ACCOUNT.to_owned(),
                arn: arn.to_owned(),
                region: REGION.to_owned(),
            };
            whereabouts(&identity, &Run::new(std::path::Path::new("/data"), 1.0)).contains("racine")
        };
        assert!(told("arn:aws:iam::123456789012:root"));
        assert!(!told("arn:aws:iam::123456789012:user/root"));
    }
}
