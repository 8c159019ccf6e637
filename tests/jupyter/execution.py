"""A notebook of the lessons, run from top to end by nbconvert, and what its cells said."""

import json
import subprocess
import time

from repository import NOTEBOOKS

# A machine at work: the kernel's own limit for a cell, two minutes, strikes first.
LIMITS = ["--ExecutePreprocessor.timeout=180", "--ExecutePreprocessor.startup_timeout=180"]
# The stock kernel passes output on in a task of its own, and may call a cell done before its last lines are sent: nobody
# takes them then. So few cells of a lesson may lose some.
MOST_CUT_SHORT = 2
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


def is_cut_short(found, expected):
    """Whether these are only the first lines of what is expected."""
    lines, all_lines = found.splitlines(), expected.splitlines()
    return len(lines) < len(all_lines) and lines == all_lines[: len(lines)]


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
    cut_short = []
    for cell in executed:
        # The stock kernel answers "ok" to a panic: its standard error tells.
        assert "panicked at" not in printed(cell, "stderr"), (cell["id"], printed(cell, "stderr"))
        errors = [output for output in cell["outputs"] if output["output_type"] == "error"]
        assert not errors, (cell["id"], errors)
        expected, found = printed(promised[cell["id"]]).strip(), printed(cell).strip()
        if expected and kernel is None and is_cut_short(found, expected):
            cut_short.append(cell["id"])
        elif expected:
            compared += 1
            assert found == expected, cell["id"]
        if cell["id"].endswith("-verifier"):
            verdicts += 1
            assert "Pas encore" in shown(cell) or "illisible" in shown(cell), cell
    assert compared and verdicts
    assert len(cut_short) <= MOST_CUT_SHORT, cut_short
