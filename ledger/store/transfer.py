"""Copying a ledger from one place to another, back ends mixed freely: positions, bytes, times and root stay."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar

from ledger.clocks import Clock
from ledger.errors import LedgerDamaged, LedgerError
from ledger.merkle import Frontier
from ledger.store.address import Address, Stored
from ledger.store.leaf import micros
from ledger.store.recorder import LedgerRecorder, RecordedEntry
from ledger.store.sqlite_append import Place, draft_of, rows_as_recorded

BATCH_ROWS = 1_000
_BATCH_BLOBS = 64
_T = TypeVar("_T")
Advance = Callable[[int], None]
"""Is told how many rows were done since it was last called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """What a copy did: rows and blobs written now, and the size and root (hex) both ledgers have."""

    events: int
    blobs: int
    size: int
    root: str


def copy(source: Stored, target: Stored, advance: Advance) -> Copied:
    """Copy what a target does not have yet, and compare the roots at the end.

    A target that holds the first rows of the source is continued, so a copy that broke off is simply repeated. Any
    other target is refused (LedgerError) before anything is written. LedgerDamaged names a row that does not hold.
    """
    size = source.recorder.read().head or 0
    start = _common(source.recorder, target.recorder, size)
    # Blobs first, and only rows up to the size taken before them: no row then names a blob that is not there.
    blobs = 0
    for some in batched(source.blobs.packed(), _BATCH_BLOBS):
        target.blobs.adopt(some)
        blobs += len(some)
    for rows in batched(entries(source.recorder, after=start, until=size), BATCH_ROWS):
        target.recorder.adopt(rows)
        advance(len(rows))
    root = source.recorder.root(size)
    if target.recorder.root() != root:
        raise LedgerDamaged(
            "the copy does not have the source's root; do not use it, and run `sitledger verify`"
        )
    return Copied(events=size - start, blobs=blobs, size=size, root=root.hex())


def open_target(address: Address, clock: Clock, ledger_id: str) -> Stored:
    """Open a place to copy to, or make an empty ledger of this id there (LedgerError if it holds another)."""
    if not address.exists():
        return address.create(clock, ledger_id)
    stored = address.open(clock, write=True)
    if stored.recorder.ledger_id != ledger_id:
        stored.__exit__(None, None, None)
        raise LedgerError(f"{address.name} holds another ledger; name an empty place")
    return stored


def check_rows(rows: Iterable[RecordedEntry], advance: Advance) -> tuple[int, bytes]:
    """Compute every leaf anew and return the number of rows from position 1 on and their root (LedgerDamaged)."""
    frontier, place = Frontier(), Place(0, 0)
    for some in batched(rows, BATCH_ROWS):
        drafts = [draft_of(each.event) for each in some]
        for _ in rows_as_recorded(some, drafts, place):
            pass
        for each in some:
            frontier.add(each.leaf_hash)
        place = Place(some[-1].position, micros(some[-1].recorded_at))
        advance(len(some))
    return frontier.size, frontier.root()


def entries(recorder: LedgerRecorder, *, after: int = 0, until: int | None = None) -> Iterator[RecordedEntry]:
    """Yield whole rows with `after < position <= until`, from one snapshot."""
    response = recorder.read(after=after, until=until)
    while (row := next(response, None)) is not None:
        yield row


def batched(rows: Iterable[_T], size: int) -> Iterator[list[_T]]:
    """Yield rows in lists of at most `size`."""
    remaining = iter(rows)
    while some := list(islice(remaining, size)):
        yield some


def _common(source: LedgerRecorder, target: LedgerRecorder, size: int) -> int:
    held = target.read().head or 0
    if held > size or target.root() != source.root(held):
        raise LedgerError("the target holds other rows than the source; name an empty place")
    return held
