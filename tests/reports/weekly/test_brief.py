"""The brief: when there is an arrow, and what the bottom line says."""

import pytest

from reports.brief import overall
from reports.brief_tiles import direction_of
from reports.weekly_issue import range_figure
from reports.weekly_model import Move


def move(way: str, *, confirmed: bool = True) -> Move:
    """Return a move of some key figure for better, for worse or neither."""
    good = {"better": True, "worse": False}.get(way)
    return Move(indicator="i", label="I", direction="up", good=good, confirmed=confirmed, text="")


@pytest.mark.parametrize(
    ("moves", "arrow"),
    [
        ([], "none"),
        ([move("better")] * 2, "none"),
        ([move("better")] * 3, "better"),
        ([move("worse")] * 3, "worse"),
        ([move("better")] * 3 + [move("worse")], "none"),
        ([move("better", confirmed=False)] * 5, "none"),
        ([move("better")] * 2 + [move("neither")] * 2, "none"),
        ([move("better")] * 3 + [move("worse", confirmed=False)], "none"),
        ([move("better")] * 3 + [move("neither")], "better"),
    ],
)
def test_an_overall_arrow_needs_three_confirmed_moves_none_opposed(moves: list[Move], arrow: str):
    """Fewer, unconfirmed or opposed moves give no arrow, and the reason is printed."""
    found, basis = overall(moves)
    assert found == arrow
    assert ("No basis" in basis) == (arrow == "none")


@pytest.mark.parametrize(
    ("old", "new", "direction"),
    [
        ((1, 1), (2, 2), "up"),
        ((200, 400), (300, 300), "level"),
        ((200, 400), (426, 426), "up"),
        ((200, 400), (100, 199), "down"),
        (None, (5, 5), "level"),
    ],
)
def test_only_figures_that_cannot_be_equal_have_moved(
    old: tuple[int, int] | None, new: tuple[int, int], direction: str
):
    """A range that contains the other figure is no rise and no fall."""
    before = range_figure(*old, "police") if old else None
    assert direction_of(before, range_figure(*new, "police")) == direction


def test_different_units_are_never_compared():
    """A sum in another currency is neither more nor less."""
    assert direction_of(range_figure(1, 1, "CAD"), range_figure(2, 2, "USD")) == "level"
