"""Which claims count while nobody has reviewed anything."""

from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.developments import Approx, Status
from reports.indicators import Tile, tiles

NOW = datetime(2024, 7, 1, tzinfo=UTC)


def tile(told: Any, indicator: str = "arrived") -> Tile:
    return next(each for each in tiles(told.desk, now=NOW) if each.indicator.id == indicator)


def why(told: Any, name: str) -> str:
    fact = told.desk.fact_of(name)
    both = zip(fact.claims, fact.admissions, strict=True)
    return next(admission.why for claim, admission in both if claim.id == name)


@pytest.mark.parametrize("grade", ["A", "B", "B2"])
def test_a_trusted_source_fills_a_tile_by_itself(told: Any, arrival: Any, grade: str):
    """One claim of a source graded A or B is enough if no check failed."""
    told.reported("one", arrival(400, "2024-06-25"), grade=grade)
    assert tile(told).value == 400
    assert why(told, "one") == f"a source graded {grade} says it"


@pytest.mark.parametrize("slots", [{"grade": "C"}, {"grade": "F"}, {"grade": "A", "flags": ("currency",)}])
def test_one_unreviewed_claim_moves_no_tile(told: Any, arrival: Any, slots: dict[str, Any]):
    """A lower grade or a failed check keeps a lone claim out, and the tile says that there is no figure."""
    told.reported("one", arrival(400, "2024-06-25"), **slots)
    assert tile(told).value is None
    assert [claim.id for claim in tile(told).pending] == ["one"]
    assert why(told, "one").startswith("unreviewed")


def test_two_independent_origins_count_together(told: Any, arrival: Any):
    """Two weak sources with origins of their own carry a figure; the same agency printed twice does not."""
    told.reported("one", arrival(400, "2024-06-25"), source="Blog", grade="D", origin="Agency")
    told.reported("two", arrival(400, "2024-06-25"), source="Paper", grade="D", origin="AGENCY")
    assert tile(told).value is None
    told.reported("three", arrival(400, "2024-06-25", of={"approx": Approx.ABOUT}), source="Radio", grade="D")
    assert tile(told).value == 400
    assert why(told, "one") == "2 independent origins say it"


def test_one_publisher_that_credits_two_bodies_is_one_voice(told: Any, arrival: Any):
    """A blog that names two authorities for one figure fills no tile; with a second publisher it counts."""
    told.reported("one", arrival(400, "2024-06-25"), source="Blog", grade="D", origin="Agency")
    told.reported("two", arrival(400, "2024-06-25"), source="blog ", grade="D", origin="Government")
    assert tile(told).value is None
    assert why(told, "one") == "unreviewed; one origin, graded D"
    told.reported("three", arrival(400, "2024-06-25"), source="Paper", grade="D")
    assert tile(told).value == 400


def test_unreliable_publishers_do_not_carry_one_another(told: Any, arrival: Any):
    """However many sources graded E or F agree, a better one must be among them."""
    for name, grade in (("Blog", "F"), ("Forum", "E"), ("Channel", "F5")):
        told.reported(name, arrival(400, "2024-06-25"), source=name, grade=grade)
    assert tile(told).value is None
    assert why(told, "Blog") == "unreviewed; 3 origins, none reliable, graded F"
    told.reported("better", arrival(400, "2024-06-25"), source="Paper", grade="D")
    assert tile(told).value == 400


def test_origins_that_contradict_each_other_do_not_support_each_other(told: Any, arrival: Any):
    """Different figures of one fact are two lone claims."""
    told.reported("one", arrival(400, "2024-06-25"), source="Blog", grade="D")
    told.reported("two", arrival(200, "2024-06-25"), source="Paper", grade="D")
    assert tile(told).value is None


@pytest.mark.parametrize(("via", "tier"), [("record", "record"), ("person", "confirmed")])
def test_what_somebody_vouches_for_counts(told: Any, arrival: Any, via: str, tier: str):
    """Imported records and what a person coded count whatever the grade."""
    told.reported("one", arrival(400, "2024-06-25"), via=via, grade="F")
    assert tile(told).value == 400
    assert told.desk.claims["one"].tier == tier


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.OCCURRED])
def test_only_what_occurred_enters_a_total(told: Any, arrival: Any, status: Status):
    """Planned, denied, hypothetical and unconfirmed things fill no tile, however good their source."""
    told.reported("one", arrival(400, "2024-06-25", status=status))
    assert tile(told).value is None


def test_an_unreviewed_claim_opens_no_dispute(told: Any, arrival: Any):
    """A weak source that contradicts a trusted one is listed and changes nothing."""
    told.reported("one", arrival(400, "2024-06-25"))
    told.reported("two", arrival(4000, "2024-06-25"), source="Blog", grade="E")
    shown = tile(told)
    assert (shown.value, shown.disputed) == (400, False)
    assert [claim.id for claim in shown.pending] == ["two"]
