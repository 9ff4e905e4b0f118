"""A home: the folder that holds `config.toml` and, under `data/`, everything the product writes."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ledger.application import Ledger
from ledger.clocks import Clock, VirtualClock
from ledger.errors import NotALedger
from ledger.store.address import LEDGER_FILE, Address, Database, Folder
from ledger.store.ownership import exclusive


@dataclass(frozen=True, slots=True)
class Home:
    """Where one desk lives. Nothing is ever written outside `folder`, and the `database` if one is named.

    `database` is the URL of a PostgreSQL database that holds events and blobs; None keeps them in files of `data`.
    """

    folder: Path
    database: str | None = field(default=None, repr=False)

    @property
    def config(self) -> Path:
        """The user's configuration."""
        return self.folder / "config.toml"

    @property
    def data(self) -> Path:
        """The ledger, its blobs and the operational tables."""
        return self.folder / "data"

    @property
    def ledger(self) -> Path:
        """The ledger's file; with a database, only its lock stands beside it."""
        return self.data / LEDGER_FILE

    @property
    def reports(self) -> Path:
        """Copies of the published reports, for people to open."""
        return self.data / "reports"

    @property
    def address(self) -> Address:
        """Where the ledger is kept."""
        return Database(self.database) if self.database else Folder(self.data)

    @property
    def has_ledger(self) -> bool:
        """Whether there is a ledger (LedgerError if the database is not reached)."""
        return self.address.exists()

    def create(self, clock: Clock, *, program: str) -> Ledger:
        """Make a new ledger and record that it was opened (LedgerError if there is one already)."""
        self.data.mkdir(parents=True, exist_ok=True)
        return Ledger.create(self.address, clock=clock, program=program)

    def open(self, clock: Clock, *, write: bool = False) -> Ledger:
        """Open the ledger; one on a virtual clock stays at the instant it was last written.

        Raises NotALedger, naming `sitledger init`, if there is none.
        """
        if not self.database and not self.has_ledger:
            raise NotALedger(
                f"there is no ledger in {self.folder}; make one with `sitledger init`, or try `sitledger demo`"
            )
        if self.database and write:
            self.data.mkdir(parents=True, exist_ok=True)
        ledger = Ledger.open(self.address, clock=clock, write=write)
        last = ledger.recorder.last_recorded_at()
        if not ledger.is_virtual or last is None:
            return ledger
        ledger.close()
        return Ledger.open(self.address, clock=VirtualClock(last), write=write)

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the ledger for the one process that watches it (LedgerLocked), in a database across machines."""
        with ExitStack() as held:
            held.enter_context(exclusive(self.ledger))
            if isinstance(self.address, Database):
                held.enter_context(self.address.exclusive())
            yield
