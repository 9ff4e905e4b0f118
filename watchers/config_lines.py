"""Where in a TOML text each key stands. The standard parser forgets lines; an error message needs them."""

import re
from collections.abc import Iterator

KeyPath = tuple[str | int, ...]

_STRING = r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\''
_PART = re.compile(
    rf"(?P<string>{_STRING})|(?P<comment>\#[^\n]*)|(?P<space>[ \t\r]+)|(?P<bare>[A-Za-z0-9_-]+)|.|\n",
    re.DOTALL,
)
_Part = tuple[str, str]


def key_lines(text: str) -> dict[KeyPath, int]:
    """Map the path of every table and key to its line, counted from 1; entries of arrays of tables from 0.

    Keys inside inline tables have no line of their own; `line_of` answers with that of the key before them.
    Any text is accepted: what is no TOML gives fewer or odd paths, never an error.
    """
    found: dict[KeyPath, int] = {}
    table: KeyPath = ()
    latest: dict[KeyPath, int] = {}
    for line, parts in _statements(text):
        if parts[0][1] == "[":
            table = _table(parts, latest)
            _note(found, (), table, line)
        else:
            _note(found, table, tuple(_names(parts)), line)
    return found


def line_of(lines: dict[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of the path, or of its nearest ancestor that has one."""
    for length in range(len(path), 0, -1):
        if (line := lines.get(path[:length])) is not None:
            return line
    return None


def with_tables(text: str, instead: str) -> str:
    """Return the text with every top-level table that `instead` has taken from there, as the demonstration does.

    A dropped table takes with it the comments and blank lines up to the next table that stays.
    """
    names = {name for _, name in _headers(instead)}
    lines = [f"{line}\n" for line in text.split("\n")]
    headers = [(1, ""), *_headers(text)]
    ends = [line for line, _ in headers[1:]] + [len(lines) + 1]
    kept = [
        "".join(lines[start - 1 : end - 1])
        for (start, name), end in zip(headers, ends, strict=True)
        if name not in names
    ]
    return f"{''.join(kept).rstrip()}\n\n{instead.strip()}\n"


def _headers(text: str) -> list[tuple[int, str]]:
    """Return the line and the first name of every table header."""
    return [(line, next(_names(parts), "")) for line, parts in _statements(text) if parts[0][1] == "["]


def _statements(text: str) -> Iterator[tuple[int, list[_Part]]]:
    """Yield each statement's first line and its parts, comments and space left out."""
    line, started, depth = 1, 1, 0
    parts: list[_Part] = []
    for match in _PART.finditer(text):
        kind, part = match.lastgroup or "mark", match.group()
        if kind == "mark" and part == "\n" and depth == 0:
            if parts:
                yield started, parts
            parts = []
        elif kind in {"string", "bare"} or (kind == "mark" and part != "\n"):
            started = started if parts else line
            parts.append((kind, part))
            if kind == "mark":
                depth = max(0, depth + {"[": 1, "{": 1, "]": -1, "}": -1}.get(part, 0))
        line += part.count("\n")
    if parts:
        yield started, parts


def _names(parts: list[_Part]) -> Iterator[str]:
    """Yield the parts of a header, or of a dotted key up to its equals sign."""
    for kind, part in parts:
        if part == "=":
            return
        if kind == "bare":
            yield part
        elif kind == "string":
            yield part[1:-1]


def _table(parts: list[_Part], latest: dict[KeyPath, int]) -> KeyPath:
    """Return the path that a header opens, counting entries of arrays of tables in `latest`."""
    names = list(_names(parts))
    many = len(parts) > 1 and parts[1][1] == "["
    path: KeyPath = ()
    for place, name in enumerate(names):
        path = (*path, name)
        if many and place == len(names) - 1:
            latest[path] = latest.get(path, -1) + 1
        if path in latest:
            path = (*path, latest[path])
    return path


def _note(found: dict[KeyPath, int], table: KeyPath, names: KeyPath, line: int) -> None:
    for length in range(1, len(names) + 1):
        found.setdefault(table + names[:length], line)
