"""What the rules can see: admitted figures, dates ahead, and who is believed. All they know comes through here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

from ledger.configuration import Configuration, Indicator
from ledger.developments import Approx, Status
from reports.admission import Admission, trust
from reports.alerts.rules import labels_of
from reports.claims import Claim, figure_of
from reports.deadlines import Due, deadlines
from reports.desk import Desk
from reports.indicators import Tile, tile
from reports.names import Names, names_for
from reports.sentences import cited
from reports.weekly_words import figure_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The admitted figure of an indicator: `low` to `high`, equal unless it is disputed or was said as a range.

    "Over 400" and "nearly 400" are read as 400: a rule that fired on neither would miss what people call 400.
    """

    indicator: Indicator
    low: Decimal
    high: Decimal
    developments: tuple[str, ...]
    text: str
    disputed: bool = False


class Sight(Protocol):
    """What the rules look at. Pure: the same log gives the same answers."""

    def reading(self, indicator: str, now: datetime) -> Reading | None:
        """Return the admitted figure, or None if there is none, it is stale, or no such indicator is declared."""
        ...

    def label(self, indicator: str) -> str:
        """Return an indicator's label, or its id if none is declared any more."""
        ...

    def ahead(self, now: datetime) -> Sequence[Due]:
        """Return every date ahead, those that passed and those that were met."""
        ...

    def admission(self, development: str) -> Admission:
        """Return whether what a development says is believed, whatever its status, and why."""
        ...

    def sentence(self, development: str) -> str:
        """Return what a development says in one line, with its source and date."""
        ...

    def item(self, development: str) -> str | None:
        """Return the item that reports a development, None if it came from elsewhere."""
        ...


def _approx(seen: Tile) -> Approx:
    figure = figure_of(seen.lead.development) if seen.lead and not seen.disputed else None
    return figure.approx if figure else Approx.EXACT


class DeskSight:
    """Looks at a desk, through the same views that the reports print."""

    def __init__(self, desk: Desk, configuration: Configuration) -> None:
        self._desk = desk
        self._indicators = {indicator.id: indicator for indicator in configuration.indicators}
        self._names: Names = names_for(configuration)

    def reading(self, indicator: str, now: datetime) -> Reading | None:
        """Return the figure of an indicator's tile, or None where the tile says "no reliable figure"."""
        declared = self._indicators.get(indicator)
        if declared is None:
            return None
        seen = tile(self._desk, declared, now=now)
        if seen.fact is None or seen.value is None or seen.stale:
            return None
        low = Decimal(seen.value if seen.low is None else seen.low)
        high = Decimal(seen.value if seen.high is None else seen.high)
        return Reading(
            indicator=declared,
            low=low,
            high=high,
            developments=tuple(claim.id for claim in seen.fact.admitted),
            text=figure_text(low, high, declared.unit, _approx(seen)),
            disputed=seen.disputed,
        )

    def label(self, indicator: str) -> str:
        """Return an indicator's label, or its id if none is declared any more."""
        declared = self._indicators.get(indicator)
        return declared.label if declared else indicator

    def ahead(self, now: datetime) -> Sequence[Due]:
        """Return the dates ahead as the reports print them."""
        return deadlines(self._desk, now=now)

    def admission(self, development: str) -> Admission:
        """Return whether a claim is believed, weighed against the other claims about the same fact."""
        claim = self._desk.claims[development]
        return trust(claim, self._companions(claim))

    def sentence(self, development: str) -> str:
        """Return the claim's sentence with its source and date."""
        return cited(self._desk.claims[development], self._names)

    def item(self, development: str) -> str | None:
        """Return the claim's item."""
        return self._desk.claims[development].item_id

    def _companions(self, claim: Claim) -> Sequence[Claim]:
        fact = self._desk.fact_of(claim.id)
        if fact is not None:
            return (*fact.claims, *fact.denials)
        if claim.development.status is Status.OCCURRED:
            return ()
        # Plans are no facts, so nobody keeps them side by side; rules seldom ask for them.
        labels = labels_of(claim.development)
        return [
            other
            for other in self._desk.of_kind(claim.development.kind)
            if labels_of(other.development) == labels
        ]
