"""Rebuilding: make a published report again from the ledger's prefix and compare every byte's hash."""

import re
from dataclasses import dataclass
from hashlib import sha256

from ledger.application import Ledger
from ledger.errors import NotFound
from ledger.events import ReportPublished
from reports.periods import Period
from reports.publish import Series, edition_of, published
from reports.render import render, renderer

_NUMBER = re.compile(r".*-W-(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuiltFile:
    """One format: the SHA-256 (hex) as published and as rebuilt."""

    format: str
    published: str
    rebuilt: str
    same: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """What rebuilding gave. `ok`: position, root and every format are as published; `note` says what to make of it.

    `same_record`: position and root are; `model` is the JSON as rebuilt.
    """

    id: str
    ok: bool
    position: int
    root: str
    files: tuple[RebuiltFile, ...]
    renderer: str
    published_renderer: str
    note: str
    same_record: bool = True
    model: bytes = b""


def rebuild(ledger: Ledger, number: str, series: Series | None = None) -> Rebuilt:
    """Rebuild a published report in memory and compare it (NotFound if none was published under that number).

    Whoever rebuilds many, in their order, hands the same `series` to each.
    """
    event = find(ledger, number)
    edition = edition_of(ledger, _period(event), event.report_id)
    made = render((series or Series(ledger)).report(edition))
    files = tuple(
        _compared(name, wanted, made.get(name, b"")) for name, wanted in sorted(event.files.items())
    )
    same_record = (edition.position, edition.root) == (event.position, event.root)
    return Rebuilt(
        id=number,
        ok=same_record and all(file.same for file in files),
        position=edition.position,
        root=edition.root,
        files=files,
        renderer=renderer(),
        published_renderer=event.renderer,
        note=_note(event, files, same_record=same_record),
        same_record=same_record,
        model=made.get("json", b""),
    )


def find(ledger: Ledger, number: str) -> ReportPublished:
    """Return what was recorded when a report was published (NotFound)."""
    event = published(ledger, number)
    if event is None:
        raise NotFound(f"no report {number} was published; `sitledger report list` names them")
    return event


def kept(ledger: Ledger, number: str, name: str) -> bytes:
    """Return the published bytes of one format, as they are kept (NotFound)."""
    event = find(ledger, number)
    if name not in event.files:
        raise NotFound(f"report {number} has no format {name!r}; it has {', '.join(sorted(event.files))}")
    return ledger.blobs.get(event.files[name])


def _compared(name: str, wanted: str, content: bytes) -> RebuiltFile:
    digest = sha256(content).hexdigest()
    return RebuiltFile(format=name, published=wanted, rebuilt=digest, same=digest == wanted)


def _note(event: ReportPublished, files: tuple[RebuiltFile, ...], *, same_record: bool) -> str:
    if not same_record:
        return "the ledger's prefix is no longer what the report was made from; restore a backup and compare"
    differing = [file.format for file in files if not file.same]
    if not differing:
        return "every format has the bytes that were published"
    show = f"the published bytes are kept: `sitledger report show {event.report_id} --format {differing[0]}`"
    if event.renderer != renderer():
        figures = "" if "json" in differing else "figures and sentences (json) are the same; "
        return (
            f"{' and '.join(differing)} differ because the report was laid out by {event.renderer} "
            f"and this program has {renderer()}; {figures}{show}"
        )
    return f"{' and '.join(differing)} differ under the same renderer; a cited text may have been dropped since; {show}"


def _period(event: ReportPublished) -> Period:
    found = _NUMBER.fullmatch(event.report_id)
    if found is None:
        raise NotFound(f"{event.report_id} is not the number of a weekly report")
    return Period(year=int(found[1]), week=int(found[2]), start=event.start, end=event.end)
