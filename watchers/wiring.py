"""Puts the parts together for one ledger: the watch that hears, and the duty desk that alerts, tells and reports.

The daemon and the demo run the same two things; they differ in their clock and their network.
"""

import os
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime

import aiohttp
from aiohttp.abc import AbstractResolver
from rich.console import Console

from ledger.application import Ledger
from ledger.checkpoints import Notary
from ledger.dropping import retain
from ledger.home import Home
from reports.alerts.engine import AlertEngine, AlertRun
from reports.notifiers.webhook import over
from reports.notify import Outbox, PumpRun, Surroundings, notifiers_for
from reports.periods import period_at, zone_named
from reports.publish import publish_due
from reports.search import forget_dropped
from watchers.decide_document import Desk
from watchers.extract.pipeline import Extractor
from watchers.feeds import FeedMemories
from watchers.feedtable import FeedTable
from watchers.fetch_network import open_session
from watchers.homes import PROGRAM
from watchers.parse_pool import ParsePool
from watchers.poll import Watch


def desk_of(ledger: Ledger) -> Desk:
    """Return what deciding needs, by the configuration that the ledger holds."""
    configuration = ledger.configuration()
    return Desk(ledger=ledger, configuration=configuration, extractor=Extractor(configuration))


@asynccontextmanager
async def watch_over(
    home: Home, ledger: Ledger, *, resolver: AbstractResolver | None = None
) -> AsyncIterator[Watch]:
    """Open the network, the parsing processes and the feed table, and close them afterwards."""
    desk = desk_of(ledger)
    with FeedTable(home.data / "watch.sqlite3") as table, ParsePool() as parser:
        async with open_session(desk.configuration.fetching, resolver=resolver) as session:
            yield Watch(desk=desk, table=table, session=session, parser=parser, memories=FeedMemories(ledger))


@dataclass(kw_only=True)
class Duty:
    """Everything that follows from the record: alerts, their delivery, and the periodic reports."""

    home: Home
    ledger: Ledger
    engine: AlertEngine
    outbox: Outbox
    outside: Surroundings
    reports_due: datetime | None = None
    retained_on: date | None = None

    def alert(self, now: datetime) -> AlertRun:
        """Evaluate the alert rules on what is new, and on the clock."""
        return self.engine.run(self.ledger, now)

    async def tell(self, now: datetime) -> PumpRun:
        """Hand over what is requested and due."""
        notifiers = notifiers_for(self.ledger.configuration(), self.outside)
        return await self.outbox.pump(self.ledger, notifiers, now)

    def report(self, now: datetime) -> int:
        """Publish every closed period that has no report yet; return how many were published."""
        if self.reports_due is not None and now < self.reports_due:
            return 0
        published = publish_due(self.ledger, now, folder=self.home.reports, notary=Notary(self.home.data))
        self.reports_due = period_at(now, zone_named(self.ledger.configuration().mission.zone)).end
        return len(published)

    def sign(self, now: datetime) -> int | None:
        """Sign a checkpoint if one is due; return how many events it covers."""
        signed = Notary(self.home.data).sign_when_due(self.ledger, now)
        return signed.size if signed else None

    def retain(self, now: datetime) -> int:
        """Drop what the configuration no longer keeps, once a day; return how many texts and documents went."""
        if self.retained_on == now.date():
            return 0
        dropped = retain(self.ledger, now)
        if dropped:
            forget_dropped(self.home.data, self.ledger)
        self.retained_on = now.date()
        return len(dropped)


@asynccontextmanager
async def on_duty(home: Home, ledger: Ledger, console: Console) -> AsyncIterator[Duty]:
    """Set up alerts, outbox and reports for a ledger whose requests are all to be sent."""
    # The operator chose these addresses, so unlike feeds they may be on the own network.
    async with aiohttp.ClientSession(headers={"User-Agent": PROGRAM.replace(" ", "/")}) as session:
        yield Duty(
            home=home,
            ledger=ledger,
            engine=AlertEngine(),
            outbox=Outbox(live_after=0, jitter=random.random),
            outside=Surroundings(
                home=home.folder, environ=os.environ, console=console, transport=over(session)
            ),
        )
