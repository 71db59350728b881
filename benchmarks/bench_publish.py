"""Budgets of publishing: a country of 3,100 schools as files within 10 minutes and 2 GB."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

SCHOOLS = 3_100
FIRST_SECONDS, BYTES = 600.0, 2 * 10**9
AGAIN_SECONDS = 30.0
_CODE = """
import sys, time
from pathlib import Path
from codebreakers.store import Store
from codebreakers.surfaces.publish import publish

began = time.perf_counter()
found = publish(Store(Path(sys.argv[1])), sys.argv[2], years=(2013,))
seconds = time.perf_counter() - began
status = Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(found.pages, found.written, seconds, peak)
"""


def _published(store: Path, folder: Path) -> tuple[int, int, float, int]:
    """Publish in a process of its own: pages, files written, seconds, bytes at its peak."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(store), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    # The engine may have something to say after it, as the process ends.
    pages, written, seconds, peak = done.stdout.splitlines()[0].split()
    return int(pages), int(written), float(seconds), int(peak)


def test_a_country_is_published_within_its_budget(tmp_path: Path) -> None:
    from codebreakers.profiles.example import example_store

    store = tmp_path / "example.duckdb"
    example_store(store, schools=SCHOOLS)
    pages, written, seconds, peak = _published(store, tmp_path / "site")
    print(f"{pages:,} pages, {written:,} files in {seconds:.0f} s and {peak / 1e6:.0f} MB")
    assert pages > SCHOOLS
    assert seconds < FIRST_SECONDS
    assert peak < BYTES
    _, written, seconds, _ = _published(store, tmp_path / "site")
    print(f"begun again: {written:,} files in {seconds:.1f} s")
    assert written == 0
    assert seconds < AGAIN_SECONDS


def test_a_run_that_was_killed_goes_on_where_it_stopped(tmp_path: Path) -> None:
    from codebreakers.profiles.example import example_store

    store, site = tmp_path / "example.duckdb", tmp_path / "site"
    example_store(store, schools=300)
    with subprocess.Popen(
        [sys.executable, "-c", _CODE, str(store), str(site)], stdout=subprocess.DEVNULL
    ) as run:
        deadline = time.monotonic() + 120
        while len(list(site.glob("2013/schools/*.json"))) < 50:
            assert time.monotonic() < deadline
            assert run.poll() is None
            time.sleep(0.05)
        run.kill()
    there = sum(1 for path in site.rglob("*.json"))
    pages, written, _, _ = _published(store, site)
    print(f"killed with {there:,} twins there; {written:,} files of {pages:,} pages later")
    assert written < 3 * pages - 2 * there
