"""Looking back over a long log: `uv run python bench/asof.py [--events N] [--looks N] [--json]`.

A made-up ledger of items, one in a hundred events a development, as thirty feeds would give it. For positions drawn at
random the desk is had twice: folded from the start, and from the nearest kept state. Times are CPU seconds of
one process, so that what else the machine does counts little.

fold        Desk folded from position 1
first look  the same through the kept states, none of them there yet
look        through the kept states, some there
status      what `sitledger status` computes of the desk afterwards
"""

import argparse
import json
import random
import statistics
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from news import START, Ticking, polls

from ledger.application import Ledger
from ledger.codebook import shipped_codebook
from ledger.configuration import Configuration, Fetching, Indicator, Mission
from ledger.developments import Count, Development, When
from ledger.envelope import NewEvent
from ledger.events import DevelopmentReported, ItemObserved
from ledger.moments import Moment
from ledger.replay import fold
from ledger.sources import Quoted
from reports.checkpoints import FILE, Checkpoints
from reports.desk import Desk
from reports.status import status

BATCH = 1_000
STATES = ("NOR", "WES", "EAS", "SUD", "ILE", "KAP")


def events(count: int) -> Iterator[list[NewEvent]]:
    """Yield batches of items; every hundredth event says what the item before it reports."""
    rng = random.Random(2)
    for batch in polls(count - count // 100, BATCH):
        for at in range(0, len(batch), 99):
            item = batch[at].event
            assert isinstance(item, ItemObserved)
            batch.insert(at + 1, _development(rng, item))
        yield batch


def _development(rng: random.Random, item: ItemObserved) -> NewEvent:
    day = (START + timedelta(days=rng.randrange(365))).date().isoformat()
    said = Development(
        kind="movement",
        outcome="arrived",
        actor=rng.choice(STATES),
        count=Count(n=rng.randrange(50, 500), unit="police"),
        occurred=When(text=day),
    )
    event = DevelopmentReported(
        development_id=f"dev-{item.item_id}",
        development=said,
        evidence=(Quoted(blob=item.text, start=0, end=40),),
        source=item.feed,
        grade=rng.choice("ABCDEF"),
        origin=item.feed,
        via="extractor",
        item_id=item.item_id,
        item_version=1,
        published=day,
    )
    return NewEvent(event=event, actor="extractor", observed_at=START)


def configuration() -> Configuration:
    """Return a desk with one tile."""
    arrived = Indicator(id="arrived", label="Arrived", kinds=("movement",), outcome="arrived", unit="police")
    return Configuration(
        mission=Mission(id="B", name="Bench"),
        fetching=Fetching(contact="desk@example.org"),
        codebook=shipped_codebook(),
        indicators=(arrived,),
    )


def measure(count: int, looks: int, folder: Path) -> dict[str, object]:
    """Fill a ledger and look back at random positions."""
    with Ledger.create(folder, clock=Ticking(), program="bench") as ledger:
        ledger.configure(configuration(), actor="bench")
        for batch in events(count):
            ledger.record(batch)
        head = ledger.head
        kept = Checkpoints(folder, ledger)
        fold_s = timed(lambda: fold(Desk(), ledger, Moment(position=head)))
        first_s = timed(lambda: kept.desk(Moment(position=head)))
        rng = random.Random(3)
        took, shown = [], []
        for _ in range(looks):
            moment = Moment(position=rng.randrange(1, head + 1))
            start = time.process_time()
            desk = kept.desk(moment)
            took.append(time.process_time() - start)
            assert desk.recorded_at is not None
            at = desk.recorded_at
            shown.append(timed(lambda desk=desk, at=at: status(desk, now=at)))
        return {
            "events": head,
            "fold_s": round(fold_s, 3),
            "first_look_s": round(first_s, 3),
            "look_s_median": round(statistics.median(took), 3),
            "look_s_worst": round(max(took), 3),
            "status_s_median": round(statistics.median(shown), 3),
            "kept_bytes": (folder / FILE).stat().st_size if (folder / FILE).exists() else 0,
            "ledger_bytes": (folder / "ledger.sqlite3").stat().st_size,
        }


def timed(work: object) -> float:
    """Return the CPU seconds that a call takes."""
    assert callable(work)
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Looking back over a long log.")
    parser.add_argument("--events", type=int, default=100_000)
    parser.add_argument("--looks", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args()
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        result = measure(chosen.events, chosen.looks, Path(folder))
    if chosen.json:
        print(json.dumps(result, indent=1))
        return
    for name, figure in result.items():
        print(f"{name:18}{figure:>16,}" if isinstance(figure, int) else f"{name:18}{figure!s:>16}")


if __name__ == "__main__":
    main()
