"""Facts: claims about the same thing, side by side.

Same fact = kind, actor, target, outcome, measure, unit and overlapping `occurred` intervals. A claim dated to a month
joins the one day inside it that others give. An undated claim stands by itself: unknown never becomes the day of
publication; only for placing a snapshot ("now 400") in time is the publication its latest possible day.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from ledger.configuration import Configuration
from ledger.developments import Development
from reports.admission import Admission
from reports.claims import Claim, Figure, figure_of, independent

IMPLIED_MEASURE = {
    "pledge": "pledged",
    "personnel_pledge": "pledged",
    "personnel_pledged": "pledged",
    "strength": "deployed",
    "contribution": "received",
}
"""What a kind's figure measures where the text names no measure; a movement's or casualty's is its outcome."""
_OUTCOME_IS_MEASURE = ("movement", "casualty")

_PLACED = ("incident", "operation", "access", "emergency")
"""Kinds that happen at a place: two of one day are told apart by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FactKey:
    """What claims must share to be about one fact, dates aside. Names are compared without regard to case.

    `target` is None for the mission itself, said or unsaid.
    """

    kind: str
    actor: str | None = None
    target: str | None = None
    outcome: str | None = None
    measure: str | None = None
    unit: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Claims about one fact, best first, each with whether it is admitted and why; `admitted` are those that count.

    `first` and `last` bound the valid days, None if no claim is dated; `day` is by when it held: `last`, or for an
    undated snapshot the day of its publication. `denials` are denied or unconfirmed claims about the same fact.
    """

    key: FactKey
    claims: tuple[Claim, ...]
    admissions: tuple[Admission, ...]
    admitted: tuple[Claim, ...]
    first: date | None
    last: date | None
    day: date | None
    denials: tuple[Claim, ...] = ()

    @property
    def id(self) -> str:
        """A name that stays while claims are added: that of the claim recorded first."""
        return min(self.claims, key=lambda claim: claim.position).id

    @property
    def lead(self) -> Claim | None:
        """The claim that stands for the fact, or None while none is admitted."""
        return self.admitted[0] if self.admitted else None

    @property
    def origins(self) -> int:
        """How many independent origins say that it happened."""
        return independent(claim for claim in self.claims if claim.live)

    @property
    def firm(self) -> bool:
        """Whether an admitted claim that is not held weakly says it; only then may it keep a plan or a promise."""
        return any(not claim.weak for claim in self.admitted)

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The figures of the admitted claims, in the same order."""
        found = (figure_of(claim.development) for claim in self.admitted)
        return tuple(figure for figure in found if figure is not None)

    @property
    def agreed(self) -> bool:
        """Whether all admitted figures can be true at once."""
        return can_all_be_true(self.admitted)


def can_all_be_true(claims: Iterable[Claim]) -> bool:
    """Whether the figures of claims about one fact leave a value that all allow.

    Two figures of one speaker in one text are the ends of a range ("500 to 600 million"), no disagreement. Intervals
    that meet pairwise share a point, so it is enough to compare the highest low end with the lowest high end.
    """
    spans: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
    for claim in claims:
        figure = figure_of(claim.development)
        if figure is None:
            continue
        low, high = figure.span
        known = spans.setdefault(voice_of(claim), (low, high))
        spans[voice_of(claim)] = min(low, known[0]), max(high, known[1])
    return not spans or max(low for low, _ in spans.values()) <= min(high for _, high in spans.values())


def voice_of(claim: Claim) -> tuple[str, str]:
    """Return who speaks where: one origin within one text; a claim without an item is a voice of its own."""
    return (f"{claim.item_id}:{claim.item_version}" if claim.item_id else claim.id, claim.origin.casefold())


def key_of(development: Development, missions: frozenset[str]) -> FactKey:
    """Return what the development has in common with others about the same fact.

    `missions` are the case-folded names of the mission itself: an unsaid target means it.
    """
    figure = figure_of(development)
    target = _folded(development.target)
    return FactKey(
        kind=development.kind,
        actor=_folded(development.actor),
        target=None if target in missions else target,
        outcome=development.outcome,
        measure=measure_of(development),
        unit=figure.unit if figure else None,
        place=_folded(development.place) if development.kind in _PLACED else None,
    )


def measure_of(development: Development) -> str | None:
    """Return the measure, the one its kind implies where none is said; None where the outcome says it already."""
    if development.kind in _OUTCOME_IS_MEASURE and development.measure == development.outcome:
        return None
    return development.measure or IMPLIED_MEASURE.get(development.kind)


def missions_of(configuration: Configuration) -> frozenset[str]:
    """Every way to write the mission itself; the configuration may name other missions too."""
    own = {configuration.mission.id.casefold(), configuration.mission.name.casefold()}
    for name in configuration.names:
        written = {each.casefold() for each in (name.canonical, *name.aliases)}
        if name.kind == "mission" and written & own:
            own |= written
    return frozenset(own)


def _folded(name: str | None) -> str | None:
    return name.casefold() if name else None
