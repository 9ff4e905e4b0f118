"""The desk that the extraction tests watch with."""

import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.codebook import shipped_codebook
from ledger.configuration import Case, Configuration, Fetching, Mission, Name, Scope
from watchers.extract.cases import flat
from watchers.extract.pipeline import Extractor
from watchers.extract.shipped import shipped_extraction

Rows = list[dict[str, Any]]
Coding = Callable[..., Rows]


@pytest.fixture(scope="session")
def configuration() -> Configuration:
    """Return the configuration of the desk: names, scope and cases of `mission.toml`, shipped data files."""
    data = tomllib.loads((Path(__file__).parent / "mission.toml").read_text(encoding="utf-8"))
    return Configuration(
        mission=msgspec.convert(data["mission"], Mission),
        fetching=Fetching(contact="desk@example.org"),
        codebook=shipped_codebook(),
        scope=msgspec.convert(data["scope"], Scope),
        names=msgspec.convert(data["name"], tuple[Name, ...]),
        cases=msgspec.convert(data["case"], tuple[Case, ...]),
        extraction=shipped_extraction(),
    )


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
