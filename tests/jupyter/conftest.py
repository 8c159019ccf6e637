"""What the Jupyter tests share: the repository's files, and a stock Rust kernel that cells can link in."""

import json
import os
import shlex
import subprocess

import pytest
from repository import CAHIER


def exports(text):
    """The `export NAME=value` lines that a program printed, as an environment."""
    words = [shlex.split(line)[1] for line in text.splitlines() if line.startswith("export ")]
    return dict(word.split("=", 1) for word in words)


@pytest.fixture(scope="session")
def stock_environment(tmp_path_factory):
    """The environment of a stock evcxr_jupyter: what `cahier preparer --env` prints, and its kernelspec."""
    done = subprocess.run([CAHIER, "preparer", "--env"], capture_output=True, text=True, check=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = inherited | exports(done.stdout)
    environment["CAHIER_BIN"] = CAHIER

    kernel = tmp_path_factory.mktemp("jupyter") / "kernels" / "rust"
    kernel.mkdir(parents=True)
    program = os.environ.get("EVCXR_JUPYTER", "evcxr_jupyter")
    spec = {
        "argv": [program, "--control_file", "{connection_file}"],
        "display_name": "Rust",
        "language": "rust",
        "interrupt_mode": "message",
    }
    (kernel / "kernel.json").write_text(json.dumps(spec))
    environment["JUPYTER_PATH"] = str(kernel.parents[1])
    return environment
