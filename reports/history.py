"""History: every version of a development or an item, who recorded it when and why, with old and new words."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from ledger.application import Ledger
from ledger.describe import describe
from ledger.envelope import Recorded
from ledger.errors import BlobDropped, NotFound
from ledger.events import Change, DevelopmentReported, ItemObserved, ItemRevised
from reports.claims import Claim
from reports.desk import Desk
from reports.itemtexts import MISSING, WITHDRAWN, Texts, quote_of
from reports.timeline import Lines, admission_of, lines

AROUND = 3
"""How many unchanged words are shown on either side of changed ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimVersion:
    """One recorded saying of a fact. `standing` is how it stands today, `why` the reason that it counts or does not."""

    development: str
    position: int
    recorded_at: datetime
    observed_at: datetime | None
    published: str | None
    who: str
    how: str
    source: str
    grade: str
    sentence: str
    quote: str | None
    item_version: int | None
    standing: str
    admitted: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Another event about the development: what somebody did with it."""

    position: int
    recorded_at: datetime
    who: str
    type: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewording:
    """One changed field of an item: the words that went and those that came, each with a few around them.

    For `link` there is one pair, the addresses. `old` or `new` is "quote withdrawn" where the text was dropped.
    """

    field: str
    words: tuple[tuple[str | None, str | None], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemEdition:
    """One version of the item that said it: when it was seen, and what the publisher changed."""

    version: int
    position: int
    recorded_at: datetime
    observed_at: datetime | None
    title: str
    reverted: bool
    changes: tuple[Rewording, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """All versions, oldest first. `item` is None where the development came from a record or a person."""

    id: str
    item: str | None
    feed: str | None
    link: str | None
    versions: tuple[ClaimVersion, ...]
    acts: tuple[Act, ...]
    revisions: tuple[ItemEdition, ...]


def history(ledger: Ledger, desk: Desk, identifier: str) -> History:
    """Return every version of a development, or of all an item says, up to the desk's position (NotFound)."""
    claim = desk.claims.get(identifier)
    item_id = claim.item_id if claim else identifier
    item = desk.items.get(item_id) if item_id else None
    if claim is None and item is None:
        raise NotFound(
            f"there is no development or item {identifier!r} at that moment; `sitledger timeline` lists them"
        )
    chain = _chain(desk, claim) if claim else desk.of_item(identifier)
    made = lines(desk, ledger.text)
    return History(
        id=identifier,
        item=item.id if item else None,
        feed=item.feed if item else None,
        link=item.link if item else None,
        versions=tuple(_version(made, each) for each in chain),
        acts=tuple(act for each in chain for act in _acts(ledger, desk, each)),
        revisions=tuple(_editions(ledger, desk, item.id)) if item else (),
    )


def _chain(desk: Desk, claim: Claim) -> tuple[Claim, ...]:
    """Return the claim, those of its item that it says anew, and those that say it anew, in order of recording."""
    if claim.item_id is None:
        return (claim,)
    siblings = desk.of_item(claim.item_id)
    found = {claim.id}
    while True:
        more = {
            each.id for each in siblings if each.superseded_by in found or _replaces(each, siblings, found)
        } - found
        if not more:
            return tuple(each for each in siblings if each.id in found)
        found |= more


def _replaces(claim: Claim, siblings: tuple[Claim, ...], found: set[str]) -> bool:
    return any(each.superseded_by == claim.id for each in siblings if each.id in found)


def _version(made: Lines, claim: Claim) -> ClaimVersion:
    admission = admission_of(claim, made.desk.fact_of(claim.id))
    return ClaimVersion(
        development=claim.id,
        position=claim.position,
        recorded_at=claim.recorded_at,
        observed_at=claim.observed_at,
        published=claim.published,
        who=claim.actor,
        how=_how(claim),
        source=claim.source,
        grade=claim.grade,
        sentence=made.said(claim),
        quote=quote_of(claim, made.text) if made.text else None,
        item_version=claim.item_version,
        standing=_standing(made, claim),
        admitted=admission.admitted,
        why=admission.why,
    )


def _how(claim: Claim) -> str:
    if claim.rule:
        return f"rule {claim.rule} of rule set {(claim.rule_set or '')[:12]}, confidence {claim.confidence}"
    return f"record {claim.record}" if claim.record else f"vouched for by {claim.actor}"


def _standing(made: Lines, claim: Claim) -> str:
    if claim.superseded_by:
        return f"said anew by {claim.superseded_by}"
    item = made.desk.items.get(claim.item_id or "")
    if not claim.edited or item is None or made.text is None:
        return "stands"
    # A statement that a later version makes in the same words is not reported again.
    words, latest = quote_of(claim, made.text), item.versions[-1]
    if words and all(part in (_words(latest.text, made.text)) for part in words.split(" … ")):
        return f"stands; its publisher edited the text since, and these words are still in version {latest.version}"
    return f"its publisher edited the text since, and these words are no longer in version {latest.version}"


def _acts(ledger: Ledger, desk: Desk, claim: Claim) -> Iterator[Act]:
    for recorded in ledger.tagged(f"development:{claim.id}", until=desk.position):
        event = recorded.event
        if not isinstance(event, DevelopmentReported):
            yield Act(
                position=recorded.position,
                recorded_at=recorded.recorded_at,
                who=recorded.actor,
                type=event.TOPIC,
                what=describe(event),
            )


# --- the item's own versions ------------------------------------------------------------------------------------


def _editions(ledger: Ledger, desk: Desk, item_id: str) -> Iterator[ItemEdition]:
    for recorded in ledger.tagged(f"item:{item_id}", until=desk.position):
        if isinstance(recorded.event, (ItemObserved, ItemRevised)):
            yield _edition(recorded, recorded.event, ledger.text)


def _edition(recorded: Recorded, event: ItemObserved | ItemRevised, text: Texts) -> ItemEdition:
    revised = event if isinstance(event, ItemRevised) else None
    return ItemEdition(
        version=revised.version if revised else 1,
        position=recorded.position,
        recorded_at=recorded.recorded_at,
        observed_at=recorded.observed_at,
        title=_part("title", event.text, text) or "",
        reverted=revised is not None and revised.reverted,
        changes=tuple(_reworded(change, text) for change in revised.changes) if revised else (),
    )


def _reworded(change: Change, text: Texts) -> Rewording:
    if change.field == "link":
        return Rewording(field="link", words=((change.old, change.new),))
    old, new = (_part(change.field, sha256, text) for sha256 in (change.old, change.new))
    if old is None or new is None or {old, new} & {WITHDRAWN, MISSING}:
        return Rewording(field=change.field, words=((old, new),))
    return Rewording(field=change.field, words=tuple(rewording(old, new)))


def _part(field: str, sha256: str | None, text: Texts) -> str | None:
    if sha256 is None:
        return None
    words = _words(sha256, text)
    title, _, body = words.partition("\n")
    return title if field == "title" or words in (WITHDRAWN, MISSING) else body


def _words(sha256: str, text: Texts) -> str:
    try:
        return text(sha256)
    except BlobDropped:
        return WITHDRAWN
    except NotFound:
        return MISSING


def rewording(old: str, new: str) -> Iterator[tuple[str | None, str | None]]:
    """Yield each changed stretch of words, old and new, with a few words around it; None where nothing stood."""
    was, now = old.split(), new.split()
    for group in SequenceMatcher(a=was, b=now, autojunk=False).get_grouped_opcodes(AROUND):
        first, last = group[0], group[-1]
        yield " ".join(was[first[1] : last[2]]) or None, " ".join(now[first[3] : last[4]]) or None
