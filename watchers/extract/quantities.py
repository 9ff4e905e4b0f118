"""Money, counts and percentages with their approximation, unit and the words that give them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ledger.developments import Approx
from watchers.extract.numerals import Numeral, NumeralReader
from watchers.extract.phrases import Hit, Phrases
from watchers.extract.tables import Gazetteer, Lexicon
from watchers.extract.tokens import Token, fold

_REACH = 5
_YEARS = range(1900, 2101)
DOLLAR = "dollar"
TIME_UNITS = frozenset({"days", "weeks", "months", "years"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure: tokens `first` to `last` (inclusive, with its unit), value, and what it counts.

    `sort` is money, count, percent or bare (a number whose unit the text leaves open). `open_dollar` says that the
    text printed a plain dollar.
    """

    sort: str
    value: Decimal
    first: int
    last: int
    approx: Approx = Approx.EXACT
    maximum: Decimal | None = None
    unit: str | None = None
    currency: str | None = None
    open_dollar: bool = False
    lead: int = 0
    measure: str | None = None


@dataclass(frozen=True, slots=True)
class QuantityReader:
    """Reads quantities in one language."""

    lexicon: Lexicon
    numerals: NumeralReader
    symbols: dict[str, str]
    currencies: Phrases[str]
    units: Phrases[str]
    approx: Phrases[str]

    def read(self, text: str, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Figure]:
        """Return every figure whose tokens no date has taken."""
        numerals = [n for n in self.numerals.read(text, tokens) if not any(taken[n.first : n.last + 1])]
        currency = {hit.first: hit for hit in self.currencies.find(tokens)}
        units: dict[int, Hit[str]] = {}
        for hit in self.units.find(tokens):
            if hit.first not in units or hit.last > units[hit.first].last:
                units[hit.first] = hit
        leads: dict[int, list[Hit[str]]] = {}
        for hit in self.approx.find(tokens):
            leads.setdefault(hit.last, []).append(hit)
        number_at = {n.first: n for n in numerals}
        figures = [self._figure(tokens, n, currency, units, number_at) for n in numerals]
        return _ranged(
            [self._qualified(tokens, f, leads) for f in figures if f is not None], self.lexicon, tokens
        )

    def _figure(
        self,
        tokens: Sequence[Token],
        numeral: Numeral,
        currency: dict[int, Hit[str]],
        units: dict[int, Hit[str]],
        numbers: dict[int, Numeral],
    ) -> Figure | None:
        money = self._money(tokens, numeral, currency)
        if money is not None:
            return money
        after = numeral.last + 1
        if after < len(tokens) and (tokens[after].folded == "%" or _percent(tokens, after)):
            last = after if tokens[after].folded in {"%", "percent"} else after + 1
            return Figure(sort="percent", value=numeral.value, first=numeral.first, last=last, unit="percent")
        unit = self._unit(tokens, numeral, units, numbers)
        if unit is not None:
            first, last = min(numeral.first, unit.first), max(numeral.last, unit.last)
            return Figure(sort="count", value=numeral.value, first=first, last=last, unit=unit.payload)
        if _yearlike(tokens, numeral) or _labelled(tokens, numeral) or numeral.value != int(numeral.value):
            return None
        if numeral.worded and numeral.value < 2:  # noqa: PLR2004 - "one" alone is a pronoun
            return None
        return Figure(sort="bare", value=numeral.value, first=numeral.first, last=numeral.last)

    def _money(
        self, tokens: Sequence[Token], numeral: Numeral, currency: dict[int, Hit[str]]
    ) -> Figure | None:
        first, code = self._symbol(tokens, numeral.first)
        last = numeral.last
        after = last + 1
        if after < len(tokens) and tokens[after].folded in {"de", "d", "of", "in"}:
            after += 2 if after + 1 < len(tokens) and tokens[after + 1].folded == "'" else 1
        if after in currency and (code is None or code == DOLLAR):
            code, last = currency[after].payload, currency[after].last
        elif (
            code is None
            and after < len(tokens)
            and tokens[after].folded in self.symbols
            and tokens[after].surface in "€£$"
        ):
            code, last = self.symbols[tokens[after].folded], after
        elif code is None and self.lexicon.unit_first:
            before = next((hit for hit in currency.values() if hit.last == numeral.first - 1), None)
            if before is not None:
                code, first = before.payload, before.first
        if code is None:
            return None
        money = Figure(sort="money", value=numeral.value, first=first, last=last, currency=code)
        return replace(money, currency="USD", open_dollar=True) if code == DOLLAR else money

    def _symbol(self, tokens: Sequence[Token], first: int) -> tuple[int, str | None]:
        """Return where a currency mark before the number begins, and its code; the longest mark wins."""
        mark, code, begin = "", None, first
        for back in range(first - 1, max(first - 5, -1), -1):
            glued = tokens[back].end == tokens[back + 1].start
            if not glued and back != first - 1:
                break
            mark = tokens[back].folded + mark
            if mark in self.symbols and (len(mark) > 1 or not mark.isalpha()):
                code, begin = self.symbols[mark], back
        return begin, code

    def _unit(
        self,
        tokens: Sequence[Token],
        numeral: Numeral,
        units: dict[int, Hit[str]],
        numbers: dict[int, Numeral],
    ) -> Hit[str] | None:
        if self.lexicon.unit_first:
            for hit in units.values():
                if hit.last == numeral.first - 1:
                    return hit
        for place in range(numeral.last + 1, min(numeral.last + 1 + _REACH, len(tokens))):
            if place in units:
                return units[place]
            token = tokens[place]
            if place in numbers or not self._between(token):
                return None
        return None

    def _between(self, token: Token) -> bool:
        """Whether the word may stand between a number and its noun: adjectives may, verbs and prepositions not."""
        if token.folded in self.lexicon.between or token.surface in {"-", '"', "'", "“", "”", "s"}:
            return True
        return token.surface.isalpha() and token.folded not in self.lexicon.stopwords

    def _qualified(self, tokens: Sequence[Token], figure: Figure, leads: dict[int, list[Hit[str]]]) -> Figure:
        lead = figure.first
        for skip in (1, 2):
            skipped = skip == 1 or (
                figure.first >= skip
                and tokens[figure.first - 1].folded
                in {"a", "the", "de", "d", "les", "l", "los", "another", "some"}
            )
            hits = leads.get(figure.first - skip) if skipped else None
            if hits:
                longest = min(hits, key=lambda hit: hit.first)
                return replace(figure, approx=Approx(longest.payload), lead=longest.first)
        if figure.last + 1 < len(tokens) and tokens[figure.last + 1].folded == "+":
            return replace(figure, approx=Approx.AT_LEAST, lead=lead)
        return replace(figure, lead=lead)


