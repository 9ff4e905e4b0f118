"""What templates call: citations, dates, signs and addresses, once as HTML and once as Markdown.

Everything that a template prints is escaped by its environment. Only what is built here, from escaped parts, is not.
"""

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlsplit

from jinja2 import pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from reports.weekly_model import WeeklyReport
from reports.weekly_words import day_text, is_currency, number_text, span_text

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|~&@$^])")
_SCHEME = re.compile(r"(?i)(://|\bwww\.|\bmailto:)")
_LEADING = re.compile(r"^(\s*)([-+=]|\d{1,9}[.)](?=\s|$))")
_ARROWS = {"better": "↗", "worse": "↘", "none": "?"}
_ARROW_WORDS = {"better": "better", "worse": "worse", "none": "no basis for an overall direction"}
_MOVES = {"up": "▲", "down": "▼", "level": ""}


class Written(str):
    """Markdown that was built here from escaped parts and is not escaped again."""

    __slots__ = ()


def markdown(value: object) -> str:
    """Escape anything for use inside a line of Markdown: no markup, link, autolink, list or rule can start in it."""
    if isinstance(value, Written):
        return value
    words = _SPECIAL.sub(r"\\\1", " ".join(str(value).split()) if isinstance(value, str) else str(value))
    words = _SCHEME.sub(lambda found: found[0].replace(":", r"\:").replace(".", r"\."), words)
    return _LEADING.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", words)


def web_address(address: str | None) -> str | None:
    """Return an address if it is a plain http(s) one that is safe to link, else None."""
    if not address or not address.isprintable() or any(char in address for char in " <>\"'`\\"):
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    return address if parts.scheme in {"http", "https"} and parts.netloc else None


def instant_text(instant: datetime) -> str:
    """Write an instant of UTC to the minute."""
    return f"{day_text(instant.date())}, {instant:%H:%M} UTC"


def shared_marks() -> dict[str, Callable[..., object]]:
    """Return the filters that mean the same in every format."""
    return {
        "instant": instant_text,
        "day": day_text,
        "span": span_text,
        "grouped": lambda value: number_text(Decimal(value)),
        "money": lambda figure: is_currency(figure.unit),
        "spaced": lambda words: words.replace("_", " "),
        "arrow_sign": _ARROWS.__getitem__,
        "arrow_words": _ARROW_WORDS.__getitem__,
        "move_sign": lambda direction: _MOVES.get(direction, ""),
        "tone": lambda good: "" if good is None else " good" if good else " bad",
        "chart_refs": lambda chart: getattr(chart, "refs", ()),
    }


def daggers(report: WeeklyReport) -> dict[int, str]:
    """Return the sign of every reference that is attested; templates hand it to the filters as `dagger`."""
    return {reference.number: "†" for reference in report.references if reference.attested}


def html_marks() -> dict[str, Callable[..., object]]:
    """Return the filters that write citations and addresses as HTML."""

    @pass_context
    def cites(context: Context, numbers: Sequence[int]) -> Markup:
        dagger = context["dagger"]
        links = [Markup('<a href="#r{0}">{0}{1}</a>').format(each, dagger.get(each, "")) for each in numbers]
        return (
            Markup(' <span class="cite">[{}]</span>').format(Markup(", ").join(links)) if links else Markup()
        )

    def sees(numbers: Sequence[int]) -> Markup:
        first = Markup("no.&nbsp;") if len(numbers) == 1 else Markup("nos.&nbsp;")
        links = [Markup('<a class="see" href="#d{0}">{0}</a>').format(each) for each in numbers]
        return Markup('<span class="see">{}{}</span>').format(first, Markup(", ").join(links))

    def address(value: str | None) -> Markup:
        safe = web_address(value)
        if safe:
            return Markup('<a href="{0}" rel="noopener noreferrer nofollow">{0}</a>').format(safe)
        return escape(value) if value else Markup("no address")

    return {"cites": cites, "sees": sees, "address": address}


def markdown_marks() -> dict[str, Callable[..., object]]:
    """Return the filters that write citations and addresses as Markdown."""

    @pass_context
    def cites(context: Context, numbers: Sequence[int]) -> Written:
        dagger = context["dagger"]
        words = ", ".join(f"{each}{dagger.get(each, '')}" for each in numbers)
        return Written(rf" \[{words}\]" if words else "")

    def sees(numbers: Sequence[int]) -> Written:
        first = "no. " if len(numbers) == 1 else "nos. "
        return Written(first + ", ".join(str(each) for each in numbers))

    def address(value: str | None) -> Written:
        safe = web_address(value)
        return Written(f"<{safe}>" if safe else markdown(value) if value else "no address")

    return {"cites": cites, "sees": sees, "address": address}
