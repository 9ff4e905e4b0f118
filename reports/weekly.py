"""The weekly report, assembled: a pure function of two states of the desk, the period between them and stored texts."""

import msgspec

from reports.brief import bottom_line, change_lines, dates_ahead, questions
from reports.brief_tiles import moves, pairs, printed
from reports.charts_data import charts_of
from reports.desk import Desk
from reports.evidence import Texts
from reports.names import names_for
from reports.references import Register
from reports.weekly_coverage import coverage_section
from reports.weekly_issue import Edition, Issue
from reports.weekly_model import SCHEMA, Integrity, Masthead, WeeklyReport
from reports.weekly_sections import alert_lines, chronology, disputed, tracker
from reports.weekly_told import News, news_of, numbers_of, sections, split
from reports.weekly_words import plain

TITLE = "Weekly report"


def assemble(edition: Edition, before: Desk, after: Desk, texts: Texts) -> WeeklyReport:
    """Return the report of an edition.

    `before` is the desk at the period's start, `after` at `edition.position`. Raises EvidenceMissing, naming the
    development, for a figure without evidence, and ConfigurationError if the record has no configuration yet.
    """
    news = news_of(before, after)
    limit = after.configuration.report.developments_max
    issue = Issue(
        edition=edition,
        before=before,
        after=after,
        names=names_for(after.configuration),
        register=Register(after, texts),
        numbers=numbers_of(news, limit),
    )
    return _printed(issue, news, limit)


def _printed(issue: Issue, news: tuple[News, ...], limit: int) -> WeeklyReport:
    # References are numbered as they are first cited, so the parts are made in the order in which they are read.
    both = pairs(issue)
    states = [pair.after for pair in both]
    moved = moves(issue, both)
    dates, more_dates = dates_ahead(issue)
    tiles = printed(issue, both)
    changed = change_lines(issue, moved, news)
    first, rest = split(news, limit)
    tracks = sections(issue, first, rest)
    disputes, more_disputes = disputed(issue, states)
    charts = charts_of(issue, states)
    steps = tracker(issue)
    alerts = alert_lines(issue)
    report = WeeklyReport(
        schema=SCHEMA,
        masthead=_masthead(issue, news),
        bottom_line=bottom_line(issue, moved, news, dates),
        questions=questions(issue, states, news),
        dates=dates,
        tiles=tiles,
        changes=changed,
        tracks=tracks,
        disputes=disputes,
        charts=charts,
        cases=steps,
        alerts=alerts,
        coverage=coverage_section(issue),
        annex=sections(issue, rest, ()),
        more_dates=more_dates,
        more_disputes=more_disputes,
        chronology=chronology(issue),
        references=(),
        integrity=_integrity(issue.edition),
        empty=(),
    )
    return msgspec.structs.replace(report, references=issue.register.references(), empty=_empty(report))


def _masthead(issue: Issue, news: tuple[News, ...]) -> Masthead:
    edition, mission = issue.edition, issue.after.configuration.mission
    return Masthead(
        id=edition.id,
        title=plain(issue.after.configuration.report.title or TITLE, 80),
        mission=plain(mission.name, 160),
        zone=mission.zone,
        week=edition.period.text,
        first_day=issue.first_day,
        last_day=issue.last_day,
        start=edition.period.start,
        end=edition.period.end,
        as_of=edition.as_of,
        position=edition.position,
        root=edition.root,
        previous=edition.previous,
        state=edition.state,
        virtual=issue.after.virtual,
        reported=len(news),
        reviewed=sum(each.lead.tier == "confirmed" for each in news),
    )


def _integrity(edition: Edition) -> Integrity:
    rebuilds = f"sitledger report rebuild {edition.id}"
    again = f"sitledger report weekly --as-of {edition.position}"
    published = (rebuilds, "sitledger verify", f"sitledger prove {edition.id} > proof")
    commands = published if edition.state == "published" else (again,)
    return Integrity(first=1, last=edition.position, root=edition.root, commands=commands)


def _empty(report: WeeklyReport) -> tuple[str, ...]:
    named = {
        "dates ahead": report.dates,
        "key figures": report.tiles,
        "changes since the last report": report.changes,
        "disputed figures": report.disputes,
        "charts": report.charts,
        "legal and mandate tracker": report.cases,
        "alerts": report.alerts,
    }
    return tuple(name for name, content in named.items() if not content)
