"""References: the documents that a report cites, numbered in the order in which it first cites them."""

from dataclasses import dataclass
from datetime import datetime

from ledger.developments import When
from ledger.sources import Attested, Evidence
from reports.claims import Claim
from reports.desk import Desk
from reports.evidence import Texts, quotes_of
from reports.itemtexts import reference
from reports.weekly_model import Quote, Reference
from reports.weekly_words import day_text, plain, when_text

CITED_MAX = 6
"""How many documents one statement cites; further ones say the same and stay in the ledger."""


_Key = tuple[str, str | None]
"""The blob of the words and, for an attestation, the address it names; one record may name several."""


@dataclass(slots=True)
class _Document:
    number: int
    claim: Claim
    evidence: Evidence
    quotes: dict[tuple[int, int], Quote]


class Register:
    """Collects what is cited while a report is assembled. Citing a claim checks its evidence (EvidenceMissing)."""

    def __init__(self, desk: Desk, texts: Texts) -> None:
        self._desk = desk
        self._texts = texts
        self._documents: dict[_Key, _Document] = {}
        self._checked: dict[str, tuple[Quote, ...]] = {}

    def quotes(self, claim: Claim) -> tuple[Quote, ...]:
        """Return the words of a claim without citing it."""
        found = self._checked.get(claim.id)
        if found is None:
            found = self._checked[claim.id] = quotes_of(claim, self._texts)
        return found

    def words(self, claim: Claim) -> str:
        """Return a claim's first quote as printed, or that it was withdrawn."""
        quotes = self.quotes(claim)
        return (quotes[0].text or "quote withdrawn") if quotes else "–"

    def cite(self, *claims: Claim) -> tuple[int, ...]:
        """Cite claims, best first, and return the numbers of their documents."""
        numbers: dict[int, None] = {}
        for claim in claims:
            for evidence, quote in zip(claim.evidence, self.quotes(claim), strict=True):
                key = (evidence.blob, evidence.address if isinstance(evidence, Attested) else None)
                document = self._documents.get(key)
                if document is None:
                    if len(numbers) >= CITED_MAX:
                        continue
                    number = len(self._documents) + 1
                    document = _Document(number=number, claim=claim, evidence=evidence, quotes={})
                    self._documents[key] = document
                document.quotes[quote.start, quote.end] = quote
                numbers[document.number] = None
        return tuple(sorted(numbers))

    def references(self) -> tuple[Reference, ...]:
        """Return every cited document with the quotes that were used."""
        return tuple(
            _attested(document, document.evidence)
            if isinstance(document.evidence, Attested)
            else self._quoted(document)
            for document in self._documents.values()
        )

    def _quoted(self, document: _Document) -> Reference:
        claim = document.claim
        found = reference(self._desk, claim, self._texts)
        item = self._desk.items.get(claim.item_id) if claim.item_id else None
        return Reference(
            number=document.number,
            attested=False,
            by=None,
            publisher=plain(found.publisher, 120),
            origin=plain(found.origin, 120),
            title=plain(found.title, 240) if found.title else None,
            address=plain(found.address, 500) if found.address else None,
            published=_published(found.published),
            first_seen=found.first_seen,
            sha256=found.raw or document.evidence.blob,
            language=item.language if item else None,
            grade=claim.grade,
            quotes=_in_order(document),
            edited=found.edited,
        )


def _attested(document: _Document, evidence: Attested) -> Reference:
    claim = document.claim
    return Reference(
        number=document.number,
        attested=True,
        by=plain(evidence.by, 80),
        publisher=plain(claim.source, 120),
        origin=plain(claim.origin, 120),
        title=plain(evidence.title, 240) if evidence.title else None,
        address=plain(evidence.address, 500) if evidence.address else None,
        published=_published(evidence.published or claim.published),
        first_seen=None,
        sha256=evidence.blob,
        language=None,
        grade=claim.grade,
        quotes=_in_order(document),
    )


def _in_order(document: _Document) -> tuple[Quote, ...]:
    return tuple(document.quotes[span] for span in sorted(document.quotes))


def _published(text: str | None) -> str | None:
    if not text:
        return None
    try:
        return when_text(When(text=text))
    except ValueError:
        pass
    try:
        return day_text(datetime.fromisoformat(text).date())
    except ValueError:
        return plain(text, 40)
