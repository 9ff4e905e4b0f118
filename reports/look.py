"""A look at a ledger: the desk folded as of a moment, the instant that ages are counted to, and the valid day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from ledger.application import Ledger
from ledger.moments import Moment, parse_instant, resolve
from ledger.replay import fold
from reports.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A desk at a moment. `root` is the Merkle root (hex) over the moment's position."""

    desk: Desk
    moment: Moment
    now: datetime
    on: date
    root: str


class Desks(Protocol):
    """Makes desks as of a moment, faster than by folding the whole log."""

    def desk(self, moment: Moment) -> Desk:
        """Return the desk as of a moment."""
        ...


def look(
    ledger: Ledger,
    *,
    as_of: str | None = None,
    seen_by: str | None = None,
    on: str | None = None,
    desks: Desks | None = None,
) -> Look:
    """Fold a ledger as of the moment that a command line names (UsageError if it cannot be read).

    `desks` may know a state to go on from; the result is the same with and without.
    """
    moment = resolve(ledger, as_of=as_of, seen_by=seen_by, on=on)
    desk = desks.desk(moment) if desks else fold(Desk(), ledger, moment)
    now = _instant(ledger, as_of, moment)
    if moment.seen_by is not None:
        now = min(now, moment.seen_by)
    root = ledger.recorder.root(moment.position).hex()
    return Look(desk=desk, moment=moment, now=now, on=moment.on or now.date(), root=root)


def _instant(ledger: Ledger, as_of: str | None, moment: Moment) -> datetime:
    """Return the instant that "as of" means: now, the one named, or when that position was recorded."""
    present = ledger.clock()
    if as_of is None:
        return present
    of_report = ledger.position_of_report(as_of)
    if of_report is None and not (as_of.isascii() and as_of.isdigit()):
        return min(parse_instant(as_of), present)
    last = next(iter(ledger.events(after=moment.position - 1, until=moment.position)), None)
    return last.recorded_at if last else present
