"""The destinations: a line on the terminal, a line in a file, a signed POST; and what never leaks out of them."""

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from rich.console import Console

from ledger.codebook import shipped_codebook
from ledger.configuration import Configuration, Destination, Fetching, Mission, Severity
from ledger.errors import DestinationError
from reports.notifiers.console import ConsoleNotifier
from reports.notifiers.file import FileNotifier
from reports.notifiers.notice import Notice, payload
from reports.notifiers.webhook import (
    TIMEOUT_S,
    Answer,
    Post,
    WebhookNotifier,
    over,
    retry_after_s,
    signature,
)
from reports.notify import Surroundings, notifiers_for

NOW = datetime(2024, 6, 25, 14, 0, tzinfo=UTC)
ADDRESS = "https://hooks.example/very/secret/path"
NOTICE = Notice(
    notification="courts-1@hook",
    phase="raised",
    mission="M",
    alert="courts-1",
    rule="courts",
    kind="development",
    severity=Severity.CRITICAL,
    labels={"actor": "KEN"},
    n=1,
    summary="A court ruled: Kenya, barred [red]\x1b[2J",
    value=None,
    threshold=None,
    developments=("d1",),
    reason="the rule is critical",
    raised_at=NOW,
)


class Wire:
    """A network that answers as it is told and keeps what was posted."""

    def __init__(self, answer: Answer | Exception) -> None:
        self.answer = answer
        self.posts: list[Post] = []

    async def __call__(self, post: Post) -> Answer:
        self.posts.append(post)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def hook(answer: Answer | Exception, **environ: str) -> tuple[WebhookNotifier, Wire]:
    wire = Wire(answer)
    return WebhookNotifier("DESK_HOOK", {"DESK_HOOK": ADDRESS, **environ}, wire), wire


def test_the_payload_is_plain_json() -> None:
    """A receiver finds every documented member, empty ones too, sorted, with instants in RFC 3339."""
    found = json.loads(payload(NOTICE))
    assert list(found) == sorted(Notice.__struct_fields__)
    assert found["schema"] == "sitledger.notice/1"
    assert found["raised_at"] == "2024-06-25T14:00:00Z"
    assert found["value"] is None


async def test_the_terminal_gets_one_harmless_line() -> None:
    """Neither markup nor control characters of a foreign text reach the terminal."""
    out = StringIO()
    await ConsoleNotifier(Console(file=out, width=40)).deliver(NOTICE, NOW)
    (line,) = out.getvalue().splitlines()
    assert line.startswith("ALERT critical 2024-06-25 14:00Z courts: A court ruled: Kenya, barred [red]")
    assert "\x1b" not in line


async def test_the_terminal_says_what_is_over() -> None:
    """A resolved alert is printed as such, with its reason."""
    out = StringIO()
    over_now = msgspec.structs.replace(
        NOTICE, phase="resolved", resolved_at=NOW + timedelta(days=2), resolution="cleared"
    )
    await ConsoleNotifier(Console(file=out)).deliver(over_now, NOW)
    assert out.getvalue().startswith("RESOLVED 2024-06-27 14:00Z courts:")
    assert out.getvalue().rstrip().endswith("[cleared]")


async def test_the_file_gets_one_line_each(tmp_path: Path) -> None:
    """Each notice is one JSON line; a line that a crash cut short spoils no other."""
    notifier = FileNotifier(tmp_path, "data/alerts.log")
    await notifier.deliver(NOTICE, NOW)
    with (tmp_path / "data/alerts.log").open("ab") as file:
        file.write(b'{"torn')
    await notifier.deliver(NOTICE, NOW)
    first, torn, second = (tmp_path / "data/alerts.log").read_bytes().splitlines()
    assert first == second == payload(NOTICE)
    assert torn == b'{"torn'


