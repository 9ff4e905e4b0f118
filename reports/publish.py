"""Publishing: fold to a period's end, assemble, render, keep the bytes as blobs, record ReportPublished.

What is due is every closed week of the mission's zone without a ReportPublished event, so a report is published
exactly once, whenever the program runs, and many weeks are caught up in one pass over the log.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Self

from ledger.application import Command, Ledger
from ledger.checkpoints import Notary
from ledger.envelope import NewEvent
from ledger.errors import EvidenceMissing
from ledger.events import ConfigurationChanged, Event, ReportPublished
from ledger.moments import Moment
from ledger.replay import fold
from reports.desk import Desk
from reports.periods import Period, closed_periods, period_at, period_before, report_id, zone_named
from reports.render import render, renderer
from reports.weekly import assemble
from reports.weekly_issue import TICK, Edition
from reports.weekly_model import WeeklyReport

ACTOR = "reports"
VERSION = 1
"""The version of a first issue; a later issue of the same week would supersede it, never replace it."""


class PublishReport(Command):
    """Record that a report was published, unless that version of it already was."""

    def __init__(self, published: ReportPublished) -> None:
        super().__init__()
        self.published = published
        self._there = False

    def boundary(self) -> Sequence[tuple[str, ...]]:
        """Everything that was recorded about this report."""
        return [(f"report:{self.published.report_id}",)]

    def evolve(self, event: Event) -> None:
        """See whether it was published before."""
        self._there |= isinstance(event, ReportPublished) and event.version == self.published.version

    def decide(self) -> Sequence[NewEvent]:
        """Publish once."""
        return [] if self._there else [NewEvent(event=self.published, actor=ACTOR)]

    def again(self) -> Self:
        """Return a fresh command with the same intent."""
        return type(self)(self.published)


class Series:
    """Assembles reports of successive periods in one pass: a desk that only ever moves forward."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._desk = Desk()

    def report(self, edition: Edition) -> WeeklyReport:
        """Return the report of an edition; periods must come in order."""
        before = self._advanced(position_before(self._ledger, edition.period.start)).copy()
        after = self._advanced(edition.position)
        return assemble(edition, before, after, self._ledger.text)

    def _advanced(self, position: int) -> Desk:
        if position > self._desk.position:
            fold(self._desk, self._ledger, Moment(position=position), after=self._desk.position)
        return self._desk


def position_before(ledger: Ledger, instant: datetime) -> int:
    """Return the last position recorded before an instant."""
    return ledger.position_at(instant - TICK)


def began_at(ledger: Ledger) -> datetime | None:
    """Return when the record got its first configuration, which is when it was opened; None if it has none yet."""
    first = next(ledger.of_type(ConfigurationChanged), None)
    return first.recorded_at if first else None


def edition_of(ledger: Ledger, period: Period, number: str) -> Edition:
    """Return the automatic edition of a period: the last position recorded before its end, whenever it is built."""
    position = position_before(ledger, period.end)
    return Edition(
        id=number,
        period=period,
        position=position,
        root=ledger.recorder.root(position).hex(),
        as_of=period.end,
        previous=_previous(ledger, period, position),
    )


def draft_of(ledger: Ledger, position: int, as_of: datetime) -> Edition:
    """Return the draft edition of the week that an instant falls into, as of a position; it is never recorded."""
    mission = ledger.configuration(position).mission
    period = period_at(as_of, zone_named(mission.zone))
    return Edition(
        id=report_id(mission.id, period),
        period=period,
        position=position,
        root=ledger.recorder.root(position).hex(),
        as_of=min(as_of + TICK, period.end),
        previous=_previous(ledger, period, position),
        state="draft",
    )


def publish(
    ledger: Ledger,
    period: Period,
    *,
    folder: Path | None = None,
    series: Series | None = None,
    notary: Notary | None = None,
) -> ReportPublished:
    """Publish the report of a closed period and return what was recorded; the earlier event if it already was.

    The bytes of every format are kept as blobs and, if `folder` is given, copied there for people to open. Raises
    EvidenceMissing if a figure has no evidence; then nothing is recorded. With a notary the record that the report
    was made from is signed just before.
    """
    number = report_id(ledger.configuration().mission.id, period)
    existing = published(ledger, number)
    if existing is not None:
        return existing
    edition = edition_of(ledger, period, number)
    files = render((series or Series(ledger)).report(edition))
    hashes = dict(zip(files, ledger.blobs.put_many(files.values()), strict=True))
    event = ReportPublished(
        report_id=edition.id,
        version=VERSION,
        start=period.start,
        end=period.end,
        position=edition.position,
        root=edition.root,
        renderer=renderer(),
        files=hashes,
    )
    if notary is not None:
        notary.sign(ledger)
    ledger.do(PublishReport(event))
    if folder is not None:
        _copy(files, folder, edition.id)
    return published(ledger, edition.id) or event


def publish_due(
    ledger: Ledger, now: datetime, *, folder: Path | None = None, notary: Notary | None = None
) -> tuple[ReportPublished, ...]:
    """Publish every closed week that has no report, the oldest first, and return what was published now.

    A week whose evidence is broken does not hold up the others; its EvidenceMissing is raised after them.
    """
    series = Series(ledger)
    done: list[ReportPublished] = []
    broken: list[EvidenceMissing] = []
    for period in tuple(due(ledger, now)):
        try:
            done.append(publish(ledger, period, folder=folder, series=series, notary=notary))
        except EvidenceMissing as error:
            broken.append(error)
    if broken:
        raise broken[0]
    return tuple(done)


def due(ledger: Ledger, now: datetime) -> Iterator[Period]:
    """Return every closed week that has no report, from the one in which the record began."""
    began = began_at(ledger)
    if began is None:
        return
    mission = ledger.configuration().mission
    there = {
        recorded.event.report_id
        for recorded in ledger.of_type(ReportPublished)
        if isinstance(recorded.event, ReportPublished)
    }
    for period in closed_periods(began, now, zone_named(mission.zone)):
        if report_id(mission.id, period) not in there:
            yield period


def published(ledger: Ledger, wanted: str) -> ReportPublished | None:
    """Return the latest ReportPublished of a report id, or None."""
    found = [recorded.event for recorded in ledger.tagged(f"report:{wanted}")]
    events = [event for event in found if isinstance(event, ReportPublished)]
    return max(events, key=lambda event: event.version, default=None)


def _previous(ledger: Ledger, period: Period, position: int) -> str | None:
    # From the prefix alone, so that a rebuild finds the same whatever was configured later.
    began = began_at(ledger)
    mission = ledger.configuration(position).mission
    earlier = period_before(period, zone_named(mission.zone))
    return report_id(mission.id, earlier) if began is not None and earlier.end > began else None


def _copy(files: dict[str, bytes], folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for suffix, content in files.items():
        (folder / f"{name}.{suffix}").write_bytes(content)
