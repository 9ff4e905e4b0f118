"""One text with everything that rules ask about: sentences, concepts, figures, dates and names, by token."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from watchers.extract.calendar import CalendarReader
from watchers.extract.days import DateMention
from watchers.extract.names import Entity, NameReader
from watchers.extract.phrases import Phrases
from watchers.extract.quantities import Figure, QuantityReader
from watchers.extract.sentences import Sentence
from watchers.extract.tables import Lexicon
from watchers.extract.tokens import Token

Span = tuple[int, int]
HEADCOUNTS = frozenset({"police", "military", "civilian", "personnel", "people", "children"})
_VOTES = ("votes_for", "votes_against", "votes_abstained")


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence with its annotations. Token numbers are the text's own."""

    sentence: Sentence
    concepts: dict[str, list[Span]]
    figures: list[Figure]
    dates: list[DateMention]
    entities: list[Entity]

    def spans(self, what: str) -> list[Span]:
        """Return where the sentence has a concept, `@kind` of name, `#sort` or `#unit` of figure, or `#date`."""
        if what == "@foreign":
            return [(entity.first, entity.last) for entity in self.entities if entity.foreign]
        if what.startswith("@"):
            return [
                (entity.first, entity.last) for entity in self.entities if entity.kind in _kinds(what[1:])
            ]
        if what in {"#date", "#period", "#duration"}:
            role = "" if what == "#date" else what[1:]
            return [(date.first, date.last) for date in self.dates if not role or date.role == role]
        if what.startswith("#"):
            return [(figure.first, figure.last) for figure in self.figures if fits(figure, what[1:])]
        return self.concepts.get(what, [])


def _kinds(kind: str) -> tuple[str, ...]:
    return ("state", "demonym", "seat") if kind == "country" else (kind,)


def fits(figure: Figure, accepted: str) -> bool:
    """Whether a figure is of the sort (`money`, `percent`, `bare`), unit, or class (`headcount`) named."""
    if accepted == "headcount":
        return figure.unit in HEADCOUNTS
    return accepted in {figure.sort, figure.unit}


@dataclass(frozen=True, slots=True)
class Annotated:
    """The whole text, annotated. `names` holds each name once, where it stands first."""

    text: str
    language: str
    tokens: tuple[Token, ...]
    passages: tuple[Passage, ...]
    names: tuple[Entity, ...]
    _shown: dict[str, bool] = field(default_factory=dict)

    def shows(self, what: str) -> bool:
        """Whether any sentence shows a concept, name or figure (as `Passage.spans` spells it)."""
        if what not in self._shown:
            self._shown[what] = any(passage.spans(what) for passage in self.passages)
        return self._shown[what]

    def folded(self, place: int) -> str:
        """Return the folded word at a token number, or nothing beyond the text."""
        return self.tokens[place].folded if 0 <= place < len(self.tokens) else ""


@dataclass(frozen=True, slots=True)
class Annotator:
    """Everything compiled for one language."""

    lexicon: Lexicon
    concepts: Phrases[str]
    calendar: CalendarReader
    quantities: QuantityReader
    names: NameReader

    def annotate(self, text: str, tokens: tuple[Token, ...], parts: tuple[Sentence, ...]) -> Annotated:
        """Annotate the text sentence by sentence, so that nothing spans two sentences."""
        passages = tuple(self._passage(text, tokens, part) for part in parts)
        everyone = (entity for passage in passages for entity in passage.entities)
        distinct = {(entity.kind, entity.canonical): entity for entity in reversed(list(everyone))}
        names = tuple(sorted(distinct.values(), key=lambda entity: entity.first))
        return Annotated(text, self.lexicon.language, tokens, passages, names)

    def _passage(self, text: str, tokens: tuple[Token, ...], part: Sentence) -> Passage:
        window = tokens[part.first : part.last + 1]
        base = part.first
        concepts: dict[str, list[Span]] = {}
        for hit in self.concepts.find(window):
            concepts.setdefault(hit.payload, []).append((hit.first + base, hit.last + base))
        dates = self.calendar.read(window)
        taken = [False] * len(window)
        for date in dates:
            if date.role not in {"duration", "after"}:
                taken[date.first : date.last + 1] = [True] * (date.last + 1 - date.first)
        figures, votes = self.quantities.read(text, window, taken), _votes(window)
        figures = votes + [f for f in figures if not any(v.first <= f.first <= v.last for v in votes)]
        entities = self.names.read(window)
        figures = [_peopled(figure, entities, window) for figure in figures]
        return Passage(
            part,
            concepts,
            [replace(f, first=f.first + base, last=f.last + base, lead=f.lead + base) for f in figures],
            [replace(d, first=d.first + base, last=d.last + base) for d in dates],
            [replace(e, first=e.first + base, last=e.last + base) for e in entities],
        )


def _peopled(figure: Figure, entities: list[Entity], window: tuple[Token, ...]) -> Figure:
    """Read "24 Jamaicans" as a headcount: a demonym in the plural after a bare number counts people."""
    if figure.sort != "bare":
        return figure
    for entity in entities:
        plural = window[entity.last].folded.endswith("s")
        if entity.kind == "demonym" and plural and figure.last < entity.first <= figure.last + 2:
            unit = "personnel" if entity.foreign else "people"
            return replace(figure, sort="count", unit=unit, last=entity.last)
    return figure


def _votes(window: tuple[Token, ...]) -> list[Figure]:
    """Read a vote printed as 13-0-2: for, against, abstained."""
    found = []
    for at in range(len(window) - 4):
        five = window[at : at + 5]
        marks = five[1].surface in "-–" and five[3].surface in "-–"
        if not marks or not all(five[n].surface.isdecimal() and len(five[n].surface) <= 2 for n in (0, 2, 4)):  # noqa: PLR2004
            continue
        for n, measure in zip((0, 2, 4), _VOTES, strict=True):
            value = Decimal(five[n].surface)
            found.append(
                Figure(
                    sort="count",
                    value=value,
                    first=at + n,
                    last=at + n,
                    lead=at + n,
                    unit="votes",
                    measure=measure,
                )
            )
    return found
