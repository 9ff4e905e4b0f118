"""Items of a desk that was taken up from a kept state: each is looked up in the log when somebody asks for it.

Most of a long log is items that nobody looks at again; reading them all back would cost more than all the rest.
"""

from collections.abc import Iterator, Mapping
from typing import Protocol

from reports.kept import Item


class Past(Protocol):
    """Where items up to the position of a kept state come from."""

    def item(self, item_id: str) -> Item | None:
        """Return one item as it was then."""
        ...

    def items(self) -> dict[str, Item]:
        """Return all items as they were then, in order of recording."""
        ...


class Items(Mapping[str, Item]):
    """Items by their id, in order of recording. Without a past they are simply those that were put in."""

    def __init__(self, past: Past | None = None) -> None:
        self._known: dict[str, Item] = {}
        self._past = past

    def __getitem__(self, item_id: str) -> Item:
        found = self._known.get(item_id)
        if found is None and self._past is not None:
            found = self._past.item(item_id)
        if found is None:
            raise KeyError(item_id)
        return found

    def __setitem__(self, item_id: str, item: Item) -> None:
        self._known[item_id] = item

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def copy(self) -> "Items":
        """Return an independent mapping of the same items."""
        other = Items(self._past)
        other._known = self._known.copy()
        return other

    def _all(self) -> dict[str, Item]:
        if self._past is not None:
            self._known, self._past = self._past.items() | self._known, None
        return self._known
