"""What breaks a parser is taken out of a document, so that one bad character does not cost a whole feed.

Only for a second attempt: what is replaced becomes U+FFFD, and the document counts as malformed.
"""

import codecs
import re

_REPLACEMENT = "\ufffd"
_CODE_POINTS = 0x110000
_SURROGATES = range(0xD800, 0xE000)
_DIGITS_MAX = 8
"""`&#x0010FFFF;` has eight; what is longer is no character, and may be too long for `int`."""

_REFERENCE = re.compile(r"&#(?:x([0-9a-f]+)|([0-9]+));?", re.IGNORECASE | re.ASCII)
_NO_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_DECLARATION = re.compile(r"\A\ufeff?\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"\A\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']", re.ASCII)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_SIGNATURES = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How a document begins that is not ASCII-compatible or says its encoding itself (XML 1.0, appendix F)."""

_ESCAPE = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[dD][89a-fA-F][0-9a-fA-F]{2}|\\."
)
_PAIR_BYTES = 12
_NO_JSON = re.compile(r"[\0-\x08\x0b\x0c\x0e-\x1f]")


def mended_xml(data: bytes, content_type: str | None = None) -> bytes:
    """Return a document as UTF-8 without a declaration; what no XML text may hold is U+FFFD.

    That is: bytes that its encoding does not know, control characters, and references to surrogates, to NUL and to
    what lies beyond Unicode.
    """
    text = _DECLARATION.sub("", _decoded(data, content_type), count=1)
    return _NO_XML.sub(_REPLACEMENT, _REFERENCE.sub(_reference, text)).encode()


def mended_json(data: bytes) -> bytes:
    """Return a document as UTF-8; undecodable bytes, control characters and lone surrogates are U+FFFD."""
    text = data.decode(errors="replace").encode()
    return _NO_JSON.sub(_REPLACEMENT, _ESCAPE.sub(_escape, text).decode()).encode()


def _reference(found: re.Match[str]) -> str:
    digits, base = (found[1], 16) if found[1] else (found[2], 10)
    digits = digits.lstrip("0")
    point = int(digits, base) if 0 < len(digits) <= _DIGITS_MAX else 0
    known = 0 < point < _CODE_POINTS and point not in _SURROGATES and not _NO_XML.match(chr(point))
    return found[0] if known else _REPLACEMENT


def _escape(found: re.Match[bytes]) -> bytes:
    is_lone = found[0].startswith(b"\\u") and len(found[0]) not in {2, _PAIR_BYTES}
    return b"\\ufffd" if is_lone else found[0]


def _decoded(data: bytes, content_type: str | None) -> str:
    signed = next((encoding for signature, encoding in _SIGNATURES if data.startswith(signature)), None)
    charset, declared = _CHARSET.search(content_type or ""), _DECLARED.match(data)
    named = (signed, charset and charset[1], declared and declared[1].decode())
    for encoding in filter(None, named):
        try:
            return data.decode(encoding, errors="replace")
        except (LookupError, ValueError):  # a name that is no encoding, or one for other things than text
            continue
    return data.decode(errors="replace")
