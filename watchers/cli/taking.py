"""`sitledger add`, `import`, `items` and `extract`: take documents, archives and records in, and look at items."""

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from ledger.application import Ledger
from ledger.cli_store import take_in
from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, out, print_json, progress, say, unknown
from ledger.describe import brief
from ledger.errors import SourceError, UsageError
from ledger.events import DevelopmentReported
from watchers.archive import import_polls
from watchers.article import Submission, add_document
from watchers.homes import open_configured, watched
from watchers.items import items_summary
from watchers.parse_pool import ParsePool
from watchers.records import import_records
from watchers.records_extract import extract_lines
from watchers.wiring import desk_of


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    imports = typer.Typer(help="Back-fill from files.", no_args_is_help=True)
    imports.command("polls")(polls)
    imports.command("records")(records)
    imports.command("events")(take_in)
    app.command("add")(add)
    app.add_typer(imports, name="import")
    app.command("items")(items)
    app.command("extract")(extract)


def add(
    document: Annotated[
        str, typer.Argument(metavar="FILE", help="A text, HTML or e-mail file; - for standard input.")
    ],
    source: Annotated[
        str | None, typer.Option("--source", help="Who published it; default: the file's name.")
    ] = None,
    grade: Annotated[str | None, typer.Option("--grade", help="Admiralty letter A to F; default F.")] = None,
    published: Annotated[
        str | None, typer.Option("--published", help="The day of publication; default unknown.")
    ] = None,
    url: Annotated[str | None, typer.Option("--url", help="Its address, if it has one.")] = None,
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Take one document in: keep its bytes and propose what it claims, with quotes."""
    submission = Submission(
        name="stdin.txt" if document == "-" else Path(document).name,
        data=_bytes_of(document),
        source=source,
        grade=grade,
        published=published,
        url=url,
    )
    with open_configured(home_at(home), system_clock) as ledger:
        added = add_document(desk_of(ledger), submission, ledger.clock())
        proposals = [_proposal(ledger, event) for event in added.developments]
    if json:
        print_json(
            {
                "item": added.item_id,
                "new": added.new,
                "in_scope": added.in_scope,
                "ignored": added.ignored,
                "proposals": proposals,
            }
        )
        return
    say(
        f"{added.item_id}: {len(proposals)} proposals"
        + ("" if added.new else "; the same document was added before")
    )
    table = Table("development", "grade", "what", "quote", box=None, header_style="bold")
    for each in proposals:
        table.add_row(each["development_id"], each["grade"], each["what"], f"“{each['quote']}”")
    out.print(table)


def polls(
    archive: Annotated[
        Path, typer.Argument(metavar="ARCHIVE", help="A tar (xz, gz, plain) or a folder of saved polls.")
    ],
    feed: Annotated[str, typer.Option("--feed", help="The feed they are of; an unknown name is added.")],
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Back-fill a feed from saved polls named <unixtime>-….xml, through the same pipeline as live ones."""
    with (
        open_configured(home_at(home), system_clock) as ledger,
        ParsePool() as parser,
        progress(f"polls of {feed}") as steps,
    ):
        imported = import_polls(desk_of(ledger), archive, feed, parser=parser, steps=steps)
    if json:
        print_json(imported)
        return
    say(
        f"{imported.polls} polls ({imported.unchanged} unchanged): {imported.new} new items, "
        f"{imported.revised} revisions, {imported.gaps} gaps"
    )
    for failed in imported.failed:
        say(f"  not taken in: {failed.name}: {failed.reason}")


def records(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSON Lines in the code book's slots.")],
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Import records as attested evidence: each line vouches for what its sources said."""
    with open_configured(home_at(home), system_clock) as ledger, progress("records") as steps:
        imported = import_records(ledger, file, steps=steps)
    if imported.refused and not imported.new and not imported.known:
        raise SourceError(
            f"no line of {file} could be taken in; line {imported.refused[0].line}: {imported.refused[0].reason}"
        )
    if json:
        print_json(imported)
        return
    say(f"{imported.lines} lines: {imported.new} new records, {imported.known} known already")
    for refused in imported.refused:
        say(f"  line {refused.line} not taken in: {refused.reason}")


def items(
    feed: Annotated[str | None, typer.Option("--feed", help="Only this feed.")] = None,
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Count and list the items that feeds have shown."""
    with home_at(home).open(system_clock) as ledger:
        if feed is not None and feed not in (known := watched(ledger)):
            raise UsageError(unknown("feed", feed, known))
        summary = items_summary(ledger, feed)
    if json:
        print_json(summary)
        return
    table = Table("item", "feed", "versions", "in scope", "title", box=None, header_style="bold")
    for item in summary["list"]:
        scope = "yes" if item["in_scope"] else ""
        title = Text(item["title"] or "(text withdrawn)")
        table.add_row(item["id"], item["feed"], str(item["versions"]), scope, title)
    out.print(table)
    out.print(", ".join(f"{value} {name}" for name, value in summary.items() if name != "list"))


def extract(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="JSON Lines with id, lang, published, source, text.")
    ],
    home: HomeOption = HERE,
) -> None:
    """Propose developments for each line and print them as JSON Lines; nothing is recorded."""
    with home_at(home).open(system_clock) as ledger:
        extractor = desk_of(ledger).extractor
    for line in extract_lines(extractor, _bytes_of(str(file)).splitlines()):
        sys.stdout.buffer.write(line + b"\n")


def _bytes_of(document: str) -> bytes:
    if document == "-":
        if sys.stdin is None:
            raise UsageError("standard input is closed; name a file instead of -")
        return sys.stdin.buffer.read()
    try:
        return Path(document).read_bytes()
    except OSError as error:
        raise SourceError(f"{document} cannot be read: {error.strerror}") from error


def _proposal(ledger: Ledger, event: DevelopmentReported) -> dict[str, str]:
    evidence = event.evidence[0]
    return {
        "development_id": event.development_id,
        "what": brief(event.development),
        "kind": event.development.kind,
        "grade": event.grade,
        "quote": ledger.text(evidence.blob)[evidence.start : evidence.end],
    }
