"""The desk that the extraction tests watch with."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.configuration import Configuration
from watchers.config import load
from watchers.extract.cases import flat
from watchers.extract.pipeline import Extractor

Rows = list[dict[str, Any]]
Coding = Callable[..., Rows]


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    """Return the shipped desk, as `config.toml` at the root describes it."""
    return load(Path(__file__).parents[3] / "config.toml")


@pytest.fixture(scope="session")
def extractor(configuration: Configuration) -> Extractor:
    """Return the extractor of the desk."""
    return Extractor(configuration)


@pytest.fixture(scope="session")
def code(extractor: Extractor) -> Coding:
    """Return a function that codes a text of a day and gives flat rows."""

    def coded(text: str, published: str | None = None) -> Rows:
        day = date.fromisoformat(published) if published else None
        extraction = extractor.extract(text, published=day, source="test")
        assert extraction.in_scope, extraction.reason
        return [
            flat(found.development) | {"quote": text[found.start : found.end]} for found in extraction.found
        ]

    return coded
