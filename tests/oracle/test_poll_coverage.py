"""Whether a poll's ranges hold the truth: Example England's teachers, whose answers are known."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from codebreakers.inference.raked_shares import difference_limits, share_limits
from codebreakers.questions.poll import poll, poll_in
from codebreakers.questions.poll.example import example_poll
from codebreakers.questions.poll.lines import chosen, lines_of
from codebreakers.questions.poll.questionnaire import read_questionnaire
from codebreakers.questions.poll.weighted import Poll
from codebreakers.sources.example.poll import WORLD
from codebreakers.sources.example.teachers import PHASES, teachers_of

Polls = list[tuple[Poll, dict[str, float]]]


def shares_covered(polls: Polls) -> dict[str, list[bool]]:
    """Of each line of each question, whether the range of each poll holds the truth."""
    found: dict[str, list[bool]] = {}
    for asked, truth in polls:
        for question in asked.asked.questions:
            answers, lines = asked.answers[question.id], lines_of(question)
            shares = asked.estimator.shares(chosen(answers, lines), answers.answered)
            for line, least, most in zip(lines, *share_limits(shares), strict=True):
                held = bool(least <= truth[line.id] / 100 <= most)
                found.setdefault(line.id, []).append(held)
    return found


def differences_covered(polls: Polls) -> list[bool]:
    """Of each headline, whether the range of secondary teachers less others holds the truth."""
    everyone, found = teachers_of(*WORLD), []
    first, second = map(PHASES.index, ("primary", "secondary"))
    for asked, _ in polls:
        phase = asked.columns["phase"]
        secondary = phase.codes == phase.texts.index("secondary")
        for question in (q for q in asked.asked.questions if q.headline):
            answers = asked.answers[question.id]
            said = chosen(answers, lines_of(question)[:1])
            parts = [
                asked.estimator.shares(said, answers.answered & inside)
                for inside in (secondary, ~secondary)
            ]
            apart = asked.estimator.less(*parts)
            low, high = difference_limits(apart, min(part.respondents for part in parts))
            true = everyone.truth(question.id, question.headline, second)
            true -= everyone.truth(question.id, question.headline, first)
            found.append(bool(low[0] <= true / 100 <= high[0]))
    return found


@pytest.fixture(scope="module")
def few() -> Polls:
    return [example_poll(seed=seed) for seed in range(6)]


def test_ranges_of_a_few_polls_hold_the_truth_about_as_often_as_they_say(few: Polls) -> None:
    """Answers of one poll go together: six polls are known to no better than some points."""
    hits = [held for line in shares_covered(few).values() for held in line]
    assert len(hits) == 6 * 27
    assert np.mean(hits) >= 0.85
    assert np.mean(differences_covered(few)) >= 0.75


@pytest.mark.proof
def test_ranges_of_two_hundred_polls_hold_the_truth() -> None:
    polls = [example_poll(seed=seed) for seed in range(200)]
    lines = shares_covered(polls)
    assert 0.93 <= np.mean([held for line in lines.values() for held in line]) <= 0.97
    # Of 200 ranges of 95%: four standard errors are 6 points.
    assert min(np.mean(line) for line in lines.values()) > 0.89
    assert 0.93 <= np.mean(differences_covered(polls)) <= 0.97


def test_the_truth_is_said_beside_each_answer_and_the_same_seed_gives_the_same() -> None:
    found, again, other = poll(seed=3), poll(seed=3), poll(seed=4)
    assert found.rows == again.rows != other.rows
    truth = found.column("truth_percent")
    assert truth == other.column("truth_percent")
    shares = np.array(found.column("share_percent"), dtype=float)
    assert np.abs(shares - np.array(truth, dtype=float)).max() < 8
    assert found.made_up


def test_weights_bring_the_answers_nearer_the_truth(few: Polls) -> None:
    """Unweighted, the young answer too often, and would sooner go to a harder school."""
    weighted, plain = [], []
    for asked, truth in few:
        answers = asked.answers["seek_challenge"]
        said = chosen(answers, lines_of(answers.question))[:, :1]
        found = asked.estimator.shares(said, answers.answered)
        weighted.append(100 * found.values[0] - truth["seek_challenge"])
        plain.append(100 * said[answers.answered].mean() - truth["seek_challenge"])
    assert abs(np.mean(weighted)) < abs(np.mean(plain))


def test_the_national_answer_takes_what_a_poll_says_and_keeps_none() -> None:
    findings, truth, notes = poll_in(True, None)
    ids = {finding.id for finding in findings}
    headlines = {f"poll.{q.id}" for q in read_questionnaire().questions if q.headline}
    assert headlines | {f"{name}.secondary" for name in headlines} <= ids & truth.keys()
    assert notes == ()
    given = poll(seed=5)
    assert poll_in(False, given) == (given.findings, {}, ())
    assert "--poll" in poll_in(False, None)[2][0]


def test_without_the_extra_the_national_answer_says_what_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "svy", None)
    findings, _, notes = poll_in(True, None)
    assert findings == ()
    assert "codebreakers[poll]" in notes[0]
