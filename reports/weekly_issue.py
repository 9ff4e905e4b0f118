"""What one issue of the report is assembled from: two states of the desk, the period between them, and its citations."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from reports.claims import Claim, figure_of
from reports.claims import Figure as Said
from reports.desk import Desk
from reports.names import Names
from reports.periods import Period, zone_named
from reports.references import Register
from reports.sentences import sentence
from reports.weekly_model import Figure
from reports.weekly_words import figure_parts, figure_text, plain, qualifier

TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which report this is. `position` is the last one that counts, `root` the Merkle root (hex) over it.

    `as_of` is the instant at which the state is taken: the period's end, for a draft its making.
    """

    id: str
    period: Period
    position: int
    root: str
    as_of: datetime
    previous: str | None
    state: Literal["published", "draft"] = "published"


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """Everything that sections are made of. `before` is the state at the period's start, `after` at `edition.as_of`.

    `numbers` maps the id of every claim of this issue's developments to the number under which it is told.
    """

    edition: Edition
    before: Desk
    after: Desk
    names: Names
    register: Register
    numbers: Mapping[str, int]

    @property
    def now(self) -> datetime:
        """The last instant that the report looks at."""
        return self.edition.as_of - TICK

    @property
    def then(self) -> datetime:
        """The last instant that the report before looked at."""
        return self.edition.period.start - TICK

    @property
    def first_day(self) -> date:
        """The period's Monday in the mission's zone."""
        return date.fromisocalendar(self.edition.period.year, self.edition.period.week, 1)

    @property
    def last_day(self) -> date:
        """The last day that the report looks at, in the mission's zone."""
        zone = zone_named(self.after.configuration.mission.zone)
        return min(self.now.astimezone(zone).date(), self.first_day + timedelta(days=6))

    @property
    def eve(self) -> date:
        """The day before the period, the last one of the report before."""
        return self.first_day - timedelta(days=1)

    @property
    def has_before(self) -> bool:
        """Whether the record already had its configuration at the period's start, so that states can be compared."""
        return self.before.known_configuration is not None

    def number_of(self, *claims: Claim) -> tuple[int, ...]:
        """Return the numbers under which claims are told in this issue, without repeats."""
        return tuple(dict.fromkeys(self.numbers[claim.id] for claim in claims if claim.id in self.numbers))

    def told(self, claim: Claim) -> str:
        """Return a claim's sentence as printed."""
        return plain(sentence(claim.development, self.names))


def is_new(issue: Issue, claim: Claim) -> bool:
    """Whether a claim was recorded since the last report."""
    return claim.position > issue.before.position


def range_figure(low: Decimal | int, high: Decimal | int, unit: str) -> Figure:
    """Return a value or range as printed."""
    bounds = Decimal(low), Decimal(high)
    return Figure(
        low=bounds[0],
        high=bounds[1],
        unit=plain(unit, 40),
        text=figure_text(*bounds, unit),
        amount=figure_parts(*bounds, unit)[0],
    )


def said_figure(figure: Said) -> Figure:
    """Return a figure as its source put it, with about, at least or up to."""
    unit = figure.unit or ("currency unknown" if figure.money else "")
    bounds = Decimal(figure.low), Decimal(figure.high)
    return Figure(
        low=bounds[0],
        high=bounds[1],
        unit=plain(unit, 40),
        text=figure_text(*bounds, unit, figure.approx),
        amount=figure_parts(*bounds, unit)[0],
        qualifier=qualifier(figure.approx),
    )


def figure_words(claim: Claim) -> str:
    """Return a claim's figure as printed, or a dash."""
    figure = figure_of(claim.development)
    return said_figure(figure).text if figure else "–"
