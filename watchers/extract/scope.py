"""Is an item about the mission at all: an anchor, or a place together with a topic, and nothing that excludes it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.configuration import Name, Scope
from watchers.extract.phrases import Phrases
from watchers.extract.sentences import Sentence
from watchers.extract.tokens import Token

_LEAD_CHARACTERS = 600


@dataclass(frozen=True, slots=True)
class ScopeGate:
    """The compiled scope of one configuration."""

    phrases: Phrases[tuple[str, str]]

    def judge(self, tokens: Sequence[Token], parts: Iterable[Sentence]) -> tuple[bool, str]:
        """Say whether the item is in scope, and why.

        An anchor in the lead (the first 600 characters) beats everything. An exclusion there beats a place with a
        topic. Beyond the lead a place and a topic count only when two sentences have both.
        """
        lead_end = next(
            (at for at, token in enumerate(tokens) if token.start > _LEAD_CHARACTERS), len(tokens)
        )
        lead = self._seen(tokens[:lead_end])
        if "anchor" in lead:
            return True, f"names {lead['anchor']!r}"
        if "exclude" in lead:
            return False, f"excluded by {lead['exclude']!r}"
        if "place" in lead and "topic" in lead:
            return True, f"names {lead['place']!r} with {lead['topic']!r}"
        together = 0
        for part in parts:
            if part.last < lead_end:
                continue
            seen = self._seen(tokens[part.first : part.last + 1])
            if "anchor" in seen:
                return True, f"names {seen['anchor']!r} further down"
            if "place" in seen and "topic" in seen and "exclude" not in seen:
                together += 1
                if together > 1:
                    return True, f"names {seen['place']!r} with {seen['topic']!r} further down"
        return False, "names no anchor, nor a place with a topic"

    def _seen(self, tokens: Sequence[Token]) -> dict[str, str]:
        seen: dict[str, str] = {}
        for hit in self.phrases.find(tokens):
            role, phrase = hit.payload
            seen.setdefault(role, phrase)
        return seen


def scope_gate(scope: Scope, names: Iterable[Name]) -> ScopeGate:
    """Compile the gate; a name stands in for every phrase of the scope that is its canonical form or an alias."""
    phrases = Phrases[tuple[str, str]]()
    aliases = {
        alias: (name.canonical, *name.aliases) for name in names for alias in (name.canonical, *name.aliases)
    }
    for role, listed in (
        ("anchor", scope.anchors), ("place", scope.places), ("topic", scope.topics), ("exclude", scope.exclude)
    ):  # fmt: skip
        for phrase in listed:
            for written in dict.fromkeys((phrase, *aliases.get(phrase, ()))):
                phrases.add(written, (role, phrase))
    return ScopeGate(phrases)
