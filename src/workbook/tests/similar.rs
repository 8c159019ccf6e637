//! Reworded copies are told from honest questions on one topic.
#![allow(clippy::unwrap_used)]

use workbook::bank::similar::{self, TOO_ALIKE, likeness};

/// A text, then the same thing asked again: with other numbers, other names, in other words.
const COPIES: &[(&str, &str)] = &[
    (
        "Un site lit 140 fiches par seconde. Chaque fiche pèse 10 Ko. Les lectures sont **fortement cohérentes**. Combien de RCU faut-il provisionner ?",
        "Une application lit 1 500 fiches par seconde. Chaque fiche pèse 2,5 Ko, et les lectures sont fortement cohérentes. Combien de RCU faut-il provisionner ?",
    ),
    (
        "Une équipe supprime chaque nuit 500 objets du compartiment versionné `factures-2026`. La facture de stockage ne baisse pas. Quelle en est la cause ?",
        "Chaque nuit, un service supprime 2 000 objets du compartiment versionné `rapports`. Pourtant, la facture de stockage ne baisse pas. Quelle est la cause ?",
    ),
    (
        "Écris une politique d’identité qui permet de lister le compartiment `catalogue` et de lire tous ses objets. Rien d’autre.",
        "Écris la politique basée sur l’identité qui permet de lister le compartiment `archives` et de lire tous ses objets, et rien d’autre.",
    ),
    (
        "Une tâche Fargate reste à l’état PENDING, puis s’arrête avec le message « CannotPullContainerError ». Son sous-réseau est privé et n’a pas de passerelle NAT. L’image est dans ECR. Que faut-il ajouter ?",
        "Une tâche Fargate reste en PENDING puis s’arrête, avec « CannotPullContainerError ». Le sous-réseau est privé, sans passerelle NAT, et l’image se trouve dans Amazon ECR. Que faut-il ajouter au réseau ?",
    ),
    (
        "Une coopérative envoie à ses membres des URL présignées valables 7 jours, signées par une fonction Lambda. Les liens cessent de fonctionner après quelques heures. Pourquoi ?",
        "Une banque envoie à ses clients des URL présignées valables 3 jours, que signe une fonction Lambda. Les liens cessent de fonctionner au bout de quelques heures. Quelle en est la raison ?",
    ),
];

/// Two honest questions on one topic.
const HONEST: &[(&str, &str)] = &[
    (
        "Une opération `BatchGetItem` **fortement cohérente** lit 30 éléments de 1,2 Ko et 6 éléments de 7,2 Ko. Combien de RCU consomme-t-elle ?",
        "Une opération `Query` **fortement cohérente** évalue 600 éléments de 64 octets. Un filtre n’en garde que 60. Tout tient dans une page. Combien de RCU consomme-t-elle ?",
    ),
    (
        "Un élément pèse 7,4 Ko. Son entrée dans un GSI ne projette que quelques attributs et pèse 1,4 Ko. Une opération `UpdateItem` change la **valeur de la clé du GSI**, sans changer les tailles. Combien de WCU consomme-t-elle en tout, table et index réunis ?",
        "Un élément pèse 8,4 Ko. Une seule opération `UpdateItem` lui ajoute un attribut de 0,7 Ko. Il pèse alors 9,1 Ko. Combien de WCU cette opération consomme-t-elle, sans index ?",
    ),
    (
        "Une équipe supprime chaque nuit 500 objets d’un compartiment versionné. La facture de stockage ne baisse pas. Quelle en est la cause ?",
        "Une équipe a supprimé par erreur un objet d’un compartiment versionné, sans donner de numéro de version. Comment le retrouver au moindre coût ?",
    ),
    (
        "Une tâche Fargate reste à l’état PENDING, puis s’arrête avec le message « CannotPullContainerError ». Son sous-réseau est privé et n’a pas de passerelle NAT. Que faut-il ajouter ?",
        "Une tâche Fargate démarre, puis s’arrête avec le code 137. Son journal ne dit rien. Que faut-il changer dans sa définition ?",
    ),
    (
        "Une coopérative envoie à ses membres des URL présignées valables 7 jours, signées par une fonction Lambda. Les liens cessent de fonctionner après quelques heures. Pourquoi ?",
        "Une coopérative veut que ses membres déposent des photos dans un compartiment privé, avec une URL présignée, sans passer par son serveur. Que faut-il signer ?",
    ),
];

