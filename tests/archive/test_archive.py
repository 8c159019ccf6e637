"""The archive of a class, unpacked on a machine that has Rust, and nothing of Cahier's.

CAHIER_ARCHIVE is the file that `.ci/archive` made; `rustc` is on the PATH."""

import json
import os
import pathlib
import shutil
import subprocess
import tarfile
import time

import pytest


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    folder = tmp_path_factory.mktemp("une classe à part")
    with tarfile.open(os.environ["CAHIER_ARCHIVE"]) as archive:
        archive.extractall(folder, filter="data")
    return folder / "cahier"


@pytest.fixture
def machine(tmp_path, unpacked):
    """Runs the unpacked program from an empty home; the machine's Rust is all it has."""
    home = tmp_path / "maison"
    home.mkdir()
    real = pathlib.Path.home()
    environment = {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "LANG": "C.UTF-8",
        "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(real / ".rustup")),
        "CARGO_HOME": os.environ.get("CARGO_HOME", str(real / ".cargo")),
        # Whoever builds anything after all fails at once.
        "CARGO_NET_OFFLINE": "true",
    }

    def run(*line, **more):
        command = [str(unpacked / "bin/cahier"), *line]
        return subprocess.run(command, env={**environment, **more}, cwd=home, capture_output=True, text=True, timeout=300)

    run.home = home
    run.environment = environment
    return run


def test_the_archive_says_what_it_is_and_nothing_of_who_made_it(unpacked):
    assert {entry.name for entry in unpacked.iterdir()} >= {"bin", "share", "notebooks", "LISEZ-MOI.md"}
    assert len(list((unpacked / "notebooks").glob("*.ipynb"))) == 6
    readme = (unpacked / "LISEZ-MOI.md").read_text(encoding="utf-8")
    assert "cahier/bin/cahier" in readme and "rustc" in readme
    (prepared,) = (unpacked / "share/cahier/prepare").iterdir()
    for name in ["manifest.json", "metadata.json", "sysroot.json"]:
        assert f"/cahier/{prepared.name}" in (prepared / name).read_text()
    library = json.loads((prepared / "manifest.json").read_text())["library"]
    assert not pathlib.Path(library).exists(), "the archive would be tried with what it was made of"


def test_a_cell_runs_at_once_with_the_preparation_of_the_archive(machine, unpacked):
    prelude = next(one for one in json.loads(machine("diagnostic", "--json").stdout) if one["check"] == "prelude")
    assert prelude["status"] == "ok", prelude
    begun = time.monotonic()
    ran = machine("executer", "versionnement-s3", "--json")
    report = json.loads(ran.stdout)
    assert ran.returncode == 0, ran
    assert all(cell["status"] == "ok" for cell in report["cells"]), report
    assert "Préparation" not in ran.stderr
    print(f"{len(report['cells'])} cells in {time.monotonic() - begun:.1f} s")
    built = list(machine.home.rglob("prepare"))
    assert built == [], "nothing is prepared at home"


def test_types_are_known_where_the_archive_lies(machine):
    """What rust-analyzer reads has moved too: a variable needs no written type to come back in the next cell."""
    typed = "let nombres = vec![1, 2, 3];\nlet double: Vec<i32> = nombres.iter().map(|n| n * 2).collect();\n:variables\n:type double\n"
    command = [machine("--version").args[0]]
    ran = subprocess.run(command, input=typed, env=machine.environment, cwd=machine.home, capture_output=True, text=True, timeout=300)
    assert "Vec<i32>" in ran.stdout, ran
    assert "nombres" in ran.stdout, ran


def test_another_compiler_is_named_and_what_to_do(machine, tmp_path, unpacked):
    """A toolchain of the same form, of another version."""
    root = tmp_path / "autre"
    library = root / "lib/rustlib/x/lib"
    library.mkdir(parents=True)
    (library / "libstd-0000000000000000.so").touch()
    programs = root / "bin"
    programs.mkdir()
    lines = {
        "rustc": f'case "$1" in --version) echo "rustc 1.2.3 (autre)";; *) printf "%s\\n" "{root}" "{library}" x;; esac',
        "cargo": "echo 'error: nothing is built here' >&2; exit 1",
        "cc": "exit 0",
    }
    for name, line in lines.items():
        (programs / name).write_text(f"#!/bin/sh\n{line}\n")
        (programs / name).chmod(0o755)
    path = f"{programs}:/usr/bin:/bin"
    told = machine("diagnostic", PATH=path).stdout
    ran = machine("executer", "dynamodb", PATH=path)
    assert ran.returncode == 2, ran
    for said in [told, ran.stderr]:
        words = " ".join(said.split())
        assert "rustc 1.2.3 (autre)" in words and "rustup default" in words, said


def test_the_kernel_of_the_archive_starts_where_it_lies(machine, unpacked):
    kernel = unpacked / "share/jupyter/kernels/cahier"
    spec = json.loads((kernel / "kernel.json").read_text())
    program = pathlib.Path(spec["argv"][0].replace("{resource_dir}", str(kernel)))
    assert program.resolve() == (unpacked / "bin/cahier").resolve()
    jupyter = shutil.which("jupyter")
    if jupyter is None:
        pytest.skip("Jupyter is not installed")
    notebook = {
        "cells": [{"cell_type": "code", "source": "let n = 40 + 2;\nprintln!(\"vaut {n}\");", "metadata": {}, "outputs": [], "execution_count": None}],
        "metadata": {"kernelspec": {"name": "cahier", "display_name": "Cahier", "language": "rust"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (machine.home / "essai.ipynb").write_text(json.dumps(notebook))
    environment = {**machine.environment, "JUPYTER_PATH": str(unpacked / "share/jupyter")}
    line = [jupyter, "nbconvert", "--to", "notebook", "--execute", "--stdout", "essai.ipynb"]
    ran = subprocess.run(line, env=environment, cwd=machine.home, capture_output=True, text=True, timeout=300)
    assert "vaut 42" in ran.stdout, ran
