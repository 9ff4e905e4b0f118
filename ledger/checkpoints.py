"""Signing the head of a ledger: each checkpoint is an event, and the latest is kept as a file beside the ledger.

The file outlives a ledger that is cut short or replaced by an older copy on the same disk; only a copy that somebody
else keeps outlives both.
"""

from datetime import datetime, timedelta
from pathlib import Path

from ledger.application import Ledger
from ledger.envelope import NewEvent
from ledger.events_audit import CheckpointSigned
from ledger.keys import KeyFolder
from ledger.notes import Checkpoint

ACTOR = "checkpoints"
EVERY = timedelta(days=1)
"""How often a running daemon signs, if anything was recorded meanwhile."""


def origin_of(ledger_id: str) -> str:
    """Return the identity of a log as its checkpoints name it; also the name of its keys."""
    return f"sitledger/{ledger_id}"


class Notary:
    """Signs the heads of the ledger in one folder with the newest key of `keys/` there, made at first need."""

    def __init__(self, data: Path) -> None:
        self.keys = KeyFolder(data / "keys")
        self.latest = data / "checkpoint.note"

    def sign(self, ledger: Ledger) -> CheckpointSigned:
        """Sign everything recorded so far, record that, keep the note, and return what was recorded."""
        size = ledger.head
        root = ledger.recorder.root(size)
        origin = origin_of(ledger.recorder.ledger_id)
        signer = self.keys.signer(origin)
        note = signer.sign(Checkpoint(origin=origin, size=size, root=root).format())
        event = CheckpointSigned(size=size, root=root.hex(), note=note.format(), key=signer.verifier.format())
        ledger.record([NewEvent(event=event, actor=ACTOR)])
        write_whole(self.latest, event.note)
        return event

    def sign_when_due(self, ledger: Ledger, now: datetime) -> CheckpointSigned | None:
        """Sign if the last checkpoint is a day old and something was recorded after it; None if it is not due."""
        last = None
        for recorded in ledger.of_type(CheckpointSigned):
            last = recorded
        if last is not None and (last.position == ledger.head or now < last.recorded_at + EVERY):
            return None
        return self.sign(ledger)


def write_whole(path: Path, text: str) -> None:
    """Write a file so that a reader sees its old content or all of its new one."""
    draft = path.with_name(f"{path.name}.new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)
