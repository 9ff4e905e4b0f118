"""The gate before everything: is an item about the mission, and in which language is it."""

from datetime import date

import pytest

from watchers.extract.pipeline import Extractor


@pytest.mark.parametrize(
    ("text", "within"),
    [
        ("The MSS patrols again", True),
        ("La MMAS patrouille", True),
        ("Gangs attack a town in Haiti", True),
        ("Haiti beat Nicaragua to reach the World Cup", False),
        ("A hurricane hits Haiti, killing ten people", False),
        ("Deportation flights to Haiti resume, police say", False),
        ("Kenya's High Court suspended a health levy", False),
        ("Massive floods", False),
    ],
)
def test_scope(extractor: Extractor, text: str, *, within: bool) -> None:
    """An anchor, or a place together with a topic, is in; what the desk excludes is out; the reason is said."""
    extraction = extractor.extract(text, published=None, source="x")
    assert (extraction.in_scope, bool(extraction.reason)) == (within, True)
    if not within:
        assert extraction.found == ()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The force has arrived in the capital of Haiti and the police are with it", "en"),
        ("La force est arrivée dans la capitale d'Haïti avec des policiers", "fr"),
        ("La fuerza llegó a la capital de Haití con los policías", "es"),
        ("Polisi wa Kenya waliwasili nchini Haiti siku ya Jumanne", "sw"),
        ("Polisye kenyan yo te rive ann Ayiti pou ede peyi a", "ht"),
        ("", "en"),
    ],
)
def test_language_is_voted(extractor: Extractor, text: str, language: str) -> None:
    """The stop words decide; a text without any is read in the desk's own language."""
    assert extractor.language_of(text) == language


def test_language_can_be_given(extractor: Extractor) -> None:
    """A feed's declared language is taken; one without a lexicon is not."""
    assert extractor.extract("MSS", published=None, source="x", language="fr").language == "fr"
    assert extractor.extract("MSS", published=None, source="x", language="xx").language == "en"


def test_agency_is_the_origin(extractor: Extractor) -> None:
    """The agency that a text credits is the origin that independence is counted by; else it is the speaker."""
    text = "Haiti\nPORT-AU-PRINCE (Reuters) - Gangs killed 12 people on Monday, police said."
    found = extractor.extract(text, published=date(2024, 6, 25), source="x").found
    assert {one.development.origin for one in found} == {"Reuters"}


def test_slip_of_a_year_is_flagged(extractor: Extractor) -> None:
    """A full date a year away from "on Monday" is flagged, not corrected."""
    text = "Haiti mission\nSome 200 Kenyan officers arrived on Monday, 24 June 2023, in Haiti."
    found = extractor.extract(text, published=date(2024, 6, 25), source="x").found
    assert any({"year_slip", "weekday_contradicts_date"} & set(one.flags) for one in found)
