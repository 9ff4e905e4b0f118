"""One line of a chronology, in the code book's slots and nested form, as typed values."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

import msgspec

from ledger.developments import Approx, Count, Development, Money, Precision, Status, When

_CREDIBILITY = {"high": 2, "medium": 3, "low": 5, "recalled": 6}
_CONFIDENCE = {
    "high": Decimal("0.9"),
    "medium": Decimal("0.6"),
    "low": Decimal("0.3"),
    "recalled": Decimal("0.1"),
}


class RecordSource(msgspec.Struct, frozen=True, kw_only=True):
    """Where a record was found: address, title, and the publisher's date."""

    url: str | None = None
    title: str | None = None
    published: str | None = None


class _Money(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amount: Decimal
    currency: str | None = None
    approx: Approx = Approx.EXACT
    max: Decimal | None = None
    words: str | None = None


class _Count(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    n: int
    unit: str
    approx: Approx = Approx.EXACT
    max: int | None = None
    words: str | None = None


class RecordLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A line as it is written. A misspelt slot is an error, not a slot that is silently dropped."""

    id: str
    kind: str
    summary: str
    status: Status = Status.OCCURRED
    occurred: str | None = None
    precision: Literal["day", "week", "month", "quarter", "year", "unknown"] | None = None
    published: str | None = None
    actor: str | None = None
    target: str | None = None
    money: _Money | None = None
    count: _Count | None = None
    measure: str | None = None
    place: str | None = None
    instrument: str | None = None
    until: str | None = None
    outcome: str | None = None
    post: str | None = None
    speaker: str | None = None
    origin: str | None = None
    reason: str | None = None
    about: str | None = None
    case: str | None = None
    retold: bool = False
    sources: tuple[RecordSource, ...] = ()
    confidence: Literal["high", "medium", "low", "recalled"] | None = None
    conflicts_with: tuple[str, ...] = ()

    @property
    def publications(self) -> tuple[str, ...]:
        """Every date of publication it names, its own first."""
        named = (self.published, *(source.published for source in self.sources))
        return tuple(text for text in named if text)

    @property
    def certainty(self) -> Decimal | None:
        """The confidence as a number, 0 to 1."""
        return _CONFIDENCE[self.confidence] if self.confidence else None

    @property
    def credibility(self) -> str:
        """The Admiralty digit of the information (2 probably true to 6 cannot be judged), or nothing."""
        return str(_CREDIBILITY[self.confidence]) if self.confidence else ""

    @property
    def published_by_the_end_of(self) -> datetime | None:
        """The last instant at which it can have been published; None if that is not known."""
        if self.published is None:
            return None
        after = When(text=self.published).last + timedelta(days=1)
        return datetime.combine(after, time(), UTC) - timedelta(microseconds=1)

    def development(self) -> Development:
        """Return the development it records (ValueError for dates that are none)."""
        slots = {
            name: getattr(self, name)
            for name in Development.__struct_fields__
            if name not in {"occurred", "until", "money", "count"}
        }
        return Development(
            **slots,
            occurred=_cut(self.occurred, self.precision),
            until=When(text=self.until) if self.until else None,
            money=Money(**msgspec.structs.asdict(self.money)) if self.money else None,
            count=Count(**msgspec.structs.asdict(self.count)) if self.count else None,
        )


def read_line(line: str) -> RecordLine:
    """Return one line's record (ValueError or OverflowError, saying what is wrong with it).

    Its dates of publication are not looked at: whether they can be true depends on the day.
    """
    record = msgspec.json.decode(line, type=RecordLine)
    if not record.id.strip() or not record.summary.strip():
        raise ValueError("a record needs an id and a summary")
    record.development()
    return record


def _cut(text: str | None, precision: str | None) -> When | None:
    """Return the date, cut to the precision that the record claims for it."""
    if text is None or precision == "unknown":
        return None
    when = When(text=text)
    if precision is None or when.precision == precision or when.precision is not Precision.DAY:
        return when
    return When(text=_coarser(when.first, Precision(precision)))


def _coarser(day: date, precision: Precision) -> str:
    match precision:
        case Precision.DAY:
            return day.isoformat()
        case Precision.WEEK:
            year, week, _ = day.isocalendar()
            return f"{year}-W{week:02}"
        case Precision.MONTH:
            return f"{day:%Y-%m}"
        case Precision.QUARTER:
            return f"{day.year}-Q{(day.month + 2) // 3}"
        case Precision.YEAR:
            return f"{day.year}"
