"""`sitledger status` and `sitledger timeline`."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ledger.clocks import system_clock
from ledger.codebook import Codebook
from ledger.console import (
    HERE,
    AsOfOption,
    HomeOption,
    JsonOption,
    OnOption,
    SeenByOption,
    home_at,
    out,
    print_json,
    unknown,
)
from ledger.errors import UsageError
from ledger.moments import parse_day
from reports.alerts.standing import at_present
from reports.checkpoints import Checkpoints
from reports.look import look
from reports.status import ClaimView, DisputeView, IndicatorView, StatusView
from reports.status import status as status_of
from reports.timeline import Filter, Row
from reports.timeline import timeline as timeline_of
from reports.weekly_words import figure_text, plain

OPEN_STATES = ("due", "overdue")


def register(app: typer.Typer) -> None:
    """Add the commands that show the desk to the one command."""
    app.command("status")(status)
    app.command("timeline")(timeline)


def status(
    home: HomeOption = HERE,
    as_of: AsOfOption = None,
    seen_by: SeenByOption = None,
    on: OnOption = None,
    json: JsonOption = False,
) -> None:
    """Show the key figures, dates ahead, disputes, alerts and coverage, now or at any past moment."""
    place = home_at(home)
    with place.open(system_clock) as ledger:
        desks = Checkpoints(place.data, ledger)
        seen = look(ledger, as_of=as_of, seen_by=seen_by, on=on, desks=desks)
        view = status_of(seen.desk, now=seen.now, on=seen.on, root=seen.root, text=ledger.text)
        then = datetime.combine(seen.on, seen.now.timetz())
        present = at_present(seen.desk, then)
    alerts = tuple(replace(alert, now=present.get(alert.id)) for alert in view.alerts)
    view = replace(view, position=seen.moment.position, alerts=alerts)
    if json:
        print_json(view)
    else:
        _print_status(view)


def timeline(
    home: HomeOption = HERE,
    actor: Annotated[str | None, typer.Option(help="Who did it: a name or a country.")] = None,
    kind: Annotated[str | None, typer.Option(help="A kind of the code book, e.g. movement.")] = None,
    track: Annotated[str | None, typer.Option(help="A track of the code book, e.g. funding.")] = None,
    since: Annotated[str | None, typer.Option(help="The first valid day, e.g. 2024-06-01.")] = None,
    source: Annotated[str | None, typer.Option(help="A source, or an origin such as an agency.")] = None,
    as_of: AsOfOption = None,
    seen_by: SeenByOption = None,
    on: OnOption = None,
    limit: Annotated[int, typer.Option(min=0, help="At most so many lines, the latest; 0 for all.")] = 0,
    json: JsonOption = False,
) -> None:
    """List what happened, in order of the day it happened on."""
    wanted = Filter(
        actor=actor, kind=kind, track=track, source=source, since=parse_day(since) if since else None
    )
    place = home_at(home)
    with place.open(system_clock) as ledger:
        desks = Checkpoints(place.data, ledger)
        seen = look(ledger, as_of=as_of, seen_by=seen_by, on=on, desks=desks)
        _check(wanted, seen.desk.codebook)
        rows = timeline_of(seen.desk, wanted, now=seen.now, on=seen.on, text=ledger.text)
    rows = rows[-limit:] if limit else rows
    if json:
        print_json({"position": seen.moment.position, "as_of": seen.now, "developments": rows})
    else:
        _print_timeline(rows)


def _check(wanted: Filter, book: Codebook) -> None:
    kinds, tracks = [each.name for each in book.kinds], [each.name for each in book.tracks]
    if wanted.kind is not None and wanted.kind not in kinds:
        raise UsageError(unknown("kind", wanted.kind, kinds))
    if wanted.track is not None and wanted.track not in tracks:
        raise UsageError(unknown("track", wanted.track, tracks))


# --- for people -----------------------------------------------------------------------------------------------


def _print_status(view: StatusView) -> None:
    clock = "  virtual clock" if view.virtual else ""
    out.print(f"position {view.position}  as of {view.as_of:%Y-%m-%d %H:%M} UTC  on {view.on}{clock}")
    out.print(f"root {view.root}", style="dim")
    _print_tiles(view.indicators)
    _print_deadlines(view)
    _print_disputes(view.disputes)
    for alert in view.alerts:
        present = f"; at present {plain(alert.now)}" if alert.now else ""
        said = f"{plain(alert.summary)}  ({alert.rule}, raised {alert.raised_at:%Y-%m-%d}{present})"
        out.print(f"{alert.severity}: {said}", style="yellow", markup=False)
    coverage = view.coverage
    out.print(
        f"\nread {coverage.items} items, {coverage.in_scope} in scope, {coverage.coded} with a development, "
        f"{coverage.nothing} in scope with none; feeds failing {len(coverage.failing)}, "
        f"silent {len(coverage.silent)}; gaps {len(coverage.gaps)}"
    )


def _print_tiles(tiles: tuple[IndicatorView, ...]) -> None:
    table = _table("Key figure", "", "Held on", "Source", "Grade", "Since then")
    for tile in tiles:
        lead = next((claim for claim in tile.claims if claim.admitted), None)
        figure = Text(_figure(tile), style="dim" if tile.stale or lead is None else "bold")
        if tile.disputed:
            figure.append("  disputed", style="red")
        table.add_row(
            Text(tile.label),
            figure,
            str(tile.since or ""),
            Text(_voices(tile)),
            lead.grade if lead else "",
            Text("; ".join(flow.sentence for flow in tile.flows[-2:])),
        )
    out.print(table)


def _figure(tile: IndicatorView) -> str:
    if tile.note or tile.low is None or tile.high is None:
        expected = f"; expected: {tile.expected[-1].sentence}" if tile.expected else ""
        return f"{tile.note}{expected}"
    return figure_text(Decimal(tile.low), Decimal(tile.high), tile.unit)


def _voices(tile: IndicatorView) -> str:
    admitted = [claim for claim in tile.claims if claim.admitted]
    return ", ".join(dict.fromkeys(f"{plain(claim.source)}{_dagger(claim)}" for claim in admitted))


def _dagger(claim: ClaimView) -> str:
    return " †" if claim.attested else ""


def _print_deadlines(view: StatusView) -> None:
    table = _table("Date ahead", "Until", "Days", "State", "Source")
    for due in view.deadlines:
        if due.state in OPEN_STATES:
            days = "" if due.days_left is None else str(due.days_left)
            style = "red" if due.overdue else ""
            label = f"{due.label} — {due.note}" if due.note else due.label
            table.add_row(
                Text(plain(label)),
                due.until or "no date",
                days,
                Text(due.state, style=style),
                plain(due.source),
            )
    if table.row_count:
        out.print(table)


def _print_disputes(disputes: tuple[DisputeView, ...]) -> None:
    table = _table("Disputed", "Range", "Why")
    for dispute in disputes:
        figure = ""
        if dispute.low is not None and dispute.high is not None:
            figure = figure_text(Decimal(dispute.low), Decimal(dispute.high), dispute.unit or "")
        table.add_row(Text(plain(dispute.fact)), figure, Text(plain(dispute.why)))
    if table.row_count:
        out.print(table)


def _print_timeline(rows: tuple[Row, ...]) -> None:
    table = _table("Date", "What", "Source", "Origins", "Grade", "Tier", "Id")
    for row in rows:
        mark = " †" if row.attested else ""
        edited = " (source edited)" if row.edited else ""
        table.add_row(
            Text(row.occurred or f"? said {plain(row.published or 'undated')}"),
            Text(plain(row.sentence) + edited),
            Text(plain(row.source) + mark),
            str(row.origins),
            row.grade,
            row.tier,
            Text(row.development),
        )
    out.print(table)


def _table(*headings: str) -> Table:
    return Table(*headings, box=None, header_style="bold", pad_edge=False)
