"""A foreign account for each test."""

import pytest
from accounts import PATIENCE, Account


@pytest.fixture
def account(request, tmp_path, tmp_path_factory):
    """A backend of its own for each test; its name is the fixture's parameter. Cells that another test had compiled are
    taken from there: a lesson is the same against each backend."""
    account = Account(request.param, tmp_path)
    compiled = tmp_path_factory.getbasetemp().parent / "cellules"
    compiled.mkdir(mode=0o700, exist_ok=True)
    data = tmp_path / "donnees"
    data.mkdir()
    (data / "cellules").symlink_to(compiled)
    process = account.start()
    before = account.holds()
    yield account
    process.terminate()
    process.wait(timeout=PATIENCE)
    assert before == {}, "the backend did not begin empty"
