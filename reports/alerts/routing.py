"""Whether to notify: decision tables whose first fitting row answers, with the reason that is recorded.

By default only what is both new and reliable is pushed: critical rules, and whatever rests on something believed.
The rest waits for the digest. What was already there when a feed was first polled, and what reached us long after it
was shown, is recorded but pushed to nobody.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Generic, TypeVar

from ledger.configuration import Severity
from ledger.envelope import Recorded
from ledger.events import DevelopmentReported
from reports.alerts.evaluate import Admit, Clear, Raise

BACK_FILLED_AFTER = timedelta(hours=48)
"""What was shown longer ago than this when it was recorded is history, not news."""

NO_DESTINATION = "no destination"
BASELINE = "baseline"
BACK_FILLED = "back-filled"
DIGEST = "digest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """In what light something is found: live, at a feed's first poll (`baseline`), or read in from the past."""

    baseline: bool = False
    back_filled: bool = False


LIVE = Occasion()


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Whether a notification is sent, and why or why not."""

    send: bool
    reason: str


F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Row(Generic[F]):
    """One row of a decision table: if it fits, this is what happens. `{why}` is filled in from the finding."""

    fits: Callable[[F, Occasion], bool]
    send: bool
    reason: str


RAISED: Sequence[Row[Raise]] = (
    Row(lambda found, _: not found.rule.notify, send=False, reason=NO_DESTINATION),
    Row(lambda _, occasion: occasion.baseline, send=False, reason=BASELINE),
    Row(lambda _, occasion: occasion.back_filled, send=False, reason=BACK_FILLED),
    Row(lambda found, _: found.rule.severity is Severity.CRITICAL, send=True, reason="the rule is critical"),
    Row(lambda found, _: found.admission.admitted, send=True, reason="admitted: {why}"),
    Row(lambda _found, _occasion: True, send=False, reason=DIGEST),
)
ADMITTED: Sequence[Row[Admit]] = (
    Row(lambda found, _: bool(found.alert.told), send=False, reason="told before"),
    Row(lambda found, _: found.alert.unsent != DIGEST, send=False, reason="not news when it was raised"),
    Row(lambda _, occasion: occasion.baseline, send=False, reason=BASELINE),
    Row(lambda _, occasion: occasion.back_filled, send=False, reason=BACK_FILLED),
    Row(lambda _found, _occasion: True, send=True, reason="admitted since: {why}"),
)
CLEARED: Sequence[Row[Clear]] = (
    Row(lambda found, _: not found.alert.told, send=False, reason="nobody was told that it was raised"),
    Row(lambda found, _: not found.news, send=False, reason="closing it is no news"),
    Row(lambda _, occasion: occasion.back_filled, send=False, reason=BACK_FILLED),
    Row(lambda _found, _occasion: True, send=True, reason="resolved after a notification"),
)


def route(found: Raise | Admit | Clear, occasion: Occasion) -> Route:
    """Return what the table for such a finding says."""
    match found:
        case Raise():
            return _first(RAISED, found, occasion, found.admission.why)
        case Admit():
            return _first(ADMITTED, found, occasion, found.why)
        case Clear():
            return _first(CLEARED, found, occasion, found.reason)


def occasion_of(recorded: Recorded, *, baseline: bool) -> Occasion:
    """Return in what light a recorded event is seen; `baseline` says whether its item was there at the first poll.

    A record that says nothing of when it was published was shown by nobody, so it counts as read in from the past.
    """
    if recorded.observed_at is None:
        is_record = isinstance(recorded.event, DevelopmentReported) and recorded.event.via == "record"
        return Occasion(baseline=baseline, back_filled=is_record)
    late = recorded.recorded_at - recorded.observed_at
    return Occasion(baseline=baseline, back_filled=late > BACK_FILLED_AFTER)


def _first(table: Sequence[Row[F]], found: F, occasion: Occasion, why: str) -> Route:
    row = next(row for row in table if row.fits(found, occasion))
    return Route(send=row.send, reason=row.reason.format(why=why))
