"""docs/configuration.md says every table and key that `config.toml` accepts, with type and default, and no other."""

import re
from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from ledger.configuration import Against
from ledger.values import Value
from watchers.config import read
from watchers.config_tables import TABLES, Table, file_keys

REFERENCE = Path(__file__).parents[2] / "docs" / "configuration.md"
PLAIN = {str: "text", int: "whole number", Decimal: "number", float: "number", bool: "true or false"}
UNITS_S = (("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1))


def sections() -> dict[str, str]:
    """Return the text under each heading of the reference that names a table."""
    text = REFERENCE.read_text(encoding="utf-8")
    parts = re.split(r"^##+ (.+)$", text, flags=re.MULTILINE)
    return {
        heading.replace("`", "").strip(): body for heading, body in zip(parts[1::2], parts[2::2], strict=True)
    }


def documented(body: str) -> list[tuple[str, str, str]]:
    """Return key, type and default of every row of a section's table."""
    return [
        (cells[0].strip("` "), cells[1].strip(), cells[2].strip())
        for cells in (row.strip().strip("|").split("|") for row in body.splitlines() if row.startswith("| `"))
    ]


def accepted(shape: type[Value]) -> Iterator[tuple[str, str, str]]:
    """Yield key, type and default of every key that the shape accepts."""
    hints = get_type_hints(shape)
    fields = {field.name: field for field in msgspec.structs.fields(shape)}
    for key, name in file_keys(shape).items():
        default = "needed" if fields[name].required else written(fields[name].default)
        if name.endswith("_s"):
            yield key, "duration", duration(fields[name].default) if default[0].isdigit() else default
        else:
            yield key, typed(hints[name]), default


def typed(hint: Any) -> str:
    """Say a type as the user writes it."""
    if get_origin(hint) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return f"list of {typed(get_args(hint)[0])}".replace("number", "numbers")
    parts = [part for part in get_args(hint) if part is not type(None)] or [hint]
    if isinstance(parts[0], type) and issubclass(parts[0], StrEnum):
        return ", ".join(f"`{member.value}`" for member in parts[0])
    if isinstance(parts[0], type) and issubclass(parts[0], Value):
        return "table"
    return PLAIN[parts[0]]


def written(default: Any) -> str:
    """Say a default as the file would have it; what is left out is a dash."""
    match default:
        case None | ():
            return "–"
        case bool():
            return f"`{str(default).lower()}`"
        case str():
            return f'`"{default}"`'
        case tuple():
            return f"`{list(default)}`".replace("'", '"')
        case _:
            return f"{default}"


def duration(length_s: float) -> str:
    """Say a length in the largest unit that fits."""
    unit, size = next((unit, size) for unit, size in UNITS_S if length_s % size == 0)
    return f'`"{int(length_s) // size}{unit}"`'


def heading(table: Table) -> str:
    """Return the heading under which a table stands."""
    return f"[{table.key}]" if table.identity is None else f"[[{table.key}]]"


@pytest.mark.parametrize("table", TABLES, ids=heading)
def test_every_key_of_a_table_is_documented_with_type_and_default(table: Table) -> None:
    """The reference has exactly the keys that the reader accepts, in the same order, and tells the truth of them."""
    assert documented(sections()[heading(table)]) == list(accepted(table.shape))


def test_the_levels_of_a_threshold_are_documented() -> None:
    """What stands inside `below` and `above` has its own table."""
    assert documented(sections()["below and above"]) == list(accepted(Against))


def test_no_table_is_documented_that_the_file_does_not_accept() -> None:
    """Every heading in brackets is a table of the file, in the order of the reader."""
    assert [name for name in sections() if name.startswith("[")] == [heading(table) for table in TABLES]


def test_the_examples_of_the_reference_are_read() -> None:
    """The complete example at the top is a configuration that works as it stands."""
    example = re.findall(r"```toml\n(.*?)```", REFERENCE.read_text(encoding="utf-8"), flags=re.DOTALL)[0]
    assert read(example, "docs/configuration.md").feeds
