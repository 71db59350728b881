"""The command that follows one school through its URNs."""

from __future__ import annotations

import csv
import io
import json

import pytest

from codebreakers.store import Store
from codebreakers.store.lineage import lineages
from codebreakers.surfaces.cli import _run

IDS = {"lineage.urns", "lineage.events", "lineage.unclear"}


@pytest.fixture
def converted(example: Store) -> tuple[str, str]:
    """The URNs of a school that became an academy."""
    event = next(e for e in lineages(example).events if e.kind == "conversion")
    return event.before[0], event.following[0]


def asked(example: Store, capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = _run(["lineage", *words, "--store", str(example.path)])
    said = capsys.readouterr()
    return code, said.out, said.err


@pytest.mark.parametrize("which", [0, 1])
def test_either_urn_tells_the_same_history(
    example: Store,
    converted: tuple[str, str],
    capsys: pytest.CaptureFixture[str],
    which: int,
) -> None:
    code, out, err = asked(example, capsys, converted[which])
    assert (code, err) == (0, "")
    assert "One school with 2 URNs" in out
    assert all(urn in out for urn in converted)
    assert "same authority" in out
    assert "Example England: a made-up country." in out
    assert max(map(len, out.splitlines())) <= 100


def test_json_has_the_findings_their_sources_and_a_row_an_event(
    example: Store, converted: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = asked(example, capsys, converted[1], "--format", "json")
    told = json.loads(out)
    findings = {f["id"]: f for f in told["findings"]}
    assert code == 0
    assert set(findings) == IDS
    assert findings["lineage.urns"]["value"] == 2
    assert findings["lineage.events"]["value"] == len(told["table"]["rows"])
    assert findings["lineage.unclear"]["value"] == 0
    datasets = {p["dataset"] for p in findings["lineage.urns"]["provenance"]}
    assert {"links", "ks4", "census"} <= datasets


def test_csv_has_years_as_numbers_and_a_closure_names_nobody(
    example: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = next(e for e in lineages(example).events if e.kind == "closure")
    code, out, _ = asked(example, capsys, closed.before[0], "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert code == 0
    assert row["kind"] == "closure"
    assert row["following_urns"] == "z"
    assert row["date"] == "not-held"
    assert row["results_before_year"] == str(closed.after)


def test_a_merger_names_the_others(example: Store, capsys: pytest.CaptureFixture[str]) -> None:
    merger = next(e for e in lineages(example).events if e.kind == "merger")
    for urn in (*merger.before, *merger.following):
        _, out, _ = asked(example, capsys, urn)
        assert "known by one URN" in out
        assert all(other in out for other in (*merger.before, *merger.following))


def test_a_school_to_which_nothing_happened(
    example: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    found = lineages(example)
    still = {u for e in found.events for u in (*e.before, *e.following)}
    urn = min(key for key in found.known - still if key.isdigit())
    code, out, _ = asked(example, capsys, urn)
    assert code == 0
    assert "Nothing is known to have happened to it." in out


def test_an_unknown_urn_gets_the_nearest(
    example: Store, converted: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = converted[0][:-1] + "x"
    code, out, err = asked(example, capsys, wrong, "--format", "json")
    told = json.loads(err)["error"]
    assert (code, out) == (2, "")
    assert told["kind"] == "unknown-name"
    assert any(name.startswith(converted[0][:-2]) for name in told["available"])
    assert "Did you mean" in told["remedy"]
