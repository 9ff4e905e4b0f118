"""Entries to items."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.items import RawItem
from watchers.normalise import canonical_link, clean, normalise, resolve_link

ADDRESS = "https://feeds.example.invalid/world/rss.xml"


def test_the_text_is_title_and_body_in_one_unicode_form() -> None:
    """Decomposed letters, control characters and runs of spaces do not make a different text."""
    item = normalise(RawItem(guid="g", title="Caf\u0065\u0301 \n open", body="a\x0b\x01b\r\n\r\n  c"), "f")
    assert item.text == "Café open\nab\nc"


@pytest.mark.parametrize(
    ("link", "stored"),
    [
        ("javascript:alert(1)", None),
        ("ftp://e.invalid/x", None),
        ("/a?b=1&c=%7E", "https://feeds.example.invalid/a?b=1&c=~"),
        ("http://e.invalid/?q=%7Ex&utm_source=rss", "http://e.invalid/?q=%7Ex&utm_source=rss"),
        ("http://[broken", None),
        ("", None),
    ],
)
def test_links_are_http_or_nothing_and_kept_as_written(link: str, stored: str | None) -> None:
    """A link is stored untouched, a relative one is resolved, and no other scheme gets through."""
    assert resolve_link(link, ADDRESS) == stored


@pytest.mark.parametrize(
    "link",
    [
        "http://www.e.invalid/a/?utm_source=rss&id=7",
        "https://e.invalid/a?id=7&at_medium=RSS&at_campaign=X",
        "https://E.invalid:443/a?id=7#top",
        "https://e.invalid/a/?UTM_CAMPAIGN=1&amp;id=7",
    ],
)
def test_decorations_do_not_make_another_page(link: str) -> None:
    """Tracking, scheme, www, slash, port, fragment and a doubly escaped ampersand do not count."""
    assert canonical_link(link) == "e.invalid/a?id=7"


def test_identity_is_guid_then_link_then_content() -> None:
    """Without a guid the canonical link identifies an item, and without both its words."""
    by_guid = normalise(RawItem(guid="g", link="http://e.invalid/1"), "f")
    by_link = normalise(RawItem(link="http://e.invalid/1?utm_source=x"), "f")
    by_words = normalise(RawItem(title="t", body="b"), "f")
    assert (by_guid.key, by_link.key) == ("g", "e.invalid/1")
    assert by_words.key.startswith("hash:")
    assert by_guid.item_id == normalise(RawItem(guid="g", title="other"), "f").item_id
    assert by_guid.item_id != normalise(RawItem(guid="g"), "another feed").item_id
    assert len(by_guid.item_id) == len("item-") + 16


def test_a_document_sized_title_loses_nothing() -> None:
    """What does not fit into a title goes to the body."""
    item = normalise(RawItem(guid="g", title="x" * 2_500 + "7", body="end"), "f")
    assert item.text.replace("\n", "") == "x" * 2_500 + "7end"


@given(st.text())
def test_cleaning_is_stable_and_always_encodable(text: str) -> None:
    """Clean text stays as it is, and every text can be stored."""
    once = clean(text)
    assert clean(once) == once
    assert once.encode().decode() == once
