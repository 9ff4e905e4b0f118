"""The text formats of transparency logs and the keys that sign them."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import LedgerError
from ledger.keys import KeyFolder, Signer, Verifier, parse_signer, parse_verifier
from ledger.notes import Checkpoint, Note, Proof, parse_checkpoint, parse_note, parse_proof

# The example of Go's package golang.org/x/mod/sumdb/note: a key pair and a note that it signed.
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
CHECKPOINT = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"


def test_a_note_signed_by_go_is_read_and_written_the_same():
    """Keys and notes are those of Go's note package, byte for byte."""
    signer, verifier, note = parse_signer(PRIVATE), parse_verifier(PUBLIC), parse_note(NOTE)
    assert signer.verifier == verifier
    assert (signer.format(), verifier.format(), note.format()) == (PRIVATE, PUBLIC, NOTE)
    assert verifier.signed(note) is True
    assert signer.sign(note.text).format() == NOTE


def test_a_signature_of_somebody_else_says_nothing():
    """A note without a signature of the key is neither right nor wrong; a changed one is wrong."""
    note, verifier = parse_note(NOTE), parse_verifier(PUBLIC)
    assert Verifier(name="Somebody", public=verifier.public).signed(note) is None
    assert verifier.signed(Note(text=note.text + "!\n", signatures=note.signatures)) is False


def test_a_checkpoint_is_written_as_the_specification_shows_it():
    """Origin, size and root stand on three lines; lines after them are passed over."""
    head = parse_checkpoint(CHECKPOINT)
    assert (head.origin, head.size, len(head.root)) == ("example.com/behind-the-sofa", 20852163, 32)
    assert head.format() == CHECKPOINT
    assert parse_checkpoint(CHECKPOINT + "more\n") == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "origin\n1\n",
        "\n1\n" + CHECKPOINT.split("\n")[2] + "\n",
        CHECKPOINT.replace("20852163", "020852163"),
        CHECKPOINT.replace("20852163", "-1"),
        CHECKPOINT.replace("CsUY", ""),
        CHECKPOINT.replace("q2I=", "q2J="),
        CHECKPOINT.replace("CsUY", "Cs*Y"),
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str):
    """A size with leading zeros, a root that is none, or a missing line is not guessed at."""
    with pytest.raises(ValueError, match=r".+"):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "text\n",
        "text\n\n",
        NOTE.removesuffix("\n"),
        NOTE.replace("— ", "- "),
        NOTE.replace("x08go/", "****"),
        NOTE.replace("If", "\t"),
        "text\n\n— name eA==\n",
        "text\n\n— na+me x08go/ZJ\n",
        "text\n\n" + "— name x08go/ZJ\n" * 101,
    ],
)
def test_what_is_no_note_is_refused(text: str):
    """A note without signatures, with control characters or with damaged lines is not read."""
    with pytest.raises(ValueError, match=r".+"):
        parse_note(text)


@given(
    st.integers(0, 10**9),
    st.lists(st.binary(min_size=32, max_size=32), max_size=30),
    st.binary(max_size=50),
)
def test_a_proof_is_read_back_as_it_was_written(index: int, path: list[bytes], extra: bytes):
    """Index, path, extra data and checkpoint survive writing and reading."""
    proof = Proof(index=index, path=tuple(path), checkpoint=NOTE, extra=extra)
    assert parse_proof(proof.format()) == proof


@pytest.mark.parametrize("text", ["", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\n\n"])
def test_what_is_no_proof_is_refused(text: str):
    """Another version, or a proof without an index, is refused."""
    with pytest.raises(ValueError, match=r"a proof"):
        parse_proof(text)


def test_the_newest_key_signs_and_only_its_owner_reads_it(tmp_path: Path):
    """The first key is made at first need; a new one signs from then on, and older ones stay."""
    folder = KeyFolder(tmp_path / "keys")
    first = folder.signer("sitledger/x")
    assert folder.signer("ignored") == first
    second = folder.new("sitledger/x")
    assert folder.signer("sitledger/x") == second
    assert folder.all() == [first, second]
    files = sorted((tmp_path / "keys").iterdir())
    assert [path.name for path in files] == ["0001.key", "0002.key"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_damaged_key_is_named(tmp_path: Path):
    """A key file that cannot be read is an error that names the file, never a new key."""
    folder = KeyFolder(tmp_path)
    folder.new("sitledger/x")
    (tmp_path / "0001.key").write_text("PRIVATE+KEY+x", encoding="utf-8")
    with pytest.raises(LedgerError, match=r"0001\.key"):
        folder.signer("sitledger/x")


@pytest.mark.parametrize(
    "text", ["", "a+b", PUBLIC.replace("c74f", "c74e"), PUBLIC.replace("PeterNeumann", "P N")]
)
def test_a_key_whose_id_does_not_fit_is_refused(text: str):
    """A key with a changed name, id or bytes is not used."""
    with pytest.raises(ValueError, match=r".+"):
        parse_verifier(text)


def test_a_private_key_is_told_from_a_public_one():
    """A public key cannot sign, and a private key with a wrong id is not used."""
    for text in (PUBLIC, PRIVATE.replace("c74f", "c74e")):
        with pytest.raises(ValueError, match=r"key"):
            parse_signer(text)
    with pytest.raises(ValueError, match=r"no spaces"):
        Signer(name="x", seed=bytes(32)) and KeyFolder(Path("nowhere")).new("a b")


def test_a_checkpoint_of_an_empty_log_is_written():
    """Size 0 is a number too."""
    head = Checkpoint(origin="x", size=0, root=bytes(32))
    assert parse_checkpoint(head.format()) == head
