"""The configuration file: what it may say, and how it is told what it may not."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.codebook import Mode
from ledger.configuration import Configuration, fingerprint
from ledger.errors import ConfigurationError
from watchers.config import load, read
from watchers.config_lines import key_lines, line_of, with_tables
from watchers.config_tables import TABLES, seconds

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "config.toml"

SMALL = """\
[mission]
id = "X"
name = "An example"

[fetch]
contact = "desk@example.org"

[[source]]
name = "Agency"
grade = "B"

[[feed]]
name = "agency"
source = "Agency"
url = "https://agency.example.invalid/rss"

[[indicator]]
id = "money"
label = "Money"
kinds = ["fund_total"]
unit = "USD"

[[destination]]
name = "log"
kind = "file"
path = "data/alerts.log"
"""


def told(text: str) -> str:
    """Return what the user reads when the text is refused."""
    with pytest.raises(ConfigurationError) as caught:
        read(text, "config.toml")
    return str(caught.value)


def line(text: str, part: str) -> int:
    """Return the line on which the part stands."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_the_shipped_configuration_is_accepted_whole() -> None:
    """The desk that ships with the product reads without a complaint and has every part that a report needs."""
    desk = load(SHIPPED)
    assert desk.mission.zone == "America/Port-au-Prince"
    assert {"console", "file"} == {destination.kind for destination in desk.destinations}
    assert {rule.kind for rule in desk.alerts} == {"development", "threshold", "deadline"}
    assert {feed.source for feed in desk.feeds} == {source.name for source in desk.sources}
    assert desk.codebook.kind("movement").mode is Mode.FLOW
    assert [file.name for file in desk.extraction]


def test_the_shipped_names_keep_the_two_alliances_apart() -> None:
    """Third Voice Alliance is no alias of Thirdway Alliance: only a review may say that they are one."""
    desk = load(SHIPPED)
    names = {name.canonical: name for name in desk.names}
    thirdway = {alias.casefold() for alias in names["Thirdway Alliance"].aliases}
    assert "thirdway alliance kenya" in thirdway
    assert "third voice alliance" not in thirdway
    assert names["Third Voice Alliance"].aliases == ()


def test_the_shipped_desk_watches_public_addresses_only() -> None:
    """Every shipped feed is fetched over TLS from a public name, and no feed address stands twice."""
    urls = [feed.url for feed in load(SHIPPED).feeds]
    assert all(url is not None and url.startswith("https://") for url in urls)
    assert len(urls) == len(set(urls))


def test_the_same_file_gives_the_same_fingerprint() -> None:
    """Reading a file twice gives equal configurations, so no event is recorded for nothing."""
    assert fingerprint(load(SHIPPED)) == fingerprint(load(SHIPPED))


def test_durations_are_written_as_people_write_them() -> None:
    """`every = "2h"` is 7200 seconds, and the manners of fetching take the same form."""
    text = SMALL.replace('source = "Agency"\n', 'source = "Agency"\nevery = "2h"\n').replace(
        "[fetch]", '[fetch]\ntimeout = "45s"\nceiling = "7d"'
    )
    desk = read(text, "config.toml")
    assert desk.feeds[0].every_s == 7_200
    assert (desk.fetching.timeout_s, desk.fetching.ceiling_s) == (45.0, 604_800)
    assert desk.fetching.floor_s == 900


