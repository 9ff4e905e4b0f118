"""Finding many phrases among tokens at once.

A phrase is words between spaces: `arriv*` (any word that begins so), `sent|sends` (either), `...` (up to six words
between). Case and accents do not count. There is no other syntax, so no phrase can backtrack for long.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from watchers.extract.tokens import Token, tokenise

T = TypeVar("T")
_GAP_MAX = 6
_PREFIX_MAX = 32
_STOP = frozenset(".!?;")


@dataclass(frozen=True, slots=True)
class Word:
    """One place of a phrase: the words and the beginnings that fit, or a gap if there are neither."""

    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()

    @property
    def gap(self) -> bool:
        """Whether up to four words may stand here."""
        return not self.exact and not self.prefixes

    def fits(self, folded: str) -> bool:
        """Whether the folded word fits."""
        return folded in self.exact or (bool(self.prefixes) and folded.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class Hit(Generic[T]):
    """A phrase found: its payload and its first and last token (both inclusive)."""

    payload: T
    first: int
    last: int


def compile_phrase(phrase: str) -> tuple[Word, ...]:
    """Turn a phrase into places; raises ValueError for an empty one or one that begins or ends with a gap."""
    words: list[Word] = []
    for chunk in phrase.split():
        if chunk == "...":
            words.append(Word())
        else:
            words.extend(_places(chunk))
    if not words or words[0].gap or words[-1].gap:
        raise ValueError(f"a phrase needs a word at both ends: {phrase!r}")
    return tuple(words)


def _places(chunk: str) -> list[Word]:
    """Split what stands between two spaces into places: `police-led` is three, `sent|sends` one."""
    if "|" not in chunk and not chunk.endswith("*"):
        return [Word(exact=frozenset({token.folded})) for token in tokenise(chunk)]
    *before, _ = tokenise(chunk.split("|", maxsplit=1)[0].rstrip("*"))
    head = "".join(token.surface for token in before)
    exact: set[str] = set()
    prefixes: list[str] = []
    for choice in chunk.removeprefix(head).split("|"):
        folded = "".join(token.folded for token in tokenise(choice.rstrip("*")))
        if choice.endswith("*"):
            prefixes.append(folded)
        else:
            exact.add(folded)
    places = [Word(exact=frozenset({token.folded})) for token in before]
    return [*places, Word(exact=frozenset(exact), prefixes=tuple(prefixes))]


@dataclass(slots=True)
class Phrases(Generic[T]):
    """An index of phrases by their first word."""

    _exact: dict[str, list[tuple[tuple[Word, ...], T]]] = field(default_factory=dict)
    _prefix: dict[str, list[tuple[tuple[Word, ...], T]]] = field(default_factory=dict)
    _cache: dict[str, tuple[tuple[tuple[Word, ...], T], ...]] = field(default_factory=dict)

    def add(self, phrase: str, payload: T) -> None:
        """Add one phrase (ValueError if it is malformed)."""
        words = compile_phrase(phrase)
        for word in sorted(words[0].exact):
            self._exact.setdefault(word, []).append((words, payload))
        for prefix in words[0].prefixes:
            self._prefix.setdefault(prefix, []).append((words, payload))

    def add_all(self, phrases: Iterable[str], payload: T) -> None:
        """Add several phrases for one payload."""
        for phrase in phrases:
            self.add(phrase, payload)

    def find(self, tokens: Sequence[Token]) -> list[Hit[T]]:
        """Return every phrase found, by first token, then as added; the longest end of each."""
        hits = []
        for place, token in enumerate(tokens):
            for words, payload in self._starting(token.folded):
                last = _end(words, 1, tokens, place + 1)
                if last is not None:
                    hits.append(Hit(payload, place, last))
        return hits

    def _starting(self, folded: str) -> tuple[tuple[tuple[Word, ...], T], ...]:
        known = self._cache.get(folded)
        if known is None:
            found = list(self._exact.get(folded, ()))
            for length in range(1, min(len(folded), _PREFIX_MAX) + 1):
                found.extend(self._prefix.get(folded[:length], ()))
            known = tuple(found)
            if len(self._cache) < 50_000:  # noqa: PLR2004 - a bound against text of ever new words
                self._cache[folded] = known
        return known


def _end(words: tuple[Word, ...], at: int, tokens: Sequence[Token], place: int) -> int | None:
    """Return the last token of the phrase whose first `at` places are matched, or None."""
    while at < len(words):
        word = words[at]
        if word.gap:
            for skip in range(_GAP_MAX + 1):
                if (last := _end(words, at + 1, tokens, place + skip)) is not None:
                    return last
                if place + skip >= len(tokens) or tokens[place + skip].folded in _STOP:
                    return None
            return None
        if place >= len(tokens) or not word.fits(tokens[place].folded):
            return None
        at += 1
        place += 1
    return place - 1
