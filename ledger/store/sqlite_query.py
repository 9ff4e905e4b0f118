"""Queries by type and tag as SQL.

A tag's positions come from `event_tags`. A type's are found through `type_spans`: only spans in which it occurs are
searched, so that a rare type costs little and no row pays for an index on its type.
"""
# ruff: noqa: S608 -- only column names and placeholders made here are put into a statement; values are bound

from collections.abc import Callable, Sequence
from typing import Any

from eventsourcing.dcb.api import DCBQuery, DCBQueryItem

from ledger.store.sqlite_schema import SPAN_BITS

_PAGE = "e.pos > :after AND e.pos <= :until ORDER BY e.pos LIMIT :limit"
_SPAN = 1 << SPAN_BITS


def matches(query: DCBQuery | None) -> Sequence[DCBQueryItem]:
    """Return the items that narrow a query; none means that every row matches."""
    items = query.items if query else []
    return items if all(item.types or item.tags for item in items) else ()


def page_sql(columns: str, query: DCBQuery | None) -> tuple[str, dict[str, Any]]:
    """Return the statement for one page and its values; the caller adds `after`, `until` and `limit`."""
    items = matches(query)
    if not items:
        return f"SELECT {columns} FROM events e WHERE {_PAGE}", {}
    found, values = match_sql(items)
    return f"SELECT {columns} FROM events e WHERE e.pos IN ({found}) ORDER BY e.pos", values


def match_sql(items: Sequence[DCBQueryItem]) -> tuple[str, dict[str, Any]]:
    """Return a statement for the first `limit` positions that match any item, in order, and its values."""
    values: dict[str, Any] = {}

    def bind(value: str) -> str:
        name = f"v{len(values)}"
        values[name] = value
        return f":{name}"

    parts = [part for item in items for part in _item_sql(item, bind)]
    union = " UNION ".join(f"SELECT pos FROM ({part}) AS part" for part in parts)
    return f"{union} ORDER BY pos LIMIT :limit", values


def _item_sql(item: DCBQueryItem, bind: Callable[[str], str]) -> list[str]:
    if not item.tags:
        return [_type_sql(bind(each)) for each in item.types]
    # Names that hold an id are longer and rarer than names of feeds or kinds: start from the longest.
    first, *others = sorted(set(item.tags), key=len, reverse=True)
    source, where = "event_tags t", [f"t.tag = {bind(first)}"]
    where += [
        f"EXISTS (SELECT 1 FROM event_tags o WHERE o.tag = {bind(tag)} AND o.pos = t.pos)" for tag in others
    ]
    if item.types:
        source += " CROSS JOIN events e ON e.pos = t.pos"
        where.append(f"e.type IN ({', '.join(bind(each) for each in item.types)})")
    where.append("t.pos > :after AND t.pos <= :until")
    return [f"SELECT t.pos AS pos FROM {source} WHERE {' AND '.join(where)} ORDER BY t.pos LIMIT :limit"]


def _type_sql(name: str) -> str:
    return (
        "SELECT e.pos AS pos FROM type_spans s CROSS JOIN events e"
        f" ON e.pos > s.span * {_SPAN} AND e.pos <= s.span * {_SPAN} + {_SPAN}"
        f" WHERE s.type = {name} AND s.span >= :after / {_SPAN} AND s.span <= :until / {_SPAN}"
        f" AND e.type = {name} AND e.pos > :after AND e.pos <= :until ORDER BY s.span, e.pos LIMIT :limit"
    )
