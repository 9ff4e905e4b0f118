"""What a rule watches, and what makes an alert the same alert: its rule and its labels."""

import hashlib
import re
from collections.abc import Mapping

from ledger.codec import canonical
from ledger.configuration import AlertRule
from ledger.developments import Development, Precision, Status, When

DAYS_BEFORE = (90, 30, 7, 0)
"""How many days before a date a deadline rule warns when it does not say."""

OVERDUE = "overdue"
"""The label `days` of an alert on a date that passed unmet."""

_UNFIT = re.compile(r"[^A-Za-z0-9_-]+")
_SHARP = (Precision.DAY, Precision.WEEK)
_ID_HEX = 12
_SLOTS = ("kind", "actor", "target", "outcome")
_EXACT = ("kind", "outcome", "status")
_NAMES = ("actor", "target")

Labels = Mapping[str, str]
Topic = tuple[str, ...]
"""A rule's name, and the slots in which two reports about one thing never differ: kind, outcome and status."""


def concerns(rule: AlertRule, development: Development) -> bool:
    """Whether a `development` rule watches such a development. What is merely retold is no news."""
    return (
        rule.kind == "development"
        and not development.retold
        and (not rule.on or development.kind in rule.on)
        and development.status in rule.statuses
        and (not rule.outcomes or development.outcome in rule.outcomes)
    )


def labels_of(development: Development) -> dict[str, str]:
    """Return the labels of a development: kind, actor, target, outcome and date, those that it has.

    A status other than `occurred` is a label too: a plan and its fulfilment are two pieces of news.
    """
    labels = {slot: value for slot in _SLOTS if (value := getattr(development, slot)) is not None}
    if development.occurred is not None:
        labels["date"] = development.occurred.text
    if development.status is not Status.OCCURRED:
        labels["status"] = development.status.value
    return labels


def topic_of(rule: str, labels: Labels) -> Topic:
    """Return what two reports must share exactly to be about one thing."""
    return (rule, *(labels.get(slot, "") for slot in _EXACT))


def date_of(labels: Labels) -> When | None:
    """Return the date that the labels carry."""
    return When(text=labels["date"]) if "date" in labels else None


def same_fact(one: Labels, other: Labels, *, still_open: bool, one_item: bool) -> bool:
    """Whether two reports of one topic tell the same fact.

    Dates known to the week or better must overlap; then names that are merely less exact ("a court", "the High
    Court") or left unsaid agree. Equal coarse dates are one as well. A coarse or unknown date can mean many occasions:
    it counts as the same one only while the alert is still open, with the same names, or told by one item, whose
    headline seldom repeats date and name.
    """
    first, second = date_of(one), date_of(other)
    if first is not None and second is not None and {first.precision, second.precision} <= set(_SHARP):
        return first.overlaps(second) and all(
            _agree(one.get(slot, ""), other.get(slot, "")) for slot in _NAMES
        )
    alike = all(one.get(slot, "").casefold() == other.get(slot, "").casefold() for slot in _NAMES)
    if first is None or second is None:
        return still_open and (alike or one_item)
    return alike and (first == second or (still_open and first.overlaps(second)))


def _agree(one: str, other: str) -> bool:
    """Whether one name says nothing that the other does not say."""
    words, others = set(one.casefold().split()), set(other.casefold().split())
    return words <= others or others <= words


def identity_of(rule: str, labels: Labels) -> bytes:
    """Return the identity of an alert: its rule's name and its labels, as canonical JSON."""
    return canonical([rule, dict(labels)])


def alert_id(rule: str, labels: Labels, n: int) -> str:
    """Return the id of the n-th firing of a rule with these labels; the same in every replay."""
    return f"{plain_name(rule)}-{hashlib.sha256(identity_of(rule, labels)).hexdigest()[:_ID_HEX]}-{n}"


def plain_name(name: str) -> str:
    """Return a name fit for ids, addresses and headers: ASCII letters, digits, `_` and `-`."""
    return _UNFIT.sub("-", name)


def days_of(rule: AlertRule) -> tuple[int, ...]:
    """Return how many days ahead a deadline rule warns, farthest first."""
    return tuple(sorted(set(rule.days or DAYS_BEFORE), reverse=True))
