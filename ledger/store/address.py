"""Where a ledger is kept, SQLite files in a folder or a PostgreSQL database, and opening either."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType, TracebackType
from typing import Any, Self

from ledger.clocks import Clock
from ledger.errors import LedgerError, UsageError
from ledger.store.blobs import Blobs, BlobStore
from ledger.store.recorder import LedgerRecorder
from ledger.store.sqlite import SqliteRecorder

ENVIRONMENT = "SITLEDGER_DATABASE"
"""The variable that names a PostgreSQL database. Never an option: a process list would show its password."""
LEDGER_FILE = "ledger.sqlite3"
BLOBS_FILE = "blobs.sqlite3"


@dataclass(frozen=True, slots=True)
class Stored:
    """An open ledger without its vocabulary: rows, and blobs."""

    recorder: LedgerRecorder
    blobs: Blobs

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.recorder.close()
        self.blobs.close()


@dataclass(frozen=True, slots=True)
class Folder:
    """A ledger in two SQLite files of one folder."""

    folder: Path

    @property
    def name(self) -> str:
        """The place, for people."""
        return str(self.folder / LEDGER_FILE)

    def exists(self) -> bool:
        """Whether there is a ledger; an empty file, left by a disk that was full, is none."""
        file = self.folder / LEDGER_FILE
        return file.exists() and file.stat().st_size > 0

    def create(self, clock: Clock, ledger_id: str | None = None) -> Stored:
        """Make an empty ledger (LedgerError if there is one already)."""
        self.folder.mkdir(parents=True, exist_ok=True)
        recorder = SqliteRecorder.create(self.folder / LEDGER_FILE, clock=clock, ledger_id=ledger_id)
        try:
            return Stored(recorder, BlobStore(self.folder / BLOBS_FILE))
        except LedgerError:
            recorder.close()
            self.discard()
            raise

    def discard(self) -> None:
        """Remove a ledger that was made just now and could not be finished."""
        for name in (LEDGER_FILE, BLOBS_FILE):
            for part in self.folder.glob(f"{name}*"):
                part.unlink()

    def open(self, clock: Clock, *, write: bool) -> Stored:
        """Open the ledger (NotALedger, LedgerTooNew, LedgerLocked, LedgerDamaged)."""
        recorder = SqliteRecorder.open(self.folder / LEDGER_FILE, clock=clock, write=write)
        return Stored(recorder, BlobStore(self.folder / BLOBS_FILE, write=write, create=False))


@dataclass(frozen=True, slots=True, repr=False)
class Database:
    """A ledger in a PostgreSQL database. It has no `repr` of its own: the URL may hold a password."""

    url: str

    @property
    def name(self) -> str:
        """The place, for people, without the password."""
        return str(_part("_connect").place_of(self.url))

    def exists(self) -> bool:
        """Whether there is a ledger (LedgerError if the server is not reached)."""
        return self.state()["ledger_id"] is not None

    def state(self) -> dict[str, Any]:
        """Return the `schema` of its tables (None: no tables) and the `ledger_id` in them (None: no ledger)."""
        connect, schema = _part("_connect"), _part("_schema")
        with connect.connect(self.url) as connection, connect.reporting(self.name):
            version = schema.version_of(connection)
            ledger_id = None if version is None else schema.ledger_id_of(connection)
        return {"schema": version, "ledger_id": ledger_id}

    def prepare(self) -> bool:
        """Make the tables unless they are there; return whether they were made now."""
        connect, schema = _part("_connect"), _part("_schema")
        with connect.connect(self.url) as connection, connect.reporting(self.name):
            return bool(schema.make_tables(connection))

    def create(self, clock: Clock, ledger_id: str | None = None) -> Stored:
        """Make an empty ledger, tables included (LedgerError if there is one already)."""
        recorder = _part("").PostgresRecorder.create(self.url, clock=clock, ledger_id=ledger_id)
        return Stored(recorder, _part("_blobs").PostgresBlobs(self.url))

    def open(self, clock: Clock, *, write: bool) -> Stored:
        """Open the ledger (NotALedger, LedgerTooNew; LedgerError if the server is not reached)."""
        recorder = _part("").PostgresRecorder.open(self.url, clock=clock, write=write)
        return Stored(recorder, _part("_blobs").PostgresBlobs(self.url))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the ledger for the one process that watches it, on whichever machine (LedgerLocked)."""
        connect, schema = _part("_connect"), _part("_schema")
        with connect.connect(self.url) as connection:
            with connect.reporting(self.name):
                schema.own(connection, self.name)
            yield


Address = Folder | Database
"""Where a ledger is kept."""


def address_of(text: str, database: str | None) -> Address:
    """Return the place that `sqlite:PATH`, `postgres:URL` or `postgres:` (the environment's) names (UsageError)."""
    kind, _, rest = text.partition(":")
    if kind == "sqlite" and rest:
        path = Path(rest).expanduser()
        if path.name == LEDGER_FILE:
            return Folder(path.parent)
        return Folder(path / "data" if (path / "data").is_dir() else path)
    if kind in {"postgres", "postgresql"}:
        url = text if rest.startswith("//") else rest or database
        if url:
            return Database(url)
        raise UsageError(f"postgres: takes the address from {ENVIRONMENT}, which is not set")
    raise UsageError(
        f"{text!r} is no place of a ledger; write sqlite:PATH, postgres:URL, or postgres: for {ENVIRONMENT}"
    )


def _part(name: str) -> ModuleType:
    # Imported on first use: the driver is an extra, and a desk on SQLite does not wait for it.
    try:
        return import_module(f"ledger.store.postgres{name}")
    except ImportError as error:
        if not (error.name or "psycopg").startswith("psycopg"):
            raise
        raise LedgerError(
            f"the driver for PostgreSQL is missing ({error}); install sitledger[postgres], or unset {ENVIRONMENT}"
        ) from error
