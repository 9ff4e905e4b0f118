"""The Merkle tree of RFC 6962, section 2.1: pure functions over leaf hashes, and a compact frontier.

A leaf is hashed as SHA-256(0x00 || leaf), an inner node as SHA-256(0x01 || left || right), the empty tree as
SHA-256 of nothing. A tree of n leaves splits at the largest power of two below n.
"""

from collections.abc import Sequence
from hashlib import sha256

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves (32 bytes)."""


def leaf_hash(leaf: bytes) -> bytes:
    """Return the hash (32 bytes) of one leaf's bytes."""
    return sha256(b"\x00" + leaf).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash (32 bytes) of the node over two hashes."""
    return sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root (32 bytes) over leaf hashes in order."""
    level = list(leaf_hashes)
    while len(level) > 1:
        # An odd one out rises unchanged: that is the split at the largest power of two, read from below.
        rest = level[len(level) & ~1 :]
        level = [
            sha256(b"\x01" + left + right).digest()
            for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        level += rest
    return level[0] if level else EMPTY_ROOT


class Frontier:
    """The roots of the complete subtrees that make up a tree, widest first: at most one of each size.

    It holds one hash per one-bit of the tree's size, so a tree of any size fits in 64 hashes.
    """

    def __init__(self) -> None:
        self._subtrees: list[tuple[int, bytes]] = []

    @property
    def size(self) -> int:
        """The number of leaves."""
        return sum(1 << level for level, _ in self._subtrees)

    def add(self, subtree: bytes, level: int = 0) -> None:
        """Append a complete subtree of 2**level leaves (a leaf hash by default).

        Raises ValueError if smaller subtrees stand before it: the tree's size must be a multiple of 2**level.
        """
        if self._subtrees and self._subtrees[-1][0] < level:
            raise ValueError(f"a subtree of level {level} does not fit after {self.size} leaves")
        while self._subtrees and self._subtrees[-1][0] == level:
            subtree = node_hash(self._subtrees.pop()[1], subtree)
            level += 1
        self._subtrees.append((level, subtree))

    def copy(self) -> "Frontier":
        """Return an independent frontier of the same leaves."""
        other = Frontier()
        other._subtrees = list(self._subtrees)
        return other

    def root(self) -> bytes:
        """Return the root (32 bytes) over everything added so far."""
        if not self._subtrees:
            return EMPTY_ROOT
        _, result = self._subtrees[-1]
        for _, left in reversed(self._subtrees[:-1]):
            result = node_hash(left, result)
        return result
