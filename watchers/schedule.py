"""When to ask again, and why. Pure: the largest of what politeness, experience and the server ask for."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from ledger.configuration import Feed, Fetching
from watchers.items import FeedState

NEVER_304_FLOOR_S = 3_600.0
"""A server that never says 304 sends everything every time, so it is asked less often."""
_TRIES_BEFORE_NEVER = 4
_FASTER_BELOW, _SLOWER_ABOVE = 1 / 3, 2 / 3
_STEP = 1.5
_ADAPTIVE_SPAN = 4.0
_JITTER = 0.1
_DOUBLINGS_MAX = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """What a poll says about the next one. Times in seconds, None where nothing was said.

    `overlap` is the share of items seen before; `permanent` failures are those of the address itself.
    """

    kind: Literal["read", "unchanged", "not_modified", "failed", "gone"]
    overlap: float | None = None
    ttl_s: float | None = None
    max_age_s: float | None = None
    expires_s: float | None = None
    retry_after_s: float | None = None


def next_poll(state: FeedState, signal: Signal, now: datetime, feed: Feed, fetching: Fetching) -> FeedState:
    """Return the state with `next_at`, `interval_s` and the reason for them.

    Next is the largest of the floor, the feed's own interval, ttl, max-age, Expires and, after failures, Retry-After
    and exponential backing off; at most the ceiling. Jitter only ever adds, up to a tenth: never earlier than asked.
    """
    if signal.kind == "gone":
        return replace(state, next_at=None, reason="410 Gone: polling has stopped")
    interval_s = _interval_s(state, signal, feed, fetching)
    wanted = _wanted(state, signal, interval_s, fetching)
    wait_s, reason = max(wanted, key=lambda each: each[0])
    if wait_s > fetching.ceiling_s:
        wait_s, reason = float(fetching.ceiling_s), f"{reason}, capped at the ceiling"
    jitter_s = min(wait_s * _JITTER * _fraction(feed.name, now), max(0.0, fetching.ceiling_s - wait_s))
    return replace(
        state,
        interval_s=interval_s,
        next_at=now + timedelta(seconds=round(wait_s + jitter_s)),
        reason=f"{reason} ({wait_s:.0f} s)",
    )


def _interval_s(state: FeedState, signal: Signal, feed: Feed, fetching: Fetching) -> float:
    usual = float(feed.every_s or fetching.interval_s)
    if feed.every_s:
        return usual
    interval_s = state.interval_s or usual
    if signal.kind == "read" and signal.overlap is not None:
        if signal.overlap < _FASTER_BELOW:
            interval_s /= _STEP
        elif signal.overlap > _SLOWER_ABOVE:
            interval_s *= _STEP
    return min(max(interval_s, float(fetching.floor_s)), usual * _ADAPTIVE_SPAN)


def _wanted(
    state: FeedState, signal: Signal, interval_s: float, fetching: Fetching
) -> list[tuple[float, str]]:
    never = state.validated >= _TRIES_BEFORE_NEVER and not state.unmodified
    wanted: list[tuple[float, str]] = [
        (float(fetching.floor_s), "floor"),
        (NEVER_304_FLOOR_S if never else 0.0, "floor of a server that never answers 304"),
        (interval_s, "interval"),
    ]
    said = {
        "ttl": signal.ttl_s,
        "max-age": signal.max_age_s,
        "Expires": signal.expires_s,
        "Retry-After": signal.retry_after_s,
    }
    wanted += [(seconds, name) for name, seconds in said.items() if seconds is not None]
    if signal.kind == "failed":
        doublings = min(max(state.failures - 1, 0), _DOUBLINGS_MAX)
        wanted.append((interval_s * 2**doublings, f"backing off after {state.failures} failures"))
    return wanted


def _fraction(feed: str, now: datetime) -> float:
    """Return 0 to 1, from the feed and the instant, so that the same poll is always put off by as much."""
    digest = hashlib.sha256(f"{feed} {now.isoformat()}".encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32
