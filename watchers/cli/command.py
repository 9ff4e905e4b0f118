"""The one command: all parts' commands under one name, errors without tracebacks, exit codes kept."""

import errno
import os
import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, NoReturn

import typer

from ledger.console import err
from ledger.errors import LedgerError, SitledgerError

BROKEN_PIPE = 141
"""The exit code of a command whose reader went away (128 + SIGPIPE)."""

INTERRUPTED = 130
"""The exit code of a command that was stopped from the keyboard (128 + SIGINT)."""

PARTS = {
    "watchers.cli.homes": ("init", "config"),
    "watchers.cli.running": ("demo", "run"),
    "watchers.cli.feeding": ("poll", "feeds"),
    "watchers.cli.taking": ("add", "import", "items", "extract"),
    "reports.cli_status": ("status", "timeline"),
    "ledger.cli": ("log", "show"),
    "ledger.cli_audit": ("verify", "checkpoint", "keys", "prove"),
    "reports.cli_replay": ("replay",),
    "reports.cli_times": ("diff", "history", "find"),
    "watchers.cli.keeping": ("drop", "retain"),
    "reports.cli_report": ("report",),
    "ledger.cli_store": ("backup", "restore", "copy", "db", "export"),
}
"""Where each command lives. Only the part that is called is imported: `log` starts in half the time of all."""


def application(command: str | None = None) -> typer.Typer:
    """Return the command line: the part that one command needs, or all of it."""
    app = typer.Typer(
        name="sitledger",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(sitledger)
    wanted = [part for part, commands in PARTS.items() if command in commands] or list(PARTS)
    for part in wanted:
        import_module(part).register(app)
    return app


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over so
    if wanted:
        typer.echo(f"sitledger {version('sitledger')}")
        raise typer.Exit


def sitledger(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch a developing situation, remember every report of it, and say what was known on any past day."""


def main() -> None:
    """Run the command line; whatever goes wrong outside the program becomes one clear message and an exit code."""
    command = next((argument for argument in sys.argv[1:] if not argument.startswith("-")), None)
    try:
        application(command)()
    except SitledgerError as error:
        _fail(str(error), error.exit_code)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(BROKEN_PIPE)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        _fail(
            f"{error.filename or 'output'}: {error.strerror or error}", LedgerError.exit_code if full else 2
        )
    except UnicodeError as error:
        _fail(f"an argument or file is not UTF-8 text: {error}", 2)
    except KeyboardInterrupt:
        _fail("stopped", INTERRUPTED)


def _fail(message: str, code: int) -> NoReturn:
    err.print(f"error: {message}", style="red", markup=False)
    sys.exit(code)


if __name__ == "__main__":
    main()
