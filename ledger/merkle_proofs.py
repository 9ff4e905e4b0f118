"""Proofs over the Merkle tree: that a leaf is in it, and that a larger tree extends a smaller one. Pure functions.

Making them follows RFC 6962, sections 2.1.1 and 2.1.2; checking them RFC 9162, sections 2.1.3.2 and 2.1.4.2. Leaves
count from 0; a hash has 32 bytes.
"""

from collections.abc import Callable, Sequence

from ledger.merkle import node_hash

Subtree = Callable[[int, int], bytes]
"""Returns the root over the leaves first <= n < last of a tree."""


def inclusion_path(index: int, size: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes from the leaf's sibling up that prove a leaf to be in the tree of a size.

    Raises ValueError unless 0 <= index < size.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    first, last = 0, size
    path = []
    while last - first > 1:
        middle = first + _split(last - first)
        if index < middle:
            path.append(subtree(middle, last))
            last = middle
        else:
            path.append(subtree(first, middle))
            first = middle
    return path[::-1]


def consistency_path(before: int, after: int, subtree: Subtree) -> list[bytes]:
    """Return the hashes that prove the tree of `after` leaves to extend that of `before`.

    Raises ValueError unless 0 <= before <= after. Every tree extends the empty one and itself, without a proof.
    """
    if not 0 <= before <= after:
        raise ValueError(f"a tree of {after} leaves does not extend one of {before}")
    if before in {0, after}:
        return []
    first, last = 0, after
    path = []
    whole = True  # As long as only left halves were passed, the verifier knows the old root itself.
    while before != last:
        middle = first + _split(last - first)
        if before <= middle:
            path.append(subtree(middle, last))
            last = middle
        else:
            path.append(subtree(first, middle))
            first, whole = middle, False
    if not whole:
        path.append(subtree(first, last))
    return path[::-1]


def root_by_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """Return the root that a leaf hash and its inclusion path lead to.

    Raises ValueError if the path's length does not fit index and size; the caller compares the root.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    place, last, found = index, size - 1, leaf
    for each in path:
        if last == 0:
            raise ValueError("the inclusion path is too long")
        if place & 1 or place == last:
            found = node_hash(each, found)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, each)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the inclusion path is too short")
    return found


def roots_by_consistency(
    before: int, after: int, root: bytes, path: Sequence[bytes]
) -> tuple[bytes, bytes | None]:
    """Return the two roots that a consistency path leads to, of the smaller and of the larger tree.

    `root` is that of the smaller tree. The larger root is None when the smaller tree is empty: any tree extends it.
    Raises ValueError if the path's length does not fit; the caller compares both roots.
    """
    if not 0 <= before <= after or (before in {0, after} and path):
        raise ValueError("the consistency path does not fit the sizes")
    if before in {0, after}:
        return root, root if before == after else None
    steps = list(path) if before & (before - 1) else [root, *path]
    if not steps:
        raise ValueError("the consistency path is too short")
    place, last = before - 1, after - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for each in steps[1:]:
        if last == 0:
            raise ValueError("the consistency path is too long")
        if place & 1 or place == last:
            old, new = node_hash(each, old), node_hash(each, new)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            new = node_hash(new, each)
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the consistency path is too short")
    return old, new


def _split(size: int) -> int:
    """Return the largest power of two below a size of at least 2."""
    return 1 << ((size - 1).bit_length() - 1)
