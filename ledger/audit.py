"""Verifying a ledger: every row against its hash, every index against the rows, every checkpoint against the tree.

Integrity (what is there is what was recorded) and completeness (what was promised is there) are told apart: a ledger
cut short or put back from an older copy is sound in itself, and only a checkpoint from outside can tell.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat

from ledger.audit_rows import Scan
from ledger.checkpoints import origin_of
from ledger.errors import LedgerDamaged
from ledger.events_audit import CheckpointSigned
from ledger.keys import Verifier, parse_verifier
from ledger.merkle import root
from ledger.notes import Note, parse_checkpoint, parse_note
from ledger.store.audited import Audited


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, and the first position it concerns; None if it concerns no position.

    `missing` is False where a kept checkpoint accuses itself: then it says nothing about the ledger.
    """

    position: int | None
    reason: str
    missing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A checkpoint that was kept outside the ledger, and what to call it."""

    name: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What verifying found.

    `intact`: all that is there is as it was recorded. `complete`: all that the kept checkpoints promise is there;
    None if there was none to hold against, or the damage hides it. `ok`: intact, and nothing promised is missing.
    `root` is hex, None unless intact; `checkpoints` counts the signed ones in the ledger that fit.
    """

    ok: bool
    size: int
    root: str | None
    first_bad_position: int | None
    reason: str | None
    complete: bool | None
    intact: bool
    checkpoints: int = 0


def verify(
    store: Audited,
    kept: Sequence[Kept] = (),
    *,
    keys: Iterable[Verifier] = (),
    advance: Callable[[int], None] = lambda _steps: None,
) -> Verdict:
    """Verify a whole ledger in one pass and hold it against checkpoints that were kept elsewhere.

    `keys` are known besides those that the ledger names itself; `advance` is told how many rows were read.
    """
    scan = Scan(store)
    audit = _Audit(store, scan)
    scan.run(advance)
    audit.inside()
    intact = not audit.findings
    known = [*keys, *audit.keys]
    promises = [audit.broken_promise(each, known) for each in kept]
    broken = [each for each in promises if each is not None]
    findings = audit.findings or broken
    worst = min(findings, key=lambda each: (each.position is None, each.position or 0), default=None)
    return Verdict(
        ok=worst is None,
        size=scan.size,
        root=audit.root.hex() if intact else None,
        first_bad_position=worst.position if worst else None,
        reason=worst.reason if worst else None,
        complete=_complete(kept, broken, intact=intact),
        intact=intact,
        checkpoints=audit.fitting,
    )


_CHANGED = (
    "something in the positions {} to {} was changed after the checkpoint at position {} was signed: "
    "they no longer give its root"
)


_CUT = "{} was signed over {} events, and the ledger holds {}: the last {} were cut off, or an older copy was put back"
_REWRITTEN = "the history up to position {} was rewritten after {} was signed: its root differs"


