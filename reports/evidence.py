"""Evidence: every figure of a report stands on words that can still be read, or on somebody's attestation.

A span that does not resolve is a broken citation and stops the build. Words that were dropped on purpose do not: the
report then prints "quote withdrawn", and hash, offsets and proofs remain.
"""

from collections.abc import Callable

from ledger.errors import BlobDropped, EvidenceMissing, LedgerDamaged, NotFound
from ledger.sources import Evidence
from reports.claims import Claim, figure_of
from reports.weekly_model import Quote
from reports.weekly_words import plain

Texts = Callable[[str], str]
"""Fetches a stored text by the SHA-256 of its bytes; raises BlobDropped or NotFound."""

QUOTE_MAX = 600
"""Code points of one printed quote; the offsets still name the whole span."""


def quotes_of(claim: Claim, texts: Texts) -> tuple[Quote, ...]:
    """Return the words that a claim rests on.

    Raises EvidenceMissing, naming the claim, if it has a figure and no evidence, or evidence whose span is empty or
    lies outside its stored text, or whose text was never stored.
    """
    if not claim.evidence and figure_of(claim.development) is not None:
        raise EvidenceMissing(
            f"development {claim.id} ({claim.source}, {claim.development.kind}) states a figure "
            "without a quote or attestation; correct or retract it, then build the report again"
        )
    return tuple(_quote(claim, evidence, texts) for evidence in claim.evidence)


def _quote(claim: Claim, evidence: Evidence, texts: Texts) -> Quote:
    try:
        text = texts(evidence.blob)
    except BlobDropped:
        return Quote(start=evidence.start, end=evidence.end, text=None)
    except (NotFound, LedgerDamaged) as error:
        raise _broken(claim, evidence, "no such text is stored") from error
    if not 0 <= evidence.start < evidence.end <= len(text):
        raise _broken(claim, evidence, f"the text has {len(text)} characters")
    words = plain(text[evidence.start : evidence.end], QUOTE_MAX)
    if not words:
        raise _broken(claim, evidence, "there are no words in it")
    return Quote(start=evidence.start, end=evidence.end, text=words)


def _broken(claim: Claim, evidence: Evidence, why: str) -> EvidenceMissing:
    return EvidenceMissing(
        f"development {claim.id} ({claim.source}, {claim.development.kind}) cites the characters "
        f"{evidence.start} to {evidence.end} of {evidence.blob[:12]}…, but {why}; "
        "correct or retract it, then build the report again"
    )
