"""What holds for every text, however hostile."""

import random
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from watchers.extract.annotate import HEADCOUNTS
from watchers.extract.found import Extraction
from watchers.extract.pipeline import Extractor

WORDS = [
    "the",
    "mission",
    "force",
    "police",
    "officers",
    "soldiers",
    "arrived",
    "left",
    "pledged",
    "paid",
    "fund",
    "received",
    "million",
    "billion",
    "dollars",
    "$",
    "US$",
    "C$",
    "€",
    "200",
    "1,617",
    "1",
    "617",
    "2,500",
    "67.9m",
    "13-0-2",
    "up",
    "to",
    "at",
    "least",
    "between",
    "and",
    "of",
    "them",
    "Kenya",
    "Haiti",
    "Canada",
    "Ruto",
    "MSS",
    "court",
    "barred",
    "appeal",
    "Monday",
    "June",
    "25",
    "2024",
    "last",
    "week",
    "until",
    "2",
    "October",
    "for",
    "12",
    "months",
    "killed",
    "injured",
    "gangs",
    "people",
    "prison",
    "escaped",
    "not",
    "if",
    "could",
    "reportedly",
    "said",
    "denied",
    "resolution",
    "2699",
    "(",
    ")",
    ",",
    ".",
    ";",
    ":",
    "?",
    "!",
    "%",
    "\n",
    "70",
    "percent",
    "Security",
    "Council",
    "votes",
    "in",
    "favour",
    "le",
    "la",
    "mission",
    "policiers",
    "ont",
    "débarqué",
    "août",
    "millions",
    "d'euros",
    "el",
    "fondo",
    "ha",
    "recibido",
    "polisi",
    "dola",
    "milioni",
    "Ayiti",
    "yo",
    "touye",
    "hundred",
    "dozen",
    "two",
]
news = st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)
anything = st.one_of(news, st.text(max_size=300))
days = st.one_of(st.none(), st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31)))
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def read(extractor: Extractor, text: str, published: date | None) -> Extraction:
    return extractor.propose(text, published=published, language=extractor.language_of(text))


@MANY
@given(text=anything, published=days)
@example(text="200 police arrived on 29 February", published=date(2023, 3, 1))
@example(text="9999 years ago 200 police arrived in 45 days", published=date(9999, 12, 31))
@example(text="١٢٣ police arrived, ²⁰⁰ police left, Ⅻ officers", published=None)
def test_spans_lie_inside_the_text_and_show_the_figure(
    extractor: Extractor, text: str, published: date | None
) -> None:
    """Every proposal's span lies in the text, and the figure's own words lie in the span."""
    for found in read(extractor, text, published).found:
        assert 0 <= found.start < found.end <= len(text)
        for figure in (found.development.money, found.development.count):
            if figure is not None and figure.words is not None:
                assert figure.words in text[found.start : found.end]


@MANY
@given(text=anything, published=days)
def test_same_text_gives_the_same_proposals(extractor: Extractor, text: str, published: date | None) -> None:
    """Reading twice gives equal proposals, and kinds stand beside each."""
    once = extractor.extract(text, published=published, source="a")
    assert once == extractor.extract(text, published=published, source="a")
    assert len(once.found) == len(once.candidates)
    assert all(1 <= len(kinds) <= 3 for kinds in once.candidates)
    for found, kinds in zip(once.found, once.candidates, strict=True):
        assert kinds[0] == found.development.kind


@MANY
@given(
    amount=st.integers(min_value=1, max_value=999),
    before=news,
    after=news,
)
def test_no_amount_of_money_is_lost(extractor: Extractor, amount: int, before: str, after: str) -> None:
    """An amount of money in an item is in some proposal, typed or as a figure."""
    text = f"{before} . Then US$ {amount} million came . {after}"
    found = extractor.propose(text, published=None, language="en").found
    assert any(f.development.money and f.development.money.amount == amount * 10**6 for f in found)


@MANY
@given(count=st.integers(min_value=2, max_value=99), before=news, after=news)
def test_no_headcount_is_lost(extractor: Extractor, count: int, before: str, after: str) -> None:
    """A number of people in an item is in some proposal, typed or as a figure."""
    text = f"{before} . There stood {count} officers . {after}"
    found = extractor.propose(text, published=None, language="en").found
    assert any(f.development.count and f.development.count.n == count for f in found)


@pytest.mark.parametrize(
    "piece",
    ["9", " ", ",", "1,", "1 ", "1.", "$1", "a", "A.", "(", "the mission ", "200 police ", "killed ", "Kenya ",
     "between 200 and ", "two hundred ", "13-0-2 ", "June 25, ", "turn into ", "\n", "200 police arrived and ", "é", "\u0301"],
)  # fmt: skip
def test_hostile_text_costs_time_in_proportion(extractor: Extractor, piece: str) -> None:
    """Two hundred thousand characters of one thing over and over are read, and every span lies inside."""
    text = "Haiti mission\n" + piece * (200_000 // len(piece))
    extraction = read(extractor, text, date(2024, 6, 26))
    assert all(found.end <= len(text) for found in extraction.found)


def test_headcounts_are_people_only() -> None:
    """Vehicles, votes and percentages are not headcounts."""
    assert not {"vehicles", "votes", "percent", "days"} & HEADCOUNTS


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_news_never_raises(extractor: Extractor, seed: int) -> None:
    """Words of news in any order are read without an error."""
    chance: Any = random.Random(seed)
    text = " ".join(chance.choice(WORDS) for _ in range(3_000))
    assert read(extractor, text, date(2024, 6, 26)).language
