"""Where a command is run from, and what it finds worked out already."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.store import Store, open_store


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with none of codebreakers' variables set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEBREAKERS_STORE", raising=False)
    monkeypatch.delenv("CODEBREAKERS_DATA", raising=False)
    return tmp_path


@pytest.fixture(autouse=True)
def kept_between_commands(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands about the example share what the first of them worked out, as pages do."""
    if "example" not in request.fixturenames:
        return
    example: Store = request.getfixturevalue("example")
    monkeypatch.setattr(
        "codebreakers.surfaces.options.open_store",
        lambda path: example if path == str(example.path) else open_store(path),
    )
