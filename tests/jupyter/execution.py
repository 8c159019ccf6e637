"""A notebook of the lessons, run from top to end by nbconvert, and what its cells said."""

import json
import subprocess
import time

from repository import NOTEBOOKS

# A machine at work: the kernel's own limit for a cell, two minutes, strikes first.
LIMITS = ["--ExecutePreprocessor.timeout=180", "--ExecutePreprocessor.startup_timeout=180"]
LESSONS = [path.stem.split("-", 1)[1] for path in NOTEBOOKS]


def execute(notebook, environment, folder, kernel=None):
    """Runs `jupyter nbconvert --execute`; the notebook with its outputs goes into `folder`."""
    options = [f"--ExecutePreprocessor.kernel_name={kernel}"] if kernel else []
    return subprocess.run(
        ["jupyter", "nbconvert", "--to", "notebook", "--execute", *LIMITS, *options, "--output-dir", str(folder), str(notebook)],
        env=environment, capture_output=True, text=True,
    )


def cells(path):
    return [cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def printed(cell, name="stdout"):
    outputs = cell.get("outputs", [])
    return "".join("".join(output["text"]) for output in outputs if output.get("name") == name)


def shown(cell):
    """Everything that a cell shows as text."""
    rich = ["".join(output["data"].get("text/plain", "")) for output in cell["outputs"] if "data" in output]
    return printed(cell) + "\n".join(rich)


def runs_and_prints_what_it_promises(lesson, environment, folder, kernel=None):
    """Runs the notebook of a lesson: exit code 0, no cell failed, each printed what the lesson says, each verdict is there."""
    (source,) = [path for path in NOTEBOOKS if path.stem.endswith(f"-{lesson}")]
    begun = time.monotonic()
    done = execute(source, environment, folder, kernel)
    seconds = time.monotonic() - begun
    assert done.returncode == 0, done.stderr[-4000:]

    executed, promised = cells(folder / source.name), {cell["id"]: cell for cell in cells(source)}
    print(f"\n{source.stem}: {len(executed)} cells by {kernel or 'the stock kernel'} in {seconds:.1f} s", end=" ")
    compared = verdicts = 0
    for cell in executed:
        # The stock kernel answers "ok" to a panic: its standard error tells.
        assert "panicked at" not in printed(cell, "stderr"), (cell["id"], printed(cell, "stderr"))
        errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
        assert not errors, (cell["id"], errors)
        expected = printed(promised[cell["id"]]).strip()
        if expected:
            compared += 1
            assert printed(cell).strip() == expected, cell["id"]
        if cell["id"].endswith("-verifier"):
            verdicts += 1
            assert "Pas encore" in shown(cell) or "illisible" in shown(cell), cell
    assert compared and verdicts
