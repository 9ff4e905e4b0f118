"""Words, figures and marks of a text with their offsets: what every later stage reads."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# One alternative a class of characters and no nesting, so that hostile text costs linear time.
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
# Typographic apostrophes, hyphens and quotation marks, by code point, to the plain mark that phrases are written with.
_SAME = {
    0x2019: "'",
    0x2018: "'",
    0x02BC: "'",
    0x2010: "-",
    0x2011: "-",
    0x201C: '"',
    0x201D: '"',
    0xAB: '"',
    0xBB: '"',
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a run of digits or one mark: folded text, surface text and code-point offsets (end exclusive)."""

    folded: str
    surface: str
    start: int
    end: int

    @property
    def capital(self) -> bool:
        """Whether the surface begins with a capital letter."""
        return self.surface[:1].isupper()


@lru_cache(maxsize=65_536)
def fold(word: str) -> str:
    """Return the word without case, accents and typographic variants of marks."""
    plain = unicodedata.normalize("NFD", word.translate(_SAME).casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def tokenise(text: str) -> tuple[Token, ...]:
    """Return the tokens of the text in order."""
    return tuple(
        Token(fold(found.group()), found.group(), found.start(), found.end())
        for found in _TOKEN.finditer(text)
    )
