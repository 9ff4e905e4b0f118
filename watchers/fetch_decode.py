"""Compressed bodies, opened within bounds: a bomb stops at the cap, having cost one chunk more than it."""

import zlib
from collections.abc import AsyncIterator
from typing import Protocol

import brotli

from watchers.fetch_error import FetchError

CHUNK_BYTES = 65_536
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class _Decoder(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """Return decoded bytes, at most about `room` of them."""
        ...

    @property
    def complete(self) -> bool:
        """Whether the stream came to its end."""
        ...


async def read_body(chunks: AsyncIterator[bytes], encoding: str | None, *, bytes_max: int) -> bytes:
    """Return the decoded body (FetchError `too_large` beyond `bytes_max`, `truncated` if the stream breaks off).

    Memory stays flat: decoders are asked for no more than what is still allowed.
    """
    decoder = _decoder(encoding)
    body = bytearray()
    async for chunk in chunks:
        try:
            body += decoder.feed(chunk, bytes_max + 1 - len(body))
        except (zlib.error, brotli.error) as error:
            raise FetchError("truncated", f"the compressed body is damaged ({error})") from error
        if len(body) > bytes_max:
            raise FetchError("too_large", f"the body is larger than {bytes_max:,} bytes")
    if not decoder.complete:
        raise FetchError("truncated", "the compressed body breaks off")
    return bytes(body)


def _decoder(encoding: str | None) -> _Decoder:
    match (encoding or "identity").strip().lower():
        case "gzip" | "x-gzip" | "deflate":
            return _Zlib()
        case "br":
            return _Brotli()
        case "identity" | "":
            return _Identity()
        case other:
            raise FetchError("not_a_feed", f"the server used the unknown content encoding {other!r}")


class _Identity:
    complete = True

    def feed(self, data: bytes, room: int) -> bytes:
        return data[:room]


class _Zlib:
    """gzip, zlib, or (as many servers mean by `deflate`) a raw stream without a header."""

    def __init__(self) -> None:
        self._stream = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
        self._begun = False

    @property
    def complete(self) -> bool:
        return self._stream.eof or not self._begun

    def feed(self, data: bytes, room: int) -> bytes:
        if not self._begun and data:
            self._begun = True
            try:
                return self._open(data, room)
            except zlib.error:
                self._stream = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
        return self._open(data, room)

    def _open(self, data: bytes, room: int) -> bytes:
        out = self._stream.decompress(self._stream.unconsumed_tail + data, max(1, room))
        while self._stream.eof and self._stream.unused_data.startswith(b"\x1f\x8b") and len(out) < room:
            rest = self._stream.unused_data  # a gzip file may have several members
            self._stream = zlib.decompressobj(wbits=_GZIP_OR_ZLIB)
            out += self._stream.decompress(rest, max(1, room - len(out)))
        return out


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()
        self._begun = False

    @property
    def complete(self) -> bool:
        return self._stream.is_finished() or not self._begun

    def feed(self, data: bytes, room: int) -> bytes:
        self._begun = True
        out = bytearray(self._stream.process(data, output_buffer_limit=max(1, room)))
        while len(out) < room and not self._stream.can_accept_more_data() and not self._stream.is_finished():
            out += self._stream.process(b"", output_buffer_limit=room - len(out))
        return bytes(out)
