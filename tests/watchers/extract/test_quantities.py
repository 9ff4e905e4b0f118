"""Figures, as texts print them."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from ledger.configuration import Configuration
from watchers.extract.pipeline import Extractor
from watchers.extract.quantities import Figure, quantity_reader
from watchers.extract.tables import tables_from
from watchers.extract.tokens import tokenise

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def figures(configuration: Configuration) -> Callable[[str, str], list[Figure]]:
    """Return a function that reads the figures of a text in a language."""
    tables = tables_from(configuration.extraction)
    readers = {
        language: quantity_reader(lexicon, tables.gazetteer) for language, lexicon in tables.lexicons.items()
    }

    def read(text: str, language: str) -> list[Figure]:
        tokens = tokenise(text)
        return readers[language].read(text, tokens, [False] * len(tokens))

    return read


MONEY = [
    ("$21 million", "en", "21000000", "USD", True),
    ("US$ 67.9m", "en", "67900000", "USD", False),
    ("C$80.5 million", "en", "80500000", "CAD", False),
    ("US$7,220,030.56", "en", "7220030.56", "USD", False),
    ("three million euros", "en", "3000000", "EUR", False),
    ("40 million Canadian dollars", "en", "40000000", "CAD", False),
    ("$1.617 million", "en", "1617000", "USD", True),
    ("$2bn", "en", "2000000000", "USD", True),
    ("€500,000", "en", "500000", "EUR", False),
    ("80,5 millions de dollars canadiens", "fr", "80500000", "CAD", False),
    ("80.5 millions de dollars", "fr", "80500000", "USD", True),
    ("20 millions d'euros", "fr", "20000000", "EUR", False),
    ("112,5 millones de dólares", "es", "112500000", "USD", True),
    ("dola milioni 300", "sw", "300000000", "USD", True),
    ("21 milyon dola ameriken", "ht", "21000000", "USD", False),
]


@pytest.mark.parametrize(("text", "language", "amount", "currency", "dollar"), MONEY)
def test_money_is_read(
    figures: Callable[[str, str], list[Figure]],
    text: str,
    language: str,
    amount: str,
    currency: str,
    *,
    dollar: bool,
) -> None:
    """An amount keeps its value and currency, and says where a plain dollar left the currency open."""
    found = [figure for figure in figures(text, language) if figure.sort == "money"]
    assert [(f.value, f.currency, f.open_dollar) for f in found] == [(Decimal(amount), currency, dollar)]


COUNTS = [
    ("1,617 people", "en", 1617, "people", "exact", None),
    ("2,500 security personnel", "en", 2500, "personnel", "exact", None),
    ("up to 2,500 troops", "en", 2500, "military", "at_most", None),
    ("nearly 1,000 officers", "en", 1000, "police", "about", None),
    ("no fewer than 1,900 personnel", "en", 1900, "personnel", "at_least", None),
    ("over 700 police officers", "en", 700, "police", "at_least", None),
    ("as many as 40 inmates", "en", 40, "people", "at_most", None),
    ("200 to 400 officers", "en", 200, "police", "exact", 400),
    ("between 200 and 400 officers", "en", 200, "police", "exact", 400),
    ("two dozen armoured vehicles", "en", 24, "vehicles", "exact", None),
    ("twenty-eight soldiers", "en", 28, "military", "exact", None),
    ("a thousand officers", "en", 1000, "police", "exact", None),
    ("200 more specialised Kenyan police officers", "en", 200, "police", "exact", None),
    ("2 500 hommes", "fr", 2500, "personnel", "exact", None),
    ("Six cents agents", "fr", 600, "police", "exact", None),
    ("1.617 personas", "es", 1617, "people", "exact", None),
    ("unos 75 soldados", "es", 75, "military", "about", None),
    ("polisi 1,000", "sw", 1000, "police", "exact", None),
    ("200 polisye", "ht", 200, "police", "exact", None),
]


@pytest.mark.parametrize(("text", "language", "n", "unit", "approx", "top"), COUNTS)
def test_count_is_read(  # noqa: PLR0917 - a case is a row
    figures: Callable[[str, str], list[Figure]],
    text: str,
    language: str,
    n: int,
    unit: str,
    approx: str,
    top: int | None,
) -> None:
    """A headcount keeps its value, unit, approximation and range."""
    found = [figure for figure in figures(text, language) if figure.sort == "count"]
    assert [(f.value, f.unit, f.approx.value, f.maximum) for f in found] == [(n, unit, approx, top)]


@pytest.mark.parametrize(
    "text",
    [
        "in 2024",
        "Resolution 2699",
        "Petition E389",
        "a 2-0 win",
        "at 11:30",
        "aged 34",
        "the 26th floor",
        "page 12 of it",
    ],
)
def test_label_is_no_headcount(figures: Callable[[str, str], list[Figure]], text: str) -> None:
    """Years, numbers of documents, scores, hours, ages and ordinals count nobody."""
    assert [figure for figure in figures(text, "en") if figure.sort in {"count", "money"}] == []


def test_plain_dollar_of_a_dollar_state_is_not_guessed(extractor: Extractor) -> None:
    """Canada's "$80.5 million" has no currency and is flagged."""
    text = "Haiti\nCanada pledged $80.5 million to the mission on Thursday."
    found = extractor.extract(text, published=date(2024, 2, 23), source="x").found
    pledge = next(one for one in found if one.development.kind == "pledge")
    assert pledge.development.money is not None
    assert pledge.development.money.currency is None
    assert "currency_ambiguous" in pledge.flags


def test_votes_that_do_not_sum_are_flagged(extractor: Extractor) -> None:
    """A council of fifteen cannot vote 13-0-1."""
    text = "Haiti mission\nThe Security Council authorised the mission on Monday by 13-0-1."
    found = extractor.extract(text, published=date(2023, 10, 3), source="x").found
    assert any("votes_do_not_sum" in one.flags for one in found)


def test_unread_number_of_people_becomes_a_figure(extractor: Extractor) -> None:
    """A headcount that no rule types is kept as a figure."""
    found = extractor.extract("Haiti\nIn the gang's town 312 people sang.", published=None, source="x").found
    assert [(f.development.kind, f.development.count and f.development.count.n) for f in found] == [
        ("figure", 312)
    ]
