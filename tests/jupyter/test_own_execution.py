"""All notebooks run from top to end in our kernel, and print what they promise; one that fails is told."""

import nbformat
import pytest
from execution import LESSONS, execute, runs_and_prints_what_it_promises


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_notebook_of_the_lessons_runs_in_our_kernel(lesson, own_environment, tmp_path):
    runs_and_prints_what_it_promises(lesson, own_environment, tmp_path, "cahier")


def test_a_notebook_with_a_failing_assertion_fails(own_environment, tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("assert_eq!(1 + 1, 3);")])
    nbformat.write(notebook, tmp_path / "faux.ipynb")
    done = execute(tmp_path / "faux.ipynb", own_environment, tmp_path / "fait", "cahier")
    assert done.returncode != 0
    assert "a paniqué à la ligne 1" in done.stderr
