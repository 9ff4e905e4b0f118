"""What every recorder does: the library's own contract, and what our port adds to it."""

from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from eventsourcing.dcb import tests as library
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.persistence import IntegrityError, ProgrammingError

from ledger.clocks import VirtualClock
from ledger.developments import When
from ledger.errors import DedupConflict, NotFound
from ledger.merkle import EMPTY_ROOT, root
from ledger.store.recorder import Entry, LedgerRecorder


def entry(body: bytes = b"{}", key: str | None = None, *tags: str, kind: str = "n/1") -> Entry:
    return Entry(type=kind, data=body, tags=list(tags), dedup_key=key)


def test_the_librarys_contract_for_appending_and_reading(recorder: LedgerRecorder) -> None:
    """Everything that the eventsourcing library expects of a recorder's `append` and `read` holds."""
    library.DCBRecorderTestCase()._test_append_read(recorder)


def test_the_librarys_contract_for_subscriptions(recorder: LedgerRecorder) -> None:
    """Everything that the eventsourcing library expects of a recorder's `subscribe` holds."""
    library.DCBRecorderTestCase()._test_append_subscribe(recorder)


def test_an_empty_append_is_a_mistake(recorder: LedgerRecorder) -> None:
    """As with the library's recorders, appending nothing is an error of the program."""
    with pytest.raises(ProgrammingError):
        recorder.append([])


def test_the_envelope_comes_back(recorder: LedgerRecorder, clock: VirtualClock) -> None:
    """What is put into an envelope is read back as it was, tags in order and each once."""
    given = Entry(
        type="development.reported/1",
        data=b'{"a":1}',
        tags=["item:2", "development:1", "item:2"],
        event_id="01904cb1-3400-7000-8000-000000000000",
        actor="extractor",
        observed_at=datetime(2024, 6, 24, 23, 59, 59, 999_999, tzinfo=UTC),
        occurred=When(text="2024-W25"),
        dedup_key="dev:1",
        causation_id="cause",
        correlation_id="poll",
    )
    recorder.append([given])
    row = next(recorder.read())
    given.tags = ["development:1", "item:2"]
    assert (row.event, row.position, row.recorded_at) == (given, 1, clock())
    assert [each[:3] for each in recorder.rows()] == [(1, given.event_id, given.type)]


def test_a_plain_event_gets_an_id(recorder: LedgerRecorder) -> None:
    """An event of the library without an envelope is taken, as often as it comes."""
    recorder.append([DCBEvent(type="t", data=b"\x00\xff"), DCBEvent(type="t", data=b"\x00\xff")])
    first, second = recorder.read()
    assert first.event.event_id != second.event.event_id
    assert (first.event.data, first.event.dedup_key, first.event.actor) == (b"\x00\xff", None, "")


def test_the_same_again_is_skipped(recorder: LedgerRecorder) -> None:
    """A repeated batch changes nothing; a batch with something new records only that."""
    batch = [entry(b"1", "k1", "x:1"), entry(b"2", "k2")]
    assert recorder.append(batch) == 2
    assert recorder.append(batch) == 2
    assert recorder.append([*batch, entry(b"3", "k3"), batch[0]]) == 3
    assert [row.event.data for row in recorder.read()] == [b"1", b"2", b"3"]


def test_the_same_twice_in_a_batch_is_recorded_once(recorder: LedgerRecorder) -> None:
    """Two feeds may carry one item in the same poll."""
    assert recorder.append([entry(b"1", "k"), entry(b"1", "k"), entry(b"2")]) == 2


@pytest.mark.parametrize(
    "other", [entry(b"2", "k", "x:1"), entry(b"1", "k", "x:2"), entry(b"1", "k", "x:1", kind="m/1")]
)
def test_other_content_under_a_known_key_fails_the_batch(recorder: LedgerRecorder, other: Entry) -> None:
    """A key stands for one content: another body, tag or type is refused by name, with its whole batch."""
    first = entry(b"1", "k", "x:1")
    with pytest.raises(DedupConflict, match="'k'"):
        recorder.append([entry(b"0", "k0"), first, other])
    assert recorder.read().head is None
    recorder.append([first])
    with pytest.raises(DedupConflict, match="'k'"):
        recorder.append([entry(b"0", "k0"), other])
    assert recorder.read().head == 1


