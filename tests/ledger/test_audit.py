"""Verifying: whatever is changed in a ledger is found and named, and nothing else is."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from ledger import cli_audit
from ledger.application import Ledger
from ledger.audit import Kept, Verdict, verify
from ledger.checkpoints import Notary
from ledger.clocks import VirtualClock
from ledger.developments import Count, Development, Status, When
from ledger.envelope import NewEvent
from ledger.errors import LedgerDamaged, LedgerError, NotFound
from ledger.events import DevelopmentReported, FeedAdded, ReportPublished
from ledger.merkle import leaf_hash, root
from ledger.proofs import covering, position_of, prove
from ledger.sources import Quoted
from ledger.store.leaf import Envelope, leaf_bytes
from ledger.store.sqlite_audit import SqliteSnapshot

START = datetime(2024, 6, 1, tzinfo=UTC)
SCRIPT = Path(__file__).parents[2] / "docs" / "verify_proof.py"
TEXT = "Ships arrive\nOn 4 June some 120 police arrived in Port Anna."


def fill(ledger: Ledger, clock: VirtualClock, count: int, start: int = 0) -> None:
    for n in range(start, start + count):
        clock.advance(timedelta(minutes=5))
        ledger.record([NewEvent(event=FeedAdded(feed=f"feed-{n}", source="Wire"), actor="test")])


def report_arrival(ledger: Ledger, name: str = "dev-1") -> None:
    blob = ledger.blobs.put(TEXT.encode())
    start = TEXT.index("some 120 police")
    event = DevelopmentReported(
        development_id=name,
        development=Development(
            kind="movement",
            status=Status.OCCURRED,
            occurred=When(text="2024-06-04"),
            count=Count(n=120, unit="police"),
        ),
        evidence=(Quoted(blob=blob, start=start, end=start + 15),),
        source="Wire",
        grade="B",
        origin="Wire",
        via="extractor",
    )
    ledger.record([NewEvent(event=event, actor="extractor", observed_at=START)])


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock(START)


@pytest.fixture
def home(tmp_path: Path, clock: VirtualClock) -> Path:
    """A home with 290 events, two signed checkpoints among them, closed."""
    folder = tmp_path / "home"
    with Ledger.create(folder / "data", clock=clock, program="test", virtual=True) as ledger:
        fill(ledger, clock, 20)
        report_arrival(ledger)
        Notary(folder / "data").sign(ledger)
        fill(ledger, clock, 260, 20)
        Notary(folder / "data").sign(ledger)
        fill(ledger, clock, 6, 280)
    return folder


def checked(home: Path, *kept: str) -> Verdict:
    with SqliteSnapshot(home / "data" / "ledger.sqlite3") as store:
        return verify(store, [Kept(name=f"checkpoint {n}", note=note) for n, note in enumerate(kept)])


def latest(home: Path) -> str:
    return (home / "data" / "checkpoint.note").read_text(encoding="utf-8")


def tamper(home: Path, *statements: str) -> None:
    """Change rows as somebody with the file would: without the guards, and putting them back afterwards."""
    with closing(sqlite3.connect(home / "data" / "ledger.sqlite3", isolation_level=None)) as connection:
        guards = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _ in guards:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in guards:
            connection.execute(sql)


def rehash(home: Path, position: int) -> None:
    """Give a changed row the hash that fits it, and the tree above it too."""
    path = home / "data" / "ledger.sqlite3"
    with SqliteSnapshot(path) as store:
        rows = {row[0]: row for row in store.rows()}
    row = rows[position]
    envelope = Envelope(
        actor=row[9], causation_id=row[10], correlation_id=row[11], dedup_key=row[8], event_id=row[1],
        observed_at=row[4], occurred=row[5], pos=row[0], recorded_at=row[3], tags=cli_audit.msgspec.Raw(row[12]), type=row[2],
    )  # fmt: skip
    new = leaf_hash(leaf_bytes(envelope, row[14]))
    leaves = [new if pos == position else each[13] for pos, each in sorted(rows.items())]
    tamper(
        home,
        f"UPDATE events SET leaf_hash = x'{new.hex()}' WHERE pos = {position}",
        f"UPDATE tree SET hash = x'{root(leaves[:256]).hex()}' WHERE level = 8 AND idx = 0",
    )


def test_an_untouched_ledger_is_sound_and_complete(home: Path):
    """Nothing is found where nothing was changed, also by checkpoints of any age."""
    verdict = checked(home, latest(home))
    assert (verdict.ok, verdict.intact, verdict.complete, verdict.reason) == (True, True, True, None)
    assert (verdict.size, verdict.checkpoints) == (290, 2)
    with Ledger.open(home / "data", clock=VirtualClock(START), write=False) as ledger:
        assert verdict.root == ledger.recorder.root().hex()
        notes = [recorded.event.note for recorded in ledger.tagged("checkpoint:signed")]  # type: ignore[union-attr]  # by tag
    assert checked(home, *notes).ok
    assert checked(home).complete is None


BODY = "CAST(replace(CAST(body AS TEXT), 'feed-', 'food-') AS BLOB)"
SWAP = (
    "CREATE TEMP TABLE kept AS SELECT * FROM events WHERE pos IN (7, 9)",
    "DELETE FROM events WHERE pos IN (7, 9)",
    "UPDATE kept SET pos = 16 - pos",
    "INSERT INTO events SELECT * FROM kept",
)
CHANGES: dict[str, tuple[int, tuple[str, ...]]] = {
    "the body": (8, (f"UPDATE events SET body = {BODY} WHERE pos >= 8",)),
    "the type": (9, ("UPDATE events SET type = 'feed.removed/1' WHERE pos = 9",)),
    "the actor": (10, ("UPDATE events SET actor = 'somebody else' WHERE pos = 10",)),
    "the id": (11, ("UPDATE events SET event_id = 'x' WHERE pos = 11",)),
    "the time": (12, ("UPDATE events SET recorded_at = recorded_at + 1 WHERE pos = 12",)),
    "the time seen": (22, ("UPDATE events SET observed_at = observed_at - 1 WHERE pos = 22",)),
    "the valid time": (22, ("UPDATE events SET occurred = '2024-06-05' WHERE pos = 22",)),
    "the day it is found by": (22, ("UPDATE events SET occurred_last = occurred_last + 1 WHERE pos = 22",)),
    "the tags": (13, ("UPDATE events SET tags = '[\"feed:other\"]' WHERE pos = 13",)),
    "tags as bytes": (13, ("UPDATE events SET tags = CAST(tags AS BLOB) WHERE pos = 13",)),
    "the hash": (14, ("UPDATE events SET leaf_hash = x'00' WHERE pos = 14",)),
    "an index of tags": (15, ("UPDATE event_tags SET tag = 'feed:other' WHERE pos = 15",)),
    "a tag too many": (15, ("INSERT INTO event_tags VALUES ('feed:other', 15)",)),
    "a tag too few": (15, ("DELETE FROM event_tags WHERE pos = 15",)),
    "a type's index": (2, ("DELETE FROM type_spans WHERE type = 'feed.added/1' AND span = 0",)),
    "a type too many": (257, ("INSERT INTO type_spans VALUES ('watch.started/1', 1)",)),
    "the tree": (1, ("UPDATE tree SET hash = x'00'",)),
    "no tree": (1, ("DELETE FROM tree",)),
    "a row deleted": (16, ("DELETE FROM events WHERE pos = 16",)),
    "rows swapped": (7, SWAP),
    "a row twice": (
        291,
        (
            """INSERT INTO events SELECT 291, event_id, type, recorded_at, observed_at, occurred, occurred_first,
            occurred_last, dedup_key, actor, causation_id, correlation_id, tags, leaf_hash, body
            FROM events WHERE pos = 290""",
        ),
    ),
    "unreadable text": (17, ("UPDATE events SET actor = CAST(x'ff' AS TEXT) WHERE pos = 17",)),
    "no body": (18, ("UPDATE events SET body = 'text' WHERE pos = 18",)),
    "another ledger's id": (23, ("UPDATE about SET value = 'other' WHERE key = 'ledger_id'",)),
}  # fmt: skip


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_is_named_by_its_position(home: Path, what: str):
    """A row changed, swapped, deleted, doubled, re-tagged or re-timed is named: the first one, and what is wrong."""
    position, statements = CHANGES[what]
    tamper(home, *statements)
    verdict = checked(home, latest(home))
    assert (verdict.ok, verdict.intact, verdict.first_bad_position) == (False, False, position)
    assert verdict.reason
    assert verdict.root is None


def test_a_change_that_covers_its_tracks_is_found_by_the_checkpoints(home: Path):
    """Who recomputes the hashes too is caught by what was signed: between which positions, and by which checkpoint."""
    tamper(home, f"UPDATE events SET body = {BODY} WHERE pos = 30")
    rehash(home, 30)
    verdict = checked(home)
    assert (verdict.ok, verdict.first_bad_position) == (False, 23)
    assert "positions 23 to 283" in str(verdict.reason)


def test_a_change_after_the_last_checkpoint_is_found_by_the_kept_root_only(home: Path, tmp_path: Path):
    """What was changed since the last signature, tracks covered, is found by a checkpoint kept elsewhere."""
    other = tmp_path / "other"
    shutil.copytree(home, other)
    with Ledger.open(other / "data", clock=VirtualClock(START)) as ledger:
        kept = Notary(other / "data").sign(ledger).note
    tamper(home, f"UPDATE events SET body = {BODY} WHERE pos = 289")
    rehash(home, 289)
    assert checked(home).ok
    verdict = checked(home, kept)
    assert (verdict.ok, verdict.intact, verdict.complete) == (False, True, False)
    assert verdict.first_bad_position == 284
    assert "rewritten" in str(verdict.reason)


def test_a_signature_that_does_not_fit_is_found(home: Path):
    """A checkpoint event whose note was re-signed by nobody is named, though its hash fits."""
    tamper(home, "UPDATE events SET body = CAST(replace(CAST(body AS TEXT), '— sitledger/', '— sitledgex/') AS BLOB) WHERE pos = 23")  # fmt: skip
    rehash(home, 23)
    verdict = checked(home)
    assert (verdict.first_bad_position, "signature" in str(verdict.reason)) == (23, True)


def test_a_time_that_runs_backwards_is_found(home: Path):
    """A re-timed row with a fitting hash stands out among its neighbours."""
    tamper(home, "UPDATE events SET recorded_at = recorded_at - 1000000000 WHERE pos = 285")
    rehash(home, 285)
    verdict = checked(home)
    assert (verdict.first_bad_position, "recorded before" in str(verdict.reason)) == (285, True)


def test_a_key_or_id_used_twice_is_found(home: Path):
    """Two events with one id are found, though both rows have fitting hashes."""
    tamper(home, "UPDATE events SET event_id = (SELECT event_id FROM events WHERE pos = 284) WHERE pos = 286")
    rehash(home, 286)
    verdict = checked(home)
    assert (verdict.first_bad_position, "earlier event" in str(verdict.reason)) == (286, True)


def test_guards_taken_away_are_reported(home: Path):
    """A ledger whose triggers are gone is not as it was made, though every event is."""
    with closing(sqlite3.connect(home / "data" / "ledger.sqlite3")) as connection:
        connection.execute("DROP TRIGGER events_refuses_delete")
    verdict = checked(home)
    assert (verdict.ok, verdict.first_bad_position) == (False, None)
    assert "events_refuses_DELETE" in str(verdict.reason)


def test_an_event_of_a_newer_version_is_named(home: Path, clock: VirtualClock):
    """An event that this version cannot read is not passed over; its bytes are said to be as recorded."""
    with Ledger.open(home / "data", clock=clock) as ledger:
        from ledger.store.recorder import Entry  # noqa: PLC0415 - only here

        ledger.recorder.append([Entry(type="future/9", data=b"{}", tags=[])])
    verdict = checked(home)
    assert verdict.first_bad_position == 291
    assert "as they were recorded" in str(verdict.reason)


CUT = (
    "DELETE FROM events WHERE pos > 200",
    "DELETE FROM event_tags WHERE pos > 200",
    "DELETE FROM type_spans WHERE span > 0",
    "DELETE FROM tree",
)


def test_a_tail_cut_off_is_sound_but_not_complete(home: Path):
    """Cut short without a trace, the ledger is intact; the checkpoint kept beside it says what is missing."""
    tamper(home, *CUT)
    assert checked(home).ok
    verdict = checked(home, latest(home))
    assert (verdict.ok, verdict.intact, verdict.complete) == (False, True, False)
    assert (verdict.size, verdict.first_bad_position) == (200, 201)
    assert "cut off" in str(verdict.reason)


def test_an_older_backup_put_back_is_not_complete(home: Path, tmp_path: Path, clock: VirtualClock):
    """A restored copy misses what was recorded since; written on, it contradicts what was signed."""
    backup = tmp_path / "backup"
    shutil.copytree(home, backup)
    with Ledger.open(home / "data", clock=clock) as ledger:
        fill(ledger, clock, 4, 500)
        kept = Notary(home / "data").sign(ledger).note
    verdict = checked(backup, kept)
    assert (verdict.intact, verdict.complete, verdict.first_bad_position) == (True, False, 291)
    with Ledger.open(backup / "data", clock=clock) as ledger:
        fill(ledger, clock, 10, 600)
    verdict = checked(backup, kept)
    assert (verdict.intact, verdict.complete, verdict.first_bad_position) == (True, False, 284)


def test_a_history_written_anew_is_found_by_an_exported_checkpoint(home: Path, tmp_path: Path):
    """A whole new ledger, sound and signed by a new key, is not the one that the checkpoint was signed over."""
    kept = latest(home)
    clock = VirtualClock(START)
    with Ledger.create(tmp_path / "anew", clock=clock, program="test", virtual=True) as ledger:
        fill(ledger, clock, 400)
        forged = ledger.recorder.ledger_id
    identity = "about SET value = '{}' WHERE key = 'ledger_id'"
    new = tmp_path / "new"
    (new / "data").mkdir(parents=True)
    shutil.copy(tmp_path / "anew" / "ledger.sqlite3", new / "data" / "ledger.sqlite3")
    verdict = checked(new, kept)
    assert (verdict.intact, verdict.complete) == (True, False)
    assert forged in str(verdict.reason)
    old = kept.split("\n")[0].removeprefix("sitledger/")
    tamper(new, "UPDATE " + identity.format(old))
    verdict = checked(new, kept)
    assert (verdict.intact, verdict.complete, verdict.first_bad_position) == (True, False, 1)
    assert "rewritten" in str(verdict.reason)


def test_a_checkpoint_that_was_itself_changed_is_told_from_a_changed_ledger(home: Path):
    """A kept file whose signature does not fit accuses itself, not the ledger."""
    verdict = checked(home, latest(home).replace("\n283\n", "\n284\n"))
    assert (verdict.ok, verdict.intact, verdict.complete) == (False, True, None)
    assert "itself changed" in str(verdict.reason)
    assert "no checkpoint" in str(checked(home, "hello").reason)


def test_verifying_sees_one_moment_while_others_write(home: Path, clock: VirtualClock):
    """What is recorded during the pass neither disturbs it nor is seen by it."""
    with (
        Ledger.open(home / "data", clock=clock) as ledger,
        SqliteSnapshot(home / "data" / "ledger.sqlite3") as store,
    ):
        fill(ledger, clock, 300, 900)
        assert verify(store).size == 290
    assert checked(home).size == 590


def test_checkpoints_are_signed_once_a_day_if_anything_happened(home: Path, clock: VirtualClock):
    """A day after the last one a checkpoint is due, unless nothing was recorded since."""
    notary = Notary(home / "data")
    with Ledger.open(home / "data", clock=clock) as ledger:
        assert notary.sign_when_due(ledger, clock()) is None
        clock.advance(timedelta(days=1))
        signed = notary.sign_when_due(ledger, clock())
        assert signed is not None
        assert signed.size == 290
        clock.advance(timedelta(days=1))
        assert notary.sign_when_due(ledger, clock()) is None
    assert checked(home, latest(home)).ok


# --- every byte ---------------------------------------------------------------------------------------------------


def content(path: Path) -> Any:
    """Everything that a ledger says, by every way of asking; None if it refuses."""
    try:
        with SqliteSnapshot(path) as store:
            return [
                store.ledger_id(),
                list(store.rows()),
                *(sorted(store.index(name)) for name in ("tags", "ids", "keys")),
                sorted(store.spans()),
                list(store.nodes()),
                store.unreachable(),
                store.schema(),
            ]
    except (LedgerError, TypeError):
        return None


def flip_every(path: Path, step: int, start: int) -> None:
    good = path.read_bytes()
    before = content(path)
    for at in range(start, len(good), step):
        bit = at % 8
        bad = bytearray(good)
        bad[at] ^= 1 << bit
        path.write_bytes(bad)
        now = content(path)
        verdict = None
        with suppress(LedgerError), SqliteSnapshot(path) as store:
            verdict = verify(store)
        if verdict is None:  # The file is refused, which it may be only if it changed.
            assert now != before, f"byte {at}, bit {bit}"
            continue
        assert verdict.ok == (now == before), f"byte {at}, bit {bit}: {verdict}"
        assert verdict.ok or verdict.reason


@pytest.fixture
def small(tmp_path: Path, clock: VirtualClock) -> Path:
    with Ledger.create(tmp_path / "small", clock=clock, program="test", virtual=True) as ledger:
        fill(ledger, clock, 3)
        report_arrival(ledger)
        Notary(tmp_path / "small").sign(ledger)
    return tmp_path / "small" / "ledger.sqlite3"


@pytest.mark.parametrize("start", range(4))
def test_flipped_bytes_are_found_exactly_where_they_change_something(small: Path, start: int):
    """Of bytes flipped all over the file, those that change what the ledger says are found, the others pass."""
    flip_every(small, 331, start * 83)


@pytest.mark.exhaustive
@pytest.mark.timeout(3600)
def test_every_flipped_byte_is_found_exactly_where_it_changes_something(small: Path):
    """Each byte of the file flipped: what changes the ledger is found, what does not passes."""
    flip_every(small, 1, 0)


# --- proofs -------------------------------------------------------------------------------------------------------


def script(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-O", str(SCRIPT), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def command(home: Path) -> Callable[..., Any]:
    app = typer.Typer()
    cli_audit.register(app)

    def run(*arguments: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, [*arguments, "--home", str(home)], catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.stdout

    return run


def test_a_figure_is_checked_by_somebody_else(command: Any, tmp_path: Path):
    """The proof file alone shows the figure, the sentence it was read in, and who signed; a changed one does not."""
    key = json.loads(command("keys", "list", "--json"))["keys"][0]
    path = tmp_path / "figure.tlog-proof"
    path.write_text(command("prove", "dev-1"), encoding="utf-8")
    done = script(str(path), key)
    assert done.returncode == 0, done.stderr
    assert "number 22 of the 22" in done.stdout
    assert "quote: some 120 police" in done.stdout
    assert "AS THE PROOF ITSELF SAYS" in script(str(path)).stdout
    other = json.loads(command("keys", "new", "--json"))["keys"][0]
    assert "not signed by" in script(str(path), other).stderr


def test_every_changed_character_of_a_proof_is_found(home: Path):
    """No change anywhere in the file leaves it saying something else and holding."""
    with Ledger.open(home / "data", clock=VirtualClock(START), write=False) as ledger:
        signed = covering(ledger, 22)
        assert signed is not None
        text = prove(ledger, position_of(ledger, "dev-1"), signed).format()
        key = signed.key
    space: dict[str, Any] = {"__name__": "script"}
    exec(SCRIPT.read_text(encoding="utf-8"), space)
    said = list(space["check"](text, key, None))
    for at in range(0, len(text), 3):
        changed = text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]
        try:
            assert list(space["check"](changed, key, None)) == said
        except AssertionError:
            pytest.fail(
                f"character {at}: {text[at - 5 : at + 5]!r} was changed and the proof says something else"
            )
        except Exception:  # noqa: BLE001 - any error is a refusal
            continue


def test_a_report_file_is_checked_against_its_publication(home: Path, clock: VirtualClock, tmp_path: Path):
    """The proof of a report tells the published file from a changed one."""
    published = b"<h1>Report</h1>"
    with Ledger.open(home / "data", clock=clock) as ledger:
        digest = ledger.blobs.put(published)
        event = ReportPublished(
            report_id="T-W-2024-23",
            version=1,
            start=START,
            end=START,
            position=22,
            root="",
            renderer="x",
            files={"html": digest},
        )
        ledger.record([NewEvent(event=event, actor="reports")])
        position = position_of(ledger, "T-W-2024-23")
        assert covering(ledger, position) is None
        signed = Notary(home / "data").sign(ledger)
        (tmp_path / "proof").write_text(prove(ledger, position, signed).format(), encoding="utf-8")
    (tmp_path / "report.html").write_bytes(published)
    done = script(str(tmp_path / "proof"), signed.key, str(tmp_path / "report.html"))
    assert (done.returncode, "as it was published" in done.stdout) == (0, True)
    (tmp_path / "report.html").write_bytes(published + b" ")
    done = script(str(tmp_path / "proof"), signed.key, str(tmp_path / "report.html"))
    assert (done.returncode, "not a file of the report" in done.stderr) == (1, True)


def test_every_event_of_the_ledger_can_be_proved(home: Path):
    """Whatever its position, an event leads to the root of a later checkpoint."""
    with Ledger.open(home / "data", clock=VirtualClock(START), write=False) as ledger:
        for position in (1, 2, 21, 22, 23, 128, 255, 256, 257, 283):
            signed = covering(ledger, position)
            assert signed is not None
            assert prove(ledger, position, signed).index == position - 1
        with pytest.raises(NotFound):
            position_of(ledger, "nothing")
        with pytest.raises(NotFound):
            position_of(ledger, "999")


def test_nothing_is_proved_from_a_damaged_ledger(home: Path):
    """Where the rows do not lead to what was signed there is no proof, and the message says what to do."""
    tamper(home, "UPDATE events SET leaf_hash = x'" + "00" * 32 + "' WHERE pos = 5")
    with Ledger.open(home / "data", clock=VirtualClock(START), write=False) as ledger:
        signed = covering(ledger, 6)
        assert signed is not None
        with pytest.raises(LedgerDamaged, match="sitledger verify"):
            prove(ledger, 6, signed)


# --- commands -----------------------------------------------------------------------------------------------------


def test_the_commands_say_it_in_json_and_by_their_exit_code(home: Path, command: Any, tmp_path: Path):
    """A sound ledger gives 0, an incomplete or damaged one gives 1, and always one JSON document."""
    kept = tmp_path / "kept.note"
    command("checkpoint", "--to", str(kept))
    said = json.loads(command("verify", "--checkpoint", str(kept), "--json"))
    assert (said["ok"], said["complete"], said["size"], said["first_bad_position"]) == (True, True, 291, None)
    assert "ok: 291 events" in command("verify")
    assert command("checkpoint").startswith("sitledger/")
    tamper(home, *CUT)
    said = json.loads(command("verify", "--json", code=1))
    assert (said["ok"], said["intact"], said["complete"]) == (False, True, False)
    assert "not complete at position 201" in command("verify", code=1)
    tamper(home, "UPDATE events SET actor = 'x' WHERE pos = 3")
    assert "damaged at position 3" in command("verify", code=1)


def test_a_file_that_cannot_be_read_at_all_is_reported_in_json(home: Path, command: Any):
    """Damage that keeps the file from being opened still gives the JSON and exit code 1."""
    path = home / "data" / "ledger.sqlite3"
    content = bytearray(path.read_bytes())
    content[100:300] = bytes(200)
    path.write_bytes(content)
    said = json.loads(command("verify", "--json", code=1))
    assert (said["ok"], said["intact"]) == (False, False)
    assert said["reason"]
