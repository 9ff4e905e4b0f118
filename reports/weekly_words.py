"""Words of the report: how figures, dates and foreign texts are written. English, no locale, no clock."""

import re
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
_SPACE = re.compile(r"\s+")
# Ranges are written out and not asked of the Unicode tables, which differ between versions of Python. Joiners, marks
# of direction and soft hyphens are left: Arabic, Persian and Indic spelling needs them.
_HIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u180e\u200b\u2028-\u202e\u2060-\u206f\ue000-\uf8ff\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)
_MARK = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
_PILE = re.compile(f"({_MARK}{{4}}){_MARK}+")


def plain(text: str, limit: int = 600) -> str:
    """Return a foreign text as one line of harmless characters, cut at `limit` code points.

    White space becomes single spaces; control, private and other invisible characters and everything that turns the
    direction of writing become U+FFFD; piles of combining marks are cut to four.
    """
    words = _PILE.sub(r"\1", _HIDDEN.sub("\ufffd", _SPACE.sub(" ", text).strip()))
    return words if len(words) <= limit else words[: limit - 1].rstrip() + "…"


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
