"""One document, from its entries to what is recorded: where live polls, archives and single documents meet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from ledger.application import Ledger
from ledger.configuration import Configuration, Feed
from ledger.envelope import NewEvent
from ledger.errors import BlobDropped, NotFound
from ledger.events import DevelopmentReported
from ledger.sources import Quoted
from watchers.decide import (
    Decision,
    Extracts,
    Showing,
    decide,
    gap_event,
    gap_of,
    needs_extraction,
    statement_of,
)
from watchers.dedupe import classify, tell_apart
from watchers.extract.found import Extraction
from watchers.feeds import FeedMemory
from watchers.items import Item, New, ParsedFeed, Revised, Sight, sha256_of
from watchers.normalise import normalise


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed document in its circumstances. `previous` is the poll before it, `baseline` marks a feed's first."""

    feed: Feed
    raw: bytes
    parsed: ParsedFeed
    observed_at: datetime
    poll: str
    previous: Sight | None = None
    baseline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What deciding needs of the world: the record, the configuration in force, and the extraction."""

    ledger: Ledger
    configuration: Configuration
    extractor: Extracts


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a document means. `overlap` is the share of its items seen before (None if it has none)."""

    decision: Decision
    new: int
    revised: int
    seen: int
    gap: Literal["no_overlap", "empty"] | None
    window: tuple[str, ...]
    overlap: float | None


def read_document(
    document: Document, memory: FeedMemory, desk: Desk, pending: Mapping[str, str] | None = None
) -> Reading:
    """Decide on every item of a document; pure but for reading what earlier versions said.

    `pending` holds texts by SHA-256 that are decided on but not stored yet.
    """
    showing = Showing(
        feed=document.feed,
        configuration=desk.configuration,
        observed_at=document.observed_at,
        raw=sha256_of(document.raw),
        parser=document.parsed.parser,
        poll=document.poll,
        rule_set=desk.extractor.rule_set,
        baseline=document.baseline,
    )
    items = tell_apart(_items(document), memory)
    verdicts = [classify(item, memory, document.observed_at) for item in items]
    before = Before(memory, desk.ledger, pending or {})
    events: list[NewEvent] = []
    blobs: list[bytes] = []
    for item, verdict in zip(items, verdicts, strict=True):
        extraction = _extract(item, document.feed, desk) if needs_extraction(verdict) else None
        standing = before.statements(item, verdict) if isinstance(verdict, Revised) else frozenset()
        decision = decide(item, verdict, extraction, showing, standing)
        events += decision.events
        blobs += decision.blobs
    new = sum(isinstance(verdict, New) for verdict in verdicts)
    revised = sum(isinstance(verdict, Revised) for verdict in verdicts)
    window = tuple(item.key for item in items)
    gap = (
        None
        if document.observed_at in memory.gaps
        else gap_of(frozenset(window), document.previous, document.observed_at)
    )
    if gap and document.previous:
        events.append(gap_event(gap, document.previous, showing))
    return Reading(
        decision=Decision(
            events=tuple(events),
            blobs=(*blobs, document.raw) if blobs else (),
            reason=f"{new} new, {revised} revised, {len(items) - new - revised} seen before",
        ),
        new=new,
        revised=revised,
        seen=len(items) - new - revised,
        gap=gap,
        window=window,
        overlap=1 - new / len(items) if items else None,
    )


def _items(document: Document) -> list[Item]:
    feed = document.feed
    address = feed.url or document.parsed.site
    return [normalise(raw, feed.name, address=address) for raw in document.parsed.items]


def _extract(item: Item, feed: Feed, desk: Desk) -> Extraction:
    # What a feed declares as its language is wrong too often to be believed; what the desk configured is not.
    return desk.extractor.extract(
        item.text,
        published=day_of(item.published),
        source=item.publisher or feed.source,
        language=desk.configuration.source(feed.source).language,
    )


def day_of(published: str | None) -> date | None:
    """Return the day of a publisher's date, None if there is none or it is not a day."""
    try:
        return date.fromisoformat(published[:10]) if published else None
    except ValueError:  # a month or a year is no day that "on Tuesday" could count from
        return None


class Before:
    """What earlier versions of an item said, so that a revision reports only what it newly says."""

    def __init__(self, memory: FeedMemory, ledger: Ledger, pending: Mapping[str, str]) -> None:
        self._memory = memory
        self._ledger = ledger
        self._pending = pending

    def statements(self, item: Item, verdict: Revised) -> frozenset[str]:
        """Return the statements reported of an item whose words still stand in the version before.

        A version that repeats a statement does not report it again, so it is looked for by its words.
        """
        if not verdict.previous.in_scope:
            return frozenset()
        text = self._text(verdict.previous.text)
        said = {each.development_id: each for each in self._reported(item)}
        found = set()
        for reported in said.values():
            for evidence in reported.evidence:
                if isinstance(evidence, Quoted):
                    quote = self._text(evidence.blob)[evidence.start : evidence.end]
                    if quote and quote in text:
                        found.add(statement_of(reported.development, quote))
        return frozenset(found)

    def _reported(self, item: Item) -> list[DevelopmentReported]:
        recorded = [each.event for each in self._ledger.tagged(f"item:{item.item_id}")]
        said = self._memory.said.get(item.item_id, [])
        return [event for event in (*recorded, *said) if isinstance(event, DevelopmentReported)]

    def _text(self, sha256: str) -> str:
        try:
            return self._pending.get(sha256) or self._ledger.text(sha256)
        except (
            BlobDropped,
            NotFound,
        ):  # withdrawn; then nothing can be compared, and saying it again is the safe side
            return ""
