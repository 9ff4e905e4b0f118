"""Kept states: they save time and change nothing."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.codec import canonical
from ledger.developments import Count, Development, When
from ledger.envelope import NewEvent
from ledger.events import ConfigurationChanged
from ledger.moments import Moment
from ledger.replay import fold
from reports import checkpoints
from reports.checkpoints import FILE, Checkpoints
from reports.desk import Desk
from reports.deskstate import restored, saved
from reports.kept import Item
from reports.status import status

DAYS = ("2024-06-03", "2024-06-04", "2024-06", None)


def shown(desk: Desk) -> bytes:
    assert desk.recorded_at is not None
    return saved(desk) + canonical((status(desk, now=desk.recorded_at), dict(desk.items)))


class Remembered:
    """The items of a desk at the moment it was saved."""

    def __init__(self, desk: Desk) -> None:
        self._items = dict(desk.items)

    def item(self, item_id: str) -> Item | None:
        return self._items.get(item_id)

    def items(self) -> dict[str, Item]:
        return self._items


def happen(told: Any, act: tuple[str, int, int, int]) -> None:
    """Let one thing happen: a claim, an item, an edit of it, or a new configuration."""
    what, n, item, day = act
    name = f"item-{item}"
    match what:
        case "reported":
            said = Development(
                kind="movement",
                outcome="arrived",
                actor="NOR",
                count=Count(n=n, unit="police"),
                occurred=When(text=DAYS[day]) if DAYS[day] else None,
            )
            version = 1 + n % 2
            told.reported(f"d{len(told.log)}", said, grade="ABF"[n % 3], item_id=name, item_version=version)
        case "observed":
            told.observed(name)
        case "revised":
            told.revised(name, 2)
        case _:
            changed = next(each.event for each in told.log if isinstance(each.event, ConfigurationChanged))
            told.tell(changed)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["reported", "reported", "observed", "revised", "configured"]),
        st.sampled_from([100, 200, 201, 400]),
        st.integers(0, 2),
        st.integers(0, 3),
    ),
    max_size=25,
)


@given(acts=ACTS, cuts=st.sets(st.integers(0, 25), max_size=4))
@settings(deadline=None, max_examples=60)
def test_going_on_from_a_kept_state_is_folding_from_the_start(
    told_of: Callable[[], Any], acts: list[tuple[str, int, int, int]], cuts: set[int]
):
    """Whatever happens, and wherever the state is saved, looked at and taken up again, the desk is the same."""
    told = told_of()
    followed, done = told.desk.copy(), len(told.log)
    for number, act in enumerate(acts):
        happen(told, act)
        for recorded in told.log[done:]:
            followed.apply(recorded)
        done = len(told.log)
        if number in cuts:
            shown(followed)
            followed = restored(saved(followed), Remembered(followed)).copy()
    fresh = Desk()
    for recorded in told.log:
        fresh.apply(recorded)
    assert shown(followed) == shown(fresh)


@pytest.fixture
def ledger(told: Any, arrival: Any, tmp_path: Path) -> Iterator[Ledger]:
    """A ledger of forty arrivals."""
    for n in range(40):
        told.reported(f"d{n}", arrival(100 + n, f"2024-06-{1 + n % 20:02}"))
    opened, *later = told.log
    clock = VirtualClock(opened.recorded_at)
    with Ledger.create(tmp_path, clock=clock, program="test", virtual=True) as made:
        for recorded in later:
            clock.advance(timedelta(hours=1))
            made.record([NewEvent(event=recorded.event, actor="test", observed_at=recorded.observed_at)])
        yield made


@pytest.fixture
def eager(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every state, however short the way to it was."""
    monkeypatch.setattr(checkpoints, "WORTH", 1)


@pytest.mark.usefixtures("eager")
def test_any_position_is_the_same_with_and_without_kept_states(ledger: Ledger, tmp_path: Path):
    """Positions asked for in any order give what folding the log gives."""
    kept = Checkpoints(tmp_path, ledger)
    for position in (30, 42, 10, 31, 30, 1, 42):
        moment = Moment(position=position)
        assert shown(kept.desk(moment)) == shown(fold(Desk(), ledger, moment))
    assert (tmp_path / FILE).exists()


@pytest.mark.usefixtures("eager")
def test_a_kept_state_saves_reading_the_log(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The second look reads only what came after the first."""
    kept = Checkpoints(tmp_path, ledger)
    kept.desk(Moment(position=40))
    read: list[int] = []
    real = ledger.events

    def counted(*, after: int = 0, until: int | None = None) -> Any:
        read.append(after)
        return real(after=after, until=until)

    monkeypatch.setattr(ledger, "events", counted)
    kept.desk(Moment(position=42))
    assert read == [40]


@pytest.mark.usefixtures("eager")
@pytest.mark.parametrize("harm", ["other ledger", "other code", "torn", "no database"])
def test_a_state_that_does_not_belong_is_never_used(
    ledger: Ledger, tmp_path: Path, harm: str, monkeypatch: pytest.MonkeyPatch
):
    """A state of another history, of other code, or one that is damaged is passed over; the answer is right."""
    wanted = shown(fold(Desk(), ledger, Moment(position=42)))
    kept = Checkpoints(tmp_path, ledger)
    kept.desk(Moment(position=40))
    if harm == "no database":
        (tmp_path / FILE).write_bytes(b"no database at all" * 100)
    elif harm == "other code":
        monkeypatch.setattr(checkpoints, "code", lambda: "other")
    else:
        change = {"other ledger": "root = zeroblob(32)", "torn": "content = substr(content, 1, 20)"}[harm]
        connection = sqlite3.connect(tmp_path / FILE)
        connection.execute(f"UPDATE desks SET {change}")
        connection.commit()
        connection.close()
    assert shown(kept.desk(Moment(position=42))) == wanted


@pytest.mark.usefixtures("eager")
def test_only_so_many_states_are_kept(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The file does not grow without end, and the newest state is among those that stay."""
    monkeypatch.setattr(checkpoints, "KEPT_MAX", 3)
    kept = Checkpoints(tmp_path, ledger)
    for position in range(5, 43):
        kept.desk(Moment(position=position))
    connection = sqlite3.connect(tmp_path / FILE)
    positions = [position for (position,) in connection.execute("SELECT position FROM desks")]
    connection.close()
    assert len(positions) == 3
    assert 42 in positions


def test_what_sources_had_shown_is_folded_from_the_start(ledger: Ledger, tmp_path: Path):
    """A kept state knows nothing of who had seen what; it is not used for that question."""
    moment = Moment(position=ledger.head, seen_by=ledger.clock() - timedelta(hours=20))
    found = Checkpoints(tmp_path, ledger).desk(moment)
    assert list(found.claims) == list(fold(Desk(), ledger, moment).claims)
    assert not (tmp_path / FILE).exists()


def test_a_folder_that_cannot_be_written_is_only_slower(ledger: Ledger, tmp_path: Path):
    """Where the states cannot be kept, the answer is the same."""
    kept = Checkpoints(tmp_path / "absent", ledger)
    assert kept.desk(Moment(position=42)).position == 42
