"""The committed notebooks: valid for Jupyter, complete, and without what a learner must not see."""

import json
import re

import nbformat
import pytest
from repository import LESSONS, NOTEBOOKS, ROOT, rust_cells

SECRET = re.compile(
    r'^```[^\n]* (?:verification-cachee|indice|solution|corrige|sonde)="[^"]+"[^\n]*\n(.*?)^```$', re.M | re.S
)


def cells(path):
    return json.loads(path.read_text(encoding="utf-8"))["cells"]


def text(cell):
    return "".join(cell["source"])


def test_each_lesson_has_its_notebook():
    assert [path.stem for path in NOTEBOOKS] == [path.stem for path in LESSONS]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_valid_and_is_written_as_jupyter_writes_it(path):
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook, relax_add_props=False)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec == {"display_name": "Rust", "language": "rust", "name": "rust"}
    assert nbformat.writes(notebook) + "\n" == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_holds_every_cell_of_its_lesson_under_a_stable_id(path):
    found = {cell["id"]: text(cell) for cell in cells(path)}
    for role, name, source in rust_cells(ROOT / "lessons" / f"{path.stem}.md"):
        if role == "cellule":
            assert found[name].strip() == source.strip()
        else:
            assert f"{name}-depart" in found and f"{name}-verifier" in found


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_hides_hints_solutions_and_hidden_checks(path):
    whole = "\n".join(text(cell) for cell in cells(path))
    lesson = (ROOT / "lessons" / f"{path.stem}.md").read_text(encoding="utf-8")
    public = "\n".join(source for _, _, source in rust_cells(ROOT / "lessons" / f"{path.stem}.md"))
    secrets = SECRET.findall(lesson)
    assert secrets
    for secret in secrets:
        # Lines with values drawn from the seed differ anyway; a solution repeats lines of its starter.
        lines = [line.strip() for line in secret.splitlines() if "@{" not in line and len(line.strip()) > 12]
        lines = [line for line in lines if line not in public]
        assert not lines or not all(line in whole for line in lines), secret
    assert "@{" not in whole
