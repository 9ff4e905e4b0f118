"""The desk's source article, read as one item of unknown date."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.developments import Status
from watchers.extract.cases import flat
from watchers.extract.pipeline import Extractor

FOLDER = Path(__file__).parents[3] / ".." / "shared" / "data" / "article"

CLAIMS: list[dict[str, Any]] = [
    {"kind": "mandate", "outcome": "authorised", "occurred": "2023-10", "instrument": "S/RES/2699 (2023)", "target": "MSS"},
    {"kind": "delay", "target": "MSS"},
    {"kind": "fund_total", "measure": "raised", "amount": "21000000", "currency": "USD", "target": "MSS trust fund"},
    {"kind": "ceiling", "n": 2500, "approx": "at_most", "unit": "personnel"},
    {"kind": "legal_ruling", "outcome": "barred", "occurred": "2024-01-26", "case": "KE-E389-2023"},
    {"kind": "statement", "outcome": "support", "actor": "KEN", "speaker": "William Ruto"},
    {"kind": "legal_filing", "occurred": "2024-05-16", "actor": "Third Voice Alliance"},
    {"kind": "agreement", "outcome": "agreed"},
    {"kind": "statement", "outcome": "support", "actor": "USA", "speaker": "Antony Blinken"},
    {"kind": "statement", "outcome": "support", "actor": "USA", "speaker": "Brian Nichols"},
    {"kind": "movement", "outcome": "arrived", "actor": "KEN", "n": 200, "unit": "police", "approx": "about"},
    {"kind": "operation", "status": "planned", "target": "PNH"},
]  # fmt: skip


@pytest.fixture(scope="module")
def article() -> str:
    """Return the article's text."""
    texts = sorted(FOLDER.glob("*.txt"))
    if not texts:
        pytest.skip(f"the source article is not beside the repository ({FOLDER})")
    return texts[0].read_text(encoding="utf-8")


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: f"{claim['kind']}-{claim.get('speaker', '')}")
def test_claim_of_the_article_is_proposed(extractor: Extractor, article: str, claim: dict[str, Any]) -> None:
    """Each claim of the article is proposed with the figures and dates that it prints."""
    found = extractor.extract(article, published=None, source="article").found
    assert any(claim.items() <= flat(one.development).items() for one in found)


def test_day_without_a_year_stays_unknown(extractor: Extractor, article: str) -> None:
    """Without a publication date "June 25" and "March 1" name no year, so the date stays unknown."""
    found = extractor.extract(article, published=None, source="article").found
    undated = [one.development for one in found if one.development.kind in {"movement", "agreement"}]
    assert undated
    assert all(development.occurred is None for development in undated)


def test_known_day_of_publication_gives_the_year(extractor: Extractor, article: str) -> None:
    """With a publication date the same words mean a day."""
    found = extractor.extract(article, published=date(2024, 7, 10), source="article").found
    arrival = next(one.development for one in found if one.development.kind == "movement")
    assert arrival.occurred is not None
    assert arrival.occurred.text == "2024-06-25"
    assert arrival.status is Status.OCCURRED
