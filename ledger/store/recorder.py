"""The port of the store: `eventsourcing.dcb.api.DCBRecorder`, widened by the envelope and the Merkle root."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
)

from ledger import merkle
from ledger.developments import When

Row = tuple[int, str, str, int, int | None, str, str | None, str | None, bytes]
"""A lean row: position, event id, type, recorded_at, observed_at (microseconds since 1970, UTC), actor,
causation id, correlation id, body."""


@dataclass
class Entry(DCBEvent):
    """One row to be appended. A plain DCBEvent is taken too: its id is minted, the rest stays empty."""

    event_id: str = ""
    actor: str = ""
    observed_at: datetime | None = None
    occurred: When | None = None
    dedup_key: str | None = None
    causation_id: str | None = None
    correlation_id: str | None = None


@dataclass
class RecordedEntry(DCBSequencedEvent):
    """One row as it is stored. `event` is an `Entry`; `leaf_hash` is 32 bytes (RFC 6962 leaf of the envelope)."""

    event: Entry
    recorded_at: datetime
    leaf_hash: bytes


class EntryReadResponse(DCBReadResponse):
    """Rows in ascending position; `head` comes from the same snapshot as the rows."""

    def __iter__(self) -> Self:
        """Return itself."""
        return self

    @abstractmethod
    def __next__(self) -> RecordedEntry:
        """Return the next row."""


class LedgerRecorder(DCBRecorder):
    """An append-only, tagged, gapless log under a Merkle tree."""

    @abstractmethod
    def read(
        self,
        query: DCBQuery | None = None,
        *,
        after: int | None = None,
        limit: int | None = None,
        until: int | None = None,
    ) -> EntryReadResponse:
        """Return matching rows with `after < position <= until`, from one snapshot."""

    @abstractmethod
    def rows(
        self, query: DCBQuery | None = None, *, after: int | None = None, until: int | None = None
    ) -> Iterator[Row]:
        """Return matching rows like `read`, as plain tuples: the fast way through the whole log."""

    @abstractmethod
    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all rows in one durable transaction and return the last position.

        Rows whose dedup key is recorded with the same type, body and tags are skipped; with other content the whole
        batch fails (DedupConflict). If all are skipped the log's last position is returned. A failed condition
        raises the library's IntegrityError, an empty batch its ProgrammingError.
        """

    @abstractmethod
    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before an instant (0 if none)."""

    @abstractmethod
    def root(self, size: int | None = None) -> bytes:
        """Return the RFC 6962 root (32 bytes) over the first `size` rows, all of them by default."""

    @property
    @abstractmethod
    def ledger_id(self) -> str:
        """The id the ledger was made with; a copy in another store keeps it."""

    def subtree(self, first: int, last: int) -> bytes:
        """Return the RFC 6962 root (32 bytes) over the leaves first <= n < last, counted from 0, as proofs need it.

        This one reads every leaf; a store that keeps subtrees does better.
        """
        return merkle.root([entry.leaf_hash for entry in self.read(after=first, until=last)])

    @abstractmethod
    def last_recorded_at(self) -> datetime | None:
        """Return when the newest row was recorded."""

    @abstractmethod
    def close(self) -> None:
        """Release the file or connection; closing twice is harmless."""

    @abstractmethod
    def adopt(self, recorded: Sequence[RecordedEntry]) -> None:
        """Append rows of a copy of this ledger as they are, in one durable transaction: positions, ids, times, bytes.

        Every leaf is computed anew. LedgerDamaged names the first row whose position, time or leaf hash does not
        hold; then nothing was appended.
        """
