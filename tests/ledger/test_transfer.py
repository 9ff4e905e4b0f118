"""A ledger taken elsewhere: copied, backed up, restored, exported and imported, with the same bytes and root."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread

import pytest

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.codec import CODEC
from ledger.errors import (
    BlobDropped,
    LedgerDamaged,
    LedgerError,
    SitledgerError,
    SourceError,
    UnknownEventType,
)
from ledger.store.address import Address, Database, Folder, Stored, address_of
from ledger.store.backup import back_up, restore
from ledger.store.lines import check_file, export_events, import_events
from ledger.store.recorder import Entry
from ledger.store.transfer import Copied, copy, entries, open_target

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_ROOT = "715d37bd534854cbe8a2d8f5c1d855d8ae9db4c4a03e32dcb7f7bf7e69ce6249"
GOLDEN_ID = "0190500a-1234-7000-8000-000000000001"
WORDS = b"Ships arrive\nTwo ships arrive with supplies." * 3


def clock() -> datetime:
    return datetime(2024, 7, 1, tzinfo=UTC)


def ignore(_: int) -> None:
    """Show no progress."""


@pytest.fixture
def golden(tmp_path: Path) -> Folder:
    """A copy of the ledger that version 1 wrote."""
    folder = tmp_path / "golden"
    folder.mkdir()
    for name in ("ledger", "blobs"):
        shutil.copy(GOLDEN / f"{name}-v1.sqlite3", folder / f"{name}.sqlite3")
    return Folder(folder)


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Address:
    """A place without a ledger on either back end."""
    if request.param == "sqlite":
        return Folder(tmp_path / "empty")
    return Database(request.getfixturevalue("new_database")())


def copied(source: Address, target: Address) -> Copied:
    with (
        source.open(clock, write=False) as held,
        open_target(target, clock, held.recorder.ledger_id) as new,
    ):
        return copy(held, new, ignore)


def content(address: Address) -> tuple[object, ...]:
    """Everything a ledger holds, but for where."""
    with address.open(clock, write=False) as stored:
        blobs = sorted(stored.blobs.packed())
        return stored.recorder.ledger_id, list(entries(stored.recorder)), blobs, stored.recorder.root()


def test_a_ledger_of_version_1_opens_for_ever(golden: Folder) -> None:
    """What the first release wrote is read whole, checked, and written on by every later one."""
    with Ledger.open(golden.folder, clock=VirtualClock(clock())) as ledger:
        assert ledger.recorder.ledger_id == GOLDEN_ID
        assert ledger.recorder.root().hex() == GOLDEN_ROOT
        recorded = list(ledger.events())
        assert [each.position for each in recorded] == list(range(1, 22))
        assert {each.event.TOPIC for each in recorded} <= {kind.TOPIC for kind in CODEC.vocabulary}
        assert ledger.position_at(datetime(2024, 6, 25, 12, 30, tzinfo=UTC)) == 4
        assert next(ledger.tagged("n:6")).position == 6
        held = [(digest.hex(), content) for digest, _, _, content in ledger.blobs.packed()]
        assert ledger.blobs.get(held[0][0]) == WORDS
        with pytest.raises(BlobDropped):
            ledger.blobs.get(held[1][0])
        assert ledger.recorder.append([Entry(type="n/1", data=b"")]) == 22
        assert ledger.recorder.root(21).hex() == GOLDEN_ROOT


@pytest.mark.parametrize("kind", ["martian.landed/1", "item.observed/99"])
def test_an_unknown_event_is_refused_by_position(golden: Folder, kind: str) -> None:
    """A type or version this program does not know stops every reader at its position; it is never skipped."""
    with Ledger.open(golden.folder, clock=VirtualClock(clock())) as ledger:
        ledger.recorder.append([Entry(type=kind, data=b"{}")])
        with pytest.raises(UnknownEventType, match=r"position 22.*upgrade"):
            list(ledger.events())


def test_a_copy_is_the_same_on_either_back_end(golden: Folder, empty: Address, tmp_path: Path) -> None:
    """Copied there and back, positions, ids, times, bytes, blobs and root are those of the first."""
    assert copied(golden, empty) == Copied(events=21, blobs=2, size=21, root=GOLDEN_ROOT)
    assert content(empty) == content(golden)
    back = Folder(tmp_path / "back")
    copied(empty, back)
    assert content(back) == content(golden)
    with empty.open(clock, write=True) as stored:
        assert stored.recorder.append([Entry(type="n/1", data=b"")]) == 22


def test_a_copy_that_broke_off_is_continued(golden: Folder, empty: Address) -> None:
    """A target that holds the first rows of the source gets the others; then there is nothing left to do."""
    with (
        golden.open(clock, write=False) as held,
        open_target(empty, clock, GOLDEN_ID) as new,
    ):
        new.recorder.adopt(list(entries(held.recorder, until=9)))
    assert copied(golden, empty).events == 12
    assert copied(golden, empty).events == 0
    assert content(empty) == content(golden)


def test_a_copy_over_another_ledger_is_refused(golden: Folder, empty: Address) -> None:
    """A target with another id, or with rows of its own, is refused and left as it was."""
    with empty.create(clock) as other:
        other.recorder.append([Entry(type="n/1", data=b"mine")])
    with pytest.raises(LedgerError, match="another ledger"):
        copied(golden, empty)
    assert content(empty)[1:2] != content(golden)[1:2]


def test_a_copy_over_other_rows_is_refused(golden: Folder, empty: Address) -> None:
    """A ledger of the same id whose rows differ is not continued."""
    with empty.create(clock, GOLDEN_ID) as other:
        other.recorder.append([Entry(type="n/1", data=b"mine")])
    before = content(empty)
    with pytest.raises(LedgerError, match="other rows"):
        copied(golden, empty)
    assert content(empty) == before


def test_a_changed_row_is_not_taken_over(golden: Folder, empty: Address) -> None:
    """A row that does not match its leaf hash stops a copy at its position; nothing of its batch is appended."""
    with golden.open(clock, write=False) as held, empty.create(clock, GOLDEN_ID) as new:
        rows = list(entries(held.recorder))
        rows[6].event.actor = "somebody else"
        with pytest.raises(LedgerDamaged, match="position 7"):
            new.recorder.adopt(rows)
        rows = list(entries(held.recorder))
        with pytest.raises(LedgerDamaged, match="position 5 does not follow position 3"):
            new.recorder.adopt([*rows[:3], *rows[4:]])
        assert new.recorder.read().head is None


def test_a_backup_comes_back_on_either_back_end(golden: Folder, empty: Address, tmp_path: Path) -> None:
    """A backup of one back end, restored to the other and backed up again, holds the same."""
    made = back_up(golden, tmp_path / "one.backup", clock)
    assert (made.size, made.root, made.ledger_id) == (21, GOLDEN_ROOT, GOLDEN_ID)
    restore(tmp_path / "one.backup", empty, clock, verify=True, advance=ignore)
    assert content(empty) == content(golden)
    back_up(empty, tmp_path / "two.backup", clock)
    back = Folder(tmp_path / "back")
    restore(tmp_path / "two.backup", back, clock, verify=True, advance=ignore)
    assert sorted(path.name for path in back.folder.iterdir()) == ["blobs.sqlite3", "ledger.sqlite3"]
    assert content(back) == content(golden)


def test_a_backup_overwrites_nothing(golden: Folder, tmp_path: Path) -> None:
    """An existing file is not replaced by a backup, nor an existing ledger by a restore."""
    file = tmp_path / "one.backup"
    back_up(golden, file, clock)
    with pytest.raises(SourceError, match="exists already"):
        back_up(golden, file, clock)
    with pytest.raises(LedgerError, match="already"):
        restore(file, golden, clock, verify=False, advance=ignore)
    with pytest.raises(SourceError, match="cannot be written"):
        back_up(golden, tmp_path / "absent" / "one.backup", clock)


def test_a_backup_while_others_write_is_a_whole_prefix(golden: Folder, tmp_path: Path) -> None:
    """Taken while a writer appends texts and rows that name them, a backup holds whole batches and every text."""
    stop, started = Event(), Event()
    with golden.open(VirtualClock(clock()), write=True) as stored:
        writing = Thread(target=write_on, args=(stored, stop, started))
        writing.start()
        started.wait(10)
        made = [back_up(golden, tmp_path / f"{n}.backup", clock) for n in range(3)]
        stop.set()
        writing.join()
        for n, manifest in enumerate(made):
            assert manifest.root == stored.recorder.root(manifest.size).hex()
            assert (manifest.size - 21) % 2 == 0
            place = Folder(tmp_path / f"restored-{n}")
            restore(tmp_path / f"{n}.backup", place, clock, verify=True, advance=ignore)
            with place.open(clock, write=False) as restored:
                for row in entries(restored.recorder, after=21):
                    assert restored.blobs.has(row.event.data.decode())


def write_on(stored: Stored, stop: Event, started: Event) -> None:
    n = 0
    while not stop.is_set():
        digests = stored.blobs.put_many([b"text %d" % n, b"other %d" % n])
        stored.recorder.append([Entry(type="n/1", data=digest.encode()) for digest in digests])
        n += 1
        started.set()


def test_a_damaged_backup_is_refused(golden: Folder, tmp_path: Path) -> None:
    """Wherever a byte is flipped or the end is cut off, a restore is refused whole, or gives the same ledger."""
    file = tmp_path / "one.backup"
    back_up(golden, file, clock)
    whole, expected = file.read_bytes(), content(golden)
    refused = 0
    for n, at in enumerate([*range(0, len(whole), 1_009), *range(-20_000, -1, 4_999)]):
        damaged = whole[:at] if at < 0 else whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :]
        file.write_bytes(damaged)
        place = Folder(tmp_path / f"place-{n}")
        try:
            restore(file, place, clock, verify=False, advance=ignore)
        except SitledgerError:
            refused += 1
            assert list(place.folder.iterdir()) == []
        else:
            assert content(place) == expected
    assert refused > 80


def test_events_go_out_and_come_in_with_their_bytes(golden: Folder, empty: Address, tmp_path: Path) -> None:
    """As JSON Lines and back, every row keeps its bytes, also a body that is no text."""
    file = tmp_path / "events.jsonl"
    with golden.open(VirtualClock(clock() + timedelta(days=1)), write=True) as stored:
        stored.recorder.append([Entry(type="n/1", data=b"\xff\x00", tags=["x:é"])])
        header = export_events(stored.recorder, file, ignore)
        expected = list(entries(stored.recorder))
    assert check_file(file) == header
    with open_target(empty, clock, header.ledger_id) as target:
        target.recorder.adopt(expected[:5])
        assert import_events(file, header, target.recorder, ignore).events == 17
        assert import_events(file, header, target.recorder, ignore).events == 0
        assert list(entries(target.recorder)) == expected
        again = tmp_path / "again.jsonl"
        export_events(target.recorder, again, ignore)
    assert again.read_bytes() == file.read_bytes()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda lines: lines[:-1], "not whole"),
        (lambda lines: [*lines[:5], *lines[6:]], "does not follow"),
        (lambda lines: [*lines[:5], lines[5].replace(b"gr\xc3\xa8ve", b"greve!"), *lines[6:]], "position 5"),
        (lambda lines: [*lines[:5], b"{}\n", *lines[6:]], ":6:"),
        (lambda lines: [lines[0].replace(b"events/1", b"events/2"), *lines[1:]], "upgrade"),
        (lambda lines: lines[1:], "no export"),
    ],
)
def test_a_changed_export_is_refused(
    golden: Folder, tmp_path: Path, change: Callable[[list[bytes]], list[bytes]], message: str
) -> None:
    """A line that is missing, changed or no event is named before anything is imported."""
    file = tmp_path / "events.jsonl"
    with golden.open(clock, write=False) as stored:
        export_events(stored.recorder, file, ignore)
    file.write_bytes(b"".join(change(file.read_bytes().splitlines(keepends=True))))
    with pytest.raises((LedgerDamaged, SourceError), match=message):
        check_file(file)


def test_places_are_named_as_on_the_command_line(golden: Folder, tmp_path: Path) -> None:
    """A file, its folder and a home name the same ledger; what is no place is refused with the forms that are."""
    home = tmp_path / "home"
    shutil.copytree(golden.folder, home / "data")
    for text in (f"sqlite:{home}", f"sqlite:{home}/data", f"sqlite:{home}/data/ledger.sqlite3"):
        assert address_of(text, None) == Folder(home / "data")
    assert address_of("postgres:", "postgresql://x/y") == Database("postgresql://x/y")
    assert address_of("postgres://x/y", None) == Database("postgres://x/y")
    assert address_of("postgres:postgresql://x/y", None) == Database("postgresql://x/y")
    for wrong, message in (("postgres:", "not set"), ("oracle:x", "write sqlite:PATH"), ("sqlite:", "write")):
        with pytest.raises(SitledgerError, match=message):
            address_of(wrong, None)
