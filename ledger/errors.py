"""Every error the product raises on purpose, and what each tells the user.

SitledgerError                 exit code
├── UsageError                 2  the command was called wrongly
├── ConfigurationError         2  config.toml says something it may not say
├── LedgerError                3  the ledger cannot be opened or does not fit
│   ├── NotALedger                the file is something else
│   ├── LedgerTooNew              written by a newer version
│   ├── LedgerLocked              another process is writing, or a daemon owns it
│   ├── LedgerFull                the disk has no room; nothing was half written
│   ├── LedgerDamaged             a row cannot be read or contradicts its neighbours
│   ├── UnknownEventType          an event this version cannot read, named by position
│   ├── DedupConflict             the same key was recorded before with other content
│   └── BlobDropped               a stored text or document was removed; its hash stays
├── NotFound                   2  nothing in the ledger has that id
├── EvidenceMissing            1  a figure in a report has neither quote nor attestation
├── SourceError                4  a feed or file could not be read
└── DestinationError           4  a notification could not be handed over

Anything else that is raised is a bug and is not caught.
"""

from pathlib import Path


class SitledgerError(Exception):
    """Something went wrong that the user can understand and act on."""

    exit_code = 1


class UsageError(SitledgerError):
    """The command was called wrongly; the message says how to call it."""

    exit_code = 2


class NotFound(UsageError):
    """Nothing in the ledger has that id at that moment; `sitledger timeline` and `log` list ids."""


class ConfigurationError(SitledgerError):
    """`config.toml` says something it may not say; mend the named line and run `sitledger config check`."""

    exit_code = 2

    def __init__(self, message: str, *, path: Path | str | None = None, line: int | None = None) -> None:
        self.message = message
        self.path = path
        self.line = line
        place = "" if path is None else f"{path}:{line}: " if line else f"{path}: "
        super().__init__(f"{place}{message}")


class LedgerError(SitledgerError):
    """The ledger cannot be used as it is."""

    exit_code = 3


class NotALedger(LedgerError):
    """The file is not a Sitledger ledger; check `--home`, or make one with `sitledger init`."""


class LedgerTooNew(LedgerError):
    """A newer Sitledger wrote this ledger; upgrade this program, never downgrade the file."""


class LedgerLocked(LedgerError):
    """Another process holds the ledger; stop it, or wait until it is done."""


class LedgerFull(LedgerError):
    """The disk is full; nothing was half written. Free some space and run the command again."""


class LedgerDamaged(LedgerError):
    """A row cannot be read or contradicts its neighbours; restore a backup and compare."""


class UnknownEventType(LedgerError):
    """The ledger holds an event this version cannot read; it is never skipped. Upgrade the program."""


class DedupConflict(LedgerError):
    """The same deduplication key was recorded before with other content; nothing was appended."""


class BlobDropped(LedgerError):
    """A stored text or document was removed (retention or takedown); its hash and all proofs stay."""


class EvidenceMissing(SitledgerError):
    """A figure has neither a quote nor an attestation, so the report is not built."""


class SourceError(SitledgerError):
    """A feed, archive or document could not be read."""

    exit_code = 4


class DestinationError(SitledgerError):
    """A notification could not be handed over; `retryable` says whether trying again can help."""

    exit_code = 4

    def __init__(self, message: str, *, retryable: bool, retry_after_s: float | None = None) -> None:
        self.retryable = retryable
        self.retry_after_s = retry_after_s
        super().__init__(message)
