"""`sitledger log` and `show`: what was recorded, and one thing whole."""

import sys
from pathlib import Path
from typing import Annotated, Any, get_args

import msgspec
import typer
from rich.table import Table

from ledger.application import Ledger
from ledger.clocks import system_clock
from ledger.console import HERE, AsOfOption, HomeOption, JsonOption, home_at, out, print_json, say, unknown
from ledger.describe import describe
from ledger.envelope import Recorded
from ledger.errors import LedgerError, NotFound, UsageError
from ledger.events import DevelopmentReported, Event, ItemObserved, ItemRevised
from ledger.moments import resolve
from ledger.raw import raw_of
from ledger.sources import Attested, Evidence

TAGS_OF_IDS = ("development", "item", "alert", "report", "notification", "feed", "blob")


def register(app: typer.Typer) -> None:
    """Add the ledger's own commands to the one command."""
    app.command("log")(log)
    app.command("show")(show)


def log(
    home: HomeOption = HERE,
    as_of: AsOfOption = None,
    after: Annotated[int, typer.Option(help="Only positions after this one.", min=0)] = 0,
    limit: Annotated[int, typer.Option(help="At most so many events, the newest; 0 for all.", min=0)] = 50,
    only: Annotated[
        str | None, typer.Option("--type", help="Only wire names that start so, e.g. item.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """List what was recorded, in order."""
    names = [kind.TOPIC for kind in get_args(Event)]
    if only is not None and not any(name.startswith(only) for name in names):
        raise UsageError(unknown("event", only, names))
    with home_at(home).open(system_clock) as ledger:
        moment = resolve(ledger, as_of=as_of)
        rows = [
            recorded
            for recorded in ledger.events(after=after, until=moment.position)
            if only is None or recorded.event.TOPIC.startswith(only)
        ]
        rows = rows[-limit:] if limit else rows
        if json:
            print_json({"position": moment.position, "events": [as_json(recorded) for recorded in rows]})
            return
    table = Table("position", "recorded at", "event", "what", box=None, header_style="bold")
    for recorded in rows:
        what = describe(recorded.event)
        table.add_row(
            str(recorded.position), f"{recorded.recorded_at:%Y-%m-%d %H:%M:%S}", recorded.event.TOPIC, what
        )
    out.print(table)


def show(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="An id, an event id, or a position.")],
    home: HomeOption = HERE,
    as_of: AsOfOption = None,
    raw: Annotated[
        bool, typer.Option("--raw", help="The document it came in, byte for byte as it was received.")
    ] = False,
    to: Annotated[
        Path | None, typer.Option("--to", help="With --raw: write it to this file, not to standard output.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Show one development, item, alert, report, feed or event whole, with its quotes."""
    if to is not None and not raw:
        raise UsageError("--to goes with --raw: it names the file for the document's bytes")
    if raw and json and to is None:
        raise UsageError("--raw prints bytes; give --to FILE as well, and --json says what was written")
    with home_at(home).open(system_clock) as ledger:
        until = resolve(ledger, as_of=as_of).position
        found = _events_of(ledger, identifier, until)
        if raw:
            sha256 = raw_of(ledger, found, identifier)
            _hand_over(identifier, sha256, ledger.blobs.get(sha256), to, json=json)
            return
        if not found:
            raise NotFound(
                f"nothing with the id {identifier!r} up to position {until}; `sitledger log` lists ids"
            )
        documents = [as_json(recorded) | _words_of(ledger, recorded) for recorded in found]
    if json:
        print_json({"id": identifier, "events": documents})
        return
    for recorded, document in zip(found, documents, strict=True):
        out.print(
            f"[bold]{recorded.position}[/bold]  {recorded.recorded_at.isoformat()}  {recorded.event.TOPIC}"
        )
        out.print(f"    {describe(recorded.event)}", markup=False)
        for quote in document.get("quotes", ()):
            out.print(f"    “{quote['quote']}”  — {quote['by']}", markup=False)
        if "text" in document:
            out.print("\n".join(f"    | {line}" for line in str(document["text"]).splitlines()), markup=False)


def as_json(recorded: Recorded) -> dict[str, Any]:
    """Return an event in its envelope as plain JSON values."""
    document: dict[str, Any] = msgspec.to_builtins(recorded)
    document["type"] = recorded.event.TOPIC
    return document


def _hand_over(identifier: str, sha256: str, document: bytes, to: Path | None, *, json: bool) -> None:
    if to is None:
        sys.stdout.buffer.write(document)
        sys.stdout.buffer.flush()
        return
    try:
        to.write_bytes(document)
    except OSError as error:
        raise UsageError(f"{to} cannot be written: {error.strerror}") from error
    if json:
        print_json({"id": identifier, "sha256": sha256, "bytes": len(document), "to": str(to)})
    else:
        say(f"{to}: {len(document):,} bytes, sha256 {sha256}")


def _events_of(ledger: Ledger, identifier: str, until: int) -> list[Recorded]:
    if identifier.isascii() and identifier.isdigit():
        position = int(identifier)
        if position == 0:
            return []
        return list(ledger.events(after=position - 1, until=min(position, until)))
    for noun in TAGS_OF_IDS:
        if found := list(ledger.tagged(f"{noun}:{identifier}", until=until)):
            return found
    return [recorded for recorded in ledger.events(until=until) if recorded.event_id == identifier]


def _words_of(ledger: Ledger, recorded: Recorded) -> dict[str, Any]:
    event = recorded.event
    if isinstance(event, DevelopmentReported):
        return {"quotes": [_quote(ledger, evidence, event.source) for evidence in event.evidence]}
    if isinstance(event, (ItemObserved, ItemRevised)):
        return {"text": _text(ledger, event.text)}
    return {}


def _quote(ledger: Ledger, evidence: Evidence, source: str) -> dict[str, str]:
    by = source
    if isinstance(evidence, Attested):
        by = f"{evidence.by} † attests {evidence.title or evidence.address}"
    return {"quote": _text(ledger, evidence.blob)[evidence.start : evidence.end], "by": by}


def _text(ledger: Ledger, sha256: str) -> str:
    try:
        return ledger.text(sha256)
    except LedgerError as error:
        return f"(text not at hand: {error})"
