"""What is recorded of an observation: the events, the blobs they name, and why. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol, assert_never

from ledger.codec import canonical
from ledger.configuration import Configuration, Feed
from ledger.developments import Development
from ledger.envelope import NewEvent
from ledger.events import CoverageGapFound, DevelopmentReported, Event, ItemObserved, ItemRevised
from ledger.sources import Quoted
from watchers.extract.found import Extraction, Found
from watchers.items import Item, New, Repeat, Revised, Sight, Verdict, sha256_of

WATCHER, EXTRACTOR = "watcher", "extractor"


class Extracts(Protocol):
    """Something that proposes developments for a text. The same text gives the same proposals, always."""

    @property
    def rule_set(self) -> str:
        """The version of everything that decides what is proposed."""
        ...

    def extract(
        self, text: str, *, published: date | None, source: str, language: str | None = None
    ) -> Extraction:
        """Return the proposals; `language` is one that somebody vouches for, else the text itself decides."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Showing:
    """The circumstances under which a feed showed something."""

    feed: Feed
    configuration: Configuration
    observed_at: datetime
    raw: str
    parser: str
    poll: str
    rule_set: str
    baseline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What is to be recorded, in this order: first `blobs`, then `events`. `reason` says why."""

    events: tuple[NewEvent, ...] = ()
    blobs: tuple[bytes, ...] = ()
    reason: str


def needs_extraction(verdict: Verdict) -> bool:
    """Whether the words are new: a changed link says nothing new about the world."""
    match verdict:
        case New():
            return True
        case Revised():
            return any(change.field != "link" for change in verdict.changes)
        case Repeat():
            return False
        case _:
            assert_never(verdict)


def decide(
    item: Item,
    verdict: Verdict,
    extraction: Extraction | None,
    showing: Showing,
    standing: frozenset[str] = frozenset(),
) -> Decision:
    """Return what follows from one observation of an item.

    `extraction` belongs to the item's text and is None where that is not new. `standing` holds the statements (see
    `statement_of`) that the previous version made already: they are not reported again.
    """
    in_scope = extraction.in_scope if extraction else False
    event: Event
    match verdict:
        case Repeat():
            return Decision(reason=verdict.reason)
        case New():
            version, event = 1, _observed(item, showing, in_scope=in_scope)
        case Revised():
            version, event = verdict.n, _revised(item, verdict, showing, extraction)
        case _:
            assert_never(verdict)
    reported = _reported(item, version, extraction, showing, standing) if extraction else ()
    return Decision(
        events=(_new(event, WATCHER, showing), *reported), blobs=(item.text.encode(),), reason=verdict.reason
    )


def gap_of(
    window: frozenset[str], previous: Sight | None, at: datetime
) -> Literal["no_overlap", "empty"] | None:
    """Say whether something may have been missed since the previous poll, and how it shows.

    A document that shares nothing with the one before may have had more items in between; one that is empty after
    one that was not is a fault of the server, or worse. After an empty one there is nothing to compare with.
    """
    if previous is None or not previous.keys or previous.at >= at:
        return None
    if not window:
        return "empty"
    return None if window & previous.keys else "no_overlap"


def gap_event(reason: Literal["no_overlap", "empty"], previous: Sight, showing: Showing) -> NewEvent:
    """Return the event of a gap between the previous poll and this one."""
    gap = CoverageGapFound(
        feed=showing.feed.name, reason=reason, since=previous.at, until=showing.observed_at
    )
    return _new(gap, WATCHER, showing)


def statement_of(development: Development, quote: str) -> str:
    """Return what a development says, as a hash: all slots and the words that show it, not where they stand."""
    return hashlib.sha256(canonical(development) + b"\n" + quote.encode()).hexdigest()


def _new(event: Event, actor: str, showing: Showing) -> NewEvent:
    return NewEvent(event=event, actor=actor, observed_at=showing.observed_at, correlation_id=showing.poll)


def _observed(item: Item, showing: Showing, *, in_scope: bool) -> ItemObserved:
    return ItemObserved(
        item_id=item.item_id,
        feed=item.feed,
        key=item.key,
        text=sha256_of(item.text),
        title_sha256=sha256_of(item.title),
        body_sha256=sha256_of(item.body),
        raw=showing.raw,
        parser=showing.parser,
        guid=item.guid,
        link=item.link,
        published=item.published,
        author=item.author,
        language=item.language,
        publisher=item.publisher,
        in_scope=in_scope,
        baseline=showing.baseline,
    )


def _revised(item: Item, verdict: Revised, showing: Showing, extraction: Extraction | None) -> ItemRevised:
    return ItemRevised(
        item_id=item.item_id,
        feed=item.feed,
        version=verdict.n,
        changes=verdict.changes,
        text=sha256_of(item.text),
        title_sha256=sha256_of(item.title),
        body_sha256=sha256_of(item.body),
        raw=showing.raw,
        parser=showing.parser,
        link=item.link,
        published=item.published,
        in_scope=extraction.in_scope if extraction else verdict.previous.in_scope,
        reverted=verdict.reverted,
    )


def _reported(
    item: Item, version: int, extraction: Extraction, showing: Showing, standing: frozenset[str]
) -> Sequence[NewEvent]:
    if not extraction.in_scope:
        return ()
    text = item.text
    fresh = [
        found
        for found in extraction.found
        if statement_of(found.development, text[found.start : found.end]) not in standing
    ]
    events = (_development(found, item, version, showing) for found in fresh)
    once = {event.development_id: event for event in events}
    return tuple(_new(event, EXTRACTOR, showing) for event in once.values())


def _development(found: Found, item: Item, version: int, showing: Showing) -> DevelopmentReported:
    development = found.development
    source = item.publisher or showing.feed.source
    parts = (item.item_id, str(version), showing.rule_set, str(found.start), str(found.end))
    return DevelopmentReported(
        development_id="dev-" + sha256_of("|".join(parts) + "|" + canonical(development).decode())[:12],
        development=development,
        evidence=(Quoted(blob=sha256_of(item.text), start=found.start, end=found.end),),
        source=source,
        grade=_grade(item, showing),
        origin=development.origin or development.speaker or source,
        via="extractor",
        item_id=item.item_id,
        item_version=version,
        published=item.published[:10] if item.published else None,
        rule_set=showing.rule_set,
        rule=found.rule,
        confidence=found.confidence,
        flags=found.flags,
    )


def _grade(item: Item, showing: Showing) -> str:
    sources = {source.name: source for source in showing.configuration.sources}
    publisher = sources.get(item.publisher) if item.publisher else None
    return (publisher or showing.configuration.source(showing.feed.source)).grade
