"""What the Jupyter tests share: the environments of a Jupyter that knows a stock Rust kernel, and of one that knows ours."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from kernel import Running
from repository import CAHIER


def installed(prefix, environment, *options):
    """The environment of a Jupyter to which `cahier jupyter installer` has described a kernel."""
    command = [CAHIER, "jupyter", "installer", *options, "--prefixe", str(prefix)]
    subprocess.run(command, env=environment, check=True)
    kept = {name: value for name, value in environment.items() if not name.startswith("AWS_")}
    return kept | {"JUPYTER_PATH": str(prefix / "share" / "jupyter")}


@pytest.fixture(scope="session")
def stock_environment(tmp_path_factory):
    """The stock evcxr_jupyter, with the prepared prelude."""
    return installed(tmp_path_factory.mktemp("jupyter"), dict(os.environ), "--evcxr")


@pytest.fixture(scope="session")
def own_environment(tmp_path_factory):
    """Our kernel, which keeps what a learner does in a folder of its own."""
    done = subprocess.run([CAHIER, "preparer", "--json"], capture_output=True, text=True, check=True)
    apart = {
        "CAHIER_PREPARATION_DIR": str(Path(json.loads(done.stdout)["folder"]).parent),
        "CAHIER_DATA_DIR": str(tmp_path_factory.mktemp("donnees")),
    }
    return installed(tmp_path_factory.mktemp("jupyter"), os.environ | apart)


@pytest.fixture(scope="module")
def kernel(own_environment):
    """A kernel for all tests of a file."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", own_environment["JUPYTER_PATH"])
        running = Running(own_environment)
    yield running
    running.close()


@pytest.fixture(autouse=True)
def nothing_is_left_over(request):
    """A test does not hear what the one before it left."""
    if "kernel" in request.fixturenames:
        request.getfixturevalue("kernel").silence()
