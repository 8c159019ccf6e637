//! What a panic says, or an error that `?` handed on.

use super::{Explanation, Refused, typography};

/// A panic's kind, the words that it is known by, and what is said of it.
type Known = (&'static str, &'static str, fn(&str) -> Option<String>);

const KNOWN: [Known; 26] = [
    ("aws-refused", "ServiceError", aws_refused),
    ("aws-no-region", "egion must be set", |_| {
        said(
            "Le client ne sait pas dans quelle région appeler, et rien n’est parti. Donne-la en le construisant : \
             `.region(aws_config::Region::new(\"eu-west-3\"))`, ou par la variable `AWS_REGION`.",
        )
    }),
    ("aws-unreachable", "DispatchFailure", |_| {
        said(
            "L’appel n’est pas arrivé jusqu’à AWS : personne ne répond à cette adresse. Vérifie le réseau et l’adresse (`endpoint_url`), puis relance la cellule.",
        )
    }),
    ("aws-slow", "TimeoutError(", |_| {
        said(
            "AWS n’a pas répondu à temps. Relance la cellule ; si cela dure, vérifie le réseau et la région.",
        )
    }),
    ("aws-field-missing", "MissingField", missing_field),
    ("aws-held-back", "Cahier n’a pas envoyé", |_| {
        said("Cahier a retenu cet appel, et rien n’est parti : le message dit pourquoi.")
    }),
    ("aws-not-sent", "ConstructionFailure", |_| {
        said(
            "La requête n’a pas pu être préparée, et rien n’est parti. Vérifie que la région et les champs obligatoires sont donnés.",
        )
    }),
    ("parse-number", "ParseIntError", parse_integer),
    ("parse-number", "ParseFloatError", |_| {
        said(
            "Ce texte ne s’écrit pas comme un nombre à virgule : en Rust, la virgule est un point (`3.5`), et rien d’autre ne doit suivre, pas même une espace.",
        )
    }),
    ("joined-panic", "JoinError::Panic", |_| {
        said(
            "Une tâche lancée par `tokio::spawn` a paniqué, et `unwrap()` sur son `.await` a fait paniquer la cellule. La vraie raison est entre guillemets, dans ce message.",
        )
    }),
    ("unwrap-none", "`Option::unwrap()` on a `None` value", |_| {
        said(
            "`unwrap()` exige une valeur, et il n’y en avait pas (`None`). Dis quoi faire alors : `unwrap_or(…)` pour une valeur à la place, ou `if let Some(valeur) = …`.",
        )
    }),
    ("joined-panic", "on an `Err` value: Any", |_| {
        said(
            "Le fil lancé par `thread::spawn` a paniqué, et `unwrap()` sur son `join()` a fait paniquer la cellule. La vraie raison est dans la sortie d’erreur, au-dessus.",
        )
    }),
    ("file-missing", "kind: NotFound", |_| {
        said(
            "Ce fichier n’existe pas à cet endroit. Vérifie son chemin : un chemin relatif part du dossier où tu as lancé `cahier`.",
        )
    }),
    ("permission", "kind: PermissionDenied", |_| {
        said("Le système refuse l’accès à ce fichier. Vérifie à qui il appartient.")
    }),
    ("not-utf8", "Utf8Error", |_| {
        said(
            "Ces octets ne sont pas du texte en UTF-8. Garde-les en octets, ou lis-les avec `String::from_utf8_lossy(…)`.",
        )
    }),
    ("unwrap-error", "`Result::unwrap()` on an `Err` value", |_| {
        said(
            "`unwrap()` exige une réussite, et l’appel a échoué : l’erreur suit `Err value:`. Traite-la avec `match` ou `if let Err(erreur) = …`, ou passe-la plus haut avec `?`.",
        )
    }),
    ("out-of-bounds", "index out of bounds", out_of_bounds),
    ("range-out-of-bounds", "out of range for slice", |_| {
        said(
            "Ce morceau dépasse la fin de la liste. Regarde `len()`, ou demande-le avec `get(début..fin)`, qui donne `None` au lieu de paniquer.",
        )
    }),
    ("char-boundary", "is not a char boundary", |_| {
        said(
            "Tu coupes un texte au milieu d’un caractère : `é` tient sur deux octets, et les positions comptent les octets. Prends des caractères entiers : `texte.chars().take(n)`.",
        )
    }),
    ("range-out-of-bounds", "is out of bounds of `", |_| {
        said(
            "Ce morceau dépasse la fin du texte. Regarde `len()`, ou demande-le avec `get(début..fin)`, qui donne `None` au lieu de paniquer.",
        )
    }),
    ("overflow", "with overflow", overflow),
    ("division-by-zero", "by zero", |_| {
        said(
            "Tu divises par zéro. Regarde le diviseur avant, ou divise avec `checked_div`, qui donne `None` dans ce cas.",
        )
    }),
    ("division-by-zero", "with a divisor of zero", |_| {
        said(
            "Tu cherches le reste d’une division par zéro. Regarde le diviseur avant, ou prends `checked_rem`, qui donne `None` dans ce cas.",
        )
    }),
    ("already-borrowed", "already", |message| {
        message.contains("borrowed").then(|| {
            "Ce `RefCell` est déjà emprunté, et l’un des deux emprunts veut modifier. Finis avec le premier avant l’autre : entoure-le \
             d’accolades, ou libère-le avec `drop(…)`."
                .to_owned()
        })
    }),
    ("no-runtime", "there is no reactor running", |_| {
        said(
            "Cet appel asynchrone a été lancé hors de Tokio, dans un fil ordinaire sans doute. Lance-le depuis la cellule avec `.await`, ou avec `tokio::spawn` au lieu de `std::thread::spawn`.",
        )
    }),
    (
        "runtime-in-runtime",
        "Cannot start a runtime from within a runtime",
        |_| {
            said(
                "La cellule tourne déjà dans Tokio : il ne faut pas y démarrer un second moteur. Retire `Runtime::new()` et `block_on`, et écris `.await`.",
            )
        },
    ),
];

