"""Weights and standard errors: against plain Python, and against R's survey package."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
import small_poll as slow
from hypothesis import given, settings
from hypothesis import strategies as st

from codebreakers.errors import CannotAnswerError
from codebreakers.inference.raked_shares import Linear
from codebreakers.inference.weighting import Margin, Weights, rake

RECORDED = Path(__file__).with_name("survey_poll.csv")
FEW = settings(max_examples=25, deadline=None)


def margins_of(people: list[dict[str, str]], known: dict[str, dict[str, float]]) -> list[Margin]:
    found = []
    for margin, shares in known.items():
        names = list(shares)
        codes = [names.index(slow.category(margin, person)) for person in people]
        found.append(Margin(margin, tuple(names), np.array(list(shares.values())), np.array(codes)))
    return found


def furthest(weights: Weights) -> float:
    people = len(weights.values)
    return max(
        float(np.abs(m.totals(weights.values) / (m.shares * people) - 1).max())
        for m in weights.margins
    )


@pytest.fixture(scope="module")
def people() -> list[dict[str, str]]:
    return slow.small_poll()


@pytest.fixture(scope="module")
def raked(people: list[dict[str, str]]) -> Weights:
    return rake(margins_of(people, slow.MARGINS), bounds=None, replicates=400, seed=1)


def linear(weights: Weights) -> Linear:
    return Linear(
        Weights(weights.values, weights.margins, None, 0, np.empty((len(weights.values), 0)))
    )


def test_weights_are_those_of_plain_python(people, raked) -> None:
    assert raked.values == pytest.approx(slow.slow_rake(people, slow.MARGINS), rel=1e-8)
    assert furthest(raked) < 1e-9


def recorded() -> list[dict[str, str]]:
    with RECORDED.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("row", recorded(), ids=lambda r: f"{r['question']}-{r['part']}")
def test_figures_are_those_of_the_survey_package(people, raked, row) -> None:
    if row["question"] == "weight":
        ours = {"least": raked.values.min(), "most": raked.values.max()}[row["part"]]
        assert ours == pytest.approx(float(row["value"]), rel=1e-5)
        return
    said = np.array([[person[row["question"]] == "1"] for person in people])
    part, less, _ = row["part"].partition(" less the rest")
    inside = np.array([part in ("all", p["phase"], p["region"]) for p in people])
    estimator = linear(raked)
    found = estimator.shares(said, inside)
    if less:
        rest = estimator.shares(said, ~inside)
        found = estimator.less(found, rest)
    assert found.values[0] == pytest.approx(float(row["value"]), rel=1e-4)
    assert found.errors[0] == pytest.approx(float(row["standard_error"]), rel=1e-3)


def test_replicates_spread_as_the_linearised_error_says(people, raked) -> None:
    said = np.array([[p["yes"] == "1", p["often"] == "1"] for p in people])
    everyone = np.ones(len(people), dtype=bool)
    spread = Linear(raked).shares(said, everyone)
    smooth = linear(raked).shares(said, everyone)
    assert spread.values == pytest.approx(smooth.values)
    # 400 replicates: their standard deviation is known to 1 / sqrt(800).
    assert spread.errors == pytest.approx(smooth.errors, rel=4 / math.sqrt(800))


def test_every_replicate_meets_the_margins(raked) -> None:
    for margin in raked.margins:
        for column in raked.replicates.T[:50]:
            assert margin.totals(column) == pytest.approx(margin.shares * slow.PEOPLE, rel=1e-8)


@st.composite
def some_poll(draw: st.DrawFn) -> tuple[list[dict[str, str]], dict[str, dict[str, float]]]:
    people = draw(
        st.lists(
            st.fixed_dictionaries(
                {
                    "phase": st.sampled_from("ps"),
                    "sex": st.sampled_from("fm"),
                    "age": st.sampled_from("abc"),
                }
            ),
            min_size=24,
            max_size=60,
        )
    )
    # One of each, so that every margin can be met together.
    people += [{"phase": p, "sex": s, "age": a} for p in "ps" for s in "fm" for a in "abc"]
    known = {}
    for margin, names in (("phase", "ps"), ("sex", "fm"), ("age", "abc")):
        parts = [draw(st.integers(1, 9)) for _ in names]
        known[margin] = {n: part / sum(parts) for n, part in zip(names, parts, strict=True)}
    return people, known


@FEW
@given(some_poll())
def test_any_small_poll_is_raked_as_plain_python_does(poll) -> None:
    people, known = poll
    ours = rake(margins_of(people, known), bounds=None)
    assert ours.values == pytest.approx(slow.slow_rake(people, known), rel=1e-6)
    assert furthest(ours) < 1e-9


@FEW
@given(some_poll(), st.floats(1.2, 4.0))
def test_bounds_and_margins_hold_together_or_it_is_said(poll, most) -> None:
    people, known = poll
    margins = margins_of(people, known)
    try:
        ours = rake(margins, bounds=(0.25, most))
    except CannotAnswerError:
        # Unbounded they can be met: it is the bounds that cannot hold.
        free = rake(margins, bounds=None).values
        assert free.min() < 0.25 or free.max() > most
        return
    assert furthest(ours) < 1e-9
    assert ours.values.min() > 0.25 * (1 - 1e-8)
    assert ours.values.max() < most * (1 + 1e-8)
