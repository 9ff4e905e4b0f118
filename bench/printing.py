"""The command line and the table that the benchmarks of reading a whole log share."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

Measure = Callable[[int, int, Path], dict[str, Any]]
"""Takes a number of events, a number of rounds and a folder to work in."""


def run(description: str, measure: Measure, held: tuple[str, str]) -> None:
    """Measure as the arguments say and print the table; `held` is what held memory, and its key in the result."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args()
    with TemporaryDirectory(dir=Path.cwd()) as folder:
        result = measure(chosen.events, chosen.rounds, Path(folder))
    if chosen.json:
        print(json.dumps(result, indent=1))
        return
    print(f"{result['events']:,} events, best of {chosen.rounds} rounds")
    print(f"{'':12}{'CPU us':>9}{'CPU ratio':>11}")
    for name, spent in result["cpu_us"].items():
        print(f"{name:12}{spent:>9}{result['cpu_ratio'][name]:>11}")
    print(f"{held[0]} held at most {result[held[1]]:,} bytes")
