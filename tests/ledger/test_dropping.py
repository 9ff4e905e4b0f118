"""Words that go for good: by a takedown, or because they are out of scope and their time is over."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.codebook import shipped_codebook
from ledger.configuration import Configuration, Fetching, Mission, Retention
from ledger.developments import Development
from ledger.dropping import blobs_named, drop, retain
from ledger.envelope import NewEvent
from ledger.errors import BlobDropped as Gone
from ledger.errors import NotFound
from ledger.events import BlobDropped, DevelopmentReported, ItemObserved
from ledger.raw import raw_of
from ledger.sources import Quoted

START = datetime(2024, 1, 1, tzinfo=UTC)
DAYS_90 = timedelta(days=90)


def sha_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def item(name: str, text: str, raw: str, **slots: Any) -> ItemObserved:
    given = {"item_id": name, "feed": "wire", "key": name, "parser": "test/1"}
    hashes = {"text": sha_of(text), "title_sha256": "0" * 64, "body_sha256": "0" * 64, "raw": sha_of(raw)}
    return ItemObserved(**given, **hashes, **slots)


class Archive:
    """A ledger with items whose texts and documents are kept."""

    def __init__(self, folder: Path, retention: Retention) -> None:
        self.clock = VirtualClock(START)
        self.ledger = Ledger.create(folder, clock=self.clock, program="test", virtual=True)
        configuration = Configuration(
            mission=Mission(id="T", name="Test"),
            fetching=Fetching(contact="desk@example.org"),
            codebook=shipped_codebook(),
            retention=retention,
        )
        self.ledger.configure(configuration, actor="test")

    def shows(self, name: str, text: str, raw: str, **slots: Any) -> None:
        self.ledger.blobs.put_many([text.encode(), raw.encode()])
        self.ledger.record([NewEvent(event=item(name, text, raw, **slots), actor="watcher")])

    def after(self, span: timedelta) -> datetime:
        self.clock.advance(span)
        return self.clock()

    def has(self, text: str) -> bool:
        return self.ledger.blobs.has(sha_of(text))


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    made = Archive(tmp_path, Retention())
    yield made
    made.ledger.close()


def test_a_takedown_is_recorded_with_who_and_why_and_changes_no_hash(archive: Archive):
    """The words of an item go, text and document; every leaf before stays what it was, and so does the root."""
    archive.shows("one", "Ships\nTwo of them.", "<one/>", in_scope=True)
    before = archive.ledger.head
    root = archive.ledger.recorder.root(before)
    dropped = drop(archive.ledger, blobs_named(archive.ledger, "one"), why="the publisher asks", by="ana")
    assert set(dropped) == {sha_of("Ships\nTwo of them."), sha_of("<one/>")}
    with pytest.raises(Gone, match="its hash stays"):
        archive.ledger.text(sha_of("Ships\nTwo of them."))
    assert archive.ledger.recorder.root(before) == root
    acts = list(archive.ledger.tagged(f"blob:{sha_of('<one/>')}"))
    assert [(each.actor, each.event) for each in acts] == [
        ("ana", BlobDropped(sha256=sha_of("<one/>"), reason="the publisher asks"))
    ]


def test_what_is_gone_already_is_not_dropped_twice(archive: Archive):
    """A second takedown of the same words records nothing."""
    archive.shows("one", "Ships", "<one/>")
    for expected in (2, 0):
        assert (
            len(drop(archive.ledger, blobs_named(archive.ledger, "one"), why="asked", by="ana")) == expected
        )
    assert len(list(archive.ledger.of_type(BlobDropped))) == 2


def test_a_takedown_that_was_cut_short_is_completed_by_doing_it_again(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
):
    """If the machine stops between the record and the removal, the words are still there to be dropped."""
    archive.shows("one", "Ships", "<one/>")

    def die(_hashes: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(archive.ledger.blobs, "drop_many", die)
        with pytest.raises(KeyboardInterrupt):
            drop(archive.ledger, [sha_of("Ships")], why="asked", by="ana")
    assert archive.has("Ships")
    assert drop(archive.ledger, [sha_of("Ships")], why="asked", by="ana")
    assert not archive.has("Ships")


@pytest.mark.parametrize("name", ["nobody", "f" * 64])
def test_what_was_never_stored_cannot_be_dropped(archive: Archive, name: str):
    """A name that is neither a blob nor an item is told."""
    with pytest.raises(NotFound):
        blobs_named(archive.ledger, name)


def test_texts_out_of_scope_go_after_ninety_days(archive: Archive):
    """On day 90 they are there, a moment later they are gone; those in scope stay for good."""
    archive.shows("weather", "Rain", "<rain/>")
    archive.shows("ours", "Ships", "<ships/>", in_scope=True)
    assert retain(archive.ledger, archive.after(DAYS_90)) == ()
    assert set(retain(archive.ledger, archive.after(timedelta(microseconds=1)))) == {
        sha_of("Rain"),
        sha_of("<rain/>"),
    }
    assert archive.has("Ships")
    assert archive.has("<ships/>")
    assert {each.actor for each in archive.ledger.of_type(BlobDropped)} == {"retention"}
    assert retain(archive.ledger, archive.clock()) == ()


def test_a_document_that_also_held_something_in_scope_stays(archive: Archive):
    """A feed shows many items in one document; it goes only when nobody needs it any more."""
    archive.shows("weather", "Rain", "<both/>")
    archive.shows("ours", "Ships", "<both/>", in_scope=True)
    assert retain(archive.ledger, archive.after(2 * DAYS_90)) == (sha_of("Rain"),)
    assert archive.has("<both/>")


def test_words_that_a_younger_item_says_too_stay(archive: Archive):
    """Two feeds carry the same text; it is kept as long as the later one needs it."""
    archive.shows("early", "Rain", "<early/>")
    now = archive.after(DAYS_90)
    archive.shows("late", "Rain", "<late/>")
    retain(archive.ledger, now + timedelta(days=1))
    assert archive.has("Rain")
    assert not archive.has("<early/>")


def test_evidence_is_never_dropped_for_its_age(archive: Archive):
    """What a development quotes stays, even from an item that is out of scope."""
    archive.shows("odd", "A quote", "<odd/>")
    quote = Quoted(blob=sha_of("A quote"), start=0, end=7)
    said = DevelopmentReported(
        development_id="d",
        development=Development(kind="statement"),
        evidence=(quote,),
        source="Wire",
        grade="A",
        origin="Wire",
        via="person",
    )
    archive.ledger.record([NewEvent(event=said, actor="ana")])
    assert retain(archive.ledger, archive.after(2 * DAYS_90)) == (sha_of("<odd/>"),)


def test_a_desk_may_keep_everything(tmp_path: Path):
    """`out_of_scope = "0d"` drops nothing, ever."""
    archive = Archive(tmp_path, Retention(out_of_scope_s=0))
    archive.shows("weather", "Rain", "<rain/>")
    assert retain(archive.ledger, archive.after(100 * DAYS_90)) == ()
    archive.ledger.close()


def test_the_document_of_a_development_is_that_of_the_version_that_said_it(archive: Archive):
    """`show --raw` hands out the bytes as received; what a person vouched for is their own line."""
    archive.shows("one", "Ships", "<one/>", in_scope=True)
    found = list(archive.ledger.tagged("item:one"))
    assert raw_of(archive.ledger, found, "one") == sha_of("<one/>")
    assert raw_of(archive.ledger, [], "a" * 64) == "a" * 64
    with pytest.raises(NotFound, match="came in no document"):
        raw_of(archive.ledger, list(archive.ledger.events(until=1)), "1")
