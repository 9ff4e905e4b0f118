"""A home's configuration and its ledger, kept in step: what the file says is recorded before anything is written."""

from importlib import resources
from importlib.metadata import version
from pathlib import Path

import msgspec

from ledger.application import Ledger
from ledger.clocks import Clock
from ledger.configuration import Configuration, Feed
from ledger.envelope import NewEvent
from ledger.errors import NotFound
from ledger.events import FeedAdded, FeedRemoved
from ledger.home import Home
from watchers.config import load, read

PROGRAM = f"sitledger {version('sitledger')}"
"""What opened a ledger or started a watch, as events name it."""


def shipped_config() -> str:
    """Return the configuration that ships with the product: beside the package, or at the root of a checkout."""
    packaged = resources.files("watchers").joinpath("config.toml")
    if packaged.is_file():
        return packaged.read_text(encoding="utf-8")
    return (Path(__file__).parents[1] / "config.toml").read_text(encoding="utf-8")


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


def add_feed(home: Home, ledger: Ledger, feed: Feed, grade: str) -> Feed:
    """Write a feed, and its source if it is new, at the end of config.toml, and record both.

    The new text is checked as a whole before the file is replaced (ConfigurationError, and nothing changed).
    """
    text = home.config.read_text(encoding="utf-8").rstrip() + "\n"
    if feed.source not in {source.name for source in ledger.configuration().sources}:
        text += f"\n[[source]]\nname = {_quoted(feed.source)}\ngrade = {_quoted(grade)}\n"
    text += f"\n[[feed]]\nname = {_quoted(feed.name)}\nsource = {_quoted(feed.source)}\nurl = {_quoted(feed.url or '')}\n"
    configuration = read(text, home.config)
    draft = home.config.with_suffix(".toml.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(home.config)
    take_over(ledger, configuration)
    added = configuration.feed(feed.name)
    assert added is not None
    return added


def _quoted(text: str) -> str:
    """Return a TOML basic string; JSON's escapes are a subset of TOML's."""
    return msgspec.json.encode(text).decode()
