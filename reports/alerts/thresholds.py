"""`threshold` rules: an admitted figure against a level, or against another figure times a ratio.

A disputed figure is a range. The rule fires only if the whole range is beyond the level, and so is cleared as soon
as any admitted figure is not: an alert never takes sides in a dispute. A stale figure counts as gone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from ledger.configuration import Against, AlertRule
from reports.admission import Admission
from reports.alerts.evaluate import Clear, Finding, Raise
from reports.alerts.history import Alert, History
from reports.alerts.sight import Reading, Sight
from reports.alerts.words import headed
from reports.weekly_words import figure_text, number_text

ADMITTED = Admission(admitted=True, why="the figure is admitted")
Side = Literal["below", "above"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """What a figure is compared with: `low` to `high` (equal unless disputed), in words, and what it rests on."""

    side: Side
    low: Decimal
    high: Decimal
    text: str
    developments: tuple[str, ...] = ()
    reading: Reading | None = None

    def is_passed(self, reading: Reading) -> bool:
        """Whether the whole range of the figure is beyond the whole range of the level."""
        return reading.high < self.low if self.side == "below" else reading.low > self.high


def on_figures(
    rules: Iterable[AlertRule], history: History, sight: Sight, now: datetime
) -> Iterator[Finding]:
    """Say which `threshold` rules fire, and which of their alerts are over, by the figures of an instant."""
    firing = {alert.rule: alert for alert in history.open_of("threshold")}
    for rule in rules:
        if rule.kind != "threshold" or rule.indicator is None:
            continue
        alert = firing.get(rule.name)
        if alert is not None and alert.labels != _labels(rule):
            yield Clear(alert=alert, reason="the rule now watches another figure", news=False)
            alert = None
        yield from _judged(rule, alert, sight, now)


def indicators_of(rule: AlertRule) -> tuple[str, ...]:
    """Return the ids of the indicators that a rule looks at."""
    names = (rule.indicator, *(level.indicator for _, level in _given(rule)))
    return tuple(name for name in names if name)


def present_text(rule: AlertRule, sight: Sight, now: datetime) -> str:
    """Return what a rule's figure is at an instant, and the level it is or is no longer beyond."""
    assert rule.indicator is not None
    reading = sight.reading(rule.indicator, now)
    if reading is None:
        return "no reliable figure"
    known = [_level(side, against, reading, sight, now) for side, against in _given(rule)]
    levels = [level for level in known if level is not None]
    if not levels:
        return f"{reading.text}; no reliable level"
    passed = next((level for level in levels if level.is_passed(reading)), None)
    return f"{reading.text}, {passed.text if passed else f'not {levels[0].text}'}"


def _judged(rule: AlertRule, alert: Alert | None, sight: Sight, now: datetime) -> Iterator[Finding]:
    assert rule.indicator is not None
    reading = sight.reading(rule.indicator, now)
    levels = [_level(side, against, reading, sight, now) for side, against in _given(rule)]
    passed = [level for level in levels if reading and level and level.is_passed(reading)]
    if reading and passed and alert is None:
        yield _raise(rule, reading, passed[0])
    elif alert is not None and not passed:
        yield Clear(alert=alert, reason=_why_over(rule, reading, levels, sight), news=True)


def _raise(rule: AlertRule, reading: Reading, level: Level) -> Raise:
    words = f"{reading.indicator.label} {reading.text} is {level.text}"
    return Raise(
        rule=rule,
        labels=_labels(rule),
        summary=headed(rule, words + (" (disputed; the whole range is)" if reading.disputed else "")),
        admission=ADMITTED,
        value=reading.text,
        threshold=level.text,
        developments=tuple(dict.fromkeys((*reading.developments, *level.developments))),
    )


def _why_over(rule: AlertRule, reading: Reading | None, levels: list[Level | None], sight: Sight) -> str:
    assert rule.indicator is not None
    if reading is None:
        return f"the figure has gone: no reliable value of {sight.label(rule.indicator)}"
    known = [level for level in levels if level is not None]
    if not known:
        gone = [sight.label(level.indicator) for _, level in _given(rule) if level.indicator]
        return (
            f"the level has gone: no reliable value of {' or '.join(gone)}"
            if gone
            else "the rule has no level"
        )
    level = known[0]
    in_dispute = reading.disputed or (level.reading is not None and level.reading.disputed)
    if in_dispute and not _is_clear_of(reading, level):
        return f"in dispute: {reading.text} is no longer wholly {level.text}"
    return f"cleared: {reading.text} is no longer {level.text}"


def _is_clear_of(reading: Reading, level: Level) -> bool:
    """Whether no admitted figure is beyond the level any more."""
    return reading.low >= level.high if level.side == "below" else reading.high <= level.low


def _level(
    side: Side, against: Against, reading: Reading | None, sight: Sight, now: datetime
) -> Level | None:
    unit = reading.indicator.unit if reading else ""
    if against.value is not None:
        value = against.value
        return Level(side=side, low=value, high=value, text=f"{side} {figure_text(value, value, unit)}")
    other = sight.reading(against.indicator, now) if against.indicator else None
    if other is None:
        return None
    low, high = other.low * against.ratio, other.high * against.ratio
    share = "" if against.ratio == 1 else f"{number_text(against.ratio * 100)} % of "
    level = figure_text(low, high, other.indicator.unit)
    return Level(
        side=side,
        low=low,
        high=high,
        text=f"{side} {level} ({share}{other.indicator.label} {other.text})",
        developments=other.developments,
        reading=other,
    )


def _given(rule: AlertRule) -> list[tuple[Side, Against]]:
    below: list[tuple[Side, Against]] = [("below", rule.below)] if rule.below else []
    above: list[tuple[Side, Against]] = [("above", rule.above)] if rule.above else []
    return below + above


def _labels(rule: AlertRule) -> dict[str, str]:
    assert rule.indicator is not None
    return {"indicator": rule.indicator}
