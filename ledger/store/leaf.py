"""What a leaf of the Merkle tree is: every byte of a row that means something, in one fixed form.

A leaf is the canonical JSON of the envelope, a line feed, and the stored body. The JSON has no white space, its
members stand in alphabetical order and are all there (null when empty); times are whole microseconds since
1970-01-01T00:00:00Z, exactly as they are stored. tests/ledger/golden/leaf.json fixes the form.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_ENCODER = msgspec.json.Encoder()


class Envelope(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The envelope of one row as its leaf holds it. The members are declared in the order they are written.

    `tags` is the JSON array of the sorted tags; `occurred` the valid time cut to its precision.
    """

    actor: str
    causation_id: str | None
    correlation_id: str | None
    dedup_key: str | None
    event_id: str
    observed_at: int | None
    occurred: str | None
    pos: int
    recorded_at: int
    tags: msgspec.Raw
    type: str


def leaf_bytes(envelope: Envelope, body: bytes) -> bytes:
    """Return the bytes that are hashed as the leaf of a row."""
    return b"%b\n%b" % (_ENCODER.encode(envelope), body)


def tags_json(tags: list[str]) -> bytes:
    """Return sorted tags, each once, as they are stored and hashed: a JSON array."""
    return _ENCODER.encode(tags)


def micros(instant: datetime) -> int:
    """Return an aware instant as whole microseconds since 1970-01-01T00:00:00Z."""
    return (instant - _EPOCH) // _MICROSECOND


@lru_cache(
    maxsize=1024
)  # Rows of one batch share their instants: a quarter less time for each while replaying.
def instant_of(microseconds: int) -> datetime:
    """Return the instant (aware, UTC) of whole microseconds since 1970-01-01T00:00:00Z."""
    return _EPOCH + timedelta(microseconds=microseconds)