def test_a_condition_goes_before_the_key(recorder: LedgerRecorder) -> None:
    """A failed condition is reported even if every row of the batch is known."""
    recorder.append([entry(b"1", "k", "x:1")])
    condition = DCBAppendCondition(DCBQuery(items=[DCBQueryItem(tags=["x:1"])]))
    with pytest.raises(IntegrityError):
        recorder.append([entry(b"1", "k", "x:1")], condition)


def test_a_failed_condition_leaves_no_trace(recorder: LedgerRecorder) -> None:
    """After a failed append the next one takes the next position."""
    recorder.append([entry()])
    with pytest.raises(IntegrityError):
        recorder.append([entry(), entry()], DCBAppendCondition())
    assert recorder.append([entry()]) == 2


def test_reading_as_of_a_position(recorder: LedgerRecorder) -> None:
    """`until` shows the ledger as it stood, its head included."""
    recorder.append([entry(b"%d" % n, None, "odd:1" if n % 2 else "odd:0") for n in range(1, 10)])
    response = recorder.read(DCBQuery(items=[DCBQueryItem(tags=["odd:1"])]), after=1, until=6)
    assert ([row.position for row in response], response.head) == ([3, 5], 6)
    assert recorder.read(until=99).head == 9
    assert [row[0] for row in recorder.rows(after=7, until=8)] == [8]


def test_time_never_runs_backwards(recorder: LedgerRecorder, clock: VirtualClock) -> None:
    """`position_at` finds the last row of an instant; rows of one batch share theirs."""
    start = clock()
    assert recorder.last_recorded_at() is None
    assert recorder.position_at(start) == 0
    recorder.append([entry(), entry()])
    clock.advance(timedelta(microseconds=1))
    recorder.append([entry()])
    assert recorder.position_at(start - timedelta(microseconds=1)) == 0
    assert recorder.position_at(start) == 2
    assert recorder.position_at(start + timedelta(days=1)) == 3
    assert recorder.last_recorded_at() == start + timedelta(microseconds=1)


def test_the_root_covers_every_row(recorder: LedgerRecorder) -> None:
    """The root is that of RFC 6962 over the rows' leaf hashes, of any size up to the head."""
    assert recorder.root() == EMPTY_ROOT
    recorder.append([entry(b"%d" % n) for n in range(700)])
    hashes = [row.leaf_hash for row in recorder.read()]
    for size in (0, 1, 255, 256, 257, 511, 512, 513, 699, 700):
        assert recorder.root(size) == root(hashes[:size])
    assert recorder.root() == root(hashes)
    with pytest.raises(NotFound):
        recorder.root(701)


def test_a_subtree_is_the_root_of_its_rows(recorder: LedgerRecorder) -> None:
    """The ranges that proofs ask for give the root over just those rows, on every back end."""
    recorder.append([entry(b"%d" % n) for n in range(600)])
    hashes = [row.leaf_hash for row in recorder.read()]
    for first, last in ((0, 256), (256, 512), (512, 600), (512, 576), (0, 512), (598, 599)):
        assert recorder.subtree(first, last) == root(hashes[first:last])


def test_threads_may_share_a_recorder(recorder: LedgerRecorder) -> None:
    """The daemon's threads append and read at the same time without losing or mixing rows."""

    def work(name: int) -> None:
        for n in range(20):
            recorder.append([entry(b"%d-%d" % (name, n), None, f"thread:{name}")])
            mine = DCBQuery(items=[DCBQueryItem(tags=[f"thread:{name}"])])
            assert len(list(recorder.read(mine))) == n + 1

    threads = [Thread(target=work, args=(name,)) for name in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = list(recorder.read())
    assert [row.position for row in rows] == list(range(1, 81))
    assert recorder.root() == root([row.leaf_hash for row in rows])


def test_closing_twice_is_harmless(recorder: LedgerRecorder) -> None:
    """Whoever cleans up need not know who cleaned up before."""
    recorder.close()
    recorder.close()
