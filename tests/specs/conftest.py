"""The demo, lived through once for all specs that look back at it."""

import asyncio
from io import StringIO

import pytest
from rich.console import Console

from ledger.home import Home
from watchers.demo.play import Played, play


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Home, Played]:
    home = Home(tmp_path_factory.mktemp("demo"))
    return home, asyncio.run(play(home, Console(file=StringIO()), lambda _share: None))


@pytest.fixture
def demo(played: tuple[Home, Played]) -> Home:
    """The home that the demo made. Specs must not write into it; they copy it first."""
    return played[0]
