"""Only findings/ makes a finding or a table, so that each has passed the gate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parent.parent.parent / "src" / "codebreakers"
ROOM = "codebreakers.findings"
GUARDED = {"Finding", "Table"}
# What nobody may put in place of what has passed.
SEALED = {"figure", "rows", "findings"}
OUTSIDE = sorted(path for path in SRC.rglob("*.py") if path.parent != SRC / "findings")


def names_of(tree: ast.AST) -> Iterator[str]:
    """The names under which a module has imported what is guarded."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(ROOM):
            yield from (a.asname or a.name for a in node.names if a.name in GUARDED)


def made_in(source: str) -> list[int]:
    """Lines that make a finding or a table, or put other contents in one."""
    tree = ast.parse(source)
    names = set(names_of(tree))
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        by_name = isinstance(called, ast.Name) and called.id in names
        through_room = (
            isinstance(called, ast.Attribute)
            and called.attr in GUARDED
            and ast.unparse(called.value).split(".")[-1] == "findings"
        )
        replaced = ast.unparse(called).split(".")[-1] == "replace" and SEALED & {
            keyword.arg for keyword in node.keywords
        }
        if by_name or through_room or replaced:
            found.append(node.lineno)
    return found


@pytest.mark.parametrize("path", OUTSIDE, ids=lambda path: str(path.relative_to(SRC)))
def test_nothing_outside_the_room_makes_one(path: Path) -> None:
    assert made_in(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "source",
    [
        "from codebreakers.findings import Table\nTable()",
        "from codebreakers.findings import Finding as F\nx = [F(1) for _ in y]",
        "from codebreakers import findings\nfindings.Table()",
        "import codebreakers.findings\ncodebreakers.findings.Finding()",
        "from dataclasses import replace\nreplace(table, rows=())",
        "import dataclasses\ndataclasses.replace(finding, figure=1)",
    ],
)
def test_whoever_made_one_would_be_found(source: str) -> None:
    assert made_in(source) == [2]


def test_the_room_itself_makes_them_in_one_place() -> None:
    making = {
        path.name: made_in(path.read_text(encoding="utf-8"))
        for path in sorted((SRC / "findings").glob("*.py"))
    }
    assert [name for name, lines in making.items() if lines] == ["__init__.py", "disclosure.py"]
    assert len(making["disclosure.py"]) == 2
