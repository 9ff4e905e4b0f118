"""Figures as the slots of a development: money and counts with the text's own words."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from ledger.developments import Count, Money
from watchers.extract.annotate import Annotated, Passage, Span
from watchers.extract.match import Triggered, distance
from watchers.extract.quantities import Figure

_MEASURE_REACH = 7


@dataclass(frozen=True, slots=True)
class FigureWriter:
    """Writes figures; `dollars` maps a state to its own currency where that is called dollar too."""

    dollars: Mapping[str, str]

    def money(self, annotated: Annotated, figure: Figure, actor: str | None) -> Money:
        """Return the money; a plain dollar of a state that has its own dollar has no currency, never a guessed one."""
        return Money(
            amount=_plain(figure.value),
            currency=None if figure.open_dollar and actor in self.dollars else figure.currency,
            approx=figure.approx,
            max=None if figure.maximum is None else _plain(figure.maximum),
            words=words_between(annotated, (figure.lead, figure.last)),
        )

    def count(self, annotated: Annotated, figure: Figure, unit: str) -> Count:
        """Return the count; units are whole, so a fraction is cut."""
        return Count(
            n=int(figure.value),
            unit=unit,
            approx=figure.approx,
            max=None if figure.maximum is None else int(figure.maximum),
            words=words_between(annotated, (figure.lead, figure.last)),
        )


def unit_of(fired: Triggered, figure: Figure) -> str:
    """Return the unit as the rule renames it ("people" of a mission are its personnel)."""
    units = fired.rule.units
    return units.get(figure.unit or "bare", units.get("*", figure.unit or "people"))


def measure_of(passage: Passage, fired: Triggered, figure: Figure | None) -> str | None:
    """Return the measure: the figure's own, else that of a concept close to it, else the rule's."""
    if figure is not None and figure.measure:
        return figure.measure
    anchor = (figure.first, figure.last) if figure else fired.trigger
    for concept, measure in fired.rule.measures.items():
        if any(distance(span, anchor) <= _MEASURE_REACH for span in passage.spans(concept)):
            return measure
    return fired.rule.measure


def victim_of(passage: Passage, fired: Triggered) -> Span | None:
    """Return the victim without a number nearest to the trigger ("a policeman was killed" counts one), or None."""
    spans = (span for what in fired.rule.singular for span in passage.spans(what))
    near = [span for span in spans if distance(span, fired.trigger) <= fired.rule.singular_reach]
    return min(near, key=lambda span: (distance(span, fired.trigger), span)) if near else None


def words_between(annotated: Annotated, span: Span) -> str:
    """Return the text's own words from the first to the last token of a span."""
    return annotated.text[annotated.tokens[span[0]].start : annotated.tokens[span[1]].end]


def _plain(value: Decimal) -> Decimal:
    """Return the amount without trailing zeros, so that 3.2 million is 3200000 however it was written."""
    return Decimal(int(value)) if value == int(value) else value.normalize()
