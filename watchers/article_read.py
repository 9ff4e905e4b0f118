"""One document of any kind people have at hand (HTML, plain text, a mail) as title and text."""

import email
import email.policy
import re
from email.message import EmailMessage, MIMEPart

from ledger.errors import SourceError
from watchers.items import RawItem
from watchers.parse_text import plain_text

TITLE_CHARS_MAX = 200
"""A first line that is longer is a paragraph, not a title."""

_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body|p|div|article|h1)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_HEAD = re.compile(r"<(head|nav|footer|aside|noscript)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_MAIL = re.compile(rb"\A(?:[!-9;-~]+:[^\n]*\n(?:[ \t][^\n]*\n)*){2,}\r?\n", re.ASCII)
_HEAD_BYTES = 4_000


def read_document_bytes(data: bytes, name: str) -> RawItem:
    """Return the title and text of a document; its own claims about its date are not believed.

    Raises SourceError for what has no text here: PDF, archives, pictures, an empty file.
    """
    if data.startswith(b"%PDF"):
        raise SourceError(f"{name} is a PDF; turn it into text first (pdftotext {name} -) and add that")
    if b"\0" in data[:_HEAD_BYTES] and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise SourceError(f"{name} is not text, HTML or a mail; save it as one of these and add that")
    if name.lower().endswith(".eml") or _MAIL.match(data[:_HEAD_BYTES].replace(b"\r\n", b"\n")):
        title, body = _mail(data)
    elif _HTML.search(data[:_HEAD_BYTES]):
        title, body = _page(_decoded(data, data))
    else:
        title, body = _text(_decoded(data, b""))
    if not (title + body).strip():
        raise SourceError(f"{name} holds no text")
    return RawItem(title=title, body=body)


def _decoded(data: bytes, declaring: bytes) -> str:
    declared = _CHARSET.search(declaring[:_HEAD_BYTES])
    marked = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    for encoding in (marked, *([declared[1].decode()] if declared else []), "cp1252"):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):  # not in it, or no encoding of texts
            continue
    return data.decode("latin-1")


def _page(markup: str) -> tuple[str, str]:
    title = _TITLE.search(markup)
    return plain_text(title[1]) if title else "", plain_text(_HEAD.sub("\n", markup))


def _text(text: str) -> tuple[str, str]:
    first, _, rest = text.strip().partition("\n")
    return (first, rest) if len(first) <= TITLE_CHARS_MAX and rest.strip() else ("", text)


def _content(part: MIMEPart) -> object:
    try:
        return part.get_content()
    except (UnicodeError, LookupError):  # a charset that nobody knows: `unknown-8bit`, `x-unknown`
        payload = part.get_payload(decode=True)
        return _decoded(payload, b"") if isinstance(payload, bytes) else ""


def _mail(data: bytes) -> tuple[str, str]:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    part = message.get_body(preferencelist=("plain", "html"))
    content = _content(part) if part is not None else ""
    text = content if isinstance(content, str) else ""
    is_page = part is not None and part.get_content_subtype() == "html"
    return str(message["subject"] or ""), _page(text)[1] if is_page else text
