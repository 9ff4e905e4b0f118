"""The command reference is checked against the commands themselves."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from watchers.cli.command import PARTS, application

REFERENCE = Path(__file__).parents[2] / "docs" / "cli.md"


def commands(command: Any, name: str = "sitledger") -> Iterator[tuple[str, Any]]:
    children = getattr(command, "commands", None)
    if children is None:
        yield name, command
        return
    for child, inner in children.items():
        yield from commands(inner, f"{name} {child}")


def sections() -> dict[str, str]:
    text = REFERENCE.read_text(encoding="utf-8")
    parts = re.split(r"^### `(sitledger [^`]*?)`$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_reference_documents_every_command_and_no_other() -> None:
    """A command exists exactly if the reference has a section for it."""
    assert set(sections()) == {name for name, _ in commands(typer.main.get_command(application()))}


def test_the_reference_documents_every_option() -> None:
    """Every option and argument of every command is named in its section."""
    documented = sections()
    for name, command in commands(typer.main.get_command(application())):
        for parameter in command.params:
            for spelling in parameter.opts if parameter.param_type_name == "option" else [parameter.name]:
                if spelling != "--help":
                    wanted = spelling if spelling.startswith("-") else (parameter.metavar or spelling.upper())
                    assert f"`{wanted}" in documented[name], f"{name}: {wanted}"


def test_every_command_says_what_it_does() -> None:
    """`--help` is never empty."""
    for name, command in commands(typer.main.get_command(application())):
        assert command.help, name


def test_each_command_lives_where_the_table_of_parts_says() -> None:
    """Importing one part gives exactly the commands that are promised of it."""
    for promised in PARTS.values():
        for name in promised:
            assert set(typer.main.get_command(application(name)).commands) == set(promised)
