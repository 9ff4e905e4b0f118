"""Sentences: one typed English line from the slots of a development."""

from ledger.developments import Development
from reports.claims import Claim
from reports.names import Names


def sentence(development: Development, names: Names) -> str:
    """Return what the development says, one line, e.g. "400 Kenyan police arrived in Port-au-Prince"."""
    raise NotImplementedError


def cited(claim: Claim, names: Names) -> str:
    """Return the sentence with its source and date, e.g. "… (AP, 25 June 2024)"; † marks an attested claim."""
    raise NotImplementedError
