"""The house rules that no linter checks: sizes, names, documentation, and what is never committed."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import ledger.errors
from ledger.codec import CODEC
from ledger.errors import SitledgerError

ROOT = Path(__file__).parents[2]
FLOORS = ("ledger", "watchers", "reports")
FILE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "base", "manager", "misc"}


def modules() -> list[Path]:
    return [path for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            docstring = ast.get_docstring(node, clean=False)
            written = len(docstring.splitlines()) if docstring else 0
            yield node.name, (node.end_lineno or node.lineno) - node.lineno + 1 - written


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_a_newcomer_can_read_each_file_in_one_sitting(path: Path) -> None:
    """Files stay within 300 lines and functions within 50, documentation not counted."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE_LINES_MAX
    assert [name for name, lines in functions(path) if lines > FUNCTION_LINES_MAX] == []


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_names_say_what_a_thing_is(path: Path) -> None:
    """No file hides behind a name that says nothing."""
    assert path.stem not in FORBIDDEN_NAMES


def test_package_files_only_hold_a_map() -> None:
    """An `__init__.py` holds a docstring and nothing else."""
    for path in modules():
        if path.name == "__init__.py":
            body = ast.parse(path.read_text(encoding="utf-8")).body
            assert len(body) == 1, path
            assert isinstance(body[0], ast.Expr), path


def test_every_package_map_names_its_modules() -> None:
    """A package's docstring names every module in it, so the map is never out of date."""
    for path in modules():
        if path.name != "__init__.py":
            continue
        docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        inside = {each.stem for each in path.parent.glob("*.py")} - {"__init__"}
        inside |= {each.parent.name for each in path.parent.glob("*/__init__.py")}
        words = set(re.findall(r"[a-z_0-9]+", docstring))
        assert inside - words == set(), f"{path.relative_to(ROOT)} does not mention"


def test_every_error_tells_the_user_what_to_do() -> None:
    """Every class of the error tree carries a docstring and stands in the drawing at the top."""
    tree = ledger.errors.__doc__ or ""
    for name, error in vars(ledger.errors).items():
        if isinstance(error, type) and issubclass(error, SitledgerError):
            assert error.__doc__, name
            assert name in tree, name


def test_every_recorded_value_is_frozen_and_strict() -> None:
    """No event can be changed after it was made, and an unknown field is refused, never dropped."""
    for kind in CODEC.vocabulary:
        assert issubclass(kind, msgspec.Struct)
        assert kind.__struct_config__.frozen
        assert kind.__struct_config__.forbid_unknown_fields


def test_the_code_knows_no_mission() -> None:
    """Nothing about the worked example stands in the code; it is configuration and data."""
    words = re.compile(r"haiti|\bmss\b|kenya|\bruto\b|port-au-prince|\bpnh\b", re.IGNORECASE)
    for path in modules():
        found = words.search(path.read_text(encoding="utf-8"))
        assert found is None, f"{path.relative_to(ROOT)}: {found and found.group()}"


def test_the_imports_point_down_only() -> None:
    """The floors hold: the import contracts are kept."""
    done = subprocess.run(
        ["lint-imports", "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout
