"""The Merkle tree beside the SQLite ledger: hashes of complete subtrees at levels 8, 16 and 24.

With them the root of any size is computed from fewer than 4 * 256 hashes, and nothing is ever written twice.
"""

from ledger.errors import LedgerDamaged, NotFound
from ledger.merkle import Frontier, root
from ledger.store.sqlite_read import Rows

LEVELS = (8, 16, 24)
_FAN_BITS = 8
_LEAVES = "SELECT leaf_hash FROM events WHERE pos > :first AND pos <= :last ORDER BY pos"
_NODES = "SELECT hash FROM tree WHERE level = :level AND idx >= :first AND idx < :last ORDER BY idx"
_GROWN = "INSERT INTO tree VALUES (:level, :idx, :hash)"


def grow(reader: Rows, before: int, after: int) -> None:
    """Store the subtrees that became complete when the log grew from `before` to `after` rows."""
    for level in LEVELS:
        done = range(before >> level, after >> level)
        for idx in done:
            first, last = idx << _FAN_BITS, (idx + 1) << _FAN_BITS
            below = _hashes(reader, level - _FAN_BITS, first, last)
            reader.fetch(_GROWN, {"level": level, "idx": idx, "hash": root(below)})
        if not done:
            return


def root_of(reader: Rows, size: int) -> bytes:
    """Return the RFC 6962 root over the first `size` rows (NotFound if there are fewer)."""
    if not 0 <= size <= (head := reader.head()):
        raise NotFound(f"the ledger holds {head} events, so there is no root over {size}")
    frontier = Frontier()
    for level in (*reversed(LEVELS), 0):
        for each in _hashes(reader, level, frontier.size >> level, size >> level):
            frontier.add(each, level)
    return frontier.root()


def subtree_of(reader: Rows, first: int, last: int) -> bytes:
    """Return the root over the leaves first <= n < last; both are bounds of a range that a proof asks for."""
    frontier = Frontier()
    for level in (*reversed(LEVELS), 0):
        if first % (1 << level):  # A stored subtree would begin before the range.
            continue
        start = first + frontier.size
        for each in _hashes(reader, level, start >> level, last >> level):
            frontier.add(each, level)
    return frontier.root()


def _hashes(reader: Rows, level: int, first: int, last: int) -> list[bytes]:
    found = reader.fetch(_NODES if level else _LEAVES, {"level": level, "first": first, "last": last})
    if len(found) != last - first:
        raise LedgerDamaged(
            f"{last - first - len(found)} hashes of level {level} are missing; restore a backup"
        )
    return [each for (each,) in found]