@pytest.mark.parametrize("path", ["../outside.log", "/outside.log", ".", "link/outside.log"])
async def test_no_file_is_written_outside_the_home(tmp_path: Path, path: str) -> None:
    """A path that leads out of the home, also through a link, is refused for good."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "link").symlink_to(tmp_path)
    with pytest.raises(DestinationError, match="no file inside the home") as refused:
        await FileNotifier(home, path).deliver(NOTICE, NOW)
    assert not refused.value.retryable


async def test_a_file_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    """A folder in the way is somebody's to mend."""
    (tmp_path / "alerts.log").mkdir()
    with pytest.raises(DestinationError) as failed:
        await FileNotifier(tmp_path, "alerts.log").deliver(NOTICE, NOW)
    assert failed.value.retryable


async def test_a_post_carries_the_stable_key_and_no_signature_without_a_secret() -> None:
    """The idempotency key is the notification's id; without a secret nothing is signed."""
    notifier, wire = hook(Answer(status=204))
    await notifier.deliver(NOTICE, NOW)
    (post,) = wire.posts
    assert post.url == ADDRESS
    assert post.headers["Idempotency-Key"] == "courts-1@hook"
    assert "webhook-signature" not in post.headers
    assert post.body == payload(NOTICE)


@pytest.mark.parametrize(
    ("secret", "key"),
    [("plain words", b"plain words"), ("whsec_" + base64.b64encode(b"k" * 24).decode(), b"k" * 24)],
)
async def test_a_receiver_can_check_the_signature(secret: str, key: bytes) -> None:
    """With a secret the id, the time and the body are signed as Standard Webhooks says."""
    notifier, wire = hook(Answer(status=200), DESK_HOOK_SECRET=secret)
    await notifier.deliver(NOTICE, NOW)
    headers, body = wire.posts[0].headers, wire.posts[0].body
    signed = b".".join([headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body])
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOW.timestamp()))


def test_the_signature_is_that_of_the_specification() -> None:
    """The published example of Standard Webhooks comes out."""
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    found = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    ("status", "retryable"),
    [(408, True), (425, True), (429, True), (500, True), (503, True), (400, False), (401, False), (404, False),
     (410, False), (302, False), (308, False), (304, False)],
)  # fmt: skip
async def test_which_answers_are_worth_another_try(status: int, retryable: bool) -> None:  # noqa: FBT001 - a parameter
    """Time-outs, rate limits and the server's own trouble are; refusals and redirects are not."""
    notifier, _ = hook(Answer(status=status))
    with pytest.raises(DestinationError, match=str(status)) as failed:
        await notifier.deliver(NOTICE, NOW)
    assert failed.value.retryable is retryable


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("120", 120.0),
        ("Tue, 25 Jun 2024 14:05:00 GMT", 300.0),
        ("Tue, 25 Jun 2024 13:00:00 GMT", 0.0),
        ("99999999999999999999999", 86_400.0),
        ("soon", None),
        ("-5", None),
        (None, None),
    ],
)
def test_retry_after_in_every_form(header: str | None, seconds: float | None) -> None:
    """Seconds and HTTP dates are understood, nonsense is ignored, and nobody asks for more than a day."""
    assert retry_after_s(header, NOW) == seconds


@pytest.mark.parametrize(
    "failure",
    [
        TimeoutError(),
        OSError(f"no route to {ADDRESS}"),
        aiohttp.InvalidURL(ADDRESS),
        aiohttp.ClientError(f"cannot connect to {ADDRESS}"),
        Answer(status=500),
        Answer(status=404),
    ],
    ids=str,
)
async def test_no_error_gives_the_address_or_secret_away(failure: Answer | Exception) -> None:
    """Whatever goes wrong, the error names the variable, never what it holds."""
    notifier, _ = hook(failure, DESK_HOOK_SECRET="hush")
    with pytest.raises(DestinationError, match="DESK_HOOK") as failed:
        await notifier.deliver(NOTICE, NOW)
    shown = f"{failed.value} {failed.value.__cause__} {notifier!r}"
    assert "secret" not in shown
    assert "hush" not in shown


