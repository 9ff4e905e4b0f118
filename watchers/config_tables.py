"""The tables that `config.toml` may hold and how each becomes a value of the effective configuration."""

import datetime as dt
import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec

from ledger import configuration as settings
from ledger.codebook import Kind, Track
from ledger.sources import Source
from ledger.values import Value
from watchers.config_lines import KeyPath

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_DURATION = re.compile(r"([0-9]{1,9})([smhdw])")
_DIGITS_MAX = 18
_INTEGER_MAX = 10**18
_WHERE = re.compile(r" - at `\$([^`]*)`$")
_STEP = re.compile(r"\.([A-Za-z_]+)|\[([0-9]+)\]")
_TYPES = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "decimal": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "nothing",
    "Decimal": "a number",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that the file may not say: the path of the key, and the words for the user.

    A `passed_over` one does not keep its entry from being built, so that later checks can go on.
    """

    path: KeyPath
    words: str
    passed_over: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table of the file: its key, the shape of an entry, and the key by which entries are told apart."""

    key: str
    shape: type[Value]
    identity: str | None = None


TABLES = (
    Table(key="mission", shape=settings.Mission),
    Table(key="fetch", shape=settings.Fetching),
    Table(key="scope", shape=settings.Scope),
    Table(key="report", shape=settings.ReportSettings),
    Table(key="retention", shape=settings.Retention),
    Table(key="source", shape=Source, identity="name"),
    Table(key="feed", shape=settings.Feed, identity="name"),
    Table(key="name", shape=settings.Name, identity="canonical"),
    Table(key="indicator", shape=settings.Indicator, identity="id"),
    Table(key="deadline", shape=settings.Deadline, identity="id"),
    Table(key="case", shape=settings.Case, identity="id"),
    Table(key="question", shape=settings.Question, identity="id"),
    Table(key="alert", shape=settings.AlertRule, identity="name"),
    Table(key="destination", shape=settings.Destination, identity="name"),
    Table(key="kind", shape=Kind, identity="name"),
    Table(key="track", shape=Track, identity="name"),
)
"""Every table of the file, in the order in which it is best written. Those without identity stand once."""


def file_keys(shape: type[Value]) -> dict[str, str]:
    """Map each key that the file may use to the field it fills; `_s` fields are durations without the suffix."""
    return {name.removesuffix("_s"): name for name in shape.__struct_fields__}


def seconds(text: str) -> int | None:
    """Return a duration such as `30m`, `24h` or `7d` in seconds, or None if it is not one."""
    found = _DURATION.fullmatch(text)
    return int(found[1]) * _UNITS_S[found[2]] if found else None


def unknown_keys(data: Mapping[str, Any], known: Iterator[str] | list[str], at: KeyPath) -> list[Problem]:
    """Name each key that is not known, with the nearest one that is."""
    valid = list(known)
    found = []
    for key in data:
        if key not in valid:
            near = difflib.get_close_matches(key, valid, n=1)
            hint = f'; did you mean "{near[0]}"?' if near else f"; known here: {', '.join(valid)}"
            found.append(Problem((*at, key), f"unknown key{hint}", passed_over=True))
    return found


def entry(shape: type[Value], data: Any, at: KeyPath) -> tuple[Value | None, list[Problem]]:
    """Build one value from a parsed table; None if it cannot be built. Unknown keys are told and passed over."""
    if not isinstance(data, dict):
        return None, [Problem(at, "must be a table")]
    keys = file_keys(shape)
    problems = unknown_keys(data, list(keys), at)
    fields: dict[str, Any] = {}
    for key, value in data.items():
        if key in keys:
            fields[keys[key]], found = _prepared(shape, keys[key], value, (*at, key))
            problems += found
    if not all(problem.passed_over for problem in problems):
        return None, problems
    try:
        return msgspec.convert(fields, shape, strict=True), problems
    except msgspec.ValidationError as error:
        return None, [*problems, _refusal(shape, str(error), at)]


def _prepared(shape: type[Value], field: str, value: Any, at: KeyPath) -> tuple[Any, list[Problem]]:
    """Turn what only TOML knows (durations, dates, nested tables) into what the shape expects."""
    if field.endswith("_s"):
        length = seconds(value) if isinstance(value, str) else None
        return length, [] if length is not None else [
            Problem(at, 'must be a duration such as "30m", "24h", "7d"')
        ]
    if nested := _nested(shape, field):
        return entry(nested, value, at)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        return value.isoformat(), []
    for number in value if isinstance(value, list) else [value]:
        if isinstance(number, int | Decimal) and not _sensible(number):
            return None, [Problem(at, "is too large, too fine or no number at all")]
    return value, []


def _sensible(number: int | Decimal) -> bool:
    """Whether JSON and every later sum can hold the number."""
    if isinstance(number, int):
        return -_INTEGER_MAX < number < _INTEGER_MAX
    return number.is_finite() and abs(number.adjusted()) < _DIGITS_MAX


def _nested(shape: type[Value], field: str) -> type[Value] | None:
    """Return the shape of a field that is itself a table, such as an alert's `below`."""
    for part in _parts(get_type_hints(shape)[field]):
        if isinstance(part, type) and issubclass(part, Value):
            return part
    return None


def _parts(hint: Any) -> Iterator[Any]:
    if get_origin(hint) is Literal or not get_args(hint):
        yield hint
    else:
        for part in get_args(hint):
            yield from _parts(part)


def _refusal(shape: type[Value], message: str, at: KeyPath) -> Problem:
    """Turn the library's message into a problem at the file's own key."""
    where = _WHERE.search(message)
    words = _WHERE.sub("", message)
    steps = [name or int(index) for name, index in _STEP.findall(where[1])] if where else []
    if not steps and words.partition(" ")[0] in shape.__struct_fields__:
        steps = [words.partition(" ")[0]]
    field = str(steps[0]) if steps else ""
    path = (*at, *steps)
    if missing := re.match(r"Object missing required field `(\w+)`", words):
        return Problem(path, f'needs the key "{missing[1].removesuffix("_s")}"')
    if words.startswith("Invalid enum value"):
        return Problem(
            path, f"{words.replace('Invalid enum value', 'unknown value')}; choose {_choices(shape, field)}"
        )
    return Problem(path, re.sub(r"`([^`]+)`", _plain, words))


def _plain(found: re.Match[str]) -> str:
    return " or ".join(_TYPES.get(part, part) for part in found[1].split(" | "))


def _choices(shape: type[Value], field: str) -> str:
    """List what a field of closed values accepts."""
    for part in _parts(get_type_hints(shape)[field]):
        if get_origin(part) is Literal:
            return ", ".join(get_args(part))
        if isinstance(part, type) and issubclass(part, StrEnum):
            return ", ".join(member.value for member in part)
    return "another"
