"""Dropping: stored words go for good, by a takedown or because their time is over; hashes, leaves and proofs stay.

The event is recorded before the bytes go. If the program dies in between, the log promises too much until the same
command is run again; the other way round, words would be missing and nothing would say why.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ledger.application import Ledger
from ledger.envelope import NewEvent, Recorded
from ledger.errors import BlobDropped as Gone
from ledger.errors import NotFound
from ledger.events import BlobDropped, DevelopmentReported, ItemObserved, ItemRevised

_SHA256 = re.compile(r"[0-9a-f]{64}")
_BATCH = 1_000
RETENTION = "retention"
"""Who drops what the configuration keeps for a while only."""


def blobs_named(ledger: Ledger, name: str) -> tuple[str, ...]:
    """Return the blobs a name stands for: a SHA-256, or an item's texts and the documents it came in (NotFound).

    A document of a feed shows other items too; they lose their raw form with it, not their texts.
    """
    if _SHA256.fullmatch(name):
        _look_for(ledger, name)
        return (name,)
    found = [sha256 for recorded in ledger.tagged(f"item:{name}") for sha256 in _of_item(recorded)]
    if not found:
        raise NotFound(
            f"{name!r} is neither a blob's SHA-256 nor an item; `sitledger items --json` lists items"
        )
    return tuple(dict.fromkeys(found))


def drop(ledger: Ledger, hashes: Iterable[str], *, why: str, by: str) -> tuple[str, ...]:
    """Record that blobs are dropped, then forget their bytes; return those that were still at hand."""
    at_hand = [sha256 for sha256 in hashes if ledger.blobs.has(sha256)]
    for start in range(0, len(at_hand), _BATCH):
        batch = at_hand[start : start + _BATCH]
        ledger.record(NewEvent(event=BlobDropped(sha256=sha256, reason=why), actor=by) for sha256 in batch)
        ledger.blobs.drop_many(batch)
    return tuple(at_hand)


def retain(ledger: Ledger, now: datetime) -> tuple[str, ...]:
    """Drop the words of items out of scope whose time is over, and return what was dropped.

    A blob stays while an item in scope, a younger item or a development's evidence needs it too.
    """
    kept_s = ledger.configuration().retention.out_of_scope_s
    if not kept_s:
        return ()
    why = f"out of scope, older than {kept_s // 86_400} days"
    return drop(ledger, _outlived(ledger, now - timedelta(seconds=kept_s)), why=why, by=RETENTION)


def _outlived(ledger: Ledger, before: datetime) -> Iterator[str]:
    """Return the blobs that only items out of scope need which were last recorded before an instant."""
    in_scope: set[str] = set()
    needed: set[str] = set()
    of_items: dict[str, list[str]] = {}
    young: set[str] = set()
    for recorded in ledger.of_type(ItemObserved, ItemRevised, DevelopmentReported):
        event = recorded.event
        if isinstance(event, DevelopmentReported):
            needed.update(evidence.blob for evidence in event.evidence)
            in_scope.update([event.item_id] if event.item_id else [])
        elif isinstance(event, (ItemObserved, ItemRevised)):
            of_items.setdefault(event.item_id, []).extend(_of_item(recorded))
            if event.in_scope:
                in_scope.add(event.item_id)
            if recorded.recorded_at >= before:
                young.add(event.item_id)
    stay = in_scope | young
    needed.update(sha256 for item in stay for sha256 in of_items.get(item, ()))
    once = dict.fromkeys(sha256 for item, found in of_items.items() if item not in stay for sha256 in found)
    return (sha256 for sha256 in once if sha256 not in needed)


def _of_item(recorded: Recorded) -> tuple[str, ...]:
    event = recorded.event
    return (event.text, event.raw) if isinstance(event, (ItemObserved, ItemRevised)) else ()


def _look_for(ledger: Ledger, sha256: str) -> None:
    if not ledger.blobs.has(sha256):
        try:
            ledger.blobs.get(sha256)
        except Gone:
            return
