"""Blobs: publishers' texts and documents, each kept once under its SHA-256, compressed, beside the ledger.

They live in an SQLite file of their own: a text has about 200 bytes, and a million small files would cost more
blocks and directory entries than content. A blob is durable when `put` returns, so an event may then name it. A blob
can be dropped; its hash, and everything the ledger says about it, stays.
"""

import zlib
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from threading import RLock
from typing import Protocol

from ledger.errors import BlobDropped, LedgerDamaged, LedgerTooNew, NotALedger, NotFound
from ledger.store.sqlite_schema import connect, reporting

APPLICATION_ID = 0x53697462
"""`Sitb` in ASCII: marks the file as a blob store."""
VERSION = 1
"""The schema's version, kept in `PRAGMA user_version`."""
ZLIB_LEVEL = 6
"""zlib's own default: on news documents level 9 costs twice the time for one percent less."""

# Hashes come in no order: as the key of the table they would leave its pages a third empty, as an index only the index.
_TABLE = """
CREATE TABLE IF NOT EXISTS blobs (
    id INTEGER PRIMARY KEY,
    sha256 BLOB NOT NULL UNIQUE,
    size INTEGER NOT NULL,
    zlib INTEGER NOT NULL,
    content BLOB
)
"""
_PUT = """
INSERT INTO blobs (sha256, size, zlib, content) VALUES (?, ?, ?, ?)
ON CONFLICT (sha256) DO UPDATE SET zlib = excluded.zlib, content = excluded.content WHERE content IS NULL
"""


_PAGE = "SELECT id, sha256, size, zlib, content FROM blobs WHERE id > ? ORDER BY id LIMIT 64"

Packed = tuple[bytes, int, int, bytes | None]
"""A blob as it is stored: its SHA-256, its size in bytes, whether it is compressed (1 or 0), and what is kept of it."""


class Blobs(Protocol):
    """Content-addressed bytes, wherever they are kept; see `BlobStore` for what each method promises."""

    def put(self, data: bytes) -> str:
        """Keep bytes durably and return their SHA-256 (hex)."""
        ...

    def put_many(self, blobs: Iterable[bytes]) -> list[str]:
        """Keep many blobs in one durable transaction and return their SHA-256 (hex) in order."""
        ...

    def adopt(self, rows: Iterable[Packed]) -> None:
        """Keep rows of another store as they are in one durable transaction."""
        ...

    def packed(self) -> Iterator[Packed]:
        """Yield every blob as it is stored, the dropped ones included."""
        ...

    def get(self, sha256_hex: str) -> bytes:
        """Return the bytes of a SHA-256 (NotFound, BlobDropped, LedgerDamaged)."""
        ...

    def has(self, sha256_hex: str) -> bool:
        """Whether the bytes of a SHA-256 are at hand."""
        ...

    def drop(self, sha256_hex: str) -> None:
        """Forget the bytes of a SHA-256 for good."""
        ...

    def drop_many(self, hashes: Iterable[str]) -> int:
        """Forget many blobs, and return how many of them were ever kept."""
        ...

    def size_bytes(self) -> int:
        """Return the bytes that the kept blobs take, compressed."""
        ...

    def close(self) -> None:
        """Release the file or connection; closing twice is harmless."""
        ...


