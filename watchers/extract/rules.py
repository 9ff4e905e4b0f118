"""The typed rules. Each is data, speaks in concepts and kinds of names, and carries its own cases."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ledger.codebook import Codebook
from ledger.configuration import DataFile
from ledger.errors import ConfigurationError
from ledger.values import Value
from watchers.extract.tables import converted, parsed


class RuleCase(Value, frozen=True, kw_only=True):
    """A text that the rule must code: `expect` lists the slots to find in one of the proposals of its kind.

    Slots are flat: `amount`, `currency`, `n`, `unit`, `approx`, `max`, `quote`, and those of a development as text.
    """

    text: str
    expect: dict[str, Any]
    published: str | None = None


class Rule(Value, frozen=True, kw_only=True):
    """One rule.

    A sentence fires it when one of the `trigger` concepts is there, every group of `all` (and of `before` and
    `after`, on that side of the trigger) has a member there, and no member of `none` is. Members are concepts,
    `@kind` of a name (`@country` any state), `#sort` or `#unit` of a figure. `figures` says which figures it takes.
    `actor`, `target`, `place` list selectors of `watchers.extract.slots`, tried in order. `measures` maps a
    concept close to the figure to a measure, `units` renames units. `singular` counts one where a `victim` stands
    without a number. `not_after` lists words that, just before the trigger, keep the rule from
    firing ("to stop"). `reasoned` looks for
    the reason given. `instruments` names the instrument by a concept of the sentence. `beats` silences other rules (by name or kind) in the same sentence.
    """

    name: str
    kind: str
    trigger: tuple[str, ...]
    cases: tuple[RuleCase, ...]
    not_: tuple[str, ...]
    all: tuple[tuple[str, ...], ...] = ()
    before: tuple[tuple[str, ...], ...] = ()
    after: tuple[tuple[str, ...], ...] = ()
    context: tuple[tuple[str, ...], ...] = ()
    none: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    needs_figure: bool = False
    reach: int = 30
    singular_reach: int = 12
    not_after: tuple[str, ...] = ()
    instruments: dict[str, str] = msgspec.field(default_factory=dict)
    outcome: str | None = None
    measure: str | None = None
    measures: dict[str, str] = msgspec.field(default_factory=dict)
    units: dict[str, str] = msgspec.field(default_factory=dict)
    singular: tuple[str, ...] = ()
    unit: str | None = None
    actor: tuple[str, ...] = ()
    target: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    about: str | None = None
    until: bool = False
    undated: bool = False
    reasoned: bool = False
    status: str | None = None
    priority: int = 0
    beats: tuple[str, ...] = ()
    confidence: int = 60


def rules_from(files: Iterable[DataFile], book: Codebook) -> tuple[Rule, ...]:
    """Read every `rules.*` file; ConfigurationError for an unknown kind or outcome, a rule without cases, a double."""
    rules: list[Rule] = []
    for file in files:
        if file.name.startswith("rules."):
            for table in parsed(file).get("rule", []):
                renamed = {("not_" if key == "not" else key): value for key, value in table.items()}
                rules.append(_checked(converted(renamed, Rule, file.name), book, file.name))
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"two rules are called {name!r}; rename one")
    return tuple(rules)


def _checked(rule: Rule, book: Codebook, path: str) -> Rule:
    kind = next((kind for kind in book.kinds if kind.name == rule.kind), None)
    if kind is None:
        raise ConfigurationError(f"rule {rule.name!r} types the unknown kind {rule.kind!r}", path=path)
    if rule.outcome and kind.outcomes and rule.outcome not in kind.outcomes:
        raise ConfigurationError(
            f"rule {rule.name!r}: {kind.name} knows no outcome {rule.outcome!r}", path=path
        )
    if not rule.cases or not rule.not_:
        raise ConfigurationError(
            f"rule {rule.name!r} needs at least one entry in `cases` and one in `not`", path=path
        )
    return rule
