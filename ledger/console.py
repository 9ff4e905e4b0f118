"""What every command shares: its options, one JSON document out, tables, progress, and errors without tracebacks.

Results go to standard output, everything else to standard error.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from ledger.home import Home
from ledger.store.address import ENVIRONMENT


def _mend_streams() -> None:
    """Let output neither fail on a letter that the terminal cannot show nor on a stream that was closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115 - as long as the process
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class _Piped(Console):
    def on_broken_pipe(self) -> None:
        """Whoever read has read enough (`| head`): end as a program that got SIGPIPE does."""
        raise BrokenPipeError


_mend_streams()

PIPE_COLUMNS = 160
"""How wide tables are when standard output is no terminal."""

out = _Piped(soft_wrap=True, highlight=False, width=None if sys.stdout.isatty() else PIPE_COLUMNS)
err = _Piped(stderr=True, soft_wrap=True, highlight=False)

HomeOption = Annotated[
    Path, typer.Option("--home", envvar="SITLEDGER_HOME", help="The folder that holds config.toml and data/.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document.")]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", help="What the record held then: a position, an instant or a report id."),
]
SeenByOption = Annotated[
    str | None, typer.Option("--seen-by", help="What sources had shown by that instant.")
]
OnOption = Annotated[str | None, typer.Option("--on", help="The valid day, e.g. 2024-06-25.")]
HERE = Path()
_ENCODER = msgspec.json.Encoder(decimal_format="string")


def home_at(folder: Path) -> Home:
    """Return the home in a folder; its ledger is in the database that the environment names, if it names one."""
    return Home(folder.expanduser(), os.environ.get(ENVIRONMENT) or None)


def print_json(value: object) -> None:
    """Print one JSON document: whole numbers as integers, money as decimal strings, instants as RFC 3339."""
    sys.stdout.buffer.write(msgspec.json.format(_ENCODER.encode(value), indent=1) + b"\n")
    sys.stdout.flush()


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Return the message for a name that is none: the nearest one that is, or all of them."""
    names = sorted(set(known))
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(names)}"
    return f"there is no {what} {name!r}; {hint}"


def say(message: str) -> None:
    """Tell the user something that is not a result."""
    err.print(message, markup=False)


class Steps:
    """How far some long work is; `advance` it, or learn its `total` late."""

    def __init__(self, progress: Progress, total: int | None, label: str) -> None:
        self._progress = progress
        self._task = progress.add_task(label, total=total)

    def advance(self, steps: int = 1) -> None:
        """Note that so many steps were done."""
        self._progress.advance(self._task, steps)

    def total(self, total: int) -> None:
        """Note how many steps there are in all."""
        self._progress.update(self._task, total=total)


@contextmanager
def progress(label: str, total: int | None = None) -> Iterator[Steps]:
    """Show a progress bar on standard error while long work goes on; nothing when it is no terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=err,
        disable=not err.is_terminal,
    )
    with bar:
        yield Steps(bar, total, label)
