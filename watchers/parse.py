"""Documents to entries. Pure, but not to be trusted with foreign documents in this process: see `parse_pool`.

feedparser is the reference for what an id, a link, a title, a date and a body is. It is told neither to sanitise
(quadratic: a 240 kB comment took 12 s) nor to resolve addresses; nh3 and yarl do that.
"""

import calendar
import io
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import feedparser

from watchers.fetch_error import FetchError
from watchers.items import ParsedFeed, RawItem
from watchers.parse_json import is_json, parse_json_feed
from watchers.parse_mend import mended_xml
from watchers.parse_text import plain_text

PARSER = f"feedparser/{feedparser.__version__}"
_HTML = re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_CLOSED = re.compile(rb"</\s*(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_HEAD_BYTES = 2_000
_PERIODS_S = {"hourly": 3_600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000, "yearly": 31_536_000}
_TTL_MINUTES_MAX = 100_000
_TTL_DIGITS_MAX = 6
_PROBLEM_CHARS_MAX = 200


def parse_feed(data: bytes, content_type: str | None = None) -> ParsedFeed:
    """Return what a document holds; a malformed one keeps what could be read and says what is wrong.

    An empty one breaks off at its first byte. One that makes the parser fail is mended and parsed once more.
    Raises FetchError `not_a_feed` for HTML, and for anything that is neither RSS, Atom, RDF nor a JSON feed;
    `parse` for what cannot be parsed even when mended.
    """
    if not data.strip(b"\0 \t\r\n"):
        return ParsedFeed(items=(), parser=PARSER, degraded="the document is empty", truncated=True)
    if _HTML.match(data[:_HEAD_BYTES].replace(b"\0", b"")):
        raise FetchError("not_a_feed", "the server sent a web page, not a feed")
    if is_json(data, content_type):
        return parse_json_feed(data)
    found, mended = _found(data, content_type)
    if not found.version and not found.entries:
        raise FetchError("not_a_feed", "the document is neither RSS, Atom, RDF nor a JSON feed")
    truncated = _degraded(found) is not None and not _CLOSED.search(data[-_HEAD_BYTES:].replace(b"\0", b""))
    entries = found.entries[:-1] if truncated else found.entries
    channel: Mapping[str, Any] = found.feed
    return ParsedFeed(
        items=tuple(_raw(entry, channel.get("language")) for entry in entries),
        parser=PARSER,
        degraded=mended or _degraded(found),
        truncated=truncated,
        title=plain_text(channel.get("title") or "") or None,
        site=channel.get("link"),
        ttl_s=_ttl_s(channel),
    )


def _found(data: bytes, content_type: str | None) -> tuple[Any, str | None]:
    """Return what feedparser found, and why the document had to be mended for that (None if it had not).

    `&#xD800;`, `&#1114112;` and a NUL in the name of an encoding each raise, and so do some tags out of place: the
    parser's own errors are of no one kind, and none of them is a reason to lose what the rest of a document says.
    """
    try:
        return _parsed(data, content_type), None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever a foreign document provokes
        problem = f"{type(error).__name__}: {error}"[:_PROBLEM_CHARS_MAX]
    try:
        found = _parsed(mended_xml(data, content_type), "application/xml; charset=utf-8")
    except MemoryError:
        raise
    except Exception as error:
        raise FetchError(
            "parse", f"the document breaks the parser ({type(error).__name__}: {error})"
        ) from error
    return found, f"bad characters were replaced ({problem})"


def _parsed(data: bytes, content_type: str | None) -> Any:
    headers = {"content-type": content_type} if content_type else {}
    # A stream, never the bytes themselves: those feedparser would open, if they spelt a path or an address.
    return feedparser.parse(
        io.BytesIO(data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _raw(entry: Mapping[str, Any], language: str | None) -> RawItem:
    source = entry.get("source") or {}
    author = entry.get("author")
    return RawItem(
        guid=entry.get("id") or None,
        link=_link(entry),
        title=plain_text(entry.get("title") or ""),
        body=_body(entry),
        published=_date(entry),
        author=plain_text(author) if isinstance(author, str) else None,
        publisher=plain_text(source.get("title") or "") or None,
        language=language if isinstance(language, str) else None,
    )


def _link(entry: Mapping[str, Any]) -> str | None:
    link = entry.get("link") or None
    # An RSS guid counts as a permalink unless it says otherwise, so feedparser offers `guid42` as a link.
    return None if link == entry.get("id") and link and "://" not in link else link


def _body(entry: Mapping[str, Any]) -> str:
    written = [content.get("value") or "" for content in entry.get("content") or []]
    return max((plain_text(text) for text in (entry.get("summary") or "", *written)), key=len)


def _date(entry: Mapping[str, Any]) -> str | None:
    moment = entry.get("published_parsed") or entry.get("updated_parsed")
    if not moment:
        return None
    try:
        instant = datetime.fromtimestamp(calendar.timegm(moment), UTC)
    except (ValueError, OverflowError, OSError):  # a date outside of what the calendar knows
        return None
    return instant.isoformat().replace("+00:00", "Z")


def _degraded(found: Mapping[str, Any]) -> str | None:
    if not found.get("bozo"):
        return None
    problem = found.get("bozo_exception")
    if isinstance(problem, feedparser.NonXMLContentType):
        return None  # many servers send feeds as text/html or worse; the document itself is sound
    return f"{type(problem).__name__}: {problem}"[:_PROBLEM_CHARS_MAX]


def _ttl_s(channel: Mapping[str, Any]) -> int | None:
    ttl = str(channel.get("ttl") or "").strip()
    if 0 < _number(ttl) <= _TTL_MINUTES_MAX:
        return _number(ttl) * 60
    period = _PERIODS_S.get(str(channel.get("sy_updateperiod") or "").strip().lower())
    if period is None:
        return None
    often = _number(str(channel.get("sy_updatefrequency") or "1").strip())
    return max(period // max(often, 1), 1)


def _number(text: str) -> int:
    # `int` refuses what is very long, and takes digits of other scripts.
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _TTL_DIGITS_MAX else 0
