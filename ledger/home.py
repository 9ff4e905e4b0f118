"""A home: the folder that holds `config.toml` and, under `data/`, everything the product writes."""

from dataclasses import dataclass
from pathlib import Path

from ledger.application import LEDGER_FILE, Ledger
from ledger.clocks import Clock, VirtualClock
from ledger.errors import NotALedger


@dataclass(frozen=True, slots=True)
class Home:
    """Where one desk lives. Nothing is ever written outside `folder`."""

    folder: Path

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
        """The ledger's file."""
        return self.data / LEDGER_FILE

    @property
    def has_ledger(self) -> bool:
        """Whether there is a ledger; an empty file, left by a disk that was full, is none."""
        return self.ledger.exists() and self.ledger.stat().st_size > 0

    @property
    def reports(self) -> Path:
        """Copies of the published reports, for people to open."""
        return self.data / "reports"

    def open(self, clock: Clock, *, write: bool = False) -> Ledger:
        """Open the ledger; one on a virtual clock stays at the instant it was last written.

        Raises NotALedger, naming `sitledger init`, if there is none.
        """
        if not self.has_ledger:
            raise NotALedger(
                f"there is no ledger in {self.folder}; make one with `sitledger init`, or try `sitledger demo`"
            )
        ledger = Ledger.open(self.data, clock=clock, write=write)
        last = ledger.recorder.last_recorded_at()
        if not ledger.is_virtual or last is None:
            return ledger
        ledger.close()
        return Ledger.open(self.data, clock=VirtualClock(last), write=write)
