"""`sitledger diff`, `history` and `find`: two moments compared, every version of a thing, and full-text search."""

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ledger.clocks import system_clock
from ledger.console import HERE, AsOfOption, HomeOption, JsonOption, OnOption, home_at, out, print_json, say
from ledger.errors import UsageError
from ledger.moments import resolve
from reports.checkpoints import Checkpoints
from reports.difference import Difference, Turn, difference
from reports.history import ClaimVersion, History, ItemEdition
from reports.history import history as history_of
from reports.look import look
from reports.search import FILE, Hit, SearchIndex
from reports.weekly_words import plain


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    app.command("diff")(diff)
    app.command("history")(history)
    app.command("find")(find)


def diff(
    before: Annotated[
        str, typer.Argument(metavar="A", help="The earlier moment: a position, an instant or a report id.")
    ],
    after: Annotated[str, typer.Argument(metavar="B", help="The later moment, likewise.")],
    home: HomeOption = HERE,
    seen_by: Annotated[
        list[str] | None,
        typer.Option(help="What sources had shown by that instant, for both; given twice, for A and for B."),
    ] = None,
    on: OnOption = None,
    json: JsonOption = False,
) -> None:
    """Show what differs between two moments: facts, key figures, disputes, dates ahead and alerts."""
    seen = seen_by or []
    if len(seen) > len(("A", "B")):
        raise UsageError("--seen-by is for both moments, or given twice: first for A, then for B")
    place = home_at(home)
    with place.open(system_clock) as ledger:
        desks = Checkpoints(place.data, ledger)
        one = look(ledger, as_of=before, seen_by=seen[0] if seen else None, on=on, desks=desks)
        other = look(ledger, as_of=after, seen_by=seen[-1] if seen else None, on=on, desks=desks)
        found = difference(one, other)
    if json:
        print_json(found)
    else:
        _print_difference(found)


def history(
    identifier: Annotated[
        str, typer.Argument(metavar="DEVELOPMENT", help="A development's id, or an item's.")
    ],
    home: HomeOption = HERE,
    as_of: AsOfOption = None,
    json: JsonOption = False,
) -> None:
    """Show every version of a development: who recorded it, when and why, and what its publisher changed."""
    place = home_at(home)
    with place.open(system_clock) as ledger:
        seen = look(ledger, as_of=as_of, desks=Checkpoints(place.data, ledger))
        found = history_of(ledger, seen.desk, identifier)
    if json:
        print_json(found)
    else:
        _print_history(found)


def find(
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT", help='Words, all of them wanted; "in quotes" together, arriv* a start.'
        ),
    ],
    home: HomeOption = HERE,
    as_of: AsOfOption = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many, the best; 0 for all.")] = 20,
    json: JsonOption = False,
) -> None:
    """Search what items say and what developments state, without regard to case and accents."""
    place = home_at(home)
    with place.open(system_clock) as ledger:
        position = resolve(ledger, as_of=as_of).position
        index = SearchIndex(place.data / FILE)
        try:
            index.follow(ledger)
            total, hits = index.find(text, until=position, limit=limit)
        finally:
            index.close()
    if json:
        print_json({"query": text, "position": position, "matches": total, "list": hits})
    else:
        _print_hits(total, hits)


# --- for people -------------------------------------------------------------------------------------------------


def _print_difference(found: Difference) -> None:
    for end in (found.before, found.after):
        out.print(f"position {end.position}  as of {end.as_of:%Y-%m-%d %H:%M} UTC  on {end.on}", style="dim")
    if found.empty:
        say("Nothing that is shown differs.")
    for tile in found.indicators:
        out.print(f"key figure  {tile.label}: {plain(tile.old)} → {plain(tile.new)}", markup=False)
    for fact in found.facts:
        figures = f" [{fact.old} → {fact.new}]" if fact.old and fact.new and fact.old != fact.new else ""
        out.print(f"{fact.change:10}  {plain(fact.sentence)} ({plain(fact.source)}){figures}", markup=False)
    for name, turns in (("dispute", found.disputes), ("date", found.deadlines), ("alert", found.alerts)):
        for turn in turns:
            out.print(f"{name:10}  {plain(turn.label)}: {_turned(turn)}", markup=False)
    out.print(f"{len(found.developments)} developments recorded in between")


def _turned(turn: Turn) -> str:
    if turn.change == "gone":
        return f"no longer ({plain(turn.old or '')})"
    return plain(turn.new or "") if turn.change == "new" else plain(f"{turn.old} → {turn.new}")


def _print_history(found: History) -> None:
    for version in found.versions:
        _print_version(version)
    for act in found.acts:
        out.print(f"{act.position}  {act.recorded_at:%Y-%m-%d %H:%M}  {act.who}: {act.what}", markup=False)
    if found.item:
        out.print(f"\n{found.item} on {found.feed}: {plain(found.link or '')}", style="bold", markup=False)
    for edition in found.revisions:
        _print_edition(edition)


def _print_version(version: ClaimVersion) -> None:
    out.print(Text(f"{version.development}  {plain(version.sentence)}", style="bold"))
    out.print(
        f"    recorded {version.recorded_at:%Y-%m-%d %H:%M:%S} at position {version.position} by {version.who}: "
        f"{version.how}",
        markup=False,
    )
    out.print(
        f"    {plain(version.source)}, grade {version.grade}: “{plain(version.quote or '')}”", markup=False
    )
    counts = "counts" if version.admitted else "does not count"
    out.print(f"    {version.standing}; {counts}: {version.why}", markup=False)


def _print_edition(edition: ItemEdition) -> None:
    seen = edition.observed_at or edition.recorded_at
    back = ", back to an earlier text" if edition.reverted else ""
    out.print(f"version {edition.version}  {seen:%Y-%m-%d %H:%M}  {plain(edition.title)}{back}", markup=False)
    for change in edition.changes:
        for old, new in change.words:
            out.print(f"    {change.field}: - {plain(old or '')}", markup=False)
            out.print(f"    {' ' * len(change.field)}  + {plain(new or '')}", markup=False)


def _print_hits(total: int, hits: tuple[Hit, ...]) -> None:
    table = Table("What", "Id", "Recorded", "Title", "Where", box=None, header_style="bold", pad_edge=False)
    for hit in hits:
        kind = f"{hit.kind} v{hit.version}" if hit.kind == "item" and hit.version != 1 else hit.kind
        words = (Text(plain(words)) for words in (hit.title, hit.snippet))
        table.add_row(kind, hit.id, f"{hit.recorded_at:%Y-%m-%d}", *words)
    out.print(table)
    say(f"{total} found" + (f", the best {len(hits)} shown" if len(hits) < total else ""))
