"""The event of the audit: the head of the ledger was signed."""

from typing import ClassVar

from ledger.values import Value


class CheckpointSigned(Value, frozen=True, kw_only=True):
    """The head of the ledger was signed: everything up to position `size` has the Merkle root `root` (hex).

    `note` is the signed checkpoint as it is handed to others (c2sp.org/tlog-checkpoint), `key` the public key that
    signed it, under its name (`NAME+ID+BASE64`, c2sp.org/signed-note).
    """

    TOPIC: ClassVar[str] = "checkpoint.signed/1"
    size: int
    root: str
    note: str
    key: str
