"""What an observation means: new, revised or a repeat. Pure; all it knows comes from the feed's memory."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from ledger.events import Change
from watchers.items import Item, New, Repeat, Revised, Verdict, Version, item_id_of, sha256_of


class Seen(Protocol):
    """What was recorded of a feed's items so far."""

    def __contains__(self, key: object) -> bool:
        """Whether an item of that key was ever recorded."""
        ...

    def versions(self, key: str) -> tuple[Version, ...]:
        """All versions, earliest observation first."""
        ...

    def current(self, key: str, at: datetime) -> Version | None:
        """The version that was current at an instant."""
        ...

    def following(self, key: str, at: datetime) -> Version | None:
        """The version observed next after an instant."""
        ...


def tell_apart(items: Sequence[Item], seen: Seen) -> tuple[Item, ...]:
    """Give every item of one document a key of its own, the same one in every later document.

    Ids are re-used: two entries with one id and different links are two items, so the second gets the key `id|link`
    (with one link too, `id|link|title`). Who got the longer key before keeps it, whatever the order of the document
    is now; entries that agree in all three are the same item, and the first of them counts.
    """
    taken: dict[str, Item] = {}
    places: dict[str, int] = {}
    for place in sorted(range(len(items)), key=lambda index: not _is_known(items[index], seen)):
        item = items[place]
        for key in _keys(item, seen):
            holder = taken.get(key)
            if holder is None:
                taken[key], places[key] = replace(item, key=key, item_id=item_id_of(item.feed, key)), place
                break
            if (holder.link, holder.title) == (item.link, item.title):
                break
    return tuple(taken[key] for key in sorted(taken, key=places.__getitem__))


def _keys(item: Item, seen: Seen) -> tuple[str, ...]:
    long = f"{item.key}|{item.link}"
    longer = f"{long}|{sha256_of(item.title)[:16]}"
    return (*(key for key in (longer, long) if key in seen), item.key, long, longer)


def _is_known(item: Item, seen: Seen) -> bool:
    return any(version.link == item.link for version in seen.versions(item.key))


def classify(item: Item, seen: Seen, observed_at: datetime) -> Verdict:
    """Compare an item with the version that was current when it was observed, never with the newest.

    So an archive replayed, or one that comes late, adds only what nobody has recorded: a text that is already known
    as the next version, or as the first one, was merely seen earlier than thought. A changed date alone is nothing.
    """
    if item.key not in seen:
        return New()
    versions = seen.versions(item.key)
    candidate = _version(item, len(versions) + 1, observed_at)
    current, following = seen.current(item.key, observed_at), seen.following(item.key, observed_at)
    if any(each.observed_at == observed_at and each.says_the_same_as(candidate) for each in versions):
        return Repeat(reason="recorded at this very instant")
    if current is not None and current.says_the_same_as(candidate):
        return Repeat(reason=f"says the same as version {current.n}")
    if following is not None and following.says_the_same_as(candidate):
        return Repeat(reason=f"an earlier sight of version {following.n}")
    previous = current or versions[0]
    earlier = [each for each in versions if each.observed_at <= observed_at]
    return Revised(
        n=candidate.n,
        previous=previous,
        changes=_changes(previous, candidate),
        reverted=any(each.says_the_same_as(candidate) for each in earlier),
        reason=f"differs from version {previous.n}, current then"
        if current
        else "older than all that is known, and differs from the earliest",
    )


def _version(item: Item, n: int, observed_at: datetime) -> Version:
    return Version(
        n=n,
        observed_at=observed_at,
        text=sha256_of(item.text),
        title_sha256=sha256_of(item.title),
        body_sha256=sha256_of(item.body),
        link=item.link,
        in_scope=False,
    )


def _changes(old: Version, new: Version) -> tuple[Change, ...]:
    changes = []
    if old.title_sha256 != new.title_sha256:
        changes.append(Change(field="title", old=old.text, new=new.text))
    if old.body_sha256 != new.body_sha256:
        changes.append(Change(field="body", old=old.text, new=new.text))
    if old.link != new.link:
        changes.append(Change(field="link", old=old.link, new=new.link))
    return tuple(changes)
