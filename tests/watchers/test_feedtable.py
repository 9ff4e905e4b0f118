"""The table beside the log."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from watchers.feedtable import FeedTable, PollRow
from watchers.items import FeedState

NOON = datetime(2024, 6, 25, 12, tzinfo=UTC)


def test_a_state_is_kept_as_it_was(table: FeedTable) -> None:
    """Validators, window and due time come back unchanged."""
    state = FeedState(feed="f", url="http://e.invalid/", etag='W/"é"', window=("a", "b"), next_at=NOON)
    table.save(state, PollRow(feed="f", at=NOON, outcome="read"))
    assert table.state("f", "http://e.invalid/") == state
    assert table.polls("f") == (PollRow(feed="f", at=NOON, outcome="read"),)


def test_another_address_is_a_fresh_subscription(table: FeedTable) -> None:
    """Validators of one address are never sent to another."""
    table.save(
        FeedState(feed="f", url="http://old.invalid/", etag="x"), PollRow(feed="f", at=NOON, outcome="read")
    )
    assert table.state("f", "http://new.invalid/") == FeedState(feed="f", url="http://new.invalid/")


def test_a_broken_file_is_made_anew(tmp_path: Path) -> None:
    """Since it may be lost without harm, a damaged table never stops the watch."""
    path = tmp_path / "watch.sqlite3"
    path.write_bytes(b"no database" * 500)
    with FeedTable(path) as table:
        assert table.state("f", None) == FeedState(feed="f")


def test_polls_are_summed_up_by_day_and_forgotten_after_a_season(table: FeedTable) -> None:
    """Today is not over; what was summed up is not summed up again, and is dropped after 90 days."""
    for hours, outcome in ((0, "read"), (1, "failed"), (24, "unchanged"), (48, "read")):
        table.save(None, PollRow(feed="f", at=NOON + timedelta(hours=hours), outcome=outcome, new=2))
    today = date(2024, 6, 27)
    first, second = table.unsummarised(today)
    assert (first.polls, first.failures, first.items, second.not_modified) == (2, 1, 4, 1)
    table.mark_summarised([first, second], today)
    assert table.unsummarised(today) == ()
    table.mark_summarised([], today + timedelta(days=100))
    assert [row.outcome for row in table.polls("f")] == ["read"]