def _percent(tokens: Sequence[Token], place: int) -> bool:
    pair = tuple(token.folded for token in tokens[place : place + 2])
    return pair[:1] == ("percent",) or pair in {
        ("per", "cent"),
        ("pour", "cent"),
        ("por", "ciento"),
        ("pou", "san"),
    }


def _yearlike(tokens: Sequence[Token], numeral: Numeral) -> bool:
    plain = not numeral.worded and not numeral.scaled and numeral.first == numeral.last
    return plain and len(tokens[numeral.first].surface) == 4 and int(numeral.value) in _YEARS  # noqa: PLR2004 - four digits make a year


def _labelled(tokens: Sequence[Token], numeral: Numeral) -> bool:
    """Whether the number names something (Resolution 2699, E389, 2-0, 11:30) rather than counts it."""
    before = tokens[numeral.first - 1] if numeral.first else None
    after = tokens[numeral.last + 1] if numeral.last + 1 < len(tokens) else None
    names = {
        "resolution",
        "resolutions",
        "resolucion",
        "azimio",
        "rezolisyon",
        "article",
        "chapter",
        "chapitre",
        "no",
        "n",
        "number",
        "petition",
        "e",
        "s",
        "res",
        "page",
        "age",
        "aged",
        "phase",
        "channel",
        "covid",
        "flight",
        "group",
    }
    if before is not None and (
        before.folded in names
        or (
            before.surface in {"/", ":", "-", "#", "=", "_", "x"}
            and before.end == tokens[numeral.first].start
        )
    ):
        return True
    return (
        after is not None
        and after.start == tokens[numeral.last].end
        and after.surface in {"/", ":", "-", "_", "="}
    )


def _ranged(figures: list[Figure], lexicon: Lexicon, tokens: Sequence[Token]) -> list[Figure]:
    """Join "200 to 400 officers" and "$5-7 million" into one figure with a maximum."""
    joined: list[Figure] = []
    for figure in figures:
        low = joined[-1] if joined else None
        link = tokens[low.last + 1].folded if low is not None and low.last + 2 == figure.first else ""
        if (
            low is not None
            and (link in lexicon.ranges or _between(tokens, low, link))
            and low.sort == "bare"
            and figure.sort in {"count", "money"}
        ):
            value = low.value * 10**6 if figure.value >= 10**6 > low.value * 10**3 else low.value
            rises = low.first and tokens[low.first - 1].folded in {"from", "de", "desde", "soti"}
            if value < figure.value and not rises:
                joined[-1] = replace(
                    figure,
                    value=value,
                    maximum=figure.value,
                    first=low.first,
                    lead=low.lead,
                    approx=low.approx,
                )
                continue
        joined.append(figure)
    return joined


def quantity_reader(lexicon: Lexicon, gazetteer: Gazetteer) -> QuantityReader:
    """Build the reader of one language from its tables."""
    numerals = NumeralReader(lexicon, _folded(lexicon.numbers), _folded(lexicon.scales))
    currencies, units, approx = Phrases[str](), Phrases[str](), Phrases[str]()
    for index, table in ((currencies, lexicon.currencies), (units, lexicon.units), (approx, lexicon.approx)):
        for name, phrases in table.items():
            index.add_all(phrases, name)
    symbols = {fold(mark): code for mark, code in gazetteer.symbols.items()}
    return QuantityReader(lexicon, numerals, symbols, currencies, units, approx)


def _folded(words: dict[str, int]) -> dict[str, int]:
    return {fold(word): value for word, value in words.items()}


def _between(tokens: Sequence[Token], low: Figure, link: str) -> bool:
    """Whether the figures stand in "between 200 and 400"."""
    before = tokens[low.first - 1].folded if low.first else ""
    return before in {"between", "entre", "kati"} and link in {"and", "et", "y", "ak", "na"}
