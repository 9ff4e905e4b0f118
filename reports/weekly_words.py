"""Words of the report: how figures, dates and foreign texts are written. English, no locale, no clock."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from ledger.developments import Approx, Precision, When

MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905 - one line reads as a calendar
)
_MILLION = Decimal(1_000_000)
_BILLION = Decimal(1_000_000_000)
_APPROX = {
    Approx.EXACT: "",
    Approx.ABOUT: "about",
    Approx.AT_LEAST: "at least",
    Approx.AT_MOST: "up to",
}
_CURRENCY = re.compile(r"[A-Z]{3}")
_STEERING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)], "�")
_SPACE = re.compile(r"\s+")
_MARKS_MAX = 4


def plain(text: str, limit: int = 600) -> str:
    """Return a foreign text as one line of harmless characters, cut at `limit` code points.

    White space becomes single spaces, control, private and unassigned characters and everything that turns the
    direction of writing become U+FFFD, and piles of combining marks are cut to four.
    """
    kept: list[str] = []
    marks = 0
    for char in _SPACE.sub(" ", text.translate(_STEERING)).strip():
        category = unicodedata.category(char)
        marks = marks + 1 if category.startswith("M") else 0
        if marks <= _MARKS_MAX:
            kept.append("�" if category in {"Cc", "Cn", "Co", "Cs"} or _is_hidden(char) else char)
        if len(kept) > limit:
            return "".join(kept[: limit - 1]).rstrip() + "…"
    return "".join(kept)


def _is_hidden(char: str) -> bool:
    # Joiners and marks of direction belong to Arabic, Persian and Indic spelling; other invisible ones only deceive.
    return unicodedata.category(char) == "Cf" and char not in "\u200c\u200d\u200e\u200f\u061c\u00ad"


def is_currency(unit: str) -> bool:
    """Whether a unit is a currency code and not a plural noun."""
    return _CURRENCY.fullmatch(unit) is not None


def number_text(value: Decimal) -> str:
    """Write a number with thousands separators and no more digits than it has, e.g. 1,000 or 10.8."""
    exact = value.normalize()
    return f"{exact:,f}"


def figure_text(low: Decimal, high: Decimal, unit: str, approx: Approx = Approx.EXACT) -> str:
    """Write a figure or a range in its unit, e.g. `USD 10.8 million`, `200–400 police`, `85 percent`."""
    amount, unit_text = figure_parts(low, high, unit)
    figure = f"{unit_text} {amount}" if is_currency(unit) else f"{amount} {unit_text}".strip()
    return f"{qualifier(approx)} {figure}".strip()


def qualifier(approx: Approx) -> str:
    """Return about, at least, up to or nothing."""
    return _APPROX[approx]


def figure_parts(low: Decimal, high: Decimal, unit: str) -> tuple[str, str]:
    """Write a figure and its unit apart, e.g. `10.8 million` and `USD`."""
    scale, word = _scale(high if is_currency(unit) else Decimal(0))
    numbers = number_text(low / scale)
    if low != high:
        numbers += f"–{number_text(high / scale)}"
    return numbers + word, plain(unit, 40).replace("_", " ")


def _scale(value: Decimal) -> tuple[Decimal, str]:
    if value >= _BILLION:
        return _BILLION, " billion"
    return (_MILLION, " million") if value >= _MILLION else (Decimal(1), "")


def day_text(day: date) -> str:
    """Write a day in full: 25 June 2024."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def when_text(when: When | None) -> str:
    """Write a valid time as exactly as it is known and no more exactly."""
    if when is None:
        return "date unknown"
    first = when.first
    match when.precision:
        case Precision.DAY:
            return day_text(first)
        case Precision.WEEK:
            return f"week of {day_text(first)}"
        case Precision.MONTH:
            return f"{MONTHS[first.month - 1]} {first.year}"
        case Precision.QUARTER:
            return f"quarter {(first.month + 2) // 3} of {first.year}"
    return f"{first.year}"


def span_text(first: date, last: date) -> str:
    """Write a span of days without repeating what both ends share: 24–30 June 2024."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{day_text(last)}"
    start = f"{first.day} {MONTHS[first.month - 1]}"
    return f"{start}{'' if first.year == last.year else f' {first.year}'} – {day_text(last)}"


def listing(parts: tuple[str, ...] | list[str]) -> str:
    """Join words as a sentence does: a, b and c."""
    return ", ".join(parts[:-1]) + (" and " if len(parts) > 1 else "") + parts[-1] if parts else ""


def counted(n: int, noun: str) -> str:
    """Write a number with its noun, `s` for several: 1 claim, 2 claims."""
    return f"{n} {noun}{'' if n == 1 else 's'}"
