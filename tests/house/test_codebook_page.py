"""The page on the code book is checked against the code book."""

import re
from pathlib import Path

from ledger.codebook import shipped_codebook
from ledger.developments import Development

PAGE = (Path(__file__).parents[2] / "docs" / "codebook.md").read_text(encoding="utf-8")


def test_the_page_lists_every_kind_with_its_mode_and_outcomes() -> None:
    """A kind exists exactly if the page has a row for it, and the row says what the data says."""
    rows = re.findall(r"^\| [^|]+ \| `(\w+)` \| (\w+) \| [^|]+ \| ([^|]+) \|$", PAGE, flags=re.MULTILINE)
    told = {name: (mode, words.split(", ")) for name, mode, words in rows}
    held = {kind.name: (kind.mode.value, list(kind.outcomes) or ["–"]) for kind in shipped_codebook().kinds}
    assert told == held


def test_the_page_explains_every_slot() -> None:
    """Every slot of a development stands on the page."""
    for slot in Development.__struct_fields__:
        assert f"`{slot}`" in PAGE, slot
