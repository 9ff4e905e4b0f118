"""`sitledger replay`: step through the past and see what each step changed."""

from typing import Annotated, Literal

import typer

from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, out, print_json, progress
from ledger.moments import resolve
from reports.stepping import Step, steps


def register(app: typer.Typer) -> None:
    """Add this command to the one command."""
    app.command("replay")(replay)


def replay(
    start: Annotated[
        str | None, typer.Option("--from", help="Only after this position, instant or report.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Up to this position, instant or report.")] = None,
    step: Annotated[
        Literal["day", "event"], typer.Option("--step", help="One step a day, or one an event.")
    ] = "day",
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Step through history and print what each step changed."""
    with home_at(home).open(system_clock) as ledger:
        after = resolve(ledger, as_of=start).position if start else 0
        until = resolve(ledger, as_of=end).position
        with progress("replaying", total=max(0, until - after)) as bar:
            made: list[Step] = []
            for each in steps(ledger, after=after, until=until, by=step):
                bar.advance(each.events)
                made.append(each)
                if not json and each.changed:
                    _print(each)
    if json:
        print_json({"from": after, "to": until, "steps": made})


def _print(step: Step) -> None:
    out.print(f"[bold]{step.at:%Y-%m-%d %H:%M}[/bold]  position {step.position}, {step.events} events")
    for line in step.changed:
        out.print(f"    {line}", markup=False)
