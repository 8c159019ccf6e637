"""The hub's part of a class of Cahier: each learner's server gets the seed of that learner, and nothing of the course's key.

JupyterHub's own configuration, which the chart reads from `jupyterhub_config.d`, where `c` is known. The key is in
CAHIER_CLE_DE_COURS, from a secret of the hub's.

The seed is the first 53 bits of HMAC-SHA256(key, learner's id), as a whole number, most significant bit first; both are
UTF-8, without the blanks around them. `src/class/seed.rs` does the same where a class is graded.
"""

import hmac
import os

# Shorter keys are guessed from one learner's seed.
CAHIER_SHORTEST_KEY = 16


def cahier_seed(key, learner):
    """The seed of the learner whom the hub knows by this name."""
    code = hmac.digest(key.strip().encode(), learner.strip().encode(), "sha256")
    return int.from_bytes(code[:8], "big") >> 11


def cahier_class(config, environment):
    """Has every spawner compute its learner's seed. The key leaves the environment: nothing that the hub starts inherits it."""
    key = environment.pop("CAHIER_CLE_DE_COURS", "").strip()
    if len(key) < CAHIER_SHORTEST_KEY:
        raise ValueError(
            f"CAHIER_CLE_DE_COURS est la clé du cours : elle a {len(key)} caractères, et il en faut au moins "
            f"{CAHIER_SHORTEST_KEY}. « openssl rand -hex 32 » en donne une."
        )

    def seed(spawner):
        return str(cahier_seed(key, spawner.user.name))

    # The chart sets the variables of the second; other spawners have those of the first.
    for section in (config.Spawner, config.KubeSpawner):
        section.environment.update({"CAHIER_GRAINE": seed})


cahier_class(c, os.environ)  # noqa: F821
