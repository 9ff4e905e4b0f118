"""From an entry to an item: one Unicode form, one kind of white space, resolved links, an identity. Pure."""

import re
import unicodedata
from urllib.parse import urlsplit

from yarl import URL

from watchers.items import Item, RawItem, item_id_of, sha256_of

TITLE_CHARS_MAX = 2_000
"""A longer title is a document in the wrong place; what is beyond goes to the body, so nothing is lost."""

_INVISIBLE = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\ufeff\ufffe\uffff]|[\ud800-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")
_TRACKING = re.compile(
    r"utm_\w+|at_\w+|ns_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|maca|refsec|traffic_source|ito|cmpid|ref_src|igshid|smid",
    re.IGNORECASE,
)
"""Parameters seen in feeds that tell the publisher who clicked, not which page is meant."""


def normalise(raw: RawItem, feed: str, *, address: str | None = None) -> Item:
    """Return the item that an entry shows; `address` is the feed's own, which relative links are resolved against.

    The key is the guid, else the canonical link, else a hash of title, date and body.
    """
    title, body = clean(raw.title).replace("\n", " "), clean(raw.body)
    if len(title) > TITLE_CHARS_MAX:
        body = f"{title[TITLE_CHARS_MAX:]}\n{body}".strip()
        title = title[:TITLE_CHARS_MAX]
    link = resolve_link(raw.link, address)
    guid = clean(raw.guid or "").replace("\n", " ") or None
    key = guid or (canonical_link(link) if link else None)
    key = key or "hash:" + sha256_of("\n".join((title, raw.published or "", body)))
    return Item(
        item_id=item_id_of(feed, key),
        feed=feed,
        key=key,
        title=title,
        body=body,
        guid=guid,
        link=link,
        published=raw.published,
        author=clean(raw.author or "") or None,
        publisher=clean(raw.publisher or "") or None,
        language=clean(raw.language or "") or None,
    )


def clean(text: str) -> str:
    """Return plain text in NFC: no control or zero-width characters, single spaces, no blank lines."""
    text = unicodedata.normalize("NFC", _INVISIBLE.sub("", text.replace("\r", "\n")))
    return _LINES.sub("\n", _SPACES.sub(" ", text)).strip()


def resolve_link(link: str | None, address: str | None) -> str | None:
    """Return an absolute http(s) link as the publisher wrote it, or None for anything else.

    A relative one is joined to the feed's address. The link is stored untouched: re-encoding damages queries.
    """
    if not link:
        return None
    link = _INVISIBLE.sub("", link).strip()
    try:
        scheme, host = urlsplit(link).scheme, urlsplit(link).hostname
        if scheme:
            return link if scheme in {"http", "https"} and host else None
        joined = URL(address).join(URL(link)) if address else None
    except ValueError:  # not an address at all
        return None
    return str(joined) if joined is not None and joined.scheme in {"http", "https"} and joined.host else None


def canonical_link(link: str) -> str:
    """Return what two links to one page have in common: for comparing only, never stored as the link.

    Scheme, `www.`, letter case of the host, default port, fragment, trailing slash, tracking parameters and doubly
    escaped ampersands do not count.
    """
    try:
        url = URL(link.replace("&amp;", "&"))
        host, port = (url.host or "").removeprefix("www."), url.port
    except ValueError:
        return link
    query = "&".join(
        sorted(f"{name}={value}" for name, value in url.query.items() if not _TRACKING.fullmatch(name))
    )
    place = host if port in {80, 443, None} else f"{host}:{port}"
    return f"{place}{url.path.rstrip('/')}" + (f"?{query}" if query else "")
