"""Rendering: a WeeklyReport as JSON, HTML and Markdown bytes. Pure: no clock, locale, network or hash order.

Whatever a publisher wrote is data: templates run in a sandbox and escape all they print, the HTML forbids scripts
and every outside resource by its own policy, and the Markdown can start no markup.
"""

import base64
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib import resources

from jinja2 import FunctionLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from ledger.codec import canonical
from reports.charts import spark, svg, table
from reports.charts_model import Chart, Point
from reports.render_marks import daggers, html_marks, markdown, markdown_marks, shared_marks
from reports.weekly_model import WeeklyReport

VERSION = 1
"""Raised by hand whenever code that lays out changes a byte; the golden report in the tests watches over it."""

FORMATS = ("html", "json", "md")
_TEMPLATES = (
    "weekly.css",
    "weekly.html.j2",
    "weekly.md.j2",
    "weekly_annex.html.j2",
    "weekly_body.html.j2",
    "weekly_brief.html.j2",
    "weekly_told.html.j2",
)
_SPARK_SPAN = timedelta(days=364)


@lru_cache(maxsize=1)
def renderer() -> str:
    """Return the version that is recorded with every report: the code's, and the SHA-256 (12 digits) of all templates."""
    digest = sha256(b"\0".join(_source(name).encode() for name in _TEMPLATES)).hexdigest()
    return f"weekly/{VERSION}+{digest[:12]}"


def render(report: WeeklyReport) -> dict[str, bytes]:
    """Return the bytes of every format, by its name."""
    return {"html": html(report), "json": json(report), "md": md(report)}


def json(report: WeeklyReport) -> bytes:
    """Return the report as canonical JSON, one line."""
    return canonical(report) + b"\n"


def html(report: WeeklyReport) -> bytes:
    """Return the report as one self-contained page."""
    style = _source("weekly.css")
    digest = base64.b64encode(sha256(style.encode()).digest()).decode()
    page = _pages().get_template("weekly.html.j2")
    words = page.render(
        r=report,
        dagger=daggers(report),
        style=Markup(style),  # noqa: S704 - our own style sheet
        style_hash=f"sha256-{digest}",
    )
    return _trimmed(words)


def md(report: WeeklyReport) -> bytes:
    """Return the report as Markdown."""
    return _trimmed(_notes().get_template("weekly.md.j2").render(r=report, dagger=daggers(report)))


@lru_cache(maxsize=1)
def _pages() -> ImmutableSandboxedEnvironment:
    environment = _environment(autoescape=True)
    environment.filters.update(html_marks())
    environment.filters.update({"svg": _draw, "spark": _draw_spark, "table": table})
    return environment


@lru_cache(maxsize=1)
def _notes() -> ImmutableSandboxedEnvironment:
    environment = _environment(autoescape=False)
    environment.finalize = markdown
    environment.filters.update(markdown_marks())
    environment.filters["table"] = table
    return environment


def _environment(*, autoescape: bool) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FunctionLoader(_source),
        autoescape=autoescape,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(shared_marks())
    return environment


def _draw(chart: Chart) -> Markup:
    return Markup(svg(chart))  # noqa: S704 - built by the chart code from escaped parts


def _draw_spark(points: Sequence[Point], last: date) -> Markup:
    return Markup(spark(points, last - _SPARK_SPAN, last))  # noqa: S704 - likewise


@lru_cache(maxsize=len(_TEMPLATES))
def _source(name: str) -> str:
    text = resources.files("reports").joinpath("templates", name).read_text(encoding="utf-8")
    return text.replace("\r\n", "\n")


def _trimmed(text: str) -> bytes:
    lines = [line.rstrip() for line in text.split("\n")]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return ("\n".join(kept).strip("\n") + "\n").encode()
