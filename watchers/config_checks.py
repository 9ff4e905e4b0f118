"""What a configuration may not say although every table is well formed: clashes and names of nothing."""

import re
from collections.abc import Iterable, Iterator
from pathlib import PurePath
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ledger.configuration import Against, AlertRule, Configuration, Destination
from ledger.developments import Development, Status, When
from watchers.config_lines import KeyPath
from watchers.config_tables import Problem

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def check(configuration: Configuration) -> list[Problem]:
    """Return every clash and every reference to something that does not exist."""
    return [
        *_mission(configuration),
        *_fetching(configuration),
        *_feeds(configuration),
        *_names(configuration),
        *_kinds(configuration),
        *_indicators(configuration),
        *_deadlines(configuration),
        *_questions(configuration),
        *_alerts(configuration),
        *_destinations(configuration),
    ]


def _mission(configuration: Configuration) -> Iterator[Problem]:
    mission = configuration.mission
    if not _IDENTIFIER.fullmatch(mission.id):
        yield Problem(("mission", "id"), "must be letters, digits and hyphens: report numbers begin with it")
    try:
        ZoneInfo(mission.zone)
    except (KeyError, ValueError, OSError):
        yield Problem(
            ("mission", "zone"),
            f"unknown time zone {mission.zone!r}; write an IANA name such as Europe/Berlin",
        )


def _fetching(configuration: Configuration) -> Iterator[Problem]:
    fetching = configuration.fetching
    for key in ("timeout", "floor", "interval", "ceiling"):
        if getattr(fetching, f"{key}_s") <= 0:
            yield Problem(("fetch", key), "must be longer than nothing")
    for key, least in (("concurrency", 1), ("body_bytes_max", 1), ("redirects_max", 0)):
        if getattr(fetching, key) < least:
            yield Problem(("fetch", key), f"must be at least {least}")
    if not fetching.floor_s <= fetching.interval_s <= fetching.ceiling_s:
        yield Problem(("fetch", "interval"), "must lie between floor and ceiling")
    if not re.fullmatch(r"[^\s@]+@[^\s@]+|https?://\S+", fetching.contact):
        yield Problem(("fetch", "contact"), "must be a mail address or a web address; servers see it")


def _feeds(configuration: Configuration) -> Iterator[Problem]:
    sources = {source.name for source in configuration.sources}
    addresses: dict[str, str] = {}
    for place, feed in enumerate(configuration.feeds):
        at = ("feed", place)
        if feed.source not in sources:
            yield Problem((*at, "source"), f"no [[source]] is named {feed.source!r}{_listed(sources)}")
        if feed.every_s is not None and feed.every_s < configuration.fetching.floor_s:
            yield Problem((*at, "every"), "is shorter than fetch.floor; servers would be polled too often")
        if feed.url is None:
            if feed.kind == "feed":
                yield Problem(at, 'needs the key "url", unless kind = "archive"')
            continue
        if reason := _address_refused(feed.url):
            yield Problem((*at, "url"), reason)
        if (first := addresses.setdefault(feed.url, feed.name)) != feed.name:
            yield Problem((*at, "url"), f"is the address of feed {first!r} already")


