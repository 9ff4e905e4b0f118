"""The developments of the week: one entry a fact, ranked within its track, each told once under one number.

Rank: admitted before unreviewed, then what happened before what is planned or denied, then effect (opens a dispute,
then states a figure, then an outcome), then the grade, then the number of independent origins, then the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from ledger.developments import Status
from reports.admission import Admission, trust
from reports.claims import Claim, figure_of
from reports.desk import Desk
from reports.disputes import dispute_of
from reports.facts import Fact
from reports.weekly_issue import Issue
from reports.weekly_model import Told, TrackSection
from reports.weekly_words import plain, when_text


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A fact, or a plan or denial that stands by itself, that was first reported in the period."""

    lead: Claim
    claims: tuple[Claim, ...]
    track: str
    admission: Admission
    origins: int
    disputed: bool


def news_of(before: Desk, after: Desk) -> tuple[News, ...]:
    """Return what is new between two states, in the order of tracks and, within each, by rank."""
    tracks = [track.name for track in after.codebook.tracks]
    found = [*_facts(before, after), *_others(before, after)]
    return tuple(sorted(found, key=lambda news: (tracks.index(news.track), _rank(news))))


def numbers_of(news: Sequence[News], limit: int) -> dict[str, int]:
    """Number every development: first those told on the first pages, then those of the annex."""
    first, rest = split(news, limit)
    return {claim.id: at for at, each in enumerate([*first, *rest], 1) for claim in each.claims}


def split(news: Sequence[News], limit: int) -> tuple[list[News], list[News]]:
    """Return the first `limit` of every track, and the rest."""
    taken: dict[str, int] = {}
    first: list[News] = []
    rest: list[News] = []
    for each in news:
        taken[each.track] = taken.get(each.track, 0) + 1
        (first if taken[each.track] <= limit else rest).append(each)
    return first, rest


def sections(issue: Issue, told: Sequence[News], rest: Sequence[News]) -> tuple[TrackSection, ...]:
    """Return the tracks that have something to tell, in the order of the code book."""
    found = []
    for track in issue.after.codebook.tracks:
        mine = tuple(_told(issue, each) for each in told if each.track == track.name)
        if mine:
            more = sum(each.track == track.name for each in rest)
            found.append(TrackSection(name=track.name, label=plain(track.label, 80), told=mine, more=more))
    return tuple(found)


def _facts(before: Desk, after: Desk) -> Iterator[News]:
    keys = dict.fromkeys(after.key(claim.id) for claim in _since(before, after))
    for key in keys:
        for fact in after.facts(key):
            claims = tuple(claim for claim in fact.claims if claim.live)
            if claims and min(claim.position for claim in fact.claims) > before.position:
                lead = fact.lead or claims[0]
                yield News(
                    lead=lead,
                    claims=(lead, *(claim for claim in claims if claim is not lead)),
                    track=after.codebook.kind(key.kind).track,
                    admission=_admission(fact, lead),
                    origins=fact.origins,
                    disputed=dispute_of(fact) is not None,
                )


def _others(before: Desk, after: Desk) -> Iterator[News]:
    by_key: dict[object, list[Claim]] = {}
    for claim in _since(before, after):
        if claim.live and not claim.occurred and after.fact_of(claim.id) is None:
            development = claim.development
            group = (after.key(claim.id), development.status, development.occurred, figure_of(development))
            by_key.setdefault(group, []).append(claim)
    for claims in by_key.values():
        lead = max(claims, key=lambda claim: (claim.rank, -claim.position))
        yield News(
            lead=lead,
            claims=(lead, *(claim for claim in claims if claim is not lead)),
            track=after.codebook.kind(lead.development.kind).track,
            admission=trust(lead, claims),
            origins=len({claim.origin.casefold() for claim in claims}),
            disputed=False,
        )


def _since(before: Desk, after: Desk) -> Iterator[Claim]:
    newest_first = takewhile(lambda claim: claim.position > before.position, reversed(after.claims.values()))
    return reversed(tuple(newest_first))


def _admission(fact: Fact, lead: Claim) -> Admission:
    return next(each for claim, each in zip(fact.claims, fact.admissions, strict=True) if claim is lead)


def _rank(news: News) -> tuple[object, ...]:
    development = news.lead.development
    effect = 3 if news.disputed else 2 if figure_of(development) else 1 if development.outcome else 0
    day = news.lead.valid_day or news.lead.said_at or date.min
    return (
        not news.admission.admitted,
        development.status is not Status.OCCURRED,
        -effect,
        news.lead.grade,
        -news.origins,
        -day.toordinal(),
        news.lead.position,
    )


def _told(issue: Issue, news: News) -> Told:
    lead = news.lead
    when = lead.development.occurred
    return Told(
        number=issue.numbers[lead.id],
        id=lead.id,
        kind=lead.development.kind,
        day=when_text(when),
        precision=when.precision if when else "unknown",
        sentence=issue.told(lead) + (" Sources differ; see the disputed figures." if news.disputed else ""),
        status=lead.development.status,
        grade=lead.grade,
        origins=news.origins,
        tier=lead.tier,
        admitted=news.admission.admitted,
        why=plain(news.admission.why, 200),
        refs=issue.register.cite(*news.claims),
    )
