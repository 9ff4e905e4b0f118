"""Charts: plain SVG that reads without colour, with its numbers beside it."""

import itertools
import re
import xml.etree.ElementTree as ET
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from reports.charts import spark, svg, table
from reports.charts_marks import ticks
from reports.charts_model import Point, Series, StepChart
from reports.weekly_model import WeeklyReport

GOLDEN = Path(__file__).parent / "golden"
FIRST = date(2024, 1, 1)
amounts = st.integers(0, 10**12).map(Decimal)
points = st.builds(
    lambda day, low, more: Point(day=FIRST + timedelta(days=day), low=low, high=low + more),
    st.integers(-30, 400),
    amounts,
    amounts,
)
lines = st.lists(points, min_size=1, max_size=6).map(
    lambda found: tuple(sorted(found, key=lambda point: point.day))
)


def chart(
    *series: tuple[Point, ...], ceiling: tuple[Point, ...] | None = None, unit: str = "USD"
) -> StepChart:
    """Return a step chart of 2024."""
    return StepChart(
        id="c",
        title="A <title>",
        description="One & two",
        unit=unit,
        first=FIRST,
        last=date(2024, 12, 31),
        series=tuple(Series(label=f"Line {at}", points=each) for at, each in enumerate(series)),
        ceiling=Series(label="Needed", points=ceiling) if ceiling else None,
    )


@given(lines, lines, lines)
def test_any_figures_make_a_well_formed_chart_inside_its_frame(
    one: tuple[Point, ...], two: tuple[Point, ...], level: tuple[Point, ...]
):
    """Whatever the figures, the chart is XML, has title and description, and nothing is drawn outside."""
    drawn = svg(chart(one, two, ceiling=level))
    root = ET.fromstring(drawn)
    width, height = (float(size) for size in root.attrib["viewBox"].split()[2:])
    names = [element.tag.partition("}")[2] for element in root]
    assert names[:2] == ["title", "desc"]
    for x, y in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", drawn):
        assert -1 <= float(x) <= width
        assert -1 <= float(y) <= height


def test_lines_differ_without_colour():
    """The second line is dashed and has another marker than the first."""
    same = (
        Point(day=FIRST, low=Decimal(1), high=Decimal(1)),
        Point(day=date(2024, 5, 1), low=Decimal(2), high=Decimal(2)),
    )
    first, second = re.findall(r'<g class="s\d">.*?</g>', svg(chart(same, same)))
    assert ("stroke-dasharray" in first, "stroke-dasharray" in second) == (False, True)
    assert ("<circle" in first, "<circle" in second) == (True, False)


def test_a_range_is_a_band_and_a_row_of_the_table():
    """A disputed figure is drawn as an area and printed as a range."""
    made = chart((Point(day=FIRST, low=Decimal(200), high=Decimal(400)),), unit="police")
    assert 'fill-opacity="0.16"' in svg(made)
    assert table(made)[1] == (("1 January 2024", "200–400 police"),)


def test_a_level_far_above_is_said_and_its_share_drawn():
    """A requirement thirty times what was paid is named as off the scale, and a bar gives the share."""
    paid = (Point(day=FIRST, low=Decimal(21_000_000), high=Decimal(21_000_000)),)
    needed = (Point(day=FIRST, low=Decimal(510_000_000), high=Decimal(600_000_000)),)
    drawn = svg(chart(paid, ceiling=needed))
    assert "Needed: USD 510–600 million ↑ above this scale" in drawn
    assert "3.5–4.1 percent" in drawn


def test_one_figure_is_no_sparkline():
    """A single figure has no course to draw."""
    assert spark((Point(day=FIRST, low=Decimal(1), high=Decimal(1)),), FIRST, date(2024, 12, 31)) == ""


@given(amounts)
def test_ticks_are_round_and_reach_the_top(top: Decimal):
    """The scale starts at nought, ends at or above the highest figure, and has few, even steps."""
    values = ticks(top)
    assert values[0] == 0
    assert values[-1] >= top
    assert 2 <= len(values) <= 6
    assert len({after - before for before, after in itertools.pairwise(values)}) == 1


def test_the_golden_charts_are_valid_xml():
    """Every chart of the golden report parses."""
    report = msgspec.json.decode((GOLDEN / "weekly.json").read_bytes(), type=WeeklyReport)
    for each in report.charts:
        ET.fromstring(svg(each))
