"""Page one: bottom line, standing questions, dates ahead, what changed. Only admitted claims get in.

The bottom line is composed by this rule. Every indicator whose admitted figure differs from the last report's gives
one clause, in the order of the configuration, three at most. Without any, the sentence says that no key figure changed and how many developments were reported. The
next date of the following thirty days ends it. The overall arrow needs three or more moves that a person confirmed,
all for better or all for worse, and no move, confirmed or not, the other way; otherwise there is no basis for one, and
silence is never "same".
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

from ledger.developments import When
from reports.admission import trust
from reports.cases import cases
from reports.changes import Changed, changes
from reports.deadlines import Due, deadlines
from reports.indicators import Tile as State
from reports.weekly_issue import Issue
from reports.weekly_model import BottomLine, ChangeLine, DateAhead, Move, QuestionLine
from reports.weekly_told import News
from reports.weekly_words import counted, day_text, plain, when_text

CLAUSES_MAX = 3
CONFIRMED_MIN = 3
SOON = timedelta(days=30)
DATES_MAX = 6
OVERDUE_MAX = 3
CHANGES_MAX = 8
NUMBERS_MAX = 6


def bottom_line(
    issue: Issue, moved: Sequence[Move], news: Sequence[News], dates: Sequence[DateAhead]
) -> BottomLine:
    """Return the composed sentence and the overall arrow."""
    clauses = [f"{move.label}: {move.text}" for move in moved[:CLAUSES_MAX]]
    if len(moved) > CLAUSES_MAX:
        clauses.append(f"{counted(len(moved) - CLAUSES_MAX, 'more key figure')} changed")
    sentence = "; ".join(clauses) + "." if clauses else _quiet(news)
    last = issue.last_day
    ahead = next((each for each in dates if not each.overdue and each.day <= last + SOON), None)
    if ahead is not None:
        sentence += f" Next date, {ahead.text}: {ahead.label}."
    arrow, basis = overall(moved)
    refs = sorted({ref for move in moved[:CLAUSES_MAX] for ref in move.refs})
    return BottomLine(sentence=sentence, arrow=arrow, basis=basis, moves=tuple(moved), refs=tuple(refs))


def overall(moved: Sequence[Move]) -> tuple[Literal["better", "worse", "none"], str]:
    """Return the overall arrow, and in words what it rests on."""
    good = [move.good for move in moved if move.confirmed and move.good is not None]
    ways = {move.good for move in moved if move.good is not None}
    if len(good) >= CONFIRMED_MIN and len(ways) == 1:
        arrow: Literal["better", "worse"] = "better" if good[0] else "worse"
        return arrow, f"{len(good)} confirmed moves, all for the {arrow}."
    if not moved:
        return (
            "none",
            "No basis for an overall direction: no key figure moved. No news does not mean no change.",
        )
    if len(good) >= CONFIRMED_MIN:
        return "none", "No basis for an overall direction: the moves point both ways."
    return "none", (
        f"No basis for an overall direction: it takes {CONFIRMED_MIN} moves of key figures for better or worse "
        f"that a person confirmed, and this week has {len(good) or 'none'}."
    )


def _quiet(news: Sequence[News]) -> str:
    if not news:
        return "No key figure changed and no new development was reported."
    admitted = sum(each.admission.admitted for each in news)
    if len(news) == 1:
        return f"No key figure changed; one new development was reported, {'' if admitted else 'not '}reliable enough for this page."
    return (
        f"No key figure changed; {len(news)} new developments were reported, "
        f"{admitted or 'none'} of them reliable enough for this page."
    )


def questions(issue: Issue, states: Sequence[State], news: Sequence[News]) -> tuple[QuestionLine, ...]:
    """Return the standing questions with the admitted developments of the week that bear on them."""
    threads = {
        each.case.id: {claim.id for claim in (*each.steps, *each.ahead)}
        for each in cases(issue.after, now=issue.now, on=issue.last_day)
    }
    figures = {
        state.indicator.id: {claim.id for claim in state.fact.claims} for state in states if state.fact
    }
    found = []
    for question in issue.after.configuration.questions:
        bears = set(question.bears)
        named = {name for bear in bears for name in (threads.get(bear) or figures.get(bear) or ())}
        numbers = [
            issue.numbers[each.lead.id]
            for each in news
            if each.admission.admitted
            and (
                {each.lead.development.kind, each.track} & bears
                or any(claim.id in named for claim in each.claims)
            )
        ]
        found.append(
            QuestionLine(text=plain(question.text, 200), numbers=tuple(sorted(numbers)[:NUMBERS_MAX]))
        )
    return tuple(found)


def dates_ahead(issue: Issue) -> tuple[tuple[DateAhead, ...], tuple[DateAhead, ...]]:
    """Return the dates of page one (admitted: the latest overdue and the next due), and all others."""
    found = deadlines(issue.after, now=issue.now, on=issue.last_day)
    dated = [each for each in found if each.state in {"due", "overdue"} and each.until is not None]
    dated.sort(key=lambda each: (each.until, each.id))
    trusted = [each for each in dated if _trusted(each)]
    overdue = [each for each in trusted if each.state == "overdue"][-OVERDUE_MAX:]
    first = [*overdue, *[each for each in trusted if each.state == "due"][: DATES_MAX - len(overdue)]]
    rest = [each for each in dated if each not in first]
    return tuple(_date(issue, each) for each in first), tuple(_date(issue, each) for each in rest)


def _trusted(due: Due) -> bool:
    return due.by is None or trust(due.by, due.claims).admitted


def _date(issue: Issue, due: Due) -> DateAhead:
    assert due.until is not None
    return DateAhead(
        label=plain(due.label, 160),
        text=when_text(When(text=due.text)) if due.text else day_text(due.until),
        day=due.until,
        days=(due.until - issue.last_day).days,
        overdue=due.state == "overdue",
        kind=due.kind,
        source=plain(due.source, 80),
        admitted=_trusted(due),
        note=plain(due.note, 120) if due.note else None,
        refs=issue.register.cite(due.by) if due.by else (),
    )


def change_lines(issue: Issue, moved: Sequence[Move], news: Sequence[News]) -> tuple[ChangeLine, ...]:
    """Return what differs from the last report: figures first, then disputes, corrections and edits, then what is new."""
    lines = [
        ChangeLine(what="figure", text=f"{move.label}: {move.text}", numbers=(), refs=move.refs)
        for move in moved
    ]
    if issue.has_before:
        lines += _facts(issue)
    kept = lines[:CHANGES_MAX]
    if len(lines) > len(kept):
        kept.append(
            ChangeLine(what="figure", text=f"{len(lines) - len(kept)} more changes of facts told earlier")
        )
    if news:
        kept.append(_new(issue, news))
    return tuple(kept)


def _facts(issue: Issue) -> list[ChangeLine]:
    found = changes(issue.before, issue.after, then=issue.then, now=issue.now, on=issue.last_day)
    lines = [line for each in found.facts if (line := _line(issue, each)) is not None]
    order: list[str] = [what for what, _ in _KINDS.values()]
    return sorted(lines, key=lambda line: order.index(line.what))


_What = Literal["revised", "source edited", "disputed", "settled", "confirmed", "withdrawn"]
_KINDS: dict[str, tuple[_What, str]] = {
    "disputed": ("disputed", "{fact}: {new}; {why}"),
    "gone": ("withdrawn", "{fact}: {why}"),
    "revised": ("revised", "{fact}: {old} → {new}; {why}"),
    "edited": ("source edited", "{fact}; {why}"),
    "settled": ("settled", "{fact}: {new}; {why}"),
    "confirmed": ("confirmed", "{fact}; {why}"),
}


def _line(issue: Issue, changed: Changed) -> ChangeLine | None:
    """Return one line; nothing for what is new (told below) and for what nobody admitted before or after."""
    if changed.kind not in _KINDS or not _was_admitted(issue, changed):
        return None
    what, words = _KINDS[changed.kind]
    text = words.format(
        fact=issue.told(changed.claim).rstrip("."),
        old=plain(changed.old or "no figure", 80),
        new=plain(changed.new or "no figure", 80),
        why=plain(changed.why, 160),
    )
    claim = changed.claim
    return ChangeLine(
        what=what, text=f"{text}.", numbers=issue.number_of(claim), refs=issue.register.cite(claim)
    )


def _was_admitted(issue: Issue, changed: Changed) -> bool:
    return any(
        fact is not None and fact.lead is not None
        for desk in (issue.before, issue.after)
        if changed.claim.id in desk.claims
        for fact in (desk.fact_of(changed.claim.id),)
    )


def _new(issue: Issue, news: Sequence[News]) -> ChangeLine:
    admitted = [each for each in news if each.admission.admitted]
    best = sorted(issue.numbers[each.lead.id] for each in admitted)[:NUMBERS_MAX]
    share = "all" if len(admitted) == len(news) else f"{len(admitted)} of them"
    words = f"{counted(len(news), 'development')}, {share} reliable enough for this page"
    return ChangeLine(what="new", text=words, numbers=tuple(best))
