"""`sitledger run` and `demo`: the daemon, and the worked example."""

import asyncio
import logging
import sys
from importlib import resources
from pathlib import Path
from typing import Annotated

import structlog
import typer
from rich.console import Console

from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, err, home_at, out, print_json, progress, say
from ledger.errors import UsageError
from ledger.home import Home
from reports.cli_status import status as show_status
from watchers.cli.feeding import refuse_demo
from watchers.daemon import watch_and_serve
from watchers.demo.play import Played, play
from watchers.homes import open_configured

DEMO_HOME = Path("sitledger-demo")
_SHARES = 1_000


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    app.command("run")(run)
    app.command("demo")(demo)


def run(home: HomeOption = HERE) -> None:
    """Run the daemon: poll, alert, deliver, report, until it is stopped (Ctrl-C or SIGTERM)."""
    configure_logging()
    place = home_at(home)
    with open_configured(place, system_clock) as ledger:
        refuse_demo(ledger)
        asyncio.run(watch_and_serve(place, ledger, system_clock, err))


def demo(
    home: Annotated[
        Path, typer.Option("--home", envvar="SITLEDGER_HOME", help="Where to make it.")
    ] = DEMO_HOME,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the desk afterwards.")] = False,
    json: JsonOption = False,
) -> None:
    """Live through ten months of the worked example, offline, in under a minute."""
    if serve:
        raise UsageError("there is no desk to serve yet; run the demo without --serve and open its reports")
    place = home_at(home)
    if place.database:
        raise UsageError("the demo keeps its ledger in its own folder; unset SITLEDGER_DATABASE first")
    if place.has_ledger:
        shown_by = f"sitledger status --home {place.folder}"
        raise UsageError(f"the demo is there already, `{shown_by}` shows it; or name another --home")
    place.folder.mkdir(parents=True, exist_ok=True)
    with progress("October 2023 to July 2024", total=_SHARES) as steps:
        shown = 0.0

        def advance(share: float) -> None:
            nonlocal shown
            before, shown = int(shown * _SHARES), shown + share
            steps.advance(int(shown * _SHARES) - before)

        with (place.folder / "alerts.txt").open("w", encoding="utf-8") as rang:
            played = asyncio.run(play(place, Console(file=rang), advance))
    if json:
        print_json({"home": str(place.folder), "played": played})
        return
    show_status(place.folder)
    _print_what_to_try(place, played)


def configure_logging() -> None:
    """Log one line an event to standard error: JSON unless it is a terminal."""
    interactive = sys.stderr.isatty()
    renderer = structlog.dev.ConsoleRenderer() if interactive else structlog.processors.JSONRenderer()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )


def _print_what_to_try(home: Home, played: Played) -> None:
    say(
        f"\nLived through ten months: {played.polls:,} polls, {played.items} items, {played.alerts} alerts, "
        f"{played.reports} weekly reports, {played.position:,} events."
    )
    latest = max(home.reports.glob("*.html"))
    out.print(f"\nRead the last weekly report:\n  {latest.resolve()}\n", markup=False)
    hints = resources.files("watchers.demo").joinpath("try.txt").read_text(encoding="utf-8")
    out.print(hints.format(at=f"--home {home.folder}", report=latest.stem), markup=False)
