"""Check a proof of Sitledger offline: `python verify_proof.py PROOF [KEY] [REPORT-FILE]`.

Shares no code with Sitledger; needs Python 3.9+ and the package `cryptography`. Exit code 0: it holds, 1: it does not.
KEY is the publisher's public key, got by another way than the proof. Formats: c2sp.org/tlog-proof, RFC 9162.
"""

import json
import sys
from base64 import b64decode
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def need(holds, otherwise):
    """Raise ValueError unless something holds; an `assert` would vanish under `python -O`."""
    if not holds:
        raise ValueError(otherwise)


def decoded(text):
    """Return the bytes of base64."""
    return b64decode(text, validate=True)


def root_of(leaf, index, size, path):
    """Return the root that a leaf and its inclusion path lead to (RFC 9162, section 2.1.3.2)."""
    found, last = sha256(b"\0" + leaf).digest(), size - 1
    need(0 <= index <= last, "the index is not in the tree")
    for each in path:
        need(last, "the path is too long")
        if index & 1 or index == last:
            found = sha256(b"\1" + each + found).digest()
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + each).digest()
        index, last = index >> 1, last >> 1
    need(not last, "the path is too short")
    return found


def check(proof, key, report):
    """Yield what holds; an error says what does not."""
    head, _, note = proof.partition("\n\n")
    magic, extra, index, *path = head.split("\n")
    need(magic == "c2sp.org/tlog-proof@v1" and extra[:6] + index[:6] == "extra index ", "not such a proof")
    extra, index, path = json.loads(decoded(extra[6:])), int(index[6:]), [decoded(each) for each in path]
    text, _, signatures = note.rpartition("\n\n")
    origin, size, root = text.split("\n")
    found = root_of(extra["leaf"].encode(), index, int(size), path)
    need(found == decoded(root), "the event is not in the signed log")
    yield f"the event is number {index + 1} of the {size} in the log {origin}"
    name, key_id, public = (key or extra["key"]).strip().split("+", 2)
    need(sha256(f"{name}\n".encode() + decoded(public)).hexdigest()[:8] == key_id, "the key is damaged")
    lines = [each.split(" ") for each in signatures.splitlines()]
    mine = [decoded(coded) for _, signer, coded in lines if signer == name]
    mine = [each[4:] for each in mine if each[:4].hex() == key_id]
    need(mine, f"the log is not signed by {name}+{key_id}")
    Ed25519PublicKey.from_public_bytes(decoded(public)[1:]).verify(mine[0], f"{text}\n".encode())
    yield f"the log is signed by {name}+{key_id}{'' if key else ', AS THE PROOF ITSELF SAYS: give the KEY'}"
    envelope, body = map(json.loads, extra["leaf"].split("\n", 1))
    need(envelope["pos"] == index + 1, "the event says it is another one")
    yield f"it is {envelope['type']}, recorded by {envelope['actor']}: {json.dumps(body, ensure_ascii=False)}"
    for each in body.get("evidence", ()):
        stored = extra["texts"][each["blob"]]
        need(
            stored is None or sha256(stored.encode()).hexdigest() == each["blob"], "a quoted text was changed"
        )
        yield "quote: " + (
            stored[each["start"] : each["end"]] if stored else "withdrawn, its hash is in the event"
        )
    if report is not None:
        need(sha256(report).hexdigest() in body["files"].values(), "this is not a file of the report")
        yield "the file is the report as it was published"


if __name__ == "__main__":
    key = next((each for each in sys.argv[2:] if each.count("+") > 1), None)
    files = [Path(each).read_bytes() for each in sys.argv[1:] if each != key]
    try:
        print(*check(files[0].decode(), key, files[1] if files[1:] else None), sep="\n")
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, InvalidSignature) as error:
        sys.exit(f"DOES NOT HOLD: {error or 'the signature does not fit'}")
