"""Time is an argument: the clock a composition root hands down, and the virtual one of demo and tests."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

Clock = Callable[[], datetime]
"""Returns the present instant, aware, in UTC."""


def system_clock() -> datetime:
    """Return the machine's present instant in UTC. Only composition roots hand this one down."""
    return datetime.now(UTC)


class VirtualClock:
    """A clock that stands still until it is moved, and never runs backwards."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)

    def __call__(self) -> datetime:
        """Return the virtual instant."""
        return self._now

    def advance_to(self, instant: datetime) -> None:
        """Move to an instant; an earlier one changes nothing."""
        self._now = max(self._now, instant.astimezone(UTC))

    def advance(self, step: timedelta) -> None:
        """Move on by a step."""
        self.advance_to(self._now + step)
