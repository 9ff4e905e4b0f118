"""One event as a file that somebody else can check without our database: a c2sp.org/tlog-proof.

Its extra data is a JSON object: `leaf` (the text under the tree's hash: the envelope, a line feed, the body), `key`
(the public key that signed, to be compared with the one that was published) and `texts` (SHA-256 -> each stored text
that the event quotes, so that every quote can be found in what was stored; null where it was dropped). docs/verify_proof.py reads it and shares
no code with this.
"""

import msgspec

from ledger.application import Ledger
from ledger.codec import CODEC, canonical
from ledger.errors import LedgerDamaged, LedgerError, NotFound
from ledger.events import (
    AlertRaised,
    DevelopmentReported,
    Event,
    ReportPublished,
)
from ledger.events_audit import CheckpointSigned
from ledger.merkle_proofs import inclusion_path, root_by_inclusion
from ledger.notes import Proof
from ledger.store.leaf import Envelope, leaf_bytes, micros, tags_json
from ledger.store.recorder import RecordedEntry

_NOUNS: dict[str, type[Event]] = {
    "development": DevelopmentReported,
    "report": ReportPublished,
    "alert": AlertRaised,
}


def position_of(ledger: Ledger, identifier: str) -> int:
    """Return the position that records a development, report or alert, or the position itself.

    A report's is that of its latest version. Raises NotFound if there is none.
    """
    if identifier.isascii() and identifier.isdigit() and 0 < int(identifier) <= ledger.head:
        return int(identifier)
    for noun, kind in _NOUNS.items():
        found = [
            each.position for each in ledger.tagged(f"{noun}:{identifier}") if isinstance(each.event, kind)
        ]
        if found:
            return found[-1] if noun == "report" else found[0]
    raise NotFound(
        f"there is no development, report, alert or position {identifier!r}; `sitledger timeline` and `log` list them"
    )


def covering(ledger: Ledger, position: int) -> CheckpointSigned | None:
    """Return the first signed checkpoint that covers a position; None if none was signed since."""
    for recorded in ledger.of_type(CheckpointSigned, after=position):
        if isinstance(recorded.event, CheckpointSigned) and recorded.event.size >= position:
            return recorded.event
    return None


def prove(ledger: Ledger, position: int, checkpoint: CheckpointSigned) -> Proof:
    """Return the proof that an event stands in the log that a checkpoint was signed over.

    Raises LedgerDamaged if the row, or the tree, does not lead to the signed root; then nothing can be proved.
    """
    entry = next(iter(ledger.recorder.read(after=position - 1, until=position)))
    leaf = leaf_of(entry)
    path = inclusion_path(position - 1, checkpoint.size, ledger.recorder.subtree)
    found = root_by_inclusion(entry.leaf_hash, position - 1, checkpoint.size, path)
    if found.hex() != checkpoint.root:
        raise LedgerDamaged(f"position {position} does not lead to the signed root; run `sitledger verify`")
    event = CODEC.decode(entry.event.type, entry.event.data, position=position)
    extra = {"leaf": leaf.decode(), "key": checkpoint.key, "texts": _texts(ledger, event)}
    return Proof(index=position - 1, path=tuple(path), checkpoint=checkpoint.note, extra=canonical(extra))


def leaf_of(entry: RecordedEntry) -> bytes:
    """Return the bytes of a stored row that its leaf hash covers."""
    event = entry.event
    envelope = Envelope(
        actor=event.actor,
        causation_id=event.causation_id,
        correlation_id=event.correlation_id,
        dedup_key=event.dedup_key,
        event_id=event.event_id,
        observed_at=None if event.observed_at is None else micros(event.observed_at),
        occurred=None if event.occurred is None else event.occurred.text,
        pos=entry.position,
        recorded_at=micros(entry.recorded_at),
        tags=msgspec.Raw(tags_json(event.tags)),
        type=event.type,
    )
    return leaf_bytes(envelope, event.data)


def _texts(ledger: Ledger, event: Event) -> dict[str, str | None]:
    """Return the texts that an event quotes; None for one that was dropped: the proof holds without it."""
    if not isinstance(event, DevelopmentReported):
        return {}
    return {evidence.blob: _text(ledger, evidence.blob) for evidence in event.evidence}


def _text(ledger: Ledger, sha256: str) -> str | None:
    try:
        return ledger.text(sha256)
    except LedgerError:
        return None
