"""What the extraction returns: proposals with their evidence, never facts."""

from dataclasses import dataclass
from decimal import Decimal

from ledger.developments import Development


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One proposed development and the span of the text that shows it.

    `start` and `end` are code-point offsets into the text (end exclusive). `rule` names the rule that typed it.
    `confidence` is 0 to 1 with two digits and uncalibrated. `flags` name slips and ambiguities to look at.
    """

    development: Development
    start: int
    end: int
    rule: str
    confidence: Decimal
    flags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """Everything proposed for one text.

    `reason` says why the item is in or out of scope. `language` is the language read ("en", "fr" …).
    `candidates` stands beside `found`, one for one: the likeliest kinds at that trigger, at most three, best first.
    """

    in_scope: bool
    reason: str
    language: str
    found: tuple[Found, ...] = ()
    candidates: tuple[tuple[str, ...], ...] = ()
