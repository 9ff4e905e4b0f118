"""From one fired rule and one figure to a development with its evidence."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

import msgspec

from ledger.developments import Count, Development, Status
from watchers.extract.annotate import Passage, Span
from watchers.extract.dating import Dated, dates_of
from watchers.extract.evidence import span_of
from watchers.extract.figures import FigureWriter, measure_of, unit_of, victim_of, words_between
from watchers.extract.found import Found
from watchers.extract.instruments import instrument_of
from watchers.extract.match import Triggered
from watchers.extract.quantities import Figure
from watchers.extract.reading import Reading
from watchers.extract.reasons import reason_of
from watchers.extract.sanity import flags_of
from watchers.extract.scene import Scene
from watchers.extract.slots import Selectors
from watchers.extract.speakers import speaker_of
from watchers.extract.status import retold, status_of

_DATED, _ACTED, _FLAGGED = 10, 5, 15


@dataclass(frozen=True, slots=True)
class Composer:
    """Composes developments for one configuration."""

    selectors: Selectors
    figures: FigureWriter
    resolutions: Mapping[str, int]

    def compose(
        self, reading: Reading, passage: Passage, fired: Triggered, figure: Figure | None
    ) -> list[Found]:
        """Return the proposals of a fired rule: none if a slot it needs is empty, several if several people speak."""
        rule, annotated = fired.rule, reading.annotated
        span = (figure.lead, figure.last) if figure else None
        scene = Scene(annotated, passage, fired.trigger, span, reading.lexicon)
        actor = self.selectors.choose(scene, rule.actor)
        target = self.selectors.choose(scene, rule.target)
        if any((actor if need == "actor" else target) is None for need in rule.needs):
            return []
        status, dated = _timed(reading, passage, fired)
        victim = None if figure else victim_of(passage, fired)
        why = reason_of(annotated, passage, fired.trigger) if rule.reasoned else None
        development = Development(
            kind=rule.kind,
            status=status,
            occurred=dated.occurred,
            actor=actor,
            target=target,
            money=self.figures.money(annotated, figure, actor) if figure and figure.sort == "money" else None,
            count=self._count(reading, fired, figure, victim),
            measure=measure_of(passage, fired, figure),
            place=self.selectors.place(scene),
            instrument=self._instrument(reading, passage, fired),
            until=dated.until,
            outcome=rule.outcome,
            speaker=speaker_of(scene, reading.heads),
            reason=words_between(annotated, why) if why else None,
            about=rule.about,
            case=reading.case if rule.kind.startswith("legal_") else None,
            retold=retold(annotated, passage, fired),
        )
        shown = (fired.trigger, *fired.met, *(part for part in (span, victim, why) if part is not None))
        return _voiced(passage, fired, _evidenced(reading, passage, fired, (development, dated, shown)))

    def _count(
        self, reading: Reading, fired: Triggered, figure: Figure | None, victim: Span | None
    ) -> Count | None:
        if figure is not None and figure.sort != "money":
            return self.figures.count(reading.annotated, figure, unit_of(fired, figure))
        return Count(n=1, unit=fired.rule.unit or "people") if victim else None

    def _instrument(self, reading: Reading, passage: Passage, fired: Triggered) -> str | None:
        named = instrument_of(reading.annotated, passage, reading.published, self.resolutions)
        kinds = (name for concept, name in fired.rule.instruments.items() if passage.spans(concept))
        return named or next(kinds, None)


def _timed(reading: Reading, passage: Passage, fired: Triggered) -> tuple[Status, Dated]:
    """Decide status and dates together: what the text gives a coming day is not over, whatever its tense."""
    status = status_of(reading.annotated, passage, fired)
    dated = dates_of(reading.annotated, passage, fired, status, reading.published)
    ahead = (
        dated.occurred is not None
        and reading.published is not None
        and dated.occurred.first > reading.published
    )
    if status is Status.OCCURRED and fired.rule.status is None and ahead:
        status = Status.PLANNED
    return status, dated


def _evidenced(
    reading: Reading, passage: Passage, fired: Triggered, made: tuple[Development, Dated, tuple[Span, ...]]
) -> Found:
    development, dated, shown = made
    start, end = span_of(reading.annotated, shown)
    flags = set(flags_of(passage, development, dated, reading.published))
    if development.count and development.count.unit == "votes" and not reading.votes_add_up:
        flags.add("votes_do_not_sum")
    points = fired.rule.confidence + (_DATED if dated.occurred else 0) + (_ACTED if development.actor else 0)
    confidence = Decimal(max(5, min(points - _FLAGGED * len(flags), 95))) / 100
    return Found(
        development=development,
        start=start,
        end=end,
        rule=fired.rule.name,
        confidence=confidence.quantize(Decimal("0.01")),
        flags=tuple(sorted(flags)),
    )


def _voiced(passage: Passage, fired: Triggered, found: Found) -> list[Found]:
    """Give a statement to each person who makes it: "A and B both reaffirmed" is two."""
    actor = found.development.actor
    people = [e for e in passage.entities if e.kind == "person" and e.last < fired.trigger[0]]
    own = dict.fromkeys(e.canonical for e in people if actor in {e.canonical, e.country})
    if found.development.kind != "statement" or not own:
        return [found]
    return [
        replace(found, development=msgspec.structs.replace(found.development, speaker=name)) for name in own
    ]
