"""Backups: one tar file with the ledger and its blobs as SQLite files, taken while others write.

The first member, `manifest.json`, holds the format, the ledger's id, size and root, and each file's SHA-256. A ledger
in PostgreSQL is backed up into the same form, so a backup can be restored to either back end.
"""

import os
import sqlite3
import tarfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

import msgspec

from ledger.clocks import Clock
from ledger.errors import LedgerDamaged, LedgerError, SourceError
from ledger.store.address import BLOBS_FILE, LEDGER_FILE, Address, Folder, Stored
from ledger.store.blobs import unpacked
from ledger.store.sqlite_schema import reporting
from ledger.store.transfer import Advance, check_rows, copy, entries, open_target

FORMAT = "sitledger-backup/1"
_MANIFEST = "manifest.json"
_FILES = (LEDGER_FILE, BLOBS_FILE)


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a backup holds: how many rows, their Merkle root (hex), and the SHA-256 (hex) of each file in it."""

    format: str
    ledger_id: str
    made_at: str
    size: int
    root: str
    files: dict[str, str]


def back_up(address: Address, file: Path, clock: Clock) -> Manifest:
    """Write a backup, whole or not at all; others may go on writing to the ledger meanwhile.

    Raises SourceError if the file is there already or cannot be written.
    """
    if file.exists():
        raise SourceError(f"{file} exists already; a backup never overwrites another, so name a new file")
    unfinished = file.with_name(f"{file.name}.part")
    try:
        with TemporaryDirectory(dir=file.parent, prefix=".sitledger-backup-") as made:
            folder = Path(made)
            _snapshot(address, folder, clock)
            manifest = _manifest(folder, clock)
            (folder / _MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(manifest)))
            with unfinished.open("wb") as out:
                with tarfile.open(fileobj=out, mode="w") as tar:
                    for name in (_MANIFEST, *_FILES):
                        tar.add(folder / name, arcname=name)
                out.flush()
                os.fsync(out.fileno())
            unfinished.replace(file)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise SourceError(f"{file} cannot be written: {error.strerror or error}") from error
    return manifest


def restore(file: Path, address: Address, clock: Clock, *, verify: bool, advance: Advance) -> Manifest:
    """Put a backup where no ledger is, whole or not at all, and return what it holds.

    Every file's SHA-256 and the root are checked first; with `verify` every row's leaf and every blob's hash too.
    Raises SourceError (no backup), LedgerDamaged, or LedgerError if there is a ledger already; then nothing changed.
    """
    if address.exists():
        raise LedgerError(f"there is a ledger already at {address.name}; restore into an empty home")
    with _unpacked(file, address) as (folder, manifest):
        with Folder(folder).open(clock, write=False) as stored:
            _check(stored, manifest, verify=verify, advance=advance)
        if isinstance(address, Folder):
            for name in reversed(_FILES):  # The ledger last: it is what makes the folder a ledger's.
                (folder / name).replace(address.folder / name)
        else:
            with (
                Folder(folder).open(clock, write=False) as source,
                open_target(address, clock, manifest.ledger_id) as target,
            ):
                copy(source, target, lambda _: None)
    return manifest


def _snapshot(address: Address, folder: Path, clock: Clock) -> None:
    with address.open(clock, write=False) as stored:
        if not isinstance(address, Folder):
            with Folder(folder).create(clock, stored.recorder.ledger_id) as target:
                copy(stored, target, lambda _: None)
            return
    for name in _FILES:  # The ledger first: every blob that its rows name was durable before them.
        uri = f"{(address.folder / name).absolute().as_uri()}?mode=ro"
        with (
            reporting(address.folder / name),
            closing(sqlite3.connect(uri, uri=True)) as live,
            closing(sqlite3.connect(folder / name)) as snapshot,
        ):
            live.backup(snapshot)


def _manifest(folder: Path, clock: Clock) -> Manifest:
    with Folder(folder).open(clock, write=False) as stored:
        size = stored.recorder.read().head or 0
        root, ledger_id = stored.recorder.root(size).hex(), stored.recorder.ledger_id
    return Manifest(
        format=FORMAT,
        ledger_id=ledger_id,
        made_at=clock().isoformat(),
        size=size,
        root=root,
        files={name: _sha256(folder / name) for name in _FILES},
    )


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()


@contextmanager
def _unpacked(file: Path, address: Address) -> Iterator[tuple[Path, Manifest]]:
    place = address.folder if isinstance(address, Folder) else None
    if place is not None:
        place.mkdir(parents=True, exist_ok=True)
    # Beside the place of the ledger, so that moving the files there is a rename and not a copy.
    with TemporaryDirectory(dir=place, prefix=".sitledger-restore-") as made:
        folder = Path(made)
        manifest = _unpack(file, folder)
        for name in _FILES:
            if _sha256(folder / name) != manifest.files.get(name):
                raise LedgerDamaged(f"{file}: {name} is not what was backed up; use another backup")
        yield folder, manifest


def _unpack(file: Path, folder: Path) -> Manifest:
    try:
        with tarfile.open(file, mode="r:") as tar:
            manifest = msgspec.json.decode(_member(tar, _MANIFEST).read(), type=Manifest)
            if manifest.format != FORMAT:
                raise SourceError(
                    f"{file}: the format {manifest.format!r} is not known to this version; upgrade"
                )
            for name in _FILES:
                with _member(tar, name) as content, (folder / name).open("wb") as out:
                    while piece := content.read(1 << 20):
                        out.write(piece)
    except (tarfile.TarError, KeyError, msgspec.DecodeError, msgspec.ValidationError) as error:
        raise LedgerDamaged(f"{file} is no whole backup ({error}); use another") from error
    except OSError as error:
        raise SourceError(f"{file} cannot be read: {error.strerror or error}") from error
    return manifest


def _member(tar: tarfile.TarFile, name: str) -> IO[bytes]:
    content = tar.extractfile(name)
    if content is None:
        raise KeyError(f"{name} is no file")
    return content


def _check(stored: Stored, manifest: Manifest, *, verify: bool, advance: Advance) -> None:
    size = stored.recorder.read().head or 0
    root = stored.recorder.root(size)
    if verify:
        size, root = check_rows(entries(stored.recorder), advance)
        for digest, _, compressed, content in stored.blobs.packed():
            if content is not None:
                unpacked(digest.hex(), (compressed, content))
    if (size, root.hex()) != (manifest.size, manifest.root):
        raise LedgerDamaged("the backup's rows do not have the root it was made with; use another backup")
