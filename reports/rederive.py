"""Deriving everything anew: each projection, alert and published report from the log, compared with what was recorded.

A projection folded from zero must equal one that followed along, was looked at, copied and kept in between. Nothing is
sent and nothing recorded.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

import msgspec

from ledger.application import Ledger
from ledger.codec import canonical
from ledger.errors import BlobDropped, EvidenceMissing, NotFound
from ledger.events import BlobDropped as Dropped
from ledger.events import ReportPublished
from ledger.moments import Moment
from ledger.replay import fold
from reports.alerts.audit import audit
from reports.checkpoints import PastItems
from reports.desk import Desk
from reports.deskstate import restored, saved
from reports.itemtexts import WITHDRAWN
from reports.publish import Series
from reports.rebuild import Rebuilt, kept, rebuild
from reports.status import status

PLACES = 8
"""At how many positions, evenly spread, the projections are folded from zero."""

_QUOTED = ("text", "quote", "title")
"""Where the model of a report holds publishers' words."""
_WITHDRAWN = (None, WITHDRAWN)

Advance = Callable[[int], None]
"""Told of so many events that were read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How many were compared, and which of them differ.

    `withdrawn` differ only by quotes whose text was dropped since; `laid_out_anew` only in layout, by a newer renderer.
    """

    checked: int
    differ: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    laid_out_anew: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rederived:
    """What deriving everything anew gave."""

    ok: bool
    events: int
    reports: Compared
    alerts: Compared
    projections: Compared


def rederive(ledger: Ledger, advance: Advance = lambda _events: None) -> Rederived:
    """Derive all projections, alerts and published reports from the log and compare them."""
    head = ledger.head
    projections = _projections(ledger, head, advance)
    alerts = audit(ledger.events(until=head))
    advance(head)
    reports = _reports(ledger, advance, head)
    differ = (*projections.differ, *alerts.differ, *reports.differ)
    return Rederived(
        ok=not differ,
        events=head,
        reports=reports,
        alerts=Compared(checked=alerts.checked, differ=alerts.differ),
        projections=projections,
    )


def work(head: int) -> int:
    """Return how many events deriving everything reads, for a progress bar."""
    return sum(_places(head)) + 3 * head


# --- projections ------------------------------------------------------------------------------------------------


def _projections(ledger: Ledger, head: int, advance: Advance) -> Compared:
    places = _places(head)
    followed, differ = Desk(), []
    for place in places:
        before = followed.position
        fold(followed, ledger, Moment(position=place), after=before)
        advance(place - before)
        # Goes on from a kept state, as a command does that finds one.
        followed = restored(saved(followed), PastItems(ledger, place)).copy()
        fresh = fold(Desk(), ledger, Moment(position=place))
        advance(place)
        if _shown(fresh) != _shown(followed):
            differ.append(f"position {place}")
    return Compared(checked=len(places), differ=tuple(differ))


def _places(head: int) -> tuple[int, ...]:
    return tuple(dict.fromkeys(head * n // PLACES for n in range(1, PLACES + 1) if head * n // PLACES))


def _shown(desk: Desk) -> bytes:
    """Return the hash of a desk's whole state and of everything it shows."""
    assert desk.recorded_at is not None
    return sha256(saved(desk) + canonical((status(desk, now=desk.recorded_at), dict(desk.items)))).digest()


# --- reports ----------------------------------------------------------------------------------------------------


def _reports(ledger: Ledger, advance: Advance, head: int) -> Compared:
    series = Series(ledger)
    differ: list[str] = []
    withdrawn: list[str] = []
    anew: list[str] = []
    published = list(_published(ledger))
    done = 0
    for event in published:
        try:
            made = rebuild(ledger, event.report_id, series)
        except EvidenceMissing:
            differ.append(event.report_id)
            continue
        finally:
            advance(event.position - done)
            done = event.position
        if not made.ok:
            list_of = anew if _only_laid_out(made) else differ
            (withdrawn if _only_withdrawn(ledger, event, made) else list_of).append(event.report_id)
    advance(head - done)
    return Compared(
        checked=len(published),
        differ=tuple(differ),
        withdrawn=tuple(withdrawn),
        laid_out_anew=tuple(anew),
    )


def _published(ledger: Ledger) -> Iterator[ReportPublished]:
    """Return the last version of every report, in the order of what they were made from."""
    events = [recorded.event for recorded in ledger.of_type(ReportPublished)]
    last = {event.report_id: event for event in events if isinstance(event, ReportPublished)}
    return iter(sorted(last.values(), key=lambda event: (event.position, event.start)))


def _only_laid_out(made: Rebuilt) -> bool:
    figures_same = all(file.same for file in made.files if file.format == "json")
    return made.same_record and figures_same and made.renderer != made.published_renderer


def _only_withdrawn(ledger: Ledger, event: ReportPublished, made: Rebuilt) -> bool:
    """Whether all that is missing from the figures and sentences as published are quotes whose text was dropped."""
    if not made.same_record or next(ledger.of_type(Dropped, after=event.position), None) is None:
        return False
    try:
        published = msgspec.json.decode(kept(ledger, event.report_id, "json"))
    except (BlobDropped, NotFound):
        return False
    return _same_but_for_quotes(published, msgspec.json.decode(made.model))


def _same_but_for_quotes(published: object, made: object) -> bool:
    if isinstance(published, dict) and isinstance(made, dict):
        return all(
            (name in _QUOTED and isinstance(published.get(name), str) and made.get(name) in _WITHDRAWN)
            or _same_but_for_quotes(published.get(name), made.get(name))
            for name in published.keys() | made.keys()
        )
    if isinstance(published, list) and isinstance(made, list) and len(published) == len(made):
        return all(_same_but_for_quotes(one, other) for one, other in zip(published, made, strict=True))
    return published == made
