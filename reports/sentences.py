"""Sentences: one typed English line from the slots of a development. Nothing is said that no slot holds."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from ledger.developments import Approx, Development, Status
from reports.claims import Claim, figure_of
from reports.names import Names
from reports.weekly_words import figure_text, when_text

_LEAD_IN = {
    Status.PLANNED: "Planned: ",
    Status.HYPOTHETICAL: "Possible: ",
    Status.DENIED: "Denied: ",
    Status.UNCONFIRMED: "Unconfirmed: ",
}

_APPROX = {Approx.ABOUT: "about", Approx.AT_LEAST: "at least", Approx.AT_MOST: "up to"}

_TOTALS = {
    "received": "{target} had received {figure}",
    "pledged": "{target} had been promised {figure}",
    "pledged_outstanding": "{target} had been promised {figure} that was not yet paid",
    "spent": "{target} had spent {figure}",
    "raised": "{target} had raised {figure}",
    "required": "{target} required {figure}",
}
_OF_CONTRIBUTOR = {
    "received": "{actor} had paid {figure} in",
    "pledged": "{actor} had promised {figure} in all",
    "given_all": "{actor} had given {figure} in all",
    "given_outside_fund": "{actor} had given {figure} outside the fund",
}
_REQUIRED = {
    "required_annual": "{target} needs {figure} a year",
    "required_total": "{target} needs {figure} in all",
    "required_two_years": "{target} needs {figure} for two years",
}
_MANDATE = {
    "authorised": "{actor} authorised {target}",
    "renewed": "{actor} renewed the mandate of {target}",
    "modified": "{actor} changed the mandate of {target}",
    "ended": "{actor} ended the mandate of {target}",
}
_PLANNED = {
    ("movement", "arrived"): "{people} to arrive{place}",
    ("movement", "departed"): "{people} to leave for {target}",
    ("movement", "rotated"): "{people} to rotate{place}",
    ("movement", "withdrawn"): "{people} to leave{from_}",
    ("appointment", "in"): "{target} to take office{post}",
    ("appointment", "out"): "{target} to leave office{post}",
    ("legal_filing", None): "{actor} to file{what}{against}",
}
"""What is still ahead is not told in the past tense; kinds that are not here say "Planned" before it."""

_MOVEMENT = {
    "arrived": "{people} arrived{place}",
    "departed": "{people} left for {target}",
    "rotated": "{people} rotated{place}",
    "withdrawn": "{people} left{from_}",
}
_PLEDGE = {
    "pledged_cumulative": "{actor} promised {target} {figure} in all",
    "pledged_additional": "{actor} promised {target} another {figure}",
}
_PERSONNEL = {
    "approved": "{actor} approved {figure} for {target}",
    "pledged_additional": "{actor} offered {target} another {figure}",
    "pledged_cumulative": "{actor} offered {target} {figure} in all",
}
_STATEMENT = {
    "support": "{actor} supported {target}",
    "oppose": "{actor} opposed {target}",
    "request": "{actor} made a request{to}",
    "condition": "{actor} set a condition{for_}",
    "warn": "{actor} warned{about}",
    "deny": "{actor} issued a denial{about}",
    "assure": "{actor} gave an assurance{about}",
    "forecast": "{actor} made a forecast{about}",
}
_RULING = {
    "barred": "{actor} barred the deployment",
    "allowed": "{actor} allowed the deployment",
    "dismissed": "{actor} dismissed the case",
    "stayed": "{actor} stayed the order",
    "extended": "{actor} extended the order",
}
_APPOINTMENT = {"in": "{target} took office{post}", "out": "{target} left office{post}"}
_HOLD = {
    "suspended": "{actor} held back {figure} for {target}",
    "resumed": "{actor} released {figure} for {target}",
}
_VOTES = {
    "votes_for": "{figure} for it in {actor}",
    "votes_against": "{figure} against it in {actor}",
    "votes_abstained": "{figure} withheld in {actor}",
}
_AGREEMENT = {
    "negotiating": "{both} were negotiating{pact}{place}",
    "agreed": "{both} agreed on{pact}{place}",
    "signed": "{both} signed{pact}{place}",
    "established": "{both} established{pact}{place}",
    "in_force": "{both} put{pact} into force",
    "ended": "{both} ended{pact}",
}
_SANCTION = {
    "imposed": "{actor} imposed sanctions{on}",
    "listed": "{actor} listed {names} under its sanctions",
    "renewed": "{actor} renewed the sanctions{on}",
    "lifted": "{actor} lifted sanctions{on}",
}
_EMERGENCY = {
    "declared": "{actor} declared an emergency measure{place}",
    "extended": "{actor} extended the emergency measure{place}",
    "lifted": "{actor} lifted the emergency measure{place}",
}
_ACCESS = {
    "closed": "{thing} closed",
    "suspended": "{thing} suspended",
    "reopened": "{thing} reopened",
    "evacuated": "{thing} evacuated",
}
_ELECTION = {
    "scheduled": "election to be held{place}",
    "postponed": "election put off{place}",
    "held": "election held{place}",
}
_CASUALTY = {"killed": "{figure} killed", "injured": "{figure} injured", "missing": "{figure} missing"}

Slots = Mapping[str, str]
_SHAPES: Mapping[str, Callable[[Development], str | None]] = {
    "mandate": lambda d: _MANDATE.get(d.outcome or ""),
    "funding_required": lambda d: _REQUIRED.get(d.measure or "", "{target} needs {figure}{measured}"),
    "pledge": lambda d: _PLEDGE.get(d.measure or "", "{actor} promised {target} {figure}"),
    "contribution": lambda d: "{actor} gave {target} {figure}" if d.actor else "{target} was given {figure}",
    "fund_total": lambda d: (_OF_CONTRIBUTOR if d.actor and d.actor == d.target else _TOTALS).get(
        d.measure or "", "{target}: {figure}{measured}"
    ),
    "funding_hold": lambda d: _HOLD.get(d.outcome or ""),
    "ceiling": lambda _: "The authorised or intended size of {target} was {figure}",
    "personnel_pledge": lambda d: _PERSONNEL.get(d.measure or "", "{actor} offered {target} {figure}"),
    "personnel_pledged": lambda _: "{target} had been offered {figure} in all",
    "movement": lambda d: _MOVEMENT.get(d.outcome or ""),
    "strength": lambda _: "{target} had {figure} on the ground",
    "statement": lambda d: _STATEMENT.get(d.outcome or "") if d.actor else None,
    "legal_ruling": lambda d: _RULING.get(d.outcome or "") if d.actor else None,
    "legal_filing": lambda d: "{actor} filed{what}{against}" if d.actor else None,
    "appointment": lambda d: _APPOINTMENT.get(d.outcome or "") if d.target else None,
    "delay": lambda d: "{actor} put off {late}{by}" if d.actor else None,
    "figure": lambda d: _VOTES.get(d.measure or "") if d.actor and d.count else None,
    "agreement": lambda d: _AGREEMENT.get(d.outcome or "") if d.actor else None,
    "sanction": lambda d: _SANCTION.get(d.outcome or "") if d.actor else None,
    "emergency": lambda d: _EMERGENCY.get(d.outcome or "") if d.actor else None,
    "access": lambda d: _ACCESS.get(d.outcome or "") if d.target or d.place else None,
    "election": lambda d: _ELECTION.get(d.outcome or ""),
    "legal_hearing": lambda d: "hearing at {actor}" if d.actor else None,
    "operation": lambda d: "operation of {actor}{versus}{place}{harm}" if d.actor else None,
    "incident": lambda d: "incident involving {both}{place}{harm}" if d.actor else None,
    "indicator": lambda d: "{figure}{happened}{place}" if d.count else None,
    "casualty": lambda d: _CASUALTY.get(d.outcome or "") if d.count else None,
}


def sentence(development: Development, names: Names, *, label: str | None = None) -> str:
    """Return what the development says, one line without a full stop, with its valid date where it has one.

    E.g. "400 police from Norway arrived, 25 June 2024". `label` is the kind's, for kinds that have no shape of their
    own or lack the slots it needs.
    """
    slots = _slots(development, names)
    shaped = _SHAPES.get(development.kind)
    shape = shaped(development) if shaped else None
    ahead = development.status is Status.PLANNED
    if ahead and shape is not None:
        shape = _PLANNED.get((development.kind, development.outcome), shape)
    said = _plain(development, slots, label) if shape is None else shape.format_map(slots)
    said += _details(development, names, shaped=shape is not None)
    lead_in = _LEAD_IN.get(development.status, "")
    when = f", {when_text(development.occurred)}" if development.occurred else ""
    line = " ".join(f"{lead_in}{said}{when}".split())
    return line[:1].upper() + line[1:]


def cited(claim: Claim, names: Names, *, label: str | None = None) -> str:
    """Return the sentence with its source and the day it was said, e.g. "… (AP, 25 June 2024)"; † = attested."""
    mark = " †" if claim.attested else ""
    said = claim.published or "undated"
    return f"{sentence(claim.development, names, label=label)} ({claim.source}, {said}){mark}"


def figure_said(development: Development) -> str:
    """Return the figure as printed, e.g. "about 400 police"; empty without one."""
    figure = figure_of(development)
    if figure is None:
        return ""
    unit = figure.unit or ("(currency not said)" if figure.money else "")
    said = figure_text(Decimal(figure.low), Decimal(figure.high), unit)
    return said if figure.approx is Approx.EXACT else f"{_APPROX[figure.approx]} {said}"


def _slots(development: Development, names: Names) -> Slots:
    actor = names.say(development.actor)
    target = names.say(development.target)
    figure = figure_said(development)
    about = names.say(development.about) or target
    unit = development.count.unit if development.count else None
    noun = "personnel" if development.outcome == "arrived" else "a contingent"
    return {
        "actor": actor or names.say(development.speaker) or "somebody",
        "target": target or "the mission",
        "figure": figure or ("money" if development.kind in _MONEY_KINDS else "personnel"),
        "measured": f" ({_words(development.measure)})" if development.measure else "",
        "people": (figure or noun) + (f" from {actor}" if actor else ""),
        "late": about or "its part",
        "by": f" by {figure}" if figure else "",
        "from_": f" {development.place}" if development.place else "",
        "place": f" in {development.place}" if development.place else "",
        "post": f" as {development.post}" if development.post else "",
        "to": f" to {target}" if target else "",
        "for_": f" for {about}" if about else "",
        "about": f" about {about}" if about else "",
        "what": f" {_article(development.instrument)}" if development.instrument else " a case",
        "against": f" ({target})" if target else "",
        "both": " and ".join(part for part in (actor, target) if part) or "somebody",
        "on": f" on {target}" if target else "",
        "versus": f" against {target}" if target else "",
        "pact": f" {_article(development.instrument)}" if development.instrument else " an agreement",
        "names": target or "names",
        "thing": target or development.place or "access",
        "harm": f": {figure} {_words(development.measure)}".rstrip() if figure else "",
        "happened": "" if development.measure in (None, unit) else f" {_words(development.measure)}",
    }


_MONEY_KINDS = ("pledge", "contribution", "fund_total", "funding_hold", "funding_required")
_PROMISES = ("pledge", "personnel_pledge")
_IN_SHAPE = ("legal_filing", "agreement")


def _plain(development: Development, slots: Slots, label: str | None) -> str:
    """A kind without a shape, slot by slot: "Logistics (delivered): the United States → the mission, 24 vehicles"."""
    head = label or development.kind.replace("_", " ")
    step = f" ({_words(development.outcome)})" if development.outcome else ""
    actor = slots["actor"] if development.actor or development.speaker else ""
    target = slots["target"] if development.target else ""
    parts = [" → ".join(part for part in (actor, target) if part)]
    parts.append(figure_said(development))
    unit = development.count.unit if development.count else None
    parts.append("" if development.measure in (None, unit) else _words(development.measure))
    parts.append(f"in {development.place}" if development.place else "")
    told = ", ".join(part for part in parts if part)
    return f"{head}{step}" + (f": {told}" if told else "")


def _details(development: Development, names: Names, *, shaped: bool) -> str:
    """What may stand behind any sentence: the instrument, the end, the reason, whose word it is."""
    told = []
    if development.instrument and not (shaped and development.kind in _IN_SHAPE):
        told.append(f"by {development.instrument}" if shaped else development.instrument)
    if development.until:
        until = "due" if development.kind in _PROMISES else "until"
        told.append(f"{until} {when_text(development.until)}")
    if development.reason:
        told.append(f"because of {development.reason}")
    if development.speaker and development.speaker not in (development.actor, development.target):
        told.append(f"according to {names.say(development.speaker)}")
    return "".join(f", {part}" for part in told)


def _words(name: str | None) -> str:
    return (name or "").replace("_", " ")


def _article(noun: str) -> str:
    return noun if noun[:1].isupper() else f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"
