"""What an audit reads: everything a store holds, exactly as it stands there, from one snapshot.

Nothing is decoded or trusted on the way: a value may have any type that a damaged file gives it.
"""

from collections.abc import Iterator
from typing import Any, Protocol

StoredRow = tuple[Any, ...]
"""A row of `events` in this order: pos, event_id, type, recorded_at, observed_at, occurred, occurred_first,
occurred_last, dedup_key, actor, causation_id, correlation_id, tags, leaf_hash, body."""


class Audited(Protocol):
    """One snapshot of a store. Whatever cannot be read raises LedgerError."""

    def ledger_id(self) -> str:
        """Return the id the ledger was made with."""
        ...

    def head(self) -> int:
        """Return the last position, 0 for an empty ledger."""
        ...

    def rows(self) -> Iterator[StoredRow]:
        """Yield every row in the order of positions; what is unreadable raises at its own place."""
        ...

    def index(self, name: str) -> Iterator[tuple[Any, ...]]:
        """Yield the entries of an index: `tags` (tag, pos), `ids` (event_id, pos), `keys` (dedup_key, pos)."""
        ...

    def repeated(self, name: str) -> int | None:
        """Return the first position whose id (`ids`) or dedup key (`keys`) an earlier row has too."""
        ...

    def unreachable(self) -> int | None:
        """Return the first position that is not found when it is looked up by its number."""
        ...

    def spans(self) -> Iterator[tuple[Any, ...]]:
        """Yield (type, span): the span of 256 positions in which a type is said to occur."""
        ...

    def nodes(self) -> Iterator[tuple[Any, ...]]:
        """Yield (level, index, hash) of the stored Merkle subtrees."""
        ...

    def leaf_hashes(self, first: int, last: int) -> list[bytes]:
        """Return the stored hashes of the leaves first <= n < last, counted from 0."""
        ...

    def schema(self) -> str | None:
        """Return what is wrong with the tables and their guards; None if they are as they were made."""
        ...
