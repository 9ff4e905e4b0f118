"""States, people, bodies and places in a text, under their canonical names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.configuration import Name
from watchers.extract.phrases import Hit, Phrases
from watchers.extract.tables import Gazetteer
from watchers.extract.tokens import Token

_SHORT = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a written form stands for. `kind` is a configured name's kind, or `state`, `demonym` or `seat`."""

    canonical: str
    kind: str
    country: str | None = None
    exact: str | None = None
    capital: bool = True
    configured: bool = False
    foreign: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A name in the text: tokens `first` to `last` (inclusive) and what it stands for."""

    first: int
    last: int
    canonical: str
    kind: str
    country: str | None
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class NameReader:
    """Finds configured names and states."""

    phrases: Phrases[Known]

    def read(self, tokens: Sequence[Token]) -> list[Entity]:
        """Return the entities in order; the longest wins, then a configured name; none overlap."""
        hits = [hit for hit in self.phrases.find(tokens) if _fits(tokens, hit)]
        hits.sort(key=lambda hit: (hit.first - hit.last, not hit.payload.configured, hit.first))
        taken = [False] * len(tokens)
        found = []
        for hit in hits:
            if any(taken[hit.first : hit.last + 1]):
                continue
            taken[hit.first : hit.last + 1] = [True] * (hit.last + 1 - hit.first)
            known = hit.payload
            found.append(
                Entity(
                    first=hit.first,
                    last=hit.last,
                    canonical=known.canonical,
                    kind=known.kind,
                    country=known.country,
                    foreign=known.foreign,
                )
            )
        return sorted(found, key=lambda entity: entity.first)


def _fits(tokens: Sequence[Token], hit: Hit[Known]) -> bool:
    """Whether capitals agree: abbreviations exactly, names by their first letter, demonyms anyhow."""
    known = hit.payload
    if known.exact is not None:
        return "".join(token.surface for token in tokens[hit.first : hit.last + 1]) == known.exact
    return not known.capital or any(token.capital for token in tokens[hit.first : hit.last + 1])


def name_reader(names: Iterable[Name], gazetteer: Gazetteer, host: str | None) -> NameReader:
    """Build the reader from configured names, which win, and the gazetteer; `host` is the host state's code."""
    phrases = Phrases[Known]()
    for name in names:
        for alias in dict.fromkeys((name.canonical, *name.aliases)):
            known = Known(
                canonical=name.canonical,
                kind=name.kind,
                country=name.country,
                exact=_exact(alias),
                capital=alias != alias.lower(),
                configured=True,
            )
            phrases.add(alias, known)
    for country in gazetteer.countries:
        for kind, listed in (
            ("state", country.names),
            ("demonym", country.demonyms),
            ("seat", country.seats),
        ):
            for written in listed:
                known = Known(
                    canonical=country.code,
                    kind=kind,
                    country=country.code,
                    exact=_exact(written),
                    capital=kind != "demonym",
                    foreign=country.code != host,
                )
                phrases.add(written, known)
    return NameReader(phrases)


def _exact(written: str) -> str | None:
    """Return the letters to find unchanged for a short abbreviation ("US" is not "us"), else None."""
    letters = written.replace(".", "").replace(" ", "")
    return written.replace(" ", "") if letters.isupper() and len(letters) <= _SHORT else None
