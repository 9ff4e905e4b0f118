"""`sitledger init` and `config check`: make a home, and check what its configuration says."""

import typer

from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, print_json, say
from ledger.errors import UsageError
from watchers.config import load
from watchers.homes import PROGRAM, shipped_config, take_over


def register(app: typer.Typer) -> None:
    """Add these commands to the one command."""
    config = typer.Typer(help="The configuration.", no_args_is_help=True)
    config.command("check")(check)
    app.command("init")(init)
    app.add_typer(config, name="config")


def init(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Make a home: write a config.toml if there is none, and create the ledger."""
    place = home_at(home)
    if place.has_ledger:
        raise UsageError(
            f"{place.folder} has a ledger already ({place.address.name}); it is never overwritten"
        )
    place.folder.mkdir(parents=True, exist_ok=True)
    wrote = not place.config.exists()
    if wrote:
        place.config.write_text(shipped_config(), encoding="utf-8")
    configuration = load(place.config)
    with place.create(system_clock, program=PROGRAM) as ledger:
        take_over(ledger, configuration)
        made = {
            "home": str(place.folder),
            "config": str(place.config),
            "position": ledger.head,
            "wrote_config": wrote,
        }
    if json:
        print_json(made)
        return
    say(f"{'Wrote' if wrote else 'Kept'} {place.config} and made a ledger for {configuration.mission.name}.")
    say(
        f"It watches {len(configuration.feeds)} feeds. Next: sitledger poll (one round) or sitledger run (the daemon)."
    )


def check(home: HomeOption = HERE, json: JsonOption = False) -> None:
    """Check config.toml without recording anything."""
    configuration = load(home_at(home).config)
    counts = {
        name: len(getattr(configuration, name))
        for name in ("feeds", "sources", "names", "indicators", "deadlines", "cases", "questions", "alerts")
    }
    if json:
        print_json({"ok": True, "mission": configuration.mission.id, **counts})
        return
    say(
        f"ok: {configuration.mission.name}: " + ", ".join(f"{count} {name}" for name, count in counts.items())
    )
