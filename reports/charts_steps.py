"""The step chart: figures that stand until the next one, their ranges as bands, and the level they are held against.

Lines differ by dash and marker and carry their names, so the chart reads without colour. A level far above every
line would press them flat; it is then a strip at the upper edge that says so, and a bar below shows the true share.
"""

from collections.abc import Sequence
from decimal import Decimal

from reports.charts_marks import Days, element, number, path, text, ticks
from reports.charts_model import Point, Series, StepChart
from reports.weekly_words import MONTHS, figure_text, is_currency, number_text

WIDTH, HEIGHT = 720, 300
LEFT, RIGHT, TOP, BOTTOM = 58, 566, 26, 262
LINE = 14
LABEL_MAX = 24
SHARE = 34
TENTHS_BELOW = 10
FAR = Decimal(2)
"""From how many times the highest line on the level is off the scale."""
DASHES = ("", "7 4", "2 4", "9 3 2 3")
MILLION = Decimal(1_000_000)

Label = tuple[float, tuple[str, str]]
"""Where a line ends, and its name and last figure."""


class _Plot:
    """The scales of one chart, and the elements drawn so far."""

    def __init__(self, chart: StepChart) -> None:
        lines = [point.high for series in chart.series for point in series.points]
        highest = max(lines, default=Decimal(0))
        level = chart.ceiling.points[-1] if chart.ceiling and chart.ceiling.points else None
        self.level = level
        self.far = level is not None and highest > 0 and level.low > highest * FAR
        shown = [highest * Decimal("1.08")]
        if level is not None and not self.far:
            shown += [point.high for point in (chart.ceiling.points if chart.ceiling else ())]
        self.ticks = ticks(max(shown))
        self.days = Days(chart.first, chart.last, LEFT, RIGHT)
        self.parts: list[str] = []

    def y(self, value: Decimal) -> float:
        """Return where a value lies; values off the scale lie on the edge."""
        share = float(min(value, self.ticks[-1]) / self.ticks[-1])
        return BOTTOM - share * (BOTTOM - TOP)

    def edge(self, points: Sequence[Point], *, high: bool) -> list[tuple[float, float]]:
        """Return the corners of one stepped edge, up to the last day."""
        corners: list[tuple[float, float]] = []
        for point in points:
            x, y = self.days.x(point.day), self.y(point.high if high else point.low)
            if corners:
                corners.append((x, corners[-1][1]))
            corners.append((x, y))
        return [*corners, (RIGHT, corners[-1][1])] if corners else []


def steps_svg(chart: StepChart) -> str:
    """Return a step chart as one self-contained `svg` element."""
    plot = _Plot(chart)
    _axes(plot, chart.unit)
    labels: list[Label] = []
    if chart.ceiling is not None and plot.level is not None:
        labels += _level(plot, chart)
    for at, series in enumerate(chart.series):
        labels += _line(plot, series, at, chart.unit)
    _labels(plot, labels)
    if plot.far:
        _share(plot, chart)
    return _wrap(chart, plot)


def _wrap(chart: StepChart, plot: _Plot) -> str:
    head = element("title", chart_text(chart.title), id=f"{chart.id}-t")
    head += element("desc", chart_text(chart.description), id=f"{chart.id}-d")
    hatch = element(
        "pattern",
        element("path", d="M0 6L6 0", stroke="currentColor", stroke_width=0.9),
        id=f"{chart.id}-h",
        width=6,
        height=6,
        patternUnits="userSpaceOnUse",
    )
    body = element("g", *plot.parts, font_size=12, fill="currentColor")
    return element(
        "svg",
        head,
        element("defs", hatch),
        body,
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {WIDTH} {HEIGHT + (SHARE if plot.far else 0)}",
        role="img",
        aria_labelledby=f"{chart.id}-t {chart.id}-d",
        class_="chart",
    )


