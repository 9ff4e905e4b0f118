"""Where a claim can be read: its quote, its address and which version of its item said it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ledger.errors import BlobDropped, NotFound
from ledger.sources import Attested
from reports.claims import Claim
from reports.desk import Desk
from reports.kept import Item, ItemVersion

Texts = Callable[[str], str]
"""Fetches a stored text by the SHA-256 of its bytes; raises BlobDropped where it was
removed on purpose, NotFound where it never was."""

WITHDRAWN = "quote withdrawn"
MISSING = "text missing from the ledger's blobs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a reader needs to check a claim. `start:end` are code-point offsets into the text `blob`.

    `raw` is the SHA-256 of the document as received, `language` the feed's, `edited` whether the publisher changed the
    item since.
    """

    development: str
    publisher: str
    origin: str
    address: str | None
    title: str | None
    published: str | None
    first_seen: datetime | None
    raw: str | None
    blob: str | None
    start: int | None
    end: int | None
    quote: str | None
    attested_by: str | None
    language: str | None
    edited: bool


def quote_of(claim: Claim, text: Texts) -> str | None:
    """Return the words that the claim rests on, "quote withdrawn" if the text was dropped, None without evidence."""
    if not claim.evidence:
        return None
    quotes = []
    for evidence in claim.evidence:
        try:
            quotes.append(text(evidence.blob)[evidence.start : evidence.end])
        except BlobDropped:
            return WITHDRAWN
        except NotFound:
            return MISSING
    return " … ".join(dict.fromkeys(quotes))


def reference(desk: Desk, claim: Claim, text: Texts) -> Reference:
    """Return where the claim can be read."""
    item = desk.items.get(claim.item_id) if claim.item_id else None
    version = version_of(item, claim)
    evidence = claim.evidence[0] if claim.evidence else None
    attested = evidence if isinstance(evidence, Attested) else None
    return Reference(
        development=claim.id,
        publisher=(item.publisher if item else None) or claim.source,
        origin=claim.origin,
        address=attested.address if attested else item.link if item else None,
        title=attested.title if attested else _title(version, text),
        published=claim.published,
        first_seen=(version.observed_at if version else None) or claim.observed_at,
        raw=version.raw if version else None,
        blob=evidence.blob if evidence else None,
        start=evidence.start if evidence else None,
        end=evidence.end if evidence else None,
        quote=quote_of(claim, text),
        attested_by=attested.by if attested else None,
        language=item.language if item else None,
        edited=claim.edited,
    )


def version_of(item: Item | None, claim: Claim) -> ItemVersion | None:
    """Return the version of the item that said it."""
    if item is None:
        return None
    return next((each for each in item.versions if each.version == claim.item_version), item.versions[0])


def _title(version: ItemVersion | None, text: Texts) -> str | None:
    if version is None:
        return None
    try:
        return text(version.text).partition("\n")[0]
    except (BlobDropped, NotFound):
        return None
