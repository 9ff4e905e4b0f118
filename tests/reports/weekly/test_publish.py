"""Publishing: every closed week once, from the record before its end, and nothing twice."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec

from ledger.application import Ledger
from ledger.clocks import VirtualClock
from ledger.events import ReportPublished
from reports.publish import PublishReport, due, publish_due, published
from reports.rebuild import kept, rebuild
from reports.weekly_model import WeeklyReport

NOW = datetime(2024, 6, 18, 12, tzinfo=UTC)
REBUILD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from ledger.application import Ledger
from ledger.clocks import VirtualClock
from reports.rebuild import rebuild
ledger = Ledger.open(Path(sys.argv[1]), clock=VirtualClock(datetime(2031, 1, 1, tzinfo=UTC)), write=False)
for number in sys.argv[2:]:
    result = rebuild(ledger, number)
    print(number, result.ok, *(file.rebuilt for file in result.files))
"""


def test_every_closed_week_is_published_once(story: Any, tmp_path: Path):
    """After a break of two weeks both reports appear in order, and a second run adds nothing."""
    folder = tmp_path / "reports"
    done = publish_due(story.ledger, NOW, folder=folder)
    assert [event.report_id for event in done] == ["TST-W-2024-23", "TST-W-2024-24"]
    head = story.ledger.head
    assert publish_due(story.ledger, NOW, folder=folder) == ()
    assert story.ledger.head == head
    assert sorted(path.name for path in folder.iterdir()) == [
        f"TST-W-2024-{week}.{form}" for week in (23, 24) for form in ("html", "json", "md")
    ]
    for event in done:
        for form, digest in event.files.items():
            content = (folder / f"{event.report_id}.{form}").read_bytes()
            assert sha256(content).hexdigest() == digest
            assert kept(story.ledger, event.report_id, form) == content


def test_a_report_is_made_from_what_was_recorded_before_its_end(story: Any):
    """Published late, a report still holds what stood in the record at the end of its week and no more."""
    first, _ = publish_due(story.ledger, NOW)
    assert first.end == datetime(2024, 6, 10, 4, tzinfo=UTC)
    assert first.position == story.ledger.position_at(first.end - timedelta(microseconds=1))
    assert first.root == story.ledger.recorder.root(first.position).hex()
    report = _report(story.ledger, first.report_id)
    assert all(told.id != "third-fund_total-33" for track in report.tracks for told in track.told)
    assert report.masthead.previous is None
    assert _report(story.ledger, "TST-W-2024-24").masthead.previous == first.report_id


def test_catching_up_gives_the_bytes_of_one_at_a_time(story: Any, tmp_path: Path):
    """Made in one pass over many weeks or each by itself, later and in any order, the reports are the same."""
    late = publish_due(story.ledger, NOW)
    again = [rebuild(story.ledger, event.report_id) for event in late]
    assert all(result.ok for result in again)
    alone = Ledger.open(_copy(story, tmp_path), clock=VirtualClock(NOW), write=False)
    with alone:
        assert [rebuild(alone, event.report_id).files for event in reversed(late)] == [
            result.files for result in reversed(again)
        ]


def test_two_publishers_at_once_publish_one_report(story: Any):
    """A second process that decides to publish the same week records nothing."""
    event, _ = publish_due(story.ledger, NOW)
    head = story.ledger.head
    assert story.ledger.do(PublishReport(event)) == ()
    assert story.ledger.head == head
    assert published(story.ledger, event.report_id) == event


def test_nothing_is_due_while_the_first_week_lasts(story: Any):
    """Until the first week has ended no report is due."""
    assert list(due(story.ledger, datetime(2024, 6, 10, 3, 59, tzinfo=UTC))) == []
    assert [period.text for period in due(story.ledger, datetime(2024, 6, 10, 4, tzinfo=UTC))] == ["2024-W23"]


def test_a_copied_ledger_rebuilds_every_byte_elsewhere(story: Any, tmp_path: Path):
    """On another machine, in another zone, language and hash seed, every format has the published hash."""
    done = publish_due(story.ledger, NOW)
    folder = _copy(story, tmp_path)
    wanted = [
        f"{event.report_id} True {' '.join(event.files[form] for form in sorted(event.files))}"
        for event in done
    ]
    root = str(Path(__file__).parents[3])
    for zone, language, seed in (("Asia/Kathmandu", "C", "1"), ("America/Adak", "fr_FR.UTF-8", "77")):
        env = os.environ | {"TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed, "PYTHONPATH": root}
        command = [sys.executable, "-c", REBUILD, str(folder), *(event.report_id for event in done)]
        found = subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, text=True, check=True)
        assert found.stdout.splitlines() == wanted


def test_the_record_of_a_publication_names_what_made_it(story: Any):
    """ReportPublished names the renderer and the hash of every format."""
    event, _ = publish_due(story.ledger, NOW)
    assert isinstance(event, ReportPublished)
    assert event.renderer.startswith("weekly/")
    assert set(event.files) == {"html", "md", "json"}


def _copy(story: Any, tmp_path: Path) -> Path:
    story.ledger.close()
    copy = tmp_path / "elsewhere"
    shutil.copytree(story.folder, copy)
    story.ledger = Ledger.open(story.folder, clock=story.clock)
    return copy


def _report(ledger: Ledger, number: str) -> WeeklyReport:
    return msgspec.json.decode(kept(ledger, number, "json"), type=WeeklyReport)