/// What a panic, or an error that ended a cell, means; `None` where it says so itself.
pub fn explain_panic(message: &str) -> Option<Explanation> {
    KNOWN.iter().find_map(|(kind, words, say)| {
        let text = message.contains(words).then(|| say(message))??;
        Some(Explanation {
            kind,
            text: typography::typeset(&text),
            example: None,
        })
    })
}

#[allow(clippy::unnecessary_wraps)] // Entries answer with an option: here is theirs.
fn said(text: &str) -> Option<String> {
    Some(text.to_owned())
}

/// AWS's codes that a beginner meets, and what each means.
const CODES: [(&str, &str); 22] = [
    (
        "NoSuchBucket",
        "Ce compartiment n’existe pas, ou plus. Vérifie son nom, et qu’une cellule l’a créé avant.",
    ),
    (
        "NoSuchKey",
        "Le compartiment existe, mais il n’a pas d’objet sous cette clé. Vérifie la clé, majuscules et barres obliques comprises.",
    ),
    (
        "NoSuchUpload",
        "Cet envoi en plusieurs parties est terminé, annulé, ou n’a jamais commencé.",
    ),
    (
        "NoSuchLifecycleConfiguration",
        "Ce compartiment n’a pas de règles de cycle de vie : ce n’est pas une panne, il n’y a rien à lire.",
    ),
    (
        "NoSuchEntity",
        "IAM ne connaît pas ce nom. Vérifie-le, et qu’une cellule l’a créé avant.",
    ),
    (
        "EntityAlreadyExists",
        "Ce nom est déjà pris dans IAM, peut-être par une exécution précédente de la cellule.",
    ),
    (
        "BucketAlreadyOwnedByYou",
        "Tu possèdes déjà ce compartiment : la cellule a sans doute déjà tourné. Tu peux continuer.",
    ),
    (
        "BucketAlreadyExists",
        "Ce nom de compartiment est déjà pris, par un autre compte. Choisis-en un autre.",
    ),
    (
        "BucketNotEmpty",
        "Un compartiment ne se supprime que vide : supprime d’abord ses objets, et toutes leurs versions.",
    ),
    (
        "InvalidBucketName",
        "Ce nom de compartiment n’est pas permis : de 3 à 63 signes, des minuscules, des chiffres, des tirets et des points.",
    ),
    (
        "IllegalLocationConstraint",
        "La région demandée n’est pas celle du client. Donne la même dans `create_bucket_configuration`.",
    ),
    (
        "ConditionalCheckFailed",
        "La condition que tu as posée est fausse : DynamoDB n’a rien écrit. Ce refus fait partie du métier, traite-le avec `match`.",
    ),
    (
        "ResourceNotFound",
        "Cette ressource n’existe pas, ou pas dans cette région. Vérifie son nom, et qu’une cellule l’a créée avant.",
    ),
    (
        "ResourceInUse",
        "Cette ressource existe déjà ou est en train de changer : la cellule a sans doute déjà tourné.",
    ),
    (
        "ResourceConflict",
        "Cette ressource existe déjà ou est en train de changer : la cellule a sans doute déjà tourné.",
    ),
    (
        "Validation",
        "AWS a lu la requête et en refuse le contenu : sa phrase, au-dessus, dit quel champ ne va pas.",
    ),
    (
        "InvalidParameter",
        "AWS a lu la requête et en refuse un paramètre : sa phrase, au-dessus, dit lequel.",
    ),
    (
        "AccessDenied",
        "L’appel est bien arrivé, mais cette identité n’en a pas le droit.",
    ),
    (
        "SignatureDoesNotMatch",
        "La signature n’est pas celle qu’AWS calcule : la clé secrète est fausse, ou la requête a changé après la signature.",
    ),
    (
        "ExpiredToken",
        "Les identifiants temporaires ont expiré. Demandes-en d’autres.",
    ),
    ("InvalidAccessKeyId", "AWS ne connaît pas cette clé d’accès."),
    (
        "Throttling",
        "Trop d’appels en trop peu de temps. Attends un peu, puis recommence.",
    ),
];

