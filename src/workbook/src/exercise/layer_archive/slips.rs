//! The slips that learners make with any layer, explained where an exercise says nothing of its own about them.

use super::cases::{Case, Shown};

/// Slips, the one that explains the others first.
const SLIPS: &[(Case, &str)] = &[
    (
        Case::CheminOpt,
        "Les chemins de ton archive commencent par `opt/`. Lambda extrait déjà tout dans `/opt`\u{a0}: ce dossier ne s’écrit pas dans l’archive.",
    ),
    (
        Case::DossierEnTrop,
        "Tout est enfermé dans un dossier de trop\u{a0}: tu as compressé le dossier qui contient ta couche. Place-toi **dans** ce dossier avant de lancer `zip`.",
    ),
    (
        Case::EnvironnementVirtuel,
        "Tu as compressé un environnement virtuel. Une couche ne veut que les modules, pas Python lui-même ni des liens vers ta machine.",
    ),
    (
        Case::SitePackages,
        "Lambda ne consulte `site-packages` qu’au bout d’un chemin complet, avec `lib` et la version de Python.",
    ),
    (
        Case::AutreVersion,
        "Tes modules sont rangés dans le dossier d’une autre version de Python que celle de la fonction.",
    ),
    (
        Case::ModuleALaRacine,
        "Le module est à la racine de l’archive. Il arriverait dans `/opt` lui-même, que Python ne consulte pas.",
    ),
    (
        Case::AutreNom,
        "Le nom n’est pas exactement celui que la fonction importe. Majuscules, tirets et traits de soulignement comptent.",
    ),
    (
        Case::SansDroit,
        "La commande est à sa place, mais elle n’est pas exécutable. Un ZIP garde les droits des fichiers\u{a0}: donne-lui ce droit avant de fabriquer l’archive.",
    ),
    (
        Case::CommandeAilleurs,
        "La commande n’est pas dans un dossier de `PATH`. Un seul dossier de `/opt` y est.",
    ),
    (
        Case::DependanceManquante,
        "Un module que l’archive contient en importe un autre, qui n’y est pas. Une couche n’installe rien\u{a0}: elle contient tout ce dont elle a besoin.",
    ),
];

/// What is said of the first slip that an archive shows.
pub(super) fn explain(shown: &Shown<'_>) -> Option<String> {
    let found = SLIPS.iter().find(|(case, _)| case.shows(shown))?;
    Some(found.1.to_owned())
}
