"""Figures and number words: `1,617`, `1 617`, `67.9m`, `two dozen`, `six cents`, `milioni 300`."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from watchers.extract.tables import Lexicon
from watchers.extract.tokens import Token

_GROUP = 3
_MIL = 1000
_WORDS_MAX = 12
_DIGITS_MAX = 15
_VALUE_MAX = 10**_DIGITS_MAX
_HARD_SPACES = "\u00a0\u202f\u2009"
_SUFFIXES = {"m": 10**6, "mn": 10**6, "mln": 10**6, "bn": 10**9, "b": 10**9, "k": 10**3}
_MARKS = frozenset(",.'")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numeral:
    """A number, its tokens (inclusive), whether it was written in words and whether a scale word multiplied it."""

    value: Decimal
    first: int
    last: int
    worded: bool
    scaled: bool = False


@dataclass(frozen=True, slots=True)
class NumeralReader:
    """Reads numerals in one language."""

    lexicon: Lexicon
    words: dict[str, int]
    scales: dict[str, int]

    def read(self, text: str, tokens: Sequence[Token]) -> list[Numeral]:
        """Return every numeral in order; none overlap."""
        found: list[Numeral] = []
        place = 0
        while place < len(tokens):
            numeral = self._at(text, tokens, place)
            if numeral is None:
                place += 1
            else:
                found.append(numeral)
                place = numeral.last + 1
        return found

    def _at(self, text: str, tokens: Sequence[Token], place: int) -> Numeral | None:
        token = tokens[place]
        if token.surface.isdecimal():
            return self._digits(text, tokens, place)
        if token.folded in self.words or token.folded in self.scales:
            return self._worded(tokens, place)
        return None

    def _digits(self, text: str, tokens: Sequence[Token], place: int) -> Numeral | None:
        glued = (
            place
            and tokens[place - 1].end == tokens[place].start
            and tokens[place - 1].surface[-1:].isalpha()
        )
        glued_name = glued and tokens[place - 1].folded not in {
            "m",
            "c",
            "us",
            "sh",
            "ksh",
            "usd",
            "cad",
            "eur",
        }
        groups = [tokens[place].surface]
        marks: list[str] = []
        last = place
        while (mark := self._joint(text, tokens, last, groups)) is not None:
            last += 1 if mark == " " else 2
            groups.append(tokens[last].surface)
            marks.append(mark)
        if glued_name or sum(map(len, groups)) > _DIGITS_MAX:
            return None
        value = self._value(groups, marks)
        return (
            None
            if value is None
            else self._scaled(tokens, Numeral(value=value, first=place, last=last, worded=False))
        )

    def _joint(self, text: str, tokens: Sequence[Token], last: int, groups: list[str]) -> str | None:
        """Return the mark that joins the group after `last` to the number, or None."""
        if len(groups) > _GROUP + 2 or last + 1 >= len(tokens):
            return None
        after = tokens[last + 1]
        gap = text[tokens[last].end : after.start]
        if after.surface.isdecimal():
            spaced = gap in _HARD_SPACES or (gap == " " and self.lexicon.spaced)
            fits = (
                len(after.surface) == _GROUP
                and len(groups[0]) <= _GROUP
                and all(len(g) == _GROUP for g in groups[1:])
            )
            return " " if gap and spaced and fits else None
        if gap or after.folded not in _MARKS or last + 2 >= len(tokens):
            return None
        following = tokens[last + 2]
        return after.folded if following.start == after.end and following.surface.isdecimal() else None

    def _value(self, groups: list[str], marks: list[str]) -> Decimal | None:
        """Read groups of digits: a mark before exactly three digits groups thousands unless it must be decimal."""
        whole, decimals = groups[0], ""
        for at, (mark, group) in enumerate(zip(marks, groups[1:], strict=True)):
            final = at == len(marks) - 1
            other = bool(marks[:-1]) and mark != marks[0]
            grouping = (
                len(group) == _GROUP
                and len(groups[0]) <= _GROUP
                and groups[0] != "0"
                and not (final and other)
            )
            if grouping:
                whole += group
            elif final and mark in {",", "."}:
                decimals = group
            else:
                return None
        return Decimal(f"{whole}.{decimals}" if decimals else whole)

    def _scaled(self, tokens: Sequence[Token], plain: Numeral) -> Numeral | None:
        """Take a following scale (`million`, `m`) into the number; an ordinal or a code is no number."""
        at = plain.last + 1
        value, last, scaled = plain.value, plain.last, False
        if at < len(tokens):
            glued = tokens[at].start == tokens[at - 1].end
            word = tokens[at].folded
            if glued and word.isalpha():
                if word not in _SUFFIXES:
                    return None
                return Numeral(
                    value=_undo(tokens, plain) * _SUFFIXES[word],
                    first=plain.first,
                    last=at,
                    worded=False,
                    scaled=True,
                )
            while at < len(tokens) and (word := tokens[at].folded) in self.scales and self.scales[word] > 100:  # noqa: PLR2004 - "200 hundred" is no number
                value = (_undo(tokens, plain) if not scaled else value) * self.scales[word]
                last, scaled, at = at, True, at + 1
            if not scaled and at < len(tokens) and tokens[at].folded in {"m", "mn", "bn"}:
                return Numeral(
                    value=_undo(tokens, plain) * _SUFFIXES[tokens[at].folded],
                    first=plain.first,
                    last=at,
                    worded=False,
                    scaled=True,
                )
        if (
            self.lexicon.unit_first
            and not scaled
            and plain.first
            and (scale := self.scales.get(tokens[plain.first - 1].folded))
        ):
            return Numeral(
                value=_undo(tokens, plain) * scale,
                first=plain.first - 1,
                last=last,
                worded=False,
                scaled=True,
            )
        return Numeral(value=value, first=plain.first, last=last, worded=False, scaled=scaled)

    def _worded(self, tokens: Sequence[Token], place: int) -> Numeral | None:
        """Compose number words: units and tens add, hundreds and thousands multiply."""
        total = current = 0
        last = at = place
        while at < len(tokens) and at - place < _WORDS_MAX:
            word = tokens[at].folded
            if word in self.words:
                current += self.words[word]
            elif word in self.scales:
                scale = self.scales[word]
                current = max(current, 1) * scale
                if scale > 100:  # noqa: PLR2004 - beyond hundreds a new group begins
                    total, current = total + current, 0
            elif at > place and self._joins(tokens, at):
                at += 1
                continue
            else:
                break
            last = at
            at += 1
        lone_scale = last == place and tokens[place].folded in self.scales
        if (lone_scale and not self._counts_alone(tokens, place)) or total + current > _VALUE_MAX:
            return None
        return Numeral(value=Decimal(total + current), first=place, last=last, worded=True)

    def _joins(self, tokens: Sequence[Token], at: int) -> bool:
        joint = tokens[at].folded
        follows = at + 1 < len(tokens) and (
            tokens[at + 1].folded in self.words or tokens[at + 1].folded in self.scales
        )
        return follows and (joint == "-" or joint in self.lexicon.joiners)

    def _counts_alone(self, tokens: Sequence[Token], place: int) -> bool:
        """Whether a lone scale is a number: "a thousand officers", "mil soldados"; never "million" or "hundreds"."""
        before = tokens[place - 1].folded if place else ""
        return before in {"a", "an", "yon", "un", "une"} or (
            self.lexicon.language in {"es", "fr"} and self.scales[tokens[place].folded] == _MIL
        )


def _undo(tokens: Sequence[Token], plain: Numeral) -> Decimal:
    """Return the number as decimal when one mark stands before three digits: 1.617 million is not 1617 million."""
    if plain.last == plain.first + 2 and tokens[plain.first + 1].folded in {",", "."}:
        return Decimal(f"{tokens[plain.first].surface}.{tokens[plain.last].surface}")
    return plain.value
