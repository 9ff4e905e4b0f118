"""Proofs over the tree: those of the standard, and every one of every small tree."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle import leaf_hash, node_hash, root
from ledger.merkle_proofs import (
    Subtree,
    consistency_path,
    inclusion_path,
    root_by_inclusion,
    roots_by_consistency,
)

SIZE_MAX = 257
LEAVES = [leaf_hash(n.to_bytes(2, "big")) for n in range(SIZE_MAX)]

# The inputs, paths and proofs that certificate-transparency-go tests with (merkle/testonly).
INPUTS = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
KNOWN = [leaf_hash(bytes.fromhex(text)) for text in INPUTS]
INCLUSION = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
    (
        1,
        5,
        [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, INCLUSION[1][2]),
    (
        6,
        8,
        [
            "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (
        2,
        5,
        [
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        ],
    ),
]


def over(leaves: list[bytes]) -> Subtree:
    kept: dict[tuple[int, int], bytes] = {}

    def subtree(first: int, last: int) -> bytes:
        if (first, last) not in kept:
            kept[first, last] = root(leaves[first:last])
        return kept[first, last]

    return subtree


SUBTREE = over(LEAVES)
ROOTS = [root(LEAVES[:size]) for size in range(SIZE_MAX + 1)]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_paths_are_those_of_certificate_transparency(index: int, size: int, path: list[str]):
    """Our inclusion paths are the ones every Certificate Transparency log gives."""
    assert [each.hex() for each in inclusion_path(index, size, over(KNOWN))] == path


@pytest.mark.parametrize(("before", "after", "path"), CONSISTENCY)
def test_consistency_paths_are_those_of_certificate_transparency(before: int, after: int, path: list[str]):
    """Our consistency paths are the ones every Certificate Transparency log gives."""
    assert [each.hex() for each in consistency_path(before, after, over(KNOWN))] == path


def test_every_event_of_every_small_log_can_be_proved():
    """For logs of up to 257 events, every event leads to the root, and only at its own place."""
    for size in range(1, SIZE_MAX + 1):
        for index in range(size):
            path = inclusion_path(index, size, SUBTREE)
            assert root_by_inclusion(LEAVES[index], index, size, path) == ROOTS[size]


def test_every_small_log_extends_every_smaller_one():
    """For logs of up to 257 events, the proof of extension leads to both roots."""
    for after in range(SIZE_MAX + 1):
        for before in range(1, after + 1):
            path = consistency_path(before, after, SUBTREE)
            found = roots_by_consistency(before, after, ROOTS[before], path)
            assert found == (ROOTS[before], ROOTS[after])


@given(st.data())
def test_a_changed_proof_leads_elsewhere(data: st.DataObject):
    """A path with one hash changed, dropped or added, or for another place, never leads to the root."""
    size = data.draw(st.integers(2, SIZE_MAX))
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(index, size, SUBTREE)
    at = data.draw(st.integers(0, len(path) - 1))
    changed = data.draw(
        st.sampled_from(
            [
                [*path[:at], node_hash(path[at], path[at]), *path[at + 1 :]],
                [*path[:at], *path[at + 1 :]],
                [*path, path[at]],
            ]
        )
    )
    with suppress(ValueError):
        assert root_by_inclusion(LEAVES[index], index, size, changed) != ROOTS[size]
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index))
    with suppress(ValueError):
        assert root_by_inclusion(LEAVES[index], other, size, path) != ROOTS[size]


@given(st.integers(1, SIZE_MAX), st.integers(1, SIZE_MAX), st.integers(0, 8))
def test_a_rewritten_log_does_not_extend_the_old_one(one: int, two: int, at: int):
    """A changed proof, or a changed old root, never leads to both roots."""
    before, after = sorted((one, two))
    path = consistency_path(before, after, SUBTREE)
    if path:
        at %= len(path)
        path[at] = node_hash(path[at], path[at])
        assert roots_by_consistency(before, after, ROOTS[before], path) != (ROOTS[before], ROOTS[after])
        for wrong in (path[:-1], [*path, path[0]]):
            with suppress(ValueError):
                assert roots_by_consistency(before, after, ROOTS[before], wrong)[1] != ROOTS[after]


def test_what_cannot_be_proved_is_refused():
    """There is no proof for a leaf outside the tree, nor that a smaller tree extends a larger one."""
    for wrong in (-1, 3):
        with pytest.raises(ValueError, match="no leaf"):
            inclusion_path(wrong, 3, SUBTREE)
        with pytest.raises(ValueError, match="no leaf"):
            root_by_inclusion(LEAVES[0], wrong, 3, [])
    with pytest.raises(ValueError, match="does not extend"):
        consistency_path(4, 3, SUBTREE)
    with pytest.raises(ValueError, match="fit the sizes"):
        roots_by_consistency(4, 3, ROOTS[4], [])
    assert roots_by_consistency(0, 5, ROOTS[0], []) == (ROOTS[0], None)
