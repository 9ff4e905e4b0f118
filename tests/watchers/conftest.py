"""Fixtures of the watching floor: a desk on a virtual clock, documents in our own words, a scripted server."""

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.codebook import shipped_codebook
from ledger.configuration import Configuration, Feed, Fetching, Mission
from ledger.developments import Count, Development
from ledger.sources import Source
from watchers.decide_document import Desk
from watchers.extract.found import Extraction, Found
from watchers.feeds import FeedMemories
from watchers.feedtable import FeedTable
from watchers.fetch_network import open_session
from watchers.items import ParsedFeed
from watchers.parse import parse_feed
from watchers.parse_pool import ParsePool
from watchers.poll import Watch

START = datetime(2024, 6, 25, 12, 0, tzinfo=UTC)
FEED = Feed(name="gazette", source="The Gazette", url="http://gazette.example.invalid/feed.xml")


class Numbers:
    """Stands in for the extraction: an item with a number in its text is in scope, each number is a development."""

    rule_set = "numbers/1"

    def __init__(self) -> None:
        self.texts: list[str] = []

    def extract(
        self, text: str, *, published: date | None, source: str, language: str | None = None
    ) -> Extraction:
        del published, source, language
        self.texts.append(text)
        found, start = [], 0
        for word in text.split():
            start = text.index(word, start)
            if word.isdigit():
                count = Count(n=int(word), unit="police")
                found.append(
                    Found(
                        development=Development(kind="strength", count=count),
                        start=start,
                        end=start + len(word),
                        rule="numbers",
                        confidence=Decimal("0.5"),
                    )
                )
            start += len(word)
        return Extraction(
            in_scope=bool(found),
            reason="numbers",
            language="en",
            found=tuple(found),
            candidates=tuple(("strength", "figure") for _ in found),
        )


class ParseHere:
    """Parses our own harmless documents without another process, and counts them."""

    def __init__(self) -> None:
        self.parsed = 0

    def parse(self, data: bytes, content_type: str | None = None) -> ParsedFeed:
        self.parsed += 1
        return parse_feed(data, content_type)


class ToLoopback(AbstractResolver):
    """Leads `*.example.invalid` to the scripted server."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del port, family
        if not host.endswith(".example.invalid"):
            raise OSError(f"no such name: {host}")
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Hold nothing."""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Server:
    """A server that answers as the test says, and remembers every request it got."""

    port: int = 0
    answer: Handler | None = None
    requests: list[web.BaseRequest] = field(default_factory=list)

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.requests.append(request)
        assert self.answer is not None
        return await self.answer(request)  # type: ignore[arg-type]  # a bare server hands on bare requests

    def says(self, body: bytes = b"", status: int = 200, **headers: str) -> None:
        """Answer every request from now on with this; underscores in header names stand for hyphens."""
        named = {"Content-Type": "application/rss+xml"}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}

        async def answer(request: web.Request) -> web.StreamResponse:
            del request
            return web.Response(body=body, status=status, headers=named)

        self.answer = answer


def configuration_of(*feeds: Feed, **fetching: Any) -> Configuration:
    settings = {"contact": "desk@example.invalid", "allow_private": ("127.0.0.0/8",), "timeout_s": 10.0}
    return Configuration(
        mission=Mission(id="TST", name="A test"),
        fetching=Fetching(**(settings | fetching)),
        codebook=shipped_codebook(),
        feeds=feeds,
        sources=(Source(name="The Gazette", grade="B"),),
    )


def document(*items: dict[str, str], head: str = "") -> bytes:
    parts = []
    for item in items:
        tags = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in item.items())
        parts.append(f"<item>{tags}</item>")
    inside = f"<title>T</title><link>http://gazette.example.invalid/</link>{head}{''.join(parts)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'.encode()


def item_of(n: int, title: str = "", body: str = "", **more: str) -> dict[str, str]:
    return {
        "guid": f"g{n}",
        "title": title or f"Story {n}",
        "link": f"http://gazette.example.invalid/{n}",
        "description": body or "Nothing to count.",
        "pubDate": "Tue, 25 Jun 2024 10:00:00 GMT",
    } | more


@pytest.fixture
def rss() -> Callable[..., bytes]:
    """Return a maker of RSS documents from items."""
    return document


@pytest.fixture
def story() -> Callable[..., dict[str, str]]:
    """Return a maker of items."""
    return item_of


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def parse_here() -> ParseHere:
    return ParseHere()


@pytest.fixture
def ledger(tmp_path: Path, clock: VirtualClock) -> Iterator[Ledger]:
    with Ledger.create(tmp_path / "data", clock=clock, program="test", virtual=True) as made:
        yield made


@pytest.fixture
def configured() -> Callable[..., Configuration]:
    """Return a maker of configurations."""
    return configuration_of


@pytest.fixture
def desk(ledger: Ledger, numbers: Numbers) -> Desk:
    configuration = configuration_of(FEED)
    ledger.configure(configuration, actor="test")
    return Desk(ledger=ledger, configuration=configuration, extractor=numbers)


@pytest.fixture(scope="session")
def pool() -> Iterator[ParsePool]:
    with ParsePool(workers=1) as made:
        yield made


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    made = Server()
    runner = web.ServerRunner(web.Server(made.handle), shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.port = runner.addresses[0][1]
    yield made
    await runner.cleanup()


@pytest.fixture
async def session(server: Server, desk: Desk) -> AsyncIterator[aiohttp.ClientSession]:
    fetching = desk.configuration.fetching
    async with open_session(fetching, resolver=ToLoopback(server.port)) as made:
        yield made


@pytest.fixture
def table(tmp_path: Path) -> Iterator[FeedTable]:
    with FeedTable(tmp_path / "watch.sqlite3") as made:
        yield made


@pytest.fixture
def watch(desk: Desk, table: FeedTable, session: aiohttp.ClientSession, parse_here: ParseHere) -> Watch:
    return Watch(
        desk=desk, table=table, session=session, parser=parse_here, memories=FeedMemories(desk.ledger)
    )
