"""Who says so: sources, their grades, and the evidence that ties a development to stored text."""

import re

from ledger.values import Value

_GRADE = re.compile(r"[A-F](?:[1-6])?")


class Source(Value, frozen=True, kw_only=True):
    """A publisher we listen to.

    `grade` is the Admiralty (NATO AJP-2.1) reliability letter A to F; F means it cannot be judged yet.
    """

    name: str
    grade: str = "F"
    publisher: str | None = None
    country: str | None = None
    language: str | None = None

    def __post_init__(self) -> None:
        """Refuse a grade that is not A to F with an optional credibility 1 to 6 (ValueError)."""
        if not _GRADE.fullmatch(self.grade):
            raise ValueError(f"grade must be a letter A to F, optionally with 1 to 6, not {self.grade!r}")


class Quoted(Value, frozen=True, kw_only=True, tag="quoted"):
    """A span of a stored text. `start` and `end` are code-point offsets into the blob's UTF-8 text."""

    blob: str
    start: int
    end: int


class Attested(Value, frozen=True, kw_only=True, tag="attested"):
    """A person or an imported record vouches for it; printed with † and never independent of its source.

    `blob` is the stored record line, `start:end` the span in it that says so (its summary).
    """

    by: str
    blob: str
    start: int
    end: int
    address: str | None = None
    title: str | None = None
    published: str | None = None


Evidence = Quoted | Attested
