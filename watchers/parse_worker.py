"""The process that parses foreign documents: `python -m watchers.parse_worker`, killed when it takes too long.

Speaks frames on standard input and output: four bytes of length, then MessagePack.
"""

import contextlib
import os
import resource
import struct
import sys
from typing import BinaryIO

import msgspec

from watchers.fetch_error import FetchError
from watchers.items import ParsedFeed
from watchers.parse import parse_feed

MEMORY_BYTES_MAX = 1 << 30
"""A document of 10 MB needs some 400 MB at most; beyond this it fails, and the machine does not notice."""

_LENGTH = struct.Struct(">I")


class Request(msgspec.Struct):
    """A document to be parsed."""

    data: bytes
    content_type: str | None = None


class Answer(msgspec.Struct):
    """What came of it: a feed, or a failure and its detail."""

    feed: ParsedFeed | None = None
    failure: str | None = None
    detail: str = ""


def write_frame(stream: BinaryIO, value: object) -> None:
    """Write one value as a frame."""
    body = msgspec.msgpack.encode(value)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> bytes | None:
    """Read one frame's body, or None at the end of the stream."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    body = stream.read(length)
    return body if len(body) == length else None


def answer(request: Request) -> Answer:
    """Parse one document. Whatever a hostile one provokes in the parser is that document's failure, not ours."""
    try:
        return Answer(feed=parse_feed(request.data, request.content_type))
    except FetchError as error:
        return Answer(failure=error.failure, detail=error.detail)
    except Exception as error:  # noqa: BLE001 - a foreign document must not end the worker
        return Answer(failure="parse", detail=f"{type(error).__name__}: {error}"[:200])


def main() -> None:
    """Answer requests until the other side goes away."""
    with contextlib.suppress(ValueError, OSError):  # some systems know no such limit
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # nothing that prints may break a frame
    while (body := read_frame(sys.stdin.buffer)) is not None:
        write_frame(answers, answer(msgspec.msgpack.decode(body, type=Request)))


if __name__ == "__main__":
    main()
