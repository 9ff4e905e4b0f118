"""Where sentences begin and end, in tokens."""

from collections.abc import Sequence
from dataclasses import dataclass

from watchers.extract.tokens import Token

_ENDS = frozenset(".!?")
# A bound for text without full stops: what is quadratic in a sentence stays linear in the text.
_TOKENS_MAX = 160
_CLOSERS = frozenset("\"')]”»’")
# A full stop after these does not end a sentence.
_ABBREVIATIONS = frozenset(
    [
        "mr",
        "mrs",
        "ms",
        "dr",
        "gen",
        "col",
        "lt",
        "sgt",
        "sen",
        "rep",
        "st",
        "no",
        "vs",
        "jr",
        "sr",
        "u",
        "s",
        "e",
        "g",
        "i",
        "p",
        "a",
        "m",
        "n",
        "jan",
        "feb",
        "mar",
        "apr",
        "aug",
        "sept",
        "sep",
        "oct",
        "nov",
        "dec",
        "art",
        "approx",
        "inc",
        "ltd",
        "mme",
        "mlle",
        "sra",
        "sr",
    ]
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """Tokens `first` to `last` (inclusive) of the text; `title` when it stands in the title line."""

    first: int
    last: int
    title: bool


def sentences(text: str, tokens: Sequence[Token]) -> tuple[Sentence, ...]:
    """Split into sentences: at a line feed, and after . ! ? where a new sentence seems to begin, and after 160 tokens."""
    title_end = text.find("\n")
    found: list[Sentence] = []
    first = 0
    for place, token in enumerate(tokens):
        last = place == len(tokens) - 1
        if last or place - first >= _TOKENS_MAX or _ends(text, tokens, place):
            found.append(Sentence(first, place, token.start < title_end))
            first = place + 1
    return tuple(found)


def _ends(text: str, tokens: Sequence[Token], place: int) -> bool:
    token, after = tokens[place], tokens[place + 1]
    between = text[token.end : after.start]
    if "\n" in between:
        return True
    if not between:
        return False
    mark = token
    if token.surface in _CLOSERS and place:
        mark = tokens[place - 1]
    if mark.surface not in _ENDS:
        return False
    if mark.surface == "." and _abbreviates(tokens, place):
        return False
    return not after.surface[:1].islower()


def _abbreviates(tokens: Sequence[Token], place: int) -> bool:
    before = tokens[place - 1] if place else None
    if before is None or before.end != tokens[place].start:
        return False
    return before.folded in _ABBREVIATIONS and (before.capital or len(before.folded) == 1)
