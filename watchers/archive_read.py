"""Saved polls, from a tar or a folder: read in order, bounded, and never written anywhere."""

import re
import stat
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ledger.errors import SourceError

_NAME = re.compile(r"(?:^|/)(\d{1,11})-[^/]*\.(?:xml|rss|atom|rdf|json)$", re.IGNORECASE | re.ASCII)
_IRREGULAR = "is no regular file"


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedPoll:
    """One saved document. `body` is None, and `problem` says why, where it cannot be had."""

    name: str
    at: datetime
    body: bytes | None = None
    problem: str | None = None


def saved_polls(archive: Path, *, bytes_max: int) -> Iterator[SavedPoll]:
    """Yield the polls of a tar (xz, gz, plain; read as a stream) or of a folder, named `<unixtime>-….xml`.

    A folder comes sorted by time, a tar in its own order. Other names are passed over; devices, pipes, a tar's links
    and documents above `bytes_max` have a problem instead of a body. Raises SourceError if the archive cannot be read
    at all, or breaks off: what came before stays read.
    """
    try:
        if archive.is_dir():
            yield from _from_folder(archive, bytes_max)
            return
        _refuse_endless(archive)
        with tarfile.open(archive, "r|*") as tar:
            for member in tar:
                if at := _instant(member.name):
                    yield _from_member(tar, member, at, bytes_max)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise SourceError(f"{archive} cannot be read as a tar archive or folder: {error}") from error


def count_polls(archive: Path) -> int:
    """Return how many polls an archive holds (0 if it cannot be read; `saved_polls` then says why).

    For a tar that is a pass of its own, a fraction of the time that parsing takes.
    """
    try:
        if archive.is_dir():
            return sum(_instant(path.name) is not None for path in archive.iterdir())
        _refuse_endless(archive)
        with tarfile.open(archive, "r|*") as tar:
            return sum(_instant(member.name) is not None for member in tar)
    except (tarfile.TarError, EOFError, OSError, SourceError):
        return 0


def _refuse_endless(archive: Path) -> None:
    # Opening a pipe waits for somebody to write, and some devices never end.
    if not stat.S_ISREG(archive.stat().st_mode):
        raise SourceError(f"{archive} is neither a tar archive nor a folder; save it as a file first")


def _from_folder(folder: Path, bytes_max: int) -> Iterator[SavedPoll]:
    dated = [(at, path) for path in folder.iterdir() if (at := _instant(path.name))]
    for at, path in sorted(dated):
        try:
            found = path.stat()
            if not stat.S_ISREG(found.st_mode):
                problem, body = _IRREGULAR, None
            elif found.st_size > bytes_max:
                problem, body = _too_large(found.st_size, bytes_max), None
            else:
                problem, body = None, path.read_bytes()
        except OSError as error:
            problem, body = f"cannot be read: {error.strerror}", None
        yield SavedPoll(name=path.name, at=at, body=body, problem=problem)


def _from_member(tar: tarfile.TarFile, member: tarfile.TarInfo, at: datetime, bytes_max: int) -> SavedPoll:
    # Names are only ever looked at, so an absolute path or one with `..` leads nowhere.
    if not member.isreg():
        return SavedPoll(name=member.name, at=at, problem=_IRREGULAR)
    if member.size > bytes_max:
        return SavedPoll(name=member.name, at=at, problem=_too_large(member.size, bytes_max))
    stream = tar.extractfile(member)
    assert stream is not None
    return SavedPoll(name=member.name, at=at, body=stream.read())


def _too_large(size: int, bytes_max: int) -> str:
    return f"{size:,} bytes are more than the {bytes_max:,} allowed"


def _instant(name: str) -> datetime | None:
    found = _NAME.search(name)
    try:
        return datetime.fromtimestamp(int(found[1]), UTC) if found else None
    except (ValueError, OverflowError, OSError):
        return None
