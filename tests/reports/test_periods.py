"""Periods: every ISO week exactly once, in every zone."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ConfigurationError, UsageError
from reports.periods import (
    closed_periods,
    period_after,
    period_at,
    period_before,
    period_in,
    period_named,
    report_id,
    zone_named,
)

ZONES = sorted(zone for zone in available_timezones() if zone not in {"localtime", "Factory"})
zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone


@given(zones, instants)
def test_every_instant_has_one_week(zone: ZoneInfo, instant: datetime):
    """An instant lies in exactly one week, and the weeks touch without gap or overlap."""
    period = period_at(instant, zone)
    assert period.start <= instant < period.end
    assert period_after(period, zone).start == period.end
    assert period_before(period, zone).end == period.start


@given(zones, st.integers(1990, 2039))
def test_a_year_of_weeks_is_reported_exactly_once(zone: ZoneInfo, year: int):
    """A daemon that wakes at odd times publishes each week of a year once, whatever the clocks do."""
    opened = datetime(year, 1, 10, 12, tzinfo=UTC)
    done: list[str] = []
    for hours in range(0, 380 * 24, 61):
        due = closed_periods(opened, opened + timedelta(hours=hours), zone)
        done += [period.text for period in due if period.text not in done]
    monday = date.fromisocalendar(*opened.astimezone(zone).isocalendar()[:2], 1)
    weeks = [(monday + timedelta(days=7 * n)).isocalendar() for n in range(len(done))]
    assert done == [f"{week.year}-W{week.week:02}" for week in weeks]
    assert 52 <= len(done) <= 55


@pytest.mark.parametrize(
    ("zone", "week", "start"),
    [
        ("UTC", (2024, 26), "2024-06-24T00:00:00+00:00"),
        ("America/Port-au-Prince", (2024, 26), "2024-06-24T04:00:00+00:00"),
        ("America/Port-au-Prince", (2024, 11), "2024-03-11T04:00:00+00:00"),
        ("Europe/Berlin", (2024, 14), "2024-03-31T22:00:00+00:00"),
        # Tehran's clocks jumped over midnight of this Monday; the first instant that existed was 01:00.
        ("Asia/Tehran", (2021, 12), "2021-03-21T20:30:00+00:00"),
    ],
)
def test_a_week_begins_at_the_first_instant_of_its_monday(zone: str, week: tuple[int, int], start: str):
    """The start of a week in UTC follows the zone's offset on that Monday."""
    assert period_in(*week, ZoneInfo(zone)).start.isoformat() == start


def test_the_week_of_the_opening_is_the_first():
    """A ledger opened on a Thursday gets its first report for that partial week, once it has ended."""
    zone = ZoneInfo("UTC")
    opened = datetime(2024, 6, 27, 15, tzinfo=UTC)
    assert list(closed_periods(opened, datetime(2024, 6, 30, 23, 59, tzinfo=UTC), zone)) == []
    weeks = [period.text for period in closed_periods(opened, datetime(2024, 7, 15, tzinfo=UTC), zone)]
    assert weeks == ["2024-W26", "2024-W27", "2024-W28"]


def test_report_numbers_use_the_iso_year():
    """The last days of December may belong to week 1 of the next year, and the number says so."""
    period = period_at(datetime(2024, 12, 31, tzinfo=UTC), ZoneInfo("UTC"))
    assert report_id("MSS", period) == "MSS-W-2025-01"


def test_words_that_are_no_week_or_zone_are_refused():
    """A mistyped week or zone is told to the user, not guessed."""
    with pytest.raises(UsageError, match="2024-W26"):
        period_named("26/2024", ZoneInfo("UTC"))
    with pytest.raises(UsageError, match="no week 53"):
        period_named("2024-W53", ZoneInfo("UTC"))
    with pytest.raises(ConfigurationError, match="zone"):
        zone_named("Europe/Nowhere")
