"""Why a poll failed: one typed failure, so that health, backing off and reports never read error texts."""

from typing import Literal, get_args

from ledger.errors import SourceError

Failure = Literal[
    "dns",
    "connect",
    "tls",
    "timeout",
    "status",
    "too_large",
    "not_a_feed",
    "truncated",
    "parse",
    "redirects",
    "blocked_address",
]
"""What can go wrong between asking for a feed and having its items."""

FAILURES: tuple[str, ...] = get_args(Failure)


class FetchError(SourceError):
    """A feed could not be fetched or read; `failure` says in which way, the message what to look at.

    `status` is the HTTP status if one arrived, `retry_after_s` what the server asked for, `bytes` the decoded size.
    """

    def __init__(
        self, failure: Failure, detail: str, *, status: int | None = None, retry_after_s: float | None = None
    ) -> None:
        self.failure = failure
        self.detail = detail
        self.status = status
        self.retry_after_s = retry_after_s
        super().__init__(f"{failure}: {detail}")
