"""Development: what happened, as somebody says. One frozen shape whose `kind` says which slots it needs.

The slots and their meaning are the code book's (docs/codebook.md). Dates carry their precision in
their own text, as ISO 8601 cut short: `2024-06-25`, `2024-W26`, `2024-06`, `2024-Q2`, `2024`.
"""

import calendar
import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from ledger.values import Value


class Status(StrEnum):
    """Whether the text says that it happened. Only `occurred` ever enters a total."""

    OCCURRED = "occurred"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    DENIED = "denied"
    UNCONFIRMED = "unconfirmed"


class Approx(StrEnum):
    """How the text qualifies a figure: nearly = about, over = at_least, up to = at_most."""

    EXACT = "exact"
    ABOUT = "about"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class Precision(StrEnum):
    """How exactly a date is known."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class When(Value, frozen=True, kw_only=True):
    """A valid time with its precision, e.g. `When(text="2024-W26")`. An unknown date is `None`, not a When."""

    text: str

    def __post_init__(self) -> None:
        """Refuse a text that is not one of the five forms or names no real day (ValueError)."""
        _span(self.text)

    @property
    def precision(self) -> Precision:
        """The unit that the text stops at."""
        return _span(self.text)[0]

    @property
    def first(self) -> date:
        """The first day that it can mean."""
        return _span(self.text)[1]

    @property
    def last(self) -> date:
        """The last day that it can mean, inclusive."""
        return _span(self.text)[2]

    def overlaps(self, other: "When") -> bool:
        """Whether both can mean the same day."""
        return self.first <= other.last and other.first <= self.last


_FORMS = re.compile(r"(\d{4})(?:-(?:(\d{2})(?:-(\d{2}))?|W(\d{2})|Q([1-4])))?", re.ASCII)
_MONTHS_A_QUARTER = 3


@lru_cache(maxsize=4096)
def _span(text: str) -> tuple[Precision, date, date]:
    found = _FORMS.fullmatch(text)
    if not found:
        raise ValueError(
            f"not a date cut to its precision (2024-06-25, 2024-W26, 2024-06, 2024-Q2, 2024): {text!r}"
        )
    year, month, day, week, quarter = (None if part is None else int(part) for part in found.groups())
    assert year is not None
    if day is not None and month is not None:
        only = date(year, month, day)
        return Precision.DAY, only, only
    if week is not None:
        return Precision.WEEK, date.fromisocalendar(year, week, 1), date.fromisocalendar(year, week, 7)
    if month is not None:
        return Precision.MONTH, date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
    if quarter is not None:
        last_month = quarter * _MONTHS_A_QUARTER
        return (
            Precision.QUARTER,
            date(year, last_month - 2, 1),
            date(year, last_month, calendar.monthrange(year, last_month)[1]),
        )
    return Precision.YEAR, date(year, 1, 1), date(year, 12, 31)


class Money(Value, frozen=True, kw_only=True):
    """An amount of money, never a float. `currency` is ISO 4217, or None where the text leaves it open."""

    amount: Decimal
    currency: str | None = None
    approx: Approx = Approx.EXACT
    max: Decimal | None = None
    words: str | None = None


class Count(Value, frozen=True, kw_only=True):
    """A whole number of something; `unit` is a plural noun (`police`, `personnel`, `people`, `percent`)."""

    n: int
    unit: str
    approx: Approx = Approx.EXACT
    max: int | None = None
    words: str | None = None


class Development(Value, frozen=True, kw_only=True):
    """One thing that somebody says happened, will happen, or did not happen."""

    kind: str
    status: Status = Status.OCCURRED
    occurred: When | None = None
    actor: str | None = None
    target: str | None = None
    money: Money | None = None
    count: Count | None = None
    measure: str | None = None
    place: str | None = None
    instrument: str | None = None
    until: When | None = None
    outcome: str | None = None
    post: str | None = None
    speaker: str | None = None
    origin: str | None = None
    reason: str | None = None
    about: str | None = None
    case: str | None = None
    retold: bool = False
