"""A small Example England, made once, for everything that reads a store."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.profiles.example import example_store
from codebreakers.store import Store

SCHOOLS = 160


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Example England with a few schools, read into a store."""
    return example_store(tmp_path_factory.mktemp("store") / "example.duckdb", schools=SCHOOLS)


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with none of codebreakers' variables set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEBREAKERS_STORE", raising=False)
    monkeypatch.delenv("CODEBREAKERS_DATA", raising=False)
    return tmp_path
