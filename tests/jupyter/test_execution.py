"""All notebooks run from top to end under stock evcxr_jupyter, and print what they promise."""

import pytest
from execution import LESSONS, runs_and_prints_what_it_promises


@pytest.mark.parametrize("lesson", LESSONS)
def test_a_notebook_runs_under_the_stock_kernel(lesson, stock_environment, tmp_path):
    runs_and_prints_what_it_promises(lesson, stock_environment, tmp_path)
