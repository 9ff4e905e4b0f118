"""Runs the whole desk through the demo's period: the clock jumps from one due time to the next."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from rich.console import Console

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.home import Home
from watchers.config import load
from watchers.demo.script import shipped_script
from watchers.demo.server import LoopbackResolver, serving
from watchers.demo.settings import demo_config
from watchers.homes import PROGRAM, shipped_config, take_over
from watchers.poll import Watch, poll_due
from watchers.wiring import Duty, on_duty, watch_over

START = datetime(2023, 10, 1, tzinfo=UTC)
END = datetime(2024, 7, 31, 23, 59, 59, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What the demo did."""

    polls: int
    items: int
    alerts: int
    reports: int
    position: int


async def play(home: Home, console: Console, advance: Callable[[float], None]) -> Played:
    """Make a demo home and live through its period; `advance` is told each step's share of it (0 to 1)."""
    clock = VirtualClock(START)
    home.folder.mkdir(parents=True, exist_ok=True)
    home.config.write_text(demo_config(shipped_config()), encoding="utf-8")
    with Ledger.create(home.data, clock=clock, program=PROGRAM, virtual=True) as ledger:
        take_over(ledger, load(home.config))
        async with (
            serving(shipped_script(), clock) as port,
            watch_over(home, ledger, resolver=LoopbackResolver(port)) as watch,
            on_duty(home, ledger, console) as duty,
        ):
            return await _live(clock, watch, duty, advance)


async def _live(clock: VirtualClock, watch: Watch, duty: Duty, advance: Callable[[float], None]) -> Played:
    polls = items = alerts = reports = 0
    while clock() < END:
        before = clock()
        outcomes = await poll_due(watch, clock())
        polls += len(outcomes)
        items += sum(outcome.new for outcome in outcomes)
        alerts += len(duty.alert(clock()).raised)
        await duty.tell(clock())
        reports += duty.report(clock())
        clock.advance_to(min(END, watch.table.next_due() or END, *_alert_due(duty, clock())))
        clock.advance_to(before + timedelta(microseconds=1))
        advance((clock() - before) / (END - START))
    position = watch.desk.ledger.head
    return Played(polls=polls, items=items, alerts=alerts, reports=reports, position=position)


def _alert_due(duty: Duty, now: datetime) -> tuple[datetime, ...]:
    due = duty.engine.next_due(now)
    return (due,) if due is not None and due > now else ()
