"""The pass over all rows that verifying makes: each row against its hash and its neighbours, in flat memory.

Indexes are compared by sums of hashes: Python's hash of a tuple is keyed anew in every process, so a sum that fits
by chance, or by design, is not to be had. Only when a sum differs are both sides held in memory, to name the place.
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import repeat
from typing import Any

import msgspec

from ledger.codec import CODEC
from ledger.developments import When
from ledger.errors import LedgerDamaged, UnknownEventType
from ledger.events_audit import CheckpointSigned
from ledger.merkle import Frontier, leaf_hash, root
from ledger.store.audited import Audited, StoredRow
from ledger.store.leaf import Envelope, leaf_bytes

BLOCK = 256
"""Rows in a complete subtree of level 8, and between two signs of progress."""
_UNIX_EPOCH_ORDINAL = 719_163
_TAGS = msgspec.json.Decoder(list[str])
_UNFIT = (TypeError, ValueError, OverflowError)


class Scan:
    """Reads all rows up to the first bad one.

    `bad` is its position and what is wrong with it, `read` how many good ones came before it, `size` how many the
    store says it has, `blocks` the hashes of complete subtrees of 256 rows.
    """

    def __init__(self, store: Audited) -> None:
        self._store = store
        self.size = store.head()
        self.read = 0
        self.bad: tuple[int, str] | None = None
        self.blocks: list[bytes] = []
        self.spans: dict[tuple[str, int], int] = {}
        self.sums = {"tags": 0, "ids": 0, "keys": 0}
        self.checkpoints: list[tuple[int, CheckpointSigned]] = []
        self._frontier = Frontier()
        self._last = 0

    @property
    def end(self) -> int | None:
        """The position of the first bad row, None if there is none."""
        return None if self.bad is None else self.bad[0]

    def run(self, advance: Callable[[int], None]) -> None:
        """Read; afterwards the attributes tell."""
        block: list[bytes] = []
        try:
            for row in self._store.rows():
                wrong = self._wrong_with(row)
                if wrong is not None:
                    self.bad = (self.read + 1, wrong)
                    return
                self.read += 1
                block.append(row[13])
                if len(block) == BLOCK:
                    self.blocks.append(root(block))
                    block.clear()
                    advance(BLOCK)
        except LedgerDamaged as error:
            self.bad = (self.read + 1, f"it cannot be read: {error}")
        advance(len(block))
        if self.bad is None and self.read != self.size:
            self.bad = (self.read + 1, f"the ledger ends here, and says that it holds {self.size} events")

    def _wrong_with(self, row: StoredRow) -> str | None:
        """Return what is wrong with the next row, or take it in and return None."""
        pos, event_id, kind, recorded_at, observed_at, occurred, first, last, key = row[:9]
        actor, causation_id, correlation_id, tags, stored, body = row[9:]
        if pos != self.read + 1:
            return f"it is missing: the next one is {pos}"
        try:
            names = _TAGS.decode(tags)
            envelope = Envelope(
                actor=actor,
                causation_id=causation_id,
                correlation_id=correlation_id,
                dedup_key=key,
                event_id=event_id,
                observed_at=observed_at,
                occurred=occurred,
                pos=pos,
                recorded_at=recorded_at,
                tags=msgspec.Raw(tags),
                type=kind,
            )
            if leaf_hash(leaf_bytes(envelope, body)) != stored:
                return "its content does not fit its hash: it was changed after it was recorded"
            if (first, last) != _days(occurred):
                return "its valid time and the days it is found by do not agree"
            event = CODEC.decode(kind, body)
        except UnknownEventType as error:
            return f"its bytes are as they were recorded, but {error}"
        except _UNFIT as error:
            return f"a column holds what it cannot hold ({error})"
        if recorded_at < self._last:
            return "it was recorded before the event that stands before it"
        if not isinstance(tags, str):
            return "a column holds what it cannot hold (tags are text)"
        self._last = recorded_at
        if isinstance(event, CheckpointSigned):
            self.checkpoints.append((pos, event))
        self._take(pos, event_id, kind, key)
        self.sums["tags"] += sum(map(hash, zip(names, repeat(pos))))
        return None

    def _take(self, pos: int, event_id: str, kind: str, key: str | None) -> None:
        sums = self.sums
        sums["ids"] += hash((event_id, pos))
        if key is not None:
            sums["keys"] += hash((key, pos))
        self.spans.setdefault((kind, (pos - 1) >> 8), pos)

    def entries(self, name: str) -> Iterator[tuple[Any, int]]:
        """Yield what an index must hold for the good rows (`tags`, `ids` or `keys`): a second pass."""
        for row in self._store.rows():
            pos = row[0]
            if pos > self.read:
                return
            match name:
                case "tags":
                    yield from zip(_TAGS.decode(row[12]), repeat(pos))
                case "ids":
                    yield row[1], pos
                case _:
                    if row[8] is not None:
                        yield row[8], pos

    def root_at(self, size: int) -> bytes:
        """Return the root over the first `size` good rows; cheap when called with rising sizes."""
        whole = size // BLOCK
        if self._frontier.size > whole * BLOCK:
            self._frontier = Frontier()
        for block in self.blocks[self._frontier.size // BLOCK : whole]:
            self._frontier.add(block, 8)
        frontier = self._frontier.copy()
        for each in self._store.leaf_hashes(whole * BLOCK, size):
            frontier.add(each)
        return frontier.root()


@lru_cache(maxsize=4096)
def _days(occurred: str | None) -> tuple[int | None, int | None]:
    """Return the first and last day (since 1970-01-01) that a valid time can mean."""
    if occurred is None:
        return None, None
    when = When(text=occurred)
    return when.first.toordinal() - _UNIX_EPOCH_ORDINAL, when.last.toordinal() - _UNIX_EPOCH_ORDINAL
