"""One daemon a ledger: a lock on a file beside it, held as long as the process lives, whatever ends it."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ledger.errors import LedgerLocked


@contextmanager
def exclusive(path: Path | str) -> Iterator[None]:
    """Hold `<ledger>.lock` for the process that watches a ledger (LedgerLocked, naming the holder's pid).

    Commands that only write for a moment need no such hold: the database puts them in order.
    """
    path = Path(path)
    lock = os.open(path.with_name(f"{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(lock, 32, 0).decode(errors="replace").strip() or "unknown"
            raise LedgerLocked(
                f"another process (pid {holder}) already watches {path}; stop it first"
            ) from error
        # The file stays when the lock is gone: removing it would let two processes lock two files of one name.
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(lock)
