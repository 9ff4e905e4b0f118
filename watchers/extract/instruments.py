"""The instrument that a sentence names: a resolution as S/RES/2699 (2023), a petition by its number."""

import re
from collections.abc import Mapping
from datetime import date

from watchers.extract.annotate import Annotated, Passage

_RESOLUTION = re.compile(
    r"(?:S/RES/|(?:[Rr]esolution|[Rr]ésolution|[Rr]esolución|[Rr]ezolisyon|[Aa]zimio)s? (?:[Nn]o\.? |namba )?)"
    r"(\d{3,4})(?: ?\((\d{4})\)| of (\d{4}))?(?!\d)"
)
_PETITION = re.compile(r"[Pp]etition (?:[Nn]o\.? )?([A-Z]?\d{1,4}) (?:of|/) ?(\d{4})(?!\d)")


def instrument_of(
    annotated: Annotated, passage: Passage, published: date | None, firsts: Mapping[str, int]
) -> str | None:
    """Return the instrument, in the United Nations' own form for a resolution.

    `firsts` gives the first resolution number of each year; a number beyond the last known year takes its year
    from the text only.
    """
    tokens = annotated.tokens
    words = annotated.text[tokens[passage.sentence.first].start : tokens[passage.sentence.last].end]
    if found := _RESOLUTION.search(words):
        number = int(found.group(1))
        year = found.group(2) or found.group(3) or _year(number, published, firsts)
        return f"S/RES/{number} ({year})" if year else f"S/RES/{number}"
    if found := _PETITION.search(words):
        return f"Petition {found.group(1)} of {found.group(2)}"
    return None


def _year(number: int, published: date | None, firsts: Mapping[str, int]) -> str | None:
    years = sorted(firsts)
    begun = [year for year in years if firsts[year] <= number]
    if not begun:
        return None
    if begun[-1] == years[-1] and published is not None and published.year > int(years[-1]):
        return None
    return begun[-1]
