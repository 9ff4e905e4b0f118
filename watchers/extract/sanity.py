"""Slips and ambiguities that the text alone betrays. They are flags for a reader, never corrections."""

from datetime import date

from ledger.developments import Development
from watchers.extract.annotate import Annotated, Passage
from watchers.extract.dating import Dated

_FAR_DAYS = 300
_COUNCIL_SEATS = 15


def flags_of(
    passage: Passage, development: Development, dated: Dated, published: date | None
) -> tuple[str, ...]:
    """Return the flags of one development, sorted."""
    flags = set()
    money = development.money
    if money is not None and money.currency is None:
        flags.add("currency_ambiguous")
    if dated.contradicts:
        flags.add("weekday_contradicts_date")
    if published is not None and _year_slip(passage, published):
        flags.add("year_slip")
    return tuple(sorted(flags))


def _year_slip(passage: Passage, published: date) -> bool:
    """Whether a full date lies far from publication in a sentence that also speaks of this week."""
    close = any(d.weekday is not None and d.day is None for d in passage.dates)
    for mention in passage.dates:
        if mention.year is None or mention.day is None or mention.month is None or mention.role:
            continue
        away = abs((date(mention.year, mention.month, mention.day) - published).days)
        if away > _FAR_DAYS and (close or mention.weekday is not None):
            return True
    return False


def votes_add_up(annotated: Annotated) -> bool:
    """Whether the votes of a council of fifteen, printed as 13-0-2, sum to fifteen (true if none is printed)."""
    for passage in annotated.passages:
        votes = [figure.value for figure in passage.figures if figure.unit == "votes" and figure.measure]
        if len(votes) == 3 and sum(votes) != _COUNCIL_SEATS:  # noqa: PLR2004 - for, against, abstained
            return False
    return True
