"""What days a date mention means, seen from the day of publication."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from ledger.developments import When

_WEEK = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMention:
    """A date or duration in the text, unresolved: tokens `first` to `last` (inclusive) and the parts it prints.

    `weekday` is 1 (Monday) to 7. `unit` and `offset` make a relative one ("last week": week, -1). `role` is "until",
    "since", "duration", "after" (in 45 days), "period" (its end is dated) or "" for a plain date.
    """

    first: int
    last: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    unit: str | None = None
    offset: int = 0
    role: str = ""


def resolve(mention: DateMention, published: date | None, *, ahead: bool) -> When | None:
    """Return the day, week, month or year that the mention means, or None where the text leaves it open.

    `ahead` says that the clause speaks of the future. Without a publication date only what prints its own year
    resolves. A weekday that contradicts its own date resolves to None.
    """
    try:
        return _resolved(mention, published, ahead=ahead)
    except (ValueError, OverflowError):
        return None


def _resolved(mention: DateMention, published: date | None, *, ahead: bool) -> When | None:
    if mention.day is not None:
        return _day(mention, published, ahead=ahead)
    if mention.year is not None:
        return When(text=f"{mention.year:04d}" + (f"-{mention.month:02d}" if mention.month else ""))
    if published is None:
        return None
    if mention.month is not None:
        return _month(mention.month, published, ahead=ahead, until=mention.role == "until")
    if mention.weekday is not None:
        return _weekday(mention, published, ahead=ahead)
    return _relative(mention, published)


def _day(mention: DateMention, published: date | None, *, ahead: bool) -> When | None:
    assert mention.month is not None
    assert mention.day is not None
    if mention.year is None and published is None:
        return None
    if mention.year is not None:
        years = [mention.year]
    else:
        assert published is not None
        years = [published.year - 1, published.year, published.year + 1]
    days = [
        date(year, mention.month, mention.day) for year in years if _exists(year, mention.month, mention.day)
    ]
    if published is not None and len(days) > 1:
        ahead = ahead or mention.role == "until"
        # "June 25" in a text of 24 June is not last year's: a little tolerance on the wrong side of the tense.
        limit = [
            day
            for day in days
            if (day >= published - timedelta(days=3) if ahead else day <= published + timedelta(days=60))
        ]
        days = [min(limit, key=lambda day: abs((day - published).days))] if limit else []
    if not days or (mention.weekday is not None and days[0].isoweekday() != mention.weekday):
        return None
    return When(text=days[0].isoformat())


def _exists(year: int, month: int, day: int) -> bool:
    return day <= calendar.monthrange(year, month)[1]


def _month(month: int, published: date, *, ahead: bool, until: bool) -> When:
    year = published.year
    if ahead or until:
        year += month < published.month
    else:
        year -= month > published.month
    return When(text=f"{year:04d}-{month:02d}")


def _weekday(mention: DateMention, published: date, *, ahead: bool) -> When:
    assert mention.weekday is not None
    back = (published.isoweekday() - mention.weekday) % _WEEK
    if mention.offset > 0 or ((ahead or mention.role == "until") and mention.offset == 0):
        return When(
            text=(
                published + timedelta(days=(_WEEK - back) if back else (_WEEK if mention.offset else 0))
            ).isoformat()
        )
    if mention.offset < 0 and back == 0:
        back = _WEEK
    return When(text=(published - timedelta(days=back)).isoformat())


def _relative(mention: DateMention, published: date) -> When | None:
    match mention.unit:
        case "day" | "days":
            return When(text=(published + timedelta(days=mention.offset)).isoformat())
        case "week" | "weeks":
            year, week, _ = (published + timedelta(weeks=mention.offset)).isocalendar()
            return When(text=f"{year:04d}-W{week:02d}")
        case "month" | "months":
            return When(text=added(published, months=mention.offset).isoformat()[:7])
        case "year" | "years":
            return When(text=f"{published.year + mention.offset:04d}")
        case "yearend":
            return When(text=f"{published.year + mention.offset:04d}-12")
        case _:
            return None


def added(day: date, *, months: int) -> date:
    """Return the same day of the month so many months later, cut to that month's last day (ValueError off range)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def extended(start: When, mention: DateMention) -> When | None:
    """Return where a duration that begins at `start` ends, to the precision of `start` (None if it cannot be said)."""
    try:
        match mention.unit:
            case "days" | "weeks":
                days = mention.offset * (_WEEK if mention.unit == "weeks" else 1)
                end = start.first + timedelta(days=days)
            case "months" | "years":
                end = added(start.first, months=mention.offset * (12 if mention.unit == "years" else 1))
            case _:
                return None
    except (ValueError, OverflowError):
        return None
    cut = {4: 4, 7: 7, 10: 10}.get(len(start.text))
    return (
        When(text=end.isoformat()[:cut]) if cut and "Q" not in start.text and "W" not in start.text else None
    )
