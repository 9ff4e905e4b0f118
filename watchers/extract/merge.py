"""One development once: a title and its body, or a sentence said twice, give one proposal."""

from dataclasses import replace

import msgspec

from ledger.developments import Development
from watchers.extract.found import Found

Proposal = tuple[Found, tuple[str, ...]]
# How many earlier proposals of the kind are looked at: a bound against text that says one thing a thousand times.
_LOOK_BACK = 40
_FILLABLE = (
    "occurred",
    "actor",
    "target",
    "place",
    "instrument",
    "until",
    "speaker",
    "reason",
    "case",
    "measure",
)


def merged(proposals: list[Proposal]) -> list[Proposal]:
    """Fold a later proposal into an earlier one of the same kind that it repeats, filling what the earlier lacks."""
    kept: list[Proposal] = []
    alike: dict[tuple[str, str | None, str], list[int]] = {}
    for found, kinds in proposals:
        development = found.development
        places = alike.setdefault((development.kind, development.outcome, development.status), [])
        near = places[-_LOOK_BACK:]
        at = next((at for at in near if _repeats(kept[at][0].development, development)), None)
        if at is None:
            places.append(len(kept))
            kept.append((found, kinds))
            continue
        other, other_kinds = kept[at]
        richer, poorer = (
            (found, other) if _weight(found.development) > _weight(other.development) else (other, found)
        )
        kept[at] = (replace(richer, development=_filled(richer.development, poorer.development)), other_kinds)
    return kept


def _weight(development: Development) -> tuple[bool, bool, int]:
    slots = sum(getattr(development, name) is not None for name in _FILLABLE)
    return (
        development.money is not None or development.count is not None,
        development.occurred is not None,
        slots,
    )


def _repeats(one: Development, other: Development) -> bool:
    if one.kind == "statement" and one.speaker != other.speaker:
        return False
    for slot in ("actor", "target", "occurred", "measure"):
        mine, theirs = getattr(one, slot), getattr(other, slot)
        if mine is not None and theirs is not None and mine != theirs:
            return False
    return _same_figure(one, other)


def _same_figure(one: Development, other: Development) -> bool:
    figured = [(d.money is not None or d.count is not None) for d in (one, other)]
    if not all(figured):
        return one.kind not in {"incident", "figure", "indicator", "operation"} or not any(figured)
    if one.money is not None and other.money is not None:
        return one.money.amount == other.money.amount
    if one.count is not None and other.count is not None:
        return one.count.n == other.count.n and (one.count.unit == "percent") == (
            other.count.unit == "percent"
        )
    return False


def _filled(development: Development, other: Development) -> Development:
    missing = {name: getattr(other, name) for name in _FILLABLE if getattr(development, name) is None}
    return msgspec.structs.replace(development, **missing)
