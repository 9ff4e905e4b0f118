"""Which figure of a sentence belongs to which fired rule. No figure belongs to two; one may belong to none."""

from dataclasses import dataclass, field

from watchers.extract.annotate import Annotated, Passage, fits
from watchers.extract.figures import victim_of
from watchers.extract.match import Triggered, distance
from watchers.extract.quantities import Figure

_BREAK = 6
_BARE_REACH = 9


@dataclass(slots=True)
class Assigned:
    """A fired rule with the figures that it took."""

    fired: Triggered
    figures: list[Figure] = field(default_factory=list)


def assign(
    annotated: Annotated, passage: Passage, fired: list[Triggered]
) -> tuple[list[Assigned], list[Figure]]:
    """Give each figure to the nearest rule that takes it; return the rules that stand, and the figures left over."""
    assigned = [Assigned(one) for one in fired]
    left = []
    for figure in passage.figures:
        costs = [
            (cost, at)
            for at, one in enumerate(assigned)
            if (cost := _cost(annotated, figure, one.fired)) is not None
        ]
        if costs:
            assigned[min(costs)[1]].figures.append(figure)
        else:
            left.append(figure)
    return _standing(annotated, passage, assigned), left


def _cost(annotated: Annotated, figure: Figure, fired: Triggered) -> int | None:
    """Return the tokens between, with a surcharge for each break of clause; None if the rule does not take it."""
    if not any(fits(figure, accepted) for accepted in fired.rule.figures):
        return None
    span = (figure.first, figure.last)
    apart = distance(span, fired.trigger)
    if apart > (_BARE_REACH if figure.sort == "bare" else fired.rule.reach):
        return None
    low, high = min(figure.last, fired.trigger[1]), max(figure.first, fired.trigger[0])
    breaks = sum(annotated.folded(place) in {",", ";", ":", "(", "but"} for place in range(low + 1, high))
    return apart + _BREAK * breaks - 4 * fired.rule.priority


def _standing(annotated: Annotated, passage: Passage, assigned: list[Assigned]) -> list[Assigned]:
    """Drop rules that lack the figure they need, and bare doubles of a rule or kind that has one."""
    able = [one for one in assigned if one.figures or not one.fired.rule.needs_figure]
    kept: list[Assigned] = []
    for one in able:
        counted = bool(one.figures) or victim_of(passage, one.fired) is not None
        rivals = [other for other in able if other is not one and _rival(one, other)]
        if not counted and any(_better(other, one) for other in rivals):
            continue
        if not one.figures and any(_double(annotated, k, one) for k in kept):
            continue
        kept.append(one)
    return kept


def _double(annotated: Annotated, kept: Assigned, one: Assigned) -> bool:
    """Whether the bare rule was kept already in this part of the sentence; two people in office are two."""
    if kept.fired.rule.name != one.fired.rule.name or kept.figures or one.fired.rule.kind == "appointment":
        return False
    low, high = kept.fired.trigger[1], one.fired.trigger[0]
    return not any(annotated.folded(place) == ";" for place in range(low + 1, high))


def _rival(one: Assigned, other: Assigned) -> bool:
    mine, theirs = one.fired.rule, other.fired.rule
    same = (mine.kind, mine.outcome) == (theirs.kind, theirs.outcome)
    return (same and mine.measure in {None, theirs.measure}) or _touch(one, other)


def _touch(one: Assigned, other: Assigned) -> bool:
    return one.fired.trigger[0] <= other.fired.trigger[1] and other.fired.trigger[0] <= one.fired.trigger[1]


def _better(other: Assigned, one: Assigned) -> bool:
    if bool(other.figures) != bool(one.figures):
        return bool(other.figures)
    if other.fired.rule.name == one.fired.rule.name:
        return False
    return other.fired.rule.priority > one.fired.rule.priority
