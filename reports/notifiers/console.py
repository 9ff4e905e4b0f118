"""Prints a notice as one line on the terminal, normally on standard error."""

from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.text import Text

from ledger.configuration import Severity
from reports.notifiers.notice import Notice
from reports.weekly_words import plain

LINE_MAX = 600
_STYLE = {Severity.INFO: "cyan", Severity.WARNING: "yellow", Severity.CRITICAL: "bold red"}


@dataclass(frozen=True, slots=True)
class ConsoleNotifier:
    """Prints on a console. Nothing in a notice can steer the terminal: foreign words are cleaned, markup is off."""

    console: Console

    async def deliver(self, notice: Notice, now: datetime) -> None:  # noqa: ARG002 - the port gives every notifier the time
        """Print the notice."""
        resolved = notice.phase == "resolved"
        label = "RESOLVED" if resolved else f"ALERT {notice.severity.value}"
        style = "green" if resolved else _STYLE[notice.severity]
        self.console.print(Text.assemble((label, style), " ", plain(notice.line, LINE_MAX)), soft_wrap=True)
