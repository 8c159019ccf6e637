//! What ECS refuses a task definition with, in French.

/// How a sentence of ECS's begins, and what it means.
pub(super) const MEANINGS: &[(&str, &str)] = &[
    (
        "No Fargate configuration exists",
        "cette paire de `cpu` et `memory` n’est pas dans la table des tailles de Fargate.",
    ),
    (
        "Invalid 'cpu' setting for task",
        "ce n’est pas un nombre d’unités de processeur\u{a0}: 1\u{a0}vCPU s’écrit `1024`.",
    ),
    (
        "Invalid 'memory' setting for task",
        "ce n’est pas une mémoire\u{a0}: elle s’écrit en Mio, `1024` pour 1\u{a0}Go.",
    ),
    (
        "Fargate requires that '",
        "Fargate veut ce réglage au niveau de la tâche, pas seulement dans un conteneur.",
    ),
    (
        "Fargate only supports network mode",
        "Fargate n’a qu’un mode réseau\u{a0}: `awsvpc`.",
    ),
    (
        "Fargate requires task definition to have execution role ARN",
        "l’agent en a besoin, et aucun rôle d’exécution n’est donné.",
    ),
    (
        "When you are specifying container secrets",
        "lire un secret est le métier de l’agent\u{a0}: il lui faut un rôle d’exécution.",
    ),
    (
        "When you are specifying environment files",
        "lire ces fichiers est le métier de l’agent\u{a0}: il lui faut un rôle d’exécution.",
    ),
    (
        "Fargate requires log configuration options to include awslogs-stream-prefix",
        "avec `awslogs`, Fargate veut aussi l’option `awslogs-stream-prefix`.",
    ),
    (
        "Log driver awslogs requires options",
        "il manque une option au pilote de journaux `awslogs`.",
    ),
    (
        "Fargate compatible task definitions do not support",
        "Fargate ne connaît pas ce réglage.",
    ),
    (
        "Fargate requires that the ‘privileged’ setting",
        "Fargate refuse les conteneurs privilégiés.",
    ),
    (
        "Links are not supported when networkMode=awsvpc",
        "avec `awsvpc`, les conteneurs d’une tâche se joignent par `localhost`\u{a0}: `links` n’existe pas.",
    ),
    (
        "When networkMode=awsvpc, the host ports and container ports",
        "avec `awsvpc`, la tâche a sa propre adresse\u{a0}: `hostPort` est égal à `containerPort`, ou ne s’écrit pas.",
    ),
    (
        "Cannot depend on container",
        "un conteneur en attend un autre qui n’existe pas dans cette définition.",
    ),
    (
        "Cyclic dependency found",
        "des conteneurs s’attendent l’un l’autre\u{a0}: aucun ne démarrerait.",
    ),
    (
        "A dependency container with SUCCESS or COMPLETE",
        "un conteneur dont on attend la fin ne peut pas être essentiel\u{a0}: sa fin arrêterait la tâche.",
    ),
    (
        "A dependency container with HEALTHY",
        "pour attendre qu’un conteneur soit sain, il faut qu’il ait un `healthCheck`.",
    ),
    (
        "Task definition doesn't have any essential container",
        "aucun conteneur n’est essentiel\u{a0}: il en faut au moins un.",
    ),
    (
        "Container names must be unique",
        "deux conteneurs portent le même nom.",
    ),
    (
        "Container list cannot be empty",
        "la définition n’a aucun conteneur.",
    ),
    (
        "Container.image should not be null or empty",
        "un conteneur n’a pas d’image.",
    ),
    (
        "Container.name should not be null or empty",
        "un conteneur n’a pas de nom.",
    ),
    (
        "Container.name contains invalid characters",
        "un nom de conteneur n’a que des lettres, des chiffres, des tirets et des traits de soulignement.",
    ),
    (
        "Family contains invalid characters",
        "le nom d’une famille n’a que des lettres, des chiffres, des tirets et des traits de soulignement.",
    ),
    (
        "The 'memory' setting for container",
        "un conteneur demande plus de mémoire que la tâche n’en a.",
    ),
    (
        "The sum of all container 'cpu' values",
        "les conteneurs demandent ensemble plus de processeur que la tâche n’en a.",
    ),
    (
        "The sum of all container 'memoryReservation' values",
        "les conteneurs réservent ensemble plus de mémoire que la tâche n’en a.",
    ),
    (
        "EphemeralStorage size should be",
        "le stockage éphémère va de 21 à 200\u{a0}Gio\u{a0}; 20 sont déjà compris.",
    ),
    ("Invalid arn syntax", "un ARN est mal écrit."),
    (
        "Unknown volume",
        "un conteneur monte un volume que la définition ne déclare pas.",
    ),
];

/// What a sentence contains, for those that begin with other words each time.
pub(super) const PARTS: &[(&str, &str)] = &[
    (
        "Member must satisfy enum value set",
        "cette valeur n’est pas de celles qui existent\u{a0}: les majuscules comptent.",
    ),
    (
        "can not be converted to",
        "une valeur n’a pas le bon type\u{a0}: un texte est entre guillemets, un nombre ne l’est pas.",
    ),
];