fn aws_refused(message: &str) -> Option<String> {
    let refused = Refused::find(message)?;
    let meaning = CODES.iter().find(|(code, _)| refused.code.starts_with(code));
    let meaning = meaning.map_or(
        "L’appel est bien arrivé jusqu’à AWS, qui l’a refusé : sa phrase, au-dessus, dit pourquoi.",
        |(_, meaning)| meaning,
    );
    let asked = message.contains("unwrap()`");
    Some(if asked {
        format!(
            "{meaning} `unwrap()` arrête la cellule à la première erreur ; pour continuer, regarde la réponse avec `match`."
        )
    } else {
        meaning.to_owned()
    })
}

fn missing_field(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("field: \"")?;
    let field = rest.split('"').next()?;
    Some(format!(
        "La requête n’est pas complète, et rien n’est parti : il manque `.{field}(…)` avant de l’envoyer."
    ))
}

fn parse_integer(message: &str) -> Option<String> {
    let why = if message.contains("kind: Empty") {
        "Le texte à lire est vide : il n’y a pas de nombre dedans."
    } else if message.contains("PosOverflow") {
        "Le nombre est trop grand pour le type demandé. Prends-en un plus grand, `u64` ou `i64` par exemple."
    } else if message.contains("NegOverflow") {
        "Le nombre est trop petit pour le type demandé. Prends-en un plus grand, `i64` par exemple."
    } else {
        "Ce texte ne s’écrit pas comme un entier : un entier n’a ni lettre, ni virgule, ni espace. Essaie `trim()` avant `parse()`."
    };
    said(why)
}

/// « the len is 2 but the index is 3 »
fn out_of_bounds(message: &str) -> Option<String> {
    let (_, numbers) = message.split_once("the len is ")?;
    let (length, index) = numbers.split_once(" but the index is ")?;
    let (length, index): (usize, usize) = (length.parse().ok()?, index.trim().parse().ok()?);
    let last = match length {
        0 => "elle est vide".to_owned(),
        1 => "elle n’a que la position 0".to_owned(),
        _ => format!("ses positions vont de 0 à {}", length - 1),
    };
    Some(format!(
        "Tu demandes la position {index} d’une liste qui a {} : {last}. `get({index})` donnerait `None` au lieu de paniquer.",
        crate::french::counted(length, "élément", "éléments")
    ))
}

fn overflow(message: &str) -> Option<String> {
    let why = if message.contains("subtract") {
        "Le résultat passe sous la plus petite valeur du type : un `usize` ou un `u32` ne descend pas sous zéro. Prends un type signé, \
         ou `saturating_sub`, qui s’arrête à la limite."
    } else {
        "Le résultat est trop grand pour le type du nombre. Prends un type plus grand (`u64`, `i64`), ou `checked_add` et \
         `checked_mul`, qui donnent `None` dans ce cas."
    };
    said(why)
}
