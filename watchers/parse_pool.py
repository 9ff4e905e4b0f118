"""Parsing in processes that can be killed. A document that hangs the parser costs its own feed a poll, nobody else.

Every foreign document goes here: measured on 33 kB documents the way there and back costs 0.3 ms beside 10 ms of
parsing, and no pre-check could promise that a small document is harmless.
"""

import subprocess
import sys
import threading
from queue import LifoQueue
from types import TracebackType
from typing import BinaryIO, Protocol, Self, cast

import msgspec

from watchers.fetch_error import FAILURES, Failure, FetchError
from watchers.items import ParsedFeed
from watchers.parse_worker import Answer, Request, read_frame, write_frame

DEADLINE_S = 20.0
"""The slowest real document known (1.6 MB) takes 0.2 s, 50,000 small items 6 s."""


class Parses(Protocol):
    """Something that reads documents."""

    def parse(self, data: bytes, content_type: str | None = None) -> ParsedFeed:
        """Return what a document holds (FetchError)."""
        ...


class ParsePool:
    """A few parsing processes, started when first needed, killed at the deadline and started anew.

    `parse` may be called from several threads at once. Close it, or use it as a context manager.
    """

    def __init__(self, *, workers: int = 2, deadline_s: float = DEADLINE_S) -> None:
        self._deadline_s = deadline_s
        self._idle: LifoQueue[_Worker | None] = LifoQueue()
        self._workers = workers
        for _ in range(workers):
            self._idle.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def parse(self, data: bytes, content_type: str | None = None) -> ParsedFeed:
        """Return what a document holds; blocks until a process is free and done.

        Raises FetchError `parse` if it took longer than the deadline or more memory than allowed, and what
        `parse.parse_feed` raises.
        """
        worker = self._idle.get()
        try:
            worker = worker or _Worker()
            answer = worker.ask(Request(data=data, content_type=content_type), self._deadline_s)
            if answer is None:
                worker.end()
                worker = None
        except BaseException:
            if worker is not None:
                worker.end()
                worker = None
            raise
        finally:
            self._idle.put(worker)
        return _feed_of(answer, self._deadline_s)

    def close(self) -> None:
        """End all processes."""
        for _ in range(self._workers):
            worker = self._idle.get()
            if worker is not None:
                worker.end()
            self._idle.put(None)


class _Worker:
    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "watchers.parse_worker"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def ask(self, request: Request, deadline_s: float) -> Answer | None:
        """Return the answer, or None if the process died or had to be killed at the deadline."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        killer = threading.Timer(deadline_s, self._process.kill)
        killer.start()
        try:
            write_frame(cast("BinaryIO", self._process.stdin), request)
            body = read_frame(cast("BinaryIO", self._process.stdout))
        except BrokenPipeError:
            return None
        finally:
            killer.cancel()
        return None if body is None else msgspec.msgpack.decode(body, type=Answer)

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self._process.kill()
        try:
            self._process.communicate()
        except (BrokenPipeError, ValueError):
            self._process.wait()


def _feed_of(answer: Answer | None, deadline_s: float) -> ParsedFeed:
    if answer is None:
        raise FetchError(
            "parse", f"the document could not be parsed within {deadline_s:g} s, or killed its parser"
        )
    if answer.feed is None:
        assert answer.failure in FAILURES
        raise FetchError(cast("Failure", answer.failure), answer.detail)
    return answer.feed
