"""Timeline: every development as one dated line that states figure, source and date."""

from dataclasses import dataclass, field
from datetime import date, datetime

from ledger.developments import Status
from reports.admission import Admission, admit
from reports.claims import Claim
from reports.desk import Desk
from reports.facts import Fact
from reports.itemtexts import Texts, quote_of
from reports.names import Names, names_for
from reports.sentences import sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which lines to keep; None keeps all. `since` is a valid day (or the day it was said, where undated).

    Names are compared without regard to case; `actor` also takes a country's name for its code.
    """

    actor: str | None = None
    kind: str | None = None
    track: str | None = None
    source: str | None = None
    status: str | None = None
    since: date | None = None


EVERYTHING = Filter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `occurred` is cut to its `precision`; `origins` counts independent origins of the same fact."""

    development: str
    occurred: str | None
    precision: str
    published: str | None
    recorded_at: datetime
    observed_at: datetime | None
    position: int
    kind: str
    track: str
    status: str
    sentence: str
    actor: str | None
    source: str
    origin: str
    origins: int
    grade: str
    tier: str
    admitted: bool
    why: str
    attested: bool
    edited: bool
    item: str | None
    quote: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lines:
    """The lines of one desk at one moment: what `timeline` sorts and other views quote singly."""

    desk: Desk
    names: Names
    text: Texts | None = None
    tracks: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)

    def row(self, claim: Claim, fact: Fact | None = None) -> Row:
        """Return the line of one claim; `fact` saves looking up the fact that it is about."""
        development = claim.development
        fact = fact or self.desk.fact_of(claim.id)
        admission = admission_of(claim, fact)
        when = development.occurred
        return Row(
            development=claim.id,
            occurred=when.text if when else None,
            precision=when.precision.value if when else "unknown",
            published=claim.published,
            recorded_at=claim.recorded_at,
            observed_at=claim.observed_at,
            position=claim.position,
            kind=development.kind,
            track=self.tracks.get(development.kind, "any"),
            status=development.status.value,
            sentence=self.said(claim),
            actor=development.actor,
            source=claim.source,
            origin=claim.origin,
            origins=fact.origins if fact and claim.occurred else 1,
            grade=claim.grade,
            tier=claim.tier.value,
            admitted=admission.admitted,
            why=admission.why,
            attested=claim.attested,
            edited=claim.edited,
            item=claim.item_id,
            quote=quote_of(claim, self.text) if self.text else None,
        )

    def said(self, claim: Claim) -> str:
        """Return the sentence of one claim."""
        return sentence(claim.development, self.names, label=self.labels.get(claim.development.kind))


def lines(desk: Desk, text: Texts | None = None) -> Lines:
    """Return the line maker of a desk, with its code book's tracks and labels and its names."""
    kinds = desk.codebook.kinds
    return Lines(
        desk=desk,
        names=names_for(desk.known_configuration),
        text=text,
        tracks={kind.name: kind.track for kind in kinds},
        labels={kind.name: kind.label for kind in kinds},
    )


def timeline(
    desk: Desk,
    wanted: Filter = EVERYTHING,
    *,
    now: datetime,
    on: date | None = None,
    text: Texts | None = None,
) -> tuple[Row, ...]:
    """Return the lines in order of valid time, undated ones by the day they were said.

    What had occurred only after the valid day is left out, what was planned for later stays. Claims that a later
    version of their item says anew are left out. `text` fetches a stored text by its SHA-256 for the quotes; without
    it no quotes are given.
    """
    made = lines(desk, text)
    day = on or now.date()
    claims = [
        claim
        for claim in desk.claims.values()
        if claim.live and _wanted(claim, wanted, made) and not (claim.occurred and _after(claim, day))
    ]
    claims.sort(key=lambda claim: (claim.valid_day or claim.said_at or date.min, claim.position))
    return tuple(made.row(claim) for claim in claims)


def admission_of(claim: Claim, fact: Fact | None) -> Admission:
    """Return whether a claim counts and why, as its fact says, or for itself alone if it asserts no fact."""
    if fact is not None:
        for each, admission in zip(fact.claims, fact.admissions, strict=True):
            if each.id == claim.id:
                return admission
    return admit(claim, ())


def _after(claim: Claim, day: date) -> bool:
    when = claim.development.occurred
    return when is not None and when.first > day


def _wanted(claim: Claim, wanted: Filter, made: Lines) -> bool:
    development = claim.development
    day = claim.valid_day or claim.said_at
    return (
        (wanted.kind is None or development.kind == wanted.kind)
        and (wanted.track is None or made.tracks.get(development.kind) == wanted.track)
        and (wanted.status is None or development.status == Status(wanted.status))
        and (wanted.since is None or (day is not None and day >= wanted.since))
        and (wanted.source is None or wanted.source.casefold() in _voices(claim))
        and (wanted.actor is None or wanted.actor.casefold() in _doers(claim, made.names))
    )


def _voices(claim: Claim) -> tuple[str, ...]:
    return claim.source.casefold(), claim.origin.casefold()


def _doers(claim: Claim, names: Names) -> tuple[str, ...]:
    actor = claim.development.actor
    return (actor.casefold(), names.say(actor).casefold().removeprefix("the ")) if actor else ()
