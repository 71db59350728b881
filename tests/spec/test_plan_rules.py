"""From finding to plan: what is said of missing, suppressed and new data, and what is refused."""

from __future__ import annotations

import os

import pytest
from tiny_tables import urn

from codebreakers.errors import RequestError, UnknownNameError
from codebreakers.estimates import Withheld
from codebreakers.profiles.plan import plan, read_answers
from codebreakers.profiles.plan.evidence import months_said, read_approaches
from codebreakers.profiles.plan.steps import QUESTIONS, STEPS
from codebreakers.profiles.plan.template import template
from codebreakers.sources.approaches import APPROACHES
from codebreakers.sources.pupil_premium import RATES, financial_year

# B's result is suppressed, C is new, D had nobody to enter; E and F are as published.
SIX = """
    school TPUP KS2APS TFSMCLA PTAC5EM PTAC5EMFSM LEA_NAME REGION
    A       100   24.0      40     50%        50%  Leeds   North
    B       100   25.0      21     60%       SUPP  York    North
    C       100   26.0      52     70%        NEW  Hove    South
    D       100   27.0      10     55%         NE  Hove    South
    E       100   28.0      31     90%        20%  Hove    South
    F       100   29.0      25     40%        40%  Hove    South
"""
ANSWERS = 'version = 1\nurn = "{urn}"\nyear = 2013\n'


_KEPT = {}


@pytest.fixture
def held(store):
    """The same store for every test of an engine: what a year's plans share is worked out once."""
    one = store(SIX)
    return _KEPT.setdefault(str(one.path), one)


@pytest.fixture
def answers(tmp_path):
    """Answers read from what a school wrote."""

    def read(text, school="A"):
        path = tmp_path / "plan.toml"
        path.write_text(ANSWERS.format(urn=urn(school)) + text, encoding="utf-8")
        return read_answers(path)

    return read


def made(held, school="A", **given):
    return plan(held, urn(school), draws=0, **{"year": 2013, **given})


def said(found, part):
    return next(p for p in found.parts if p.id == part)


@pytest.mark.parametrize(
    ("school", "reason"),
    [
        ("B", "too few pupils to publish"),
        ("C", "a new school, with no earlier results"),
        ("D", "the school entered no pupils"),
    ],
)
def test_a_school_without_a_result_has_a_plan_that_says_why(held, school, reason):
    found = made(held, school)
    assert reason in found.page.school["school.rate"].sentence
    withheld = [f for f in found.findings if isinstance(f.figure, Withheld)]
    assert any(f.id == "plan.priority.result" and reason in f.sentence for f in withheld)
    assert all(f.value is None for f in withheld)
    assert reason in found.chance.sentence
    assert f"# {' ' * 4}Disadvantaged pupils: what chance alone" in template(found)


def test_what_is_not_in_any_table_is_said_apart_from_what_is_suppressed(held):
    found = made(held, "B")
    premium = next(f for f in found.findings if f.id == "plan.premium")
    assert premium.value is None
    assert "no school census of the year is held" in premium.sentence
    assert said(found, "funding").table.rows[0][1] == "Not known"
    step = said(found, "step-teaching").table
    assert "no table held has it for this year" in step.rows[0][1]
    assert "no workforce census of the year is held" in step.rows[1][1]


def test_without_chance_a_gap_is_said_as_published_and_gives_no_pupils(held):
    """A's similar schools E and F have 20% and 40%; E's, A and F, have 50% and 40%."""
    for school, verdict in (("A", "not behind, as published"), ("E", "behind, as published")):
        (result,) = [one for one in made(held, school).priorities if one.line == "result"]
        assert (result.verdict, result.finding.value) == (verdict, None)
        assert result.is_behind == (school == "E")


def test_every_step_has_its_questions_and_an_answer_or_none(held, answers):
    found = made(held, answers=answers('[answers]\nlife_after = "We rang them."\n'))
    for step in STEPS:
        table = said(found, f"step-{step.id}").table
        assert table.column("question") == tuple(q.asked for q in step.questions)
        assert all(table.column("evidence"))
    assert said(found, "step-life").table.column("answer")[0] == "We rang them."
    assert "not proved causes" in " ".join(said(found, "steps").words)


