"""The weekly report as one frozen value: what HTML, Markdown and JSON are made of.

Every sentence, figure and citation stands here in full; a renderer only lays out. Numbers in `refs` point into
`WeeklyReport.references`, numbers called `number` are the report's own numbers of developments: each is told
once and cited elsewhere by its number. Texts are plain text, already free of control characters.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from ledger.values import Value
from reports.charts_model import Chart, Point
from reports.weekly_model_coverage import CoverageSection

SCHEMA = "sitledger.weekly/1"
Direction = Literal["up", "down", "level"]


class Figure(Value, frozen=True, kw_only=True):
    """A value or a range in a unit (a plural noun or a currency).

    `text` is how it is printed, `amount` the same without unit and `qualifier` (about, at least, up to).
    """

    low: Decimal
    high: Decimal
    unit: str
    text: str
    amount: str
    qualifier: str = ""


class Masthead(Value, frozen=True, kw_only=True):
    """What identifies a report. The period is [start, end) in UTC, `position` the last one it covers."""

    id: str
    title: str
    mission: str
    zone: str
    week: str
    first_day: date
    last_day: date
    start: datetime
    end: datetime
    as_of: datetime
    position: int
    root: str
    previous: str | None
    state: Literal["published", "draft"]
    virtual: bool
    reported: int
    reviewed: int


class Move(Value, frozen=True, kw_only=True):
    """An indicator whose admitted figure differs from the last report's. `good` says whether it moved for the better."""

    indicator: str
    label: str
    direction: Direction
    good: bool | None
    confirmed: bool
    text: str
    refs: tuple[int, ...] = ()


class BottomLine(Value, frozen=True, kw_only=True):
    """One sentence made of the admitted changes, and the overall arrow with the reason for it."""

    sentence: str
    arrow: Literal["better", "worse", "none"]
    basis: str
    moves: tuple[Move, ...] = ()
    refs: tuple[int, ...] = ()


class QuestionLine(Value, frozen=True, kw_only=True):
    """A standing question, its answer if anybody wrote one, and the developments of the week that bear on it."""

    text: str
    answer: str | None = None
    numbers: tuple[int, ...] = ()


class DateAhead(Value, frozen=True, kw_only=True):
    """A date that comes or has passed unmet. `days` counts from the period's end; negative means overdue."""

    label: str
    text: str
    day: date
    days: int
    overdue: bool
    kind: str
    source: str
    admitted: bool = True
    note: str | None = None
    refs: tuple[int, ...] = ()


class Tile(Value, frozen=True, kw_only=True):
    """A key figure. Without an admitted value `empty` says since when there is none."""

    id: str
    label: str
    value: Figure | None = None
    empty: str | None = None
    goal: str | None = None
    share: Decimal | None = None
    source: str | None = None
    day: str | None = None
    grade: str | None = None
    basis: str | None = None
    delta: str | None = None
    direction: Direction | None = None
    good: bool | None = None
    disputed: bool = False
    stale: bool = False
    age_days: int | None = None
    flows: tuple[str, ...] = ()
    spark: tuple[Point, ...] = ()
    refs: tuple[int, ...] = ()


class ChangeLine(Value, frozen=True, kw_only=True):
    """Something that differs from the last report; `what` is its sort."""

    what: Literal[
        "figure", "new", "revised", "source edited", "disputed", "settled", "confirmed", "withdrawn"
    ]
    text: str
    numbers: tuple[int, ...] = ()
    refs: tuple[int, ...] = ()


class Told(Value, frozen=True, kw_only=True):
    """One development, told. `admitted` says that it meets the bar of page one, `why` for which reason (or not)."""

    number: int
    id: str
    kind: str
    day: str
    precision: str
    sentence: str
    status: str
    grade: str
    origins: int
    tier: str
    admitted: bool
    why: str
    refs: tuple[int, ...]


class TrackSection(Value, frozen=True, kw_only=True):
    """The developments of one track; `more` of them are in the annex."""

    name: str
    label: str
    told: tuple[Told, ...]
    more: int = 0


class DisputedClaim(Value, frozen=True, kw_only=True):
    """One source's figure in a dispute."""

    figure: str
    source: str
    said: str
    grade: str
    quote: str
    number: int | None = None
    refs: tuple[int, ...] = ()


class DisputeEntry(Value, frozen=True, kw_only=True):
    """A fact about which admitted claims differ."""

    id: str
    fact: str
    headline: str
    range: Figure | None
    open: bool
    why: str
    claims: tuple[DisputedClaim, ...]


class CaseStep(Value, frozen=True, kw_only=True):
    """One legal or mandate step, told here in short and cited by number where the report tells it in full."""

    label: str
    court: str
    day: str
    last: str
    next: str | None = None
    effect: str | None = None
    number: int | None = None
    refs: tuple[int, ...] = ()


class AlertLine(Value, frozen=True, kw_only=True):
    """An alert that was raised or resolved in the period, or is still open."""

    summary: str
    severity: str
    raised: datetime
    resolved: datetime | None = None
    numbers: tuple[int, ...] = ()


class ChronologyLine(Value, frozen=True, kw_only=True):
    """One line of the four weeks' chronology: told in full elsewhere (`number`), or told here."""

    day: str
    text: str
    number: int | None = None
    refs: tuple[int, ...] = ()


class Quote(Value, frozen=True, kw_only=True):
    """A span of a stored text, offsets in code points; `text` is None when the text was withdrawn."""

    start: int
    end: int
    text: str | None


class Reference(Value, frozen=True, kw_only=True):
    """One document that the report cites. `attested` ones (†) rest on the word of `by`, not on stored source text."""

    number: int
    attested: bool
    by: str | None
    publisher: str
    origin: str
    title: str | None
    address: str | None
    published: str | None
    first_seen: datetime | None
    sha256: str
    language: str | None
    grade: str
    quotes: tuple[Quote, ...]
    edited: bool = False


class Integrity(Value, frozen=True, kw_only=True):
    """What the report covers and how to check it."""

    first: int
    last: int
    root: str
    commands: tuple[str, ...]


class WeeklyReport(Value, frozen=True, kw_only=True):
    """The report, in the order in which it is printed. `empty` names the sections with nothing to say."""

    masthead: Masthead
    bottom_line: BottomLine
    questions: tuple[QuestionLine, ...]
    dates: tuple[DateAhead, ...]
    tiles: tuple[Tile, ...]
    changes: tuple[ChangeLine, ...]
    tracks: tuple[TrackSection, ...]
    disputes: tuple[DisputeEntry, ...]
    charts: tuple[Chart, ...]
    cases: tuple[CaseStep, ...]
    alerts: tuple[AlertLine, ...]
    coverage: CoverageSection
    annex: tuple[TrackSection, ...]
    more_dates: tuple[DateAhead, ...]
    more_disputes: tuple[DisputeEntry, ...]
    chronology: tuple[ChronologyLine, ...]
    references: tuple[Reference, ...]
    integrity: Integrity
    empty: tuple[str, ...]
    schema: str
