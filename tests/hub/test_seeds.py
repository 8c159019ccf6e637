"""The hub gives each learner the seed that the course's key makes, as `src/class/seed.rs` does."""

import json
import os
import runpy
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from traitlets.config import Config

BINDER = Path(__file__).resolve().parents[2] / ".binder"
VALUES = yaml.safe_load((BINDER / "jupyterhub.yaml").read_text(encoding="utf-8"))
KEY = "une clé de cours assez longue"


def read(monkeypatch, key, config=None):
    """`graines.py`, read as a hub does."""
    monkeypatch.setenv("CAHIER_CLE_DE_COURS", key)
    config = config or Config()
    return config, runpy.run_path(str(BINDER / "graines.py"), init_globals={"c": config})


def test_a_seed_is_what_the_table_that_rust_shares_says(monkeypatch):
    _, names = read(monkeypatch, KEY)
    table = json.loads(Path(__file__).with_name("seeds.json").read_text(encoding="utf-8"))
    assert [names["cahier_seed"](row["key"], row["learner"]) for row in table] == [row["seed"] for row in table]


def test_the_variables_that_the_chart_has_set_stay_and_the_key_is_none_of_them(monkeypatch):
    config = Config()
    config.KubeSpawner.environment = dict(VALUES["singleuser"]["extraEnv"])
    read(monkeypatch, f"  {KEY}\n", config)
    assert "CAHIER_CLE_DE_COURS" not in os.environ
    seed = config.KubeSpawner.environment.pop("CAHIER_GRAINE")
    assert seed(SimpleNamespace(user=SimpleNamespace(name="eleve-01"))) == "2945736998579262"
    assert config.KubeSpawner.environment == VALUES["singleuser"]["extraEnv"]


@pytest.mark.parametrize("key", ["", "   \n", "trop courte"])
def test_without_a_key_worth_the_name_the_hub_does_not_start_and_says_how_to_make_one(monkeypatch, key):
    with pytest.raises(ValueError, match="CAHIER_CLE_DE_COURS .* au moins 16.*openssl rand"):
        read(monkeypatch, key)


def test_the_chart_s_values_put_the_key_into_the_hub_alone():
    secret = VALUES["hub"]["extraEnv"]["CAHIER_CLE_DE_COURS"]["valueFrom"]["secretKeyRef"]
    told = (BINDER / "jupyterhub.yaml").read_text(encoding="utf-8")
    assert f"create secret generic {secret['name']} --from-file={secret['key']}=" in told
    assert "CLE" not in json.dumps(VALUES["singleuser"])
    # z2jh reads this folder by itself, in the order of the names.
    assert VALUES["hub"]["extraFiles"]["graines"]["mountPath"] == "/usr/local/etc/jupyterhub/jupyterhub_config.d/graines.py"
    assert "--set-file hub.extraFiles.graines.stringData=.binder/graines.py" in told


def test_the_image_has_the_command_that_the_chart_starts():
    command = VALUES["singleuser"]["cmd"]
    assert (BINDER / command[0]).stat().st_mode & 0o111
    assert f"install -m 755 .binder/{command[0]} " in (BINDER / "postBuild").read_text(encoding="utf-8")
