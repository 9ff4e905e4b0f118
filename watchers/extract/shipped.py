"""The data files that ship with the product and decide what is extracted."""

from importlib import resources

from ledger.configuration import DataFile


def shipped_extraction() -> tuple[DataFile, ...]:
    """Return every shipped TOML file (lexicons, rules, gazetteer, number and date words), sorted by name."""
    folder = resources.files("watchers.extract").joinpath("data")
    files = (entry for entry in folder.iterdir() if entry.name.endswith(".toml"))
    return tuple(
        DataFile(name=entry.name, text=entry.read_text(encoding="utf-8"))
        for entry in sorted(files, key=lambda entry: entry.name)
    )
