"""The effective configuration, typed.

It is recorded whole in the ledger, so it holds no secret and no address of a destination; reading commands use the
recorded one, never the file.
"""

import hashlib
from decimal import Decimal
from enum import StrEnum
from typing import Literal

import msgspec

from ledger.codebook import Codebook
from ledger.sources import Source
from ledger.values import Value

DAY_S = 86_400


class Mission(Value, frozen=True, kw_only=True):
    """The situation that is watched. `id` prefixes report numbers; `zone` is the IANA zone of its periods."""

    id: str
    name: str
    language: str = "en"
    zone: str = "UTC"


class Feed(Value, frozen=True, kw_only=True):
    """One address to poll. `archive` feeds are back-filled only and never polled."""

    name: str
    source: str
    url: str | None = None
    kind: Literal["feed", "archive"] = "feed"
    every_s: int | None = None
    enabled: bool = True


class Fetching(Value, frozen=True, kw_only=True):
    """Limits and manners of every request (sizes in bytes, times in seconds)."""

    contact: str
    timeout_s: float = 30.0
    body_bytes_max: int = 10_000_000
    redirects_max: int = 5
    floor_s: int = 900
    interval_s: int = 1_800
    ceiling_s: int = DAY_S
    concurrency: int = 8
    allow_private: tuple[str, ...] = ()


class Name(Value, frozen=True, kw_only=True):
    """A canonical name and every way texts write it, in any language."""

    canonical: str
    aliases: tuple[str, ...] = ()
    kind: Literal[
        "mission", "force", "body", "fund", "court", "person", "party", "place", "state", "group"
    ] = "body"
    country: str | None = None


class Scope(Value, frozen=True, kw_only=True):
    """What the desk is about. An item is in scope if it names an `anchor`, or a `place` together with a `topic`."""

    anchors: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()


class Indicator(Value, frozen=True, kw_only=True):
    """A figure that reports show as a tile.

    Claims count for it whose development has one of `kinds` and agrees with every slot given. `unit` is a count's
    unit (several may be listed) or a currency. `flows` names kinds shown beside the leading snapshot, never added.
    """

    id: str
    label: str
    kinds: tuple[str, ...]
    unit: str
    units: tuple[str, ...] = ()
    flows: tuple[str, ...] = ()
    measure: str | None = None
    target: str | None = None
    actor: str | None = None
    outcome: str | None = None
    goal: Decimal | None = None
    goal_indicator: str | None = None
    max_age_days: int = 90
    better: Literal["up", "down"] = "up"


class Deadline(Value, frozen=True, kw_only=True):
    """A date ahead that somebody declared; mandates, hearings and promises add theirs by themselves."""

    id: str
    label: str
    until: str
    source: str
    address: str | None = None


class Case(Value, frozen=True, kw_only=True):
    """A legal case as a thread of filings, hearings and rulings."""

    id: str
    label: str
    court: str
    parties: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    effect: str | None = None


class Question(Value, frozen=True, kw_only=True):
    """A standing question that every report answers or leaves open."""

    id: str
    text: str
    bears: tuple[str, ...] = ()


class Severity(StrEnum):
    """How loud an alert is."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Against(Value, frozen=True, kw_only=True):
    """A level to compare with: a number, or another indicator times a ratio."""

    value: Decimal | None = None
    indicator: str | None = None
    ratio: Decimal = Decimal(1)


class AlertRule(Value, frozen=True, kw_only=True):
    """One alert rule. Its identity is its name: editing the text keeps the history."""

    name: str
    kind: Literal["development", "threshold", "deadline"]
    severity: Severity = Severity.WARNING
    notify: tuple[str, ...] = ()
    summary: str | None = None
    on: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ("occurred",)
    outcomes: tuple[str, ...] = ()
    indicator: str | None = None
    below: Against | None = None
    above: Against | None = None
    days: tuple[int, ...] = ()


class Destination(Value, frozen=True, kw_only=True):
    """Where notifications go. The address stays outside the ledger: `env` names the variable that holds it."""

    name: str
    kind: Literal["console", "file", "webhook"]
    env: str | None = None
    path: str | None = None


class ReportSettings(Value, frozen=True, kw_only=True):
    """How the periodic reports are made. `start` is the first day of the first period, if later than the ledger."""

    title: str | None = None
    developments_max: int = 5


class Retention(Value, frozen=True, kw_only=True):
    """How long words are kept. Texts of items out of scope go after `out_of_scope_s` seconds; 0 keeps them."""

    out_of_scope_s: int = 90 * DAY_S


class DataFile(Value, frozen=True, kw_only=True):
    """A shipped or user-given data file (lexicon, rules) that decides what is extracted: its name and text."""

    name: str
    text: str


class Configuration(Value, frozen=True, kw_only=True):
    """Everything that decides what is recorded, alerted and reported, except secrets."""

    mission: Mission
    fetching: Fetching
    codebook: Codebook
    scope: Scope = Scope()
    sources: tuple[Source, ...] = ()
    feeds: tuple[Feed, ...] = ()
    names: tuple[Name, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    cases: tuple[Case, ...] = ()
    questions: tuple[Question, ...] = ()
    alerts: tuple[AlertRule, ...] = ()
    destinations: tuple[Destination, ...] = ()
    report: ReportSettings = ReportSettings()
    extraction: tuple[DataFile, ...] = ()
    retention: Retention = Retention()

    def source(self, name: str) -> Source:
        """Return the source of that name; one that nobody graded is F."""
        return next((source for source in self.sources if source.name == name), Source(name=name))

    def feed(self, name: str) -> Feed | None:
        """Return the feed of that name."""
        return next((feed for feed in self.feeds if feed.name == name), None)


def fingerprint(configuration: Configuration) -> str:
    """Return the SHA-256 (hex) of the configuration's canonical JSON."""
    return hashlib.sha256(msgspec.json.encode(configuration, order="sorted")).hexdigest()
