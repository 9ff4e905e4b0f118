"""`sitledger report`: publish, draft, list, rebuild and show the weekly report."""

import sys
from datetime import datetime
from typing import Annotated, Any, Literal

import typer
from rich.table import Table

from ledger.application import Ledger
from ledger.checkpoints import Notary
from ledger.clocks import system_clock
from ledger.console import HERE, AsOfOption, HomeOption, JsonOption, home_at, out, print_json, say
from ledger.errors import UsageError
from ledger.events import ReportPublished
from ledger.moments import parse_instant, resolve
from reports.periods import period_named, zone_named
from reports.publish import Series, began_at, draft_of, publish, publish_due
from reports.rebuild import Rebuilt, kept, rebuild
from reports.render import FORMATS, render
from reports.weekly_issue import Edition

FormatOption = Annotated[
    Literal["html", "md", "json"], typer.Option("--format", help="Which format to print.")
]
NumberArgument = Annotated[str, typer.Argument(metavar="ID", help="A report's number, e.g. ABC-W-2024-26.")]


def register(app: typer.Typer) -> None:
    """Add `report` and its commands to the one command."""
    report = typer.Typer(help="The weekly report.", no_args_is_help=True, rich_markup_mode=None)
    report.command("weekly")(weekly)
    report.command("list")(list_reports)
    report.command("rebuild")(rebuild_report)
    report.command("show")(show)
    app.add_typer(report, name="report")


def weekly(
    home: HomeOption = HERE,
    week: Annotated[
        str | None, typer.Option(help="Publish this closed ISO week only, e.g. 2024-W26.")
    ] = None,
    as_of: AsOfOption = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Print the report of the week so far; record nothing.")
    ] = False,
    form: FormatOption = "md",
    json: JsonOption = False,
) -> None:
    """Publish every closed week that has no report, or print a draft (--draft, implied by --as-of)."""
    place = home_at(home)
    if draft or as_of is not None:
        if week is not None:
            raise UsageError("a draft is of the week of its moment; give --as-of instead of --week")
        with place.open(system_clock) as ledger:
            _print_draft(ledger, as_of, "json" if json else form)
        return
    with place.open(system_clock, write=True) as ledger:
        now = ledger.clock()
        if week is None:
            done = publish_due(ledger, now, folder=place.reports, notary=Notary(place.data))
        else:
            period = period_named(week, zone_named(ledger.configuration().mission.zone))
            began = began_at(ledger)
            if began is None or period.end <= began:
                raise UsageError(f"the record begins after the week {week}; there is nothing to report of it")
            if period.end > now:
                raise UsageError(
                    f"the week {week} is not over; `sitledger report weekly --draft` prints it so far"
                )
            done = (publish(ledger, period, folder=place.reports, notary=Notary(place.data)),)
    if json:
        print_json({"published": [_listed(each, "published") for each in done]})
        return
    for each in done:
        out.print(f"{each.report_id}  {place.reports / each.report_id}.html", markup=False)
    if not done:
        say("nothing is due: every closed week has its report; --draft prints the week so far")


def list_reports(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """List the published reports, the oldest first."""
    with home_at(home).open(system_clock) as ledger:
        events = [recorded.event for recorded in ledger.of_type(ReportPublished)]
    reports = [event for event in events if isinstance(event, ReportPublished)]
    latest = {event.report_id: event.version for event in sorted(reports, key=lambda event: event.version)}
    rows = [
        _listed(event, "published" if event.version == latest[event.report_id] else "superseded")
        for event in sorted(reports, key=lambda event: (event.start, event.version))
    ]
    if json:
        print_json({"reports": rows})
        return
    table = Table("report", "from", "to", "state", "position", "sha256 (html)", box=None, header_style="bold")
    for row in rows:
        days = (f"{row[name]:%Y-%m-%d %H:%M}" for name in ("from", "to"))
        table.add_row(row["id"], *days, row["state"], str(row["position"]), row["sha256"][:16])
    out.print(table)


def rebuild_report(number: NumberArgument, home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Make a published report again from the ledger and compare its bytes; exit code 1 if they differ."""
    with home_at(home).open(system_clock) as ledger:
        result = rebuild(ledger, number)
    if json:
        print_json(_rebuilt(result))
    else:
        for file in result.files:
            sign = "same" if file.same else f"DIFFERS, published {file.published}"
            out.print(f"{file.format:5} sha256 {file.rebuilt}  {sign}", markup=False)
        say(result.note)
    if not result.ok:
        raise typer.Exit(1)


def show(number: NumberArgument, home: HomeOption = HERE, form: FormatOption = "md") -> None:
    """Print the published bytes of a report, as they are kept in the ledger's blobs."""
    with home_at(home).open(system_clock) as ledger:
        content = kept(ledger, number, form)
    _write(content)


def _print_draft(ledger: Ledger, as_of: str | None, form: str) -> None:
    edition = _draft(ledger, as_of)
    assert form in FORMATS
    _write(render(Series(ledger).report(edition))[form])


def _draft(ledger: Ledger, as_of: str | None) -> Edition:
    position = resolve(ledger, as_of=as_of).position
    if as_of is None:
        return draft_of(ledger, position, ledger.clock())
    is_position = as_of.isdigit() or ledger.position_of_report(as_of) is not None
    return draft_of(ledger, position, _recorded_at(ledger, position) if is_position else parse_instant(as_of))


def _recorded_at(ledger: Ledger, position: int) -> datetime:
    found = next(ledger.events(after=position - 1, until=position), None)
    if found is None:
        raise UsageError(f"there is no position {position}")
    return found.recorded_at


def _listed(event: ReportPublished, state: str) -> dict[str, Any]:
    return {
        "id": event.report_id,
        "version": event.version,
        "from": event.start,
        "to": event.end,
        "state": state,
        "position": event.position,
        "root": event.root,
        "sha256": event.files.get("html", ""),
        "files": event.files,
        "renderer": event.renderer,
    }


def _rebuilt(result: Rebuilt) -> dict[str, Any]:
    page = next((file for file in result.files if file.format == "html"), None)
    return {
        "id": result.id,
        "ok": result.ok,
        "sha256": page.rebuilt if page else None,
        "published_sha256": page.published if page else None,
        "position": result.position,
        "root": result.root,
        "files": result.files,
        "renderer": result.renderer,
        "published_renderer": result.published_renderer,
        "note": result.note,
    }


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.flush()
