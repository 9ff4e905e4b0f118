"""Where a claim can be read: its quote, address and the versions of its item."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from reports.claims import Claim
from reports.desk import Desk

Texts = Callable[[str], str]
"""Fetches a stored text by the SHA-256 of its bytes; raises NotFound where it was dropped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """What a reader needs to check a claim. `start:end` are code-point offsets into the text `blob`.

    `raw` is the SHA-256 of the document as received; `edited` whether the publisher changed the item since.
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
    edited: bool


def quote_of(claim: Claim, text: Texts) -> str | None:
    """Return the words that the claim rests on, "quote withdrawn" if the text was dropped, None without evidence."""
    raise NotImplementedError


def reference(desk: Desk, claim: Claim, text: Texts) -> Reference:
    """Return where the claim can be read."""
    raise NotImplementedError
