"""Documents to entries."""

import random
from pathlib import Path

import pytest

from watchers.fetch_error import FetchError
from watchers.parse import PARSER, parse_feed
from watchers.parse_pool import ParsePool

HEAD = '<?xml version="1.0" encoding="{}"?><rss version="2.0"><channel><title>T</title>'
ITEM = (
    "<item><guid>a</guid><title>{}</title><link>http://e.invalid/1</link><description>{}</description></item>"
)


def rss(*items: str, encoding: str = "utf-8") -> bytes:
    return (HEAD.format(encoding) + "".join(items) + "</channel></rss>").encode(encoding)


def test_a_good_document_gives_its_items() -> None:
    """Title, body, link, guid, date, publisher and the parser's version are read."""
    more = (
        "<pubDate>Tue, 25 Jun 2024 12:00:00 +0200</pubDate><source url='http://p.invalid'>The Wire</source>"
    )
    parsed = parse_feed(rss(ITEM.format("One", "Text").replace("</item>", more + "</item>")))
    (item,) = parsed.items
    assert (item.guid, item.title, item.body, item.link) == ("a", "One", "Text", "http://e.invalid/1")
    assert (item.published, item.publisher) == ("2024-06-25T10:00:00Z", "The Wire")
    assert (parsed.parser, parsed.degraded, parsed.truncated) == (PARSER, None, False)


def test_titles_and_bodies_become_plain_text() -> None:
    """Tags, scripts and doubly escaped entities never reach the stored text, and words do not run together."""
    body = "&lt;p&gt;At least 30&lt;br/&gt;arrived&lt;/p&gt;&lt;script&gt;alert(1)&lt;/script&gt;"
    (item,) = parse_feed(rss(ITEM.format("A &amp;amp; B", body))).items
    assert item.title == "A & B"
    assert item.body.split() == ["At", "least", "30", "arrived"]


def test_a_malformed_document_keeps_what_could_be_read() -> None:
    """A bare ampersand costs nothing but the mark that the document is degraded."""
    parsed = parse_feed(rss(ITEM.format("Fish & chips", "x")))
    assert [item.title for item in parsed.items] == ["Fish & chips"]
    assert "SAXParseException" in (parsed.degraded or "")
    assert not parsed.truncated


@pytest.mark.parametrize(
    "bad",
    [
        b"&#xD800;",
        b"&#xDC00;&#xD800;",
        b"&#1114112;",
        b"&#xFFFFFFFFFFFF;",
        b"&#" + b"9" * 5_000 + b";",
        b"&#xD800;&#0;\0\xff\xed\xa0\x80",
    ],
)
def test_one_bad_character_costs_neither_its_feed_nor_its_item(bad: bytes) -> None:
    """What no text may hold is replaced, all twenty items are read, and the document counts as malformed."""
    items = [ITEM.format(f"Ünit {n}", "x").replace("a<", f"{n}<") for n in range(20)]
    parsed = parse_feed(rss(*items).replace("Ünit 7<".encode(), b"Unit " + bad + b"7<"))
    assert len(parsed.items) == 20
    assert parsed.items[6].title == "Ünit 6"
    assert parsed.items[7].title.startswith("Unit \ufffd")
    assert parsed.items[7].title.endswith("7")
    assert "Error" in (parsed.degraded or "")
    assert not parsed.truncated


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "windows-1251"])
def test_a_bad_character_is_replaced_in_any_encoding(encoding: str) -> None:
    """The second reading decodes as the first one did."""
    parsed = parse_feed(rss(ITEM.format("Привет &#xD800;", "x"), encoding=encoding))
    assert [item.title for item in parsed.items] == ["Привет \ufffd"]
    assert "UnicodeEncodeError" in (parsed.degraded or "")


def test_a_broken_name_of_an_encoding_costs_nothing() -> None:
    """A declaration that makes the parser fail is passed over."""
    for name in (b"utf-8\0", b"\xff", b"idna"):
        parsed = parse_feed(rss(ITEM.format("One", "x")).replace(b"utf-8", name))
        assert [item.title for item in parsed.items] == ["One"]


def test_what_breaks_the_parser_even_when_mended_is_a_typed_failure() -> None:
    """Tags out of place that no replacement puts right are the failure of that document."""
    data = b"<rss><channel><a b><source><item></item><link></source>x</link></channel></rss>"
    with pytest.raises(FetchError, match="KeyError") as failed:
        parse_feed(data)
    assert failed.value.failure == "parse"


MUTATIONS = (b"&#xD800;", b"&#1114112;", b"&#0;", b"\0", b"\xff", b"\xed\xa0\x80", b"<", b">", b"&", b'"')
MUTATIONS += (b"<![CDATA[", b"]]>", b"<!--", b"</item>", b"<item>", b"<link>", b"</link>", b"<source>")


@pytest.mark.parametrize("seed", range(8))
def test_a_damaged_document_is_read_or_refused_with_its_reason(seed: int) -> None:
    """Whatever bytes are changed, put in or left out, nothing but a typed failure ever comes back."""
    chance = random.Random(seed)
    whole = rss(*(ITEM.format(f"É {n}", "&lt;p&gt;x&#233;").replace("a<", f"{n}<") for n in range(4)))
    for _ in range(40):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 5)):
            place = chance.randrange(len(data))
            length = chance.choice((0, 0, 1, 30))
            data[place : place + length] = chance.choice((*MUTATIONS, chance.randbytes(2), b""))
        try:
            parsed = parse_feed(bytes(data))
        except FetchError as error:
            assert error.detail  # noqa: PT017 - either way is right
            continue
        for item in parsed.items:
            (item.title + item.body + (item.link or "")).encode()


