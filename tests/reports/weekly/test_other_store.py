"""A report made from a ledger in one back end is made again, byte for byte, from its copy in the other."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.store.address import Database, Stored
from ledger.store.transfer import copy, open_target
from reports.publish import publish_due
from reports.rebuild import kept, rebuild

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)


def test_a_report_is_rebuilt_from_the_other_back_end(story: Any, new_database: Callable[[], str]):
    """Published from files, rebuilt from the database: every format has the same bytes, and the same root."""
    done = publish_due(story.ledger, NOW)
    place, source = Database(new_database()), story.ledger
    with open_target(place, VirtualClock(NOW), source.recorder.ledger_id) as target:
        copy(Stored(source.recorder, source.blobs), target, lambda _: None)
    with Ledger.open(place, clock=VirtualClock(NOW), write=False) as elsewhere:
        assert elsewhere.recorder.root() == source.recorder.root()
        for event in done:
            assert rebuild(elsewhere, event.report_id).ok
            for form in event.files:
                assert kept(elsewhere, event.report_id, form) == kept(source, event.report_id, form)


def test_a_report_is_published_from_the_other_back_end(story: Any, new_database: Callable[[], str]):
    """Published from the database, a report has the bytes it has when it is published from files."""
    place, source = Database(new_database()), story.ledger
    with open_target(place, VirtualClock(NOW), source.recorder.ledger_id) as target:
        copy(Stored(source.recorder, source.blobs), target, lambda _: None)
    with Ledger.open(place, clock=VirtualClock(NOW)) as elsewhere:
        there = publish_due(elsewhere, NOW)
        assert elsewhere.head == source.head + len(there)
    assert [event.files for event in there] == [event.files for event in publish_due(source, NOW)]
