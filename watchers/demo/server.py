"""Serves the demo's feeds on loopback; which feed is asked for is told by the host name, as on the real web."""

import hashlib
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from ledger.clocks import Clock
from watchers.demo.script import Script

DOMAIN = ".example.invalid"
LOOPBACK = "127.0.0.1"


class LoopbackResolver(AbstractResolver):
    """Leads every name of the demo's domain to one port on loopback, and knows no other name."""

    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the demo's server for a demo name (OSError for any other)."""
        del port, family
        if not host.endswith(DOMAIN):
            raise OSError(f"the demo knows no host {host!r}; it needs no network")
        return [
            ResolveResult(
                hostname=host,
                host=LOOPBACK,
                port=self._port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        """Hold nothing, release nothing."""


@asynccontextmanager
async def serving(script: Script, clock: Clock) -> AsyncIterator[int]:
    """Serve the script at the clock's instant on a free port, and give the port."""

    async def feed(request: web.Request) -> web.Response:
        name = (request.url.host or "").removesuffix(DOMAIN)
        body = script.document(name, clock())
        etag = f'"{hashlib.sha256(body).hexdigest()[:16]}"'
        headers = {"ETag": etag, "Content-Type": "application/rss+xml; charset=utf-8"}
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=web.HTTPNotModified.status_code, headers=headers)
        return web.Response(body=body, headers=headers)

    application = web.Application()
    application.router.add_get("/{path:.*}", feed)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, LOOPBACK, 0)
    await site.start()
    try:
        assert runner.addresses
        yield int(runner.addresses[0][1])
    finally:
        await runner.cleanup()
