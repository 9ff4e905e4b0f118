import sqlite3
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.errors import BlobDropped, LedgerDamaged, LedgerFull, LedgerTooNew, NotALedger, NotFound
from ledger.store import blobs as module
from ledger.store.blobs import BlobStore

ABSENT = sha256(b"never kept").hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "blobs.sqlite3"


@pytest.fixture
def blobs(path: Path) -> Iterator[BlobStore]:
    store = BlobStore(path)
    yield store
    store.close()


@given(st.lists(st.binary(max_size=300) | st.binary(max_size=3).map(lambda unit: unit * 200)))
@settings(max_examples=30, deadline=None)
def test_every_blob_comes_back_under_its_hash(
    tmp_path_factory: pytest.TempPathFactory, data: list[bytes]
) -> None:
    """Whatever bytes are kept, they come back the same, under their own SHA-256, also after reopening."""
    path = tmp_path_factory.mktemp("blobs") / "blobs.sqlite3"
    with closing(BlobStore(path)) as blobs:
        names = blobs.put_many(data)
    assert names == [sha256(each).hexdigest() for each in data]
    with closing(BlobStore(path)) as blobs:
        assert [blobs.get(name) for name in names] == data
        assert all(blobs.has(name) for name in names)


def test_the_same_text_is_kept_once(blobs: BlobStore) -> None:
    """A text that ten feeds carry takes the room of one."""
    first = blobs.put(b"The same wire report. " * 20)
    size = blobs.size_bytes()
    assert blobs.put_many([b"The same wire report. " * 20] * 10) == [first] * 10
    assert blobs.size_bytes() == size < 100


def test_an_unknown_hash_is_not_found(blobs: BlobStore) -> None:
    """Asking for what was never kept, or for what is no hash, says so."""
    for name in (ABSENT, "not a hash"):
        with pytest.raises(NotFound):
            blobs.get(name)
        with pytest.raises(NotFound):
            blobs.drop(name)
    assert not blobs.has(ABSENT)


def test_a_dropped_text_is_gone_from_the_disk(blobs: BlobStore, path: Path) -> None:
    """After a takedown no byte of the text is left in the files, and asking for it says why."""
    secret = bytes(range(33, 127))
    kept, name = blobs.put(b"kept"), blobs.put(secret)
    blobs.drop(name)
    blobs.drop(name)
    with pytest.raises(BlobDropped):
        blobs.get(name)
    assert (blobs.has(name), blobs.has(kept)) == (False, True)
    assert all(secret not in file.read_bytes() for file in path.parent.iterdir())


def test_a_dropped_text_can_be_kept_again(blobs: BlobStore) -> None:
    """If the same text is shown again and wanted, it comes back under the same hash."""
    name = blobs.put(b"again")
    blobs.drop(name)
    assert blobs.put(b"again") == name
    assert blobs.get(name) == b"again"


@pytest.mark.parametrize("content", [b"other", b"x\x9c broken"])
def test_changed_bytes_are_never_handed_out(blobs: BlobStore, path: Path, content: bytes) -> None:
    """A text that somebody changed on disk is reported, not returned."""
    name = blobs.put(b"as it was published " * 9)
    with closing(sqlite3.connect(path)) as other, other:
        other.execute("UPDATE blobs SET content = ?, zlib = ?", (content, content[0] == ord("x")))
    with pytest.raises(LedgerDamaged, match=name):
        blobs.get(name)


def test_a_full_disk_keeps_none_of_a_batch(blobs: BlobStore) -> None:
    """A batch that does not fit is not kept in part."""
    blobs._connection.execute("PRAGMA max_page_count = 20")
    data = [sha256(b"%d" % n).digest() * 9 for n in range(2_000)]
    with pytest.raises(LedgerFull):
        blobs.put_many(data)
    assert blobs.size_bytes() == 0
    assert blobs.get(blobs.put(b"small")) == b"small"


def test_another_file_is_no_blob_store(path: Path) -> None:
    """A file of another program is refused and left alone, and so is one of a newer release."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE songs (title)")
    with pytest.raises(NotALedger):
        BlobStore(path)
    path.unlink()
    BlobStore(path).close()
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA user_version = {module.VERSION + 1}")
    with pytest.raises(LedgerTooNew):
        BlobStore(path)
