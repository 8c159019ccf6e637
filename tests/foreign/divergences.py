"""Where foreign implementations of AWS answer in another way than AWS and the simulator do: by backend and lesson, which
cells cannot come out as the lesson says, and why. All of it is theirs; what was ours is mended."""

NO_POLICIES = "it weighs no policy: everybody has every right"
NO_SIMULATION = "it has no SimulateCustomPolicy"
NO_BOUNDARY = "it has no permissions boundaries"
AFTER = "needs a variable of a cell above, which fails there"
UNITS = "counts capacity units otherwise than DynamoDB: bytes are not rounded up, strong reads cost no more, indexes nothing"
SIGNATURES = "does not verify the signature of a presigned URL, what it covers, or its duration"

DIVERGENCES = {
    ("moto", "couches-lambda"): {
        "ListLayers takes no notice of the runtime": ["couche-publier"],
        "refuses a layer without a version, and takes one of another region, without AWS's codes": ["couche-attacher"],
        "knows no limit of five layers": ["couche-cinq"],
        "measures no unpacked size": ["couche-frontiere"],
        "has no GetAccountSettings": ["couche-stockage"],
        "a layer version that is gone has another code": ["couche-supprimee"],
        "writes a layer's permission in another form": ["couche-partagee"],
    },
    ("moto", "iam"): {
        NO_POLICIES: ["iam-premier-refus", "iam-groupe", "iam-deux-arn", "iam-confier", "iam-externe"],
        "takes a Principal in a policy of an identity": ["iam-grammaire"],
        NO_SIMULATION: ["iam-confronter", "iam-joker", "iam-bornes", "iam-deux-comptes", "iam-conditions"],
        NO_BOUNDARY: ["iam-limite", "iam-exception"],
        AFTER: ["iam-endosser", "iam-session", "iam-quotas"],
        "refuses policies of version 2008-10-17": ["iam-variables"],
    },
    ("moto", "ecs-fargate"): {"checks neither sizes nor network modes of Fargate": ["ecs-definir"]},
    ("moto", "versionnement-s3"): {
        "names the root of GetBucketVersioning's answer otherwise": ["version-etat-neuf", "version-activer"],
        "does not say of an absent object that a delete marker hides it": ["version-supprimer"],
        "an invented version id is absent, and not malformed": ["version-detruire"],
        NO_POLICIES: ["version-autorisations"],
        "forgets versions where versioning is suspended": ["version-suspendre"],
    },
    ("moto", "dynamodb"): {
        UNITS: ["ddb-ecrire", "ddb-escalier", "ddb-lire", "ddb-modifier", "ddb-query", "ddb-lots", "ddb-index"],
        "keeps the provisioned throughput of a table on demand": ["ddb-modes"],
    },
    ("moto", "url-presignee"): {
        SIGNATURES: ["url-methode", "url-modifier", "url-put", "url-limites"],
        "refuses an unsigned request without AWS's code": ["url-telecharger"],
    },
    ("ministack", "couches-lambda"): {
        "refuses a layer without a version with another code": ["couche-attacher"],
        "knows no limit of five layers": ["couche-cinq"],
        "counts the same code once": ["couche-stockage"],
        "a star in a layer's ARN does not stand for its version": ["couche-partagee"],
    },
    ("ministack", "iam"): {
        "a refusal does not name the resource": ["iam-premier-refus", "iam-endosser"],
        "takes principals that AWS refuses": ["iam-groupe", "iam-grammaire"],
        "tells who may not list that an object is absent": ["iam-deux-arn"],
        "SimulateCustomPolicy gives no result for each resource": ["iam-confronter", "iam-bornes", "iam-deux-comptes"],
        "names another policy than the one that AWS names as the reason": ["iam-limite", "iam-exception", "iam-session"],
        "an administrator takes any role": ["iam-confier"],
        "does not read tags of principals and variables in conditions": ["iam-conditions", "iam-variables"],
        "has no quota on the size of a policy, on keys or on versions": ["iam-quotas"],
    },
    ("ministack", "ecs-fargate"): {"checks neither sizes nor network modes of Fargate": ["ecs-definir"]},
    ("ministack", "versionnement-s3"): {"an invented version id is absent, and not malformed": ["version-detruire"]},
    ("ministack", "dynamodb"): {UNITS: ["ddb-lire", "ddb-modifier", "ddb-query", "ddb-lots"]},
    ("ministack", "url-presignee"): {"does not sign response headers of a version": ["url-version"]},
}

# What a backend cannot remove, whoever asks: by backend and lesson, why, and what of which kind is still there.
STUCK = {
    ("moto", "versionnement-s3"): (
        "where versioning is suspended, it answers 500 to whoever deletes a key that has a delete marker",
        {"bucket": ["cahier-versions-111122223333"]},
    ),
}
