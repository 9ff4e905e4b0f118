"""A claim: one development as one source says it, with everything that is needed to weigh it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ledger.developments import Approx, Count, Development, Money, Status, When
from ledger.envelope import Recorded
from ledger.events import DevelopmentReported
from ledger.sources import Attested, Evidence

Number = int | Decimal
"""A count is an int, an amount of money or a ratio a Decimal."""

ABOUT = Decimal("0.05")
"""How far "about" reaches to either side: "about 430" and 426 agree, "about 2,000" and 1,500 do not."""

UNKNOWN_CONFIDENCE = Decimal("0.5")


class Tier(StrEnum):
    """How far a claim was looked at: coded by the machine, vouched for by a person, or an imported record."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    RECORD = "record"


_TIER_OF = {"extractor": Tier.REPORTED, "record": Tier.RECORD, "person": Tier.CONFIRMED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A figure as it was said: `low` to `high` (equal unless a range), its unit or currency, and how exact it is."""

    low: Number
    high: Number
    unit: str | None
    approx: Approx = Approx.EXACT
    money: bool = False

    @property
    def span(self) -> tuple[Decimal, Decimal]:
        """The values it can mean: at least 400 reaches upwards without end, about 400 by 5 % to either side."""
        low, high = Decimal(self.low), Decimal(self.high)
        match self.approx:
            case Approx.ABOUT:
                return low - abs(low) * ABOUT, high + abs(high) * ABOUT
            case Approx.AT_LEAST:
                return low, Decimal("Infinity")
            case Approx.AT_MOST:
                return Decimal("-Infinity"), high
            case _:
                return low, high

    def agrees(self, other: "Figure") -> bool:
        """Whether both can be true of one thing, units aside."""
        mine, theirs = self.span, other.span
        return mine[0] <= theirs[1] and theirs[0] <= mine[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One recorded development with the metadata of its event.

    `published` is the publisher's date, ISO 8601 cut to its precision; `superseded_by` the development from a later
    version of the same item that says the same fact anew; `edited` whether the item was revised after this version.
    """

    id: str
    development: Development
    source: str
    origin: str
    grade: str
    tier: Tier
    position: int
    recorded_at: datetime
    observed_at: datetime | None
    published: str | None
    evidence: tuple[Evidence, ...]
    flags: tuple[str, ...] = ()
    confidence: Decimal | None = None
    item_id: str | None = None
    item_version: int | None = None
    record: str | None = None
    conflicts_with: tuple[str, ...] = ()
    rule_set: str | None = None
    rule: str | None = None
    actor: str = ""
    edited: bool = False
    superseded_by: str | None = None

    @property
    def live(self) -> bool:
        """Whether the claim still stands: no later version of its item says the fact anew."""
        return self.superseded_by is None

    @property
    def occurred(self) -> bool:
        """Whether it is said to have happened; only then may it count."""
        return self.development.status is Status.OCCURRED

    @property
    def attested(self) -> bool:
        """Whether somebody vouches for it instead of a quote (printed with †)."""
        return any(isinstance(evidence, Attested) for evidence in self.evidence)

    @property
    def said_at(self) -> date | None:
        """The last day on which the publication can have been, or None if it is not dated."""
        return last_day(self.published)

    @property
    def valid_day(self) -> date | None:
        """The last day that `occurred` can mean; None if it is not known."""
        return self.development.occurred.last if self.development.occurred else None

    @property
    def weak(self) -> bool:
        """Whether it was recorded with less than even confidence."""
        return self.confidence is not None and self.confidence < UNKNOWN_CONFIDENCE

    @property
    def rank(self) -> tuple[bool, bool, str, Decimal, bool, date]:
        """Sort key, best first when sorted in reverse.

        Confirmed, not weakly held, then by grade, confidence, at first hand, said latest.
        """
        return (
            self.tier is Tier.CONFIRMED,
            not self.weak,
            "".join(chr(ord("Z") - ord(letter) + ord("A")) for letter in self.grade[:1]),
            UNKNOWN_CONFIDENCE if self.confidence is None else self.confidence,
            not self.development.retold,
            self.said_at or date.min,
        )


def claim_of(recorded: Recorded, event: DevelopmentReported) -> Claim:
    """Return the claim that a recorded development makes."""
    return Claim(
        id=event.development_id,
        development=event.development,
        source=event.source,
        origin=event.origin,
        grade=event.grade,
        tier=_TIER_OF[event.via],
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        observed_at=recorded.observed_at,
        published=event.published,
        evidence=event.evidence,
        flags=event.flags,
        confidence=event.confidence,
        item_id=event.item_id,
        item_version=event.item_version,
        record=event.record,
        conflicts_with=event.conflicts_with,
        rule_set=event.rule_set,
        rule=event.rule,
        actor=recorded.actor,
    )


def figure_of(development: Development) -> Figure | None:
    """Return the figure of a development: its money if it has any, else its count, else None."""
    if development.money is not None:
        return _of_money(development.money)
    return _of_count(development.count) if development.count is not None else None


def _of_money(money: Money) -> Figure:
    low = plain(money.amount)
    high = low if money.max is None else plain(money.max)
    return Figure(low=low, high=high, unit=money.currency, approx=money.approx, money=True)


def _of_count(count: Count) -> Figure:
    high = count.n if count.max is None else count.max
    return Figure(low=count.n, high=high, unit=count.unit, approx=count.approx)


def plain(amount: Decimal) -> Decimal:
    """Return the amount without exponent or trailing zeros after the point (1.50E+3 becomes 1500)."""
    whole = amount.to_integral_value()
    return Decimal(int(whole)) if whole == amount else amount.normalize()


def independent(claims: Iterable[Claim]) -> int:
    """Return how many independent origins speak: the agency credited or the first speaker, each by a source of its own.

    One publisher that credits two bodies is one voice, and so is one agency in two papers.
    """
    heard = tuple(claims)
    origins = {claim.origin.casefold() for claim in heard}
    return min(len(origins), len({claim.source.strip().casefold() for claim in heard}))


def shifted(day: date, days: int) -> date:
    """Return the day so many days later, or earlier if negative; the calendar's first or last day beyond its ends."""
    ordinal = day.toordinal() + days
    return date.fromordinal(min(max(ordinal, date.min.toordinal()), date.max.toordinal()))


def last_day(published: str | None) -> date | None:
    """Return the last day that a publisher's date can mean; None for none and for what is no date."""
    if not published:
        return None
    try:
        return When(text=published).last
    except ValueError:
        pass
    try:
        return datetime.fromisoformat(published).date()
    except ValueError:
        return None