#[test]
fn a_reworded_copy_with_other_numbers_or_names_is_flagged() {
    for (text, copy) in COPIES {
        let found = likeness(text, copy);
        assert!(found >= TOO_ALIKE, "{found}: {copy}");
    }
}

#[test]
fn two_honest_questions_of_one_topic_are_not_flagged() {
    for (text, other) in HONEST {
        let found = likeness(text, other);
        assert!(found < TOO_ALIKE, "{found}: {other}");
    }
}

#[test]
fn pairs_are_told_by_their_ids_in_their_order() {
    let (text, copy) = COPIES[0];
    let texts = [
        ("un", text),
        ("deux", HONEST[3].0),
        ("trois", copy),
        ("quatre", HONEST[4].1),
    ];
    let found = similar::among(&texts);
    let [pair] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((pair.first.as_str(), pair.second.as_str()), ("un", "trois"));
    assert!((pair.likeness - likeness(text, copy)).abs() < 1e-9);
    let across = similar::between(&texts[1..], &[("cinq", text), ("six", HONEST[2].1)]);
    let ids: Vec<(&str, &str)> = across
        .iter()
        .map(|pair| (pair.first.as_str(), pair.second.as_str()))
        .collect();
    assert_eq!(ids, [("trois", "cinq")]);
}

#[test]
fn a_text_is_like_itself_and_nothing_is_like_nothing() {
    let (text, _) = COPIES[1];
    assert!((likeness(text, &text.to_uppercase()) - 1.0).abs() < 1e-9);
    assert!(
        likeness("", "") < TOO_ALIKE
            && likeness(text, "") < TOO_ALIKE
            && likeness("le la", "les") < TOO_ALIKE
    );
}

#[test]
fn options_are_the_same_whatever_their_articles_accents_and_punctuation() {
    for (option, other) in [
        ("La version courante.", "Version courante"),
        ("À la fin du mois", "a fin du mois !"),
        (
            "Le rôle `arn:aws:iam::1:role/a`",
            "un role `arn:aws:iam::1:role/a`.",
        ),
    ] {
        assert!(similar::same(option, other), "{option} / {other}");
    }
    for (option, other) in [
        ("10 RCU", "20 RCU"),
        ("`arn:aws:s3:::b`", "`arn:aws:s3:::b/*`"),
        ("Supprimer, puis copier", "Copier, puis supprimer"),
        ("Activer le versionnement", "Ne pas activer le versionnement"),
        ("`NotAction`", "`notaction`"),
    ] {
        assert!(!similar::same(option, other), "{option} / {other}");
    }
}

#[test]
fn three_hundred_questions_are_compared_with_three_hundred_in_no_time() {
    let long = |rank: usize| {
        let (text, _) = HONEST[rank % HONEST.len()];
        format!(
            "{rank}{rank} {text} {}",
            COPIES[rank % COPIES.len()].1.repeat(1 + rank % 3)
        )
    };
    let texts: Vec<(String, String)> = (0..300).map(|rank| (format!("q{rank}"), long(rank))).collect();
    let texts: Vec<(&str, &str)> = texts
        .iter()
        .map(|(id, text)| (id.as_str(), text.as_str()))
        .collect();
    let start = std::time::Instant::now();
    assert!(!similar::among(&texts).is_empty());
    assert!(!similar::between(&texts, &texts).is_empty());
    assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
}
