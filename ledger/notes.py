"""Text formats of transparency logs: signed notes, checkpoints and proofs. Pure; keys are in `ledger.keys`.

signed note  c2sp.org/signed-note      a text, an empty line, and lines of `— NAME BASE64(key id || signature)`
checkpoint   c2sp.org/tlog-checkpoint  a signed note of three lines: origin, tree size, root
proof        c2sp.org/tlog-proof@v1    extra data, index, inclusion path, and the checkpoint it leads to

Base64 is that of RFC 4648, section 4, with padding. A ValueError says what is wrong with a text.
"""

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass

PROOF_HEADER = "c2sp.org/tlog-proof@v1"
_HASH_BYTES = 32
_KEY_ID_BYTES = 4
_SIGNATURES_MAX = 100
_NAME = re.compile(r"[^\s+]+")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """One signature line: the key's name, the key's id (4 bytes) and the signature itself."""

    name: str
    key_id: bytes
    signature: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A text (it ends with a line feed) and its signatures, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def format(self) -> str:
        """Return the note as it is written."""
        lines = (f"— {each.name} {_base64(each.key_id + each.signature)}\n" for each in self.signatures)
        return f"{self.text}\n{''.join(lines)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """The head of a log: its identity, how many leaves it had, and the root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def format(self) -> str:
        """Return the text that is signed."""
        return f"{self.origin}\n{self.size}\n{_base64(self.root)}\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That a leaf (`index` counts from 0) is in the tree of a checkpoint. `extra` is not covered by any signature."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def format(self) -> str:
        """Return the proof as it is written."""
        extra = [f"extra {_base64(self.extra)}"] if self.extra else []
        lines = [PROOF_HEADER, *extra, f"index {self.index}", *map(_base64, self.path), "", self.checkpoint]
        return "\n".join(lines)


def parse_note(written: str) -> Note:
    """Return a signed note (ValueError if it is none)."""
    if any(ord(each) < ord(" ") and each != "\n" for each in written):
        raise ValueError("a signed note holds no control characters but line feeds")
    text, empty, below = written.rpartition("\n\n")
    if not empty or not below.endswith("\n"):
        raise ValueError("a signed note has an empty line before its signatures, and ends with a line feed")
    lines = below.removesuffix("\n").split("\n")
    if len(lines) > _SIGNATURES_MAX:
        raise ValueError(f"a note of {len(lines)} signatures is not read")
    return Note(text=f"{text}\n", signatures=tuple(map(_signature, lines)))


def parse_checkpoint(text: str) -> Checkpoint:
    """Return the checkpoint that a note's text holds (ValueError if it is none). Extension lines are passed over."""
    lines = text.removesuffix("\n").split("\n")
    if len(lines) < len(("origin", "size", "root")) or not all(lines):
        raise ValueError("a checkpoint has at least three lines, none of them empty")
    origin, size, root, *_ = lines
    return Checkpoint(origin=origin, size=_number(size), root=_hash(root))


def parse_proof(written: str) -> Proof:
    """Return a proof (ValueError if it is none); its checkpoint is a signed note, not read yet."""
    head, empty, checkpoint = written.partition("\n\n")
    lines = head.split("\n")
    if not empty or lines.pop(0) != PROOF_HEADER:
        raise ValueError(f"a proof starts with the line {PROOF_HEADER!r}, and an empty line ends its path")
    extra = _bytes(lines.pop(0).removeprefix("extra ")) if lines and lines[0].startswith("extra ") else b""
    if not lines or not lines[0].startswith("index "):
        raise ValueError("a proof names the index of its leaf")
    index = _number(lines.pop(0).removeprefix("index "))
    return Proof(index=index, path=tuple(map(_hash, lines)), checkpoint=checkpoint, extra=extra)


def check_name(name: str) -> str:
    """Return a key's name or log's origin (ValueError if it is empty or holds a space or a plus)."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"a key's name has no spaces and no plus: {name!r}")
    return name


def _signature(line: str) -> Signature:
    dash, _, rest = line.partition(" ")
    name, _, coded = rest.partition(" ")
    if dash != "—":
        raise ValueError(f"a signature line starts with a dash and a space: {line!r}")
    signature = _bytes(coded)
    if len(signature) <= _KEY_ID_BYTES:
        raise ValueError("a signature is longer than the id of its key")
    return Signature(
        name=check_name(name), key_id=signature[:_KEY_ID_BYTES], signature=signature[_KEY_ID_BYTES:]
    )


def _number(text: str) -> int:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"not a number without leading zeros: {text!r}")
    return int(text)


def _hash(text: str) -> bytes:
    found = _bytes(text)
    if len(found) != _HASH_BYTES:
        raise ValueError(f"a hash has {_HASH_BYTES} bytes, not {len(found)}")
    return found


def _bytes(text: str) -> bytes:
    found = b64decode(text, validate=True)
    if (
        _base64(found) != text
    ):  # Other spellings of the same bytes would be other files with the same meaning.
        raise ValueError(f"not in canonical base64: {text!r}")
    return found


def _base64(content: bytes) -> str:
    return b64encode(content).decode()
