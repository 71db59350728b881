"""A cold start, and twenty readers at once: 3 s to the first answer, then 150 ms for 95 in 100."""

from __future__ import annotations

import http.client
import random
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import pytest

from codebreakers.profiles.example import example_store
from codebreakers.questions.codebreakers import breakers
from codebreakers.store import Store

YEAR, READERS, SECONDS = 2013, 20, 10
COLD, SLOWEST = 3.0, 0.150
QUESTIONS = ("gaps", "breakers", "potential", "lottery", "claims")
SERVE = "from codebreakers.surfaces.cli import main; main()"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Example England at its full size."""
    return example_store(tmp_path_factory.mktemp("web") / "example.duckdb")


@pytest.fixture(scope="module")
def served(store: Store) -> Iterator[tuple[int, float]]:
    """The port of a server begun anew, and how long its first answer took."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    begun = time.perf_counter()
    words = ["serve", "--store", str(store.path), "--year", str(YEAR), "--port", str(port), "-q"]
    process = subprocess.Popen([sys.executable, "-c", SERVE, *words])
    try:
        while asked(port, f"/{YEAR}") is None:
            assert time.perf_counter() - begun < 60
            time.sleep(0.02)
        yield port, time.perf_counter() - begun
    finally:
        process.terminate()
        assert process.wait(30) in (0, -signal.SIGTERM)


def asked(port: int, path: str) -> int | None:
    """Return the status of an answer, or None where nobody listens yet."""
    reader = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        reader.request("GET", path, headers={"HX-Request": "true"} if path.count("/") > 1 else {})
        answer = reader.getresponse()
        answer.read()
        return answer.status
    except ConnectionRefusedError:
        return None
    finally:
        reader.close()


def test_the_first_answer_comes_within_three_seconds(served: tuple[int, float]) -> None:
    print(f"\ncold start to the first page: {served[1]:.2f} s")
    assert served[1] < COLD


def test_twenty_readers_at_once(served: tuple[int, float], store: Store) -> None:
    port = served[0]
    urns = breakers(store, year=YEAR, draws=0, everyone=True).column("school_urn")
    chosen = random.Random(0).sample([str(u) for u in urns], 200)
    pages = [f"/{YEAR}/questions/{name}" for name in QUESTIONS]
    pages += [f"/{YEAR}/schools/{urn}" for urn in chosen]
    begun = time.perf_counter()
    assert {asked(port, page) for page in pages} == {200}
    print(f"\n{len(pages)} pages drawn for the first time: {time.perf_counter() - begun:.1f} s")
    took: list[float] = []
    until = time.perf_counter() + SECONDS

    def read(number: int) -> None:
        reader = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        rng = random.Random(number)
        while time.perf_counter() < until:
            page = rng.choice(pages)
            first = time.perf_counter()
            reader.request("GET", page)
            answer = reader.getresponse()
            answer.read()
            assert answer.status == 200
            took.append(time.perf_counter() - first)
        reader.close()

    readers = [threading.Thread(target=read, args=(i,)) for i in range(READERS)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    slowest = statistics.quantiles(took, n=20)[-1]
    print(f"{len(took):,} pages in {SECONDS} s; 95 in 100 within {1000 * slowest:.0f} ms")
    assert slowest < SLOWEST
