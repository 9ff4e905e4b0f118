"""Appends a notice as one JSON line to a file inside the home, on disk before it counts as delivered."""

import asyncio
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ledger.errors import DestinationError
from reports.notifiers.notice import Notice, payload

NEWLINE = b"\n"


@dataclass(frozen=True, slots=True)
class FileNotifier:
    """Appends to `path`, which is relative to `home` and stays inside it."""

    home: Path
    path: str

    async def deliver(self, notice: Notice, now: datetime) -> None:  # noqa: ARG002 - the port gives every notifier the time
        """Append the notice (DestinationError: not retryable outside the home, else worth another try)."""
        home = self.home.resolve()
        target = (home / self.path).resolve()
        if not target.is_relative_to(home) or target == home:
            raise DestinationError(f"{self.path!r} is no file inside the home; name another", retryable=False)
        try:
            await asyncio.to_thread(_append, target, payload(notice))
        except OSError as error:
            raise DestinationError(
                f"{self.path}: {error.strerror or 'cannot write'}", retryable=True
            ) from None


def _append(target: Path, line: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab+") as file:
        # A line that a crash cut short is ended first, so that it spoils no other.
        file.write((NEWLINE if _is_torn(target) else b"") + line + NEWLINE)
        file.flush()
        os.fsync(file.fileno())


def _is_torn(target: Path) -> bool:
    with target.open("rb") as file:
        if file.seek(0, os.SEEK_END) == 0:
            return False
        file.seek(-1, os.SEEK_END)
        return file.read(1) != NEWLINE
