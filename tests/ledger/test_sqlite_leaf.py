"""The form of a leaf, fixed for good: whoever kept a root can check it with any later release."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ledger.developments import When
from ledger.merkle import leaf_hash
from ledger.store.leaf import Envelope, instant_of, leaf_bytes, tags_json
from ledger.store.recorder import Entry
from ledger.store.sqlite import SqliteRecorder

GOLDEN = json.loads((Path(__file__).parent / "golden" / "leaf.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", GOLDEN["leaves"], ids=lambda vector: vector["envelope"]["type"])
def test_a_leaf_keeps_its_bytes(vector: dict[str, Any]) -> None:
    """A row's leaf is, byte for byte, what the first release hashed."""
    members = {**vector["envelope"], "tags": msgspec.Raw(tags_json(vector["envelope"]["tags"]))}
    leaf = leaf_bytes(Envelope(**members), bytes.fromhex(vector["body_hex"]))
    assert leaf.hex() == vector["leaf_hex"]
    assert leaf_hash(leaf).hex() == vector["leaf_hash"]


def test_a_ledger_of_those_rows_has_their_root(tmp_path: Path) -> None:
    """The same rows, appended to a real ledger, have the leaf hashes and the root that are kept."""
    clock: list[datetime] = []
    recorder = SqliteRecorder.create(
        tmp_path / "ledger.sqlite3", clock=lambda: (clock or [instant_of(0)])[-1]
    )
    for vector in GOLDEN["leaves"]:
        envelope = vector["envelope"]
        clock.append(instant_of(envelope["recorded_at"]))
        observed_at, occurred = envelope["observed_at"], envelope["occurred"]
        entry = Entry(
            data=bytes.fromhex(vector["body_hex"]),
            observed_at=None if observed_at is None else instant_of(observed_at),
            occurred=None if occurred is None else When(text=occurred),
            **{
                name: value
                for name, value in envelope.items()
                if name not in {"pos", "recorded_at", "observed_at", "occurred"}
            },
        )
        recorder.append([entry])
    assert [row.leaf_hash.hex() for row in recorder.read()] == [
        vector["leaf_hash"] for vector in GOLDEN["leaves"]
    ]
    assert recorder.root().hex() == GOLDEN["root"]
    recorder.close()
