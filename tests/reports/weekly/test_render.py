"""Rendering: the same bytes for the same report, and foreign text that stays text in every format."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports import render as rendering
from reports.publish import Series, draft_of, publish_due
from reports.rebuild import kept
from reports.render import html, md, render
from reports.render_marks import markdown, web_address
from reports.weekly_model import Reference, WeeklyReport
from reports.weekly_words import plain

GOLDEN = Path(__file__).parent / "golden"
HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</style><svg onload=alert(1)>",
    "{{ 7*7 }}{% raw %}{{ config }}",
    "\u202egnirts desrever\u2066x",
    "nul\x00 bell\x07 escape\x1b[31m",
    "W" * 3_000,
    "![x](https://evil.example/p.png) [y](javascript:alert(1)) <https://evil.example>",
    "| a | b |\n|---|---|\n# Heading\n- list\n1. one\n> quote\n```code```",
    "https://evil.example/track www.evil.example &lt;b&gt; &amp;",
    "z" + "\u0335" * 400,
    "\u2028line\u2029separators\ufeff\u200b\U000e0041",
    "'\"`;--${1+1}",
)


class Page(HTMLParser):
    """Collects the elements, attributes and addresses of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.addresses: set[str] = set()
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in {"href", "src", "action", "srcset", "data", "xlink:href"}:
                self.addresses.add(value or "")
            if name == "id":
                self.ids.append(value or "")


@pytest.fixture
def report(story: Any) -> WeeklyReport:
    """The second report of the story."""
    event = publish_due(story.ledger, datetime(2024, 6, 18, 12, tzinfo=UTC))[-1]
    return msgspec.json.decode(kept(story.ledger, event.report_id, "json"), type=WeeklyReport)


@pytest.mark.parametrize("form", ["html", "md"])
def test_the_golden_report_keeps_its_bytes(form: str):
    """A change of layout is a new renderer version: raise VERSION in reports/render.py, then renew the golden files."""
    report = msgspec.json.decode((GOLDEN / "weekly.json").read_bytes(), type=WeeklyReport)
    assert render(report)[form].decode() == (GOLDEN / f"weekly.{form}").read_text(encoding="utf-8")


def test_the_golden_files_are_of_this_renderer():
    """The golden files name the renderer that made them, so that templates cannot change unnoticed."""
    assert (GOLDEN / "renderer.txt").read_text(encoding="utf-8").strip() == rendering.renderer()


def test_the_page_needs_nothing_from_outside(report: WeeklyReport):
    """One file: no script, no outside resource, no form, no inline style that its own policy would refuse."""
    text = html(report).decode()
    page = Page(text)
    assert not page.tags & {
        "script",
        "iframe",
        "object",
        "embed",
        "link",
        "img",
        "form",
        "base",
        "video",
        "audio",
    }
    assert not {name for name in page.attributes if name.startswith("on") or name in {"style", "src"}}
    assert all(address.startswith(("#", "https://")) for address in page.addresses)
    assert "default-src 'none'" in text
    assert "@import" not in text
    assert "url(" not in re.sub(r"url\(#[\w-]+\)", "", text)


def test_every_link_inside_the_page_leads_somewhere(report: WeeklyReport):
    """Citations, numbers and headings point to ids that exist, each id once."""
    page = Page(html(report).decode())
    assert len(page.ids) == len(set(page.ids))
    assert {address[1:] for address in page.addresses if address.startswith("#")} <= set(page.ids)


def test_the_page_reads_without_sight(report: WeeklyReport):
    """Charts have a title, a description and a data table; tables have heads; the page has a language."""
    text = html(report).decode()
    assert '<html lang="en">' in text
    assert text.count('role="img"') >= text.count('class="chart"')
    for figure in re.findall(r"<figure>.*?</figure>", text, re.DOTALL):
        assert "<title" in figure
        assert "<desc" in figure
        assert '<th scope="col">' in figure


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_inert_in_every_format(room: Any, words: str):
    """A title, a quote, a name or an address can do nothing but be read."""
    text = f"{words} and more\nThe fund has received 40 million dollars {words} today."
    room.at("2024-06-06T09:00")
    room.observe("h", text, source=words[:40], link=f"javascript:alert('{words[:20]}')")
    room.says(
        "h",
        text.partition("\n")[2],
        "fund_total",
        source="Wire",
        text=text,
        measure="received",
        usd="40000000",
        actor=words,
        target=words,
        place=words,
        occurred="2024-06-05",
    )
    made = Series(room.ledger).report(draft_of(room.ledger, room.ledger.head, room.clock()))
    files = {form: content.decode() for form, content in render(made).items()}
    page = Page(files["html"])
    assert not page.tags & {"script", "img", "b"}
    assert not {name for name in page.attributes if name.startswith("on")}
    assert all(address.startswith(("#", "https://wire.example")) for address in page.addresses)
    for content in files.values():
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029]", content)
    assert "](" not in files["md"].replace(r"\](", "").replace(r"\]\(", "")
    assert not re.search(r"(?<!\\)<(?!https://wire)", files["md"])
    assert ("7*7" in words) == ("7*7" in files["html"])
    assert max(len(line) for line in files["md"].splitlines()) < 6_000


@given(st.text(max_size=80))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_text_starts_markup_in_markdown(words: str):
    """Whatever the characters, escaped text has no bare sign that Markdown would act on, and no line break."""
    made = markdown(plain(words))
    assert not re.search(r"(?<!\\)(?:\\\\)*[*_`<>\[\]|#~]", made)
    assert "\n" not in made
    assert not re.match(r"\s*([-+=]|\d+[.)])(\s|$)", made)


@given(st.text(max_size=200), st.integers(1, 50))
def test_foreign_text_becomes_one_harmless_line(words: str, limit: int):
    """No control or steering character is left, the limit holds, and doing it twice changes nothing."""
    once = plain(words, limit)
    assert len(once) <= limit
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", once)
    assert plain(once, limit) == once


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "https://a b",
        'https://a.example/"><b>',
        "//x",
        "ftp://x.example",
        "https://[::",
        "http:x",
        None,
    ],
)
def test_only_plain_web_addresses_are_links(address: str | None):
    """Any other scheme, space, quote or sign of markup in an address makes it text."""
    assert web_address(address) is None


def test_a_web_address_is_linked_as_it_is():
    """A plain https address is kept as it was recorded."""
    assert web_address("https://a.example/b?c=d&e=f#g") == "https://a.example/b?c=d&e=f#g"


def test_markdown_marks_attested_references(report: WeeklyReport):
    """The dagger stands at the citation and at the reference."""
    text = md(report).decode()
    number = next(each.number for each in report.references if isinstance(each, Reference) and each.attested)
    assert f"{number}†" in text
    assert "Attested by import" in text
