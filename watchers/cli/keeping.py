"""`sitledger drop` and `retain`: words that go for good, while what was recorded of them stays."""

from typing import Annotated

import typer

from ledger.application import Ledger
from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, out, print_json, say
from ledger.dropping import RETENTION, blobs_named, drop, retain
from ledger.errors import UsageError
from ledger.home import Home
from reports.search import forget_dropped


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    app.command("drop")(drop_words)
    app.command("retain")(retain_words)


def drop_words(
    names: Annotated[
        list[str],
        typer.Argument(metavar="BLOB|ITEM", help="A blob's SHA-256, or an item: its texts and documents."),
    ],
    why: Annotated[str, typer.Option("--why", help="The reason, recorded for good.")],
    by: Annotated[str, typer.Option("--by", help="Who decided it.")],
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Remove stored words for good; hashes and proofs stay, and reports print "quote withdrawn"."""
    if not why.strip() or not by.strip():
        raise UsageError("--why and --by are recorded for good; say both")
    if by == RETENTION:
        raise UsageError(f"{by!r} is what the program itself signs with; give a person's name")
    place = home_at(home)
    with place.open(system_clock, write=True) as ledger:
        wanted = tuple(dict.fromkeys(sha256 for name in names for sha256 in blobs_named(ledger, name)))
        dropped = drop(ledger, wanted, why=why, by=by)
        told = _told(place, ledger, dropped) | {
            "gone_before": [each for each in wanted if each not in dropped]
        }
    if json:
        print_json(told)
        return
    for sha256 in dropped:
        out.print(sha256)
    say(f"{len(dropped)} dropped; reports that were published keep the bytes they were published with")


def retain_words(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Drop the texts of items out of scope whose time is over; the daemon does so once a day."""
    place = home_at(home)
    with place.open(system_clock, write=True) as ledger:
        kept_s = ledger.configuration().retention.out_of_scope_s
        told = _told(place, ledger, retain(ledger, ledger.clock()))
    if json:
        print_json(told | {"out_of_scope_s": kept_s})
    elif not kept_s:
        say("texts of items out of scope are kept for good: [retention] out_of_scope is 0d")
    else:
        say(f"{len(told['dropped'])} texts and documents dropped, all older than {kept_s // 86_400} days")


def _told(home: Home, ledger: Ledger, dropped: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    if dropped:
        forget_dropped(home.data, ledger)
    return {"dropped": dropped}
