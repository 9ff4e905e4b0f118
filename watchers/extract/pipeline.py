"""The Extractor: one text in, proposals out. The same text and configuration give the same bytes, always."""

import hashlib
from dataclasses import replace
from datetime import date

import msgspec

from ledger.configuration import Configuration
from watchers.extract.annotate import Annotated, Annotator
from watchers.extract.calendar import calendar_reader
from watchers.extract.cast import cast_of
from watchers.extract.found import Extraction, Found
from watchers.extract.language import vote
from watchers.extract.match import matcher
from watchers.extract.names import name_reader
from watchers.extract.phrases import Phrases
from watchers.extract.propose import proposer
from watchers.extract.quantities import quantity_reader
from watchers.extract.rules import rules_from
from watchers.extract.scope import scope_gate
from watchers.extract.sentences import sentences
from watchers.extract.slots import Selectors
from watchers.extract.tables import Lexicon, Tables, tables_from
from watchers.extract.tokens import Token, tokenise

# Raised with every change of this package that can change a proposal; part of `rule_set`.
CODE_VERSION = "1"
_HOST = "<host>"


class Extractor:
    """Reads texts by one configuration. Making one compiles lexicons, rules and names; it is then immutable.

    Raises ConfigurationError where a data file or rule is malformed.
    """

    def __init__(self, configuration: Configuration) -> None:
        tables = tables_from(configuration.extraction)
        rules = rules_from(configuration.extraction, configuration.codebook)
        cast = cast_of(configuration)
        names = name_reader(configuration.names, tables.gazetteer, cast.host_country)
        self.rule_set = rule_set_of(configuration)
        self._default = _default_language(configuration, tables)
        self._stopwords = {language: _telltales(lexicon) for language, lexicon in tables.lexicons.items()}
        self._gate = scope_gate(configuration.scope, configuration.names)
        hosts = next(
            (country.names for country in tables.gazetteer.countries if country.code == cast.host_country), ()
        )
        self._annotators = {
            language: Annotator(
                lexicon,
                _concepts(lexicon, hosts),
                calendar_reader(lexicon),
                quantity_reader(lexicon, tables.gazetteer),
                names,
            )
            for language, lexicon in tables.lexicons.items()
        }
        states = {country.code: country.names[0] for country in tables.gazetteer.countries}
        selectors = Selectors(cast, states)
        self._proposer = proposer(configuration, tables, matcher(rules), selectors)

    def extract(
        self, text: str, *, published: date | None, source: str, language: str | None = None
    ) -> Extraction:
        """Propose the developments of one text (title, line feed, body; NFC).

        `published` is the day of publication where known; relative dates need it. `language` overrides the vote.
        `source` decides nothing yet: it is part of the interface so that a source's habits can.
        """
        del source
        tokens = tokenise(text)
        chosen = language if language in self._annotators else self._vote(tokens)
        parts = sentences(text, tokens)
        in_scope, reason = self._gate.judge(tokens, parts)
        if not in_scope or not self._annotators:
            return Extraction(in_scope=in_scope, reason=reason, language=chosen)
        return replace(self.propose(text, published=published, language=chosen), reason=reason)

    def language_of(self, text: str) -> str:
        """Return the language that the text is read in."""
        return self._vote(tokenise(text))

    def _vote(self, tokens: tuple[Token, ...]) -> str:
        return vote(tokens, self._stopwords, self._default)

    def propose(self, text: str, *, published: date | None, language: str) -> Extraction:
        """Propose without asking whether the text is in scope, as rules are tried on their own cases."""
        words = tokenise(text)
        annotator = self._annotators[language]
        annotated: Annotated = annotator.annotate(text, words, sentences(text, words))
        proposals = self._proposer.propose(annotated, annotator.lexicon, published)
        found: tuple[Found, ...] = tuple(one for one, _ in proposals)
        return Extraction(
            in_scope=True,
            reason="not asked",
            language=language,
            found=found,
            candidates=tuple(kinds for _, kinds in proposals),
        )


def rule_set_of(configuration: Configuration) -> str:
    """Return the SHA-256 (hex) over everything that decides what is proposed."""
    parts = (
        configuration.extraction, configuration.names, configuration.scope, configuration.cases,
        configuration.codebook, configuration.mission,
    )  # fmt: skip
    return hashlib.sha256(
        CODE_VERSION.encode() + b"\n" + msgspec.json.encode(parts, order="sorted")
    ).hexdigest()


def _default_language(configuration: Configuration, tables: Tables) -> str:
    asked = configuration.mission.language
    return asked if asked in tables.lexicons else next(iter(sorted(tables.lexicons)), asked)


def _telltales(lexicon: Lexicon) -> frozenset[str]:
    """Return the words that tell the language: stop words, months, weekdays, number words and the nouns counted."""
    nouns = (word for phrases in lexicon.units.values() for phrase in phrases for word in phrase.split("|"))
    words = (*lexicon.stopwords, *lexicon.months, *lexicon.weekdays, *lexicon.numbers, *nouns)
    return frozenset(word.casefold() for word in words)


def _concepts(lexicon: Lexicon, hosts: tuple[str, ...]) -> Phrases[str]:
    """Index the concepts; `<host>` in a phrase stands for every name of the host state."""
    phrases = Phrases[str]()
    for concept, listed in lexicon.concepts.items():
        for phrase in listed:
            for host in hosts if _HOST in phrase else ("",):
                phrases.add(phrase.replace(_HOST, host), concept)
    return phrases
