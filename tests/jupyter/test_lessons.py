"""A lesson is one Markdown file that jupytext opens as a Rust notebook."""

import jupytext
import pytest
from repository import LESSONS, rust_cells


def test_there_are_six_lessons():
    assert len(LESSONS) == 6


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda path: path.stem)
def test_jupytext_sees_the_demo_cells_and_the_starters_and_no_other_code(lesson):
    notebook = jupytext.read(lesson)
    assert notebook.metadata["kernelspec"] == {"display_name": "Rust", "language": "rust", "name": "rust"}
    code = [cell.source.strip() for cell in notebook.cells if cell.cell_type == "code"]
    assert code == [source.strip() for _, _, source in rust_cells(lesson)]
