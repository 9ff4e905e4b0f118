"""What a poll costs in CPU, beside the least that the HTTP client alone costs, in one run.

    uv run python bench/poll.py [--feeds 500] [--items 25] [--json]

Feeds are served by another process on loopback. Figures are CPU milliseconds a feed of this process and of its
parsing processes. Floor: the same requests with the same session, bodies read, nothing else done.
"""

import argparse
import asyncio
import json
import multiprocessing
import resource
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from time import process_time

import msgspec
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.configuration import Configuration, Feed
from watchers.config import load
from watchers.decide_document import Desk
from watchers.extract.pipeline import Extractor
from watchers.feeds import FeedMemories
from watchers.feedtable import FeedTable
from watchers.fetch_network import open_session
from watchers.parse_pool import ParsePool
from watchers.poll import Watch, poll_due

START = datetime(2024, 6, 25, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
TARGETS_MS = {"304": 1.1, "unchanged 200": 3.5}


def document(feed: str, items: int) -> bytes:
    """Return an RSS document in our own words, about 25 kB with 25 items."""
    sentence = (
        "The council met for a second day and heard from every district about roads, schools and water. "
    )
    parts = [
        f"<item><guid>{feed}-{n}</guid><title>District report {n} of {feed}</title>"
        f"<link>http://{feed}.example.invalid/{n}</link><description>&lt;p&gt;{sentence * 8}&lt;/p&gt;</description>"
        f"<pubDate>Tue, 25 Jun 2024 {n % 12:02}:00:00 GMT</pubDate></item>"
        for n in range(items)
    ]
    inside = f"<title>{feed}</title><link>http://{feed}.example.invalid/</link>{''.join(parts)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inside}</channel></rss>'.encode()


def serve(pipe: Connection, items: int) -> None:
    """Serve every feed by its host name; answers 304 to its ETag unless the path says `always`."""

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        feed = request.host.partition(".")[0]
        validators = {} if request.path == "/always" else {"ETag": '"1"'}
        headers = validators | {"Content-Type": "application/rss+xml"}
        return web.Response(body=document(feed, items), headers=headers)

    async def run() -> None:
        runner = web.ServerRunner(web.Server(answer))
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        pipe.send(runner.addresses[0][1])
        await asyncio.get_running_loop().run_in_executor(None, pipe.poll, None)

    asyncio.run(run())


class Loopback(AbstractResolver):
    """Leads every name to the server."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the server."""
        del port, family
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Hold nothing."""


def cpu_s() -> float:
    """Return the CPU seconds of this process and of the children that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return process_time() + children.ru_utime + children.ru_stime


async def spent_ms(work: Callable[[], Awaitable[object]], feeds: int) -> float:
    """Return CPU milliseconds a feed."""
    before = cpu_s()
    await work()
    return (cpu_s() - before) * 1_000 / feeds


@dataclass(frozen=True, kw_only=True)
class Bench:
    """One desk with its feeds, and the server's port."""

    configuration: Configuration
    folder: Path
    port: int

    @asynccontextmanager
    async def watching(self, name: str) -> AsyncIterator[tuple[Watch, VirtualClock]]:
        """Yield a fresh desk in a folder of its own."""
        clock = VirtualClock(START)
        fetching = self.configuration.fetching
        data = self.folder / name
        with (
            Ledger.create(data, clock=clock, program="bench") as ledger,
            FeedTable(data / "watch.sqlite3") as table,
            ParsePool(workers=1) as parser,
        ):
            async with open_session(fetching, resolver=Loopback(self.port)) as session:
                desk = Desk(
                    ledger=ledger, configuration=self.configuration, extractor=Extractor(self.configuration)
                )
                memories = FeedMemories(ledger)
                yield (
                    Watch(desk=desk, table=table, session=session, parser=parser, memories=memories),
                    clock,
                )

    async def download(self, *, conditional: bool) -> float:
        """Return what the requests alone cost."""
        headers = {"If-None-Match": '"1"'} if conditional else {}
        slots = asyncio.Semaphore(self.configuration.fetching.concurrency)
        async with open_session(self.configuration.fetching, resolver=Loopback(self.port)) as session:

            async def one(feed: Feed) -> None:
                async with slots, session.get(feed.url or "", headers=headers) as response:
                    await response.read()

            async def everything() -> None:
                await asyncio.gather(*(one(feed) for feed in self.configuration.feeds))

            return await spent_ms(everything, len(self.configuration.feeds))


def with_feeds(port_path: str, feeds: int) -> Configuration:
    """Return the shipped configuration with feeds on loopback instead of its own."""
    shipped = load(ROOT / "config.toml")
    fetching = msgspec.structs.replace(shipped.fetching, allow_private=("127.0.0.0/8",))
    ours = tuple(
        Feed(name=f"f{n}", source="Bench", url=f"http://f{n}.example.invalid{port_path}")
        for n in range(feeds)
    )
    return msgspec.structs.replace(shipped, fetching=fetching, feeds=ours)


async def round_ms(bench: Bench, watch: Watch, clock: VirtualClock, expected: str) -> float:
    """Return what one forced round costs, having checked that it was what it should be."""
    clock.advance(timedelta(hours=1))
    outcomes: list[str] = []

    async def work() -> None:
        outcomes.extend(each.outcome for each in await poll_due(watch, clock(), force=True))

    spent = await spent_ms(work, len(bench.configuration.feeds))
    assert set(outcomes) == {expected}, outcomes[:3]
    return spent


async def first_ingest_ms(bench: Bench) -> float:
    """Return what the first round costs, parsing processes included (they are counted once they have ended)."""
    async with bench.watching("ingest") as (watch, clock):
        before = cpu_s()
        await poll_due(watch, clock())
        mine = process_time()
    return (cpu_s() - before - (process_time() - mine)) * 1_000 / len(bench.configuration.feeds)


async def measure(port: int, feeds: int) -> dict[str, dict[str, float]]:
    """Return CPU milliseconds a feed: ours, the floor's, and the ratio."""
    with tempfile.TemporaryDirectory() as folder:
        validated = Bench(configuration=with_feeds("/", feeds), folder=Path(folder), port=port)
        stubborn = Bench(configuration=with_feeds("/always", feeds), folder=Path(folder), port=port)
        floor_304 = await validated.download(conditional=True)
        floor_200 = await validated.download(conditional=False)
        async with validated.watching("304") as (watch, clock):
            await poll_due(watch, clock())
            not_modified = await round_ms(validated, watch, clock, "not_modified")
        async with stubborn.watching("200") as (watch, clock):
            await poll_due(watch, clock())
            unchanged = await round_ms(stubborn, watch, clock, "unchanged")
        ingest = await first_ingest_ms(validated)
    found = {"304": (not_modified, floor_304), "unchanged 200": (unchanged, floor_200)}
    found["first ingest"] = (ingest, floor_200)
    return {
        name: {"ours_ms": round(ours, 3), "floor_ms": round(floor, 3), "ratio": round(ours / floor, 2)}
        for name, (ours, floor) in found.items()
    }


def main() -> None:
    """Run, and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--feeds", type=int, default=500)
    parser.add_argument("--items", type=int, default=25)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    here, there = multiprocessing.Pipe()
    server = multiprocessing.Process(target=serve, args=(there, asked.items), daemon=True)
    server.start()
    try:
        result = asyncio.run(measure(here.recv(), asked.feeds))
    finally:
        here.send(None)
        server.join(5)
    size = len(document("f1", asked.items))
    if asked.json:
        print(
            json.dumps({"feeds": asked.feeds, "items": asked.items, "bytes": size, "cpu_ms_a_feed": result})
        )
        return
    print(f"{asked.feeds} feeds, {asked.items} items, {size:,} bytes each; CPU ms a feed")
    for name, row in result.items():
        target = f"  (target {TARGETS_MS[name]})" if name in TARGETS_MS else ""
        print(
            f"{name:14} ours {row['ours_ms']:7.2f}  floor {row['floor_ms']:5.2f}  ratio {row['ratio']:5.2f}{target}"
        )


if __name__ == "__main__":
    main()
