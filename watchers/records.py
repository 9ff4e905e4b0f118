"""Imported records: chronologies in the code book's slots, each line vouched for by the sources it names.

The line itself is the stored text and its summary the quote, marked as a record: never shown as a source's words.
`observed_at` is the end of the day or month of publication; what was never dated has none.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ledger.application import Ledger
from ledger.configuration import Configuration
from ledger.envelope import NewEvent
from ledger.errors import DedupConflict, SourceError
from ledger.events import DevelopmentReported
from ledger.sources import Attested
from watchers.items import Steps, sha256_of
from watchers.published import last_day_of_publication, published_when
from watchers.records_line import RecordLine, RecordSource, read_line

BATCH_LINES = 200
LINE_BYTES_MAX = 1_000_000
UNSOURCED = "a record without a source"
ACTOR = "import"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineRefused:
    """A line that was not taken in, and why. The rest went on."""

    line: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRecords:
    """What an import of records did: `new` ones recorded, `known` ones there before."""

    lines: int
    new: int
    known: int
    refused: tuple[LineRefused, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    line: int
    text: str
    event: NewEvent
    development_id: str


def import_records(ledger: Ledger, path: Path, *, steps: Steps | None = None) -> ImportedRecords:
    """Record every line of a JSON Lines file as a development with attested evidence.

    A bad line is reported with its number and skipped: also one that was published in the future, and one whose id
    was imported before with other content. Running it twice adds nothing. Raises SourceError if the file cannot be read.
    """
    configuration = ledger.configuration()
    latest = last_day_of_publication(ledger, ledger.clock())
    refused: list[LineRefused] = []
    batch: list[_Ready] = []
    lines = new = known = 0
    for number, text in _lines(path, steps):
        lines += 1
        try:
            batch.append(_ready(number, text, _read(text, latest), configuration))
        except (ValueError, OverflowError, RecursionError) as error:
            refused.append(LineRefused(line=number, reason=_said(error)))
        if len(batch) >= BATCH_LINES:
            new, known, batch = new + (done := _record(ledger, batch, refused)), known + len(batch) - done, []
    done = _record(ledger, batch, refused)
    return ImportedRecords(
        lines=lines, new=new + done, known=known + len(batch) - done, refused=tuple(refused)
    )


def _lines(path: Path, steps: Steps | None) -> Iterator[tuple[int, str]]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise SourceError(f"{path} cannot be read: {error.strerror}") from error
    lines = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    if steps:
        steps.total(len(lines))
    for number, line in enumerate(lines, start=1):
        if steps:
            steps.advance()
        if line.strip():
            yield number, line.decode("utf-8", errors="replace").strip()


def _read(text: str, latest: date) -> RecordLine:
    if len(text) > LINE_BYTES_MAX:
        raise ValueError(f"longer than {LINE_BYTES_MAX:,} characters")
    if "\ufffd" in text:
        raise ValueError("not UTF-8 text")
    record = read_line(text)
    for published in record.publications:
        published_when(published, latest)
    return record


def _ready(number: int, text: str, record: RecordLine, configuration: Configuration) -> _Ready:
    event = _reported(record, text, configuration)
    recorded = NewEvent(event=event, actor=ACTOR, observed_at=record.published_by_the_end_of)
    return _Ready(line=number, text=text, event=recorded, development_id=event.development_id)


def _reported(record: RecordLine, line: str, configuration: Configuration) -> DevelopmentReported:
    development = record.development()
    problems = configuration.codebook.problems(development)
    if problems and problems[0].startswith("unknown kind"):
        raise ValueError(problems[0])
    first = record.sources[0] if record.sources else RecordSource()
    source = first.title or first.url or UNSOURCED
    return DevelopmentReported(
        development_id=record.id,
        development=development,
        evidence=_evidence(record, line),
        source=source,
        grade=configuration.source(source).grade[:1] + record.credibility,
        origin=development.origin or development.speaker or source,
        via="record",
        published=record.published,
        record=record.id,
        conflicts_with=record.conflicts_with,
        confidence=record.certainty,
        flags=problems,
    )


def _evidence(record: RecordLine, line: str) -> tuple[Attested, ...]:
    start, end = _span_of(record.summary, line)
    return tuple(
        Attested(
            by=f"record {record.id}",
            blob=sha256_of(line),
            start=start,
            end=end,
            address=source.url,
            title=source.title,
            published=source.published,
        )
        for source in record.sources or (RecordSource(),)
    )


def _span_of(summary: str, line: str) -> tuple[int, int]:
    """Find the summary in its line, as it stands there: plain, or with JSON's escapes."""
    after = max(line.find('"summary"'), 0)
    for form in (
        summary,
        *(json.dumps(summary, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False)),
    ):
        start = line.find(form, after)
        if start >= 0:
            return start, start + len(form)
    raise ValueError("the summary cannot be pointed at in the line; write it without unusual escapes")


def _record(ledger: Ledger, batch: list[_Ready], refused: list[LineRefused]) -> int:
    """Record a batch and return how many were new; what contradicts the record goes to `refused` and from the batch."""
    if not batch:
        return 0
    ledger.blobs.put_many(ready.text.encode() for ready in batch)
    fresh = [ready for ready in batch if not _is_known(ledger, ready.development_id)]
    try:
        ledger.record(ready.event for ready in batch)
    except DedupConflict:
        return _record_singly(ledger, batch, refused)
    return len({ready.development_id for ready in fresh})


def _record_singly(ledger: Ledger, batch: list[_Ready], refused: list[LineRefused]) -> int:
    new = 0
    for ready in tuple(batch):
        is_new = not _is_known(ledger, ready.development_id)
        try:
            ledger.record([ready.event])
        except DedupConflict:
            batch.remove(ready)
            reason = f"the id {ready.development_id!r} was imported before with other content"
            refused.append(LineRefused(line=ready.line, reason=reason))
            continue
        new += is_new
    return new


def _is_known(ledger: Ledger, development_id: str) -> bool:
    return any(True for _ in ledger.tagged(f"development:{development_id}"))


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
