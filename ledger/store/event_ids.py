"""Ids of events: UUID version 7 (RFC 9562, section 5.7), so that they sort by time of minting."""

import os
from collections.abc import Iterator

_VERSION = 0x7000
_VARIANT = 0x8000
_COUNTER_BITS = 48


def minted(recorded_at: int) -> Iterator[str]:
    """Yield fresh ids for one batch, recorded at an instant (microseconds since 1970, UTC).

    All share their time and 26 random bits; the other 48 count up from a random start (RFC 9562, section 6.2,
    method 2). So the ids of a batch stand in the order of its rows, and their index grows at its end.
    """
    time, noise = f"{recorded_at // 1000:012x}", os.urandom(4)
    first = _VERSION | int.from_bytes(noise[:2], "big") & 0x0FFF
    second = _VARIANT | int.from_bytes(noise[2:], "big") & 0x3FFF
    prefix = f"{time[:8]}-{time[8:]}-{first:04x}-{second:04x}-"
    # The top bit starts empty: no batch can count past the field.
    counter = int.from_bytes(os.urandom(_COUNTER_BITS // 8), "big") >> 1
    while True:
        yield f"{prefix}{counter:012x}"
        counter += 1
