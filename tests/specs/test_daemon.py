"""The real daemon as a process: it polls over HTTP, alerts, delivers to a webhook, and stops in good order."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from ledger.clocks import system_clock
from ledger.events import ItemObserved, NotificationDelivered, WatchStarted, WatchStopped
from ledger.home import Home
from watchers.config_lines import with_tables

PATIENCE_S = 90
SHIPPED = Path(__file__).parents[2] / "config.toml"

OUTLET = """
[fetch]
contact = "desk@example.org"
floor = "1s"
interval = "1s"
allow_private = ["127.0.0.0/8"]

[[source]]
name = "Wire"
grade = "A"

[[feed]]
name = "wire"
source = "Wire"
url = "http://127.0.0.1:{port}/feed.xml"
every = "1s"

[[alert]]
name = "courts"
kind = "development"
severity = "critical"
on = ["legal_ruling"]
notify = ["hook"]

[[destination]]
name = "hook"
kind = "webhook"
env = "TEST_HOOK"
"""


@dataclass
class Town:
    """A feed that publishes a second item once it was polled, and a webhook that listens."""

    polls: int = 0
    calls: list[Any] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    polled: asyncio.Event = field(default_factory=asyncio.Event)

    async def feed(self, _request: web.Request) -> web.Response:
        self.polls += 1
        self.polled.set()
        items = [("first", "Quiet day in Port-au-Prince", "Police reported nothing new in Haiti.")]
        if self.polls > 1:
            ruling = "The High Court of Kenya on Friday barred the deployment of police to Haiti."
            items.insert(0, ("second", "Court bars Haiti deployment", ruling))
        now = format_datetime(datetime.now(UTC))
        entries = "".join(
            f"<item><guid>{guid}</guid><title>{title}</title><pubDate>{now}</pubDate>"
            f"<description>{body}</description></item>"
            for guid, title, body in items
        )
        document = (
            f'<?xml version="1.0"?><rss version="2.0"><channel><title>w</title>{entries}</channel></rss>'
        )
        return web.Response(
            text=document, content_type="application/rss+xml", headers={"ETag": f'"{self.polls}"'}
        )

    async def hook(self, request: web.Request) -> web.Response:
        self.calls.append(await request.json())
        self.called.set()
        return web.Response()


@asynccontextmanager
async def serving(town: Town) -> AsyncIterator[int]:
    application = web.Application()
    application.router.add_get("/feed.xml", town.feed)
    application.router.add_post("/hook", town.hook)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


def make_home(folder: Path, port: int) -> Home:
    """A home like the shipped one, but for a single feed on this machine, one rule and one webhook."""
    text = with_tables(SHIPPED.read_text(encoding="utf-8"), OUTLET.format(port=port))
    (folder / "config.toml").write_text(text, encoding="utf-8")
    return Home(folder)


async def sitledger(home: Home, *arguments: str, **environment: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "watchers.cli.command", *arguments, "--home", str(home.folder)),
        env=os.environ | environment,
        stderr=asyncio.subprocess.PIPE,
    )


async def test_the_daemon_hears_rings_and_stops(tmp_path: Path) -> None:
    """A ruling that appears in a feed reaches the webhook, is recorded as delivered, and SIGTERM ends in good order."""
    town = Town()
    async with serving(town) as port:
        home = make_home(tmp_path, port)
        assert await (await sitledger(home, "init")).wait() == 0
        daemon = await sitledger(home, "run", TEST_HOOK=f"http://127.0.0.1:{port}/hook")
        await asyncio.wait_for(town.called.wait(), PATIENCE_S)
        daemon.send_signal(signal.SIGTERM)
        _, told = await asyncio.wait_for(daemon.communicate(), PATIENCE_S)
    assert daemon.returncode == 0, told.decode()
    assert "Traceback" not in told.decode()
    assert "barred the deployment" in json.dumps(town.calls)
    with home.open(system_clock) as ledger:
        items = [each.event for each in ledger.of_type(ItemObserved)]
        assert [event.baseline for event in items if isinstance(event, ItemObserved)] == [True, False]
        assert len(list(ledger.of_type(NotificationDelivered))) == len(town.calls) == 1
        assert len(list(ledger.of_type(WatchStarted))) == 1
        stopped = [each.event for each in ledger.of_type(WatchStopped)]
        assert stopped == [WatchStopped(reason="SIGTERM")]


async def test_a_second_daemon_on_one_ledger_is_refused(tmp_path: Path) -> None:
    """The second says which process watches already, and ends with exit code 3; the first goes on."""
    town = Town()
    async with serving(town) as port:
        home = make_home(tmp_path, port)
        assert await (await sitledger(home, "init")).wait() == 0
        first = await sitledger(home, "run", TEST_HOOK=f"http://127.0.0.1:{port}/hook")
        await asyncio.wait_for(town.polled.wait(), PATIENCE_S)
        second = await sitledger(home, "run")
        _, told = await asyncio.wait_for(second.communicate(), PATIENCE_S)
        assert second.returncode == 3
        assert f"pid {first.pid}" in told.decode()
        assert first.returncode is None
        first.send_signal(signal.SIGINT)
        await asyncio.wait_for(first.communicate(), PATIENCE_S)
        assert first.returncode == 0
