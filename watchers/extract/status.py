"""Whether the text says that it happened: cue words in the clause decide, and what outweighs what."""

from ledger.developments import Status
from watchers.extract.annotate import Annotated, Passage, Span
from watchers.extract.match import Triggered, distance

_BREAKS = frozenset({";", ":", "—", "–"})  # noqa: RUF001 - both dashes break a clause
_NEAR = 8
_FAR = 14


def status_of(annotated: Annotated, passage: Passage, fired: Triggered) -> Status:
    """Decide the status; a rule of status `occurred` is not made planned by "will" (an offer is made by it)."""
    trigger = fired.trigger
    if _cued(annotated, passage, "cue_false", trigger, _FAR, after=_FAR):
        return Status.DENIED
    if _unconfirmed(annotated, passage, trigger):
        return Status.UNCONFIRMED
    if _cued(annotated, passage, "cue_denied", trigger, _NEAR):
        return Status.DENIED
    if _cued(annotated, passage, "cue_hypothetical", trigger, _FAR) or _cued(
        annotated, passage, "cue_if", trigger, 40, after=12
    ):
        return Status.HYPOTHETICAL
    if fired.rule.status is not None:
        return Status(fired.rule.status)
    if _cued(annotated, passage, "cue_planned", trigger, _NEAR, over=True):
        return Status.PLANNED
    return Status.OCCURRED


def retold(annotated: Annotated, passage: Passage, fired: Triggered) -> bool:
    """Whether the clause marks the thing as something earlier than the text's own news."""
    return _cued(annotated, passage, "cue_retold", fired.trigger, _NEAR, after=4)


def _unconfirmed(annotated: Annotated, passage: Passage, trigger: Span) -> bool:
    """Whether "reportedly" stands by the trigger, or the sentence says that nobody could verify it."""
    if _cued(annotated, passage, "cue_confirmed", trigger, _NEAR):
        return False
    if _cued(annotated, passage, "cue_unconfirmed", trigger, _NEAR, after=3, over=True):
        return True
    return any(distance(span, trigger) <= 2 * _FAR for span in passage.spans("cue_unverified"))


def _cued(
    annotated: Annotated,
    passage: Passage,
    concept: str,
    trigger: Span,
    reach: int,
    *,
    after: int = 0,
    over: bool = False,
) -> bool:
    """Whether the cue stands before the trigger in its clause, or follows within `after`; `over`: or overlaps it."""
    for first, last in passage.spans(concept):
        if first <= trigger[1] and trigger[0] <= last:
            if over:
                return True
            continue
        if first > trigger[1]:
            if first - trigger[1] <= after:
                return True
            continue
        if trigger[0] - last <= reach and not _broken(annotated, last + 1, trigger[0]):
            return True
    return False


def _broken(annotated: Annotated, first: int, last: int) -> bool:
    return any(annotated.folded(place) in _BREAKS for place in range(first, last))
