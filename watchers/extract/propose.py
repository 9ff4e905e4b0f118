"""From fired rules and their figures to developments with evidence."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import msgspec

from ledger.configuration import Configuration
from ledger.developments import Count, Development, Money, Status
from watchers.extract.annotate import HEADCOUNTS, Annotated, Passage, Span
from watchers.extract.assign import Assigned, assign
from watchers.extract.cases_known import KnownCases
from watchers.extract.dating import Dated, dates_of
from watchers.extract.evidence import span_of
from watchers.extract.found import Found
from watchers.extract.instruments import instrument_of
from watchers.extract.match import Matcher, Triggered, distance
from watchers.extract.merge import merged
from watchers.extract.phrases import Phrases
from watchers.extract.quantities import Figure
from watchers.extract.sanity import flags_of, votes_add_up
from watchers.extract.scene import Scene
from watchers.extract.slots import Selectors
from watchers.extract.speakers import agency_of, speaker_of
from watchers.extract.status import retold, status_of
from watchers.extract.tables import Lexicon, Tables

_MEASURE_REACH = 7
_FALLBACK = "figure.untyped"
Proposal = tuple[Found, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposer:
    """Everything compiled that turns annotations into proposals."""

    matcher: Matcher
    selectors: Selectors
    cases: KnownCases
    agencies: Phrases[str]
    heads: dict[str, Phrases[str]]
    dollars: dict[str, str]
    resolutions: dict[str, int]

    @classmethod
    def build(
        cls, configuration: Configuration, tables: Tables, matcher: Matcher, selectors: Selectors
    ) -> "Proposer":
        """Compile from the configuration and its data files."""
        agencies, heads = Phrases[str](), {}
        for agency, written in tables.gazetteer.agencies.items():
            agencies.add_all(written, agency)
        for language, lexicon in tables.lexicons.items():
            heads[language] = Phrases[str]()
            heads[language].add_all(lexicon.person_heads, "head")
        return cls(
            matcher=matcher,
            selectors=selectors,
            cases=KnownCases.build(configuration.cases),
            agencies=agencies,
            heads=heads,
            dollars={
                country.code: country.dollar for country in tables.gazetteer.countries if country.dollar
            },
            resolutions=tables.gazetteer.resolutions,
        )

    def propose(self, annotated: Annotated, lexicon: Lexicon, published: date | None) -> list[Proposal]:
        """Return the proposals in the order of the text, each with its likeliest kinds."""
        proposals: list[Proposal] = []
        for passage in annotated.passages:
            fired = self.matcher.triggered(annotated, passage)
            standing, left = assign(annotated, passage, fired)
            kinds = _ranked(standing, fired)
            for one in standing:
                figures: list[Figure | None] = [*one.figures] or [None]
                for figure in figures:
                    found = self._found(annotated, passage, one.fired, figure, (lexicon, published))
                    if found is not None:
                        ranked = tuple(dict.fromkeys((found.development.kind, *kinds)))[:3]
                        proposals.extend((voiced, ranked) for voiced in _voiced(passage, one.fired, found))
            proposals.extend(self._untyped(annotated, passage, left, (lexicon, published), kinds))
        origin = agency_of(annotated, self.agencies)
        return merged([_with_origin(proposal, origin) for proposal in proposals])

    def _found(
        self,
        annotated: Annotated,
        passage: Passage,
        fired: Triggered,
        figure: Figure | None,
        given: tuple[Lexicon, date | None],
    ) -> Found | None:
        lexicon, published = given
        rule = fired.rule
        span = (figure.lead, figure.last) if figure else None
        scene = Scene(annotated, passage, fired.trigger, span, lexicon)
        status = status_of(annotated, passage, fired)
        dated = dates_of(annotated, passage, fired, status, published)
        if status is Status.OCCURRED and rule.status is None and _lies_ahead(dated, published):
            status = Status.PLANNED
        actor = self.selectors.choose(scene, rule.actor)
        counted, victim = self._count(annotated, passage, fired, figure)
        target = self.selectors.choose(scene, rule.target)
        if any(not _has(need, actor, target) for need in rule.needs):
            return None
        development = Development(
            kind=rule.kind,
            status=status,
            occurred=dated.occurred,
            actor=actor,
            target=target,
            money=self._money(annotated, figure, actor),
            count=counted,
            measure=_measure(passage, fired, figure),
            place=self.selectors.place(scene),
            instrument=instrument_of(annotated, passage, published, self.resolutions)
            or _named_instrument(passage, fired),
            until=dated.until,
            outcome=rule.outcome,
            speaker=speaker_of(scene, self.heads[annotated.language]),
            about=rule.about,
            case=self.cases.of(annotated) if rule.kind.startswith("legal_") else None,
            retold=retold(annotated, passage, fired),
        )
        start, end = span_of(
            annotated, (fired.trigger, *fired.met, *((span,) if span else ()), *((victim,) if victim else ()))
        )
        flags = flags_of(passage, development, dated, published)
        if development.count and development.count.unit == "votes" and not votes_add_up(annotated):
            flags = tuple(sorted({*flags, "votes_do_not_sum"}))
        return Found(
            development=development,
            start=start,
            end=end,
            rule=rule.name,
            confidence=_confidence(fired, development, dated, flags),
            flags=flags,
        )

    def _count(
        self, annotated: Annotated, passage: Passage, fired: Triggered, figure: Figure | None
    ) -> tuple[Count | None, Span | None]:
        rule = fired.rule
        if figure is not None and figure.sort != "money":
            unit = rule.units.get(figure.unit or "bare", rule.units.get("*", figure.unit or "people"))
            return count_of(annotated, figure, unit), None
        spans = (span for what in rule.singular for span in passage.spans(what))
        victims = [span for span in spans if distance(span, fired.trigger) <= rule.singular_reach]
        if figure is None and victims:
            nearest = min(victims, key=lambda span: (distance(span, fired.trigger), span))
            unit = rule.unit or "people"
            return Count(n=1, unit=unit), nearest
        return None, None

    def _money(self, annotated: Annotated, figure: Figure | None, actor: str | None) -> Money | None:
        if figure is None or figure.sort != "money":
            return None
        currency = figure.currency
        if figure.open_dollar and self._own_dollar(annotated, actor):
            currency = None
        return Money(
            amount=_plain(figure.value),
            currency=currency,
            approx=figure.approx,
            max=None if figure.maximum is None else _plain(figure.maximum),
            words=words_of(annotated, figure),
        )

    def _own_dollar(self, annotated: Annotated, actor: str | None) -> bool:
        return actor in self.dollars and annotated.language != ""

    def _untyped(
        self,
        annotated: Annotated,
        passage: Passage,
        left: list[Figure],
        given: tuple[Lexicon, date | None],
        kinds: list[str],
    ) -> list[Proposal]:
        """Keep every amount of money, headcount and vote that no rule typed as a `figure`."""
        proposals: list[Proposal] = []
        for figure in left:
            if figure.sort != "money" and figure.unit not in HEADCOUNTS and figure.unit != "votes":
                continue
            money = self._money(annotated, figure, None)
            count = None if money else count_of(annotated, figure, figure.unit or "people")
            development = Development(kind="figure", money=money, count=count, measure=figure.measure)
            if figure.unit == "votes":
                development = self._vote(annotated, passage, figure, given)
            start, end = span_of(annotated, ((figure.first, figure.last),))
            flags = ("votes_do_not_sum",) if figure.unit == "votes" and not votes_add_up(annotated) else ()
            found = Found(
                development=development,
                start=start,
                end=end,
                rule=_FALLBACK,
                confidence=Decimal("0.30"),
                flags=flags,
            )
            proposals.append((found, tuple(dict.fromkeys(("figure", *kinds)))[:3]))
        return proposals

    def _vote(
        self, annotated: Annotated, passage: Passage, figure: Figure, given: tuple[Lexicon, date | None]
    ) -> Development:
        lexicon, published = given
        mention = passage.dates[0] if passage.dates else None
        fired = next(iter(self.matcher.triggered(annotated, passage)), None)
        dated = dates_of(annotated, passage, fired, Status.OCCURRED, published) if fired and mention else None
        scene = Scene(annotated, passage, (figure.first, figure.last), None, lexicon)
        return Development(
            kind="figure",
            occurred=dated.occurred if dated else None,
            actor=self.selectors.choose(scene, ("council",)),
            count=count_of(annotated, figure, "votes"),
            measure=figure.measure,
        )


def count_of(annotated: Annotated, figure: Figure, unit: str) -> Count:
    """Return the figure as a count; a fraction is cut (units are whole)."""
    return Count(
        n=int(figure.value),
        unit=unit,
        approx=figure.approx,
        max=None if figure.maximum is None else int(figure.maximum),
        words=words_of(annotated, figure),
    )


def _plain(value: Decimal) -> Decimal:
    """Return the amount without trailing zeros, so that 3.2 million is 3200000 however it was written."""
    return Decimal(int(value)) if value == int(value) else value.normalize()


def words_of(annotated: Annotated, figure: Figure) -> str:
    """Return the text's own words for the figure."""
    return annotated.text[annotated.tokens[figure.lead].start : annotated.tokens[figure.last].end]


