"""The published results, read once for all the tests that need every year of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from codebreakers.store import Store

RESULTS = (
    "dfe/*/england_ks4*.csv",
    "dfe/*/england_pupdest.csv",
    "dfe/*/la_and_region_codes_meta.csv",
    "national/*.csv",
)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of that store on one worker, so that it is read once: --dist loadgroup."""
    for item in items:
        if "england" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.published)
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.xdist_group("england"))


@pytest.fixture(scope="session")
def england(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A store of every year's results; not to be written to."""
    store = Store(tmp_path_factory.mktemp("england") / "england.duckdb")
    for pattern in RESULTS:
        for path in sorted(data_dir.glob(pattern)):
            store.ingest(path)
    return store
