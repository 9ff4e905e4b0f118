"""Ledger: open a record, append to it, decide on what it holds, and read it back typed.

Commands that decide on existing events are `Command`s: slices of the eventsourcing library whose consistency
boundary is a set of tags. Bulk reads go round the library's mapper and decode straight into typed events.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from eventsourcing.dcb.api import DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.domain import Decision, Selector, Slice, Tagged
from eventsourcing.dcb.persistence import DCBEventStore, DCBMapper
from eventsourcing.persistence import IntegrityError

from ledger.clocks import Clock
from ledger.codec import CODEC
from ledger.configuration import Configuration, fingerprint
from ledger.envelope import NewEvent, Recorded, dedup_key_of, occurred_of, tags_of
from ledger.errors import ConfigurationError, DedupConflict, LedgerDamaged, LedgerError, NotFound
from ledger.events import ConfigurationChanged, Event, LedgerOpened, ReportPublished
from ledger.store.address import Address, Folder
from ledger.store.blobs import Blobs
from ledger.store.leaf import instant_of
from ledger.store.recorder import Entry, LedgerRecorder, Row

ATTEMPTS_MAX = 5
"""How often a command is decided again when somebody else wrote inside its boundary meanwhile."""


class Recording(Decision):
    """An event on its way into, or out of, the library's slices."""

    def __init__(self, new: NewEvent) -> None:
        self.new = new

    def mutate(self, obj: Any) -> Any:
        """Hand the event to the slice that reads it."""
        obj.evolve(self.new.event)
        return obj


class _Mapper(DCBMapper[Recording]):
    def to_dcb_event(self, event: Tagged[Recording]) -> DCBEvent:
        return entry_of(event.decision.new)

    def to_domain_event(self, event: DCBEvent) -> Tagged[Recording]:
        assert isinstance(event, Entry)
        new = NewEvent(event=CODEC.decode(event.type, event.data), actor=event.actor)
        return Tagged(list(event.tags), Recording(new))


class Command(Slice[Recording]):
    """Something that is decided on what the ledger already holds inside a boundary of tags.

    `evolve` sees every event of the boundary in order, `decide` then returns what is to be recorded. If somebody
    else records inside the boundary in between, a fresh copy made by `again` decides anew.
    """

    @abstractmethod
    def boundary(self) -> Sequence[tuple[str, ...]]:
        """Tag sets; an event belongs to the boundary if it carries all tags of one set."""

    @abstractmethod
    def evolve(self, event: Event) -> None:
        """Take one existing event in."""

    @abstractmethod
    def decide(self) -> Sequence[NewEvent]:
        """Return what follows; nothing is a valid answer."""

    @abstractmethod
    def again(self) -> Self:
        """Return a fresh command with the same intent."""

    def consistency_boundary(self) -> list[Selector]:
        """Translate the boundary into the library's selectors."""
        return [Selector(tags=tags) for tags in self.boundary()]

    def execute(self) -> None:
        """Decide, and queue the decisions for saving."""
        self.new_decisions += [Tagged(list(tags_of(new.event)), Recording(new)) for new in self.decide()]


