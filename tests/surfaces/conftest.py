"""Where a command is run from."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, with none of codebreakers' variables set."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CODEBREAKERS_STORE", raising=False)
    monkeypatch.delenv("CODEBREAKERS_DATA", raising=False)
    return tmp_path
