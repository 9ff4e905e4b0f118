"""One request, against a scripted server on loopback."""

import asyncio
import gzip
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import aiohttp
import brotli
import pytest
from aiohttp import web

from ledger.configuration import Configuration, Feed
from watchers.decide_document import Desk
from watchers.fetch import Fetched, Gone, NotModified, fetch
from watchers.fetch_error import FetchError
from watchers.fetch_freshness import freshness_of, retry_after_s
from watchers.fetch_network import is_allowed, open_session, user_agent
from watchers.items import FeedState

NOW = datetime(2024, 6, 25, 12, tzinfo=UTC)
FEED = Feed(name="gazette", source="The Gazette", url="http://gazette.example.invalid/feed.xml")
FRESH = FeedState(feed="gazette")
BODY = b"<rss version='2.0'><channel/></rss>" * 50


async def ask(
    session: aiohttp.ClientSession, desk: Desk, state: FeedState = FRESH, feed: Feed = FEED
) -> Fetched | NotModified | Gone:
    return await fetch(feed, state, session, desk.configuration.fetching, NOW)


async def failure_of(session: aiohttp.ClientSession, desk: Desk, feed: Feed = FEED) -> FetchError:
    with pytest.raises(FetchError) as failed:
        await ask(session, desk, feed=feed)
    return failed.value