async def test_a_hook_that_hangs_is_left_after_ten_seconds() -> None:
    """Silence is worth another try."""
    notifier, _ = hook(TimeoutError())
    with pytest.raises(DestinationError, match=f"within {TIMEOUT_S:g} s") as failed:
        await notifier.deliver(NOTICE, NOW)
    assert failed.value.retryable


async def test_a_missing_address_is_the_operators_to_mend() -> None:
    """Without the variable the notice waits, and the error says which one to set."""
    wire = Wire(Answer(status=200))
    with pytest.raises(DestinationError, match="DESK_HOOK is not set") as failed:
        await WebhookNotifier("DESK_HOOK", {}, wire).deliver(NOTICE, NOW)
    assert failed.value.retryable
    assert wire.posts == []


async def test_every_kind_of_destination_is_built_from_the_configuration(tmp_path: Path) -> None:
    """Each configured destination gets its notifier, and what holds the environment does not print it."""
    configuration = Configuration(
        mission=Mission(id="M", name="Mission"),
        fetching=Fetching(contact="desk@example.org"),
        codebook=shipped_codebook(),
        destinations=(
            Destination(name="screen", kind="console"),
            Destination(name="log", kind="file", path="data/alerts.log"),
            Destination(name="hook", kind="webhook", env="DESK_HOOK"),
        ),
    )
    outside = Surroundings(
        home=tmp_path,
        environ={"DESK_HOOK": ADDRESS},
        console=Console(file=StringIO()),
        transport=Wire(Answer(status=200)),
    )
    built = notifiers_for(configuration, outside)
    assert list(built) == ["screen", "log", "hook"]
    for notifier in built.values():
        await notifier.deliver(NOTICE, NOW)
    assert ADDRESS not in repr(outside)


class Receiver:
    """A real webhook receiver on the loopback address."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.url = ""

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.requests.append((dict(request.headers), await request.read()))
        match request.path:
            case "/moved":
                raise web.HTTPFound("/taken")
            case "/busy":
                return web.Response(status=429, headers={"Retry-After": "7"})
            case "/endless":
                return await self._endless(request)
            case _:
                return web.Response(text="thanks")

    async def _endless(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        try:
            while True:
                await response.write(b"x" * 65_536)
        except ConnectionError:
            return response


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A webhook receiver on a free port of the loopback address."""
    made = Receiver()
    app = web.Application()
    app.router.add_post("/{any}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}"
    yield made
    await runner.cleanup()


async def _deliver(receiver: Receiver, path: str) -> None:
    async with aiohttp.ClientSession() as session:
        environ: dict[str, Any] = {"DESK_HOOK": receiver.url + path, "DESK_HOOK_SECRET": "hush"}
        await WebhookNotifier("DESK_HOOK", environ, over(session)).deliver(NOTICE, NOW)


async def test_a_real_receiver_gets_it(receiver: Receiver) -> None:
    """Over a real connection the body, the key and the signature arrive."""
    await _deliver(receiver, "/taken")
    ((headers, body),) = receiver.requests
    assert body == payload(NOTICE)
    assert headers["Idempotency-Key"] == "courts-1@hook"
    assert headers["Content-Type"] == "application/json"
    assert headers["webhook-signature"].startswith("v1,")


async def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    """A signed notice is not carried to wherever somebody points."""
    with pytest.raises(DestinationError, match="redirects are not followed") as failed:
        await _deliver(receiver, "/moved")
    assert not failed.value.retryable
    assert len(receiver.requests) == 1


async def test_a_rate_limit_comes_with_its_wait(receiver: Receiver) -> None:
    """The wait that a real server asks for reaches the outbox."""
    with pytest.raises(DestinationError) as failed:
        await _deliver(receiver, "/busy")
    assert failed.value.retry_after_s == 7.0


async def test_an_endless_answer_is_cut(receiver: Receiver) -> None:
    """A receiver that never stops talking is thanked and left."""
    await _deliver(receiver, "/endless")
    assert len(receiver.requests) == 1
