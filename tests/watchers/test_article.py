"""Single documents taken in by hand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.application import Ledger
from ledger.errors import SourceError, UsageError
from ledger.events import ItemObserved, ItemRevised
from ledger.sources import Quoted
from watchers.article import Submission, add_document
from watchers.article_read import read_document_bytes
from watchers.decide_document import Desk

NOW = datetime(2024, 6, 25, 12, tzinfo=UTC)
TEXT = b"A headline\n\nThere are 400 there and 21 here."


def test_a_text_is_stored_and_its_figures_proposed_with_quotes(desk: Desk) -> None:
    """The bytes are kept as they came, publication stays unknown, and the grade is the lowest."""
    added = add_document(desk, Submission(name="note.txt", data=TEXT), NOW)
    assert (added.new, added.in_scope, len(added.developments)) == (True, True, 2)
    first = added.developments[0]
    (evidence,) = first.evidence
    assert isinstance(evidence, Quoted)
    assert desk.ledger.text(evidence.blob)[evidence.start : evidence.end] == "400"
    assert (first.source, first.grade, first.published) == ("note.txt", "F", None)
    observed = next(desk.ledger.of_type(ItemObserved))
    assert observed.observed_at == NOW
    assert isinstance(observed.event, ItemObserved)
    assert desk.ledger.blobs.get(observed.event.raw) == TEXT
    assert observed.event.feed == "added"


def test_adding_it_again_adds_nothing(desk: Desk) -> None:
    """The same bytes are the same item."""
    one = add_document(desk, Submission(name="note.txt", data=TEXT), NOW)
    head = desk.ledger.head
    two = add_document(desk, Submission(name="copy.txt", data=TEXT), NOW)
    assert (two.new, two.item_id, two.developments, desk.ledger.head) == (
        False,
        one.item_id,
        one.developments,
        head,
    )


def test_a_page_that_changed_is_a_revision(desk: Desk) -> None:
    """An address that was added before with other words keeps both versions."""
    for text in (b"<html><title>T</title><p>400 men</p>", b"<html><title>T</title><p>300 men</p>"):
        add_document(desk, Submission(name="page", data=text, url="http://e.invalid/1"), NOW)
        later = datetime(2024, 6, 26, tzinfo=UTC)
        add_document(desk, Submission(name="page", data=text, url="http://e.invalid/1"), later)
    assert len(list(desk.ledger.of_type(ItemObserved))) == 1
    assert len(list(desk.ledger.of_type(ItemRevised))) == 1


def test_what_the_analyst_knows_is_recorded(desk: Desk) -> None:
    """Source, grade and date are taken as given, and refused where they are none."""
    known = Submission(name="n", data=TEXT, source="The Wire", grade="C", published="2024-05")
    (first, *_) = add_document(desk, known, NOW).developments
    assert (first.source, first.grade, first.published) == ("The Wire", "C", "2024-05")
    with pytest.raises(UsageError, match="--grade"):
        add_document(desk, Submission(name="n", data=TEXT, grade="Z"), NOW)
    with pytest.raises(UsageError, match="--published"):
        add_document(desk, Submission(name="n", data=TEXT, published="May"), NOW)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "ftp://e.invalid/1",
        "e.invalid/1",
        "",
        "http://",
        "http://[",
    ],
)
def test_only_a_web_address_is_an_address(url: str, desk: Desk) -> None:
    """What a browser would run or open from the disk is refused before anything is recorded."""
    head = desk.ledger.head
    with pytest.raises(UsageError, match="--url"):
        add_document(desk, Submission(name="n", data=TEXT, url=url), NOW)
    assert desk.ledger.head == head


def test_a_document_of_the_future_is_refused(
    desk: Desk, tmp_path: Path, configured: Callable[..., Any]
) -> None:
    """Tomorrow may have begun where the publisher sits; a day later, or another century, has not."""
    with Ledger.create(tmp_path / "own", clock=lambda: NOW, program="test") as ledger:
        ledger.configure(configured(), actor="test")
        own = replace(desk, ledger=ledger)
        for day in ("2024-06-27", "2024-07", "2999-01-01", "9999-W52", "2024-13", " "):
            with pytest.raises(UsageError, match="--published"):
                add_document(own, Submission(name="n", data=TEXT, published=day), NOW)
        assert add_document(own, Submission(name="n", data=TEXT, published="2024-06-26"), NOW).new


def test_adding_it_again_with_other_claims_names_what_was_ignored(desk: Desk) -> None:
    """The record of a document does not change, and the analyst is told so instead of misled."""
    known = Submission(name="n", data=TEXT, source="The Wire", grade="C", published="2024-05")
    assert add_document(desk, known, NOW).ignored == ()
    assert add_document(desk, known, NOW).ignored == ()
    assert add_document(desk, Submission(name="copy", data=TEXT), NOW).ignored == ()
    other = replace(known, source="The Post", published="2024-06-01")
    again = add_document(desk, other, NOW)
    assert (again.new, again.ignored) == (False, ("source", "published"))
    assert add_document(desk, replace(known, grade="A"), NOW).ignored == ("grade",)


MAIL = (
    b"From: a@e.invalid\r\nSubject: =?utf-8?q?Caf=C3=A9?=\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
)


@pytest.mark.parametrize(
    ("name", "data", "title", "body"),
    [
        ("a.txt", "Ayiti é\nbody".encode(), "Ayiti é", "body"),
        ("a.txt", "Ayiti é\nbody".encode("cp1252"), "Ayiti é", "body"),
        ("a.txt", "Ayiti é\nbody".encode("utf-16"), "Ayiti é", "body"),
        ("a.txt", b"only one line", "", "only one line"),
        ("a.html", b"<html><head><title>A &amp; B</title></head><nav>menu</nav><p>text</p>", "A & B", "text"),
        ("m.eml", MAIL + b"<p>text</p>", "Café", "text"),
        ("a.html", b"<head><title>A &#" + b"9" * 5_000 + b";</title></head><p>text</p>", "A \ufffd", "text"),
        ("m.eml", MAIL.replace(b"utf-8\r", b"x-unknown\r") + b"<p>text</p>", "Café", "text"),
        ("mail", MAIL + b"<p>text</p>", "Café", "text"),
    ],
)
def test_documents_are_read_as_title_and_text(name: str, data: bytes, title: str, body: str) -> None:
    """Plain text in old encodings, pages without their menus, mails."""
    raw = read_document_bytes(data, name)
    assert (raw.title.strip(), raw.body.strip()) == (title, body)


@pytest.mark.parametrize(
    ("data", "word"), [(b"%PDF-1.7", "pdftotext"), (b"PK\0\0", "not text"), (b" ", "no text")]
)
def test_what_holds_no_text_is_refused_with_advice(data: bytes, word: str) -> None:
    """PDFs, archives and empty files say what to do instead."""
    with pytest.raises(SourceError, match=word):
        read_document_bytes(data, "file")


def test_the_source_article_gives_proposals(desk: Desk, shared_data: Path) -> None:
    """The article that the desk starts from is stored whole."""
    path = next((shared_data / "article").iterdir())
    added = add_document(desk, Submission(name=path.name, data=path.read_bytes()), NOW)
    assert added.new
    assert len(desk.ledger.text(added.text)) > 1_000