async def test_a_document_arrives_with_its_validators_as_they_are(
    server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """ETag and Last-Modified are opaque: odd ones come and go byte for byte, and both are sent together."""
    server.says(BODY, ETag='W/"a b"', Last_Modified="not even a date")
    first = await ask(session, desk)
    assert isinstance(first, Fetched)
    assert first.body == BODY
    state = FeedState(feed="gazette", etag=first.etag, last_modified=first.last_modified)
    server.says(status=304, ETag='"new"')
    second = await ask(session, desk, state)
    assert isinstance(second, NotModified)
    assert (second.etag, second.last_modified) == ('"new"', None)
    before, after = server.requests
    assert "If-None-Match" not in before.headers
    assert (after.headers["If-None-Match"], after.headers["If-Modified-Since"]) == (
        'W/"a b"',
        "not even a date",
    )


async def test_the_server_learns_who_asks_and_whom_to_write_to(
    server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """The User-Agent names product, version and contact."""
    server.says(BODY)
    await ask(session, desk)
    assert server.requests[0].headers["User-Agent"] == user_agent("desk@example.invalid")
    assert "Sitledger/" in user_agent("x")


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data, wbits=-15)),
        ("br", brotli.compress),
        ("gzip", lambda data: gzip.compress(data[:100]) + gzip.compress(data[100:])),
    ],
)
async def test_compressed_bodies_are_opened(
    encoding: str, pack: Callable[[bytes], bytes], server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """gzip, both meanings of deflate, and brotli."""
    server.says(pack(BODY), Content_Encoding=encoding)
    answer = await ask(session, desk)
    assert isinstance(answer, Fetched)
    assert answer.body == BODY


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
async def test_a_bomb_stops_at_the_cap(
    encoding: str, pack: Callable[[bytes], bytes], server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """What would unpack to more than is allowed is refused, however small it travels."""
    server.says(pack(b"\0" * 11_000_000), Content_Encoding=encoding)
    assert (await failure_of(session, desk)).failure == "too_large"


async def test_a_large_plain_body_is_refused(server: Any, session: aiohttp.ClientSession, desk: Desk) -> None:
    """The cap holds without compression too."""
    server.says(b"x" * 10_000_001)
    assert (await failure_of(session, desk)).failure == "too_large"


@pytest.mark.parametrize(("encoding", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
async def test_a_compressed_body_that_breaks_off_is_a_failure(
    encoding: str, pack: Callable[[bytes], bytes], server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """Half a document is never taken for a whole one."""
    server.says(pack(bytes(range(256)) * 99)[:-20], Content_Encoding=encoding)
    assert (await failure_of(session, desk)).failure == "truncated"


async def test_a_body_shorter_than_announced_is_a_failure(
    server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """A connection that closes early is noticed."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "5000"})
        await response.prepare(request)
        await response.write(BODY[:100])
        request.transport.close()
        return response

    server.answer = answer
    assert (await failure_of(session, desk)).failure == "truncated"


@pytest.mark.parametrize(("asked", "seconds"), [("120", 120.0), ("Tue, 25 Jun 2024 13:00:00 GMT", 3_600.0)])
async def test_retry_after_is_understood_in_both_forms(
    asked: str, seconds: float, server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """A number of seconds or a date, on any refusal."""
    server.says(status=503, Retry_After=asked, Date="Tue, 25 Jun 2024 12:00:00 GMT")
    failed = await failure_of(session, desk)
    assert (failed.failure, failed.status, failed.retry_after_s) == ("status", 503, seconds)


async def test_gone_is_told(server: Any, session: aiohttp.ClientSession, desk: Desk) -> None:
    """410 is an answer of its own."""
    server.says(status=410)
    assert isinstance(await ask(session, desk), Gone)


async def test_redirects_are_followed_five_times_and_no_further(
    server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """Five hops are fine, a sixth is a failure, and so is a loop."""

    async def answer(request: web.Request) -> web.StreamResponse:
        hops = int(request.query.get("n", "0"))
        if hops == int(request.query.get("of", "5")):
            return web.Response(body=BODY)
        return web.Response(status=302, headers={"Location": str(request.rel_url.update_query(n=hops + 1))})

    server.answer = answer
    assert isinstance(await ask(session, desk), Fetched)
    far = Feed(name="gazette", source="s", url=f"{FEED.url}?of=6")
    assert (await failure_of(session, desk, far)).failure == "redirects"


@pytest.mark.parametrize("target", ["file:///etc/passwd", "ftp://e.invalid/", "gopher://e.invalid"])
async def test_a_redirect_leaves_the_web_nowhere(
    target: str, server: Any, session: aiohttp.ClientSession, desk: Desk
) -> None:
    """Only http and https are followed."""
    server.says(status=301, Location=target)
    assert (await failure_of(session, desk)).failure == "redirects"


async def test_a_private_address_is_refused_when_it_is_connected_to(
    server: Any, configured: Callable[..., Configuration]
) -> None:
    """A public name that leads home, at once or by a redirect, reaches nothing."""
    strict = configured(FEED, allow_private=()).fetching
    async with open_session(strict) as session:
        feed = Feed(name="f", source="s", url=f"http://127.0.0.1:{server.port}/")
        with pytest.raises(FetchError) as refused:
            await fetch(feed, FRESH, session, strict, NOW)
    assert refused.value.failure == "blocked_address"
    assert server.requests == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "224.0.0.1",
    ],
)
def test_addresses_of_the_house_are_not_public(address: str) -> None:
    """Loopback, private, link-local, mapped and multicast addresses are refused."""
    assert not is_allowed(address, ())


def test_a_public_address_is_allowed() -> None:
    """The web is."""
    assert is_allowed("93.184.215.14", ())


async def test_names_and_connections_fail_by_name(
    session: aiohttp.ClientSession, desk: Desk, unused_tcp_port: int
) -> None:
    """An unknown name and a closed port are different failures."""
    unknown = Feed(name="f", source="s", url="http://nowhere.invalid/")
    assert (await failure_of(session, desk, unknown)).failure == "dns"
    async with open_session(desk.configuration.fetching) as direct:
        closed = Feed(name="f", source="s", url=f"http://127.0.0.1:{unused_tcp_port}/")
        assert (await failure_of(direct, desk, closed)).failure == "connect"


async def test_a_server_without_tls_fails_as_tls(server: Any, desk: Desk) -> None:
    """Https to a plain port is a failure of its own kind."""
    server.says(BODY)
    async with open_session(desk.configuration.fetching) as direct:
        feed = Feed(name="f", source="s", url=f"https://127.0.0.1:{server.port}/")
        assert (await failure_of(direct, desk, feed)).failure == "tls"


async def test_a_dripping_server_is_left_at_the_deadline(
    server: Any, session: aiohttp.ClientSession, configured: Callable[..., Configuration]
) -> None:
    """One deadline covers everything, however steadily a byte arrives."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        await response.write(b"<")
        await asyncio.get_running_loop().create_future()
        return response

    server.answer = answer
    with pytest.raises(FetchError) as late:
        await fetch(FEED, FRESH, session, configured(FEED, timeout_s=0.2).fetching, NOW)
    assert late.value.failure == "timeout"


def test_freshness_is_read_as_servers_write_it() -> None:
    """max-age in any letter case, Expires against the server's own Date, nonsense as nothing."""
    said = freshness_of({"Cache-Control": 'public, Max-Age="600"'}, NOW)
    assert said.max_age_s == 600
    dates = {"Expires": "Tue, 25 Jun 2019 10:10:00 GMT", "Date": "Tue, 25 Jun 2019 10:00:00 GMT"}
    assert freshness_of(dates, NOW).expires_s == 600
    assert freshness_of({"Expires": "0", "Cache-Control": "s-maxage=5"}, NOW).expires_s is None
    assert retry_after_s({"Retry-After": "soon"}, NOW) is None
