"""Ed25519 keys that sign checkpoints (RFC 8032), kept as files that only their owner may read.

A key is written the way c2sp.org/signed-note and the note tools of Go write it: `NAME+ID+BASE64(0x01 || public key)`
for those who check, `PRIVATE+KEY+NAME+ID+BASE64(0x01 || seed)` for the one who signs. ID is eight hexadecimal digits,
the start of SHA-256(NAME || 0x0A || 0x01 || public key).
"""

import os
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ledger.errors import LedgerError
from ledger.notes import Note, Signature, check_name

_ED25519 = b"\x01"
_PRIVATE = "PRIVATE+KEY+"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key (32 bytes) under a name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The 4 bytes by which a signature line names the key."""
        return sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def format(self) -> str:
        """Return the key as it is given to others."""
        return f"{self.name}+{self.key_id.hex()}+{b64encode(_ED25519 + self.public).decode()}"

    def signed(self, note: Note) -> bool | None:
        """Return whether this key signed a note; None if the note bears no signature of this key."""
        mine = [each for each in note.signatures if (each.name, each.key_id) == (self.name, self.key_id)]
        if not mine:
            return None
        try:
            for each in mine:
                Ed25519PublicKey.from_public_bytes(self.public).verify(each.signature, note.text.encode())
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """A private key (its 32 bytes seed) under a name."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        return Verifier(name=self.name, public=self._key().public_key().public_bytes_raw())

    def sign(self, text: str) -> Note:
        """Return a text as a note signed with this key."""
        signature = Signature(
            name=self.name, key_id=self.verifier.key_id, signature=self._key().sign(text.encode())
        )
        return Note(text=text, signatures=(signature,))

    def format(self) -> str:
        """Return the key as its file holds it; whoever reads it can sign."""
        return (
            f"{_PRIVATE}{self.name}+{self.verifier.key_id.hex()}+{b64encode(_ED25519 + self.seed).decode()}"
        )

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)


def parse_verifier(written: str) -> Verifier:
    """Return a public key from its text (ValueError if it is none, or its id does not fit)."""
    name, key_id, content = _parts(written)
    verifier = Verifier(name=name, public=content)
    if verifier.key_id.hex() != key_id:
        raise ValueError("the id of the key does not fit its name and bytes")
    return verifier


def parse_signer(written: str) -> Signer:
    """Return a private key from its text (ValueError if it is none, or its id does not fit)."""
    if not written.startswith(_PRIVATE):
        raise ValueError("a private key starts with PRIVATE+KEY+")
    name, key_id, content = _parts(written.removeprefix(_PRIVATE))
    signer = Signer(name=name, seed=content)
    if signer.verifier.key_id.hex() != key_id:
        raise ValueError("the id of the key does not fit its name and bytes")
    return signer


def _parts(written: str) -> tuple[str, str, bytes]:
    name, key_id, coded = [*written.strip().split("+", 2), "", ""][:3]
    content = b64decode(coded, validate=True)
    if content[:1] != _ED25519 or len(content) != len(_ED25519) + 32:
        raise ValueError("not an Ed25519 key as c2sp.org/signed-note writes it")
    return check_name(name), key_id, content[1:]


class KeyFolder:
    """The keys of one home, numbered in the order they were made; the newest one signs."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def all(self) -> list[Signer]:
        """Return every key, the oldest first (LedgerError, naming the file, if one cannot be read)."""
        return [_read(path) for path in sorted(self._folder.glob("*.key"))]

    def signer(self, name: str) -> Signer:
        """Return the key that signs; the first one is made at first need, under this name."""
        return (self.all() or [self.new(name)])[-1]

    def new(self, name: str) -> Signer:
        """Make a key that signs from now on. Older ones stay, so that what they signed can still be checked."""
        signer = Signer(name=check_name(name), seed=os.urandom(32))
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._folder / f".{os.urandom(8).hex()}"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(signer.format() + "\n")
            file.flush()
            os.fsync(descriptor)
        number = 1 + max((int(path.stem) for path in self._folder.glob("[0-9]*.key")), default=0)
        while (
            True
        ):  # A link is made whole or not at all, and never over a key that another process made meanwhile.
            try:
                (self._folder / f"{number:04}.key").hardlink_to(draft)
                break
            except FileExistsError:
                number += 1
        draft.unlink()
        return signer


def _read(path: Path) -> Signer:
    try:
        return parse_signer(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise LedgerError(f"the key {path} cannot be read ({error}); put it back from a backup") from error
