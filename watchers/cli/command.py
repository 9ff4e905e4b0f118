"""The one command: all parts' commands under one name, errors without tracebacks, exit codes kept."""

import sys
from importlib.metadata import version
from typing import Annotated

import typer

import ledger.cli
from ledger.console import err
from ledger.errors import SitledgerError
from reports import cli_replay, cli_report, cli_status
from watchers.cli import feeding, homes, running, taking

INTERRUPTED = 130
"""The exit code of a command that was stopped from the keyboard (128 + SIGINT)."""

app = typer.Typer(
    name="sitledger",
    help="Watch a developing situation, remember every report of it, and say what was known on any past day.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer hands the flag over so
    if wanted:
        typer.echo(f"sitledger {version('sitledger')}")
        raise typer.Exit


@app.callback()
def sitledger(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Watch a developing situation, remember every report of it, and say what was known on any past day."""


for part in (homes, running, feeding, taking, cli_status, ledger.cli, cli_replay, cli_report):
    part.register(app)


def main() -> None:
    """Run the command line; deliberate errors become one clear message and their exit code."""
    try:
        app()
    except SitledgerError as error:
        err.print(f"error: {error}", style="red", markup=False)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        err.print("stopped")
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
