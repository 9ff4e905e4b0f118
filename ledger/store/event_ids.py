"""Ids of events: UUID version 7 (RFC 9562, section 5.7), so that they sort by time of minting."""

import os
from collections.abc import Iterator

_VERSION = 7 << 76
_VARIANT = 0b10 << 62
_RANDOM_A_BITS = 12
_RANDOM_B_BITS = 62
_RANDOM_B_MASK = (1 << _RANDOM_B_BITS) - 1


def minted(recorded_at: int) -> Iterator[str]:
    """Yield fresh ids for one batch, recorded at an instant (microseconds since 1970, UTC).

    The first is random but for its time; each further one counts up from it (RFC 9562, section 6.2, method 2), so
    that the ids of a batch stand in the order of its rows and the index grows at its end.
    """
    noise = int.from_bytes(os.urandom(10), "big")
    start = (recorded_at // 1000 << 80) | _VERSION | _VARIANT
    start |= ((noise >> _RANDOM_B_BITS) & ((1 << _RANDOM_A_BITS) - 1)) << 64
    counter = noise & (_RANDOM_B_MASK >> 1)  # The top bit stays free: no batch can count past the field.
    while True:
        text = f"{start | counter:032x}"
        yield f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
        counter += 1
