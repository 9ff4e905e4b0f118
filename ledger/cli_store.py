"""`sitledger backup`, `restore`, `copy`, `db` and `export`: where the ledger is kept, and taking it elsewhere."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, print_json, progress, say
from ledger.errors import LedgerTooNew, NotALedger, UsageError
from ledger.store.address import ENVIRONMENT, Address, Database, Folder, address_of
from ledger.store.backup import back_up
from ledger.store.backup import restore as put_back
from ledger.store.lines import check_file, export_events, import_events
from ledger.store.sqlite_schema import VERSION
from ledger.store.transfer import copy as copy_ledger
from ledger.store.transfer import open_target

NewFile = Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")]


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    database = typer.Typer(help="The tables the ledger is kept in.", no_args_is_help=True)
    database.command("init")(db_init)
    database.command("migrate")(db_migrate)
    database.command("status")(db_status)
    exports = typer.Typer(help="Write what is recorded to files.", no_args_is_help=True)
    exports.command("events")(export)
    app.command("backup")(backup)
    app.command("restore")(restore)
    app.command("copy")(copy)
    app.add_typer(database, name="db")
    app.add_typer(exports, name="export")


def backup(file: NewFile, home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Write the ledger and its blobs to one new file while the daemon goes on."""
    made = back_up(home_at(home).address, file, system_clock)
    if json:
        print_json({"file": str(file), "bytes": file.stat().st_size, **msgspec.to_builtins(made)})
        return
    say(f"Wrote {made.size} events and their blobs to {file}, {file.stat().st_size} bytes; root {made.root}")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file that `sitledger backup` wrote.")],
    verify: Annotated[
        bool, typer.Option("--verify", help="Also compute every event's leaf and every blob's hash anew.")
    ] = False,
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Put a backup into a home without a ledger; a damaged one is refused and nothing is written."""
    with progress("checking") as steps:
        made = put_back(file, home_at(home).address, system_clock, verify=verify, advance=steps.advance)
    if json:
        print_json({"ok": True, "verified": verify, **msgspec.to_builtins(made)})
        return
    say(f"Restored {made.size} events of {made.made_at}; root {made.root}")


def copy(
    source: Annotated[str, typer.Argument(help="sqlite:PATH, postgres:URL, or postgres: for the variable.")],
    target: Annotated[str, typer.Argument(help="Where to; an empty place, or a copy that broke off.")],
    json: JsonOption = False,
) -> None:
    """Copy a ledger between back ends: positions, bytes, times and root stay, and the root is compared."""
    database = os.environ.get(ENVIRONMENT)
    origin, place = address_of(source, database), address_of(target, database)
    if origin == place:
        raise UsageError("source and target are the same place")
    with (
        origin.open(system_clock, write=False) as held,
        open_target(place, system_clock, held.recorder.ledger_id) as new,
        progress("copying", total=held.recorder.read().head or 0) as steps,
    ):
        copied = copy_ledger(held, new, steps.advance)
    if json:
        print_json({"ok": True, "from": origin.name, "to": place.name, **asdict(copied)})
        return
    say(f"Copied {copied.events} events and {copied.blobs} blobs to {place.name}; same root {copied.root}")


def db_init(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Make the tables of the database; those that are there already are left alone."""
    address = home_at(home).address
    if not isinstance(address, Database):
        raise UsageError(f"{ENVIRONMENT} is not set; a ledger in a file is made by `sitledger init`")
    made = address.prepare()
    if json:
        print_json({"made": made, **_state(address)})
        return
    say(f"{'Made the tables' if made else 'The tables are there already'}: {address.name}")


def db_migrate(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Bring the tables to this program's version; with tables of this version nothing is done."""
    address = home_at(home).address
    state = _state(address)
    if state["state"] == "newer":
        raise LedgerTooNew(f"{address.name} has schema {state['schema']}; upgrade sitledger")
    if state["state"] == "absent":
        raise NotALedger(f"there is no ledger in {address.name}; run `sitledger init`")
    if json:
        print_json({"migrated": False, **state})
        return
    say(f"{address.name} has schema {VERSION}, the only one there is; nothing to do")


def db_status(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Say where the ledger is kept, its schema's version, and how much it holds; exit code 1 unless it is ready."""
    state = _state(home_at(home).address)
    if json:
        print_json(state)
    else:
        say("\n".join(f"{name}: {value}" for name, value in state.items()))
    if state["state"] != "ready":
        raise typer.Exit(1)


def export(file: NewFile, home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Write every event with its envelope and stored bytes as JSON Lines; blobs are not part of it."""
    with home_at(home).open(system_clock) as ledger, progress("exporting", total=ledger.head) as steps:
        header = export_events(ledger.recorder, file, steps.advance)
    if json:
        print_json({"file": str(file), **msgspec.to_builtins(header)})
        return
    say(f"Wrote {header.size} events to {file}; root {header.root}")


def take_in(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file of `sitledger export events`.")],
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Import exported events as they were recorded, into a home without a ledger or with the first of them."""
    header, address = check_file(file), home_at(home).address
    with (
        open_target(address, system_clock, header.ledger_id) as target,
        progress("importing", total=header.size) as steps,
    ):
        taken = import_events(file, header, target.recorder, steps.advance)
    if json:
        print_json({"ok": True, "events": taken.events, "size": taken.size, "root": taken.root})
        return
    say(f"Imported {taken.events} events; the ledger holds {taken.size}, root {taken.root}")


def _state(address: Address) -> dict[str, Any]:
    kind = "sqlite" if isinstance(address, Folder) else "postgres"
    state: dict[str, Any] = {"store": kind, "place": address.name, "state": "absent", "program": VERSION}
    if isinstance(address, Database):
        found = address.state()
        state |= found
        if found["schema"] is not None:
            state["state"] = "newer" if found["schema"] > VERSION else "empty"
    if state["state"] == "newer" or not address.exists():
        return state
    with address.open(system_clock, write=False) as stored:
        return state | {
            "state": "ready",
            "schema": VERSION,
            "ledger_id": stored.recorder.ledger_id,
            "events": stored.recorder.read().head or 0,
            "root": stored.recorder.root().hex(),
            "blob_bytes": stored.blobs.size_bytes(),
        }
