"""Grouping: which claims under one key are about one fact, by their dates.

Claims of one day are one fact. A coarser date ("in November") joins the one fact inside it, or the one there whose
figure agrees; else it stands alone. An undated claim joins a fact of the week before its publication: a snapshot or
a retold one only if the figures agree, since an older total is another fact. It never dates anything itself.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from ledger.developments import Status
from reports.admission import admit, says_the_same
from reports.claims import Claim, shifted
from reports.facts import Fact, FactKey

REACH_DAYS = 7
"""How long before its publication an undated thing may have happened, to find the dated fact that it repeats."""

_DENIALS = (Status.DENIED, Status.UNCONFIRMED)


@dataclass(slots=True, kw_only=True)
class _Cluster:
    first: date | None
    last: date | None
    claims: list[Claim] = field(default_factory=list)
    denials: list[Claim] = field(default_factory=list)

    def agrees(self, claim: Claim) -> bool:
        return any(says_the_same(claim, other) for other in self.claims)

    def meets(self, first: date, last: date) -> bool:
        return self.first is not None and self.last is not None and self.first <= last and first <= self.last


def group(key: FactKey, claims: Sequence[Claim], *, snapshot: bool) -> tuple[Fact, ...]:
    """Sort the claims under one key into facts, in order of valid time; undated facts come first.

    Planned and hypothetical claims are no facts and are left out; so are denials of what nobody asserts.
    """
    grouping = _Grouping(snapshot=snapshot)
    asserted = [claim for claim in claims if claim.development.status is Status.OCCURRED]
    for claim in sorted(asserted, key=_finest_first):
        grouping.place(claim)
    for claim in claims:
        if claim.development.status in _DENIALS:
            grouping.deny(claim)
    facts = [_fact(key, cluster, snapshot=snapshot) for cluster in grouping.clusters]
    return tuple(sorted(facts, key=_in_time))


class _Grouping:
    """Clusters under construction, indexed by day so that thousands of claims stay cheap."""

    def __init__(self, *, snapshot: bool) -> None:
        self.clusters: list[_Cluster] = []
        self._snapshot = snapshot
        self._by_day: dict[date, _Cluster] = {}
        self._coarse: list[_Cluster] = []
        self._undated: dict[date | None, list[_Cluster]] = defaultdict(list)

    def place(self, claim: Claim) -> None:
        """Put an asserted claim where it belongs; finer dates come before coarser ones."""
        when = claim.development.occurred
        if when is None:
            found = self._of_undated(claim)
            if found is None:
                found = self._open(None, None)
                self._undated[claim.said_at].append(found)
        else:
            found = self._of_dated(claim, when.first, when.last)
            if found is None:
                found = self._open(when.first, when.last)
                if when.first == when.last:
                    self._by_day[when.first] = found
                else:
                    self._coarse.append(found)
        found.claims.append(claim)

    def deny(self, claim: Claim) -> None:
        """Put a denial beside what it denies, if anybody asserts it."""
        when = claim.development.occurred
        found = self._of_dated(claim, when.first, when.last) if when else self._recent(claim)
        if found is None and when:
            found = next((each for each in self.clusters if each.meets(when.first, when.last)), None)
        if found is not None:
            found.denials.append(claim)

    def _open(self, first: date | None, last: date | None) -> _Cluster:
        cluster = _Cluster(first=first, last=last)
        self.clusters.append(cluster)
        return cluster

    def _of_dated(self, claim: Claim, first: date, last: date) -> _Cluster | None:
        if first == last:
            exact = self._by_day.get(first)
            return exact or _only(claim, [each for each in self._coarse if each.meets(first, last)])
        inside = [each for day, each in self._by_day.items() if first <= day <= last]
        return _only(claim, inside) or _only(
            claim, [each for each in self._coarse if each.meets(first, last)]
        )

    def _of_undated(self, claim: Claim) -> _Cluster | None:
        found = self._recent(claim)
        if found is not None and (found.agrees(claim) or not (self._snapshot or claim.development.retold)):
            return found
        undated = [each for day in _reach(claim) for each in self._undated.get(day, ())]
        return next((each for each in undated if each.agrees(claim)), None)

    def _recent(self, claim: Claim) -> _Cluster | None:
        dated = [self._by_day[day] for day in _reach(claim) if day in self._by_day]
        return next((each for each in dated if each.agrees(claim)), None) or next(iter(dated), None)


def _only(claim: Claim, candidates: Sequence[_Cluster]) -> _Cluster | None:
    """Return the single candidate, else the single one that agrees; two would be a guess."""
    if len(candidates) == 1:
        return candidates[0]
    agreeing = [each for each in candidates if each.agrees(claim)]
    return agreeing[0] if len(agreeing) == 1 else None


def _reach(claim: Claim) -> Iterable[date | None]:
    """Return the days an undated claim can be about, latest first; None if even its publication is undated."""
    said = claim.said_at
    if said is None:
        return (None,)
    return tuple(shifted(said, -days) for days in range(REACH_DAYS + 1))


def _finest_first(claim: Claim) -> tuple[int, date, int]:
    when = claim.development.occurred
    if when is None:
        return (10_000, claim.said_at or date.max, claim.position)
    return ((when.last - when.first).days, when.first, claim.position)


def _fact(key: FactKey, cluster: _Cluster, *, snapshot: bool) -> Fact:
    claims = sorted(cluster.claims, key=lambda claim: (claim.rank, -claim.position), reverse=True)
    admissions = tuple(admit(claim, claims) for claim in claims)
    return Fact(
        key=key,
        claims=tuple(claims),
        admissions=admissions,
        admitted=tuple(
            claim for claim, admission in zip(claims, admissions, strict=True) if admission.admitted
        ),
        first=cluster.first,
        last=cluster.last,
        day=_held_on(cluster, claims) if snapshot else cluster.last,
        denials=tuple(cluster.denials),
    )


def _held_on(cluster: _Cluster, claims: Sequence[Claim]) -> date | None:
    """A total said in May to hold "in 2024" holds in May at the latest; an undated one when it was said, if news."""
    if cluster.last is not None:
        said = [claim.said_at for claim in claims if claim.said_at]
        return min(cluster.last, max(cluster.first or cluster.last, *said)) if said else cluster.last
    fresh = [claim.said_at for claim in claims if claim.said_at and not claim.development.retold]
    return max(fresh, default=None)


def _in_time(fact: Fact) -> tuple[bool, date, int]:
    return (fact.last is not None, fact.day or date.min, fact.claims[0].position)
