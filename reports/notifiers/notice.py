"""What is handed to a destination: one alert, raised or resolved, with everything that explains it."""

from datetime import datetime
from typing import Literal, Protocol

import msgspec

from ledger.codec import canonical
from ledger.configuration import Severity

SCHEMA = "sitledger.notice/1"


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """One notification. Its JSON has exactly these members, in canonical form; those that are empty stay in.

    `notification` is stable over every attempt: a receiver that has seen it may drop it. `reason` says why it is
    sent; `resolved_at` and `resolution`, when and why it is over, are null for a raised alert. `value` and `threshold` are printed figures, `developments` the ids
    that `sitledger show` explains. `virtual` marks a demonstration or test. Instants are RFC 3339 in UTC.
    """

    schema: str = SCHEMA
    notification: str
    phase: Literal["raised", "resolved"]
    mission: str
    alert: str
    rule: str
    kind: str
    severity: Severity
    labels: dict[str, str]
    n: int
    summary: str
    value: str | None
    threshold: str | None
    developments: tuple[str, ...]
    reason: str
    raised_at: datetime
    resolved_at: datetime | None = None
    resolution: str | None = None
    virtual: bool = False

    @property
    def line(self) -> str:
        """The notice in one line, for people."""
        words = f"{self.resolved_at or self.raised_at:%Y-%m-%d %H:%M}Z {self.rule}: {self.summary}"
        return words if self.resolution is None else f"{words} [{self.resolution}]"


class Notifier(Protocol):
    """A destination that notices can be handed to."""

    async def deliver(self, notice: Notice, now: datetime) -> None:
        """Hand one notice over; returning means that the destination has it (DestinationError if not)."""
        ...


def payload(notice: Notice) -> bytes:
    """Return the notice as canonical JSON: UTF-8, members sorted by name, no line break."""
    return canonical(notice)
