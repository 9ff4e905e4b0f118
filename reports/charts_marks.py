"""SVG in plain text: elements, numbers and scales, the same bytes on every machine."""

from datetime import date, timedelta
from decimal import Decimal
from html import escape

_STEPS = (Decimal(1), Decimal(2), Decimal("2.5"), Decimal(5), Decimal(10))


def element(name: str, *children: str, **attributes: str | float) -> str:
    """Return one element; `_` in attribute names stands for `-`, a trailing one is dropped. Children are markup."""
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(number(value), quote=True)}"'
        for key, value in attributes.items()
    )
    return f"<{name}{pairs}>{''.join(children)}</{name}>" if children else f"<{name}{pairs}/>"


def text(words: str, x: float, y: float, **attributes: str | float) -> str:
    """Return a text element with escaped words."""
    return element("text", escape(words), x=x, y=y, **attributes)


def number(value: str | float) -> str:
    """Write a coordinate with at most one decimal place."""
    if isinstance(value, str):
        return value
    return f"{round(value, 1):.1f}".removesuffix(".0")


def path(points: list[tuple[float, float]]) -> str:
    """Return the `d` of an open path through points."""
    return " ".join(f"{'M' if at == 0 else 'L'}{number(x)} {number(y)}" for at, (x, y) in enumerate(points))


def ticks(top: Decimal, wanted: int = 4) -> tuple[Decimal, ...]:
    """Return round values from 0 to at least `top`, about `wanted` steps of them."""
    if top <= 0:
        return (Decimal(0), Decimal(1))
    rough = top / wanted
    size = Decimal(1).scaleb(rough.adjusted())
    step = next(factor * size for factor in _STEPS if factor * size >= rough)
    values = [Decimal(0)]
    while values[-1] < top:
        values.append(values[-1] + step)
    return tuple(values)


class Days:
    """A horizontal scale from a first to a last day."""

    def __init__(self, first: date, last: date, left: float, right: float) -> None:
        self.first = first
        self.last = max(last, first + timedelta(days=1))
        self.left = left
        self.right = right

    def x(self, day: date) -> float:
        """Return where a day lies; days outside lie on the edge."""
        inside = min(max(day, self.first), self.last)
        share = (inside - self.first).days / (self.last - self.first).days
        return self.left + share * (self.right - self.left)

    def months(self, wanted: int = 7) -> tuple[date, ...]:
        """Return firsts of months inside, thinned to about `wanted`."""
        months = self.last.year * 12 + self.last.month - self.first.year * 12 - self.first.month
        step = next((size for size in (1, 2, 3, 6, 12) if months <= size * wanted), 12)
        start = self.first.year * 12 + self.first.month
        every = range(start, start + months)
        return tuple(date(at // 12, at % 12 + 1, 1) for at in every if (at % 12) % step == 0)
