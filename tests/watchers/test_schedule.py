"""When to ask again."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from ledger.configuration import Feed, Fetching
from watchers.items import FeedState
from watchers.schedule import Signal, next_poll

NOW = datetime(2024, 6, 25, 12, tzinfo=UTC)
FEED = Feed(name="f", source="s", url="http://e.invalid/")
FETCHING = Fetching(contact="desk@example.invalid")
STATE = FeedState(feed="f", unmodified=1)


def wait_s(signal: Signal, state: FeedState = STATE, feed: Feed = FEED) -> tuple[float, str]:
    after = next_poll(state, signal, NOW, feed, FETCHING)
    assert after.next_at is not None
    return (after.next_at - NOW).total_seconds(), after.reason


@pytest.mark.parametrize(
    ("signal", "least", "word"),
    [
        (Signal(kind="read", overlap=0.5), 1_800, "interval"),
        (Signal(kind="read", overlap=0.5, ttl_s=3_600), 3_600, "ttl"),
        (Signal(kind="not_modified", max_age_s=7_200), 7_200, "max-age"),
        (Signal(kind="unchanged", expires_s=4_000), 4_000, "Expires"),
        (Signal(kind="failed", retry_after_s=9_000), 9_000, "Retry-After"),
        (Signal(kind="read", overlap=0.5, ttl_s=10), 1_800, "interval"),
    ],
)
def test_the_largest_wish_wins_and_is_named(signal: Signal, least: int, word: str) -> None:
    """Never earlier than anybody asked for, at most a tenth later, and the reason is told."""
    seconds, reason = wait_s(signal)
    assert least <= seconds <= least * 1.1
    assert reason.startswith(word)


def test_nobody_waits_longer_than_the_ceiling() -> None:
    """A server that asks for a week is asked again within a day."""
    seconds, reason = wait_s(Signal(kind="failed", retry_after_s=604_800))
    assert seconds == FETCHING.ceiling_s
    assert "capped" in reason


def test_failures_back_off_and_stop_at_the_ceiling() -> None:
    """Every further failure doubles the wait."""
    waits = [
        wait_s(Signal(kind="failed"), replace(STATE, failures=failures))[0] for failures in (1, 2, 3, 40)
    ]
    assert waits[0] < waits[1] < waits[2] < waits[3] == FETCHING.ceiling_s


def test_a_server_that_never_says_304_is_asked_hourly() -> None:
    """Whoever sends everything every time gets fewer visits."""
    stubborn = replace(STATE, unmodified=0, validated=10)
    assert wait_s(Signal(kind="unchanged"), stubborn)[0] >= 3_600


def test_the_interval_follows_the_overlap() -> None:
    """Little overlap makes polls denser down to the floor, much makes them rarer up to four times the usual."""
    state = STATE
    for _ in range(10):
        state = next_poll(state, Signal(kind="read", overlap=0.1), NOW, FEED, FETCHING)
    assert state.interval_s == FETCHING.floor_s
    for _ in range(20):
        state = next_poll(state, Signal(kind="read", overlap=0.9), NOW, FEED, FETCHING)
    assert state.interval_s == FETCHING.interval_s * 4


def test_the_feeds_own_interval_is_kept() -> None:
    """What the analyst wrote for one feed is not adapted."""
    own = Feed(name="f", source="s", url="http://e.invalid/", every_s=5_000)
    assert 5_000 <= wait_s(Signal(kind="read", overlap=0.0), feed=own)[0] <= 5_500


def test_a_feed_that_is_gone_is_never_asked_again() -> None:
    """After 410 there is no next poll."""
    assert next_poll(STATE, Signal(kind="gone"), NOW, FEED, FETCHING).next_at is None
