"""Timeline: every development as one dated line that states figure, source and date."""

from dataclasses import dataclass
from datetime import date, datetime

from reports.desk import Desk
from reports.itemtexts import Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which lines to keep; None keeps all. `since` is a valid day (or the day it was said, where undated)."""

    actor: str | None = None
    kind: str | None = None
    track: str | None = None
    source: str | None = None
    status: str | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `occurred` is cut to its `precision`; `origins` counts independent origins of the same fact."""

    development: str
    occurred: str | None
    precision: str
    published: str | None
    recorded_at: datetime
    observed_at: datetime | None
    position: int
    kind: str
    track: str
    status: str
    sentence: str
    source: str
    origin: str
    origins: int
    grade: str
    tier: str
    admitted: bool
    why: str
    attested: bool
    edited: bool
    item: str | None
    quote: str | None


def timeline(
    desk: Desk, wanted: Filter = Filter(), *, now: datetime, on: date | None = None, text: Texts | None = None
) -> tuple[Row, ...]:
    """Return the lines in order of valid time, undated ones by the day they were said.

    `text` fetches a stored text by its SHA-256 for the quotes; without it no quotes are given.
    """
    raise NotImplementedError
