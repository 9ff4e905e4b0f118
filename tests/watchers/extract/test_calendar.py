"""Dates, as texts give them, seen from the day of publication."""

from datetime import date

import pytest

from ledger.configuration import Configuration
from watchers.extract.calendar import CalendarReader, calendar_reader
from watchers.extract.days import resolve
from watchers.extract.tables import tables_from
from watchers.extract.tokens import tokenise


@pytest.fixture(scope="module")
def readers(configuration: Configuration) -> dict[str, CalendarReader]:
    """Return a calendar reader for each language."""
    return {
        language: calendar_reader(lexicon)
        for language, lexicon in tables_from(configuration.extraction).lexicons.items()
    }


CASES = [
    ("on Monday", "en", "2024-06-26", False, "2024-06-24"),
    ("on Wednesday", "en", "2024-06-26", False, "2024-06-26"),
    ("on Monday", "en", "2024-06-26", True, "2024-07-01"),
    ("last week", "en", "2024-06-26", False, "2024-W25"),
    ("next week", "en", "2024-05-17", True, "2024-W21"),
    ("yesterday", "en", "2024-07-17", False, "2024-07-16"),
    ("June 25", "en", "2024-07-10", False, "2024-06-25"),
    ("25 June", "en", "2024-07-10", False, "2024-06-25"),
    ("June 25, 2024", "en", None, False, "2024-06-25"),
    ("26 January 2024", "en", None, False, "2024-01-26"),
    ("June 25", "en", None, False, None),
    ("2024-06-25", "en", None, False, "2024-06-25"),
    ("in March", "en", "2024-05-01", False, "2024-03"),
    ("in November", "en", "2024-05-01", False, "2023-11"),
    ("in November", "en", "2024-05-01", True, "2024-11"),
    ("this year", "en", "2024-05-01", False, "2024"),
    ("next month", "en", "2024-12-12", True, "2025-01"),
    ("by year's end", "en", "2024-08-28", True, "2024-12"),
    ("October 2023", "en", None, False, "2023-10"),
    ("in 2026", "en", "2025-12-18", True, "2026"),
    ("two weeks ago", "en", "2026-02-07", False, "2026-W04"),
    ("January 2", "en", "2023-12-30", True, "2024-01-02"),
    ("December 30", "en", "2024-01-02", False, "2023-12-30"),
    ("Monday, 25 June", "en", "2024-06-28", False, None),
    ("Thursday, October 2", "en", "2025-10-01", True, "2025-10-02"),
    ("between January and March", "en", "2025-07-12", False, "2025-03"),
    ("le 25 juin", "fr", "2024-07-10", False, "2024-06-25"),
    ("lundi", "fr", "2023-10-03", False, "2023-10-02"),
    ("en mars", "fr", "2025-05-06", False, "2025-03"),
    ("hier", "fr", "2025-02-07", False, "2025-02-06"),
    ("25 de junio", "es", "2024-07-10", False, "2024-06-25"),
    ("25 de junio de 2024", "es", None, False, "2024-06-25"),
    ("el viernes", "es", "2025-01-04", False, "2025-01-03"),
    ("mwezi ujao", "sw", "2024-10-12", True, "2024-11"),
    ("Jumapili", "sw", "2025-02-24", False, "2025-02-23"),
    ("madi", "ht", "2024-06-26", False, "2024-06-25"),
    ("mwa pwochen", "ht", "2024-10-12", True, "2024-11"),
]


@pytest.mark.parametrize(("text", "language", "published", "ahead", "meant"), CASES)
def test_date_is_resolved(
    readers: dict[str, CalendarReader],
    text: str,
    language: str,
    published: str | None,
    ahead: bool,  # noqa: FBT001 - a case is a row
    meant: str | None,
) -> None:
    """A date means the day, week, month or year that its words and the tense give, or stays unknown."""
    mentions = readers[language].read(tokenise(text))
    assert len(mentions) == 1
    when = resolve(mentions[0], date.fromisoformat(published) if published else None, ahead=ahead)
    assert (when.text if when else None) == meant


@pytest.mark.parametrize(
    "text", ["it may rain", "they march on", "a mars bar", "the august body", "sept people"]
)
def test_word_that_only_looks_like_a_month_is_none(readers: dict[str, CalendarReader], text: str) -> None:
    """Verbs and adjectives that share a month's name are not dates."""
    assert readers["en"].read(tokenise(text)) == []
