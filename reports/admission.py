"""Admission: which claims may move a tile or open a dispute when nobody has reviewed anything.

A claim is admitted if a person confirmed it, an imported record vouches for it, two independent origins say the
same through two sources that are not both unreliable, or a source graded A or B says it and no sanity check failed.
Everything else is printed as unreviewed.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.developments import Status
from reports.claims import Claim, Tier, figure_of, independent

TRUSTED = ("A", "B")
UNRELIABLE = ("E", "F")
"""Grades that support nothing by themselves, however many say it: anybody can open three of them in an afternoon."""
ORIGINS_MIN = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Whether a claim counts, and why or why not."""

    admitted: bool
    why: str


def admit(claim: Claim, companions: Iterable[Claim]) -> Admission:
    """Decide on a claim, given every claim about the same fact (itself may be among them)."""
    if not claim.live:
        return Admission(admitted=False, why="the source edited it since")
    if claim.development.status is not Status.OCCURRED:
        return Admission(admitted=False, why=f"{claim.development.status}, not said to have happened")
    return trust(claim, companions)


def trust(claim: Claim, companions: Iterable[Claim]) -> Admission:
    """Decide whether a claim would be believed, whatever its status (a denial or a plan needs the same weight)."""
    match claim.tier:
        case Tier.CONFIRMED:
            return Admission(admitted=True, why="a person confirmed it")
        case Tier.RECORD:
            return Admission(admitted=True, why="an imported record vouches for it")
        case Tier.REPORTED:
            return _reported(claim, companions)


def _reported(claim: Claim, companions: Iterable[Claim]) -> Admission:
    agreeing = [claim, *(other for other in companions if other.live and says_the_same(claim, other))]
    origins = independent(agreeing)
    carried = any(each.tier is not Tier.REPORTED or each.grade[:1] not in UNRELIABLE for each in agreeing)
    if origins >= ORIGINS_MIN and carried:
        return Admission(admitted=True, why=f"{origins} independent origins say it")
    if claim.flags:
        return Admission(admitted=False, why="unreviewed; check failed: " + ", ".join(claim.flags))
    if claim.grade[:1] in TRUSTED:
        return Admission(admitted=True, why=f"a source graded {claim.grade} says it")
    alone = "one origin" if origins < ORIGINS_MIN else f"{origins} origins, none reliable"
    return Admission(admitted=False, why=f"unreviewed; {alone}, graded {claim.grade}")


def says_the_same(one: Claim, other: Claim) -> bool:
    """Whether two claims about one fact have the same status and agreeing values (or neither has a value)."""
    if one.development.status is not other.development.status:
        return False
    mine, theirs = figure_of(one.development), figure_of(other.development)
    if mine is None or theirs is None:
        return mine is theirs
    return mine.agrees(theirs)
