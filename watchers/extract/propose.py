"""From an annotated text to its proposals: match, assign, compose, keep what is left, fold what repeats."""

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

import msgspec

from ledger.configuration import Configuration
from ledger.developments import Development, Status
from watchers.extract.annotate import HEADCOUNTS, Annotated, Passage
from watchers.extract.assign import Assigned, assign
from watchers.extract.cases_known import KnownCases
from watchers.extract.compose import Composer
from watchers.extract.dating import dates_of
from watchers.extract.evidence import span_of
from watchers.extract.figures import FigureWriter
from watchers.extract.found import Found
from watchers.extract.match import Matcher, Triggered
from watchers.extract.merge import Proposal, merged
from watchers.extract.phrases import Phrases
from watchers.extract.quantities import Figure
from watchers.extract.reading import Reading
from watchers.extract.sanity import votes_add_up
from watchers.extract.slots import Selectors
from watchers.extract.speakers import agency_of
from watchers.extract.tables import Lexicon, Tables

_FALLBACK = "figure.untyped"
_UNSURE = Decimal("0.30")
_KINDS_MAX = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposer:
    """Everything compiled that turns annotations into proposals."""

    matcher: Matcher
    composer: Composer
    cases: KnownCases
    agencies: Phrases[str]
    heads: dict[str, Phrases[str]]

    def propose(self, annotated: Annotated, lexicon: Lexicon, published: date | None) -> list[Proposal]:
        """Return the proposals in the order of the text, each with its likeliest kinds."""
        reading = Reading(
            annotated=annotated,
            lexicon=lexicon,
            published=published,
            case=self.cases.of(annotated),
            agency=agency_of(annotated, self.agencies),
            votes_add_up=votes_add_up(annotated),
            heads=self.heads[annotated.language],
        )
        proposals = [one for passage in annotated.passages for one in self._of_passage(reading, passage)]
        return [_with_origin(proposal, reading.agency) for proposal in merged(proposals)]

    def _of_passage(self, reading: Reading, passage: Passage) -> list[Proposal]:
        fired = self.matcher.triggered(reading.annotated, passage)
        standing, left = assign(reading.annotated, passage, fired)
        kinds = _ranked(standing, fired)
        proposals: list[Proposal] = []
        for one in standing:
            figures: list[Figure | None] = [*one.figures] or [None]
            for figure in figures:
                made = self.composer.compose(reading, passage, one.fired, figure)
                if not made and figure is not None:
                    left.append(figure)
                proposals.extend((found, _top(found, kinds)) for found in made)
        for figure in sorted(left, key=lambda figure: figure.first):
            if figure.sort == "money" or figure.unit in HEADCOUNTS or figure.unit == "votes":
                found = self._untyped(reading, passage, figure, fired)
                proposals.append((found, _top(found, kinds)))
        return proposals

    def _untyped(self, reading: Reading, passage: Passage, figure: Figure, fired: list[Triggered]) -> Found:
        """Keep an amount of money, a headcount or a vote that no rule typed as a `figure`."""
        writer, annotated = self.composer.figures, reading.annotated
        money = figure.sort == "money"
        vote = figure.unit == "votes"
        dated = None
        if vote and fired:
            dated = dates_of(annotated, passage, fired[0], Status.OCCURRED, reading.published).occurred
        development = Development(
            kind="figure",
            occurred=dated,
            actor=self.composer.selectors.cast.council if vote else None,
            money=writer.money(annotated, figure, None) if money else None,
            count=None if money else writer.count(annotated, figure, figure.unit or "people"),
            measure=figure.measure,
        )
        start, end = span_of(annotated, ((figure.lead, figure.last),))
        flags = ("votes_do_not_sum",) if vote and not reading.votes_add_up else ()
        return Found(
            development=development, start=start, end=end, rule=_FALLBACK, confidence=_UNSURE, flags=flags
        )


def proposer(
    configuration: Configuration, tables: Tables, matcher: Matcher, selectors: Selectors
) -> Proposer:
    """Compile a proposer from the configuration and its data files."""
    agencies = Phrases[str]()
    for agency, written in tables.gazetteer.agencies.items():
        agencies.add_all(written, agency)
    heads: dict[str, Phrases[str]] = {}
    for language, lexicon in tables.lexicons.items():
        heads[language] = Phrases[str]()
        heads[language].add_all(lexicon.person_heads, "head")
    dollars = {country.code: country.dollar for country in tables.gazetteer.countries if country.dollar}
    return Proposer(
        matcher=matcher,
        composer=Composer(selectors, FigureWriter(dollars), tables.gazetteer.resolutions),
        cases=KnownCases.build(configuration.cases),
        agencies=agencies,
        heads=heads,
    )


def _ranked(standing: list[Assigned], fired: list[Triggered]) -> list[str]:
    kinds = [one.fired.rule.kind for one in standing]
    kinds += [one.rule.kind for one in sorted(fired, key=lambda one: -one.rule.priority)]
    return list(dict.fromkeys(kinds))


def _top(found: Found, kinds: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((found.development.kind, *kinds)))[:_KINDS_MAX]


def _with_origin(proposal: Proposal, agency: str | None) -> Proposal:
    """Name the origin that independence is counted by: the agency credited, else the speaker."""
    found, kinds = proposal
    origin = agency or found.development.speaker
    return replace(found, development=msgspec.structs.replace(found.development, origin=origin)), kinds
