"""The demo's configuration: the shipped one, with the demo's invented outlets in place of the real feeds."""

import itertools
import re
from importlib import resources

REPLACED = ("source", "feed", "deadline")
"""The tables of the shipped configuration that `feeds.toml` brings its own of."""

_TABLE = re.compile(r"^\[\[?([a-z_]+)", re.MULTILINE)


def demo_config(shipped: str) -> str:
    """Return the text of the demo's `config.toml`, made from the shipped one's."""
    parts = [part for part in _tables(shipped) if _name(part) not in REPLACED]
    outlets = resources.files("watchers.demo").joinpath("feeds.toml").read_text(encoding="utf-8")
    text = "".join(parts).replace(
        "[fetch]\n",
        '[fetch]\nallow_private = ["127.0.0.0/8"]    # the demo serves its feeds on this machine\n',
        1,
    )
    return f"# The demo: nothing here is polled on the network.\n{text.rstrip()}\n\n{outlets}"


def _tables(text: str) -> list[str]:
    """Cut a TOML text before each table header; no value of the shipped file holds such a line."""
    starts = [0, *(found.start() for found in _TABLE.finditer(text)), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(starts)]


def _name(part: str) -> str:
    found = _TABLE.match(part)
    return found.group(1) if found else ""
