"""What the Jupyter tests share: the repository's files, and a stock Rust kernel that cells can link in."""

import json
import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CAHIER = os.environ.get("CAHIER_BIN", str(ROOT / "target/release/cahier"))
LESSONS = sorted((ROOT / "lessons").glob("*.md"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

# A fence whose info string names a demo cell or a starter, and what it holds.
CELL = re.compile(r'^```rust (cellule|depart)="([a-z0-9-]+)"[^\n]*\n(.*?)^```$', re.M | re.S)


def rust_cells(lesson):
    """The demo cells and starters of a lesson: (role, id, source)."""
    return CELL.findall(lesson.read_text(encoding="utf-8"))


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
