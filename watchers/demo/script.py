"""What each demo feed shows at any instant: items that appear, are silently edited, and scroll out of the window."""

import tomllib
from collections import defaultdict
from datetime import datetime
from email.utils import format_datetime
from importlib import resources
from xml.sax.saxutils import escape

import msgspec

from ledger.values import Value

WINDOW = 20
"""How many items a feed shows at once, as most real feeds do."""


class Revision(Value, frozen=True, kw_only=True):
    """From `at` on the item shows other words or another address."""

    at: datetime
    title: str | None = None
    body: str | None = None
    link: str | None = None


class Republished(Value, frozen=True, kw_only=True):
    """From `at` on the item shows another date and nothing else."""

    at: datetime
    published: datetime


class ScriptItem(Value, frozen=True, kw_only=True):
    """One item of one feed, from the instant `at` on."""

    feed: str
    guid: str
    at: datetime
    published: datetime
    title: str
    link: str
    body: str
    revision: tuple[Revision, ...] = ()
    republished: tuple[Republished, ...] = ()

    def shown(self, now: datetime) -> "ScriptItem":
        """Return the item as the feed shows it at an instant."""
        title, body, link, published = self.title, self.body, self.link, self.published
        for revision in self.revision:
            if revision.at <= now:
                title = revision.title or title
                body = revision.body or body
                link = revision.link or link
        for change in self.republished:
            if change.at <= now:
                published = change.published
        return msgspec.structs.replace(self, title=title, body=body, link=link, published=published)


class Script:
    """Every demo item, by feed, in the order in which they appear."""

    def __init__(self, items: tuple[ScriptItem, ...]) -> None:
        self._feeds: dict[str, list[ScriptItem]] = defaultdict(list)
        for item in sorted(items, key=lambda item: (item.at, item.guid)):
            self._feeds[item.feed].append(item)

    @property
    def items(self) -> tuple[ScriptItem, ...]:
        """Every item as it first appears."""
        return tuple(item for items in self._feeds.values() for item in items)

    def document(self, feed: str, now: datetime) -> bytes:
        """Return the RSS 2.0 document that a feed shows at an instant."""
        items = [item.shown(now) for item in self._feeds.get(feed, ()) if item.at <= now][-WINDOW:]
        entries = "\n".join(_entry(item) for item in reversed(items))
        return (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>\n'
            f"<title>{escape(feed)}</title><link>http://{feed}.example.invalid/</link>"
            f"<description>Written for the demo</description>\n{entries}\n</channel></rss>\n"
        ).encode()


def shipped_script() -> Script:
    """Load the script that ships with the product (every `items*.toml` of this package)."""
    items: list[ScriptItem] = []
    for file in sorted(resources.files("watchers.demo").iterdir(), key=lambda file: file.name):
        if file.name.startswith("items") and file.name.endswith(".toml"):
            table = tomllib.loads(file.read_text(encoding="utf-8"))
            items += msgspec.convert(table["item"], list[ScriptItem])
    return Script(tuple(items))


def _entry(item: ScriptItem) -> str:
    return (
        f'<item><guid isPermaLink="false">{escape(item.guid)}</guid><title>{escape(item.title)}</title>'
        f"<link>{escape(item.link)}</link><pubDate>{format_datetime(item.published)}</pubDate>"
        f"<description>{escape(item.body)}</description></item>"
    )
