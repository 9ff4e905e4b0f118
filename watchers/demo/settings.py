"""The demo's configuration: the shipped one, with the demo's invented outlets in place of the real feeds."""

from importlib import resources

from watchers.config_lines import with_tables

_FETCH = "[fetch]\n"
_LOOPBACK = (
    '[fetch]\nallow_private = ["127.0.0.0/8"]              # the demo serves its feeds on this machine\n'
)


def demo_config(shipped: str) -> str:
    """Return the text of the demo's `config.toml`, made from the shipped one's."""
    outlets = resources.files("watchers.demo").joinpath("feeds.toml").read_text(encoding="utf-8")
    return with_tables(shipped.replace(_FETCH, _LOOPBACK, 1), outlets)