class Ledger:
    """The record of one desk: events, blobs, and the commands on them."""

    def __init__(self, recorder: LedgerRecorder, blobs: Blobs, clock: Clock) -> None:
        self.recorder = recorder
        self.blobs = blobs
        self.clock = clock
        self._store = DCBEventStore(_Mapper(), recorder)

    @classmethod
    def create(cls, place: Path | Address, *, clock: Clock, program: str, virtual: bool = False) -> "Ledger":
        """Make a new ledger in a folder or database and record that it was opened.

        Raises LedgerError if there is one already.
        """
        address = Folder(place) if isinstance(place, Path) else place
        stored = address.create(clock)
        ledger = cls(stored.recorder, stored.blobs, clock)
        try:
            opened = LedgerOpened(clock="virtual" if virtual else "system", program=program)
            ledger.record([NewEvent(event=opened, actor="ledger")])
        except LedgerError:
            ledger.close()
            if isinstance(address, Folder):
                address.discard()
            raise
        return ledger

    @classmethod
    def open(cls, place: Path | Address, *, clock: Clock, write: bool = True) -> "Ledger":
        """Open the ledger of a folder or database (NotALedger, LedgerTooNew, LedgerLocked, LedgerDamaged)."""
        stored = (Folder(place) if isinstance(place, Path) else place).open(clock, write=write)
        return cls(stored.recorder, stored.blobs, clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Release the files."""
        self.recorder.close()
        self.blobs.close()

    # --- writing ----------------------------------------------------------------------------------------------

    def record(self, new: Iterable[NewEvent]) -> int:
        """Append events in one durable transaction and return the last position of the log.

        Events recorded before under the same key with the same content are skipped, other content is refused
        (DedupConflict).
        """
        entries = [entry_of(each) for each in new]
        return self.recorder.append(entries) if entries else self.head

    def do(self, command: Command) -> tuple[NewEvent, ...]:
        """Let a command decide on the events of its boundary, and record what it decided.

        Returns what was recorded. Decides again, a few times, when somebody else was faster.
        """
        for attempt in range(ATTEMPTS_MAX):
            current = command if attempt == 0 else command.again()
            seen = self._store.read(current.consistency_boundary())
            for tagged in seen:
                current.evolve(tagged.decision.new.event)
            current.execute()
            decided = current.collect_events()
            try:
                self._store.append(decided, current.consistency_boundary(), after=seen.head or 0)
            except IntegrityError:
                continue
            return tuple(tagged.decision.new for tagged in decided)
        raise DedupConflict(
            f"{type(command).__name__}: others kept recording in the same boundary; try again"
        )

    def configure(self, configuration: Configuration, *, actor: str) -> bool:
        """Record the effective configuration if it differs from the recorded one; return whether it did."""
        sha256 = fingerprint(configuration)
        current = self._last(ConfigurationChanged)
        if isinstance(current, ConfigurationChanged) and current.sha256 == sha256:
            return False
        changed = ConfigurationChanged(sha256=sha256, configuration=configuration)
        self.record([NewEvent(event=changed, actor=actor)])
        return True

    # --- reading ----------------------------------------------------------------------------------------------

    @property
    def head(self) -> int:
        """The last position, 0 for an empty ledger."""
        return self.recorder.read(_NOTHING).head or 0

    def events(self, *, after: int = 0, until: int | None = None) -> Iterator[Recorded]:
        """Return every event with after < position <= until, in order, decoded."""
        return map(decoded, self.recorder.rows(after=after, until=until))

    def tagged(self, *tags: str, after: int = 0, until: int | None = None) -> Iterator[Recorded]:
        """Return every event that carries all the tags."""
        query = DCBQuery(items=[DCBQueryItem(tags=list(tags))])
        return map(decoded, self.recorder.rows(query, after=after, until=until))

    def of_type(self, *kinds: type[Event], after: int = 0, until: int | None = None) -> Iterator[Recorded]:
        """Return every event of the given types."""
        query = DCBQuery(items=[DCBQueryItem(types=[kind.TOPIC for kind in kinds])])
        return map(decoded, self.recorder.rows(query, after=after, until=until))

    def configuration(self, until: int | None = None) -> Configuration:
        """Return the configuration in force at a position (ConfigurationError if none was recorded yet)."""
        found = self._last(ConfigurationChanged, until=until)
        if not isinstance(found, ConfigurationChanged):
            raise ConfigurationError("the ledger holds no configuration yet; run `sitledger init`")
        return found.configuration

    @property
    def is_virtual(self) -> bool:
        """Whether this ledger was opened on a virtual clock."""
        first = next(self.of_type(LedgerOpened, until=1), None)
        return first is not None and isinstance(first.event, LedgerOpened) and first.event.clock == "virtual"

    def position_at(self, instant: datetime) -> int:
        """Return the last position recorded at or before an instant."""
        return self.recorder.position_at(instant)

    def position_of_report(self, report_id: str) -> int | None:
        """Return the position a published report was made as of, or None."""
        found = [recorded.event for recorded in self.tagged(f"report:{report_id}")]
        published = [event for event in found if isinstance(event, ReportPublished)]
        return published[-1].position if published else None

    def text(self, sha256: str) -> str:
        """Return a stored text that an event names (BlobDropped; LedgerDamaged if it is not there)."""
        try:
            return self.blobs.get(sha256).decode()
        except NotFound as error:
            raise LedgerDamaged(
                f"the ledger names the text {sha256}, which is missing; restore a backup"
            ) from error

    def _last(self, kind: type[Event], until: int | None = None) -> Event | None:
        last = None
        for recorded in self.of_type(kind, until=until):
            last = recorded.event
        return last


_NOTHING = DCBQuery(items=[DCBQueryItem(types=["nothing/0"])])


def entry_of(new: NewEvent) -> Entry:
    """Return the row that records an event."""
    topic, body = CODEC.encode(new.event)
    return Entry(
        type=topic,
        data=body,
        tags=list(tags_of(new.event)),
        actor=new.actor,
        observed_at=new.observed_at,
        occurred=occurred_of(new.event),
        dedup_key=dedup_key_of(new.event),
        causation_id=new.causation_id,
        correlation_id=new.correlation_id,
    )


def decoded(row: Row) -> Recorded:
    """Return a stored row as a typed event in its envelope."""
    position, event_id, topic, recorded_at, observed_at, actor, causation_id, correlation_id, body = row
    return Recorded(
        position=position,
        event_id=event_id,
        recorded_at=instant_of(recorded_at),
        event=CODEC.decode(topic, body, position=position),
        actor=actor,
        observed_at=None if observed_at is None else instant_of(observed_at),
        causation_id=causation_id,
        correlation_id=correlation_id,
    )
