"""A foreign account for each test."""

import pytest
from accounts import PATIENCE, Account


@pytest.fixture
def account(request, tmp_path):
    """A backend of its own for each test; its name is the fixture's parameter."""
    account = Account(request.param, tmp_path)
    process = account.start()
    before = account.holds()
    yield account
    process.terminate()
    process.wait(timeout=PATIENCE)
    assert before == {}, "the backend did not begin empty"
