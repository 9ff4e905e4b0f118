"""Running the cases that each rule carries: the texts that it must code, and those that it must leave alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from ledger.developments import Development
from watchers.extract.found import Found
from watchers.extract.pipeline import Extractor
from watchers.extract.rules import Rule, RuleCase


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A case that a rule fails, and what came out instead."""

    rule: str
    text: str
    reason: str


def failures(extractor: Extractor, rules: Iterable[Rule]) -> tuple[Failure, ...]:
    """Run every case of the rules; an empty answer says that all hold. The scope of the desk is not asked."""
    return tuple(failure for rule in rules for failure in _failed(extractor, rule))


def _failed(extractor: Extractor, rule: Rule) -> list[Failure]:
    failed = []
    for case in rule.cases:
        proposed = _proposed(extractor, case.text, case.published)
        mine = [found for found in proposed if found.development.kind == rule.kind]
        if not any(found.rule == rule.name and not _differs(case, found.development) for found in mine):
            reasons = [f"{found.rule}: {_differs(case, found.development)}" for found in mine] or [
                _named(proposed)
            ]
            failed.append(Failure(rule=rule.name, text=case.text, reason="; ".join(reasons)))
    coded = [text for text in rule.not_ if any(f.rule == rule.name for f in _proposed(extractor, text, None))]
    failed.extend(Failure(rule=rule.name, text=text, reason="coded, and must not be") for text in coded)
    return failed


def _proposed(extractor: Extractor, text: str, published: str | None) -> tuple[Found, ...]:
    day = date.fromisoformat(published) if published else None
    return extractor.propose(text, published=day, language=extractor.language_of(text)).found


def _named(proposed: tuple[Found, ...]) -> str:
    return "proposed " + (", ".join(found.rule for found in proposed) or "nothing")


def _differs(case: RuleCase, development: Development) -> list[str]:
    """Return the slots that are not as the case expects, each with what stands there."""
    slots = flat(development)
    return [
        f"{name} is {slots.get(name)!r}, not {wanted!r}"
        for name, wanted in case.expect.items()
        if slots.get(name) != wanted
    ]


def flat(development: Development) -> dict[str, Any]:
    """Return the slots that are filled by flat names: `amount`, `currency`, `n`, `unit`, `approx`, `max`, dates as text."""
    slots: dict[str, Any] = {}
    for name in Development.__struct_fields__:
        value = getattr(development, name)
        if value is not None and name not in {"money", "count", "occurred", "until"}:
            slots[name] = value
    slots["status"] = development.status.value
    if development.occurred is not None:
        slots["occurred"] = development.occurred.text
    if development.until is not None:
        slots["until"] = development.until.text
    if (money := development.money) is not None:
        slots |= {
            "amount": format(money.amount, "f"),
            "currency": money.currency,
            "approx": money.approx.value,
        }
        slots |= {"max": None if money.max is None else format(money.max, "f"), "words": money.words}
    if (count := development.count) is not None:
        slots |= {
            "n": count.n,
            "unit": count.unit,
            "approx": count.approx.value,
            "max": count.max,
            "words": count.words,
        }
    return slots
