"""Names as people read them: country codes become country names, everything else stays as it was coded."""

from dataclasses import dataclass

from ledger.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Names:
    """ISO 3166 alpha-3 codes -> English names."""

    countries: dict[str, str]

    def say(self, name: str | None) -> str:
        """Return a name for print; empty for None."""
        return self.countries.get(name, name) if name else ""


def names_for(configuration: Configuration | None = None) -> Names:
    """Return the shipped country names, overridden by the configured names of kind `state`."""
    raise NotImplementedError
