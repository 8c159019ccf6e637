"""The two complete lessons run from top to end under stock evcxr_jupyter, and print what they promise."""

import json
import subprocess
import time

import pytest
from repository import ROOT

COMPLETE = ["dynamodb", "url-presignee"]


def notebook_of(lesson):
    (path,) = (ROOT / "notebooks").glob(f"*-{lesson}.ipynb")
    return path


def streams(cell, name):
    outputs = cell.get("outputs", [])
    return "".join("".join(output["text"]) for output in outputs if output.get("name") == name)


@pytest.mark.parametrize("lesson", COMPLETE)
def test_a_notebook_runs_under_the_stock_kernel(lesson, stock_environment, tmp_path):
    source = notebook_of(lesson)
    begun = time.monotonic()
    done = subprocess.run(
        ["jupyter", "nbconvert", "--to", "notebook", "--execute", "--output-dir", str(tmp_path),
         "--ExecutePreprocessor.timeout=180", "--ExecutePreprocessor.startup_timeout=180", str(source)],
        env=stock_environment,
        capture_output=True,
        text=True,
    )
    seconds = time.monotonic() - begun
    assert done.returncode == 0, done.stderr[-4000:]

    executed = json.loads((tmp_path / source.name).read_text(encoding="utf-8"))["cells"]
    promised = {cell["id"]: cell for cell in json.loads(source.read_text(encoding="utf-8"))["cells"]}
    code = [cell for cell in executed if cell["cell_type"] == "code"]
    print(f"\n{source.stem}: {len(code)} cells under stock evcxr_jupyter in {seconds:.1f} s", end=" ")
    for cell in code:
        # The stock kernel answers "ok" to a panic: its standard error tells.
        assert "panicked at" not in streams(cell, "stderr"), (cell["id"], streams(cell, "stderr"))
        errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
        assert not errors, (cell["id"], errors)
        expected = streams(promised[cell["id"]], "stdout")
        if expected:
            assert streams(cell, "stdout").strip() == expected.strip(), cell["id"]
        if cell["id"].endswith("-verifier"):
            assert "Pas encore" in streams(cell, "stdout") or "illisible" in streams(cell, "stdout"), cell
