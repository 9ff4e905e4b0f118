"""Event <-> canonical JSON bytes, under our own wire names, with versions and upcasters.

Canonical JSON: UTF-8, no white space, object members sorted by name, members equal to their default left out,
decimals as strings, instants as RFC 3339 in UTC. Old bytes are never rewritten: an upcaster turns the parsed body
of version n into that of version n + 1 when it is read.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast, get_args

import msgspec

from ledger.errors import UnknownEventType
from ledger.events import Event

Upcaster = tuple[str, Callable[[dict[str, Any]], dict[str, Any]]]
"""The next version's wire name, and the function from this version's parsed body to that one's."""

UPCASTERS: Mapping[str, Upcaster] = {}
"""Wire name of an old version -> how to read it as the next one."""

_ENCODER = msgspec.json.Encoder(order="sorted", decimal_format="string")


class Codec:
    """Encodes events of a vocabulary and decodes every version of them ever written."""

    def __init__(self, vocabulary: Iterable[type], upcasters: Mapping[str, Upcaster] = UPCASTERS) -> None:
        self._types: dict[str, type] = {cast("Any", kind).TOPIC: kind for kind in vocabulary}
        self._decoders: dict[str, msgspec.json.Decoder[Any]] = {
            topic: msgspec.json.Decoder(kind) for topic, kind in self._types.items()
        }
        self._upcasters = dict(upcasters)

    @property
    def vocabulary(self) -> tuple[type, ...]:
        """The classes of today's versions."""
        return tuple(self._types.values())

    def encode(self, event: Event) -> tuple[str, bytes]:
        """Return the wire name and the canonical JSON bytes of an event."""
        return type(event).TOPIC, _ENCODER.encode(event)

    def decode(self, topic: str, body: bytes, *, position: int | None = None) -> Event:
        """Return the event of a wire name and its bytes, upcast to today's version.

        Raises UnknownEventType for a name this version does not know or bytes that do not fit it, naming `position`.
        """
        try:
            decoder = self._decoders.get(topic)
            if decoder is not None:
                event: Event = decoder.decode(body)
                return event
            return self._upcast(topic, msgspec.json.decode(body))
        except (msgspec.DecodeError, msgspec.ValidationError, ValueError, KeyError) as error:
            place = "" if position is None else f" at position {position}"
            raise UnknownEventType(
                f"the event {topic!r}{place} cannot be read by this version ({error}); upgrade sitledger"
            ) from error

    def _upcast(self, topic: str, body: dict[str, Any]) -> Event:
        while topic not in self._types:
            topic, step = self._upcasters[topic]
            body = step(body)
        return cast("Event", msgspec.convert(body, self._types[topic]))


CODEC = Codec(get_args(Event))
"""The codec of the product's whole vocabulary."""


def canonical(value: object) -> bytes:
    """Return any value's canonical JSON bytes."""
    return _ENCODER.encode(value)
