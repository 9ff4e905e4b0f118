"""The data files, typed: lexicons, gazetteer, currencies. A malformed file is a ConfigurationError naming it."""

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from ledger.configuration import DataFile
from ledger.errors import ConfigurationError
from ledger.values import Value

T = TypeVar("T")


class Relative(Value, frozen=True, kw_only=True):
    """A phrase for a time relative to publication: `offset` units of `day`, `week`, `month` or `year` from it."""

    phrases: tuple[str, ...]
    unit: str
    offset: int


class Lexicon(Value, frozen=True, kw_only=True):
    """Everything one language needs. Phrases are in the syntax of `watchers.extract.phrases`.

    `numbers` are number words with their values, `scales` words that multiply. `spaced` says that a plain space may
    group thousands, `comma` that the comma is the decimal mark. `units` maps a unit to the nouns for it.
    `unit_first` says that nouns stand before their numbers. `approx` maps an approximation to its words.
    """

    language: str
    stopwords: tuple[str, ...]
    concepts: dict[str, tuple[str, ...]]
    units: dict[str, tuple[str, ...]]
    numbers: dict[str, int]
    scales: dict[str, int]
    currencies: dict[str, tuple[str, ...]]
    approx: dict[str, tuple[str, ...]]
    months: dict[str, int]
    weekdays: dict[str, int]
    relatives: tuple[Relative, ...]
    month_leads: tuple[str, ...]
    roles: dict[str, tuple[str, ...]]
    joiners: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    year_leads: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    spaced: bool = False
    comma: bool = False
    unit_first: bool = False
    place_leads: tuple[str, ...] = ()
    person_heads: tuple[str, ...] = ()


class Country(Value, frozen=True, kw_only=True):
    """A state. `names` need a capital letter, `demonyms` do not, `seats` stand for it when they act.

    `dollar` is the state's own currency where that is called dollar too.
    """

    code: str
    names: tuple[str, ...]
    demonyms: tuple[str, ...] = ()
    seats: tuple[str, ...] = ()
    dollar: str | None = None


class Gazetteer(Value, frozen=True, kw_only=True):
    """All states, the marks and codes of currencies, and the news agencies."""

    countries: tuple[Country, ...]
    symbols: dict[str, str]
    agencies: dict[str, tuple[str, ...]]
    resolutions: dict[str, int] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The data files that are not rules."""

    lexicons: dict[str, Lexicon]
    gazetteer: Gazetteer


def parsed(file: DataFile) -> dict[str, Any]:
    """Parse one data file (ConfigurationError with its name)."""
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"not valid TOML: {error}", path=file.name) from error


def converted(data: Any, kind: type[T], name: str) -> T:
    """Type parsed data (ConfigurationError naming the file and the field)."""
    try:
        return msgspec.convert(data, kind, strict=True)
    except (msgspec.ValidationError, ValueError) as error:
        raise ConfigurationError(str(error), path=name) from error


def tables_from(files: Iterable[DataFile]) -> Tables:
    """Read the lexicons (`lexicon.*`) and the gazetteer (`gazetteer.*`) out of the configured data files."""
    lexicons: dict[str, Lexicon] = {}
    gazetteer = Gazetteer(countries=(), symbols={}, agencies={})
    for file in files:
        if file.name.startswith("lexicon."):
            lexicon = converted(parsed(file), Lexicon, file.name)
            lexicons[lexicon.language] = lexicon
        elif file.name.startswith("gazetteer."):
            gazetteer = converted(parsed(file), Gazetteer, file.name)
    return Tables(lexicons=lexicons, gazetteer=gazetteer)