def chart_text(words: str) -> str:
    """Escape words as the content of an element."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _axes(plot: _Plot, unit: str) -> None:
    million = is_currency(unit) and plot.ticks[-1] >= MILLION
    for value in plot.ticks:
        y = plot.y(value)
        weight = 0.9 if value == 0 else 0.18
        plot.parts.append(_rule(LEFT, y, RIGHT, y, weight))
        words = number_text(value / MILLION if million else value)
        plot.parts.append(text(words, LEFT - 8, y + 4, text_anchor="end", opacity=0.75))
    name = f"{unit} million" if million else unit.replace("_", " ")
    plot.parts.append(text(name, LEFT, TOP - 12, opacity=0.75))
    for month in plot.days.months():
        x = plot.days.x(month)
        plot.parts.append(_rule(x, BOTTOM, x, BOTTOM + 5, 0.6))
        words = MONTHS[month.month - 1][:3] + (f" {month.year}" if month.month == 1 else "")
        if RIGHT - x > LINE:
            plot.parts.append(text(words, x, BOTTOM + 19, text_anchor="middle", opacity=0.75))


def _rule(x1: float, y1: float, x2: float, y2: float, opacity: float) -> str:
    return element(
        "path",
        d=path([(x1, y1), (x2, y2)]),
        stroke="currentColor",
        stroke_width=1,
        stroke_opacity=str(opacity),
    )


def _level(plot: _Plot, chart: StepChart) -> list[Label]:
    ceiling, level = chart.ceiling, plot.level
    assert ceiling is not None
    assert level is not None
    figure = figure_text(level.low, level.high, chart.unit)
    fill = f"url(#{chart.id}-h)"
    if plot.far:
        strip = element(
            "rect", x=LEFT, y=TOP - 6, width=RIGHT - LEFT, height=9, fill=fill, fill_opacity="0.5"
        )
        plot.parts += [
            strip,
            text(f"{ceiling.label}: {figure} ↑ above this scale", RIGHT, TOP - 12, text_anchor="end"),
        ]
        return []
    low, high = plot.edge(ceiling.points, high=False), plot.edge(ceiling.points, high=True)
    if low != high:
        plot.parts.append(_area(low, high, fill, "0.45"))
    for corners in (low, high) if low != high else (high,):
        plot.parts.append(
            element(
                "path",
                d=path(corners),
                fill="none",
                stroke="currentColor",
                stroke_width=1.4,
                stroke_dasharray="1 3",
            )
        )
    return [(plot.y(level.high), (ceiling.label, figure))]


def _share(plot: _Plot, chart: StepChart) -> None:
    level, series = plot.level, chart.series[0]
    assert level is not None
    assert chart.ceiling is not None
    reached = series.points[-1] if series.points else Point(day=chart.last, low=Decimal(0), high=Decimal(0))
    wide, y, tall = RIGHT - LEFT, HEIGHT + 6, 14
    done, least = (float(value / level.high) * wide for value in (reached.high, level.low))
    box = {"y": y, "height": tall}
    frame = element(
        "rect", x=LEFT, width=wide, fill="none", stroke="currentColor", stroke_opacity="0.6", **box
    )
    if level.low < level.high:
        fill = f"url(#{chart.id}-h)"
        plot.parts.append(
            element("rect", x=LEFT + least, width=wide - least, fill=fill, fill_opacity="0.5", **box)
        )
    bar = element("rect", x=LEFT, width=max(done, 1.0), class_="s0", **box)
    percents = [_percent(reached.low, level.high), _percent(reached.high, level.low)]
    share = "–".join(dict.fromkeys(percents))
    plot.parts += [frame, bar, text(f"{share} percent", RIGHT + 9, y + 4, font_weight="600")]
    plot.parts.append(text("of that level", RIGHT + 9, y + 4 + LINE))


def _percent(part: Decimal, whole: Decimal) -> str:
    share = part * 100 / whole
    return number_text(share.quantize(Decimal(1) if share >= TENTHS_BELOW else Decimal("0.1")))


def _area(low: list[tuple[float, float]], high: list[tuple[float, float]], fill: str, opacity: str) -> str:
    return element("path", d=path(high + low[::-1]) + " Z", fill=fill, fill_opacity=opacity, stroke="none")


def _line(plot: _Plot, series: Series, at: int, unit: str) -> list[Label]:
    if not series.points:
        return []
    low, high = plot.edge(series.points, high=False), plot.edge(series.points, high=True)
    parts: list[str] = []
    if low != high:
        parts.append(_area(low, high, "currentColor", "0.16"))
        parts.append(element("path", d=path(low), fill="none", stroke="currentColor", stroke_width=1))
    dash = {"stroke_dasharray": DASHES[at % len(DASHES)]} if at % len(DASHES) else {}
    parts.append(element("path", d=path(high), fill="none", stroke="currentColor", stroke_width=2.2, **dash))
    for point in series.points:
        parts += [
            _marker(plot.days.x(point.day), plot.y(value), at) for value in {point.low: 0, point.high: 0}
        ]
    plot.parts.append(element("g", *parts, class_=f"s{at % len(DASHES)}"))
    last = series.points[-1]
    return [(plot.y(last.high), (series.label, figure_text(last.low, last.high, unit)))]


def _marker(x: float, y: float, at: int) -> str:
    if at % 2:
        return element("path", d=f"M{number(x)} {number(y - 3.6)} l3.6 3.6 -3.6 3.6 -3.6 -3.6 Z")
    return element("circle", cx=x, cy=y, r=2.8)


def _cut(words: str) -> str:
    return words if len(words) <= LABEL_MAX else f"{words[: LABEL_MAX - 1].rstrip()}…"


def _labels(plot: _Plot, labels: list[Label]) -> None:
    free = float(TOP - LINE)
    for wanted, lines in sorted(labels):
        at = max(wanted + 4, free + LINE)
        for words, weight in zip(lines, ("600", "400"), strict=True):
            plot.parts.append(text(_cut(words), RIGHT + 9, at, font_weight=weight))
            at += LINE
        free = at - LINE + 4
