"""Names as people read them: country codes become English country names, everything else stays as it was coded."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from ledger.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Names:
    """ISO 3166 alpha-3 codes -> English names."""

    countries: Mapping[str, str]

    def say(self, name: str | None) -> str:
        """Return a name for print; empty for None."""
        return self.countries.get(name, name) if name else ""


def names_for(configuration: Configuration | None = None) -> Names:
    """Return the shipped country names, with those that the configuration gives for states put over them."""
    countries = dict(_shipped())
    for name in configuration.names if configuration else ():
        if name.kind == "state" and name.country and name.country != name.canonical:
            countries[name.country] = name.canonical
    return Names(countries)


@lru_cache(maxsize=1)
def _shipped() -> Mapping[str, str]:
    text = resources.files("reports").joinpath("countries.toml").read_text(encoding="utf-8")
    return {str(code): str(name) for code, name in tomllib.loads(text).items()}
