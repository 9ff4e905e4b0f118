"""Whether the text says that it happened: cue words in the clause decide, and what outweighs what."""

from dataclasses import dataclass

from ledger.developments import Status
from watchers.extract.annotate import Annotated, Passage, Span
from watchers.extract.match import Triggered, distance

_BREAKS = frozenset({";", ":", "—", "–"})
_NEAR = 8
_FAR = 14
_SENTENCE = 40


@dataclass(frozen=True, slots=True)
class _Clause:
    """A trigger in its sentence, as cues look at it."""

    annotated: Annotated
    passage: Passage
    trigger: Span

    def cued(self, concept: str, reach: int, *, after: int = 0, over: bool = False) -> bool:
        """Whether the cue stands before the trigger, or follows within `after`, or (if `over`) overlaps it."""
        low, high = self.trigger
        for first, last in self.passage.spans(concept):
            if first > high:
                found = first - high <= after
            elif last < low:
                found = low - last <= reach and not self._broken(last + 1)
            else:
                found = over
            if found:
                return True
        return False

    def near(self, concept: str, reach: int) -> bool:
        """Whether the cue stands within so many tokens on either side."""
        return any(distance(span, self.trigger) <= reach for span in self.passage.spans(concept))

    def _broken(self, first: int) -> bool:
        return any(self.annotated.folded(place) in _BREAKS for place in range(first, self.trigger[0]))


def status_of(annotated: Annotated, passage: Passage, fired: Triggered) -> Status:
    """Decide the status; a rule of status `occurred` is not made planned by "will" (an offer is made by it)."""
    clause = _Clause(annotated, passage, fired.trigger)
    if clause.cued("cue_false", _FAR, after=_FAR):
        return Status.DENIED
    if _unconfirmed(clause):
        return Status.UNCONFIRMED
    if clause.cued("cue_denied", _NEAR):
        return Status.DENIED
    if clause.cued("cue_hypothetical", _FAR) or clause.cued("cue_if", _SENTENCE, after=_FAR):
        return Status.HYPOTHETICAL
    if fired.rule.status is not None:
        return Status(fired.rule.status)
    return Status.PLANNED if clause.cued("cue_planned", _NEAR, over=True) else Status.OCCURRED


def retold(annotated: Annotated, passage: Passage, fired: Triggered) -> bool:
    """Whether the clause marks the thing as something earlier than the text's own news."""
    return _Clause(annotated, passage, fired.trigger).cued("cue_retold", _NEAR, after=4)


def _unconfirmed(clause: _Clause) -> bool:
    """Whether "reportedly" stands by the trigger, or the sentence says that nobody could verify it."""
    if clause.cued("cue_confirmed", _NEAR):
        return False
    return clause.cued("cue_unconfirmed", _NEAR, after=3, over=True) or clause.near(
        "cue_unverified", 2 * _FAR
    )