class _Audit:
    """Gathers what is wrong inside a ledger."""

    def __init__(self, store: Audited, scan: Scan) -> None:
        self._store = store
        self._scan = scan
        self.findings: list[Finding] = []
        self.keys: list[Verifier] = []
        self.fitting = 0
        self.vouched = 0
        self.origin = ""
        self.root = b""

    def inside(self) -> None:
        """Check everything that follows from the rows."""
        if self._scan.bad is not None:
            self._found(*self._scan.bad)
        checks = (self._identity, self._checkpoints, self._indexes, self._unique, self._spans, self._tree)
        for check in (*checks, self._schema, self._root):
            try:
                check()
            except LedgerDamaged as error:
                self._found(None, str(error))

    def _found(self, position: int | None, reason: str) -> None:
        self.findings.append(Finding(position=position, reason=reason))

    def _identity(self) -> None:
        self.origin = origin_of(self._store.ledger_id())

    def _indexes(self) -> None:
        end = self._scan.end
        for name, words in (("tags", "tags"), ("ids", "event id"), ("keys", "deduplication key")):
            entries = self._store.index(name)
            if end is None and sum(map(hash, entries)) == self._scan.sums[name]:
                continue
            there = {entry for entry in self._store.index(name) if end is None or _below(entry[1], end)}
            expected = set(self._scan.entries(name))
            if wrong := there ^ expected:
                place = min((each[1] for each in wrong if isinstance(each[1], int)), default=None)
                self._found(place, f"its {words} and the index that finds it by them do not agree")

    def _unique(self) -> None:
        for name, words in (("ids", "event id"), ("keys", "deduplication key")):
            if place := self._store.repeated(name):
                self._found(place, f"an earlier event has its {words}")
        if place := self._store.unreachable():
            self._found(place, "it is not found when it is looked up by its position")

    def _spans(self) -> None:
        there, expected = set(self._store.spans()), self._scan.spans
        for kind, span in expected.keys() - there:
            self._found(expected[kind, span], "the index that finds it by its type does not have it")
        for _, span in () if self._scan.bad else there - expected.keys():
            place = (span << 8) + 1 if isinstance(span, int) and 0 <= span << 8 < self._scan.read else None
            self._found(place, "the index of types names events that are not there")

    def _tree(self) -> None:
        expected = dict(_nodes(self._scan.blocks))
        there = {(level, idx): found for level, idx, found in self._store.nodes()}
        if not self._scan.bad and (more := there.keys() - expected.keys()):
            self._found(None, f"the tree holds hashes of events that are not there: {min(more)}")
        for place, made in expected.items():
            if there.get(place) != made:
                level, idx = place
                first, last = (idx << level) + 1, (idx + 1) << level
                words = f"{first} to {last}"
                if self.vouched < last:
                    first = max(first, self.vouched + 1)
                self._found(first, f"the positions {words} do not give the hash kept for them in the tree")

    def _root(self) -> None:
        self.root = self._scan.root_at(self._scan.read)

    def _schema(self) -> None:
        if wrong := self._store.schema():
            self._found(None, wrong)

    def _checkpoints(self) -> None:
        by_size = sorted(self._scan.checkpoints, key=lambda each: each[1].size)
        for position, event in by_size:
            wrong = self._wrong_with(event, position)
            if wrong is not None:
                self._found(position, wrong)
            elif self._scan.root_at(event.size).hex() == event.root:
                self.fitting += 1
                self.vouched = event.size
            elif not any(self.vouched < (each.position or 0) <= event.size for each in self.findings):
                self._found(self.vouched + 1, _CHANGED.format(self.vouched + 1, event.size, position))
                return

    def _wrong_with(self, event: CheckpointSigned, position: int) -> str | None:
        try:
            note = parse_note(event.note)
            head = parse_checkpoint(note.text)
            key = parse_verifier(event.key)
        except ValueError as error:
            return f"its checkpoint cannot be read ({error})"
        self.keys.append(key)
        if (head.size, head.root.hex()) != (event.size, event.root) or event.size >= position:
            return "its checkpoint does not say what the event says"
        if head.origin != self.origin:
            return f"its checkpoint is of another ledger: {head.origin}, and this one is {self.origin}"
        return None if key.signed(note) else "the signature of its checkpoint does not fit"

    def broken_promise(self, kept: Kept, keys: Sequence[Verifier]) -> Finding | None:
        """Return what a kept checkpoint promises and the ledger does not hold."""
        try:
            note = parse_note(kept.note)
            head = parse_checkpoint(note.text)
        except ValueError as error:
            words = f"{kept.name} is no checkpoint ({error}); find the original"
            return Finding(position=None, reason=words, missing=False)
        if not _unchanged(note, keys):
            words = f"{kept.name} was itself changed: its signature does not fit its text"
            return Finding(position=None, reason=words, missing=False)
        if head.origin != self.origin:
            words = f"{kept.name} is of {head.origin}, and this ledger is another one: {self.origin}"
            return Finding(position=None, reason=words)
        size = self._scan.size
        if head.size > size:
            return Finding(
                position=size + 1, reason=_CUT.format(kept.name, head.size, size, head.size - size)
            )
        if self.findings or self._scan.root_at(head.size) == head.root:
            return None
        # What an earlier checkpoint of the ledger itself vouches for is taken as unchanged.
        sizes = [each.size for _, each in self._scan.checkpoints if each.size < head.size]
        return Finding(position=1 + max(sizes, default=0), reason=_REWRITTEN.format(head.size, kept.name))


def _complete(kept: Sequence[Kept], broken: Sequence[Finding], *, intact: bool) -> bool | None:
    if any(each.missing for each in broken):
        return False
    return True if intact and len(kept) > len(broken) else None


def _unchanged(note: Note, keys: Sequence[Verifier]) -> bool:
    return all(key.signed(note) is not False for key in keys)


def _below(position: object, end: int) -> bool:
    return isinstance(position, int) and position < end


def _nodes(blocks: list[bytes]) -> Iterator[tuple[tuple[int, int], bytes]]:
    """Yield the subtrees of levels 8, 16 and 24 that are complete, from those of level 8."""
    level = 8
    while blocks and level <= 24:  # noqa: PLR2004 - the stored levels
        yield from zip(zip(repeat(level), range(len(blocks))), blocks, strict=False)
        blocks = [root(blocks[at : at + 256]) for at in range(0, len(blocks) - 255, 256)]
        level += 8
