"""What response headers say about when to come back: Cache-Control, Expires against Date, Retry-After."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """How long the server says an answer stays good, in seconds; None where it does not say."""

    max_age_s: float | None = None
    expires_s: float | None = None


def freshness_of(headers: Mapping[str, str], now: datetime) -> Freshness:
    """Read max-age in any letter case, and Expires against the server's own Date: clocks differ."""
    max_age = _MAX_AGE.search(headers.get("Cache-Control", ""))
    expires, sent = _instant(headers.get("Expires")), _instant(headers.get("Date")) or now
    return Freshness(
        max_age_s=float(max_age[1]) if max_age else None,
        expires_s=max(0.0, (expires - sent).total_seconds()) if expires else None,
    )


def retry_after_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds a server asks to wait, in either form: a number, or a date (against the server's Date)."""
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    until, sent = _instant(text), _instant(headers.get("Date")) or now
    return max(0.0, (until - sent).total_seconds()) if until else None


def _instant(text: str | None) -> datetime | None:
    try:
        instant = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return instant.replace(tzinfo=instant.tzinfo or UTC) if instant else None
