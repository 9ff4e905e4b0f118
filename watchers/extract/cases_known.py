"""Which configured legal case a text is about."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.configuration import Case
from watchers.extract.annotate import Annotated
from watchers.extract.phrases import Phrases


@dataclass(frozen=True, slots=True)
class KnownCases:
    """The configured cases by their aliases, parties and court."""

    phrases: Phrases[str]
    parties: dict[str, str]
    courts: dict[str, str]

    @classmethod
    def build(cls, cases: Iterable[Case]) -> "KnownCases":
        """Index the cases; where two share a court, the court alone names neither."""
        phrases, parties, courts, shared = Phrases[str](), {}, {}, set()
        for case in cases:
            phrases.add_all((case.id, *case.aliases), case.id)
            parties.update(dict.fromkeys(case.parties, case.id))
            if case.court in courts:
                shared.add(case.court)
            courts[case.court] = case.id
        return cls(phrases, parties, {court: case for court, case in courts.items() if court not in shared})

    def of(self, annotated: Annotated) -> str | None:
        """Return the case by an alias, else by a party, else by its court."""
        for hit in self.phrases.find(annotated.tokens):
            return hit.payload
        for known in (self.parties, self.courts):
            for entity in annotated.names:
                if entity.canonical in known:
                    return known[entity.canonical]
        return None
