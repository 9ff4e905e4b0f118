"""What the extraction says about texts, as flat JSON Lines in the form of the gold files. Records nothing."""

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from ledger.developments import Count, Development, Money, When
from watchers.decide import Extracts
from watchers.extract.found import Extraction, Found

CANDIDATES_MAX = 3


class _Id(msgspec.Struct):
    id: str | int | None = None


class _Line(msgspec.Struct, kw_only=True):
    id: str | int | None = None
    text: str
    lang: str | None = None
    published: str | None = None
    source: str | None = None


def extract_lines(extractor: Extracts, lines: Iterable[str | bytes]) -> Iterator[bytes]:
    """Yield one JSON line (without a line feed) for each line `{"id","lang","published","source","text"}`.

    `found` holds flat slots with `evidence` as [start, end] code points and `confidence`; `candidates` the likeliest
    kinds of the line, best first. A line that cannot be read, an empty one too, gives `{"id": …, "error": …}` with
    its id if it has one, else null: so line n of the output always belongs to line n of the input.
    """
    for line in lines:
        if not line.strip():
            yield msgspec.json.encode({"id": None, "error": "the line is empty"})
            continue
        try:
            asked = msgspec.json.decode(line, type=_Line)
            published = date.fromisoformat(asked.published[:10]) if asked.published else None
        except (ValueError, RecursionError) as error:
            yield msgspec.json.encode({"id": _id_of(line), "error": str(error) or type(error).__name__})
            continue
        found = extractor.extract(
            asked.text, published=published, source=asked.source or "", language=asked.lang
        )
        yield msgspec.json.encode(_answer(asked.id, found))


def _id_of(line: str | bytes) -> str | int | None:
    """Return the id of a line that is wrong in another place, None if it cannot be read."""
    try:
        return msgspec.json.decode(line, type=_Id).id
    except (ValueError, RecursionError):
        return None


def _answer(line_id: str | int | None, extraction: Extraction) -> dict[str, Any]:
    candidates = [*extraction.candidates, *[()] * (len(extraction.found) - len(extraction.candidates))]
    found = [
        _flat(each) | {"candidates": list(kinds)}
        for each, kinds in zip(extraction.found, candidates, strict=False)
    ]
    return {
        "id": line_id,
        "in_scope": extraction.in_scope,
        "found": found,
        "candidates": _likeliest(extraction),
    }


def _likeliest(extraction: Extraction) -> list[str]:
    """Return the kinds of a whole line: every proposal's first choice, then every second one."""
    ranks = max((len(kinds) for kinds in extraction.candidates), default=0)
    ordered = [kinds[rank] for rank in range(ranks) for kinds in extraction.candidates if rank < len(kinds)]
    return list(dict.fromkeys(ordered))[:CANDIDATES_MAX]


def _flat(found: Found) -> dict[str, Any]:
    development = found.development
    slots: dict[str, Any] = {"kind": development.kind, "status": development.status.value}
    slots |= _flat_slots(development)
    slots["evidence"] = [found.start, found.end]
    slots["confidence"] = _number(found.confidence)
    return slots | ({"flags": list(found.flags)} if found.flags else {})


def _flat_slots(development: Development) -> dict[str, Any]:
    occurred = development.occurred
    slots: dict[str, Any] = {"precision": occurred.precision.value if occurred else "unknown"}
    for name in Development.__struct_fields__[2:]:
        match getattr(development, name):
            case None | False:
                continue
            case When() as when:
                slots[name] = when.text
            case Money() as money:
                slots |= _flat_money(money)
            case Count() as count:
                slots |= _flat_count(count)
            case value:
                slots[name] = value
    return slots


def _flat_money(money: Money) -> dict[str, Any]:
    return _present(
        amount=_number(money.amount),
        amount_max=None if money.max is None else _number(money.max),
        currency=money.currency,
        approx=money.approx.value,
    )


def _flat_count(count: Count) -> dict[str, Any]:
    return _present(count=count.n, count_max=count.max, unit=count.unit, approx=count.approx.value)


def _present(**slots: Any) -> dict[str, Any]:
    return {name: value for name, value in slots.items() if value is not None}


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() else float(value)
