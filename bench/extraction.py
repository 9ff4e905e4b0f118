"""Reading texts for developments, beside the least that any reader must do: `uv run python bench/extraction.py [--json]`.

The texts are the demo's items. `words` splits each into words with one regular expression, the floor of any reader;
`tokens` is our own first step; `scope only` are texts that the scope gate turns away; `extract` is everything.
All take turns in one run; CPU time, the best of the rounds.
"""

import argparse
import json
import re
import time
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

from watchers.config import load
from watchers.demo.script import shipped_script
from watchers.extract.pipeline import Extractor
from watchers.extract.sentences import sentences
from watchers.extract.tokens import tokenise

ROOT = Path(__file__).resolve().parents[1]
WORD = re.compile(r"\w+")
PUBLISHED = date(2024, 6, 26)
FOREIGN = "Quarter-final goes to penalties\nThe visitors won four to three after extra time on Saturday."


def cpu_us(work: Callable[[str], object], texts: list[str], rounds: int) -> float:
    """Return the CPU microseconds that the work takes a text, the best of the rounds."""
    best = float("inf")
    for _ in range(rounds):
        started = time.process_time()
        for text in texts:
            work(text)
        best = min(best, time.process_time() - started)
    return best / len(texts) * 1e6


def main() -> None:
    """Run it and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    extractor = Extractor(load(ROOT / "config.toml"))
    texts = [unicodedata.normalize("NFC", f"{item.title}\n{item.body}") for item in shipped_script().items]
    count = sum(len(sentences(text, tokenise(text))) for text in texts)

    def extract(text: str) -> object:
        return extractor.extract(text, published=PUBLISHED, source="bench")

    rows = {
        "words": cpu_us(WORD.findall, texts, asked.rounds),
        "tokens": cpu_us(tokenise, texts, asked.rounds),
        "scope only": cpu_us(extract, [FOREIGN] * len(texts), asked.rounds),
        "extract": cpu_us(extract, texts, asked.rounds),
    }
    rate = count / (rows["extract"] * len(texts) / 1e6)
    if asked.json:
        print(
            json.dumps({"texts": len(texts), "sentences": count, "sentences_a_second": rate, "cpu_us": rows})
        )
        return
    print(f"{len(texts)} texts, {count} sentences; {rate:,.0f} sentences a second on one core")
    for name, us in rows.items():
        print(f"{name:11} {us:9.1f} CPU us a text  {us / rows['words']:8.1f} x words")


if __name__ == "__main__":
    main()
