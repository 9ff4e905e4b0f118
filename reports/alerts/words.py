"""How alerts put what they found."""

from decimal import Decimal

from ledger.configuration import AlertRule
from ledger.developments import Development
from reports.claims import figure_of
from reports.weekly_words import figure_text, plain

SUMMARY_MAX = 400
"""Code points. Longer summaries are cut: a notification is read on a telephone."""


def headed(rule: AlertRule, words: str) -> str:
    """Put the rule's own summary, if it has one, before what was found; one line of harmless characters."""
    return plain(f"{rule.summary}: {words}" if rule.summary else words, SUMMARY_MAX)


def figure_words(development: Development) -> str | None:
    """Return a development's figure as it is printed, or None if it has none."""
    figure = figure_of(development)
    if figure is None:
        return None
    return figure_text(Decimal(figure.low), Decimal(figure.high), figure.unit or "", figure.approx)