def test_a_document_that_breaks_off_loses_only_its_last_item() -> None:
    """A half item is never taken for a revision of the whole one."""
    whole = rss(ITEM.format("One", "x"), ITEM.format("Two", "y").replace("a<", "b<"))
    parsed = parse_feed(whole[:-60])
    assert parsed.truncated
    assert [item.title for item in parsed.items] == ["One"]


@pytest.mark.parametrize(
    "data",
    [
        b"<!DOCTYPE html><html><body>Are you human?</body></html>",
        b"<html></html>",
        b'{"a": 1}',
        b"hello",
        b"[1]",
    ],
)
def test_what_is_no_feed_is_refused(data: bytes) -> None:
    """A captcha page, other JSON or prose is a failure, not an empty feed."""
    with pytest.raises(FetchError) as refused:
        parse_feed(data)
    assert refused.value.failure == "not_a_feed"


def test_an_empty_document_breaks_off_at_once() -> None:
    """Nothing at all is a broken document, so that its validators are not kept."""
    assert parse_feed(b" \n").truncated


def test_a_document_that_spells_a_path_is_not_opened(tmp_path: Path) -> None:
    """The parser reads bytes, never a file or address that they name."""
    secret = tmp_path / "secret.xml"
    secret.write_bytes(rss(ITEM.format("Secret", "x")))
    with pytest.raises(FetchError):
        parse_feed(str(secret).encode())


def test_a_json_feed_is_read() -> None:
    """JSON Feed gives the same kind of items; a malformed entry costs only itself."""
    data = b'{"version":"https://jsonfeed.org/version/1.1","title":"T","items":[7,{"id":1,"url":"http://e.invalid/1",'
    data += b'"title":"One","content_html":"<p>30 men</p>","date_published":"2024-06-25T12:00:00+02:00"}]}'
    parsed = parse_feed(data, "application/feed+json")
    (item,) = parsed.items
    assert (item.guid, item.body.strip(), item.published) == ("1", "30 men", "2024-06-25T10:00:00Z")
    assert parsed.degraded


def test_a_lone_surrogate_in_json_costs_only_itself() -> None:
    """Half a character is replaced; a whole one and an escaped backslash stay as they are."""
    data = (
        b'{"items":[{"id":"1","title":"A \\ud800 \\ud83d\\ude00 \\\\ud800 \xff\0"},{"id":"2","title":"B"}]}'
    )
    parsed = parse_feed(data)
    assert [item.title for item in parsed.items] == ["A \ufffd \U0001f600 \\ud800 \ufffd\ufffd", "B"]
    assert "replaced" in (parsed.degraded or "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "windows-1251", "gb2312", "euc-kr"])
def test_encodings_are_read_as_they_are_declared(encoding: str) -> None:
    """Old and wide encodings give their text."""
    title = {"windows-1251": "Привет", "gb2312": "你好", "euc-kr": "안녕"}.get(encoding, "Ayiti é")
    (item,) = parse_feed(rss(ITEM.format(title, "x"), encoding=encoding)).items
    assert item.title == title


def test_how_long_a_feed_stays_good_is_read() -> None:
    """Both ttl (minutes) and the syndication module (periods) count."""
    assert parse_feed(rss("<ttl>15</ttl>", ITEM.format("a", "b"))).ttl_s == 900
    sy = "<sy:updatePeriod>daily</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
    data = rss(sy, ITEM.format("a", "b")).replace(
        b"<rss ", b'<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" '
    )
    assert parse_feed(data).ttl_s == 21_600
    assert parse_feed(rss(f"<ttl>{'9' * 5_000}</ttl>", ITEM.format("a", "b"))).ttl_s is None


BOMBS = {
    "entities": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
    + b"]><rss version='2.0'><channel><item><title>&j;</title></item></channel></rss>",
    "comments": rss(ITEM.format("One", "<![CDATA[" + "<!--" * 60_000 + "]]>")),
    "tags": rss(ITEM.format("One", "<![CDATA[" + "<b>" * 60_000 + "]]>")),
    "depth": rss("<a>" * 50_000 + "</a>" * 50_000),
    "file": b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b"<rss version='2.0'><channel><item><guid>a</guid><title>[&x;]</title></item></channel></rss>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_hostile_document_ends_and_leaks_nothing(name: str, pool: ParsePool) -> None:
    """Bombs of entities, comments, tags and depth end, and no file of ours is read in."""
    try:
        text = "".join(item.title + item.body for item in pool.parse(BOMBS[name]).items)
    except FetchError as error:
        text = str(error)
    assert "root:" not in text
    assert pool.parse(rss(ITEM.format("after", "x"))).items[0].title == "after"


def test_a_parser_that_takes_too_long_is_killed_and_the_next_document_is_read() -> None:
    """The deadline is the document's failure; whoever comes next gets a fresh process."""
    with ParsePool(workers=1, deadline_s=0.05) as pool:
        with pytest.raises(FetchError) as killed:
            pool.parse(BOMBS["depth"])
        assert killed.value.failure == "parse"
    with ParsePool(workers=1) as pool:
        assert pool.parse(rss(ITEM.format("next", "x"))).items[0].title == "next"


def test_the_hostile_collection_ends_within_the_deadline(shared_data: Path, pool: ParsePool) -> None:
    """Every hostile document at hand is read or refused, in a parser that is still alive afterwards."""
    for path in sorted((shared_data / "hostile").iterdir()):
        parsed = pool.parse(path.read_bytes())
        assert parsed.items, path.name
