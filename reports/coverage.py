"""Coverage: what was heard, and what was not."""

from dataclasses import dataclass
from datetime import datetime

from reports.desk import Desk
from reports.kept import FeedHealth, Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCoverage:
    """Counts of one source's items: read, in scope, with a development, in scope with nothing proposed."""

    source: str
    items: int
    in_scope: int
    coded: int
    nothing: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the watch covers. `silent` feeds are well but showed nothing new for SILENT_DAYS."""

    items: int
    revisions: int
    in_scope: int
    coded: int
    nothing: int
    developments: int
    feeds: tuple[FeedHealth, ...]
    failing: tuple[str, ...]
    silent: tuple[str, ...]
    gaps: tuple[Gap, ...]
    sources: tuple[SourceCoverage, ...]
    languages: dict[str, int]


def coverage(desk: Desk, *, now: datetime, since: datetime | None = None) -> Coverage:
    """Return what was heard, with the gaps that touch the time from `since` on (None: all)."""
    raise NotImplementedError