def _address_refused(address: str) -> str | None:
    """Say why an address may not be polled or linked, or None if it may."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        return f"is no address: {error}"
    if parts.scheme not in {"http", "https"}:
        return "must begin with https:// or http://"
    if not parts.hostname or re.search(r"\s", address):
        return "names no host" if not parts.hostname else "has a space in it"
    if parts.username is not None or parts.password is not None:
        return "holds credentials; the ledger keeps this file, so a secret may not stand in it"
    return "has port 0" if port == 0 else None


def _names(configuration: Configuration) -> Iterator[Problem]:
    owners: dict[str, str] = {name.canonical.casefold(): name.canonical for name in configuration.names}
    for place, name in enumerate(configuration.names):
        for index, alias in enumerate(name.aliases):
            at = ("name", place, "aliases", index)
            owner = owners.setdefault(alias.casefold(), name.canonical)
            if not alias.strip():
                yield Problem(at, "is empty")
            elif owner != name.canonical:
                yield Problem(at, f"{alias!r} already stands for {owner!r}; names that differ stay different")


def _kinds(configuration: Configuration) -> Iterator[Problem]:
    tracks = {track.name for track in configuration.codebook.tracks}
    slots = set(Development.__struct_fields__)
    for kind in configuration.codebook.kinds:
        at = ("kind", kind.name)
        if kind.track not in tracks:
            yield Problem((*at, "track"), f"no [[track]] is named {kind.track!r}{_listed(tracks)}")
        for need in kind.needs:
            if unknown := sorted(set(need.split("|")) - slots):
                yield Problem((*at, "needs"), f"no slot is named {', '.join(unknown)}")


def _indicators(configuration: Configuration) -> Iterator[Problem]:
    kinds = {kind.name for kind in configuration.codebook.kinds}
    ids = {indicator.id for indicator in configuration.indicators}
    for place, indicator in enumerate(configuration.indicators):
        at = ("indicator", place)
        yield from _unknown((*at, "kinds"), "kind", indicator.kinds, kinds)
        yield from _unknown((*at, "flows"), "kind", indicator.flows, kinds)
        if not indicator.kinds:
            yield Problem((*at, "kinds"), "must name at least one kind")
        if indicator.goal_indicator is not None:
            yield from _unknown((*at, "goal_indicator"), "[[indicator]]", [indicator.goal_indicator], ids)
        if indicator.goal is not None and indicator.goal_indicator is not None:
            yield Problem((*at, "goal"), "a goal is a number or another indicator, not both")
        if indicator.max_age_days < 1:
            yield Problem((*at, "max_age_days"), "must be at least 1")


def _deadlines(configuration: Configuration) -> Iterator[Problem]:
    for place, deadline in enumerate(configuration.deadlines):
        at = ("deadline", place)
        try:
            When(text=deadline.until)
        except ValueError as error:
            yield Problem((*at, "until"), str(error))
        if deadline.address is not None and (reason := _address_refused(deadline.address)):
            yield Problem((*at, "address"), reason)


def _questions(configuration: Configuration) -> Iterator[Problem]:
    book = configuration.codebook
    known = {kind.name for kind in book.kinds} | {track.name for track in book.tracks}
    known |= {indicator.id for indicator in configuration.indicators} | {
        case.id for case in configuration.cases
    }
    for place, question in enumerate(configuration.questions):
        at = ("question", place, "bears")
        yield from _unknown(at, "kind, track, [[indicator]] or [[case]]", question.bears, known)


def _alerts(configuration: Configuration) -> Iterator[Problem]:
    kinds = {kind.name: kind for kind in configuration.codebook.kinds}
    destinations = {destination.name for destination in configuration.destinations}
    for place, rule in enumerate(configuration.alerts):
        at = ("alert", place)
        yield from _unknown((*at, "on"), "kind", rule.on, set(kinds))
        yield from _unknown((*at, "notify"), "[[destination]]", rule.notify, destinations)
        yield from _unknown((*at, "statuses"), "status", rule.statuses, {status.value for status in Status})
        outcomes = {outcome for name in rule.on if name in kinds for outcome in kinds[name].outcomes}
        if outcomes:
            yield from _unknown((*at, "outcomes"), "outcome of these kinds", rule.outcomes, outcomes)
        yield from _condition(configuration, rule, at)


def _condition(configuration: Configuration, rule: AlertRule, at: KeyPath) -> Iterator[Problem]:
    ids = {indicator.id for indicator in configuration.indicators}
    levels = {"below": rule.below, "above": rule.above}
    given = {key: level for key, level in levels.items() if level is not None}
    if rule.indicator is not None:
        yield from _unknown((*at, "indicator"), "[[indicator]]", [rule.indicator], ids)
    for key, level in given.items():
        yield from _level((*at, key), level, ids)
    match rule.kind:
        case "development":
            if not rule.on:
                yield Problem(at, 'a development rule needs "on", the kinds that raise it')
        case "threshold":
            if rule.indicator is None or len(given) != 1:
                yield Problem(at, 'a threshold rule needs "indicator" and one of "below" and "above"')
        case "deadline":
            if not rule.days:
                yield Problem(at, 'a deadline rule needs "days", such as [90, 30, 7]')


def _level(at: KeyPath, level: Against, ids: set[str]) -> Iterator[Problem]:
    if (level.value is None) == (level.indicator is None):
        yield Problem(at, 'needs either "value" or "indicator"')
    if level.indicator is not None:
        yield from _unknown((*at, "indicator"), "[[indicator]]", [level.indicator], ids)


def _destinations(configuration: Configuration) -> Iterator[Problem]:
    for place, destination in enumerate(configuration.destinations):
        at = ("destination", place)
        if destination.env is not None and not _VARIABLE.fullmatch(destination.env):
            yield Problem(
                (*at, "env"),
                "must be the name of an environment variable; the address itself may not stand here",
            )
        if reason := _destination_refused(destination):
            yield Problem(at, reason)


def _destination_refused(destination: Destination) -> str | None:
    match destination.kind:
        case "console":
            given = destination.env is not None or destination.path is not None
            return "the console takes neither env nor path" if given else None
        case "webhook":
            given = destination.env is not None and destination.path is None
            return None if given else 'needs the key "env", the variable that holds the address (and no path)'
        case "file":
            if destination.path is None or destination.env is not None:
                return 'needs the key "path", a file inside the home (and no env)'
            path = PurePath(destination.path)
            outside = path.is_absolute() or ".." in path.parts or not path.parts
            return "path must stay inside the home: relative, without .." if outside else None


def _unknown(at: KeyPath, what: str, names: Iterable[str], known: set[str]) -> Iterator[Problem]:
    for name in names:
        if name not in known:
            yield Problem(at, f"no {what} is named {name!r}{_listed(known)}")


def _listed(known: set[str]) -> str:
    return f"; known here: {', '.join(sorted(known))}" if known else ""
