"""The daemon: a few jobs on one scheduler, started and stopped in good order.

Feeds are rows with a due time, looked at by one tick a second; measured at 10,000 feeds that costs a twentieth of a
job each. The jobs run in UTC, never two of one kind at a time, and late ones run once (`coalesce`).
"""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from rich.console import Console

from ledger.application import Ledger
from ledger.clocks import Clock
from ledger.envelope import NewEvent
from ledger.errors import LedgerError
from ledger.events import WatchStarted, WatchStopped
from ledger.home import Home
from watchers.homes import PROGRAM
from watchers.poll import PollOutcome, Watch, poll_due
from watchers.wiring import Duty, on_duty, watch_over

TICK_S = 1
REPORTS_S = 30
CHECKPOINTS_S = 600
RETENTION_S = 600
DRAIN_S = 20.0
"""How long a stopping daemon waits for work under way."""

_log = structlog.get_logger("sitledger")
# A tick that comes while the last one is at work is skipped, which is meant and no news.
logging.getLogger("apscheduler").setLevel(logging.ERROR)


class Daemon:
    """Polls what is due, raises and delivers alerts, publishes reports, until it is told to stop."""

    def __init__(self, watch: Watch, duty: Duty, clock: Clock) -> None:
        self._watch = watch
        self._duty = duty
        self._clock = clock
        self._stopping = asyncio.Event()
        self._under_way: set[str] = set()
        self._failure: BaseException | None = None
        self._scheduler = AsyncIOScheduler(
            timezone=UTC, job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1}
        )

    def stop(self) -> None:
        """Ask it to finish what it is doing and end."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until stopped, then drain (an error of the ledger ends it and is raised)."""
        self._every(TICK_S, "poll", self._poll)
        self._every(TICK_S, "alerts", self._alert)
        self._every(TICK_S, "outbox", self._tell)
        self._every(REPORTS_S, "reports", self._report)
        self._every(CHECKPOINTS_S, "checkpoints", self._sign)
        self._every(RETENTION_S, "retention", self._retain)
        self._scheduler.start()
        await self._stopping.wait()
        # The scheduler's own shutdown cancels running work, so nothing new is started and the rest is waited for.
        self._scheduler.pause()
        await self._drained()
        self._scheduler.shutdown(wait=False)
        if self._failure is not None:
            raise self._failure

    def _every(self, seconds: int, name: str, work: Callable[[datetime], Awaitable[None]]) -> None:
        async def job() -> None:
            if self._stopping.is_set():
                return
            self._under_way.add(name)
            try:
                await work(self._clock())
            except BaseException as error:  # noqa: BLE001 - raised again by `run`, on the main path
                _log.exception("job_failed", job=name)
                self._failure = error
                self.stop()
            finally:
                self._under_way.discard(name)

        self._scheduler.add_job(job, "interval", seconds=seconds, id=name, next_run_time=self._clock())

    async def _poll(self, now: datetime) -> None:
        for outcome in await poll_due(self._watch, now):
            _log_poll(outcome)

    async def _alert(self, now: datetime) -> None:
        for alert in self._duty.alert(now).raised:
            _log.info("alert_raised", alert=alert.alert_id, rule=alert.rule, severity=alert.severity.value)

    async def _tell(self, now: datetime) -> None:
        for problem in (await self._duty.tell(now)).problems:
            _log.warning("notification_problem", problem=problem)

    async def _report(self, now: datetime) -> None:
        if published := self._duty.report(now):
            _log.info("reports_published", count=published)

    async def _sign(self, now: datetime) -> None:
        if size := self._duty.sign(now):
            _log.info("checkpoint_signed", size=size)

    async def _retain(self, now: datetime) -> None:
        if dropped := self._duty.retain(now):
            _log.info("words_dropped", count=dropped)

    async def _drained(self) -> None:
        for _ in range(int(DRAIN_S / 0.05)):
            if not self._under_way:
                return
            await asyncio.sleep(0.05)


async def watch_and_serve(home: Home, ledger: Ledger, clock: Clock, console: Console) -> None:
    """Run the daemon on a home's ledger until SIGINT or SIGTERM (LedgerLocked if another one does already)."""
    with home.exclusive():
        async with watch_over(home, ledger) as watch, on_duty(home, ledger, console) as duty:
            daemon = Daemon(watch, duty, clock)
            loop = asyncio.get_running_loop()
            reason = "stopped"

            def end(number: signal.Signals) -> None:
                nonlocal reason
                reason = number.name
                daemon.stop()

            for number in (signal.SIGINT, signal.SIGTERM):
                loop.add_signal_handler(number, end, number)
            feeds = sum(1 for feed in watch.desk.configuration.feeds if feed.enabled and feed.url)
            _record(ledger, WatchStarted(program=PROGRAM, feeds=feeds))
            _log.info("watch_started", feeds=feeds, ledger=home.address.name)
            try:
                await daemon.run()
            except LedgerError:
                _log.error("watch_broke_off", ledger=home.address.name)
                raise
            _record(ledger, WatchStopped(reason=reason))
            _log.info("watch_stopped", reason=reason)


def _record(ledger: Ledger, event: WatchStarted | WatchStopped) -> None:
    ledger.record([NewEvent(event=event, actor="watcher")])


def _log_poll(outcome: PollOutcome) -> None:
    log = _log.warning if outcome.outcome in {"failed", "gone"} else _log.info
    log(
        "poll",
        feed=outcome.feed,
        outcome=outcome.outcome,
        status=outcome.status,
        new=outcome.new,
        revised=outcome.revised,
        reason=outcome.reason,
        next_at=outcome.next_at.isoformat() if outcome.next_at else None,
    )
