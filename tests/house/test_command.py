"""The one command outside of its happy paths: a message and an exit code, never a traceback."""

import os
import subprocess
import sys
from pathlib import Path

import pytest


def run(*arguments: str, home: Path, **streams: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "watchers.cli.command", *arguments, "--home", str(home)]
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    return subprocess.run(command, stderr=subprocess.PIPE, check=False, env=environment, **streams)  # type: ignore[call-overload]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("home")
    assert run("init", home=folder).returncode == 0
    return folder


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("status", "--as-of", "0"), 2, b"count from 1"),
        (("status", "--as-of", "2024-W26"), 2, b"is no moment"),
        (("status", "--seen-by", ""), 2, b"is no moment"),
        (("show", "nothing"), 2, b"sitledger log"),
        (("timeline", "--kind", "movment"), 2, b"did you mean 'movement'"),
        (("timeline", "--track", "nosuch"), 2, b"there is no track"),
        (("items", "--feed", "nosuch"), 2, b"there is no feed"),
        (("log", "--type", "nosuch"), 2, b"there is no event"),
        (("extract", "nofile"), 4, b"cannot be read"),
        (("feeds", "test", "ftp://example.org/"), 2, b"not an http(s) address"),
        (("report", "weekly", "--week", "1999-W01"), 2, b"begins after the week"),
        (("init",), 2, b"never overwritten"),
    ],
)
def test_a_mistake_is_told_with_its_remedy(
    home: Path, arguments: tuple[str, ...], code: int, told: bytes
) -> None:
    """Each wrong call names what is wrong and ends with the code that scripts rely on."""
    done = run(*arguments, home=home)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_home_that_is_a_file_is_told(tmp_path: Path) -> None:
    """What the file system refuses is one message."""
    (tmp_path / "file").touch()
    done = run("init", home=tmp_path / "file")
    assert (done.returncode, b"Traceback" in done.stderr) == (2, False)


def test_output_that_finds_no_room_is_told(home: Path) -> None:
    """A full disk behind standard output is exit code 3."""
    with Path("/dev/full").open("wb") as full:
        done = run("log", "--limit", "0", home=home, stdout=full)
    assert (done.returncode, b"Traceback" in done.stderr) == (3, False)


def test_a_reader_that_went_away_is_no_failure_of_the_check(home: Path) -> None:
    """`sitledger log | head` ends like any program whose pipe was closed, not with the code of a found problem."""
    reading, writing = os.pipe()
    os.close(reading)
    done = run("log", home=home, stdout=writing)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")
