"""What every test may ask for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The published tables: CODEBREAKERS_DATA, or ../shared/data beside the project."""
    folder = Path(os.environ.get("CODEBREAKERS_DATA") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"the published tables are not at {folder}; set CODEBREAKERS_DATA")
    return folder
