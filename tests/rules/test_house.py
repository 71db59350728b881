"""The house's own rules: sizes, names, imports, randomness, the public list."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import codebreakers

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = sorted((ROOT / "src").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}
NAMES = [str(path.relative_to(ROOT)) for path in SOURCES]

LONGEST_FILE = 400
LONGEST_FUNCTION = 40
GENERIC = {"utils", "helpers", "common", "core", "base", "misc"}


def _functions(tree: ast.AST) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function's body: its docstring and signature are documentation."""
    body = function.body
    if isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    if not body:
        return 0
    last = body[-1].end_lineno
    assert last is not None
    return last - body[0].lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_files_are_short(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_functions_are_short(path: Path) -> None:
    long = {
        f.name: _body_lines(f)
        for f in _functions(TREES[path])
        if _body_lines(f) >= LONGEST_FUNCTION
    }
    assert long == {}


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_no_module_imports_the_package_itself(path: Path) -> None:
    whole = [
        node.lineno
        for node in ast.walk(TREES[path])
        if (isinstance(node, ast.ImportFrom) and node.module == "codebreakers")
        or (isinstance(node, ast.Import) and any(a.name == "codebreakers" for a in node.names))
    ]
    assert whole == []


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_randomness_is_seeded_and_passed_down(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(import random|from random import)", text, re.M)
    assert not re.search(r"np\.random\.(?!default_rng|Generator|SeedSequence|PCG64)", text)
    assert "default_rng()" not in text


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_nothing_is_left_undone(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\b(TODO|FIXME|XXX|NotImplementedError)\b", text)
    assert not re.search(r"except( Exception)?:\s*\n\s*pass", text)


@pytest.mark.parametrize("path", SOURCES, ids=NAMES)
def test_every_public_function_and_class_says_what_it_is(path: Path) -> None:
    bare = [
        node.name
        for node in TREES[path].body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert bare == []


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert not [path for path in SOURCES if path.stem in GENERIC]


def test_only_the_engine_border_collects() -> None:
    collecting = [
        str(path.relative_to(ROOT))
        for path in SOURCES
        if re.search(r"\.collect\(", path.read_text(encoding="utf-8"))
    ]
    assert collecting == ["src/codebreakers/store/engines.py"]


def test_the_public_names_are_one_sorted_list_and_all_there() -> None:
    assert codebreakers.__all__ == sorted(codebreakers.__all__)
    for name in codebreakers.__all__:
        assert getattr(codebreakers, name).__doc__, name
    with pytest.raises(AttributeError, match="no attribute 'breaker'"):
        _ = codebreakers.breaker


def test_importing_the_package_loads_no_room() -> None:
    code = (
        "import sys, codebreakers; print([m for m in sys.modules if m.startswith('codebreakers.')])"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"


def test_the_command_line_loads_no_library_that_only_some_answers_need() -> None:
    heavy = {"altair", "fastapi", "pandas", "polars", "pyarrow", "python_calamine", "scipy", "svy"}
    code = f"import sys, codebreakers.surfaces.cli; print(sorted({heavy} & set(sys.modules)))"
    found = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert found.stdout.strip() == "[]"


def test_no_two_test_files_share_a_name() -> None:
    # pytest imports them by their bare names, and refuses the second only when it gets there.
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
