"""Archives that hold something else than saved polls."""

import io
import os
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import SourceError
from ledger.events import FeedAdded
from watchers.archive import import_polls
from watchers.decide_document import Desk

Make = Callable[..., Any]
EPOCH = 1_700_000_000


def packed(path: Path, *names: str) -> Path:
    with tarfile.open(path, "w") as tar:
        for name in names:
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())
    return path


def test_what_never_ends_is_refused_and_the_rest_goes_on(
    desk: Desk, parse_here: Any, rss: Make, story: Make, tmp_path: Path
) -> None:
    """A pipe, a device behind a link and a folder among the saved polls are their own failures; nothing hangs."""
    folder = tmp_path / "polls"
    folder.mkdir()
    (folder / f"{EPOCH}-a.xml").write_bytes(rss(story(1)))
    os.mkfifo(folder / f"{EPOCH + 1}-b.xml")
    (folder / f"{EPOCH + 2}-c.xml").symlink_to("/dev/zero")
    (folder / f"{EPOCH + 3}-d.xml").mkdir()
    (folder / f"{EPOCH + 4}-e.xml").symlink_to(folder / "gone")
    done = import_polls(desk, folder, "old", parser=parse_here)
    assert (done.polls, done.new) == (5, 1)
    assert [failed.name[-5:] for failed in done.failed] == ["b.xml", "c.xml", "d.xml", "e.xml"]
    assert {failed.reason for failed in done.failed[:3]} == {"is no regular file"}
    for endless in (folder / f"{EPOCH + 1}-b.xml", Path("/dev/zero")):
        with pytest.raises(SourceError, match="neither a tar archive nor a folder"):
            import_polls(desk, endless, "old", parser=parse_here)


def test_an_archive_without_a_saved_poll_is_an_error_and_adds_no_feed(
    desk: Desk, parse_here: Any, tmp_path: Path
) -> None:
    """An empty folder and a tar of other names say how a saved poll is named."""
    folder = tmp_path / "polls"
    folder.mkdir()
    for archive in (
        folder,
        packed(tmp_path / "p.tar", "README.md"),
        packed(tmp_path / "q"),
    ):
        with pytest.raises(SourceError, match=r"no member is named <unixtime>-….xml"):
            import_polls(desk, archive, "old", parser=parse_here)
    assert not list(desk.ledger.of_type(FeedAdded))
