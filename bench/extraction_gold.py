"""How well the extraction reads the gold sets: precision, recall and F1 by kind and by field.

Run: `uv run python bench/extraction_gold.py [--shared ../shared] [--half seen|blind|all] [--set dev|written|all]
[--config FILE]`.
The items are halved by the SHA-256 of their id: rules were written with the even (`seen`) half in view only, so the
odd (`blind`) half says how they do on unseen text of the same kind. Texts are read, never printed.
"""

import argparse
import hashlib
import json
import sys
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ledger.developments import Development
from watchers.config import load
from watchers.extract.pipeline import Extractor

ROOT = Path(__file__).resolve().parents[1]
SLOTS = (
    "status", "outcome", "occurred", "actor", "target", "amount", "currency", "n", "unit", "approx", "measure",
    "place", "until", "instrument", "speaker", "retold",
)  # fmt: skip


@dataclass
class Score:
    """Counts of one comparison."""

    hit: int = 0
    proposed: int = 0
    gold: int = 0

    def line(self) -> str:
        """Return precision, recall and F1 as text."""
        precision = self.hit / self.proposed if self.proposed else 0.0
        recall = self.hit / self.gold if self.gold else 0.0
        f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
        return f"P {precision:.2f}  R {recall:.2f}  F1 {f1:.2f}  ({self.hit} of {self.proposed} proposed, {self.gold} in gold)"


@dataclass
class Tally:
    """Everything counted over a set of items."""

    scope: Score = field(default_factory=Score)
    kinds: Score = field(default_factory=Score)
    by_kind: dict[str, Score] = field(default_factory=dict)
    core: Score = field(default_factory=Score)
    top3: Score = field(default_factory=Score)
    fields: dict[str, Score] = field(default_factory=dict)
    values: dict[str, Score] = field(default_factory=dict)
    sentences: int = 0
    seconds: float = 0.0


def half_of(item: dict[str, Any]) -> str:
    """Return `seen` or `blind` for an item."""
    return "blind" if int(hashlib.sha256(item["id"].encode()).hexdigest(), 16) % 2 else "seen"


def flat(development: Development) -> dict[str, Any]:
    """Return a development in the gold files' flat form."""
    money, count = development.money, development.count
    row: dict[str, Any] = {
        name: value
        for name in Development.__struct_fields__
        if name not in {"money", "count"} and (value := getattr(development, name)) is not None
    }
    row["status"] = development.status.value
    for name in ("occurred", "until"):
        if name in row:
            row[name] = row[name].text
    if money:
        row |= {"amount": str(money.amount), "currency": money.currency, "approx": money.approx.value}
    if count:
        row |= {"n": count.n, "unit": count.unit, "approx": count.approx.value}
    return {name: value for name, value in row.items() if value is not None}


def pairs(
    gold: list[dict[str, Any]], found: list[dict[str, Any]]
) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Pair gold and proposals of one kind, the likest first."""
    chances = sorted(
        (
            (likeness(g, f), -i, -j)
            for i, g in enumerate(gold)
            for j, f in enumerate(found)
            if g["kind"] == f["kind"]
        ),
        reverse=True,
    )
    used_gold: set[int] = set()
    used_found: set[int] = set()
    paired = []
    for _, i, j in chances:
        if i not in used_gold and j not in used_found:
            used_gold.add(i)
            used_found.add(j)
            paired.append((gold[-i], found[-j]))
    return paired


def likeness(gold: dict[str, Any], found: dict[str, Any]) -> int:
    """Return how many slots agree, figures weighing most."""
    weight = {"amount": 4, "n": 4, "outcome": 2, "actor": 2, "target": 1}
    return sum(
        weight.get(slot, 1) for slot in SLOTS if slot in gold and same(slot, gold[slot], found.get(slot))
    )


def same(slot: str, one: Any, other: Any) -> bool:
    """Whether two values of a slot agree."""
    if slot == "amount" and one is not None and other is not None:
        return float(one) == float(other)
    return bool(one == other)


def flattened(row: dict[str, Any]) -> dict[str, Any]:
    """Return a gold row with its count under `n` and defaults left out."""
    row = {("n" if name == "count" else name): value for name, value in row.items()}
    row.setdefault("status", "occurred")
    return row


def values_of(rows: Iterable[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Return the figures and dates of an item, whatever their kind."""
    held: dict[str, Counter[str]] = {"money": Counter(), "count": Counter(), "date": Counter()}
    for row in rows:
        if "amount" in row:
            held["money"][str(float(row["amount"]))] = 1
        if "n" in row:
            held["count"][str(row["n"])] = 1
        if "occurred" in row:
            held["date"][str(row["occurred"])] = 1
    return held


