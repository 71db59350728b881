"""The published tables, read once for all the tests that need every one of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.store import Store


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of the whole store on one worker: reading it takes half a minute."""
    for item in items:
        if "england" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.published)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("england"))


@pytest.fixture(scope="session")
def england(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of all the published tables; not to be written to."""
    store = Store(tmp_path_factory.mktemp("england") / "england.duckdb")
    refused = [one for one in store.ingest(data_dir) if one.state == "refused"]
    assert not refused, refused
    return store
