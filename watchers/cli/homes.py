"""`sitledger init` and `config check`: make a home, and check what its configuration says."""

from importlib import resources
from importlib.metadata import version
from pathlib import Path

import typer

from ledger.application import Ledger
from ledger.clocks import Clock, system_clock
from ledger.configuration import Configuration, Feed
from ledger.console import HERE, HomeOption, JsonOption, home_at, print_json, say
from ledger.envelope import NewEvent
from ledger.errors import NotFound, UsageError
from ledger.events import FeedAdded, FeedRemoved
from ledger.home import Home
from watchers.config import load

PROGRAM = f"sitledger {version('sitledger')}"


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    config = typer.Typer(help="The configuration.", no_args_is_help=True)
    config.command("check")(check)
    app.command("init")(init)
    app.add_typer(config, name="config")


def init(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Make a home: write a config.toml if there is none, and create the ledger."""
    place = home_at(home)
    if place.ledger.exists():
        raise UsageError(f"{place.folder} has a ledger already ({place.ledger}); it is never overwritten")
    place.folder.mkdir(parents=True, exist_ok=True)
    wrote = not place.config.exists()
    if wrote:
        place.config.write_text(shipped_config(), encoding="utf-8")
    configuration = load(place.config)
    with Ledger.create(place.data, clock=system_clock, program=PROGRAM) as ledger:
        take_over(ledger, configuration)
        made = {
            "home": str(place.folder),
            "config": str(place.config),
            "position": ledger.head,
            "wrote_config": wrote,
        }
    if json:
        print_json(made)
        return
    say(f"{'Wrote' if wrote else 'Kept'} {place.config} and made a ledger for {configuration.mission.name}.")
    say(
        f"It watches {len(configuration.feeds)} feeds. Next: sitledger poll (one round) or sitledger run (the daemon)."
    )


def check(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Check config.toml without recording anything."""
    configuration = load(home_at(home).config)
    counts = {
        name: len(getattr(configuration, name))
        for name in ("feeds", "sources", "names", "indicators", "deadlines", "cases", "questions", "alerts")
    }
    if json:
        print_json({"ok": True, "mission": configuration.mission.id, **counts})
        return
    say(
        f"ok: {configuration.mission.name}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    )


def shipped_config() -> str:
    """Return the configuration that ships with the product: beside the package, or at the root of a checkout."""
    packaged = resources.files("watchers").joinpath("config.toml")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[2] / "config.toml").read_text(encoding="utf-8")


def open_configured(home: Home, clock: Clock) -> Ledger:
    """Open a ledger for writing and record the configuration file if it changed.

    A ledger on a virtual clock keeps the configuration it was made with when its home has no file.
    """
    ledger = home.open(clock, write=True)
    if home.config.exists():
        take_over(ledger, load(home.config))
    elif not ledger.is_virtual:
        ledger.close()
        raise NotFound(f"{home.config} is missing; `sitledger init` writes one into a new home")
    return ledger


def take_over(ledger: Ledger, configuration: Configuration) -> None:
    """Record a configuration and the feeds it adds and removes."""
    known = watched(ledger)
    ledger.configure(configuration, actor="config.toml")
    wanted = {feed.name: feed for feed in configuration.feeds}
    added = [_added(feed) for name, feed in wanted.items() if name not in known or known[name] != feed.url]
    removed = [
        FeedRemoved(feed=name) for name, url in known.items() if name not in wanted and url is not None
    ]
    events: list[FeedAdded | FeedRemoved] = [*added, *removed]
    ledger.record(NewEvent(event=event, actor="config.toml") for event in events)


def watched(ledger: Ledger) -> dict[str, str | None]:
    """Return the feeds now in the ledger with their addresses; back-filled ones have none."""
    feeds: dict[str, str | None] = {}
    for recorded in ledger.of_type(FeedAdded, FeedRemoved):
        if isinstance(recorded.event, FeedAdded):
            feeds[recorded.event.feed] = recorded.event.url
        elif isinstance(recorded.event, FeedRemoved):
            feeds.pop(recorded.event.feed, None)
    return feeds


def _added(feed: Feed) -> FeedAdded:
    return FeedAdded(feed=feed.name, source=feed.source, url=feed.url, kind=feed.kind)
