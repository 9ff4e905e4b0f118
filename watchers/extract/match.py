"""Which rules a sentence triggers, and where."""

from collections.abc import Iterable
from dataclasses import dataclass

from watchers.extract.annotate import Annotated, Passage, Span
from watchers.extract.rules import Rule


@dataclass(frozen=True, slots=True)
class Triggered:
    """A rule fired: its trigger and, for each requirement, the nearest tokens that meet it."""

    rule: Rule
    trigger: Span
    met: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Matcher:
    """The rules by the concepts that trigger them."""

    by_trigger: dict[str, tuple[Rule, ...]]

    def triggered(self, annotated: Annotated, passage: Passage) -> list[Triggered]:
        """Return every rule that fires in the sentence, once a trigger."""
        found: list[Triggered] = []
        for concept, spans in passage.concepts.items():
            for rule in self.by_trigger.get(concept, ()):
                if any(passage.spans(what) for what in rule.none):
                    continue
                if not all(any(annotated.shows(what) for what in group) for group in rule.context):
                    continue
                found.extend(
                    fired for span in spans if (fired := _fired(rule, span, annotated, passage)) is not None
                )
        found.sort(key=lambda fired: (fired.trigger, -fired.rule.priority, fired.rule.name))
        return _unbeaten(_single(found))


def _fired(rule: Rule, trigger: Span, annotated: Annotated, passage: Passage) -> Triggered | None:
    if rule.not_after and annotated.folded(trigger[0] - 1) in rule.not_after:
        return None
    met: list[Span] = []
    for side, groups in ((0, rule.all), (-1, rule.before), (1, rule.after)):
        for group in groups:
            spans = [span for what in group for span in passage.spans(what)]
            if side:
                spans = [
                    span for span in spans if (span[0] > trigger[1] if side > 0 else span[1] < trigger[0])
                ]
            if not spans:
                return None
            met.append(min(spans, key=lambda span: (distance(span, trigger), span)))
    return Triggered(rule, trigger, tuple(met))


def distance(one: Span, other: Span) -> int:
    """Return how many tokens lie between two spans; 0 if they touch or overlap."""
    return max(0, one[0] - other[1] - 1, other[0] - one[1] - 1)


def _overlaps(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _single(found: list[Triggered]) -> list[Triggered]:
    """Keep one of several overlapping triggers of one rule: the longest."""
    kept: list[Triggered] = []
    for fired in found:
        twin = next((k for k in kept if k.rule is fired.rule and _overlaps(k.trigger, fired.trigger)), None)
        if twin is None:
            kept.append(fired)
        elif fired.trigger[1] - fired.trigger[0] > twin.trigger[1] - twin.trigger[0]:
            kept[kept.index(twin)] = fired
    return kept


def _unbeaten(found: list[Triggered]) -> list[Triggered]:
    """Drop what another fired rule of the sentence silences by name or kind."""
    beaten = {(fired.rule.name, loser) for fired in found for loser in fired.rule.beats}
    return [
        fired
        for fired in found
        if not any(
            winner != fired.rule.name and loser in {fired.rule.name, fired.rule.kind}
            for winner, loser in beaten
        )
    ]


def matcher(rules: Iterable[Rule]) -> Matcher:
    """Index the rules by trigger concept."""
    by_trigger: dict[str, list[Rule]] = {}
    for rule in rules:
        for concept in rule.trigger:
            by_trigger.setdefault(concept, []).append(rule)
    return Matcher({concept: tuple(listed) for concept, listed in by_trigger.items()})
