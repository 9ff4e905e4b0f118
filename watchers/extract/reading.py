"""One reading of one text: what stays the same from sentence to sentence."""

from dataclasses import dataclass
from datetime import date

from watchers.extract.annotate import Annotated
from watchers.extract.phrases import Phrases
from watchers.extract.tables import Lexicon


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The text, the day of publication (None if unknown), and what was found out about the whole.

    `case` is the configured legal case that it concerns, `agency` the news agency it credits, `votes_add_up` false
    where a council's votes do not sum to fifteen, `heads` the phrases for officials in its language.
    """

    annotated: Annotated
    lexicon: Lexicon
    published: date | None
    case: str | None
    agency: str | None
    votes_add_up: bool
    heads: Phrases[str]
