"""The outbox: what was requested arrives, at least once, under a key that does not change, and never from a replay."""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.configuration import Severity
from ledger.envelope import NewEvent
from ledger.errors import DestinationError
from ledger.events import (
    AlertRaised,
    AlertResolved,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
)
from reports.notifiers.notice import Notice
from reports.notify import GIVEN_UP_AFTER, LONGEST_WAIT, Outbox, PumpRun, pump

START = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)


class Killed(Exception):
    """The process dies here."""


class Mailbox:
    """A destination that remembers what it was handed, and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[str] = []
        self.tried: list[datetime] = []
        self.answer: Callable[[Notice], None] = lambda _: None

    async def deliver(self, notice: Notice, now: datetime) -> None:
        self.tried.append(now)
        self.answer(notice)
        self.got.append(notice.notification)


class Trap:
    """A destination that must never be called."""

    async def deliver(self, notice: Notice, now: datetime) -> None:
        raise AssertionError(f"{notice.notification} was sent at {now}")


def down(_: Notice) -> None:
    raise DestinationError("the hook does not answer", retryable=True)


def refuses(_: Notice) -> None:
    raise DestinationError("the hook answered 410", retryable=False)


def busy(_: Notice) -> None:
    raise DestinationError("the hook answered 429", retryable=True, retry_after_s=3_600)


class Office:
    """A ledger with requested notifications, an outbox, and one mailbox."""

    def __init__(self, folder: Path) -> None:
        self.clock = VirtualClock(START)
        self.ledger = Ledger.create(folder, clock=self.clock, program="test", virtual=True)
        self.hook = Mailbox()
        self.destinations: dict[str, Any] = {"hook": self.hook}
        self.restart()

    def restart(self, *, live_after: int = 0) -> None:
        """Forget everything that is not in the ledger."""
        self.outbox = Outbox(live_after=live_after, jitter=lambda: 1.0)

    def request(self, name: str, *, to: str = "hook") -> str:
        raised = AlertRaised(
            alert_id=name,
            rule="courts",
            kind="development",
            severity=Severity.WARNING,
            labels={},
            n=1,
            summary="A court ruled",
        )
        request = NotificationRequested(
            notification_id=f"{name}@{to}", alert_id=name, destination=to, reason="admitted"
        )
        self.ledger.record([NewEvent(event=each, actor="alerts") for each in (raised, request)])
        return request.notification_id

    async def pump(self) -> PumpRun:
        return await pump(self.outbox, self.ledger, self.destinations, self.clock())

    def outcomes(self) -> list[Any]:
        found = self.ledger.of_type(NotificationDelivered, NotificationFailed)
        return [recorded.event for recorded in found]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """A ledger in which nothing was requested yet."""
    made = Office(tmp_path)
    yield made
    made.ledger.close()


async def test_what_was_requested_arrives_once(office: Office) -> None:
    """A requested notification is handed over, recorded as delivered, and not sent again."""
    name = office.request("a")
    run = await office.pump()
    assert (run.delivered, run.failed, run.waiting, run.next_at) == (1, 0, 0, None)
    assert office.outcomes() == [NotificationDelivered(notification_id=name, destination="hook", attempt=1)]
    await office.pump()
    office.restart()
    await office.pump()
    assert office.hook.got == [name]


async def test_a_replay_sends_nothing(office: Office) -> None:
    """Whoever opens a ledger after its head as watermark sends nothing of what it holds, only what comes later."""
    office.request("old")
    office.restart(live_after=office.ledger.head)
    office.destinations["hook"] = Trap()
    assert (await office.pump()).waiting == 0
    office.destinations["hook"] = office.hook
    name = office.request("new")
    await office.pump()
    assert office.hook.got == [name]


@pytest.mark.parametrize("dies", ["before sending", "after sending", "after marking"])
async def test_a_kill_loses_nothing(office: Office, monkeypatch: pytest.MonkeyPatch, dies: str) -> None:
    """Killed at any step, a new process sends what is not marked, under the same key; a receiver sees it at least once."""
    name = office.request("a")
    record = office.ledger.record

    def dying(events: Any) -> int:
        if dies == "after marking":
            record(events)
        raise Killed

    def kill(_: Notice) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if dies == "before sending":
            office.hook.answer = kill
        patch.setattr(office.ledger, "record", dying)
        with pytest.raises(Killed):
            await office.pump()
    office.hook.answer = lambda _: None
    office.restart()
    await office.pump()
    assert set(office.hook.got) == {name}
    assert len(office.hook.got) == (2 if dies == "after sending" else 1)
    assert len(office.outcomes()) == 1


async def test_a_failed_mark_is_made_up_for(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """If recording fails in a process that lives on, the notification stays pending and is sent again."""
    name = office.request("a")
    with monkeypatch.context() as patch:
        patch.setattr(office.ledger, "record", lambda _: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            await office.pump()
    await office.pump()
    assert office.hook.got == [name, name]
    assert len(office.outcomes()) == 1


async def test_six_hours_of_silence_lose_nothing(office: Office) -> None:
    """An endpoint that is down for six hours gets everything in order when it is back, after few attempts."""
    names = [office.request(f"a{number:02}") for number in range(20)]
    office.hook.answer = down
    while office.clock() < START + timedelta(hours=6):
        run = await office.pump()
        assert run.waiting == 20
        assert run.next_at is not None
        office.clock.advance_to(run.next_at)
    assert len(office.hook.tried) < 6 * 4 + 10
    waits = [
        later - earlier for earlier, later in zip(office.hook.tried, office.hook.tried[1:], strict=False)
    ]
    assert waits[:4] == [timedelta(seconds=each) for each in (5, 10, 20, 40)]
    assert max(waits) == LONGEST_WAIT
    office.hook.answer = lambda _: None
    run = await office.pump()
    assert (run.delivered, run.waiting) == (20, 0)
    assert sorted(office.hook.got) == names


async def test_nothing_is_tried_before_its_time(office: Office) -> None:
    """A pump before the next time calls nobody."""
    office.request("a")
    office.hook.answer = down
    await office.pump()
    office.clock.advance(timedelta(seconds=4))
    await office.pump()
    assert len(office.hook.tried) == 1


async def test_retry_after_is_honoured(office: Office) -> None:
    """A server that asks for an hour gets an hour, for all that waits there."""
    office.request("a")
    office.request("b")
    office.hook.answer = busy
    run = await office.pump()
    assert run.next_at == START + timedelta(hours=1)
    office.hook.answer = lambda _: None
    office.clock.advance(timedelta(minutes=59))
    await office.pump()
    assert office.hook.got == []
    office.clock.advance(timedelta(minutes=1))
    await office.pump()
    assert sorted(office.hook.got) == ["a@hook", "b@hook"]


async def test_the_wait_is_spread_by_chance(office: Office) -> None:
    """With full jitter the wait is any part of the backoff, so that many desks do not call at once."""
    office.request("a")
    office.hook.answer = down
    office.outbox = Outbox(live_after=0, jitter=random.Random(7).random)
    run = await office.pump()
    assert run.next_at is not None
    assert START < run.next_at < START + timedelta(seconds=5)


async def test_a_refusal_is_final(office: Office) -> None:
    """What a destination refuses for good is recorded as failed with its reason, and the next one is sent."""
    office.request("a")
    office.hook.answer = lambda notice: refuses(notice) if notice.alert == "a" else None
    office.request("b")
    run = await office.pump()
    assert (run.delivered, run.failed, run.waiting) == (1, 1, 0)
    assert office.outcomes()[0] == NotificationFailed(
        notification_id="a@hook", destination="hook", attempt=1, reason="the hook answered 410"
    )
    assert run.problems == ("a@hook: the hook answered 410",)


async def test_it_is_given_up_after_three_days(office: Office) -> None:
    """After 72 hours without success a notification is recorded as failed; not before one more try."""
    office.request("a")
    office.clock.advance(GIVEN_UP_AFTER)
    office.hook.answer = down
    run = await office.pump()
    assert (run.failed, run.waiting) == (1, 0)
    assert office.outcomes()[0].reason == "given up after 72 h: the hook does not answer"


async def test_a_machine_that_was_off_for_a_week_still_delivers(office: Office) -> None:
    """Being late is no reason to give up without a try."""
    name = office.request("a")
    office.clock.advance(timedelta(days=7))
    await office.pump()
    assert office.hook.got == [name]


async def test_one_notice_that_a_destination_chokes_on_blocks_no_other(office: Office) -> None:
    """The others overtake the one that always fails."""
    office.request("bad")
    names = [office.request(f"good{number}") for number in range(3)]
    office.hook.answer = lambda notice: down(notice) if notice.alert == "bad" else None
    await office.pump()
    office.clock.advance(timedelta(seconds=5))
    run = await office.pump()
    assert office.hook.got == names
    assert run.waiting == 1


async def test_a_destination_that_is_down_holds_up_no_other(office: Office) -> None:
    """Each destination has its own queue."""
    office.destinations["mail"] = mail = Mailbox()
    office.hook.answer = down
    office.request("a", to="hook")
    name = office.request("b", to="mail")
    await office.pump()
    assert mail.got == [name]


async def test_a_destination_that_was_taken_out_fails_at_once(office: Office) -> None:
    """What waits for a destination that the configuration no longer holds is recorded as failed."""
    office.request("a", to="gone")
    run = await office.pump()
    assert run.failed == 1
    assert office.outcomes()[0].reason == "this destination is not configured any more"


async def test_the_end_of_an_alert_is_told_with_its_reason(office: Office) -> None:
    """The notice of a resolved alert carries the resolution; that of a raised one does not."""
    seen: list[Notice] = []
    office.hook.answer = seen.append
    office.request("a")
    await office.pump()
    resolved = AlertResolved(alert_id="a", reason="cleared")
    request = NotificationRequested(
        notification_id="a@hook/resolved", alert_id="a", destination="hook", reason="told", phase="resolved"
    )
    office.ledger.record([NewEvent(event=each, actor="alerts") for each in (resolved, request)])
    await office.pump()
    assert [(each.phase, each.resolution) for each in seen] == [("raised", None), ("resolved", "cleared")]
    assert all(each.virtual for each in seen)
