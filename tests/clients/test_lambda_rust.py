"""A handler written in Rust with AWS's own runtime crate, built by cargo, published and invoked."""

import io
import os
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
from test_lambda_runs import Function, function, role  # noqa: F401

CRATE = Path(__file__).parent.parent / "lambda_rust"

# Kept with what else is built, so that the dependencies are compiled once.
TARGET = Path(os.environ.get("CARGO_TARGET_DIR", "target")).absolute() / "lambda_rust"


@pytest.fixture(scope="session")
def bootstrap():
    """The handler's program, in a zip as AWS wants it."""
    command = ["cargo", "build", "--locked", "--quiet", "--manifest-path", CRATE / "Cargo.toml"]
    subprocess.run(command, env=os.environ | {"CARGO_TARGET_DIR": str(TARGET)}, check=True)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        info = zipfile.ZipInfo("bootstrap")
        info.external_attr = (stat.S_IFREG | 0o755) << 16
        archive.writestr(info, (TARGET / "debug" / "bootstrap").read_bytes())
    return written.getvalue()


def test_a_rust_handler_runs_on_the_provided_runtime(function, bootstrap):  # noqa: F811
    greet = function("", Runtime="provided.al2023", Handler="bootstrap", Code={"ZipFile": bootstrap})
    answer = greet({"nom": "Zoé"})
    assert (answer["bonjour"], answer["fonction"]) == ("Zoé", "MaFonction")
    assert f"RequestId: {answer['requete']}" in greet.log
    assert "appel de arn:aws:lambda:eu-west-3:123456789012:function:MaFonction" in greet.log
    assert "Init Duration" in greet.log

    failed = greet({"echec": "plus de pain"})
    assert greet.error == "Unhandled"
    assert failed["errorMessage"] == "plus de pain"
    assert "Init Duration" not in greet.log, "the same process goes on"
    assert greet({"nom": "Max"})["bonjour"] == "Max"
