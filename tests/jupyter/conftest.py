"""What the Jupyter tests share: the environment of a Jupyter that knows a stock Rust kernel that cells can link in."""

import os
import subprocess

import pytest
from repository import CAHIER


@pytest.fixture(scope="session")
def stock_environment(tmp_path_factory):
    """Where `cahier jupyter installer --evcxr` has described the stock evcxr_jupyter to Jupyter."""
    prefix = tmp_path_factory.mktemp("jupyter")
    subprocess.run([CAHIER, "jupyter", "installer", "--evcxr", "--prefixe", str(prefix)], check=True)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return inherited | {"JUPYTER_PATH": str(prefix / "share" / "jupyter")}
