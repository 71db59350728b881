"""Page one for governors: ten blocks, whatever of a school's data is there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import numpy as np
import pytest

from codebreakers.errors import UnknownNameError
from codebreakers.estimates import Estimate, Withheld
from codebreakers.inference.chance import SUMMED, chance_removed
from codebreakers.inference.levels import levels_of
from codebreakers.measures.catalogue import find
from codebreakers.peers.gains import PRESETS, gains
from codebreakers.peers.population import population
from codebreakers.profiles.page_one import PageOne, page_one
from codebreakers.profiles.page_one.ask import STEPS
from codebreakers.profiles.page_one.facets import FACETS
from codebreakers.profiles.page_one.gap import MOST_WORDS
from codebreakers.questions.partners import MOST_NAMED, WITHIN_MILES
from codebreakers.store import Store

YEAR = 2013
IDS = ["who", "answer", "beside", "more", "years", "where", "talk", "ask", "limits", "source"]
MEASURE = find("five_good_gcses")


@pytest.fixture(scope="module")
def pages(example: Store) -> list[PageOne]:
    with example.reading():
        keys = population(example, YEAR).keys[::2]
        return [page_one(example, str(urn), year=YEAR) for urn in keys]


def words_of(page: PageOne) -> Iterator[str]:
    for block in page.blocks:
        yield from (finding.sentence for finding in block.said)
        yield from block.words
    yield from (finding.sentence for finding in page.block("beside").beside)


def test_every_school_has_ten_blocks_and_each_says_something(pages: list[PageOne]) -> None:
    for page in pages:
        assert [block.number for block in page.blocks] == list(range(1, 11))
        assert [block.id for block in page.blocks] == IDS
        assert all(block.heading and (block.said or block.words) for block in page.blocks)
        assert page.made_up
        assert "made-up" in " ".join(page.block("source").words)


def test_the_answer_is_short_and_holds_its_range(pages: list[PageOne]) -> None:
    for page in pages:
        (answer,) = page.block("answer").said
        assert len(answer.sentence.split()) <= MOST_WORDS
        if isinstance(answer.figure, Estimate):
            assert re.search(r"\(\d+ to \d+\)", answer.sentence)
    assert any(isinstance(page.block("answer").said[0].figure, Withheld) for page in pages)


def test_the_verdict_of_the_answer_is_that_of_the_difference(pages: list[PageOne]) -> None:
    seen = set()
    for page in pages:
        apart, answer = page.block("beside").said[0], page.block("answer").said[0].sentence
        if not isinstance(apart.figure, Estimate):
            continue
        low, high = apart.figure.low or 0.0, apart.figure.high or 0.0
        kind = "more" if low > 0 else "fewer" if high < 0 else "luck"
        seen.add(kind)
        said = {"more": ": more than", "fewer": ": fewer than", "luck": "luck alone could"}
        assert said[kind] in answer
        assert ("luck alone could" in apart.sentence) == (kind == "luck")
    assert seen == {"more", "fewer", "luck"}


def test_every_question_begins_with_a_number_that_stands_on_the_page(
    pages: list[PageOne],
) -> None:
    for page in pages:
        block = page.block("ask")
        assert len(block.said) == len(STEPS) == 5
        asked = [finding.sentence for finding in block.said]
        elsewhere = " ".join(words for words in words_of(page) if words not in asked)
        for sentence in asked:
            assert re.match(r"-?\d", sentence)
            number = sentence.split()[0].rstrip("%")
            assert re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.]\d)", elsewhere), sentence


def test_at_most_two_lines_stand_out_and_all_else_is_named(pages: list[PageOne]) -> None:
    counts = set()
    for page in pages:
        block = page.block("where")
        counts.add(len(block.said))
        assert len(block.said) <= 2
        assert len(block.beside) == len(FACETS)
        assert set(block.said) <= set(block.beside)
        aside = " ".join(block.words).casefold()
        for facet in FACETS:
            shown = any(f.id == f"page.where.{facet.id}" for f in block.said)
            assert shown != (facet.heading.casefold() in aside)
    assert {0, 1} <= counts


def test_how_many_more_is_the_rule_on_the_draws_of_the_national_sum(
    pages: list[PageOne], example: Store
) -> None:
    people = population(example, YEAR)
    summary, rule = people.take(MEASURE, "disadvantaged"), PRESETS["disadvantage-2014"]
    drawn = chance_removed(
        gains(people, summary, rule),
        levels_of(people, summary, draws=SUMMED, regions=True).draws,
        rule,
    )
    judged = 0
    for page in pages:
        figure = page.block("more").said[0].figure
        if isinstance(figure, Withheld):
            continue
        judged += 1
        row = int(np.searchsorted(people.keys, page.urn))
        ends = np.quantile(drawn[:, row], [0.025, 0.975])
        assert figure.value == pytest.approx(drawn[:, row].mean(), rel=1e-9, abs=1e-9)
        assert [figure.low, figure.high] == pytest.approx(ends.tolist(), rel=1e-6, abs=1e-6)
    assert judged > len(pages) / 2


def test_nobody_is_named_without_evidence_or_further_than_is_said(pages: list[PageOne]) -> None:
    named = 0
    for page in pages:
        schools = [f for f in page.block("talk").said if re.fullmatch(r"partners\.\d+", f.id)]
        assert len(schools) <= MOST_NAMED
        named += len(schools)
        for finding in schools:
            assert page.urn not in finding.id
            assert finding.value is not None
            assert finding.value >= 50
            miles = re.search(r", (\d+) miles?,", finding.sentence)
            assert miles is None or int(miles[1]) <= WITHIN_MILES
        if not schools:
            assert page.block("talk").said[0].sentence.startswith(("None", "No school"))
    assert named


def test_three_years_with_the_break_between(pages: list[PageOne]) -> None:
    for page in pages:
        table = page.block("years").table
        assert table is not None
        assert table.column("year") == ("2011/12", "2012/13", "2013/14")
        assert table.column("rules_changed") == (False, False, True)


def test_a_small_group_tells_nothing(pages: list[PageOne]) -> None:
    small = [p for p in pages if 0 < (p.block("who").said[0].value or 0) < 10]
    assert small
    for page in small:
        (told,) = page.block("more").said
        assert told.id == "school.more"
        assert isinstance(told.figure, Withheld)
        assert isinstance(page.block("beside").said[0].figure, Withheld)


def test_json_holds_the_blocks_and_every_finding_they_name(pages: list[PageOne]) -> None:
    for page in pages[:20]:
        said = json.loads(json.dumps(page.to_dict(), allow_nan=False))
        held = {finding["id"] for finding in said["findings"]}
        for block in said["blocks"]:
            assert {*block["said"], *block["beside"]} <= held
        assert said["run"]["id"] == page.run.id
        assert len(held) == len(said["findings"])


def test_a_year_of_scores_is_answered_in_points(example: Store) -> None:
    urn = str(population(example, 2018).keys[0])
    page = page_one(example, urn, year=2018)
    assert page.unit == "points"
    assert "of every 100" not in " ".join(words_of(page))
    assert [block.id for block in page.blocks] == IDS


def test_without_draws_nothing_is_said_of_chance(pages: list[PageOne], example: Store) -> None:
    known = next(p for p in pages if p.block("answer").said[0].value is not None)
    page = page_one(example, known.urn, year=YEAR, draws=0)
    (told,) = page.block("more").said
    assert told.id == "school.potential"
    assert isinstance(told.figure, Estimate)
    assert told.figure.no_interval
    assert "cannot be said" in page.block("answer").said[0].sentence


def test_a_school_nobody_knows_is_refused(example: Store) -> None:
    with pytest.raises(UnknownNameError):
        page_one(example, "999999", year=YEAR)


@pytest.mark.published
def test_moseley_school_in_2013(england: Store) -> None:
    page = page_one(england, "103519", year=2013, draws=200)
    said = {block.id: [finding.sentence for finding in block.said] for block in page.blocks}
    assert said["answer"][0].startswith(
        "36 of every 100 disadvantaged pupils here succeeded (29 to 44), and 44 at similar"
    )
    assert "of 158 more would succeed" in said["more"][0]
    assert "Moseley School and Sixth Form" in said["who"][1]
    assert "None within 75 miles" in said["talk"][0]