def judge(item: dict[str, Any], extractor: Extractor, tally: Tally) -> None:
    """Add one item to the tally."""
    published = date.fromisoformat(item["published"][:10]) if item.get("published") else None
    began = time.perf_counter()
    extraction = extractor.extract(item["text"], published=published, source=item.get("source", ""))
    tally.seconds += time.perf_counter() - began
    tally.sentences += max(1, item["text"].count(". ") + item["text"].count("\n") + 1)
    tally.scope.gold += item["in_scope"]
    tally.scope.proposed += extraction.in_scope
    tally.scope.hit += item["in_scope"] and extraction.in_scope
    gold = [flattened(row) for row in item["gold"]]
    found = [flat(one.development) for one in extraction.found]
    paired = pairs(gold, found)
    for rows, side in ((gold, "gold"), (found, "proposed"), ([g for g, _ in paired], "hit")):
        setattr(tally.kinds, side, getattr(tally.kinds, side) + len(rows))
        for row in rows:
            score = tally.by_kind.setdefault(row["kind"], Score())
            setattr(score, side, getattr(score, side) + 1)
    core = sum(
        all(same(slot, g.get(slot), f.get(slot)) for slot in ("status", "amount", "n", "outcome"))
        for g, f in paired
    )
    tally.core.hit += core
    tally.core.proposed += len(found)
    tally.core.gold += len(gold)
    for slot in SLOTS:
        score = tally.fields.setdefault(slot, Score())
        score.gold += sum(slot in g for g, _ in paired)
        score.proposed += sum(slot in f for _, f in paired)
        score.hit += sum(slot in g and same(slot, g[slot], f.get(slot)) for g, f in paired)
    mine, theirs = values_of(found), values_of(gold)
    for sort, values in theirs.items():
        score = tally.values.setdefault(sort, Score())
        score.gold += values.total()
        score.proposed += mine[sort].total()
        score.hit += (values & mine[sort]).total()


def report(title: str, tally: Tally, *, short: bool) -> None:
    """Print one tally."""
    print(f"\n== {title}")
    print(f"in scope              {tally.scope.line()}")
    print(f"kind                  {tally.kinds.line()}")
    print(f"kind+status+figures   {tally.core.line()}")
    for sort, score in tally.values.items():
        print(f"value: {sort:14} {score.line()}")
    if not short:
        for slot, score in tally.fields.items():
            print(f"  field {slot:16}{score.line()}")
        for kind, score in sorted(tally.by_kind.items()):
            print(f"  kind {kind:17}{score.line()}")
    rate = tally.sentences / tally.seconds if tally.seconds else 0.0
    print(f"speed: {rate:.0f} sentences a second on one core")


def main() -> int:
    """Run the evaluation; 1 when the gold sets are absent."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--config", type=Path, default=ROOT / "config.toml", help="the desk to read with")
    parser.add_argument("--half", choices=["seen", "blind", "all"], default="all")
    parser.add_argument("--set", choices=["dev", "written", "all"], default="all", dest="chosen")
    parser.add_argument("--short", action="store_true", help="totals only")
    asked = parser.parse_args()
    folder = asked.shared / "data/gold"
    if not folder.is_dir():
        print(f"no gold sets at {folder}; give their place with --shared", file=sys.stderr)
        return 1
    extractor = Extractor(load(asked.config))
    for half in ("seen", "blind") if asked.half == "all" else (asked.half,):
        whole = Tally()
        for name in ("dev", "written") if asked.chosen == "all" else (asked.chosen,):
            tally = Tally()
            for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
                item = json.loads(line)
                if half_of(item) == half:
                    judge(item, extractor, tally)
                    judge(item, extractor, whole)
            report(f"{half} half of {name}", tally, short=asked.short or asked.chosen == "all")
        if asked.chosen == "all":
            report(f"{half} half of both", whole, short=asked.short)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
