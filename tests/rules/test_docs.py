"""What there is, is documented: every command, measure, public name and dependency."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
import typer.main

import codebreakers
from codebreakers.measures.catalogue import CATALOGUE
from codebreakers.surfaces.cli import app

ROOT = Path(__file__).resolve().parent.parent.parent
COMMANDS = {
    name: command
    for name, command in typer.main.get_command(app).commands.items()  # type: ignore[attr-defined]
    if not command.hidden
}


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command: str) -> None:
    said = _text("README.md")
    assert f"codebreakers {command}" in said or f"make {command}" in said


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_shows_an_example_in_its_help(command: str) -> None:
    assert f"codebreakers {command}" in COMMANDS[command].help


@pytest.mark.parametrize("name", codebreakers.__all__)
def test_every_public_name_is_documented(name: str) -> None:
    assert f"`{name}`" in _text("docs/api.md")


@pytest.mark.parametrize("measure", CATALOGUE)
def test_every_measure_is_documented(measure: str) -> None:
    assert f"`{measure}`" in _text("docs/methods.md")


def test_every_dependency_is_justified() -> None:
    declared = tomllib.loads(_text("pyproject.toml"))["project"]["dependencies"]
    names = [re.split(r"[<>=\[]", line)[0] for line in declared]
    said = _text("docs/dependencies.md")
    assert [name for name in names if name not in said] == []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda p: p.name)
def test_every_source_file_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"`((?:src|tests|docs)/[\w./*-]+\.\w+)`", page.read_text(encoding="utf-8"))
    named += [f"src/codebreakers/{p}" for p in re.findall(r"`(\w+/\w+\.py)`", page.read_text())]
    assert [name for name in named if not list(ROOT.glob(name))] == []
