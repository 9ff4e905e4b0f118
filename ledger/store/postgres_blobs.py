"""Blobs in PostgreSQL: the same rows as in the SQLite file, in a table beside the events."""

from collections.abc import Iterable, Iterator

from ledger.errors import NotFound
from ledger.store.blobs import Packed, digest_of, packed, unpacked
from ledger.store.postgres_connect import PostgresReader, reporting

_PUT = """
INSERT INTO blobs (sha256, size, zlib, content) VALUES (%s, %s, %s, %s)
ON CONFLICT (sha256) DO UPDATE SET zlib = excluded.zlib, content = excluded.content WHERE blobs.content IS NULL
"""
_PAGE = "SELECT id, sha256, size, zlib, content FROM blobs WHERE id > :last ORDER BY id LIMIT 64"


class PostgresBlobs:
    """Content-addressed bytes in a ledger's database; see `ledger.store.blobs.Blobs`."""

    def __init__(self, url: str) -> None:
        self._reader = PostgresReader(url)

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
        # In the order of their hashes: two writers of the same blobs then never wait for each other in a circle.
        ordered = sorted(rows, key=lambda row: row[0])
        with self._reader.lock, reporting(self._reader.place):
            connection = self._reader.connection
            with connection.transaction():
                connection.cursor().executemany(_PUT, ordered)

    def packed(self) -> Iterator[Packed]:
        """Yield every blob as it is stored, the dropped ones included, in the order they came."""
        last = 0
        while page := self._reader.fetch(_PAGE, {"last": last}):
            yield from (row[1:] for row in page)
            last = page[-1][0]

    def get(self, sha256_hex: str) -> bytes:
        """Return the bytes of a SHA-256 (NotFound, BlobDropped; LedgerDamaged if they no longer match it)."""
        found = self._reader.fetch(
            "SELECT zlib, content FROM blobs WHERE sha256 = :digest", {"digest": digest_of(sha256_hex)}
        )
        return unpacked(sha256_hex, found[0] if found else None)

    def has(self, sha256_hex: str) -> bool:
        """Whether the bytes of a SHA-256 are at hand (not if they were dropped)."""
        found = self._reader.fetch(
            "SELECT content IS NOT NULL FROM blobs WHERE sha256 = :digest", {"digest": digest_of(sha256_hex)}
        )
        return bool(found and found[0][0])

    def drop(self, sha256_hex: str) -> None:
        """Forget the bytes of a SHA-256; nothing happens if they are gone already (NotFound if unknown).

        They leave the server's files with its next VACUUM, and its write-ahead log and backups when those are recycled.
        """
        if not self.drop_many([sha256_hex]):
            raise NotFound(f"there is no blob {sha256_hex}")

    def drop_many(self, hashes: Iterable[str]) -> int:
        """Forget many blobs, and return how many of them were ever kept."""
        changed = (
            self._reader.fetch(
                "UPDATE blobs SET content = NULL WHERE sha256 = :digest RETURNING id",
                {"digest": digest_of(sha256_hex)},
            )
            for sha256_hex in hashes
        )
        return sum(len(rows) for rows in changed)

    def size_bytes(self) -> int:
        """Return the bytes that the kept blobs take, compressed."""
        return int(self._reader.fetch("SELECT coalesce(sum(length(content)), 0) FROM blobs")[0][0])

    def close(self) -> None:
        """Release the connection; closing twice is harmless."""
        self._reader.close()
