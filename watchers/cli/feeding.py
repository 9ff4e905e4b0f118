"""`sitledger poll` and `feeds`: one round over what is due, and the list of what is watched."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.table import Table

from ledger.application import Ledger
from ledger.clocks import system_clock
from ledger.configuration import Feed
from ledger.console import HERE, HomeOption, JsonOption, home_at, out, print_json, say
from ledger.errors import SourceError, UsageError
from ledger.home import Home
from ledger.store.ownership import exclusive
from watchers.feedtable import FeedTable
from watchers.homes import add_feed, open_configured
from watchers.poll import PollOutcome, poll_due
from watchers.trial import Trial, try_feed
from watchers.wiring import desk_of, watch_over


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    feeds = typer.Typer(help="The feeds that are watched.", no_args_is_help=True)
    feeds.command("list")(list_feeds)
    feeds.command("add")(add)
    feeds.command("test")(try_address)
    app.command("poll")(poll)
    app.add_typer(feeds, name="feeds")


def poll(
    home: HomeOption = HERE,
    feed: Annotated[
        list[str] | None, typer.Option("--feed", help="Only this feed; may be given again.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Also feeds that are not due yet.")] = False,
    json: JsonOption = False,
) -> None:
    """Poll once every feed that is due."""
    place = home_at(home)
    with open_configured(place, system_clock) as ledger:
        refuse_demo(ledger)
        with exclusive(place.ledger):
            outcomes = asyncio.run(_round(place, ledger, feed, force=force, now=system_clock()))
    if json:
        print_json({"polls": outcomes})
    else:
        _print_outcomes(outcomes)
    if outcomes and all(outcome.outcome in {"failed", "gone"} for outcome in outcomes):
        raise SourceError(
            "no feed could be read; the failures are recorded, and each will be tried again when it is due"
        )


def list_feeds(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """List the feeds of the configuration with their health and next poll."""
    place = home_at(home)
    with place.open(system_clock) as ledger, FeedTable(place.data / "watch.sqlite3") as table:
        rows = [_feed_row(feed, table) for feed in ledger.configuration().feeds]
    if json:
        print_json({"feeds": rows})
        return
    table_out = Table("feed", "source", "health", "next poll", "why", box=None, header_style="bold")
    for row in rows:
        cells = (row["feed"], row["source"], row["health"], row["next_at"] or "", row["reason"])
        table_out.add_row(*(str(cell) for cell in cells))
    out.print(table_out)


def add(
    name: Annotated[str, typer.Argument(help="A short name of your choice.")],
    url: Annotated[str, typer.Argument(help="The feed's address.")],
    source: Annotated[
        str, typer.Option("--source", help="The publisher, as in [[source]]; default: the name.")
    ] = "",
    grade: Annotated[str, typer.Option("--grade", help="Admiralty letter A to F for a new source.")] = "F",
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Write a feed into config.toml and record it; the file is checked first and left alone if it would not hold."""
    place = home_at(home)
    with open_configured(place, system_clock) as ledger:
        refuse_demo(ledger)
        feed = add_feed(place, ledger, Feed(name=name, url=url, source=source or name), grade)
    if json:
        print_json(feed)
    else:
        say(f"Added {feed.name} to {place.config}. Try it with: sitledger poll --feed {feed.name}")


def try_address(
    url: Annotated[str, typer.Argument(metavar="URL", help="The feed's address.")],
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Fetch an address once and show what would be recorded; nothing is."""
    if not url.startswith(("http://", "https://")):
        raise UsageError(f"{url!r} is not an http(s) address")
    with home_at(home).open(system_clock) as ledger:
        trial = asyncio.run(try_feed(desk_of(ledger), url, system_clock()))
    if json:
        print_json(trial)
    else:
        _print_trial(trial)


def refuse_demo(ledger: Ledger) -> None:
    """Refuse to mix the live web into a ledger on a virtual clock (UsageError)."""
    if ledger.is_virtual:
        raise UsageError(
            "this is a demo ledger on a virtual clock; make your own home with `sitledger init --home DIR`"
        )


async def _round(
    home: Home, ledger: Ledger, only: Sequence[str] | None, *, force: bool, now: datetime
) -> tuple[PollOutcome, ...]:
    async with watch_over(home, ledger) as watch:
        return await poll_due(watch, now, only=only or None, force=force)


def _print_outcomes(outcomes: Sequence[PollOutcome]) -> None:
    if not outcomes:
        say("No feed is due; `sitledger feeds list` shows when each one is, `--force` polls all the same.")
        return
    table = Table(
        "feed",
        "outcome",
        "status",
        "new",
        "revised",
        "seen",
        "next poll",
        "reason",
        box=None,
        header_style="bold",
    )
    for each in outcomes:
        due = f"{each.next_at:%Y-%m-%d %H:%M}" if each.next_at else "never"
        counts = (str(each.new), str(each.revised), str(each.seen))
        table.add_row(each.feed, each.outcome, str(each.status or ""), *counts, due, each.reason)
    out.print(table)


def _feed_row(feed: Feed, table: FeedTable) -> dict[str, object]:
    state = table.state(feed.name, feed.url)
    watched = feed.enabled and feed.kind == "feed"
    return {
        "feed": feed.name,
        "source": feed.source,
        "url": feed.url,
        "kind": feed.kind,
        "enabled": feed.enabled,
        "health": state.health if watched else "off",
        "failures": state.failures,
        "next_at": state.next_at,
        "reason": state.reason if watched else "not polled",
    }


def _print_trial(trial: Trial) -> None:
    say(
        f"{trial.url}: HTTP {trial.status}, {trial.bytes:,} bytes, {len(trial.items)} items"
        + (f", degraded: {trial.degraded}" if trial.degraded else "")
    )
    table = Table("published", "in scope", "title", "would propose", box=None, header_style="bold")
    for item in trial.items:
        table.add_row(
            item.published or "", "yes" if item.in_scope else "", item.title, ", ".join(item.proposals)
        )
    out.print(table)
