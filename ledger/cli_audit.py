"""`sitledger verify`, `checkpoint`, `keys` and `prove`: what others need to trust the record, or to find it changed."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from ledger.audit import Kept, Verdict, verify
from ledger.checkpoints import Notary, origin_of, write_whole
from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, out, print_json, progress, say
from ledger.errors import LedgerDamaged, NotALedger, UsageError
from ledger.home import Home
from ledger.keys import KeyFolder
from ledger.proofs import covering, position_of
from ledger.proofs import prove as proof_of
from ledger.store.sqlite_audit import SqliteSnapshot

FOUND = 1
"""The exit code when the ledger is not as it should be."""


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    keys = typer.Typer(help="The keys that sign checkpoints.", no_args_is_help=True)
    keys.command("list")(list_keys)
    keys.command("new")(new_key)
    app.command("verify")(verify_ledger)
    app.command("checkpoint")(checkpoint)
    app.command("prove")(prove)
    app.add_typer(keys, name="keys")


def verify_ledger(
    home: HomeOption = HERE,
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A checkpoint that was kept elsewhere; may be given again.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check every event, index and checkpoint of the ledger, and hold it against checkpoints kept elsewhere."""
    verdict = _verified(home_at(home), [_read(path) for path in checkpoint or ()])
    if json:
        print_json(msgspec.to_builtins(verdict))
    else:
        _tell(verdict)
    if not verdict.ok:
        raise typer.Exit(FOUND)


def _verified(place: Home, kept: list[Kept]) -> Verdict:
    if place.database:
        raise UsageError(
            "verify reads an SQLite ledger; `sitledger copy` makes one of this database with the same bytes and root"
        )
    if not place.ledger.exists():
        raise NotALedger(f"there is no ledger in {place.folder}; make one with `sitledger init`")
    # Read before the snapshot is taken: a checkpoint signed in between would promise more than the snapshot has.
    latest = Notary(place.data).latest
    kept = [*([_read(latest)] if latest.exists() else []), *kept]
    try:
        with SqliteSnapshot(place.ledger) as store, progress("verifying", store.head()) as steps:
            keys = [signer.verifier for signer in KeyFolder(place.data / "keys").all()]
            return verify(store, kept, keys=keys, advance=steps.advance)
    except LedgerDamaged as error:
        return Verdict(
            ok=False,
            size=0,
            root=None,
            first_bad_position=None,
            reason=str(error),
            complete=None,
            intact=False,
        )


def _read(path: Path) -> Kept:
    try:
        return Kept(name=str(path), note=path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the checkpoint {path} cannot be read ({error})") from error


def _tell(verdict: Verdict) -> None:
    if verdict.ok:
        held = {True: "and holds all that the kept checkpoints promise", None: "(no kept checkpoint at hand)"}
        out.print(
            f"ok: {verdict.size} events, root {verdict.root}, {verdict.checkpoints} signed checkpoints fit "
            f"{held.get(verdict.complete, '')}"
        )
        return
    place = "" if verdict.first_bad_position is None else f" at position {verdict.first_bad_position}"
    what = "not complete" if verdict.intact else "damaged"
    out.print(f"{what}{place}: {verdict.reason}", markup=False)


def checkpoint(
    home: HomeOption = HERE,
    to: Annotated[Path | None, typer.Option(help="Write it to this file, for others to keep.")] = None,
    json: JsonOption = False,
) -> None:
    """Sign the ledger as it stands and print the checkpoint, for others to keep."""
    place = home_at(home)
    with place.open(system_clock, write=True) as ledger:
        signed = Notary(place.data).sign(ledger)
    if to is not None:
        write_whole(to, signed.note)
    if json:
        print_json({"size": signed.size, "root": signed.root, "note": signed.note, "key": signed.key})
    elif to is not None:
        say(f"Signed {signed.size} events. Give {to} to others, and by another way the key {signed.key}")
    else:
        out.print(signed.note, end="", markup=False)


def list_keys(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """List the public keys, the oldest first; the last one signs."""
    keys = [signer.verifier.format() for signer in KeyFolder(home_at(home).data / "keys").all()]
    _print_keys(keys, json=json)


def new_key(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Make a key that signs from now on, and print its public half; older keys stay."""
    place = home_at(home)
    with place.open(system_clock) as ledger:
        signer = KeyFolder(place.data / "keys").new(origin_of(ledger.recorder.ledger_id))
    _print_keys([signer.verifier.format()], json=json)


def _print_keys(keys: list[str], *, json: bool) -> None:
    if json:
        print_json({"keys": keys})
        return
    for each in keys:
        out.print(each, markup=False)
    if not keys:
        say("there is no key yet; the first checkpoint makes one, or `sitledger keys new`")


def prove(
    identifier: Annotated[
        str, typer.Argument(metavar="ID", help="A development, a report, an alert, or a position.")
    ],
    home: HomeOption = HERE,
    to: Annotated[Path | None, typer.Option(help="Write it to this file, not to standard output.")] = None,
) -> None:
    """Write one event as a proof that anybody can check offline with docs/verify_proof.py."""
    place = home_at(home)
    with place.open(system_clock) as ledger:
        position = position_of(ledger, identifier)
        signed = covering(ledger, position)
    if signed is None:
        with place.open(system_clock, write=True) as ledger:
            signed = Notary(place.data).sign(ledger)
    with place.open(system_clock) as ledger:
        text = proof_of(ledger, position, signed).format()
    if to is None:
        typer.echo(text, nl=False)
    else:
        write_whole(to, text)
