"""One poll over HTTP: conditional, bounded in time, size and redirects, and honest about what went wrong."""

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from yarl import URL

from ledger.configuration import Feed, Fetching
from watchers.fetch_decode import CHUNK_BYTES, read_body
from watchers.fetch_error import FetchError
from watchers.fetch_freshness import Freshness, freshness_of, retry_after_s
from watchers.fetch_network import BlockedAddress
from watchers.items import FeedState, sha256_of

ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
_REDIRECTS = {301, 302, 303, 307, 308}
_OK, _NOT_MODIFIED, _GONE = 200, 304, 410


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A document arrived whole. `validators` are the ETag and Last-Modified it came with; `url` is where it was."""

    status: int
    url: str
    body: bytes
    body_sha256: str
    content_type: str | None
    etag: str | None
    last_modified: str | None
    freshness: Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class NotModified:
    """The server says that nothing changed; validators it sent along replace the old ones."""

    etag: str | None
    last_modified: str | None
    freshness: Freshness
    status: int = _NOT_MODIFIED


@dataclass(frozen=True, slots=True, kw_only=True)
class Gone:
    """The server says 410: the feed will not come back."""

    url: str
    status: int = _GONE


async def fetch(
    feed: Feed, state: FeedState, session: aiohttp.ClientSession, fetching: Fetching, now: datetime
) -> Fetched | NotModified | Gone:
    """Ask for a feed's document, with the validators of last time (FetchError, typed).

    The whole exchange, redirects included, ends after `fetching.timeout_s`; the decoded body after
    `fetching.body_bytes_max`. Redirects are followed by hand, at most `fetching.redirects_max` of them, to http(s)
    addresses only; every connection passes the session's address check. `now` stands in where a server sends no Date.
    """
    url = URL(feed.url or "")
    try:
        async with asyncio.timeout(fetching.timeout_s):
            for _ in range(fetching.redirects_max + 1):
                _check_scheme(url)
                async with session.get(url, headers=_headers(state), allow_redirects=False) as response:
                    if response.status not in _REDIRECTS:
                        return await _read(response, fetching, now)
                    url = _target(response)
        raise FetchError(
            "redirects", f"more than {fetching.redirects_max} redirects; the last leads to {url}"
        )
    except TimeoutError as error:
        raise FetchError("timeout", f"no complete answer within {fetching.timeout_s:g} s") from error
    except (aiohttp.ClientError, BlockedAddress, ValueError) as error:
        raise _typed(error) from error


def _headers(state: FeedState) -> dict[str, str]:
    validators = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {"Accept": ACCEPT} | {name: value for name, value in validators.items() if value}


def _check_scheme(url: URL) -> None:
    if url.scheme not in {"http", "https"} or not url.host:
        raise FetchError("redirects", f"{url} is not an http(s) address")


def _target(response: aiohttp.ClientResponse) -> URL:
    location = response.headers.get("Location")
    if not location:
        raise FetchError("redirects", "a redirect leads nowhere", status=response.status)
    return response.url.join(URL(location))


async def _read(
    response: aiohttp.ClientResponse, fetching: Fetching, now: datetime
) -> Fetched | NotModified | Gone:
    etag, last_modified = (_sendable(response.headers.get(name)) for name in ("ETag", "Last-Modified"))
    freshness = freshness_of(response.headers, now)
    if response.status == _NOT_MODIFIED:
        return NotModified(etag=etag, last_modified=last_modified, freshness=freshness)
    if response.status == _GONE:
        return Gone(url=str(response.url))
    if response.status != _OK:
        detail = f"HTTP {response.status} {response.reason or ''}".strip()
        wait_s = retry_after_s(response.headers, now)
        raise FetchError("status", detail, status=response.status, retry_after_s=wait_s)
    body = await read_body(
        response.content.iter_chunked(CHUNK_BYTES),
        response.headers.get("Content-Encoding"),
        bytes_max=fetching.body_bytes_max,
    )
    return Fetched(
        status=response.status,
        url=str(response.url),
        body=body,
        body_sha256=sha256_of(body),
        content_type=response.headers.get("Content-Type"),
        etag=etag,
        last_modified=last_modified,
        freshness=freshness,
    )


def _sendable(validator: str | None) -> str | None:
    # Validators are opaque: what cannot be sent back byte for byte is worse than none.
    return validator if validator and validator.isprintable() else None


def _typed(error: Exception) -> FetchError:
    detail = str(error) or type(error).__name__
    match error:
        case BlockedAddress():
            return FetchError("blocked_address", detail)
        case aiohttp.ClientConnectorDNSError():
            return FetchError("dns", detail)
        case aiohttp.ClientSSLError() | ssl.SSLError():
            return FetchError("tls", detail)
        case aiohttp.ClientPayloadError():
            return FetchError("truncated", detail)
        case aiohttp.InvalidURL() | ValueError():
            return FetchError("redirects", f"not an address that can be asked: {detail}")
        case _:
            return FetchError("connect", detail)
