from datetime import date

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.codec import canonical
from ledger.developments import Development, Precision, When


@pytest.mark.parametrize(
    ("text", "precision", "first", "last"),
    [
        ("2024-06-25", Precision.DAY, date(2024, 6, 25), date(2024, 6, 25)),
        ("2024-W26", Precision.WEEK, date(2024, 6, 24), date(2024, 6, 30)),
        ("2020-W53", Precision.WEEK, date(2020, 12, 28), date(2021, 1, 3)),
        ("2024-02", Precision.MONTH, date(2024, 2, 1), date(2024, 2, 29)),
        ("2023-02", Precision.MONTH, date(2023, 2, 1), date(2023, 2, 28)),
        ("2024-Q1", Precision.QUARTER, date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q4", Precision.QUARTER, date(2024, 10, 1), date(2024, 12, 31)),
        ("2024", Precision.YEAR, date(2024, 1, 1), date(2024, 12, 31)),
    ],
)
def test_a_date_says_how_exactly_it_is_known(
    text: str, precision: Precision, first: date, last: date
) -> None:
    """A date known as June stays June: its first and last day are known, no day is made up."""
    when = When(text=text)
    assert (when.precision, when.first, when.last) == (precision, first, last)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2024-02-30",
        "2024-13",
        "2024-00",
        "2024-00-10",
        "2024-06-00",
        "2024-W00",
        "2023-W53",
        "2024-Q5",
        "24",
        "2024-6",
        "2024-06-25T10:00",
        "0000",
        "0000-W01",
        "2024-06-25\n",
        "٢٠٢٤",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """A date that no calendar has never enters the record."""
    with pytest.raises(ValueError, match=r".+"):
        When(text=text)
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(canonical({"kind": "arrival", "occurred": {"text": text}}), type=Development)


@given(st.dates(min_value=date(1000, 1, 1), max_value=date(9990, 1, 1)))
def test_every_day_lies_in_its_week_month_quarter_and_year(day: date) -> None:
    """A day and the coarser dates around it can mean the same day."""
    iso = day.isocalendar()
    exact = When(text=day.isoformat())
    for text in (
        f"{iso.year}-W{iso.week:02d}",
        f"{day:%Y-%m}".zfill(7),
        f"{day.year}-Q{(day.month + 2) // 3}",
        f"{day.year}",
    ):
        coarse = When(text=text)
        assert coarse.first <= day <= coarse.last
        assert coarse.overlaps(exact)
        assert exact.overlaps(coarse)


def test_dates_apart_do_not_overlap() -> None:
    """Two neighbouring months share no day."""
    assert not When(text="2024-05").overlaps(When(text="2024-06"))
    assert not When(text="2024-06").overlaps(When(text="2024-05-31"))


def test_a_slot_that_nobody_knows_is_refused() -> None:
    """A development with a slot this version does not know is not read as one without it."""
    with pytest.raises(msgspec.ValidationError, match="colour"):
        msgspec.json.decode(b'{"kind":"arrival","colour":"red"}', type=Development)
