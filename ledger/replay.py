"""Projections: state folded from the log, as of any position, as seen by any instant.

A projection is anything with `apply(recorded)`. Folding from zero and folding on from a saved state give the same,
because nothing but the log goes in.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol, TypeVar

from ledger.envelope import Recorded
from ledger.events import (
    ConfigurationChanged,
    CoverageGapFound,
    DevelopmentReported,
    Event,
    ItemObserved,
    ItemRevised,
    LedgerOpened,
)
from ledger.moments import Moment


class Projection(Protocol):
    """State that follows the log one event at a time."""

    def apply(self, recorded: Recorded) -> None:
        """Take one event in."""
        ...


P = TypeVar("P", bound=Projection)


class Log(Protocol):
    """What is needed of a ledger to fold it."""

    def events(self, *, after: int = 0, until: int | None = None) -> Iterator[Recorded]:
        """Every event with after < position <= until, in order."""
        ...


def fold(projection: P, log: Log, moment: Moment, *, after: int = 0) -> P:
    """Apply every event that counts at a moment to a projection, and return it."""
    for recorded in log.events(after=after, until=moment.position):
        if counts(recorded, moment):
            projection.apply(recorded)
    return projection


def fold_all(projections: Iterable[Projection], log: Log, moment: Moment) -> None:
    """Fold several projections in one pass over the log."""
    listeners = [projection.apply for projection in projections]
    for recorded in log.events(until=moment.position):
        if counts(recorded, moment):
            for apply in listeners:
                apply(recorded)


def counts(recorded: Recorded, moment: Moment) -> bool:
    """Whether an event is part of a moment's state.

    With `seen_by`, what sources showed counts by `observed_at` (never, if that is unknown); acts of analysts and of
    the machine count by `recorded_at`; the opening and the configuration always count.
    """
    if recorded.position > moment.position:
        return False
    if moment.seen_by is None or isinstance(recorded.event, (LedgerOpened, ConfigurationChanged)):
        return True
    if _shown_by_a_source(recorded.event):
        return recorded.observed_at is not None and recorded.observed_at <= moment.seen_by
    return recorded.recorded_at <= moment.seen_by


def _shown_by_a_source(event: Event) -> bool:
    if isinstance(event, DevelopmentReported):
        return event.via != "person"
    return isinstance(event, (ItemObserved, ItemRevised, CoverageGapFound))