def test_a_missing_file_names_the_command_that_makes_one(tmp_path: Path) -> None:
    """A folder without a configuration is told how to get one."""
    with pytest.raises(ConfigurationError, match="sitledger init"):
        load(tmp_path / "config.toml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    """Bytes that are not UTF-8 are named as such; a byte order mark is no harm."""
    path = tmp_path / "config.toml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ConfigurationError, match="UTF-8"):
        load(path)
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load(path).mission.id == "X"


def test_a_slip_of_a_key_is_told_with_line_and_the_nearest_key() -> None:
    """The message is one that an editor can jump to, and it guesses what was meant."""
    text = SMALL.replace("url =", "ulr =")
    words = told(text)
    assert f'config.toml:{line(text, "ulr")}: feed[1].ulr: unknown key; did you mean "url"?' in words


def test_broken_toml_is_told_with_its_line() -> None:
    """A syntax error names the line where it stands."""
    text = SMALL.replace('name = "An example"', "name = An example")
    assert told(text).startswith(f"config.toml:{line(text, 'An example')}: not TOML")


def test_several_problems_are_told_at_once_but_no_more_than_ten() -> None:
    """One run of the check is enough to mend a file; a flood is cut off and counted."""
    text = SMALL + "".join(f'[[question]]\nid = "q{n}"\ntext = "?"\nwrong = 1\n' for n in range(12))
    lines = told(text).splitlines()
    assert len(lines) == 11
    assert lines[-1] == "and 2 more"
    assert [int(part.split(":")[1]) for part in lines[:-1]] == sorted(
        int(part.split(":")[1]) for part in lines[:-1]
    )


@pytest.mark.parametrize(
    ("old", "new", "at", "words"),
    [
        ('id = "X"', 'id = "X Y"', "mission.id", "report numbers"),
        ('id = "X"', 'id = "X"\nzone = "Mars/Olympus"', "mission.zone", "unknown time zone"),
        ('contact = "desk@example.org"', 'contact = "nobody"', "fetch.contact", "mail address"),
        ('contact = "desk@example.org"', 'contact = "a@b.c"\nfloor = "2h"', "fetch.interval", "between"),
        ('contact = "desk@example.org"', 'contact = "a@b.c"\nfloor = 900', "fetch.floor", "duration"),
        (
            'contact = "desk@example.org"',
            'contact = "a@b.c"\nconcurrency = 0',
            "fetch.concurrency",
            "at least 1",
        ),
        ('grade = "B"', 'grade = "G"', "source[1].grade", "A to F"),
        ('grade = "B"', "grade = 2", "source[1].grade", "Expected text, got a whole number"),
        ('source = "Agency"', 'source = "Agancy"', "feed[1].source", "no [[source]] is named 'Agancy'"),
        ("https://agency", "ftp://agency", "feed[1].url", "https://"),
        ("https://agency", "https://me:secret@agency", "feed[1].url", "credentials"),
        ("https://agency.example.invalid/rss", "https:///rss", "feed[1].url", "no host"),
        (
            "https://agency.example.invalid",
            "https://agency.example.invalid:99999",
            "feed[1].url",
            "no address",
        ),
        ('url = "https://agency.example.invalid/rss"', 'kind = "page"', "feed[1].kind", "feed, archive"),
        ('url = "https://agency.example.invalid/rss"', "", "feed[1]", 'needs the key "url"'),
        ('source = "Agency"', 'source = "Agency"\nevery = "1m"', "feed[1].every", "fetch.floor"),
        ('kinds = ["fund_total"]', 'kinds = ["found_total"]', "indicator[1].kinds", "no kind is named"),
        ('unit = "USD"', 'unit = "USD"\ngoal = nan', "indicator[1].goal", "number"),
        (
            'unit = "USD"',
            'unit = "USD"\ngoal_indicator = "need"',
            "indicator[1].goal_indicator",
            "known here: money",
        ),
        ('path = "data/alerts.log"', 'path = "/var/log/x"', "destination[1]", "inside the home"),
        ('path = "data/alerts.log"', 'path = "../x"', "destination[1]", "inside the home"),
        ('path = "data/alerts.log"', "", "destination[1]", 'needs the key "path"'),
        ('kind = "file"', 'kind = "webhook"', "destination[1]", 'needs the key "env"'),
        ('path = "data/alerts.log"', 'env = "https://hook"', "destination[1].env", "environment variable"),
        ("[mission]", "[mision]", "mision", 'did you mean "mission"?'),
        ("[[source]]", "[source]", "source", "double brackets"),
    ],
)
def test_what_the_file_may_not_say_is_told_at_its_key(old: str, new: str, at: str, words: str) -> None:
    """Each kind of mistake names the key that holds it and says what is wrong."""
    assert old in SMALL
    message = told(SMALL.replace(old, new, 1))
    assert any(f": {at}: " in row and words in row for row in message.splitlines()), message


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        ('[[source]]\nname = "agency"\n', "stands twice"),
        (
            '[[feed]]\nname = "agency"\nsource = "Agency"\nurl = "https://b.example.invalid/"\n',
            "stands twice",
        ),
        (
            '[[feed]]\nname = "b"\nsource = "Agency"\nurl = "https://agency.example.invalid/rss"\n',
            "of feed 'agency'",
        ),
        ('[[indicator]]\nid = "money"\nlabel = ""\nkinds = ["pledge"]\nunit = "USD"\n', "stands twice"),
        ('[[destination]]\nname = "log"\nkind = "console"\n', "stands twice"),
        ('[[deadline]]\nid = "d"\nlabel = "D"\nuntil = "2024-13"\nsource = "s"\n', "month must be in 1..12"),
        (
            '[[name]]\ncanonical = "A"\naliases = ["X"]\n[[name]]\ncanonical = "B"\naliases = ["x"]\n',
            "stands for 'A'",
        ),
        ('[[name]]\ncanonical = "A"\n[[name]]\ncanonical = "B"\naliases = ["A"]\n', "stands for 'A'"),
        ('[[alert]]\nname = "a"\nkind = "development"\n', '"on"'),
        ('[[alert]]\nname = "a"\nkind = "development"\non = ["ruling"]\n', "no kind is named 'ruling'"),
        (
            '[[alert]]\nname = "a"\nkind = "development"\non = ["delay"]\nnotify = ["desk"]\n',
            "known here: log",
        ),
        ('[[alert]]\nname = "a"\nkind = "deadline"\n', '"days"'),
        ('[[alert]]\nname = "a"\nkind = "threshold"\nindicator = "money"\n', '"below" and "above"'),
        (
            '[[alert]]\nname = "a"\nkind = "threshold"\nindicator = "mony"\nbelow = {value = 1}\n',
            "known here: money",
        ),
        ('[[alert]]\nname = "a"\nkind = "threshold"\nindicator = "money"\nbelow = {}\n', 'either "value"'),
        (
            '[[alert]]\nname = "a"\nkind = "threshold"\nindicator = "money"\nbelow = {valeu = 1}\n',
            'mean "value"',
        ),
        ('[[alert]]\nname = "a"\nkind = "stale"\n', "development, threshold, deadline"),
        (
            '[[alert]]\nname = "a"\nkind = "deadline"\ndays = [7]\nseverity = "loud"\n',
            "info, warning, critical",
        ),
        ('[[question]]\nid = "q"\ntext = "?"\nbears = ["weather"]\n', "named 'weather'"),
        ('[[kind]]\nname = "k"\ntrack = "sport"\nmode = "mark"\nlabel = "K"\n', "kind[1].track"),
        (
            '[[kind]]\nname = "k"\ntrack = "legal"\nmode = "mark"\nlabel = "K"\nneeds = ["cash"]\n',
            "kind[1].needs",
        ),
    ],
)
def test_clashes_and_names_of_nothing_are_refused(addition: str, words: str) -> None:
    """A thing is declared once, and what a table names must exist."""
    message = told(SMALL + addition)
    assert words in message
    assert message.startswith("config.toml:")


def test_a_date_may_be_written_as_toml_writes_it() -> None:
    """`until = 2024-07-02` and `until = "2024-07-02"` are the same deadline."""
    entry = '[[deadline]]\nid = "d"\nlabel = "D"\nuntil = {}\nsource = "s"\n'
    bare, quoted = (read(SMALL + entry.format(day), "c") for day in ("2024-07-02", '"2024-07-02"'))
    assert bare.deadlines == quoted.deadlines


def test_the_file_adds_kinds_and_narrows_shipped_ones() -> None:
    """A new kind joins the code book, and one of a shipped name takes its place."""
    text = SMALL + (
        '[[track]]\nname = "aid"\nlabel = "Aid"\n'
        '[[kind]]\nname = "convoy"\ntrack = "aid"\nmode = "flow"\nlabel = "Convoy"\n'
        '[[kind]]\nname = "delay"\ntrack = "logistics"\nmode = "mark"\nlabel = "Delay"\nneeds = ["until"]\n'
    )
    small, book = read(SMALL, "c").codebook, read(text, "c").codebook
    assert len(book.kinds) == len(small.kinds) + 1
    assert book.kind("convoy").track == "aid"
    assert book.kind("delay").needs == ("until",)


def test_a_text_without_its_two_needed_tables_says_so() -> None:
    """An empty file is told what it needs."""
    words = told("")
    assert "the file needs a [mission] table" in words
    assert "the file needs a [fetch] table" in words


def test_lines_are_found_through_strings_that_look_like_tables() -> None:
    """A multi-line string that holds headers, brackets and comments moves no line and opens no table."""
    text = 'a = """\n[b]\n# "\n[[c]]\n"""\n[d]\n"e.f" = [\n  "]", # ]\n]\nx.y = 1\n[[g]]\n[[g]]\n[g.h]\nz = \'[\'\n'
    assert tomllib.loads(text)["d"]["e.f"] == ["]"]
    lines = key_lines(text)
    assert lines["a",] == 1
    assert lines["d", "e.f"] == 7
    assert lines["d", "x", "y"] == 10
    assert lines["g", 1] == 12
    assert lines["g", 1, "h", "z"] == 14
    assert line_of(lines, ("g", 1, "h", "z", "deeper", 3)) == 14
    assert line_of(lines, ("nothing",)) is None


def test_the_demonstration_takes_its_own_feeds_in_place_of_the_real_ones() -> None:
    """Tables that the second text has replace all of that name; the rest of the desk stays as it is."""
    feeds = '[[source]]\nname = "S"\n[[feed]]\nname = "s"\nsource = "S"\nurl = "https://s.example.invalid/"\n'
    shipped, demo = load(SHIPPED), read(with_tables(SHIPPED.read_text(encoding="utf-8"), feeds), "demo")
    assert [feed.name for feed in demo.feeds] == ["s"]
    assert (demo.names, demo.alerts, demo.indicators) == (shipped.names, shipped.alerts, shipped.indicators)


def test_the_demonstration_as_shipped_reads() -> None:
    """The demonstration's feeds and sources fit the shipped desk."""
    feeds = (ROOT / "watchers" / "demo" / "feeds.toml").read_text(encoding="utf-8")
    demo = read(with_tables(SHIPPED.read_text(encoding="utf-8"), feeds), "demo")
    assert all(feed.url is not None and ".example.invalid/" in feed.url for feed in demo.feeds)


_SOUP = st.lists(
    st.sampled_from(
        [*"[]{}\"'#=.,\n \\", '"""', "'''", "[[feed]]\n", "name = ", "[a.b]\n", "url", "\u2028", "é"]
    )
).map("".join)


@given(st.one_of(st.text(), _SOUP))
def test_no_text_breaks_the_finder_of_lines(text: str) -> None:
    """Whatever stands in the file, the finder answers with lines of the file."""
    last = text.count("\n") + 1
    assert all(1 <= number <= last for number in key_lines(text).values())
    with_tables(text, "[feed]\n")


@given(st.one_of(st.text(), _SOUP, _SOUP.map(lambda soup: SMALL + soup)))
def test_no_text_gives_anything_but_a_configuration_or_its_own_error(text: str) -> None:
    """The reader never fails in another way than by telling the user what is wrong."""
    try:
        outcome: Configuration | ConfigurationError = read(text, "config.toml")
    except ConfigurationError as error:
        outcome = error
    assert isinstance(outcome, Configuration) or str(outcome).startswith("config.toml")


_KEY = st.from_regex(r"[a-z]{1,6}", fullmatch=True)
_VALUE = st.sampled_from(['"x"', "'''\n[q]\n'''", "1", "[\n 1, # ]\n 2\n]", "{ p = '}' }", '"""\n\n"""'])


@given(
    st.lists(st.tuples(_KEY, st.dictionaries(_KEY, _VALUE, max_size=4)), max_size=6, unique_by=lambda t: t[0])
)
def test_every_key_of_real_toml_is_found_on_its_line(tables: list[tuple[str, dict[str, str]]]) -> None:
    """For any well-formed file the finder's line is the one on which the key is written."""
    rows, expected = [], {}
    for number, (table, keys) in enumerate(tables):
        many = number % 2 == 0
        rows.append(f"[[{table}]] # [x]" if many else f"[{table}]")
        for key, value in keys.items():
            expected[(table, 0, key) if many else (table, key)] = sum(row.count("\n") + 1 for row in rows) + 1
            rows.append(f"{key} = {value}")
    text = "\n".join(rows)
    tomllib.loads(text)
    lines = key_lines(text)
    assert {path: lines[path] for path in expected} == expected


@given(st.integers(0, 10_000), st.sampled_from("smhdw"))
def test_a_duration_is_its_number_times_its_unit(number: int, unit: str) -> None:
    """A number and one letter make a duration; a space or a second letter makes none."""
    assert seconds(f"{number}{unit}") == number * {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}[unit]
    assert seconds(f"{number} {unit}") is None
    assert seconds(f"{number}{unit}{unit}") is None


def test_every_table_of_the_file_is_told_apart_by_a_key_it_has() -> None:
    """The identity of each table is a key of its shape."""
    assert all(table.identity in (None, *table.shape.__struct_fields__) for table in TABLES)
