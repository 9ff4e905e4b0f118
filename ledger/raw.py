"""The document behind an item, a development or an event, byte for byte as it was received."""

import re

from ledger.application import Ledger
from ledger.envelope import Recorded
from ledger.errors import NotFound
from ledger.events import DevelopmentReported, ItemObserved, ItemRevised

_SHA256 = re.compile(r"[0-9a-f]{64}")


def raw_of(ledger: Ledger, found: list[Recorded], name: str) -> str:
    """Return the SHA-256 of the document that the last of some events came in; `name` may be a blob's own (NotFound).

    A development that rests on a record or a person has no document but the line that vouches for it.
    """
    for recorded in reversed(found):
        event = recorded.event
        if isinstance(event, (ItemObserved, ItemRevised)):
            return event.raw
        if isinstance(event, DevelopmentReported):
            return _behind(ledger, event, recorded.position)
    if _SHA256.fullmatch(name):
        return name
    raise NotFound(f"{name!r} came in no document; name an item, a development or a blob's SHA-256")


def _behind(ledger: Ledger, event: DevelopmentReported, until: int) -> str:
    # A development follows its item's version in the log, so the last one that is not newer than it said it.
    for recorded in reversed(
        list(ledger.tagged(f"item:{event.item_id}", until=until)) if event.item_id else []
    ):
        shown = recorded.event
        version = shown.version if isinstance(shown, ItemRevised) else 1
        if isinstance(shown, (ItemObserved, ItemRevised)) and version <= (event.item_version or 1):
            return shown.raw
    if event.evidence:
        return event.evidence[0].blob
    raise NotFound(f"{event.development_id} rests on no document")
