"""JSON Feed (jsonfeed.org, version 1 and 1.1), read leniently: a malformed entry costs only itself."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from watchers.fetch_error import FetchError
from watchers.items import ParsedFeed, RawItem
from watchers.parse_mend import mended_json
from watchers.parse_text import plain_text

PARSER = "jsonfeed/1.1"


def is_json(data: bytes, content_type: str | None) -> bool:
    """Whether a document wants to be read as JSON: it starts like it, or is declared so."""
    return data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" or "json" in (content_type or "").lower()


def parse_json_feed(data: bytes) -> ParsedFeed:
    """Return the entries of a JSON feed (FetchError `not_a_feed` if it is other JSON or none)."""
    document, mended = _decoded(data.removeprefix(b"\xef\xbb\xbf"))
    entries = document.get("items") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        raise FetchError("not_a_feed", "the document is JSON, but no JSON feed: it has no list of items")
    good = [entry for entry in entries if isinstance(entry, dict)]
    return ParsedFeed(
        items=tuple(_raw(entry, _text(document, "language")) for entry in good),
        parser=PARSER,
        degraded=mended or (None if len(good) == len(entries) else "some items are no objects"),
        title=_text(document, "title"),
        site=_text(document, "home_page_url"),
    )


def _decoded(data: bytes) -> tuple[Any, str | None]:
    """Return the JSON, and why it had to be mended for that (None if it had not)."""
    try:
        return msgspec.json.decode(data), None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        problem = f"bad characters were replaced ({type(error).__name__}: {error})"
    except RecursionError as error:
        raise FetchError("not_a_feed", "the document is JSON that is nested too deeply") from error
    try:
        return msgspec.json.decode(mended_json(data)), problem
    except (msgspec.DecodeError, RecursionError) as error:
        raise FetchError("not_a_feed", f"the document is broken JSON ({error})") from error


def _raw(entry: dict[str, Any], language: str | None) -> RawItem:
    authors = entry.get("authors") or [entry.get("author")]
    first = authors[0] if isinstance(authors, list) and authors else None
    markup = _text(entry, "content_html")
    guid = entry.get("id")
    return RawItem(
        guid=str(guid) if isinstance(guid, (str, int, float)) and guid != "" else None,
        link=_text(entry, "url") or _text(entry, "external_url"),
        title=plain_text(_text(entry, "title") or ""),
        body=plain_text(markup) if markup else _text(entry, "content_text") or _text(entry, "summary") or "",
        published=_instant(_text(entry, "date_published") or _text(entry, "date_modified")),
        author=_text(first, "name") if isinstance(first, dict) else None,
        language=_text(entry, "language") or language,
    )


def _text(mapping: dict[str, Any], name: str) -> str | None:
    value = mapping.get(name)
    return value if isinstance(value, str) and value else None


def _instant(text: str | None) -> str | None:
    try:
        instant = datetime.fromisoformat(text) if text else None
        if instant is None:
            return None
        return (
            instant.replace(tzinfo=instant.tzinfo or UTC).astimezone(UTC).isoformat().replace("+00:00", "Z")
        )
    except (ValueError, OverflowError):
        return None