def _voiced(passage: Passage, fired: Triggered, found: Found) -> list[Found]:
    """Give a statement to each person who makes it: "A and B both reaffirmed" is two."""
    actor = found.development.actor
    people = [e for e in passage.entities if e.kind == "person" and e.last < fired.trigger[0]]
    own = dict.fromkeys(e.canonical for e in people if actor in {e.canonical, e.country})
    if found.development.kind != "statement" or not own:
        return [found]
    return [
        replace(found, development=msgspec.structs.replace(found.development, speaker=name)) for name in own
    ]


def _lies_ahead(dated: Dated, published: date | None) -> bool:
    """Whether the date is after publication: what the text gives a coming day is not over, whatever its tense."""
    return dated.occurred is not None and published is not None and dated.occurred.first > published


def _measure(passage: Passage, fired: Triggered, figure: Figure | None) -> str | None:
    if figure is not None and figure.measure:
        return figure.measure
    anchor = (figure.first, figure.last) if figure else fired.trigger
    for concept, measure in fired.rule.measures.items():
        if any(distance(span, anchor) <= _MEASURE_REACH for span in passage.spans(concept)):
            return measure
    return fired.rule.measure


def _named_instrument(passage: Passage, fired: Triggered) -> str | None:
    named = [name for concept, name in fired.rule.instruments.items() if passage.spans(concept)]
    return named[0] if named else None


def _has(need: str, actor: str | None, target: str | None) -> bool:
    return (actor if need == "actor" else target) is not None


def _confidence(fired: Triggered, development: Development, dated: Dated, flags: tuple[str, ...]) -> Decimal:
    points = (
        fired.rule.confidence
        + (10 if dated.occurred else 0)
        + (5 if development.actor else 0)
        - 15 * len(flags)
    )
    return Decimal(max(5, min(points, 95))) / 100


def _ranked(standing: list[Assigned], fired: list[Triggered]) -> list[str]:
    kinds = [one.fired.rule.kind for one in standing]
    kinds += [one.rule.kind for one in sorted(fired, key=lambda one: -one.rule.priority)]
    return list(dict.fromkeys(kinds))


def _with_origin(proposal: Proposal, agency: str | None) -> Proposal:
    found, kinds = proposal
    origin = agency or found.development.speaker
    return replace(found, development=msgspec.structs.replace(found.development, origin=origin)), kinds
