"""Desk: everything that reports and alert rules look at, folded once from the log and kept up to date.

All views (tiles, disputes, timeline …) are pure functions of a desk, an instant `now` and a valid day `on`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, assert_never

from ledger.codebook import Codebook, Mode, shipped_codebook
from ledger.configuration import Configuration
from ledger.envelope import Recorded
from ledger.errors import ConfigurationError
from ledger.events import (
    AlertRaised,
    AlertResolved,
    BlobDropped,
    ClockRead,
    ConfigurationChanged,
    CoverageGapFound,
    DevelopmentReported,
    FeedAdded,
    FeedFailing,
    FeedGone,
    FeedRecovered,
    FeedRemoved,
    ItemObserved,
    ItemRevised,
    LedgerOpened,
    NotificationDelivered,
    NotificationFailed,
    NotificationRequested,
    PollsSummarised,
    ReportPublished,
    WatchStarted,
    WatchStopped,
)
from ledger.events_audit import CheckpointSigned
from reports.claims import Claim, claim_of
from reports.facts import Fact, FactKey, key_of, missions_of
from reports.grouping import group
from reports.kept import Alert, FeedHealth, Gap, Item, Published
from reports.watch import Watch


class Desk:
    """The state of one ledger; `apply` takes one event in, at the cost of a dictionary look-up or two.

    `claims`, `items`, `feeds`, `alerts` are keyed by id or name, in the order of recording; read them, change nothing.
    """

    def __init__(self) -> None:
        self.position = 0
        self.recorded_at: datetime | None = None
        self.opened_at: datetime | None = None
        self.virtual = False
        self.claims: dict[str, Claim] = {}
        self.watch = Watch()
        self.alerts: dict[str, Alert] = {}
        self.reports: list[Published] = []
        self._configuration: Configuration | None = None
        self._snapshots = _snapshots_of(shipped())
        self._missions: frozenset[str] = frozenset()
        self._keys: dict[str, FactKey] = {}
        self._by_key: defaultdict[FactKey, list[str]] = defaultdict(list)
        self._by_kind: defaultdict[str, list[str]] = defaultdict(list)
        self._kind_keys: defaultdict[str, list[FactKey]] = defaultdict(list)
        self._by_item: defaultdict[str, list[str]] = defaultdict(list)
        self._facts: dict[FactKey, tuple[Fact, ...]] = {}

    def apply(self, recorded: Recorded) -> None:
        """Take one event in."""
        self.position = recorded.position
        self.recorded_at = recorded.recorded_at
        match recorded.event:
            case DevelopmentReported() as event:
                self._reported(recorded, event)
            case ItemRevised() as event:
                self._revised(recorded, event)
            case ConfigurationChanged() as event:
                self._configured(event.configuration)
            case AlertRaised() | AlertResolved() as event:
                self._alerted(recorded, event)
            case ReportPublished() as event:
                published = Published(
                    report=event, recorded_at=recorded.recorded_at, position=recorded.position
                )
                self.reports.append(published)
            case LedgerOpened() as event:
                self.opened_at = recorded.recorded_at
                self.virtual = event.clock == "virtual"
            case (
                ItemObserved()
                | CoverageGapFound()
                | PollsSummarised()
                | FeedAdded()
                | FeedRemoved()
                | FeedGone()
                | FeedFailing()
                | FeedRecovered()
            ):
                self.watch.apply(recorded)
            case (
                ClockRead()
                | WatchStarted()
                | WatchStopped()
                | NotificationRequested()
                | NotificationDelivered()
                | NotificationFailed()
                | CheckpointSigned()
                | BlobDropped()
            ):
                pass
            case _:
                assert_never(recorded.event)

    def copy(self) -> "Desk":
        """Return an independent desk in the same state; the values inside are immutable and shared."""
        other = Desk()
        for name, value in vars(self).items():
            setattr(other, name, value.copy() if isinstance(value, (dict, list, Watch)) else value)
        for index in (other._by_key, other._by_kind, other._kind_keys, other._by_item):
            _own_lists(index)
        return other

    def take_over(self, claims: Iterable[Claim], configuration: Configuration | None) -> None:
        """Take claims over from a saved state as they stood, in order of recording, into an empty desk."""
        self.claims = {claim.id: claim for claim in claims}
        for claim in self.claims.values():
            if claim.item_id is not None:
                self._by_item[claim.item_id].append(claim.id)
        if configuration is not None:
            self._configured(configuration)
            return
        for claim in self.claims.values():
            self._index(claim)

    @property
    def items(self) -> Mapping[str, Item]:
        """Every item by its id."""
        return self.watch.items

    @property
    def feeds(self) -> Mapping[str, FeedHealth]:
        """Every feed that was ever watched, by its name."""
        return self.watch.feeds

    @property
    def gaps(self) -> Sequence[Gap]:
        """Stretches of time in which something may have been missed."""
        return self.watch.gaps

    @property
    def configuration(self) -> Configuration:
        """The configuration in force (ConfigurationError if none was recorded yet)."""
        if self._configuration is None:
            raise ConfigurationError("the ledger holds no configuration yet; run `sitledger init`")
        return self._configuration

    @property
    def known_configuration(self) -> Configuration | None:
        """The configuration in force, or None if none was recorded yet."""
        return self._configuration

    @property
    def codebook(self) -> Codebook:
        """The code book in force; the shipped one before any configuration was recorded."""
        return self._configuration.codebook if self._configuration else shipped()

    @property
    def missions(self) -> frozenset[str]:
        """The case-folded names of the mission itself."""
        return self._missions

    def is_snapshot(self, kind: str) -> bool:
        """Whether a kind's figures are running totals."""
        return kind in self._snapshots

    def key(self, claim_id: str) -> FactKey:
        """Return what a claim shares with others about the same fact."""
        return self._keys[claim_id]

    def keys(self, *kinds: str) -> Iterator[FactKey]:
        """Return the keys of some kinds, of all without any, in order of first mention within each."""
        if not kinds:
            return iter(self._by_key)
        return (key for kind in dict.fromkeys(kinds) for key in self._kind_keys.get(kind, ()))

    def facts(self, key: FactKey) -> tuple[Fact, ...]:
        """Return the facts under one key, in order of valid time; kept until a claim under the key changes."""
        found = self._facts.get(key)
        if found is None:
            found = group(key, self.claims_of(key), snapshot=key.kind in self._snapshots)
            self._facts[key] = found
        return found

    def all_facts(self, *kinds: str) -> Iterator[Fact]:
        """Return every fact of some kinds, of all without any."""
        return (fact for key in self.keys(*kinds) for fact in self.facts(key))

    def fact_of(self, claim_id: str) -> Fact | None:
        """Return the fact that a claim asserts or denies; None for plans and for denials of what nobody asserts."""
        for fact in self.facts(self._keys[claim_id]):
            if any(claim.id == claim_id for claim in (*fact.claims, *fact.denials)):
                return fact
        return None

    def claims_of(self, key: FactKey) -> tuple[Claim, ...]:
        """Return every claim under a key, plans and denials too, in order of recording."""
        return tuple(self.claims[claim_id] for claim_id in self._by_key.get(key, ()))

    def of_kind(self, *kinds: str) -> Iterator[Claim]:
        """Return every claim of some kinds, in order of recording within each."""
        return (self.claims[claim_id] for kind in kinds for claim_id in self._by_kind.get(kind, ()))

    def of_item(self, item_id: str) -> tuple[Claim, ...]:
        """Return every claim that an item made, in any of its versions."""
        return tuple(self.claims[claim_id] for claim_id in self._by_item.get(item_id, ()))

    def _configured(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._snapshots = _snapshots_of(configuration.codebook)
        self._missions = missions_of(configuration)
        self._by_key.clear()
        self._by_kind.clear()
        self._kind_keys.clear()
        self._facts.clear()
        for claim in self.claims.values():
            self._index(claim)

    def _reported(self, recorded: Recorded, event: DevelopmentReported) -> None:
        claim = claim_of(recorded, event)
        self._index(claim)
        self.claims[claim.id] = claim
        if claim.item_id is None:
            return
        for other_id in self._by_item[claim.item_id]:
            if self._says_anew(claim, self.claims[other_id]):
                self._change(other_id, superseded_by=claim.id)
        self._by_item[claim.item_id].append(claim.id)
        if self.watch.coded(claim.item_id) > (claim.item_version or 0):
            self._change(claim.id, edited=True)

    def _revised(self, recorded: Recorded, event: ItemRevised) -> None:
        self.watch.revised(recorded, event)
        for claim_id in self._by_item.get(event.item_id, ()):
            if (self.claims[claim_id].item_version or 0) < event.version:
                self._change(claim_id, edited=True)

    def _index(self, claim: Claim) -> None:
        key = key_of(claim.development, self._missions)
        self._keys[claim.id] = key
        if key not in self._by_key:
            self._kind_keys[key.kind].append(key)
        self._by_key[key].append(claim.id)
        self._by_kind[key.kind].append(claim.id)
        self._facts.pop(key, None)

    def _says_anew(self, new: Claim, old: Claim) -> bool:
        """Whether a claim repeats or corrects one of an older version (or an older rule set) of the same item."""
        versions = (old.item_version or 0, new.item_version or 0)
        if not old.live or versions[0] > versions[1]:
            return False
        if versions[0] == versions[1] and old.rule_set == new.rule_set:
            return False
        mine, theirs = self._keys[new.id], self._keys[old.id]
        if new.development.money and old.development.money:
            mine, theirs = replace(mine, unit=None), replace(theirs, unit=None)
        one, other = new.development.occurred, old.development.occurred
        same_status = new.development.status == old.development.status
        return mine == theirs and same_status and (one is None or other is None or one.overlaps(other))

    def _change(self, claim_id: str, **changed: Any) -> None:
        self.claims[claim_id] = replace(self.claims[claim_id], **changed)
        self._facts.pop(self._keys[claim_id], None)

    def _alerted(self, recorded: Recorded, event: AlertRaised | AlertResolved) -> None:
        if isinstance(event, AlertRaised):
            raised = Alert(raised=event, raised_at=recorded.recorded_at, position=recorded.position)
            self.alerts[event.alert_id] = raised
        elif alert := self.alerts.get(event.alert_id):
            resolved = replace(alert, resolved_at=recorded.recorded_at, reason=event.reason)
            self.alerts[event.alert_id] = resolved


@lru_cache(maxsize=1)
def shipped() -> Codebook:
    """Return the code book that ships with the product, read once."""
    return shipped_codebook()


def _snapshots_of(book: Codebook) -> frozenset[str]:
    return frozenset(kind.name for kind in book.kinds if kind.mode is Mode.SNAPSHOT)


def _own_lists(index: defaultdict[Any, list[Any]]) -> None:
    index.update({key: members.copy() for key, members in index.items()})
