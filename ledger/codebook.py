"""The kinds of development, loaded from data and checked. A user's configuration may add or narrow kinds."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from typing import Any

import msgspec

from ledger.developments import Development
from ledger.errors import ConfigurationError
from ledger.values import Value


class Mode(StrEnum):
    """How a kind rolls up: flows add, snapshots replace, marks have no total."""

    FLOW = "flow"
    SNAPSHOT = "snapshot"
    MARK = "mark"


class Kind(Value, frozen=True, kw_only=True):
    """One kind. `needs` lists slots; `a|b` means either. `outcomes` closes the list of outcomes if not empty."""

    name: str
    track: str
    mode: Mode
    label: str
    needs: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()


class Track(Value, frozen=True, kw_only=True):
    """A section of the report: a group of kinds under one heading."""

    name: str
    label: str


class Codebook(Value, frozen=True, kw_only=True):
    """All kinds and tracks, in the order in which reports print them."""

    tracks: tuple[Track, ...]
    kinds: tuple[Kind, ...]

    def kind(self, name: str) -> Kind:
        """Return the kind of that name, or the fallback `figure` for one that was since removed."""
        known = {kind.name: kind for kind in self.kinds}
        return known.get(name) or known["figure"]

    def problems(self, development: Development) -> tuple[str, ...]:
        """Say what the development lacks or has wrong by this book; empty when it is well formed."""
        kind = next((kind for kind in self.kinds if kind.name == development.kind), None)
        if kind is None:
            return (f"unknown kind {development.kind!r}",)
        found = [
            f"{kind.name} needs {need.replace('|', ' or ')}"
            for need in kind.needs
            if not any(getattr(development, slot) is not None for slot in need.split("|"))
        ]
        if kind.outcomes and development.outcome is not None and development.outcome not in kind.outcomes:
            found.append(f"{kind.name} knows no outcome {development.outcome!r}")
        return tuple(found)


def shipped_codebook() -> Codebook:
    """Load the code book for peace and security missions that ships with the product."""
    text = resources.files("ledger").joinpath("codebook.toml").read_text(encoding="utf-8")
    return codebook_from(tomllib.loads(text))


def codebook_from(data: Mapping[str, Any]) -> Codebook:
    """Build a code book from parsed TOML: `[[track]]` and `[[kind]]` tables (ConfigurationError if malformed)."""
    try:
        book = msgspec.convert(
            {"tracks": data.get("track", []), "kinds": data.get("kind", [])}, Codebook, strict=True
        )
    except msgspec.ValidationError as error:
        raise ConfigurationError(f"code book: {error}") from error
    slots = set(Development.__struct_fields__)
    tracks = {track.name for track in book.tracks}
    for kind in book.kinds:
        if kind.track not in tracks:
            raise ConfigurationError(f"code book: kind {kind.name!r} names the unknown track {kind.track!r}")
        for need in kind.needs:
            if unknown := set(need.split("|")) - slots:
                raise ConfigurationError(
                    f"code book: kind {kind.name!r} needs unknown slots {sorted(unknown)}"
                )
    return book
