import pytest

from ledger.codebook import Codebook, Mode, codebook_from, shipped_codebook
from ledger.developments import Count, Development
from ledger.errors import ConfigurationError

BOOK = {
    "track": [{"name": "people", "label": "People"}],
    "kind": [
        {"name": "arrival", "track": "people", "mode": "flow", "label": "Arrival", "needs": ["count|money"]},
        {"name": "vote", "track": "people", "mode": "mark", "label": "Vote", "outcomes": ["yes", "no"]},
        {"name": "figure", "track": "people", "mode": "snapshot", "label": "Figure"},
    ],
}


@pytest.fixture(scope="module")
def book() -> Codebook:
    return codebook_from(BOOK)


def test_the_shipped_book_is_complete() -> None:
    """Every kind of the shipped book stands under a track, has a label, and the fallback is there."""
    book = shipped_codebook()
    names = [kind.name for kind in book.kinds]
    assert len(names) == len(set(names))
    assert all(kind.label and kind.name == kind.name.lower() for kind in book.kinds)
    assert {kind.track for kind in book.kinds} <= {track.name for track in book.tracks}
    assert book.kind("figure").name == "figure"


def test_a_kind_that_was_removed_is_read_as_a_figure(book: Codebook) -> None:
    """Old developments stay readable when the book no longer lists their kind."""
    assert book.kind("arrival").mode is Mode.FLOW
    assert book.kind("abolished").name == "figure"


@pytest.mark.parametrize(
    ("development", "problems"),
    [
        (Development(kind="arrival", count=Count(n=3, unit="police")), ()),
        (Development(kind="arrival"), ("arrival needs count or money",)),
        (Development(kind="vote", outcome="yes"), ()),
        (Development(kind="vote"), ()),
        (Development(kind="vote", outcome="maybe"), ("vote knows no outcome 'maybe'",)),
        (Development(kind="abolished"), ("unknown kind 'abolished'",)),
    ],
)
def test_the_book_says_what_a_development_lacks(
    book: Codebook, development: Development, problems: tuple[str, ...]
) -> None:
    """An analyst reads in words what is missing or wrong."""
    assert book.problems(development) == problems


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ({"name": "x", "track": "sea", "mode": "flow", "label": "X"}, "unknown track 'sea'"),
        ({"name": "x", "track": "people", "mode": "flow", "label": "X", "needs": ["size"]}, "size"),
        ({"name": "x", "track": "people", "mode": "tide", "label": "X"}, "tide"),
        ({"name": "x", "track": "people", "mode": "flow", "label": "X", "colour": "red"}, "colour"),
        ({"name": "x", "track": "people", "mode": "flow"}, "label"),
    ],
)
def test_a_wrong_book_is_refused_in_words(kind: dict[str, object], words: str) -> None:
    """A mistake in a code book is named before anything is coded by it."""
    with pytest.raises(ConfigurationError, match=words):
        codebook_from({**BOOK, "kind": [kind]})
