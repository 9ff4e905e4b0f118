"""Reads `config.toml`, strictly: what it may not say is told with line, key and the nearest key that exists.

The file plus the shipped code book and the shipped extraction data make the effective configuration.
"""

import re
import tomllib
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from ledger.codebook import Codebook, Kind, Track, shipped_codebook
from ledger.configuration import Configuration
from ledger.errors import ConfigurationError
from ledger.values import Value
from watchers.config_checks import check
from watchers.config_lines import KeyPath, key_lines, line_of
from watchers.config_tables import TABLES, Problem, Table, entry, unknown_keys
from watchers.extract.shipped import shipped_extraction

_PROBLEMS_MAX = 10
_FIELDS = {
    "mission": "mission",
    "fetch": "fetching",
    "scope": "scope",
    "report": "report",
    "retention": "retention",
    "source": "sources",
    "feed": "feeds",
    "name": "names",
    "indicator": "indicators",
    "deadline": "deadlines",
    "case": "cases",
    "question": "questions",
    "alert": "alerts",
    "destination": "destinations",
}
"""Which field of the configuration each table fills; kinds and tracks go into the code book."""

_REQUIRED = ("mission", "fetch")

Built = dict[str, list[Value]]


def load(path: Path) -> Configuration:
    """Return the effective configuration of the file.

    Raises ConfigurationError if the file is missing, is no UTF-8 text or says something it may not say.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        message = "there is no configuration here; make one with `sitledger init`"
        raise ConfigurationError(message, path=path) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("is not UTF-8 text", path=path) from error
    except OSError as error:
        raise ConfigurationError(f"cannot be read: {error.strerror}", path=path) from error
    return read(text, path)


def read(text: str, path: Path | str) -> Configuration:
    """Return the effective configuration of a TOML text; `path` is only for the words of an error.

    Raises ConfigurationError that tells the first ten problems, each with its line and key.
    """
    data = _parsed(text, path)
    built, problems = _built(data)
    if all(problem.passed_over for problem in problems):
        configuration = _assembled(built)
        problems += [_placed(problem, data) for problem in check(configuration)]
        if not problems:
            return configuration
    raise _told(problems, text, path)


def _parsed(text: str, path: Path | str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        raise ConfigurationError(f"not TOML: {error}", path=path, line=line) from error
    except (RecursionError, ValueError, ArithmeticError) as error:
        raise ConfigurationError(f"not TOML that can be read: {error}", path=path) from error


def _built(data: Mapping[str, Any]) -> tuple[Built, list[Problem]]:
    """Build every entry of every table; what cannot be built is a problem."""
    problems = unknown_keys(data, [table.key for table in TABLES], ())
    problems += [Problem((key,), f"the file needs a [{key}] table") for key in _REQUIRED if key not in data]
    built: Built = {}
    for table in TABLES:
        built[table.key] = []
        for at, part in _entries(table, data.get(table.key), problems):
            value, found = entry(table.shape, part, at)
            problems += found
            built[table.key] += [value] if value is not None else []
        problems += _twice(table, data.get(table.key))
    return built, problems


def _entries(table: Table, data: Any, problems: list[Problem]) -> list[tuple[KeyPath, Any]]:
    if data is None:
        return []
    if table.identity is None:
        if isinstance(data, dict):
            return [((table.key,), data)]
        problems.append(Problem((table.key,), f"must be written as one [{table.key}] table"))
    elif isinstance(data, list):
        return [((table.key, place), part) for place, part in enumerate(data)]
    else:
        problems.append(Problem((table.key,), f"must be written with double brackets, [[{table.key}]]"))
    return []


def _twice(table: Table, data: Any) -> list[Problem]:
    """Tell entries that repeat the identity of an earlier one, or have a blank one."""
    problems: list[Problem] = []
    seen: set[str] = set()
    for place, part in enumerate(data if isinstance(data, list) else ()):
        key = table.identity
        name = part.get(key) if isinstance(part, dict) else None
        if key is None or not isinstance(name, str):
            continue
        at = (table.key, place, key)
        if not name or name != name.strip() or not name.isprintable():
            problems.append(Problem(at, "must be printable text that neither begins nor ends with a space"))
        elif name.casefold() in seen:
            problems.append(Problem(at, f"{name!r} stands twice; a {table.key} is known by its {key}"))
        seen.add(name.casefold())
    return problems


def _assembled(built: Built) -> Configuration:
    fields: dict[str, Any] = {}
    for table in TABLES:
        field, values = _FIELDS.get(table.key), built[table.key]
        if field and values:
            fields[field] = tuple(values) if table.identity else values[0]
    return Configuration(**fields, codebook=_codebook(built), extraction=shipped_extraction())


def _codebook(built: Built) -> Codebook:
    """Return the shipped code book with the file's kinds and tracks added, or in place of those of that name."""
    shipped = shipped_codebook()
    tracks = {track.name: track for track in shipped.tracks}
    kinds = {kind.name: kind for kind in shipped.kinds}
    tracks |= {track.name: track for track in built["track"] if isinstance(track, Track)}
    kinds |= {kind.name: kind for kind in built["kind"] if isinstance(kind, Kind)}
    return Codebook(tracks=tuple(tracks.values()), kinds=tuple(kinds.values()))


def _placed(problem: Problem, data: Mapping[str, Any]) -> Problem:
    """Give a problem of a kind, known by its name once it is in the code book, its place in the file."""
    if problem.path[0] != "kind":
        return problem
    names = [part["name"] for part in data.get("kind", [])]
    return Problem(("kind", names.index(problem.path[1]), *problem.path[2:]), problem.words)


def _told(problems: list[Problem], text: str, path: Path | str) -> ConfigurationError:
    """Make the one error: the problems in the order of the file, each with its line and key path."""
    lines = key_lines(text)
    told = sorted(
        ((line_of(lines, problem.path) or 0, problem) for problem in problems), key=lambda pair: pair[0]
    )
    first, *rest = told[:_PROBLEMS_MAX]
    words = [f"{_written(first[1].path)}: {first[1].words}"]
    words += [
        f"{path}:{line}: {_written(problem.path)}: {problem.words}" if line else f"{path}: {problem.words}"
        for line, problem in rest
    ]
    if len(told) > _PROBLEMS_MAX:
        words.append(f"and {len(told) - _PROBLEMS_MAX} more")
    return ConfigurationError("\n".join(words), path=path, line=first[0] or None)


def _written(path: KeyPath) -> str:
    """Write a key path as the user counts: `feed[3].url` is the address of the third feed."""
    return "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).removeprefix(
        "."
    )
