import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash, node_hash, root

# The inputs and roots that certificate-transparency-go tests with (merkle/testonly, "known good" values).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def definition(hashes: list[bytes]) -> bytes:
    """MTH of RFC 6962, section 2.1, word for word."""
    if not hashes:
        return EMPTY_ROOT
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return node_hash(definition(hashes[:k]), definition(hashes[k:]))


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_of_certificate_transparency(size: int) -> None:
    """Our tree is the one that every Certificate Transparency log computes."""
    assert root([leaf_hash(leaf) for leaf in LEAVES[:size]]).hex() == ROOTS[size]


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=70))
def test_roots_follow_the_definition_for_any_number_of_leaves(hashes: list[bytes]) -> None:
    """However many events there are, list and frontier give the root that the standard defines."""
    frontier = Frontier()
    for each in hashes:
        frontier.add(each)
    assert root(hashes) == definition(hashes) == frontier.root()
    assert frontier.size == len(hashes)


@given(st.integers(0, 5), st.integers(0, 40))
def test_a_frontier_takes_whole_subtrees(level: int, rest: int) -> None:
    """A root may be put together from stored subtrees and the leaves after them."""
    hashes = [leaf_hash(bytes([n])) for n in range((1 << level) + rest)]
    frontier = Frontier()
    frontier.add(root(hashes[: 1 << level]), level)
    for each in hashes[1 << level :]:
        frontier.add(each)
    assert frontier.root() == root(hashes)


def test_a_subtree_in_the_wrong_place_is_refused() -> None:
    """A subtree that does not fit is a mistake, not another tree."""
    frontier = Frontier()
    frontier.add(leaf_hash(b""))
    with pytest.raises(ValueError, match="does not fit"):
        frontier.add(leaf_hash(b""), 1)
