"""`sitledger replay`: step through the past and see what each step changed."""

from typing import Annotated, Literal

import typer

from ledger.clocks import system_clock
from ledger.console import HERE, HomeOption, JsonOption, home_at, out, print_json, progress, say
from ledger.errors import UsageError
from ledger.home import Home
from ledger.moments import resolve
from reports.rederive import rederive, work
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
    audit: Annotated[
        bool,
        typer.Option(
            "--audit", help="Derive every projection, alert and published report anew, and compare."
        ),
    ] = False,
    home: HomeOption = HERE,
    json: JsonOption = False,
) -> None:
    """Step through history and print what each step changed, or derive everything anew (--audit)."""
    if audit:
        if start or end:
            raise UsageError("--audit looks at the whole log; leave --from and --to out")
        _audit(home_at(home), json=json)
        return
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


def _audit(home: Home, *, json: bool) -> None:
    with home.open(system_clock) as ledger, progress("deriving anew", total=work(ledger.head)) as bar:
        found = rederive(ledger, bar.advance)
    if json:
        print_json(found)
    else:
        for name, part in (
            ("projections", found.projections),
            ("alerts", found.alerts),
            ("reports", found.reports),
        ):
            out.print(f"{name:12} {part.checked} derived anew, {len(part.differ)} differ")
            for each in part.differ:
                out.print(f"    differs: {each}", style="red", markup=False)
            for each in part.withdrawn:
                out.print(f"    {each}: the same but for quotes that were withdrawn since", markup=False)
            for each in part.laid_out_anew:
                out.print(
                    f"    {each}: the same figures and sentences, laid out by another version", markup=False
                )
        say(f"{found.events:,} events: everything comes out as recorded" if found.ok else "something differs")
    if not found.ok:
        raise typer.Exit(1)


def _print(step: Step) -> None:
    out.print(f"[bold]{step.at:%Y-%m-%d %H:%M}[/bold]  position {step.position}, {step.events} events")
    for line in step.changed:
        out.print(f"    {line}", markup=False)
