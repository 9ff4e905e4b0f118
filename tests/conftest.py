"""Fixtures that all tests share."""

from pathlib import Path

import pytest

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The evaluation data beside the checkout; the test skips where it is absent."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("the evaluation data is not at hand: ../shared/data is absent")
    return data
