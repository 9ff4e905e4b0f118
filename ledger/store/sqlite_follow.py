"""Following the log: a subscription that blocks at its end until somebody, in any process, appends."""

from threading import Event
from typing import TypeVar

from eventsourcing.dcb.api import DCBQuery, DCBSubscription

from ledger.store.recorder import EntryReadResponse, LedgerRecorder, RecordedEntry

POLL_S = 0.25
"""How often a waiting follower looks for rows of other processes; those of its own process wake it at once."""
_PAGE_ROWS = 500
_RecorderT_co = TypeVar("_RecorderT_co", bound=LedgerRecorder, covariant=True)


class Listeners:
    """The followers of one recorder that want to be woken when it has appended."""

    def __init__(self) -> None:
        self._woken: frozenset[Event] = frozenset()

    def listen(self, woken: Event) -> None:
        """Set this event after every append from now on."""
        self._woken |= {woken}

    def unlisten(self, woken: Event) -> None:
        """Leave this event alone from now on."""
        self._woken -= {woken}

    def notify(self) -> None:
        """Wake every follower."""
        for woken in self._woken:
            woken.set()


class SqliteSubscription(DCBSubscription[_RecorderT_co]):
    """Rows after a position, one at a time and without end; `stop`, from any thread, ends it.

    A missing position stops it loudly (LedgerDamaged).
    """

    def __init__(
        self, recorder: _RecorderT_co, listeners: Listeners, query: DCBQuery | None, after: int | None
    ) -> None:
        super().__init__(recorder=recorder, query=query, after=after)
        self._listeners = listeners
        self._woken = Event()
        self._rows: EntryReadResponse | None = None
        listeners.listen(self._woken)

    def stop(self) -> None:
        """End the subscription; a waiting `next` raises StopIteration."""
        super().stop()
        self._listeners.unlisten(self._woken)
        self._woken.set()

    def __next__(self) -> RecordedEntry:
        """Return the next row, waiting for it if need be."""
        while not self._has_been_stopped:
            row = self._next_row()
            if row is not None:
                self._last_position = row.position
                return row
            self._woken.wait(POLL_S)
        raise StopIteration

    def _next_row(self) -> RecordedEntry | None:
        if self._rows is None:
            self._woken.clear()  # Before reading: a row appended after this wakes the wait that follows.
            self._rows = self._recorder.read(self._query, after=self._last_position, limit=_PAGE_ROWS)
        row = next(self._rows, None)
        if row is None:
            self._rows = None
        return row