def test_the_file_a_school_begins_with_is_read_as_it_is_and_names_every_question(held, tmp_path):
    path = tmp_path / "plan.toml"
    path.write_text(template(made(held)), encoding="utf-8")
    found = read_answers(path)
    assert (found.urn, found.year, found.answers, found.activities) == (urn("A"), 2013, {}, ())
    assert all(f'\n{id_} = ""' in path.read_text("utf-8") for id_ in QUESTIONS)


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("[fundings]\n", UnknownNameError, "'funding'"),
        ("[funding]\npremium_pound = 1\n", UnknownNameError, "'premium_pounds'"),
        ('[answers]\nlife_aftr = "x"\n', UnknownNameError, "'life_after'"),
        ('[[targets]]\nof = "lows"\nvalue = 3\n', UnknownNameError, "'low'"),
        ("[statement]\nintent = 3\n", RequestError, "text in quotes was expected"),
        ('[funding]\npremium_pounds = "all"\n', RequestError, "a number was expected"),
        ("[funding]\npremium_pounds = true\n", RequestError, "True, and a number was expected"),
        ("[funding]\npremium_pounds = -1\n", RequestError, "from 0 to"),
        ("[funding]\npremium_pounds = nan\n", RequestError, "from 0 to"),
        ("[[targets]]\nvalue = 3\n", RequestError, "of is missing"),
        ('challenges = "x"\n', RequestError, "a list of tables was expected"),
        ("statement = 3\n", RequestError, "a table was expected"),
        (f'[statement]\nlead = "{"x" * 300}"\n', RequestError, "300 letters"),
        ("[statement\n", RequestError, "is no TOML"),
        ("[[activities]]\n" * 51, RequestError, "at most 50"),
        (
            '[[activities]]\nunder = "wider"\nwhat = "x"\ncost_pounds = 1\nchallenges = [1]\n',
            RequestError,
            "there are 0 challenges",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place_and_what_was_expected(answers, text, error, words):
    with pytest.raises(error) as met:
        answers(text)
    assert "plan.toml" in str(met.value)
    assert words in str(met.value)


def test_another_form_year_or_school_is_refused(held, answers, tmp_path):
    with pytest.raises(RequestError, match="URN 100001, and School E has 100005"):
        made(held, "E", answers=answers(""))
    with pytest.raises(RequestError, match="Leave out --year"):
        made(held, answers=answers(""), year=2014)
    path = tmp_path / "later.toml"
    path.write_text(ANSWERS.format(urn="1").replace("version = 1", "version = 2"))
    with pytest.raises(RequestError, match="reads version 1"):
        read_answers(path)
    with pytest.raises(RequestError, match="cannot be read: No such file"):
        read_answers(tmp_path / "none.toml")
    pipe = tmp_path / "pipe.toml"
    os.mkfifo(pipe)
    with pytest.raises(RequestError, match="not a file of at most 1,048,576 bytes"):
        read_answers(pipe)


def test_letters_that_nobody_sees_are_taken_away_and_the_rest_is_kept(answers):
    hostile = '[statement]\nlead = "a\\u001b[31m\\u202eb <script> =1+1 {{ x }}"\n'
    assert answers(hostile).statement["lead"] == "a[31mb <script> =1+1 {{ x }}"


COST = '[[activities]]\nunder = "wider"\nwhat = "Visits"\napproach = "parents"\ncost_pounds = {}\n'


def test_the_budget_may_come_to_the_premium_and_not_to_more(held, answers):
    funding = "[funding]\npremium_pounds = 1000\ncarried_forward_pounds = 50.5\n"
    found = made(held, answers=answers(funding + COST.format(1050.5)))
    assert "£1,050.50" in said(found, "total").heading
    assert "+4 months, cost very low" in said(found, "wider").table.rows[0][1]
    with pytest.raises(RequestError) as met:
        made(held, answers=answers(funding + COST.format(2000)))
    assert "£2,000, which is £949.50 more than the £1,050.50 there is" in str(met.value)
    assert "Lower a cost_pounds" in str(met.value)


def test_a_budget_of_a_premium_that_is_not_known_is_not_held_against_nothing(held, answers):
    found = made(held, answers=answers(COST.format(10)))
    assert "is not known" in " ".join(said(found, "total").words)


def test_an_approach_that_is_not_there_is_refused_and_one_of_ones_own_is_read(
    held, answers, tmp_path
):
    wrong = COST.format(1).replace("parents", "parnts")
    with pytest.raises(UnknownNameError, match="'parents'"):
        made(held, answers=answers("[funding]\npremium_pounds = 5\n" + wrong))
    own = tmp_path / "own.toml"
    own.write_text(
        '[[approaches]]\nid = "parnts"\ntitle = "Visits"\nunder = "wider"\n'
        'source = "our own trial"\nedition = "2013"\n'
    )
    found = made(held, answers=answers("[funding]\npremium_pounds = 5\n" + wrong), evidence=own)
    assert "Visits: average impact not known" in said(found, "wider").table.rows[0][1]
    assert len(read_approaches(own)) == len(APPROACHES) + 1
    own.write_text('[[approach]]\nid = "x"\n')
    with pytest.raises(UnknownNameError, match="'approaches'"):
        read_approaches(own)


def test_every_approach_has_its_source_and_a_figure_or_the_reason_for_none():
    assert len({a.id for a in APPROACHES}) == len(APPROACHES)
    for one in APPROACHES:
        assert one.source.startswith("educationendowmentfoundation.org.uk/")
        assert one.edition
        assert (one.months is None) == bool(one.note)
        assert months_said(one).startswith("not known: " if one.note else "+")


def test_the_rate_is_that_of_the_year_that_begins_in_the_results_year():
    assert (RATES[2013].pounds, RATES[2014].pounds, RATES[2024].pounds) == (900, 935, 1_050)
    assert financial_year(2013) == "2013-14"
    assert financial_year(1999) == "1999-00"
    assert all(rate.source for rate in RATES.values())
