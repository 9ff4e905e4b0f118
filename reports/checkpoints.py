"""Kept desks: states of the past in a file of their own, so that looking back need not read the log from its start.

A kept state counts only for the prefix it was folded from (its Merkle root), and for the code that folded it. The file
may be lost, or removed, at any time.
"""

import sqlite3
import zlib
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

import msgspec

from ledger.application import Ledger
from ledger.envelope import Recorded
from ledger.events import DevelopmentReported, ItemObserved, ItemRevised
from ledger.moments import Moment
from ledger.replay import fold
from reports.desk import Desk
from reports.deskstate import restored, saved
from reports.kept import Item
from reports.watch import Watch

FILE = "projections.sqlite3"
STRIDE = 10_000
"""A state is kept every so many events on the way; folding them takes about a tenth of a second."""
WORTH = 5_000
"""Past the last of those, so many events are worth keeping the state that was asked for."""
KEPT_MAX = 128
"""How many states are kept; the one whose loss leaves the smallest hole goes first."""
BUSY_TIMEOUT_S = 10.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS desks (position INTEGER PRIMARY KEY, root BLOB NOT NULL, code TEXT NOT NULL,
    content BLOB NOT NULL)
"""
_LATEST = "SELECT position, root, content FROM desks WHERE position <= ? AND code = ? ORDER BY position DESC LIMIT 1"
_DECIDING = {
    "reports": ("desk.py", "deskstate.py", "watch.py", "claims.py", "kept.py", "facts.py", "pastitems.py"),
    "ledger": (
        "codec.py",
        "codebook.py",
        "codebook.toml",
        "configuration.py",
        "developments.py",
        "events.py",
        "sources.py",
    ),
}
"""What decides a state: the files whose change makes every kept one worthless."""


class Checkpoints:
    """Desks of one ledger as of any position, kept in a folder. A folder that cannot be written is only slower."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._path = folder / FILE
        self._ledger = ledger

    def desk(self, moment: Moment) -> Desk:
        """Return the desk as of a moment. What sources had shown by an instant is always folded from the start."""
        if moment.seen_by is not None:
            return fold(Desk(), self._ledger, moment)
        desk = self._nearest(moment.position) or Desk()
        for stop in (*range(_after(desk.position), moment.position, STRIDE), moment.position):
            start = desk.position
            fold(desk, self._ledger, Moment(position=stop), after=start)
            if stop % STRIDE == 0 or stop - start >= WORTH:
                self._keep(desk)
        return desk

    def _nearest(self, position: int) -> Desk | None:
        if not self._path.exists():
            return None
        try:
            connection = self._connect()
            try:
                found = connection.execute(_LATEST, (position, code())).fetchone()
                if found is None or found[1] != self._ledger.recorder.root(found[0]):
                    return None
                return restored(found[2], PastItems(self._ledger, found[0]))
            finally:
                connection.close()
        except (sqlite3.Error, zlib.error, msgspec.DecodeError):
            return None

    def _keep(self, desk: Desk) -> None:
        row = (desk.position, self._ledger.recorder.root(desk.position), code(), saved(desk))
        try:
            connection = self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute("DELETE FROM desks WHERE code != ?", (code(),))
                connection.execute("INSERT OR REPLACE INTO desks VALUES (?, ?, ?, ?)", row)
                for (position,) in _spare(connection):
                    connection.execute("DELETE FROM desks WHERE position = ?", (position,))
                connection.execute("COMMIT")
            finally:
                connection.close()
        except sqlite3.DatabaseError:
            # It buys time only: a full disk, a read-only folder or a damaged file must not stop an answer.
            return

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None)
        try:
            connection.execute(_SCHEMA)
        except sqlite3.Error:
            connection.close()
            raise
        return connection


class PastItems:
    """Items as they were at a position, read from the log."""

    def __init__(self, ledger: Ledger, position: int) -> None:
        self._ledger = ledger
        self._position = position

    def item(self, item_id: str) -> Item | None:
        """Return one item, folded from its own events."""
        return _folded(self._ledger.tagged(f"item:{item_id}", until=self._position)).items.get(item_id)

    def items(self) -> dict[str, Item]:
        """Return all items, folded from the whole log."""
        about_items = (ItemObserved, ItemRevised, DevelopmentReported)
        return dict(_folded(self._ledger.of_type(*about_items, until=self._position)).items)


def _folded(log: Iterable[Recorded]) -> Watch:
    watch = Watch()
    for recorded in log:
        if not isinstance(recorded.event, DevelopmentReported):
            watch.apply(recorded)
        elif recorded.event.item_id is not None:
            watch.coded(recorded.event.item_id)
    return watch


@lru_cache(maxsize=1)
def code() -> str:
    """Return the SHA-256 (hex) of the code that decides a state."""
    digest = sha256()
    for package, names in _DECIDING.items():
        for name in names:
            digest.update(resources.files(package).joinpath(name).read_bytes())
    return digest.hexdigest()


def _after(position: int) -> int:
    """Return the first position after one at which a state is kept whatever was asked for."""
    return (position // STRIDE + 1) * STRIDE


def _spare(connection: sqlite3.Connection) -> list[tuple[int]]:
    """Return the kept positions that are too many: those that lie closest behind another."""
    positions = [
        position for (position,) in connection.execute("SELECT position FROM desks ORDER BY position")
    ]
    if len(positions) <= KEPT_MAX:
        return []
    holes = [(later - earlier, earlier) for earlier, later in zip([0, *positions], positions, strict=False)]
    return [(min(holes[1:])[1],)]
