"""What a year of thirty feeds takes on disk: `uv run python bench/year.py [--data DIR] [--feeds N] [--json]`.

Every archive of saved polls in a folder (by default ../shared/data/feeds) is imported into one ledger through the
pipeline that live polls take. From the bytes that an item and a revision take there, and from the span that each
archive covers, the size of a year is projected. Two figures are given: everything kept, and with the texts and
documents of items out of scope dropped after ninety days. Archives are thinner than live polls where whoever saved
them polled seldom, so the events a day are told too.
"""

import argparse
import json
import sqlite3
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ledger.application import Ledger
from ledger.clocks import system_clock
from ledger.dropping import retain
from ledger.events import ItemObserved, ItemRevised
from watchers.archive import import_polls
from watchers.config import load
from watchers.homes import take_over
from watchers.parse_pool import ParsePool
from watchers.wiring import desk_of

ROOT = Path(__file__).parents[1]
ARCHIVES = ROOT.parent / "shared" / "data" / "feeds"
DAY_S = 86_400
YEAR_DAYS = 365


class Silent:
    """A progress bar that nobody looks at."""

    def advance(self, steps: int = 1) -> None:
        """Note steps."""

    def total(self, total: int) -> None:
        """Note their number."""


def measure(archives: list[Path], feeds: int, folder: Path) -> dict[str, object]:
    """Import the archives and project their growth to so many feeds and a year."""
    with Ledger.create(folder, clock=system_clock, program="bench") as ledger, ParsePool() as parser:
        take_over(ledger, load(ROOT / "config.toml"))
        empty = sizes(ledger, folder)
        rows = []
        for archive in archives:
            before = sizes(ledger, folder)
            name = archive.name.partition(".")[0]
            done = import_polls(desk_of(ledger), archive, name, parser=parser, steps=Silent())
            after = sizes(ledger, folder)
            days = covered_days(ledger, name)
            rows.append(
                {
                    "archive": name,
                    "days": round(days),
                    "polls": done.polls,
                    "items": done.new,
                    "revisions": done.revised,
                    "ledger_bytes": after[0] - before[0],
                    "blob_bytes": after[1] - before[1],
                }
            )
        full = sizes(ledger, folder)
        retain(ledger, ledger.clock() + timedelta(days=YEAR_DAYS))
        kept = sizes(ledger, folder)
    return projected(rows, feeds, empty, full, kept)


def projected(
    rows: list[dict[str, object]],
    feeds: int,
    empty: tuple[int, int],
    full: tuple[int, int],
    kept: tuple[int, int],
) -> dict[str, object]:
    """Return the growth of a feed and year, times the feeds."""
    entries = sum(int(str(row["items"])) + int(str(row["revisions"])) for row in rows)
    a_day = sum(
        (int(str(row["items"])) + int(str(row["revisions"]))) / max(1, int(str(row["days"]))) for row in rows
    )
    a_year = a_day / len(rows) * YEAR_DAYS * feeds
    ledger_each, blobs_each = (full[0] - empty[0]) / entries, (full[1] - empty[1]) / entries
    kept_each = (kept[1] - empty[1]) / entries
    # A quarter of a year is always still there; of the rest only what retention leaves.
    share = 90 / YEAR_DAYS
    blobs_year = a_year * (blobs_each * share + kept_each * (1 - share))
    return {
        "archives": rows,
        "ledger_bytes_each": round(ledger_each),
        "blob_bytes_each": round(blobs_each),
        "blob_bytes_each_after_retention": round(kept_each),
        "entries_a_feed_and_day": round(a_day / len(rows), 1),
        "feeds": feeds,
        "entries_a_year": round(a_year),
        "year_bytes_everything_kept": round(a_year * (ledger_each + blobs_each)),
        "year_bytes_with_retention": round(a_year * ledger_each + blobs_year),
    }


def sizes(ledger: Ledger, folder: Path) -> tuple[int, int]:
    """Return the bytes of the ledger's file, and those of the blobs that are kept."""
    with closing(sqlite3.connect(folder / "ledger.sqlite3")) as connection:
        pages, free, page = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * page, ledger.blobs.size_bytes()


def covered_days(ledger: Ledger, feed: str) -> float:
    """Return the days between the first and the last time that a feed showed something new."""
    seen = [
        recorded.observed_at
        for recorded in ledger.tagged(f"feed:{feed}")
        if isinstance(recorded.event, (ItemObserved, ItemRevised)) and recorded.observed_at is not None
    ]
    return (max(seen) - min(seen)).total_seconds() / DAY_S if seen else 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a year of feeds takes on disk.")
    parser.add_argument("--data", type=Path, default=ARCHIVES)
    parser.add_argument("--feeds", type=int, default=30)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args()
    archives = sorted(chosen.data.glob("*.tar*")) if chosen.data.is_dir() else []
    if not archives:
        print(f"skipped: there are no archives in {chosen.data}", file=sys.stderr)
        return
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        result = measure(archives, chosen.feeds, Path(folder) / "data")
    if chosen.json:
        print(json.dumps(result, indent=1))
        return
    for row in result.pop("archives"):  # type: ignore[attr-defined] - the first value is the list of rows
        print("  ".join(f"{name} {value}" for name, value in row.items()))
    for name, figure in result.items():
        print(f"{name:34}{figure:>18,}")


if __name__ == "__main__":
    main()
