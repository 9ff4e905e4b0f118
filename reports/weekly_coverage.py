"""What we did not hear: the period's counts, gaps, silent and failing feeds."""

from reports.coverage import coverage
from reports.kept import FeedHealth, Gap
from reports.weekly_issue import Issue
from reports.weekly_model_coverage import CoverageSection, FeedLine, GapLine
from reports.weekly_words import day_text, plain

_REASONS = {
    "no_overlap": "two polls in a row had no item in common",
    "empty": "the feed was empty",
    "failing": "the feed failed",
    "asleep": "the watch was not running",
}
GAPS_MAX = 12


def coverage_section(issue: Issue) -> CoverageSection:
    """Return what was heard in the period, and what may have been missed."""
    start = issue.edition.period.start
    state = coverage(issue.after, now=issue.now, since=start)
    earlier = issue.before.feeds
    feeds = [_feed(feed, earlier.get(feed.name)) for feed in state.feeds]
    fresh = [
        item
        for item in issue.after.items.values()
        if not item.baseline and item.versions[0].position > issue.before.position
    ]
    gaps = [gap for gap in state.gaps if gap.since < issue.edition.as_of]
    return CoverageSection(
        items=len(fresh),
        in_scope=sum(item.in_scope for item in fresh),
        coded=sum(item.developments > 0 for item in fresh),
        languages=_languages([item.language for item in fresh]),
        silent=tuple(plain(name, 80) for name in state.silent),
        gaps=tuple(_gap(gap) for gap in gaps[-GAPS_MAX:]),
        more_gaps=max(len(gaps) - GAPS_MAX, 0),
        feeds=tuple(feeds),
    )


def _languages(found: list[str | None]) -> tuple[str, ...]:
    if not any(found):
        return ()
    counts: dict[str, int] = {}
    for language in found:
        name = plain((language or "unknown").partition("-")[0].lower(), 12)
        counts[name] = counts.get(name, 0) + 1
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    return tuple(f"{name} {round(100 * count / len(found))} percent" for name, count in ranked)


def _gap(gap: Gap) -> GapLine:
    return GapLine(
        feed=plain(gap.feed, 80) if gap.feed else "the whole watch",
        reason=_REASONS.get(gap.reason, plain(gap.reason, 80)),
        since=gap.since,
        until=gap.until,
    )


def _feed(now: FeedHealth, before: FeedHealth | None) -> FeedLine:
    state = plain(now.state, 40)
    if now.failure and now.since:
        state = f"{state} since {day_text(now.since.date())}: {plain(now.failure, 80)}"
    return FeedLine(
        feed=plain(now.name, 80),
        state=state,
        polls=now.polls - (before.polls if before else 0),
        failures=now.failures - (before.failures if before else 0),
        items=now.items - (before.items if before else 0),
        in_scope=now.in_scope - (before.in_scope if before else 0),
        coded=now.coded - (before.coded if before else 0),
    )
