"""Posts a notice to an address that only the environment knows, signed if there is a secret.

The request: `POST`, `Content-Type: application/json`, the notice as body, `Idempotency-Key` (stable over all attempts).
With a secret in `<env>_SECRET` the headers `webhook-id`, `webhook-timestamp` and `webhook-signature` of the Standard
Webhooks specification (v1: base64 of HMAC-SHA256 over `id.timestamp.body`; a secret that starts with `whsec_` is
base64, any other its UTF-8 bytes). Any 2xx is success. 408, 425, 429, 5xx and silence are worth another try; every
other answer is final, redirects included: whoever moves a hook says so in the configuration. Neither address nor
secret appears in an error.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import aiohttp

from ledger.errors import DestinationError
from reports.notifiers.notice import Notice, payload

TIMEOUT_S = 10.0
BODY_BYTES_MAX = 4_096
"""As much of an answer is read, and thrown away; the rest is never waited for."""

RETRY_AFTER_MAX = timedelta(hours=24)
_RETRYABLE = (408, 425, 429)
_SERVER_ERROR = 500
_SECRET_PREFIX = "whsec_"  # noqa: S105 - the public mark of the specification, not a secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A request that is ready to go. Not printable: address and signature are secrets."""

    url: str
    headers: Mapping[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"Post({len(self.body)} bytes)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; the body is of no interest."""

    status: int
    retry_after: str | None = None


Transport = Callable[[Post], Awaitable[Answer]]
"""The network as one function. Raises TimeoutError, OSError or aiohttp.ClientError."""


def over(session: aiohttp.ClientSession) -> Transport:
    """Return the transport over a session; 10 s for the whole exchange, no redirects, no cookies kept by us."""

    async def send(post: Post) -> Answer:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT_S)
        async with session.post(
            post.url, data=post.body, headers=post.headers, allow_redirects=False, timeout=timeout
        ) as response:
            await response.content.read(BODY_BYTES_MAX)
            return Answer(status=response.status, retry_after=response.headers.get("Retry-After"))

    return send


@dataclass(frozen=True, slots=True)
class WebhookNotifier:
    """Posts to the address in the environment variable `env`."""

    env: str
    environ: Mapping[str, str]
    transport: Transport

    def __repr__(self) -> str:
        return f"WebhookNotifier({self.env})"

    async def deliver(self, notice: Notice, now: datetime) -> None:
        """Post the notice (DestinationError).

        A missing or malformed address is worth another try: it is the operator's to mend, and the notice waits as it
        would for a server that is down.
        """
        url = self.environ.get(self.env, "").strip()
        if not url:
            raise DestinationError(
                f"the environment variable {self.env} is not set; put the webhook's address there and restart",
                retryable=True,
            )
        post = post_of(notice, url=url, secret=self.environ.get(f"{self.env}_SECRET"), now=now)
        try:
            answer = await self.transport(post)
        except TimeoutError:
            raise DestinationError(
                f"the webhook in {self.env} did not answer within {TIMEOUT_S:g} s", retryable=True
            ) from None
        except aiohttp.InvalidURL:
            raise DestinationError(
                f"what {self.env} holds is no http or https address; mend it and restart", retryable=True
            ) from None
        except (aiohttp.ClientError, OSError) as error:
            # Only the kind of error: its words can hold the address.
            raise DestinationError(
                f"the webhook in {self.env} cannot be reached ({type(error).__name__})", retryable=True
            ) from None
        refuse(answer, env=self.env, now=now)


def post_of(notice: Notice, *, url: str, secret: str | None, now: datetime) -> Post:
    """Return the request that hands a notice over."""
    body = payload(notice)
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": notice.notification,
        "User-Agent": "sitledger",
    }
    if secret:
        stamp = str(int(now.timestamp()))
        headers["webhook-id"] = notice.notification
        headers["webhook-timestamp"] = stamp
        headers["webhook-signature"] = signature(secret, notice.notification, stamp, body)
    return Post(url=url, headers=headers, body=body)


def signature(secret: str, notification: str, stamp: str, body: bytes) -> str:
    """Return the `webhook-signature` header: `v1,` and the base64 of the HMAC."""
    signed = f"{notification}.{stamp}.".encode() + body
    digest = hmac.new(_key(secret), signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def refuse(answer: Answer, *, env: str, now: datetime) -> None:
    """Raise DestinationError unless the answer says that the notice was taken."""
    status = answer.status
    if 200 <= status < 300:  # noqa: PLR2004 - RFC 9110: these are the successes
        return
    if status in _RETRYABLE or status >= _SERVER_ERROR:
        raise DestinationError(
            f"the webhook in {env} answered {status}",
            retryable=True,
            retry_after_s=retry_after_s(answer.retry_after, now),
        )
    moved = "; redirects are not followed, put the new address there" if 300 <= status < 400 else ""  # noqa: PLR2004 - likewise
    raise DestinationError(f"the webhook in {env} answered {status}{moved}", retryable=False)


def retry_after_s(header: str | None, now: datetime) -> float | None:
    """Return how many seconds a `Retry-After` asks to wait, at most 24 h; None for none or nonsense (RFC 9110)."""
    if header is None:
        return None
    text = header.strip()
    if text.isascii() and text.isdigit():
        # Long rows of digits are cut: nobody means them, and they would not fit a number.
        asked = timedelta(seconds=int(text[:9]))
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        asked = (until.replace(tzinfo=UTC) if until.tzinfo is None else until) - now
    return max(timedelta(), min(asked, RETRY_AFTER_MAX)).total_seconds()


def _key(secret: str) -> bytes:
    if secret.startswith(_SECRET_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_SECRET_PREFIX), validate=True)
        except binascii.Error:
            pass
    return secret.encode()
