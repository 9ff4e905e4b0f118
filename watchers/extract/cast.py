"""The names that texts leave unsaid: "the mission", "the fund", "the council", the host and its police."""

from dataclasses import dataclass

from ledger.configuration import Configuration


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    """The names that texts leave unsaid: the mission, its fund, its council and its host, from the configuration."""

    mission: str
    missions: tuple[str, ...]
    funds: tuple[str, ...]
    council: str | None
    host: str | None
    host_country: str | None
    force: str | None = None


def cast_of(configuration: Configuration) -> Cast:
    """Read the cast: the first name of kind mission, fund, body and state each."""
    named = {
        kind: tuple(name for name in configuration.names if name.kind == kind)
        for kind in ("mission", "fund", "body", "state", "force")
    }
    missions = tuple(name.canonical for name in named["mission"]) or (configuration.mission.id,)
    host = named["state"][0] if named["state"] else None
    return Cast(
        mission=missions[0],
        missions=missions,
        funds=tuple(name.canonical for name in named["fund"]),
        council=named["body"][0].canonical if named["body"] else None,
        host=host.canonical if host else None,
        host_country=host.country or host.canonical if host else None,
        force=named["force"][0].canonical if named["force"] else None,
    )
