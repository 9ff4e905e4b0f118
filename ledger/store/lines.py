"""Events as JSON Lines, for other programs and for keeping: one line a row, the stored bytes of the body included.

The first line is the header `{"format": "sitledger-events/1", "ledger_id", "size", "root"}`. Times are microseconds
since 1970-01-01T00:00:00Z as in a leaf. A body is text if it is UTF-8, otherwise base64. Blobs are not part of it.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterator
from pathlib import Path

import msgspec

from ledger.developments import When
from ledger.errors import LedgerDamaged, LedgerError, SourceError
from ledger.merkle import Frontier
from ledger.store.leaf import instant_of, micros
from ledger.store.recorder import Entry, LedgerRecorder, RecordedEntry
from ledger.store.transfer import BATCH_ROWS, Advance, Copied, batched, check_rows, entries

FORMAT = "sitledger-events/1"


class Header(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The first line: which ledger, how many rows follow, and their Merkle root (hex)."""

    format: str
    ledger_id: str
    size: int
    root: str


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One row. `leaf_hash` is hex; exactly one of `body` and `body_base64` is there."""

    pos: int
    event_id: str
    type: str
    recorded_at: int
    actor: str
    tags: list[str]
    leaf_hash: str
    observed_at: int | None = None
    occurred: str | None = None
    dedup_key: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None
    body: str | None = None
    body_base64: str | None = None


_ENCODER = msgspec.json.Encoder()
_HEADER = msgspec.json.Decoder(Header)
_LINE = msgspec.json.Decoder(Line)


def export_events(recorder: LedgerRecorder, file: Path, advance: Advance) -> Header:
    """Write all rows to a file, whole or not at all, and return its header (SourceError if it cannot be written)."""
    size = recorder.read().head or 0
    header = Header(format=FORMAT, ledger_id=recorder.ledger_id, size=size, root=recorder.root(size).hex())
    unfinished = file.with_name(f"{file.name}.part")
    try:
        with unfinished.open("wb") as out:
            out.write(_ENCODER.encode(header) + b"\n")
            for row in entries(recorder, until=size):
                out.write(_ENCODER.encode(_line(row)) + b"\n")
                advance(1)
        unfinished.replace(file)
    except OSError as error:
        raise SourceError(f"{file} cannot be written: {error.strerror}") from error
    return header


def read_header(file: Path) -> Header:
    """Return the first line of an export (SourceError if the file cannot be read or is none)."""
    try:
        with file.open("rb") as lines:
            header = _HEADER.decode(lines.readline())
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror}") from error
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        raise SourceError(f"{file}:1: this is no export of events ({error})") from error
    if header.format != FORMAT:
        raise SourceError(
            f"{file}:1: the format {header.format!r} is not known to this version; upgrade sitledger"
        )
    return header


def check_file(file: Path) -> Header:
    """Check a whole export, every leaf and the root, and return its header (SourceError, LedgerDamaged)."""
    header = read_header(file)
    if check_rows(_rows(file), lambda _: None) != (header.size, _root(header, file)):
        raise LedgerDamaged(f"{file} is not whole: its rows do not have the root of its first line")
    return header


def import_events(file: Path, header: Header, recorder: LedgerRecorder, advance: Advance) -> Copied:
    """Append the rows of a checked export that a ledger does not have yet, as they were recorded.

    A ledger that does not begin with the same rows is refused (LedgerError) before anything is appended.
    """
    held = recorder.read().head or 0
    if held > header.size or recorder.root() != _root_of_first(file, held):
        raise LedgerError(f"the ledger holds other rows than {file}; import into an empty home")
    for some in batched((row for row in _rows(file) if row.position > held), BATCH_ROWS):
        recorder.adopt(some)
        advance(len(some))
    if recorder.root().hex() != header.root:
        raise LedgerDamaged(f"the ledger does not have the root of {file} after the import; do not use it")
    return Copied(events=header.size - held, blobs=0, size=header.size, root=header.root)


def _root(header: Header, file: Path) -> bytes:
    try:
        return bytes.fromhex(header.root)
    except ValueError as error:
        raise SourceError(f"{file}:1: the root {header.root!r} is not hexadecimal") from error


def _root_of_first(file: Path, count: int) -> bytes:
    frontier = Frontier()
    for row in _rows(file):
        if row.position > count:
            break
        frontier.add(row.leaf_hash)
    return frontier.root()


def _rows(file: Path) -> Iterator[RecordedEntry]:
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if number > 1:
                try:
                    yield _row(_LINE.decode(line))
                except (msgspec.DecodeError, msgspec.ValidationError, ValueError, OverflowError) as error:
                    raise SourceError(f"{file}:{number}: this line is no event ({error})") from error


def _line(row: RecordedEntry) -> Line:
    entry = row.event
    try:
        body, encoded = entry.data.decode(), None
    except UnicodeDecodeError:
        body, encoded = None, b64encode(entry.data).decode()
    return Line(
        pos=row.position,
        event_id=entry.event_id,
        type=entry.type,
        recorded_at=micros(row.recorded_at),
        actor=entry.actor,
        tags=entry.tags,
        leaf_hash=row.leaf_hash.hex(),
        observed_at=None if entry.observed_at is None else micros(entry.observed_at),
        occurred=None if entry.occurred is None else entry.occurred.text,
        dedup_key=entry.dedup_key,
        causation_id=entry.causation_id,
        correlation_id=entry.correlation_id,
        body=body,
        body_base64=encoded,
    )


def _row(line: Line) -> RecordedEntry:
    entry = Entry(
        type=line.type,
        data=line.body.encode()
        if line.body is not None
        else b64decode(line.body_base64 or "", validate=True),
        tags=line.tags,
        event_id=line.event_id,
        actor=line.actor,
        observed_at=None if line.observed_at is None else instant_of(line.observed_at),
        occurred=None if line.occurred is None else When(text=line.occurred),
        dedup_key=line.dedup_key,
        causation_id=line.causation_id,
        correlation_id=line.correlation_id,
    )
    return RecordedEntry(
        event=entry,
        position=line.pos,
        recorded_at=instant_of(line.recorded_at),
        leaf_hash=bytes.fromhex(line.leaf_hash),
    )