class BlobStore:
    """Content-addressed bytes in one SQLite file. Threads and processes may share it.

    With `create` the file is made if it is absent; without, its absence is damage (LedgerDamaged). Without `write`
    nothing is written, so that a ledger on a read-only or full disk can be read.
    """

    def __init__(self, path: Path | str, *, write: bool = True, create: bool = True) -> None:
        self.path = Path(path)
        self._lock = RLock()
        if not create and not (self.path.exists() and self.path.stat().st_size):
            raise LedgerDamaged(f"{self.path} is missing, and with it every text; restore it from a backup")
        with reporting(self.path):
            self._connection = connect(self.path, ("rwc" if create else "rw") if write else "ro")
            try:
                self._recognise()
                if write:
                    self._prepare()
            except BaseException:
                self._connection.close()
                raise

    def put(self, data: bytes) -> str:
        """Keep bytes durably and return their SHA-256 (hex); keeping them again changes nothing."""
        return self.put_many([data])[0]

    def put_many(self, blobs: Iterable[bytes]) -> list[str]:
        """Keep many blobs in one durable transaction and return their SHA-256 (hex) in order.

        Raises LedgerFull or LedgerLocked; then none was kept.
        """
        rows = [packed(data) for data in blobs]
        self.adopt(rows)
        return [digest.hex() for digest, *_ in rows]

    def adopt(self, rows: Iterable[Packed]) -> None:
        """Keep rows of another store as they are in one durable transaction; a dropped one stays dropped."""
        with self._lock, reporting(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(_PUT, rows)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    def packed(self) -> Iterator[Packed]:
        """Yield every blob as it is stored, the dropped ones included, in the order they came."""
        last = 0
        while True:
            with self._lock, reporting(self.path):
                page = self._connection.execute(_PAGE, (last,)).fetchall()
            yield from (row[1:] for row in page)
            if not page:
                return
            last = page[-1][0]

    def get(self, sha256_hex: str) -> bytes:
        """Return the bytes of a SHA-256 (NotFound, BlobDropped; LedgerDamaged if they no longer match it)."""
        return unpacked(
            sha256_hex, self._fetch("SELECT zlib, content FROM blobs WHERE sha256 = ?", sha256_hex)
        )

    def has(self, sha256_hex: str) -> bool:
        """Whether the bytes of a SHA-256 are at hand (not if they were dropped)."""
        found = self._fetch("SELECT content IS NOT NULL FROM blobs WHERE sha256 = ?", sha256_hex)
        return bool(found and found[0])

    def drop(self, sha256_hex: str) -> None:
        """Forget the bytes of a SHA-256 for good; nothing happens if they are gone already (NotFound if unknown).

        The space is overwritten at once and used again.
        """
        if not self.drop_many([sha256_hex]):
            raise NotFound(f"there is no blob {sha256_hex}")

    def drop_many(self, hashes: Iterable[str]) -> int:
        """Forget many blobs in one transaction, and return how many of them were ever kept."""
        digests = [(digest_of(sha256_hex),) for sha256_hex in hashes]
        with self._lock, reporting(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                changed = self._connection.executemany(
                    "UPDATE blobs SET content = NULL WHERE sha256 = ?", digests
                )
                known = changed.rowcount
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
            # The old bytes also stand in the write-ahead log until it is folded back and emptied.
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return known

    def size_bytes(self) -> int:
        """Return the bytes that the kept blobs take on disk, compressed."""
        with self._lock, reporting(self.path):
            found = self._connection.execute("SELECT coalesce(sum(length(content)), 0) FROM blobs").fetchone()
        return int(found[0])

    def close(self) -> None:
        """Release the file; closing twice is harmless."""
        with self._lock:
            self._connection.close()

    def _recognise(self) -> None:
        application = self._connection.execute("PRAGMA application_id").fetchone()[0]
        tables = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if application != APPLICATION_ID and (application or tables):
            raise NotALedger(f"{self.path} is no blob store; check --home")
        version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise LedgerTooNew(f"{self.path} has schema {version}, this program knows {VERSION}; upgrade")

    def _prepare(self) -> None:
        if self._connection.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("BEGIN IMMEDIATE")
            self._connection.execute(_TABLE)
            self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            self._connection.execute(f"PRAGMA user_version = {VERSION}")
            self._connection.execute("COMMIT")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA secure_delete = ON")

    def _fetch(self, sql: str, sha256_hex: str) -> tuple[int, bytes | None] | None:
        with self._lock, reporting(self.path):
            found: tuple[int, bytes | None] | None = self._connection.execute(
                sql, (digest_of(sha256_hex),)
            ).fetchone()
        return found


_DAMAGED = "the blob {} no longer matches its hash; restore a backup"


def digest_of(sha256_hex: str) -> bytes:
    """Return the 32 bytes of a SHA-256 in hexadecimal digits (NotFound if it is none)."""
    try:
        return bytes.fromhex(sha256_hex)
    except ValueError as error:
        raise NotFound(f"{sha256_hex!r} is no SHA-256 in hexadecimal digits") from error


def packed(data: bytes) -> Packed:
    """Return bytes as they are stored, compressed if that makes them smaller."""
    compressed = zlib.compress(data, ZLIB_LEVEL)
    smaller = len(compressed) < len(data)
    return sha256(data).digest(), len(data), int(smaller), compressed if smaller else data


def unpacked(sha256_hex: str, found: tuple[int, bytes | None] | None) -> bytes:
    """Return the bytes of a stored row (NotFound, BlobDropped; LedgerDamaged if they do not match their hash)."""
    if found is None:
        raise NotFound(f"there is no blob {sha256_hex}")
    compressed, content = found
    if content is None:
        raise BlobDropped(f"the text or document {sha256_hex} was dropped; its hash stays in the ledger")
    try:
        data: bytes = zlib.decompress(content) if compressed else content
    except zlib.error as error:
        raise LedgerDamaged(_DAMAGED.format(sha256_hex)) from error
    if sha256(data).hexdigest() != sha256_hex:
        raise LedgerDamaged(_DAMAGED.format(sha256_hex))
    return data
