"""A user's own measure is believed only once every part of it has been checked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from codebreakers.errors import CodebreakersError, RequestError, UnknownNameError
from codebreakers.measures.catalogue import CATALOGUE, find
from codebreakers.measures.declared_files import LARGEST_FILE
from codebreakers.measures.proposed import (
    GREATEST_WEIGHT,
    LONGEST,
    MOST_PARTS,
    Proposal,
    measure_of,
)

FILE = """
name = "Four equal buckets"
pupil_sd = 1.3
[weights]
p8_english = 0.25
p8_maths = 0.25
p8_ebacc = 0.25
p8_open = 0.25
"""


def proposal(text: str) -> Proposal:
    found = measure_of(text)
    assert isinstance(found, Proposal)
    return found


def test_a_name_is_that_measure() -> None:
    assert measure_of("progress8") is find("progress8")


def test_a_sum_is_read() -> None:
    found = proposal(" 0.4*p8_english +0.6 * p8_maths")
    assert [(part.name, weight) for part, weight in found.parts] == [
        ("p8_english", 0.4),
        ("p8_maths", 0.6),
    ]
    assert found.measure.name == "0.4*p8_english + 0.6*p8_maths"
    assert (found.measure.kind, found.measure.unit) == ("progress", "points")
    assert found.measure.same_construct(find("progress8"))
    assert found.pupil_sd is None


def test_one_part_is_a_measure_of_that_part_alone() -> None:
    assert not proposal("2*p8_english").measure.same_construct(find("progress8"))
    assert not proposal("2*p8_english").measure.same_construct(find("p8_maths"))
    assert proposal("2*progress8").measure.same_construct(find("progress8"))


@pytest.mark.parametrize(
    ("text", "kind", "construct", "decimals", "centre"),
    [
        ("1*p8_english + 1*best8_value_added", "progress", "progress", 2, 1000.0),
        ("0.5*best8_value_added + 1*attainment8", "mean", "", 1, 500.0),
        ("1*attainment8 + 1*ebacc_aps", "mean", "", 2, 0.0),
        ("1*five_good_gcses + 1*basics_94", "mean", "attainment", 0, 0.0),
    ],
)
def test_a_sum_is_of_what_its_parts_are(text, kind, construct, decimals, centre) -> None:
    found = proposal(text).measure
    assert (found.kind, found.construct, found.decimals) == (kind, construct, decimals)
    assert (found.centre, found.better, found.series) == (centre, "higher", ())


def test_at_the_borders_a_sum_is_one_still(tmp_path: Path) -> None:
    assert proposal(f"{GREATEST_WEIGHT:.0f}*p8_english").parts[0][1] == GREATEST_WEIGHT
    text = "1*p8_english"
    assert proposal(text + " " * (LONGEST - len(text))).measure.name == text
    path = tmp_path / "SCHEME.TOML"
    scheme = f'name = "{"x" * LONGEST}"\n[weights]\np8_english = 1\n'
    path.write_text(scheme + "#" * (LARGEST_FILE - len(scheme)))
    assert proposal(str(path)).measure.title.startswith("xxx")


def test_past_the_borders_it_is_refused_and_the_border_said(tmp_path: Path) -> None:
    path = tmp_path / "scheme.toml"
    scheme = "[weights]\np8_english = 1\n"
    for content, said in (
        (f'name = "{"x" * (LONGEST + 1)}"\n{scheme}', "The name in"),
        (scheme + "#" * (LARGEST_FILE + 1 - len(scheme)), f"{LARGEST_FILE:,} bytes"),
        (f"pupil_sd = {GREATEST_WEIGHT}\n{scheme}", "standard deviation of 1e"),
        ("[weights]\np8_english = 1000000.5\n", "p8_english has a weight"),
    ):
        path.write_text(content)
        with pytest.raises(RequestError, match=said):
            measure_of(str(path))
    text = "1*p8_english"
    with pytest.raises(RequestError, match="1,001 characters"):
        measure_of(text + " " * (LONGEST + 1 - len(text)))
    for parts, said in ((MOST_PARTS, "is there twice"), (MOST_PARTS + 1, "of 21 parts")):
        with pytest.raises(RequestError, match=said):
            measure_of(" + ".join([text] * parts))
    with pytest.raises(RequestError, match="'p8_english' is not a weight"):
        measure_of("p8_english + p8_maths")


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "scheme.toml"
    path.write_text(FILE)
    found = proposal(str(path))
    assert found.pupil_sd == 1.3
    assert found.measure.title.startswith("Four equal buckets (0.25*p8_english + ")
    assert len(found.parts) == 4


@pytest.mark.parametrize(
    "text",
    [
        "p8_english+p8_maths",
        "0.5*p8_english-0.5*p8_maths",
        "0.5*p8_english+",
        "-1*p8_english",
        "1e3*p8_english",
        "0*p8_english",
        "0.5*p8_english + 0.5*p8_english",
        "1*p8_english + 1*ks2_points",
        "1*p8_english + 1*five_good_gcses",
        "__import__('os')*1",
        "0.5**p8_english",
        "\u0665*p8_english",
        " + ".join(["1*p8_english"] * 200),
    ],
)
def test_a_sum_that_is_not_one_is_refused(text: str) -> None:
    with pytest.raises(RequestError):
        measure_of(text)


def test_a_part_nobody_knows_is_refused_with_the_nearest() -> None:
    with pytest.raises(UnknownNameError, match="p8_maths"):
        measure_of("1*p8_math")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[weights]",
        "weights = 3",
        "[weights]\np8_english = true",
        '[weights]\np8_english = "1"',
        "[weights]\np8_english = nan",
        "[weights]\np8_english = inf",
        "[weights]\np8_english = -1",
        "[weights]\np8_english = 1" + "0" * 400,
        "[weights.p8_english]\nx = 1",
        "better = 'lower'\n[weights]\np8_english = 1",
        "name = 3\n[weights]\np8_english = 1",
        'name = "\\u001b[2J"\n[weights]\np8_english = 1',
        "pupil_sd = 0\n[weights]\np8_english = 1",
        "pupil_sd = nan\n[weights]\np8_english = 1",
        "pupil_sd = true\n[weights]\np8_english = 1",
        "not toml",
        "x = " + "[" * 5000,
    ],
)
def test_a_file_that_says_anything_else_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "scheme.toml"
    path.write_text(content)
    with pytest.raises(RequestError):
        measure_of(str(path))


def test_a_file_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    large, pipe, folder = (tmp_path / f"{name}.toml" for name in ("large", "pipe", "folder"))
    large.write_text("#" * (LARGEST_FILE + 1))
    os.mkfifo(pipe)
    folder.mkdir()
    raw = tmp_path / "raw.toml"
    raw.write_bytes(b"\xff\xfe")
    for path in (large, pipe, folder, raw, tmp_path / "missing.toml"):
        with pytest.raises(RequestError):
            measure_of(str(path))


@given(st.one_of(st.text(max_size=40), st.text("0123456789.*+ p8_englishmat", max_size=60)))
def test_any_text_is_a_measure_or_is_refused(text: str) -> None:
    try:
        found = measure_of(text)
    except CodebreakersError:
        return
    if isinstance(found, Proposal):
        assert found.parts
        assert all(part.name in CATALOGUE and weight > 0 for part, weight in found.parts)
    else:
        assert found is CATALOGUE[text]
